"""When the person holds still with the head straight, as far as sensors tell."""

from typing import Any, Final, NamedTuple

import numpy as np
from jaxtyping import Bool, Float
from scipy.spatial.transform import Rotation

from nuchal.errors import RecordingError, Setting
from nuchal.findings import Assumed, Finding, Found, finding
from nuchal.orientations import OrientationRecording
from nuchal.tracking.place.neutral import QUIET_WINDOW_S, given_frames
from nuchal.tracking.rigid import turn_between

# A window is quiet where neither head nor torso turns by more than this.
QUIET_RAD: Final = float(np.radians(2.0))


class Still(NamedTuple):
    """Mean rotations in the neutral pose, and which frames these are.

    Attributes:
        middle: Of the frames, from zero.
    """

    head: Float[np.ndarray, "3 3"]
    torso: Float[np.ndarray, "3 3"]
    middle: int
    finding: Finding


def find_still(
    recording: OrientationRecording,
    head: Float[np.ndarray, "t 3 3"],
    torso: Float[np.ndarray, "t 3 3"],
    known: Bool[np.ndarray, " t"],
    window_s: tuple[float, float] | None,
) -> Still:
    """The neutral pose: the window that the user states, else the first quiet half second.

    Without any quiet half second it is the quietest, and the finding says so.

    Raises:
        RecordingError: a window without usable frames, or no half second of them at all.
    """
    if window_s is None:
        first, last, what, values = _quiet(recording, head, torso, known)
    else:
        time = np.asarray(recording.time)
        first, last = given_frames(recording.source, time, known, window_s)
        what, values = Found.NEUTRAL_GIVEN, {}
    frames = np.arange(first, last + 1)[known[first : last + 1]]
    which = {"first": first + 1, "last": last + 1, "file": recording.source.name}
    middle = int(frames[len(frames) // 2])
    said = finding(what, **which, **values)
    return Still(_mean(head[frames]), _mean(torso[frames]), middle, said)


def _quiet(
    recording: OrientationRecording,
    head: Float[np.ndarray, "t 3 3"],
    torso: Float[np.ndarray, "t 3 3"],
    known: Bool[np.ndarray, " t"],
) -> tuple[int, int, Found | Assumed, dict[str, Any]]:
    length = min(len(known), max(2, round(QUIET_WINDOW_S * recording.rate_hz)))
    whole = np.lib.stride_tricks.sliding_window_view(known, length).all(axis=1)
    if not whole.any():
        raise RecordingError(
            "turned.no_still_frames", recording.source, remedy=Setting("static"), length=length
        )
    turn = np.maximum(turning(head, length), turning(torso, length))
    turn = np.where(whole, turn, np.inf)
    quiet = np.flatnonzero(turn <= QUIET_RAD)
    lasts = {"lasts_s": length / recording.rate_hz}
    if quiet.size:
        start = int(quiet[0])
        within = lasts | {"within_deg": np.degrees(QUIET_RAD)}
        return start, start + length - 1, Found.NEUTRAL_UNTURNED, within
    start = int(np.argmin(turn))
    mend = {"neutral": Setting("neutral_window_s"), "static": Setting("static")}
    moving = lasts | {"turns_deg": np.degrees(turn[start])} | mend
    return start, start + length - 1, Assumed.NEUTRAL_TURNING, moving


def turning(rotation: Float[np.ndarray, "t 3 3"], length: int) -> Float[np.ndarray, " w"]:
    """How far a body turns within each window, first to any other of its frames [rad]."""
    count = len(rotation) - length + 1
    most = np.zeros(count)
    for k in range(1, length):
        most = np.maximum(most, turn_between(rotation[:count], rotation[k : k + count]))
    return most


def _mean(rotation: Float[np.ndarray, "t 3 3"]) -> Float[np.ndarray, "3 3"]:
    return np.asarray(Rotation.from_matrix(rotation).mean().as_matrix())
