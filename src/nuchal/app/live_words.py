"""How a stream stands, in words."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np

from nuchal.streaming.records import Delay, LiveFrame, Phase, Shown

# Nothing to say yet.
DASH: Final = "\u2013"

_STATES: Final[Mapping[Phase, tuple[str, str]]] = {
    Phase.WAITING: ("advice", "Waiting for frames: nothing has come in yet."),
    Phase.SETTLING: (
        "advice",
        "Hold the head straight and still, looking straight ahead: the neutral pose is being "
        "found.",
    ),
    Phase.RUNNING: ("good", "Running: the neck moves as the person does."),
    Phase.GAP: (
        "advice",
        "Gap: head or trunk is not seen, or was not until just now. Forces come again once both "
        "have been seen for a moment.",
    ),
    Phase.SILENT: (
        "problem",
        "Nothing comes in any more. It goes on as soon as something does.",
    ),
    Phase.ENDED: ("ended", "The stream has ended. This is its last picture."),
}
_NOTES: Final[Mapping[Phase, str]] = {
    Phase.RUNNING: "",
    Phase.GAP: "Gap: this posture was the last one known",
    Phase.SILENT: "Nothing comes in: this posture was the last one known",
    Phase.ENDED: "The stream has ended: this was its last moment",
}
_OLD_POSTURE: Final = "This posture was the last one known"
_NO_POSTURE: Final = "No posture is known yet: this is the neutral one"


class Fact(NamedTuple):
    """A value, what goes with it, and whether it asks for care."""

    value: str = DASH
    about: str = ""
    is_odd: bool = False


def has_forces(shown: Shown) -> bool:
    """Whether the latest forces are those of what is seen now, or was at the end."""
    return shown.frame is not None and shown.phase in (Phase.RUNNING, Phase.ENDED)


def state_of(shown: Shown) -> tuple[str, str]:
    """Its kind, as the sheet of styles has it, and a sentence."""
    return _STATES[shown.phase]


def note_of(shown: Shown) -> str:
    """What is to be said over the neck, so that nobody takes an old posture for the present."""
    return _NO_POSTURE if shown.frame is None else _NOTES.get(shown.phase, _OLD_POSTURE)


def delay_fact(delay: Delay | None) -> Fact:
    """How late the forces are."""
    if delay is None:
        return Fact(about="no forces yet")
    return Fact(
        _milliseconds(delay.total),
        f"median; {_milliseconds(delay.slow)} in the slowest of a hundred; "
        f"{_milliseconds(delay.work)} of it is arithmetic",
    )


def rate_fact(shown: Shown) -> Fact:
    """How much comes in, and how much was lost."""
    value = DASH if shown.rate_hz is None else f"{shown.rate_hz:.0f}"
    ticks = shown.frames + shown.lost
    if ticks == 0:
        return Fact(value, "come in; none has forces yet")
    return Fact(value, f"come in; {shown.lost:,} of {ticks:,} so far without forces (lost)")


def force_fact(frame: LiveFrame | None) -> Fact:
    """All forces together."""
    if frame is None:
        return Fact()
    missing = float(np.abs(np.asarray(frame.missing)).max())
    unbalanced = f"{missing:.2f} N m" if missing >= 0.005 else "less than 0.01 N m"
    total = float(np.asarray(frame.force).sum())
    count = len(np.asarray(frame.force))
    return Fact(f"{total:.0f} N", f"sum of all {count}; {unbalanced} is left unbalanced")


def training_fact(frame: LiveFrame | None) -> Fact:
    """Whether the networks know such a movement."""
    if frame is None:
        return Fact()
    if frame.like_training:
        return Fact("Yes", "the networks were trained on people and movements like this")
    return Fact(
        "No", "unlike what the networks were trained on: do not rely on these forces", is_odd=True
    )


def _milliseconds(value: float) -> str:
    return f"{value:.1f} ms" if value < 10.0 else f"{value:.0f} ms"
