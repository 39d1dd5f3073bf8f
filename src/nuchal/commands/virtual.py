"""Virtual people go the way of real ones: recorded, tracked, estimated, compared with the normal.

Two things are left out that change no force and no range: the intervals of networks, and looking
for the neutral pose, which the examiner states.
"""

import dataclasses
from typing import Final, NamedTuple

from nuchal.assessment.healthy import healthy_movement
from nuchal.assessment.records import Healthy, HealthyForces, Trial
from nuchal.assessment.trial import kinematics_of, trial_of
from nuchal.commands.forces import estimate_tracked, healthy_forces
from nuchal.commands.options import ForceOptions
from nuchal.commands.own_range import with_range
from nuchal.commands.plan import Plan, plan_of
from nuchal.synthetic.people import VirtualPerson
from nuchal.synthetic.recording import Conditions, recordings_of, true_trials
from nuchal.tracking.motion import TrackedMotion
from nuchal.tracking.pipeline import TrackingSettings, track

_TRACKING: Final = TrackingSettings(neutral_window_s=(0.1, 1.1))


class Seen(NamedTuple):
    """What an assessment of a virtual person begins with.

    Attributes:
        methods: By which the trials' forces were found.
    """

    plan: Plan
    trials: tuple[Trial, ...]
    methods: tuple[str, ...]
    healthy: Healthy
    own: HealthyForces


def tracked_trials(
    person: VirtualPerson, plan: Plan, conditions: Conditions
) -> tuple[TrackedMotion, ...]:
    """The motions that are found in a virtual person's recordings."""
    seen = recordings_of(person, true_trials(person, conditions.rate_hz), conditions)
    return tuple(track(one, plan.anatomy, settings=_TRACKING) for one in seen)


def see_virtual(person: VirtualPerson, conditions: Conditions, options: ForceOptions) -> Seen:
    """Forces on a virtual person's movements, and on the healthy one."""
    plan = plan_of(person.subject, options)
    tracked = tracked_trials(person, plan, conditions)
    own = with_range(plan, tracked)
    if own is not plan:
        plan, tracked = own, tracked_trials(person, own, conditions)
    done = [estimate_tracked(dataclasses.replace(one, tracking=None), plan) for one in tracked]
    healthy = healthy_movement(person.subject.age_years, plan.anatomy)
    return Seen(
        plan=plan,
        trials=tuple(
            trial_of(kinematics_of(motion.source.stem, motion, plan.anatomy), one.estimate)
            for motion, one in zip(tracked, done, strict=True)
        ),
        methods=tuple(one.estimate.method for one in done),
        healthy=healthy,
        own=healthy_forces(plan, healthy.motion, "own"),
    )
