"""One recording as an assessment sees it: where the head went, what that asked of muscles."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from nuchal.arrays import CoordsT
from nuchal.assessment.muscles.ratios import Exertion
from nuchal.assessment.ranges.reached import Ranges, farthest_ranges, movement_kind, ranges_of
from nuchal.model.angles import head_angles_deg
from nuchal.records import Estimate
from nuchal.tracking.pipeline import TrackedMotion, smoothed_markers


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One recording of one person.

    Attributes:
        name: Of its file.
        q: The six coordinates [rad].
        angles_deg: Flexion, right bending and right rotation of the head on the thorax.
        markers: TP, LH and RH in the thorax frame, smoothed [m].
        known: Frames whose posture is known.
        exertion: Forces in the same frames.
    """

    name: str
    rate_hz: float
    q: CoordsT
    angles_deg: Float[np.ndarray, "t 3"]
    markers: Float[np.ndarray, "t 3 3"]
    known: Bool[np.ndarray, " t"]
    exertion: Exertion

    @property
    def ranges(self) -> Ranges:
        """How far the head went in this recording."""
        return ranges_of(self.angles_deg, self.known)

    @property
    def mainly(self) -> str | None:
        """What kind of movement it is; None where the head hardly moved."""
        return movement_kind(self.ranges)


def trial_of(name: str, estimate: Estimate, tracked: TrackedMotion) -> Trial:
    """A recording whose forces are known, as an assessment sees it."""
    markers, known = smoothed_markers(tracked)
    return Trial(
        name=name,
        rate_hz=tracked.rate_hz,
        q=estimate.motion.q,
        angles_deg=head_angles_deg(estimate.motion.q),
        markers=markers,
        known=known,
        exertion=Exertion(np.asarray(estimate.forces.force), np.asarray(estimate.quality)),
    )


def farthest(trials: tuple[Trial, ...]) -> Ranges:
    """How far the head went in any of them."""
    return farthest_ranges([one.ranges for one in trials])


def exertion_of(trials: tuple[Trial, ...]) -> Exertion:
    """Forces of all of them, one after another."""
    return Exertion(
        np.concatenate([np.asarray(one.exertion.force) for one in trials]),
        np.concatenate([np.asarray(one.exertion.usable) for one in trials]),
    )
