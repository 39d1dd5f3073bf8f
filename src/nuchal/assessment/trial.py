"""Motions and estimates as an assessment sees them, recorded ones and the one that is normal."""

import numpy as np

from nuchal.assessment.kinematics import Kinematics
from nuchal.assessment.muscles.exertion import exerted
from nuchal.assessment.ranges.reached import ranges_of
from nuchal.assessment.records import HealthyForces, Trial
from nuchal.model.anatomy import Anatomy
from nuchal.model.angles import beyond_range
from nuchal.records import Estimate
from nuchal.tracking.motion import TrackedMotion, smoothed_markers


def kinematics_of(
    name: str,
    tracked: TrackedMotion,
    anatomy: Anatomy,
    *,
    free: bool = False,
    returning: bool = False,
) -> Kinematics:
    """A tracked motion as an assessment sees it.

    Args:
        name: of the recording.
        tracked: its motion.
        anatomy: the neck that moved.
        free: whether it was said to be spontaneous movement.
        returning: whether it was said to be of a head that comes back to where it was.
    """
    markers, known = smoothed_markers(tracked)
    return Kinematics(
        name=name,
        rate_hz=tracked.rate_hz,
        q=np.asarray(tracked.motion.q),
        angles_deg=tracked.head_angles_deg(anatomy),
        markers=markers,
        known=known,
        free=free,
        returning=returning,
        likely=tuple(ranges_of(angles, known) for angles in tracked.likely_angles_deg),
    )


def trial_of(moved: Kinematics, estimate: Estimate) -> Trial:
    """How a person moved in a recording, and the forces that this took."""
    force, usable = np.asarray(estimate.forces.force), np.asarray(estimate.quality)
    return Trial(**vars(moved), exertion=exerted(force, usable, estimate.head_angles_deg))


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
