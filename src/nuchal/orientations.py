"""How bodies are turned over time, as sensors, cameras and headsets say it, without places."""

from dataclasses import dataclass
from pathlib import Path

from jaxtyping import Bool, Float

from nuchal.arrays import Array, Time
from nuchal.conventions import Device
from nuchal.findings import Finding


@dataclass(frozen=True)
class SegmentAxes:
    """Which of a segment's own axes point forward and up in someone who stands upright.

    Attributes:
        forward: Such as ``+X``.
        up: Such as ``+Z``.
    """

    forward: str
    up: str


@dataclass(frozen=True, kw_only=True)
class OrientationRecording:
    """Rotations of bodies as they were recorded.

    Attributes:
        time: Evenly spaced [s].
        names: Of the bodies (sensors, segments, a headset), each once.
        rotation: From each body's axes to the file's fixed axes, proper and orthonormal; identity
            where it is not known.
        known: Frames in which a body's rotation was measured.
        up: The fixed axis that points up, such as ``+Z``; None where the format does not say so.
        device: What measured them, where the format says so.
        segments: Of bodies that are segments of a person; None for sensors, strapped on somehow.
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
