"""Estimates as an assessment sees them: of a recording, and of the movement that is normal."""

import numpy as np

from nuchal.assessment.muscles.exertion import exerted
from nuchal.assessment.ranges.reached import ranges_of
from nuchal.assessment.records import HealthyForces, Trial
from nuchal.model.anatomy import Anatomy
from nuchal.model.angles import beyond_range
from nuchal.records import Estimate
from nuchal.tracking.motion import TrackedMotion, smoothed_markers


def trial_of(
    name: str,
    estimate: Estimate,
    tracked: TrackedMotion,
    *,
    free: bool = False,
    returning: bool = False,
) -> Trial:
    """An estimate as an assessment sees it.

    Args:
        name: of the recording.
        estimate: its forces.
        tracked: the motion that they were found from.
        free: whether it was said to be spontaneous movement.
        returning: whether it was said to be of a head that comes back to where it was.
    """
    markers, known = smoothed_markers(tracked)
    return Trial(
        name=name,
        rate_hz=tracked.rate_hz,
        q=estimate.motion.q,
        angles_deg=estimate.head_angles_deg,
        markers=markers,
        known=known,
        exertion=exerted(
            np.asarray(estimate.forces.force),
            np.asarray(estimate.quality),
            estimate.head_angles_deg,
        ),
        free=free,
        returning=returning,
        likely=tuple(ranges_of(angles, known) for angles in tracked.likely_angles_deg),
    )


def healthy_forces_of(estimate: Estimate, anatomy: Anatomy, whose: str) -> HealthyForces:
    """Of an estimate of the movement that is normal, what a person is compared with.

    Postures beyond the generic neck's range cannot be used in recordings, and so not here either.
    """
    usable = np.asarray(estimate.quality) & ~beyond_range(anatomy, estimate.motion.q)
    return HealthyForces(
        whose=whose,
        exertion=exerted(np.asarray(estimate.forces.force), usable, estimate.head_angles_deg),
        activation=np.asarray(estimate.forces.activation),
        moment_arms=np.asarray(estimate.moment_arms),
    )
