"""What comes in: markers or bodies that are seen now, sample by sample."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from jaxtyping import Bool, Float

from nuchal.conventions import Device
from nuchal.orientations import SegmentAxes


@dataclass(frozen=True, kw_only=True)
class MarkerFeed:
    """Markers in laboratory axes.

    Attributes:
        source: What a person calls it: a file or the name of a stream.
        rate_hz: Samples a second as it states them; None where it does not.
        vertical: Which laboratory axis points up, where it says so.
    """

    source: Path
    names: tuple[str, ...]
    rate_hz: float | None = None
    vertical: Literal["X", "Y", "Z"] | None = None


@dataclass(frozen=True, kw_only=True)
class BodyFeed:
    """How bodies are turned; ``orientations.OrientationRecording`` says what the rest means."""

    source: Path
    names: tuple[str, ...]
    rate_hz: float | None = None
    up: str | None = None
    device: Device | None = None
    segments: SegmentAxes | None = None


Feed: TypeAlias = MarkerFeed | BodyFeed


class Sample(NamedTuple):
    """What is seen at one moment.

    Attributes:
        time: By a clock that does not go back [s].
        values: Places of the feed's markers [m], or rotations of its bodies; anything where not
            known.
    """

    time: float
    values: Float[np.ndarray, "n 3"] | Float[np.ndarray, "n 3 3"]
    known: Bool[np.ndarray, " n"]
