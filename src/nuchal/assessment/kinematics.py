"""How head and markers moved in each recording, whatever forces that took."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from nuchal.arrays import CoordsT
from nuchal.assessment.attempts.attempts import Angles
from nuchal.assessment.ranges.reached import (
    ALL_DIRECTIONS,
    Ranges,
    farthest_ranges,
    movement_kind,
    ranges_of,
)


@dataclass(frozen=True, kw_only=True)
class Kinematics:
    """How head and markers moved in one recording of one person.

    Attributes:
        name: Of its file.
        q: The six coordinates [rad].
        angles_deg: Flexion, right bending and right rotation of the head on the thorax.
        markers: TP, LH and RH in the thorax frame, smoothed [m].
        known: Frames whose posture is known.
        free: Whether it was said to be spontaneous movement, and none of the tasks.
        returning: Whether it was said to be of a head that comes back to where it was.
        likely: How far the head went in other motions that are as likely.
    """

    name: str
    rate_hz: float
    q: CoordsT
    angles_deg: Float[np.ndarray, "t 3"]
    markers: Float[np.ndarray, "t 3 3"]
    known: Bool[np.ndarray, " t"]
    free: bool = False
    returning: bool = False
    likely: tuple[Ranges, ...] = ()

    @property
    def ranges(self) -> Ranges:
        """How far the head went in this recording."""
        return ranges_of(self.angles_deg, self.known)

    @property
    def turned(self) -> Angles:
        """What attempts are sought in."""
        return Angles(self.name, self.rate_hz, self.angles_deg, self.known)

    @property
    def mainly(self) -> str | None:
        """What kind of movement it is; None where the head hardly moved."""
        return movement_kind(self.ranges)


def farthest(recordings: Sequence[Kinematics]) -> Ranges:
    """How far the head went in any of them."""
    return farthest_ranges([one.ranges for one in recordings])


def range_error_deg2(recordings: Sequence[Kinematics]) -> Float[np.ndarray, "10"]:
    """Variance of how far the head went to each of ``ALL_DIRECTIONS``, by what measured it.

    The squared difference between the recorded motions and those that are as likely, on average;
    zero of markers.
    """
    own = farthest(recordings)
    draws = min((len(one.likely) for one in recordings if one.likely), default=0)
    squares = np.zeros((draws, len(ALL_DIRECTIONS)))
    for k in range(draws):
        other = farthest_ranges([one.likely[k] if one.likely else one.ranges for one in recordings])
        squares[k] = (_all_deg(other) - _all_deg(own)) ** 2
    return squares.mean(axis=0) if draws else np.zeros(len(ALL_DIRECTIONS))


def _all_deg(ranges: Ranges) -> Float[np.ndarray, "10"]:
    return np.concatenate([ranges.reach_deg, ranges.corner_deg])
