"""One recording as an assessment sees it: where the head went, what that asked of muscles."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from nuchal.arrays import CoordsT
from nuchal.assessment.deficits import Exertion
from nuchal.assessment.ranges import Ranges, kind_of, ranges_of, together


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One recording of one person."""

    name: str
    """Of its file."""
    rate_hz: float
    q: CoordsT
    """The six coordinates [rad]."""
    angles_deg: Float[np.ndarray, "t 3"]
    """Flexion, right bending and right rotation of the head on the thorax."""
    markers: Float[np.ndarray, "t 3 3"]
    """TP, LH and RH in the thorax frame, smoothed [m]."""
    known: Bool[np.ndarray, " t"]
    """Frames whose posture is known."""
    exertion: Exertion
    """Forces in the same frames."""

    @property
    def ranges(self) -> Ranges:
        """How far the head went in this recording."""
        return ranges_of(self.angles_deg, self.known)

    @property
    def mainly(self) -> str | None:
        """What kind of movement it is; None where the head hardly moved."""
        return kind_of(self.ranges)


def farthest(trials: tuple[Trial, ...]) -> Ranges:
    """How far the head went in any of them."""
    return together([one.ranges for one in trials])


def exertion_of(trials: tuple[Trial, ...]) -> Exertion:
    """Forces of all of them, one after another."""
    return Exertion(
        np.concatenate([np.asarray(one.exertion.force) for one in trials]),
        np.concatenate([np.asarray(one.exertion.usable) for one in trials]),
    )
