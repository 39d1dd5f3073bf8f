"""Which way a person faces whose head and torso are known by their rotations alone."""

from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Float
from scipy.spatial.transform import Rotation

from nuchal.errors import Phrase, RecordingError, Setting, phrase
from nuchal.findings import Finding, Found, finding
from nuchal.orientations import OrientationRecording
from nuchal.tracking.place.axes import axis_vector, nearest_axis, parse_axis
from nuchal.tracking.turned.still import Still

# A nod turns the head this far at least, about an axis that is level but for so much of it.
_LEAST_NOD_RAD: Final = float(np.radians(10.0))
_LEAST_LEVEL: Final = 0.8


class Facing(NamedTuple):
    """Rows forward, up and right of the person in the neutral pose, in the file's fixed axes."""

    axes: Float[np.ndarray, "3 3"]
    finding: Finding


class Heading(NamedTuple):
    """A direction ahead, not necessarily level, and how it was found."""

    ahead: Float[np.ndarray, "3"]
    by: Phrase


def find_facing(
    recording: OrientationRecording,
    still: Still,
    head: Float[np.ndarray, "t 3 3"],
    *,
    by_head: bool,
    up: str | None,
    forward: str | None,
    nod_s: tuple[float, float] | None,
) -> Facing:
    """The axes of the neck: up is the file's or stated; ahead is stated, nodded, or a segment's.

    Args:
        recording: the recording.
        still: the neutral pose.
        head: rotations of the head in the file's axes.
        by_head: whether the head shows where the person faces, as no torso was recorded.
        up: axis of the file that points up, if stated.
        forward: axis that the person faces, if stated.
        nod_s: when the person nods, if stated [s].

    Raises:
        RecordingError: neither the file nor the user says which axis is up or ahead.
    """
    source = recording.source
    upwards = _up(recording, up)
    if forward is not None:
        stated = parse_axis(Setting("forward", forward), source)
        heading = Heading(stated, phrase("turned.as_stated"))
    elif nod_s is not None:
        nodded = _nodded(recording, still, head, upwards, nod_s)
        heading = Heading(nodded, phrase("turned.by_nod"))
    else:
        heading = _by_segment(recording, still.head if by_head else still.torso)
    level = heading.ahead - upwards * (heading.ahead @ upwards)
    if np.linalg.norm(level) < 0.5 * np.linalg.norm(heading.ahead):
        raise RecordingError(
            "turned.faces_up", source, remedy=Setting("forward"), up=nearest_axis(upwards)
        )
    ahead = level / np.linalg.norm(level)
    axes = np.stack([ahead, upwards, np.cross(ahead, upwards)])
    return Facing(
        axes,
        finding(Found.FACES, up=nearest_axis(upwards), forward=nearest_axis(ahead), by=heading.by),
    )


def _up(recording: OrientationRecording, stated: str | None) -> Float[np.ndarray, "3"]:
    if stated is not None:
        return parse_axis(Setting("up", stated), recording.source)
    if recording.up is None:
        raise RecordingError("turned.no_up", recording.source, remedy=Setting("up"))
    return axis_vector(recording.up)


def _by_segment(recording: OrientationRecording, segment: Float[np.ndarray, "3 3"]) -> Heading:
    """Ahead of a segment in the neutral pose, if the bodies are segments."""
    if recording.segments is None:
        ways = Setting("forward"), Setting("nod_window_s")
        raise RecordingError("turned.no_forward", recording.source, forward=ways[0], nod=ways[1])
    ahead = segment @ axis_vector(recording.segments.forward)
    return Heading(ahead, phrase("turned.by_segments"))


def _nodded(
    recording: OrientationRecording,
    still: Still,
    head: Float[np.ndarray, "t 3 3"],
    up: Float[np.ndarray, "3"],
    nod_s: tuple[float, float],
) -> Float[np.ndarray, "3"]:
    """Ahead of a head that nods, chin down first: up times right, about which it turns back."""
    source, time = recording.source, np.asarray(recording.time)
    inside = (time >= nod_s[0]) & (time <= nod_s[1])
    turned = Rotation.from_matrix(head[inside] @ still.head.T).as_rotvec()
    size = np.linalg.norm(turned, axis=1) if len(turned) else np.zeros(1)
    _check_nod(source, size)
    first = turned[int(np.argmax(size > 0.5 * size.max()))]
    level = first - up * (first @ up)
    if np.linalg.norm(level) < _LEAST_LEVEL * np.linalg.norm(first):
        raise RecordingError("turned.turns_only", source, remedy=Setting("nod_window_s"))
    return np.asarray(np.cross(up, -level))


def _check_nod(source: Path, size: Float[np.ndarray, " n"]) -> None:
    if size.max() < _LEAST_NOD_RAD:
        raise RecordingError(
            "turned.no_nod",
            source,
            remedy=Setting("nod_window_s"),
            most_deg=float(np.degrees(size.max())),
        )
