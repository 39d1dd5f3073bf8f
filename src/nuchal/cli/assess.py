"""``nuchal assess``: what a neck can and cannot do."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer
from rich import box
from rich.console import Console
from rich.table import Table

import nuchal
from nuchal.cli import options as ask
from nuchal.cli import values
from nuchal.cli.flags import as_flag
from nuchal.cli.progress import progress_bar
from nuchal.cli.settings import setting, takes
from nuchal.cli.show import show
from nuchal.findings import Finding, Warned
from nuchal.report.text import say, sentence

if TYPE_CHECKING:
    from nuchal.commands.run import Result
    from nuchal.report.summaries.assessment import AssessmentSummary

# Muscles that are named; the report has them all.
_NAMED: Final = 6
_COLUMNS: Final = (
    "mean: of the age; muscles: where they can turn the head no farther; expected: of this person; "
    "missing: of the volume that markers sweep"
)
_HANGING: Final = ", only if the neck is not stiff"
Recordings = Annotated[
    list[Path],
    typer.Argument(
        metavar="RECORDING...",
        help="Recordings of one person, in any of the formats of nuchal estimate.",
    ),
]
_MORE: Final = {
    "emg": setting(
        list[Path] | None,
        "--emg",
        "The EMG of a recording that does not hold it, one file each, in the order of the "
        "recordings or called as they are; repeatable.",
        metavar="FILE",
        read=values.files,
        rich_help_panel="The EMG",
    ),
    "spontaneous": setting(
        list[Path] | None,
        "--spontaneous",
        "A recording of those given that shows free movement and none of the tasks; repeatable. "
        "Found by itself, if not given, where others show one plane.",
        metavar="FILE",
        read=values.files,
    ),
    "relocation": setting(
        list[Path] | None,
        "--relocation",
        "A recording of those given in which the head goes to a side and comes back to where it "
        "was, eyes closed, to measure joint position error; repeatable.",
        metavar="FILE",
        read=values.files,
    ),
    "language": setting(
        Literal["en", "de"],
        "--language",
        "Of the report's first page and the directions: English or German.",
        default="en",
    ),
    "pdf": setting(
        bool, "--pdf", "Write the report as PDF too. Needs nuchal\\[pdf].", default=False
    ),
    "tables": setting(
        bool,
        " /--no-tables",
        "Write the report and its figures alone.",
        default=True,
        show_default=False,
    ),
}


@takes(_MORE, ask.MATCH, ask.EMG, ask.DELAY, ask.EMG_FILE, ask.FILTERS, ask.FORCES, ask.RECORDING)
def assess(
    recordings: Recordings,
    subject: ask.SubjectFile,
    out: ask.OutFolder,
    as_json: ask.AsJson = False,
    **given: Any,
) -> None:
    """What a neck can and cannot do: a report on one person's recordings.

    Example: nuchal assess flexion.trc bending.trc --subject person.toml --out result
    """
    options = nuchal.AssessOptions(conditioning=ask.conditioning_of(given), **given)
    with progress_bar(wanted=not as_json) as bar:
        result = nuchal.run_assess(
            recordings, subject=subject, out=out, options=options, progress=bar
        )
    show(result, tell, as_json=as_json)


def tell(console: Console, result: "Result[Any, AssessmentSummary]") -> None:
    """Print an assessment."""
    found = result.summary
    for trial in found.trials:
        console.print(
            f"{trial.recording}: {trial.mainly or 'hardly any movement'}, "
            f"{trial.duration_s:.1f} s, {trial.usable_frames} of {trial.frames} frames are usable."
        )
    if found.spontaneous is not None:
        console.print(found.spontaneous.text)
    console.print(_directions(found))
    warned = _warned(result.found.assessment.estimates)
    for one in found.assumptions:
        if one.level == "warned":
            console.print(one.text)
    if warned:
        console.print(say("first.muscles_paper"))
    for asked in () if warned else ("less", "more"):
        console.print(_muscles(found, asked))
    for said in () if warned else _candidates(found):
        console.print(said)
    for text in dict.fromkeys(_of_emg(found)):
        console.print(text)
    if found.if_stiff is not None:
        console.print("\n" + " ".join(found.if_stiff.text))
    for warning in warned:
        console.print(f"\n{sentence(warning, naming=as_flag)}")
    report = result.out / "report.html"
    console.print(f"\nRead {report} in a browser; numbers are in assessment.json.")
    console.print(found.notice)


def _warned(estimates: Sequence["nuchal.Estimate"]) -> list[Finding]:
    """What the forces of all recordings are worth, where a method asks for a warning."""
    return [one for one in estimates[0].assumptions if one.what is Warned.PAPER_NETWORKS]


def _directions(found: "AssessmentSummary") -> Table:
    table = Table(box=box.SIMPLE_HEAD, title="Range of motion", caption=_COLUMNS)
    for name in ("direction", "reached", "mean", "muscles", "expected", "missing"):
        table.add_column(name, justify="left" if name == "direction" else "right")
    table.add_column("")
    for way, one in found.directions.items():
        expected = f"{one.expected_deg:.0f} ± {one.expected_sd_deg:.0f}°"
        missing = f"{100.0 * one.missing_share:.0f} %"
        mean = "" if one.mean_deg is None else f"{one.mean_deg:.0f}°"
        ends = "" if one.active_end_deg is None else f"{one.active_end_deg:.0f}°"
        finding = "" if one.verdict == "not restricted" else one.verdict
        table.add_row(way, f"{one.reach_deg:.0f}°", mean, ends, expected, missing, finding)
    return table


def _of_emg(found: "AssessmentSummary") -> list[str]:
    """What EMG says of muscles, where it says something."""
    read = [one for agreement in found.emg.values() for one in agreement.readings.values()]
    return [one.text for one in read if one.found]


def _muscles(found: "AssessmentSummary", asked: str) -> str:
    those = [(name, one) for name, one in found.muscles.items() if one.finding == asked]
    those.sort(key=lambda named: named[1].q or 0.0)
    hanging = {} if found.if_stiff is None else found.if_stiff.early_only
    named = [
        f"{x.name} {x.side} ({x.common.ratio:.2f}{_HANGING if name in hanging else ''})"
        for name, x in those[:_NAMED]
    ]
    if len(those) > _NAMED:
        named.append(f"and {len(those) - _NAMED} more")
    return f"Muscles asked {asked} of: {', '.join(named) if named else 'none'}."


def _candidates(found: "AssessmentSummary") -> Iterator[str]:
    part = found.candidates
    if part is None:
        yield "How likely a muscle is truly changed is not known here."
        return
    change = f"truly less than {part.below} or more than {part.above} times the healthy force"
    if not part.muscles:
        yield f"Candidates, for {change}: none of {part.least_probability:.0%} or more."
    for side in dict.fromkeys(one.side for one in part.muscles):
        those = [one for one in part.muscles if one.side == side]
        named = [
            f"{x.name} asked {x.asked} of ({x.probability:.0%}, ratio {x.ratio:.2f})"
            for x in those[:_NAMED]
        ]
        if len(those) > _NAMED:
            named.append(f"and {len(those) - _NAMED} more")
        yield f"Candidates on the {side}, for {change}: {', '.join(named)}."
