"""What stands beside a person's range: where muscles end it, and what a short one could mean."""

import dataclasses
from collections.abc import Sequence
from types import MappingProxyType

import numpy as np
from jaxtyping import Bool, Float

from nuchal.assessment.healthy import as_tracked, healthy_movement
from nuchal.assessment.muscles.common import compared
from nuchal.assessment.muscles.exertion import Exertion, one_after_another
from nuchal.assessment.ranges.active import active_ends_deg
from nuchal.assessment.records import Assessment, StiffReading
from nuchal.assessment.stiff import again, read_as_stiff, short_share
from nuchal.commands.light import light_forces, some_frames
from nuchal.commands.plan import Plan, choose_method
from nuchal.commands.tracked import track_again
from nuchal.model.person import in_range
from nuchal.records import Method, Motion
from nuchal.tracking.motion import TrackedMotion


def with_own_range(found: Assessment, plan: Plan, motions: Sequence[TrackedMotion]) -> Assessment:
    """An assessment with the end of active movement, and the other reading of a short range.

    Args:
        found: the assessment.
        plan: by which its forces were found.
        motions: in the person's recordings, on the plan's neck.
    """
    if plan.anatomy.passive_curves is None:
        return found
    method = found.estimates[0].method

    def balance(still: Motion) -> Bool[np.ndarray, " t"]:
        return np.asarray(light_forces(plan, method, still).balanced)

    ends, stiff = active_ends_deg(plan.anatomy, balance), stiff_reading(found, plan, motions)
    return dataclasses.replace(found, active_end_deg=MappingProxyType(ends), stiff=stiff)


def stiff_reading(
    found: Assessment, plan: Plan, motions: Sequence[TrackedMotion]
) -> StiffReading | None:
    """The other reading of a short range, in the common range alone.

    Args:
        found: the assessment, of a neck with curves that are not shortened.
        plan: by which its forces were found.
        motions: in the person's recordings, on the plan's neck.

    Returns:
        None where no range is short, there is nothing to compare, or the forces are of the
        paper's networks, which do not know how stiff a neck is.
    """
    if plan.paper is not None:
        return None
    norm = found.geometry.healthy.norm
    share = short_share(found.geometry.ranges, norm, plan.person.range_deg)
    if (share == 1.0).all() or found.ratios is None or found.ratios.common is None:
        return None
    other = plan._replace(anatomy=in_range(plan.anatomy, share))
    normal = as_tracked(other.anatomy, healthy_movement(norm.age_years, other.anatomy).motion)
    method = choose_method(normal, other)[0].method
    mine = [
        _forces(one.exertion, _tracked(motion, other), other, estimate.method, norm.mean_deg)
        for one, motion, estimate in zip(found.trials, motions, found.estimates, strict=True)
    ]
    return read_as_stiff(
        found,
        share,
        one_after_another(mine),
        _forces(found.healthy.exertion, normal, other, method, norm.mean_deg),
        np.asarray(plan.anatomy.max_isometric_force),
    )


def _tracked(motion: TrackedMotion, plan: Plan) -> TrackedMotion:
    return track_again(motion, plan.person, plan.anatomy, plan.options)


def _forces(
    before: Exertion,
    tracked: TrackedMotion,
    plan: Plan,
    method: Method,
    mean_deg: Float[np.ndarray, "6"],
) -> Exertion:
    """The same movement on another neck: frames of the common range, if they stand alone."""
    needed = compared(before, mean_deg)
    if not needed.any():
        return before
    which = needed if plan.settings.rate is None else np.ones(len(needed), bool)
    gravity = np.asarray(tracked.gravity)[which]
    found = light_forces(plan, method, some_frames(tracked.motion, which), gravity)
    return again(before, which, found.force, found.balanced & needed[which])
