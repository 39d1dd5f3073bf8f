"""``nuchal verify``: OpenSim beside us, difference by difference."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer
from rich import box
from rich.console import Console
from rich.table import Table

import nuchal
from nuchal.cli import options as ask
from nuchal.cli.progress import progress_bar
from nuchal.cli.show import answer
from nuchal.report.text import sentence

if TYPE_CHECKING:
    from nuchal.commands.verify import VerifyTable

_DIFFERENT = 1
MotionFileIfAny: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--motion", metavar="FILE", help="Coordinates or a recording; a movement of ours without."
    ),
]
Frames: TypeAlias = Annotated[
    int,
    typer.Option("--frames", min=0, help="How many, evenly spaced; 0 compares all."),
]


def verify(
    subject: ask.SubjectFileIfAny = None,
    motion: MotionFileIfAny = None,
    frames: Frames = 60,
    preset: ask.PresetName = "classical",
    as_json: ask.AsJson = False,
) -> None:
    """Run OpenSim's own tools beside ours and print how far they are apart.

    The preset says which neck; its muscles are recruited as OpenSim's static optimisation does.
    Leaves with 1 if a bound is missed.

    Example: nuchal verify --subject person.toml --motion result/coordinates.mot
    """
    person = None if subject is None else nuchal.read_subject(subject)
    with progress_bar(wanted=not as_json) as progress:
        movement = None
        if motion is not None:
            neck = nuchal.generic_anatomy() if person is None else nuchal.personalise(person)
            recorded = nuchal.read_recording(motion)
            movement = nuchal.track(recorded, neck, settings=nuchal.TrackingSettings()).motion
        found = nuchal.verify(
            person,
            movement,
            frames=frames or None,
            form=nuchal.PRESET_SETTINGS[preset].form,
            progress=lambda doing, done, of: progress(f"OpenSim: {doing}", done / of),
        )
    answer(found, _as_dictionary, _tell, as_json=as_json)
    if not found.holds:
        raise typer.Exit(_DIFFERENT)


def _as_dictionary(found: "VerifyTable") -> dict[str, object]:
    rows = [dataclasses.asdict(row) | {"holds": row.holds} for row in found.rows]
    more: dict[str, object] = {"holds": found.holds, "speed_ratio": found.speed_ratio}
    more["assumptions"] = [sentence(one) for one in found.assumptions]
    return dataclasses.asdict(dataclasses.replace(found, assumptions=())) | {"rows": rows} | more


def _tell(console: Console, found: "VerifyTable") -> None:
    table = Table(
        title=f"nuchal beside OpenSim {found.opensim_version}: absolute differences",
        title_justify="left",
        box=box.SIMPLE_HEAD,
    )
    table.add_column("quantity")
    for name in ("largest", "median", "bound"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("")
    for row in found.rows:
        sign = "largest" if row.judged == "largest" else "median"
        table.add_row(
            f"{row.quantity} [{row.unit}]",
            f"{row.largest:.2g}",
            f"{row.median:.2g}",
            f"{sign} {row.bound:g}",
            "holds" if row.holds else "MISSED",
        )
    console.print(table)
    for row in found.rows:
        if row.note:
            console.print(f"{row.quantity}: {row.note}.")
    console.print(
        f"Time: {found.seconds_ours:.3g} s; OpenSim {sum(found.seconds_opensim.values()):.3g} s, "
        f"{found.speed_ratio:.0f} times as long."
    )
    console.print(" ".join(map(sentence, found.assumptions)))
    console.print("All bounds hold." if found.holds else "Some bounds are MISSED.")
