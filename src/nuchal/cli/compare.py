"""``nuchal compare``: what has changed between two visits."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich import box
from rich.console import Console
from rich.table import Table

import nuchal
from nuchal.cli import options as ask
from nuchal.cli.progress import progress_bar
from nuchal.cli.settings import setting, takes
from nuchal.cli.show import show

if TYPE_CHECKING:
    from nuchal.commands.run import Result
    from nuchal.report.summaries.comparison import ChangePart, ComparisonSummary

Before = Annotated[
    Path,
    typer.Argument(
        metavar="BEFORE",
        help="Folder of nuchal assess, or of recordings with a person.toml, which are assessed "
        "first.",
    ),
]
After = Annotated[Path, typer.Argument(metavar="AFTER", help="The same of the second visit.")]
_MORE: Final = {
    "two_people": setting(
        bool,
        "--two-people",
        "Compare two people, such as a patient and a healthy person, and not two visits of one.",
        default=False,
    ),
    "standard_error_deg": setting(
        float,
        "--standard-error",
        "By how much one direction of an unchanged person differs from visit to visit, as a "
        "standard error; of your laboratory, if you know it.",
        default=3.4,
        min=0.5,
        max=20.0,
        metavar="DEGREES",
    ),
    "pattern": setting(
        str | None,
        "--pattern",
        "Which files of a folder are recordings, like '*.trc'.",
        metavar="GLOB",
    ),
    "relocation_pattern": setting(
        str | None,
        "--relocation-pattern",
        "Which of them are of a head that comes back to where it was, eyes closed, to measure "
        "joint position error.",
        metavar="GLOB",
    ),
}


@takes(_MORE, ask.MATCH, ask.FORCES, ask.RECORDING)
def compare(
    before: Before,
    after: After,
    out: ask.OutFolder,
    as_json: ask.AsJson = False,
    **given: Any,
) -> None:
    """What has changed between two visits, and how surely that can be told.

    Example: nuchal compare visit1 visit2 --out changes
    """
    options = nuchal.CompareOptions(**given)
    with progress_bar(wanted=not as_json) as bar:
        result = nuchal.run_compare(before, after, out=out, options=options, progress=bar)
    show(result, tell, as_json=as_json)


def tell(console: Console, result: "Result[Any, ComparisonSummary]") -> None:
    """Print a comparison."""
    found = result.summary
    console.print(_directions(found))
    for sentence in found.text:
        console.print(sentence)
    for one in found.assumptions:
        if one.level == "warned":
            console.print(one.text)
    detected = [
        f"{one.measure.partition('_deg')[0].replace('_', ' ')} in {one.direction}"
        for one in found.measures
        if one.detected
    ]
    if detected and found.people == 1:
        console.print(f"Beyond what repeats, too: {', '.join(detected)}.")
    page = result.out / "comparison.html"
    console.print(f"\nRead {page} in a browser; numbers are in comparison.json.")
    console.print(found.notice)


def _directions(found: "ComparisonSummary") -> Table:
    table = Table(box=box.SIMPLE_HEAD, title="Range of motion, mean of the attempts")
    columns = ["direction", "first", "second", "change"]
    if found.people == 1:
        columns += ["detectable", "worse", "better", ""]
    for name in columns:
        left = name in ("direction", "")
        table.add_column(name, justify="left" if left else "right", no_wrap=name == "direction")
    for way, one in found.directions.items():
        table.add_row(way, *_row(one, told=found.people == 1))
    return table


def _row(one: "ChangePart", *, told: bool) -> list[str]:
    degrees = ["-" if x is None else f"{x:.0f}°" for x in (one.before_deg, one.after_deg)]
    change = "-" if one.change_deg is None else f"{one.change_deg:+.0f}°"
    if not told:
        return [*degrees, change]
    least = one.smallest_detectable_deg
    shares = [one.probability_worse, one.probability_better]
    return [
        *degrees,
        change,
        "-" if least is None else f"{least:.0f}°",
        *("-" if x is None else f"{x:.0%}" for x in shares),
        one.verdict or "",
    ]
