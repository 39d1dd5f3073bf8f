"""What ``nuchal emg`` asks for beside the options of an estimate."""

import math
from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias

import typer

import nuchal
from nuchal.cli.options import numbers

_EMG: Final = "The EMG"
_FILTERS: Final = "The filters"

Mvc: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option(
        "--mvc",
        metavar="FILE",
        help="A trial of maximal voluntary contraction, with the same channels; repeatable.",
        rich_help_panel=_EMG,
    ),
]
EmgFile: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--emg",
        metavar="FILE",
        help="The EMG, as .c3d, .csv, .mot or .sto, where it is not in the recording itself.",
        rich_help_panel=_EMG,
    ),
]
Channels: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--channel",
        metavar="OURS=THEIRS",
        help='What the file calls a muscle, e.g. right_sternocleidomastoid="EMG 1"; repeatable.',
        rich_help_panel=_EMG,
    ),
]
Delay: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--delay",
        metavar="SECONDS",
        help="How late the EMG's clock is against the motion's, or auto to find it.",
        rich_help_panel=_EMG,
    ),
]
EmgRateHz: TypeAlias = Annotated[
    float | None,
    typer.Option(
        "--emg-rate-hz", help="Samples per second, where the file has none.", rich_help_panel=_EMG
    ),
]
EmgUnits: TypeAlias = Annotated[
    Literal["V", "mV", "uV"] | None,
    typer.Option(
        "--emg-units", help="Unit of the EMG, against what the file says.", rich_help_panel=_EMG
    ),
]
Band: TypeAlias = Annotated[
    str,
    typer.Option(
        "--band", metavar="LOW,HIGH", help="Band-pass in hertz.", rich_help_panel=_FILTERS
    ),
]
LowpassHz: TypeAlias = Annotated[
    float,
    typer.Option(
        "--lowpass-hz",
        min=0.5,
        max=50.0,
        help="Of the rectified signal.",
        rich_help_panel=_FILTERS,
    ),
]
Notch: TypeAlias = Annotated[
    Literal["50", "60"] | None,
    typer.Option("--notch", help="Cut out the mains and its harmonics.", rich_help_panel=_FILTERS),
]
DriftWindow: TypeAlias = Annotated[
    float | None,
    typer.Option(
        "--drift-window",
        min=0.1,
        max=60.0,
        metavar="SECONDS",
        help="Take off a running median of this length before filtering.",
        rich_help_panel=_FILTERS,
    ),
]


def band_of(text: str) -> tuple[float, float]:
    """``LOW,HIGH`` of ``--band`` [Hz].

    Raises:
        typer.BadParameter: no two numbers, or the wrong way round.
    """
    low, high = numbers(text, option="--band", form="LOW,HIGH")
    if not 0.0 < low < high:
        raise typer.BadParameter(f"--band {text} has to go up from above zero, as 20,450 does")
    return low, high


def delay(text: str | None) -> float | Literal["auto"] | None:
    """Seconds, or ``auto``.

    Raises:
        typer.BadParameter: something else.
    """
    if text is None:
        return None
    if text.strip().lower() == "auto":
        return "auto"
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not math.isfinite(seconds):
        raise typer.BadParameter(f"--delay takes SECONDS or auto, not {text!r}")
    return seconds


def conditioning(
    band: str, lowpass_hz: float, notch: str | None, drift_window_s: float | None
) -> "nuchal.ConditioningSettings":
    """The filters, as the options state them."""
    return nuchal.ConditioningSettings(
        band_hz=band_of(band),
        lowpass_hz=lowpass_hz,
        mains_hz=None if notch is None else float(notch),
        drift_window_s=drift_window_s,
    )
