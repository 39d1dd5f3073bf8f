"""Forces of a person's neck: in a recording, in a motion, and in the movement that is normal."""

import dataclasses
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from nuchal.assessment.healthy import as_tracked
from nuchal.assessment.records import HealthyForces
from nuchal.assessment.trial import healthy_forces_of
from nuchal.commands.assumed import assumptions_of
from nuchal.commands.own_range import track_recordings
from nuchal.commands.plan import Plan, Suited, choose_method, network_person
from nuchal.commands.run import Progress, silent
from nuchal.errors import Status
from nuchal.io.opensim.engine_frames import opensim_estimate
from nuchal.io.opensim.engine_result import as_simulation
from nuchal.model.person import traits_in_doubt
from nuchal.networks.recording import NetworkForces, forces_by_network, traits_finding
from nuchal.optimisation.simulate import Simulation, simulate
from nuchal.records import Estimate, Motion
from nuchal.tracking.pipeline import TrackedMotion

_USABLE: Final = (Status.OK, Status.OUTSIDE_TRAINING)


class Estimated(NamedTuple):
    """An estimate, and the motion that it was made from."""

    estimate: Estimate
    tracked: TrackedMotion


def estimate_recording(recording: Path, plan: Plan, progress: Progress = silent) -> Estimated:
    """Forces from a recording; nothing is written.

    Raises:
        NuchalError: something given cannot be used; the message says what to do.
    """
    progress("tracking", 0.05)
    own, (tracked,) = track_recordings([recording], plan)
    return estimate_tracked(tracked, own, progress)


def estimate_tracked(tracked: TrackedMotion, plan: Plan, progress: Progress = silent) -> Estimated:
    """Forces of a motion that is there already."""
    progress("solving", 0.25)
    choice, suited = choose_method(tracked, plan)
    if suited is None:
        found, network, traits = _optimised(tracked, plan, progress), None, None
    else:
        found, network = _by_network(suited, tracked, plan)
        traits = network.traits
    estimate = Estimate(
        source=tracked.source,
        subject=plan.person,
        preset=plan.options.preset,
        engine=plan.options.engine,
        motion=tracked.motion,
        moments=found.moments,
        forces=found.forces,
        reactions=found.reactions,
        head_angles_deg=tracked.head_angles_deg(plan.anatomy),
        length=found.length,
        moment_arms=found.moment_arms,
        tracking=tracked.tracking,
        assumptions=(
            *tracked.assumptions,
            *assumptions_of(tracked, plan.person, plan.options, plan.settings),
            *choice.findings,
            *([] if traits is None else [traits_finding(traits)]),
        ),
        quality=np.isin(found.forces.status, _USABLE),
        method=choice.method,
        method_reason=choice.reason,
        network=network,
    )
    return Estimated(estimate, tracked)


def healthy_forces(plan: Plan, motion: Motion, whose: str) -> HealthyForces:
    """Forces of a plan's neck in a movement, found as those of the person's recordings are."""
    as_predicted = plan._replace(options=dataclasses.replace(plan.options, correct=False))
    estimate = estimate_tracked(as_tracked(plan.anatomy, motion), as_predicted).estimate
    return healthy_forces_of(estimate, plan.anatomy, whose)


def _by_network(suited: Suited, tracked: TrackedMotion, plan: Plan) -> NetworkForces:
    return forces_by_network(
        suited.network,
        network_person(plan),
        tracked,
        suited.states,
        plan.settings,
        doubt=traits_in_doubt(plan.person, plan.anatomy),
        corrected=plan.options.correct,
        origin=suited.origin,
    )


def _optimised(tracked: TrackedMotion, plan: Plan, progress: Progress) -> Simulation:
    """By our solver, or by OpenSim's static optimisation."""
    anatomy, motion = plan.anatomy, tracked.motion
    if plan.options.engine == "jax":
        return simulate(anatomy, motion, plan.settings, plan.load, tracked.gravity)
    theirs = opensim_estimate(
        anatomy,
        motion,
        load=plan.load if plan.options.load_kg else None,
        progress=lambda doing, done, of: progress(f"OpenSim: {doing}", 0.25 + 0.4 * done / of),
    )
    return as_simulation(anatomy, motion, theirs)
