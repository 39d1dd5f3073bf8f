"""Settings that several commands take, by their Python names."""

from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeAlias

import typer

import nuchal
from nuchal.cli import values
from nuchal.cli.settings import Asked, setting
from nuchal.conventions import Device, Preset

_recording = partial(setting, rich_help_panel="The recording")
_forces = partial(setting, rich_help_panel="The mechanics")
_emg = partial(setting, rich_help_panel="The EMG")
_filters = partial(setting, rich_help_panel="The filters")
_result = partial(setting, rich_help_panel="The result")

RecordingFile: TypeAlias = Annotated[
    Path,
    typer.Argument(
        metavar="RECORDING",
        help="Markers as .c3d, .trc or .csv (Vicon Nexus, or named columns), orientations of head "
        "and torso (.mvnx, .bvh, OpenSense .sto, .csv), or the six coordinates as .mot or .sto.",
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
PresetName: TypeAlias = Annotated[
    Preset,
    typer.Option(
        "--preset",
        help="The paper's terms on the source's figures, our better choices, activation squared "
        "alone to compare with OpenSim.",
        rich_help_panel="The mechanics",
    ),
]
NetworkFile: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--network",
        metavar="FILE",
        help="A network of your own, from nuchal learn, in place of the one that comes along; or "
        "those of nuchal train.",
        rich_help_panel="The mechanics",
    ),
]
NoFigures: TypeAlias = Annotated[
    bool, typer.Option("--no-figures", help="Draw nothing.", rich_help_panel="The result")
]
AsJson: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--json", help="Print one JSON object for a program to read.", rich_help_panel="The result"
    ),
]

RECORDING: Final = {
    "static": _recording(
        Path | None,
        "--static",
        "A recording of the same person upright and at rest.",
        metavar="FILE",
    ),
    "neutral_window_s": _recording(
        str | None,
        "--neutral",
        "When the person is upright and at rest in this recording, in seconds.",
        metavar="START,END",
        read=values.window,
    ),
    "markers": _recording(
        list[str] | None,
        "--marker",
        "What the file calls a marker, e.g. TP=Top.Head; repeatable.",
        metavar="OURS=THEIRS",
        read=values.markers,
    ),
    "person": _recording(
        str | None,
        "--person",
        "Whose markers, where several people are in the file.",
        metavar="NAME",
    ),
    "swap_sides": _recording(bool, "--swap-sides", "Left and right are exchanged.", default=False),
    "mirror": _recording(
        str | None,
        "--mirror",
        "Axis of the laboratory that the file has pointing the wrong way, e.g. Y.",
        metavar="AXIS",
    ),
    "up": _recording(
        str | None,
        "--up",
        "Axis of the laboratory that points up, e.g. +Z; found if not given.",
        metavar="AXIS",
    ),
    "forward": _recording(
        str | None,
        "--forward",
        "Axis that the person faces, e.g. -Y; found if not given.",
        metavar="AXIS",
    ),
    "head_name": _recording(
        str | None,
        "--head",
        "What a file of orientations calls the head: a sensor, a segment, a headset.",
        metavar="NAME",
    ),
    "torso_name": _recording(
        str | None,
        "--torso",
        "What it calls the torso; without one the trunk is taken to stand still.",
        metavar="NAME",
    ),
    "device": _recording(
        Device | None,
        "--device",
        "What measured the orientations, which says how far they are to be trusted.",
    ),
    "columns": _recording(
        list[str] | None,
        "--columns",
        "What the columns of a body start with in a plain table of orientations, e.g. "
        "head=HMD_Rotation; repeatable.",
        metavar="BODY=PREFIX",
        read=values.columns,
    ),
    "quaternion": _recording(
        Literal["wxyz", "xyzw"] | None,
        "--quaternion",
        "Order of the four numbers, where their columns do not say.",
    ),
    "euler": _recording(
        str | None,
        "--euler",
        "Order of three angles: ZXY about the body's own axes, zxy about the fixed ones.",
        metavar="AXES",
    ),
    "left_handed": _recording(
        bool, "--left-handed", "A table's axes are left-handed, as Unity's.", default=False
    ),
    "nod_window_s": _recording(
        str | None,
        "--nod",
        "When the person nods, chin down first: it shows sensors where the person faces.",
        metavar="START,END",
        read=values.window,
    ),
    "units": _recording(
        Literal["mm", "cm", "m"] | None, "--units", "Unit of length, against what the file says."
    ),
    "rate_hz": _recording(float | None, "--rate-hz", "Frames per second, where the file has none."),
    "in_degrees": _recording(
        bool | None,
        "--degrees/--radians",
        "Unit of the coordinates in a .mot or .sto, against its header, or of a table's angles.",
    ),
    "max_gap_s": _recording(
        float,
        "--max-gap",
        "Longest gap that is filled.",
        default=0.25,
        min=0.0,
        max=10.0,
        metavar="SECONDS",
    ),
    "cutoff_hz": _recording(float, "--cutoff-hz", "Of the low-pass filter.", default=6.0, min=0.1),
}
LOAD_PLACE: Final = {
    "load_place_m": _forces(
        str | None,
        "--load-place",
        "Its centre of mass: metres forward, up and right of the joint between C1 and skull.",
        metavar="X,Y,Z",
        read=values.place,
    ),
}
FORCES: Final = {
    "method": _forces(
        Literal["auto", "network", "optimisation", "paper"],
        "--method",
        "Who shares out the moments; auto takes the network where the recording is like its "
        "training, paper the networks of nuchal train.",
        default="auto",
    ),
    "network": Asked(NetworkFile, None, None),
    "preset": Asked(PresetName, "recommended", None),
    "load_kg": _forces(
        float, "--load-kg", "Mass on the head: helmet, headset.", default=0.0, min=0.0, max=50.0
    ),
    **LOAD_PLACE,
}
MATCH: Final = {
    "necks": setting(
        int,
        "--necks",
        "Among how many people the best match is looked for.",
        default=1_000_000,
        min=1,
        max=10_000_000,
    ),
    "seed": setting(int, "--seed", "Which population they are of.", default=1, min=0),
}
FIGURES: Final = {
    "figures": _result(bool, " /--no-figures", "Draw nothing.", default=True, show_default=False)
}
DIAGNOSTICS: Final = {
    "diagnostics": _result(
        bool, "--diagnostics", "Write muscle lengths and moment arms, too.", default=False
    )
}
EMG: Final = {
    "mvc": _emg(
        list[Path] | None,
        "--mvc",
        "A trial of maximal voluntary contraction, with the same channels; repeatable.",
        metavar="FILE",
        read=values.files,
    ),
    "channels": _emg(
        list[str] | None,
        "--channel",
        'What the file calls a muscle, e.g. right_sternocleidomastoid="EMG 1"; repeatable.',
        metavar="OURS=THEIRS",
        read=values.channels,
    ),
}
DELAY: Final = {
    "delay_s": _emg(
        str | None,
        "--delay",
        "How late the EMG's clock is against the motion's, or auto to find it.",
        metavar="SECONDS",
        read=values.delay,
    )
}
EMG_FILE: Final = {
    "emg_rate_hz": _emg(float | None, "--emg-rate-hz", "Samples per second, where none is stated."),
    "emg_units": _emg(
        Literal["V", "mV", "uV"] | None, "--emg-units", "Unit of the EMG, against the file's."
    ),
}
FILTERS: Final = {
    "band_hz": _filters(
        str, "--band", "Band-pass in hertz.", default="20,450", metavar="LOW,HIGH", read=values.band
    ),
    "lowpass_hz": _filters(
        float, "--lowpass-hz", "Of the rectified signal.", default=10.0, min=0.5, max=50.0
    ),
    "mains_hz": _filters(
        Literal["50", "60"] | None,
        "--notch",
        "Cut out the mains and its harmonics.",
        read=lambda text: None if text is None else float(text),
    ),
    "drift_window_s": _filters(
        float | None,
        "--drift-window",
        "Take off a running median of this length before filtering.",
        min=0.1,
        max=60.0,
        metavar="SECONDS",
    ),
}


def conditioning_of(given: dict[str, Any]) -> "nuchal.ConditioningSettings":
    """The filters, taken out of what was given."""
    return nuchal.ConditioningSettings(**{name: given.pop(name) for name in FILTERS})
