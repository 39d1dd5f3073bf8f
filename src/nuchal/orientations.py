"""How bodies are turned over time: what sensors, headsets and markerless systems give."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from jaxtyping import Bool, Float

from nuchal.arrays import Array, Time
from nuchal.findings import Finding

# What measured them: kinds that err in different ways.
Device: TypeAlias = Literal["rigid bodies", "inertial", "markerless", "headset", "camera"]


@dataclass(frozen=True, kw_only=True)
class SegmentAxes:
    """Which axes of a segment point forward and up in someone upright, e.g. ``+X`` and ``+Z``."""

    forward: str
    up: str


@dataclass(frozen=True, kw_only=True)
class OrientationRecording:
    """Rotations of n bodies as a file has them.

    Attributes:
        names: Of the bodies: sensors, segments, a headset; each once.
        time: [s], evenly spaced.
        rotation: From each body's axes to the file's fixed axes; identity where not known.
        up: Fixed axis that points up, e.g. ``+Z``, where the format says so.
        device: What measured them, where the format says so.
        segments: Of bodies that are segments of a person; None of sensors strapped on somehow.
        notes: What had to be assumed or repaired in reading.
    """

    source: Path
    time: Time
    rate_hz: float
    names: tuple[str, ...]
    rotation: Float[Array, "t n 3 3"]
    known: Bool[Array, "t n"]
    up: str | None = None
    device: Device | None = None
    segments: SegmentAxes | None = None
    notes: tuple[Finding, ...] = ()
