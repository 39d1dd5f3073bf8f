"""``nuchal study``: many people's assessments, and how groups and sessions differ."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.console import Console

import nuchal
from nuchal.cli import options as ask
from nuchal.cli.progress import progress_bar
from nuchal.cli.settings import setting, takes
from nuchal.cli.show import number, show

if TYPE_CHECKING:
    from nuchal.commands.run import Result
    from nuchal.report.summaries.study import Comparison, StudySummary

# Comparisons that are named; the page has them all.
_NAMED: Final = 8
_SURE: Final = 0.05
StudyFile = Annotated[
    Path,
    typer.Argument(
        metavar="STUDY.toml", help="Where people, sessions, groups and trials are, as TOML."
    ),
]
_WORKERS: Final = {
    "cluster": setting(
        str | None,
        "--cluster",
        "A Dask scheduler whose workers do it, like tcp://10.0.0.1:8786; they have to see the same "
        "folders.",
        metavar="ADDRESS",
    ),
    "workers": setting(
        int | None,
        "--workers",
        "How many people are assessed at the same time; as many as processors and memory "
        "allow if not given. Each takes some 1.3 GB.",
        min=1,
        max=1024,
    ),
}


@takes(_WORKERS)
def study(
    study: StudyFile,
    out: ask.OutFolder,
    as_json: ask.AsJson = False,
    **given: Any,
) -> None:
    """Many people at once: assessments, tidy tables, statistics of groups, figures.

    What is finished is kept when it is run again. What cannot be used is left out, and listed.

    Example: nuchal study study.toml --out result
    """
    options = nuchal.StudyOptions(**given)
    with progress_bar(wanted=not as_json) as bar:
        result = nuchal.run_study(study, out=out, options=options, progress=bar)
    lost = result.summary.left_out
    if lost:
        typer.echo(f"nuchal: warning: {_counted(len(lost))} left out; see left_out.csv.", err=True)
    show(result, tell, as_json=as_json)


def tell(console: Console, result: "Result[Any, StudySummary]") -> None:
    """Print what a study found."""
    found = result.summary
    people = len({one.person for one in found.visits})
    kept = result.found.kept
    there = f", {kept} of them kept from before" if kept else ""
    console.print(f"{people} people, {len(found.visits)} sessions assessed{there}.")
    for one in found.left_out:
        where = ", ".join(part for part in (one.person, one.session, one.recording) if part)
        console.print(f"Left out: {where}: {one.reason}")
    tested = sorted(found.statistics, key=lambda one: (one.p_corrected or 0.0, one.p))
    if tested:
        sure = sum((one.p_corrected or 0.0) < _SURE for one in tested)
        console.print(
            f"{len(tested)} comparisons; in {sure} p is below {_SURE} after the correction "
            f"({found.correction})."
        )
        for comparison in tested[:_NAMED]:
            console.print(f"  {_line(comparison)}")
    console.print(
        f"\nRead {result.out / 'study.html'} in a browser; tables are in tables, what their "
        "columns mean in dictionary.csv."
    )
    console.print(found.notice)


def _line(one: "Comparison") -> str:
    """One comparison."""
    corrected = f"p = {number(one.p, 4)}, corrected {number(one.p_corrected, 4)}"
    effect = f"{one.effect} {one.effect_size:.2f}"
    if one.difference is None:
        return f"{one.quantity}, {one.of}: {corrected}, {effect}"
    ends = f"{number(one.difference_low, 2)} to {number(one.difference_high, 2)}"
    what = f"{one.second} - {one.first} = {one.difference:.2f} ({ends})"
    return f"{one.quantity}, {one.of}: {what}, {corrected}, {effect}"


def _counted(count: int) -> str:
    return "1 recording or session is" if count == 1 else f"{count} recordings or sessions are"
