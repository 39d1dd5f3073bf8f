"""What the commands ask for, and how the words of an option become values."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias

import typer

from nuchal.conventions import Preset

_RECORDING: Final = "The recording"
_MECHANICS: Final = "The mechanics"
_RESULT: Final = "The result"
_LARGEST_WEIGHT: Final = 1e6
_LARGEST_PLACE_M: Final = 1.0

RecordingFile: TypeAlias = Annotated[
    Path,
    typer.Argument(
        metavar="RECORDING",
        help="Markers as .c3d, .trc or .csv (Vicon Nexus, or named columns), or the six "
        "coordinates as .mot or .sto.",
    ),
]
SubjectFile: TypeAlias = Annotated[
    Path,
    typer.Option("--subject", metavar="TOML", help="The person's measures: person.toml."),
]
SubjectFileIfAny: TypeAlias = Annotated[
    Path | None,
    typer.Option("--subject", metavar="TOML", help="The person; the generic neck without."),
]
OutFolder: TypeAlias = Annotated[
    Path, typer.Option("--out", metavar="DIR", help="Folder for the files; made if missing.")
]
OsimFile: TypeAlias = Annotated[
    Path, typer.Option("--out", metavar="OSIM", help="The OpenSim model to write.")
]
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
Method: TypeAlias = Annotated[
    Literal["auto", "network", "optimisation"],
    typer.Option(
        "--method",
        help="Who shares out the moments; auto takes the network where the recording is like its "
        "training.",
        rich_help_panel=_MECHANICS,
    ),
]
Correct: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--correct",
        help="Bring the network's forces into equilibrium with the exact solver.",
        rich_help_panel=_MECHANICS,
    ),
]
NetworkFile: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--weights",
        metavar="FILE",
        help="A network of your own, from nuchal learn, in place of the one that comes along.",
        rich_help_panel=_MECHANICS,
    ),
]
PresetName: TypeAlias = Annotated[
    Preset,
    typer.Option(
        "--preset",
        help="The source's figures as they are, our better choices, or activation squared alone "
        "to compare with OpenSim.",
        rich_help_panel=_MECHANICS,
    ),
]
EngineName: TypeAlias = Annotated[
    Literal["jax", "opensim"],
    typer.Option(
        "--engine",
        help="Our mechanics, or OpenSim's tools on the exported neck.",
        rich_help_panel=_MECHANICS,
    ),
]
Weights: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--weight",
        metavar="TERM=NUMBER",
        help="Weight of a term of the objective, e.g. symmetry=0 for none; repeatable.",
        rich_help_panel=_MECHANICS,
    ),
]
LoadKg: TypeAlias = Annotated[
    float,
    typer.Option(
        "--load-kg",
        min=0.0,
        max=50.0,
        help="Mass on the head: helmet, headset.",
        rich_help_panel=_MECHANICS,
    ),
]
LoadPlace: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--load-place",
        metavar="X,Y,Z",
        help="Its centre of mass: metres forward, up and right of the joint between C1 and skull.",
        rich_help_panel=_MECHANICS,
    ),
]
Static: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--static",
        metavar="FILE",
        help="A recording of the same person upright and at rest.",
        rich_help_panel=_RECORDING,
    ),
]
Neutral: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--neutral",
        metavar="START,END",
        help="When the person is upright and at rest in this recording, in seconds.",
        rich_help_panel=_RECORDING,
    ),
]
Markers: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--marker",
        metavar="OURS=THEIRS",
        help="What the file calls a marker, e.g. TP=Top.Head; repeatable.",
        rich_help_panel=_RECORDING,
    ),
]
Person: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--person",
        metavar="NAME",
        help="Whose markers, where several people are in the file.",
        rich_help_panel=_RECORDING,
    ),
]
Mirror: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--mirror",
        metavar="AXIS",
        help="Axis of the laboratory that the file has pointing the wrong way, e.g. Y.",
        rich_help_panel=_RECORDING,
    ),
]
SwapSides: TypeAlias = Annotated[
    bool,
    typer.Option("--swap-sides", help="Left and right are exchanged.", rich_help_panel=_RECORDING),
]
Up: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--up",
        metavar="AXIS",
        help="Axis of the laboratory that points up, e.g. +Z; found if not given.",
        rich_help_panel=_RECORDING,
    ),
]
Forward: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--forward",
        metavar="AXIS",
        help="Axis that the person faces, e.g. -Y; found if not given.",
        rich_help_panel=_RECORDING,
    ),
]
Units: TypeAlias = Annotated[
    Literal["mm", "cm", "m"] | None,
    typer.Option(
        "--units", help="Unit of length, against what the file says.", rich_help_panel=_RECORDING
    ),
]
RateHz: TypeAlias = Annotated[
    float | None,
    typer.Option(
        "--rate-hz", help="Frames per second, where the file has none.", rich_help_panel=_RECORDING
    ),
]
InDegrees: TypeAlias = Annotated[
    bool | None,
    typer.Option(
        "--degrees/--radians",
        help="Unit of the coordinates in a .mot or .sto, against its header.",
        rich_help_panel=_RECORDING,
    ),
]
MaxGap: TypeAlias = Annotated[
    float,
    typer.Option(
        "--max-gap",
        min=0.0,
        max=10.0,
        metavar="SECONDS",
        help="Longest gap that is filled.",
        rich_help_panel=_RECORDING,
    ),
]
CutoffHz: TypeAlias = Annotated[
    float,
    typer.Option(
        "--cutoff-hz", min=0.1, help="Of the low-pass filter.", rich_help_panel=_RECORDING
    ),
]
Diagnostics: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--diagnostics", help="Write muscle lengths and moment arms, too.", rich_help_panel=_RESULT
    ),
]
NoFigures: TypeAlias = Annotated[
    bool, typer.Option("--no-figures", help="Draw nothing.", rich_help_panel=_RESULT)
]
AsJson: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--json", help="Print one JSON object for a program to read.", rich_help_panel=_RESULT
    ),
]


def numbers(text: str, *, option: str, form: str) -> tuple[float, ...]:
    """Numbers separated by commas.

    Args:
        text: what was given.
        option: its name.
        form: what it should look like, e.g. ``X,Y,Z``.

    Raises:
        typer.BadParameter: something else was given.
    """
    wanted = form.count(",") + 1
    try:
        values = tuple(float(part) for part in text.split(","))
    except ValueError:
        values = ()
    if len(values) != wanted or not all(map(math.isfinite, values)):
        many = f", {wanted} numbers with commas between them" if wanted > 1 else ""
        raise typer.BadParameter(f"{option} takes {form}{many}, not {text!r}")
    return values


def pairs(items: Sequence[str] | None, *, option: str, form: str) -> Mapping[str, str]:
    """``NAME=VALUE`` items as a mapping; empty for None.

    Raises:
        typer.BadParameter: an item of another form, or a name given twice.
    """
    found: dict[str, str] = {}
    for item in items or ():
        name, _, value = (part.strip() for part in item.partition("="))
        if not (name and value):
            raise typer.BadParameter(f"{option} takes {form}, not {item!r}")
        if name in found:
            raise typer.BadParameter(f"{option} names {name} twice; give it once")
        found[name] = value
    return found


def weights(items: Sequence[str] | None) -> Mapping[str, float]:
    """``TERM=NUMBER`` items as a mapping; which terms there are, the mechanics know.

    Raises:
        typer.BadParameter: no number, or a negative one.
    """
    found = {}
    for term, text in pairs(items, option="--weight", form="TERM=NUMBER").items():
        (value,) = numbers(text, option=f"--weight {term}=", form="NUMBER")
        if not 0.0 <= value <= _LARGEST_WEIGHT:
            raise typer.BadParameter(
                f"--weight {term}={text} must be zero or more, and at most {_LARGEST_WEIGHT:g}"
            )
        found[term] = value
    return found


def place(text: str | None) -> tuple[float, float, float] | None:
    """``X,Y,Z`` of ``--load-place`` [m].

    Raises:
        typer.BadParameter: no three numbers, or a place far from the head.
    """
    if text is None:
        return None
    x, y, z = numbers(text, option="--load-place", form="X,Y,Z")
    if max(abs(x), abs(y), abs(z)) > _LARGEST_PLACE_M:
        raise typer.BadParameter(
            f"--load-place {text} lies more than {_LARGEST_PLACE_M:g} m from the head, which looks "
            "like another unit; give metres"
        )
    return x, y, z


def window(text: str | None) -> tuple[float, float] | None:
    """``START,END`` of ``--neutral`` [s].

    Raises:
        typer.BadParameter: an end that is not after the start.
    """
    if text is None:
        return None
    start, end = numbers(text, option="--neutral", form="START,END")
    if not end > start:
        raise typer.BadParameter(f"--neutral {text} ends before it starts")
    return start, end
