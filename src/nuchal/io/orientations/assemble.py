"""Rotations in the rows of a file become a recording: every frame, bodies that were seen."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from jaxtyping import Float

from nuchal.errors import RecordingError, Setting
from nuchal.findings import Assumed, Found, finding
from nuchal.io.orientations.format import Options
from nuchal.io.orientations.frames import Frames
from nuchal.io.orientations.rotations import Turns
from nuchal.orientations import OrientationRecording, SegmentAxes

# From left-handed axes to right-handed ones and back: the third points the other way.
_MIRROR: Final = np.diag([1.0, 1.0, -1.0])


@dataclass(frozen=True)
class Axes:
    """What a format says of its axes; see ``OrientationRecording``."""

    up: str | None = None
    segments: SegmentAxes | None = None


def assemble(
    path: Path,
    names: tuple[str, ...],
    turns: Turns,
    frames: Frames,
    axes: Axes = Axes(),
    *,
    left_handed: bool | None = False,
) -> OrientationRecording:
    """A recording of bodies whose rotations have been read.

    Args:
        path: The file.
        names: Of the bodies.
        turns: Of the rows.
        frames: Which frame has which row.
        axes: Of the format.
        left_handed: Whether the axes of the file are; None where neither it nor the user says so.

    Raises:
        RecordingError: Two bodies are called alike, or none was seen in any frame.
    """
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise RecordingError("orientation.same_names", path, name=twice[0])
    known = turns.known[frames.row] & frames.known[:, None]
    rotation = turns.rotation[frames.row]
    if left_handed:
        rotation = right_handed(rotation)
    seen = known.any(axis=0)
    if not seen.any():
        raise RecordingError("orientation.nothing_known", path)
    notes = [*frames.timing.notes, *turns.notes]
    if left_handed is None:
        notes.append(finding(Assumed.RIGHT_HANDED, mend=Setting("left_handed", True)))
    if not seen.all():
        unseen = [name for name, one in zip(names, seen, strict=True) if not one]
        notes.append(finding(Found.BODIES_NEVER_SEEN, bodies=unseen))
    return OrientationRecording(
        source=path,
        time=frames.timing.time,
        rate_hz=frames.timing.rate_hz,
        names=tuple(name for name, one in zip(names, seen, strict=True) if one),
        rotation=np.where(known[..., None, None], rotation, np.eye(3))[:, seen],
        known=known[:, seen],
        up=axes.up,
        segments=axes.segments,
        notes=tuple(notes),
    )


def right_handed(rotation: Float[np.ndarray, "*n 3 3"]) -> Float[np.ndarray, "*n 3 3"]:
    """Rotations in left-handed axes, in right-handed ones."""
    return np.asarray(_MIRROR @ rotation @ _MIRROR)


def stated(options: Options, **said: object) -> Options:
    """Options of a format that says these itself."""
    return replace(options, **said)  # type: ignore[arg-type]
