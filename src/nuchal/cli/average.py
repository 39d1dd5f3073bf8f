"""``nuchal average``: one standard movement out of several people's recordings."""

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
from nuchal.cli.show import answer

if TYPE_CHECKING:
    from nuchal.movements.average_people import AveragedMovement

Recordings = Annotated[
    list[Path],
    typer.Argument(
        metavar="FOLDER...",
        help="Folders with a person's recordings each, or single recordings, whose folder stands "
        "for the person.",
    ),
]
Subject = Annotated[
    Path | None,
    typer.Option(
        "--subject", metavar="TOML", help="Measures of people in whose folder is no person.toml."
    ),
]
MotionFile = Annotated[
    Path, typer.Option("--out", metavar="MOT", help="The standard movement to write.")
]
# Of the sides that a movement visits; more are counted.
_NAMED: Final = 3
_MORE: Final = {
    "pattern": setting(
        str | None,
        "--pattern",
        "Which files of a folder are recordings, like 'trial_*/markers.csv'.",
        metavar="GLOB",
    ),
}


@takes(_MORE, ask.RECORDING)
def average(
    recordings: Recordings,
    out: MotionFile,
    subject: Subject = None,
    preset: ask.PresetName = "recommended",
    as_json: ask.AsJson = False,
    **given: Any,
) -> None:
    """One standard movement out of several people's recordings.

    They are cut into movements from rest to rest; those that go the same way are aligned by dynamic
    time warping and averaged, and the means follow one another. Needs the extra average.

    Example: nuchal average anna ben carla --static static.trc --out movement.mot
    """
    options = nuchal.AverageOptions(preset=preset, **given)
    with progress_bar(wanted=not as_json) as bar:
        found = nuchal.run_average(
            recordings, out=out, subject=subject, options=options, progress=bar
        )
    answer(
        found,
        lambda one: {"out": str(out), **one.as_json()},
        lambda console, one: _tell(console, one, out),
        as_json=as_json,
        soft_wrap=True,
    )


def _tell(console: Console, found: "AveragedMovement", out: Path) -> None:
    table = Table(box=box.SIMPLE_HEAD, title="Movements that were averaged")
    for name in ("movement", "people", "movements", "reach", "duration"):
        table.add_column(name, justify="left" if name == "movement" else "right")
    for part in found.parts:
        sizes = (str(part.people), str(part.movements))
        table.add_row(
            _way(part.sides), *sizes, f"{part.reach_deg:.0f}°", f"{part.duration_s:.1f} s"
        )
    console.print(table)
    if found.left_out:
        count = sum(found.left_out.values())
        ways = "; ".join(_way(sides) for sides in found.left_out)
        console.print(f"{count} movements went as nobody else's and are left out: {ways}.")
    seconds = float(found.motion.time[-1])
    console.print(f"{out}: {seconds:.1f} s at 100 Hz, the mean of {found.people} people.")


def _way(sides: tuple[str, ...]) -> str:
    return ", ".join(sides) if len(sides) <= _NAMED else f"round {len(sides)} sides"
