"""Forces of a person's neck: in a recording, in a motion, and in the movement that is normal."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from nuchal.assessment.healthy import as_tracked
from nuchal.assessment.records import HealthyForces
from nuchal.assessment.trial import healthy_forces_of
from nuchal.commands.assumed import assumptions_of
from nuchal.commands.head_forces import Pushed, head_forces_of, refuse_unfit
from nuchal.commands.likely import with_likely
from nuchal.commands.options import NOTHING_OUTSIDE, HeadForceOptions
from nuchal.commands.own_range import track_recordings
from nuchal.commands.plan import Plan, Suited, choose_method, network_person
from nuchal.commands.run import Progress, silent
from nuchal.dynamics.external import wrench_of
from nuchal.dynamics.pipeline import states_of
from nuchal.errors import Status
from nuchal.io.networks.paper import StoredNetworks
from nuchal.io.opensim.engine_frames import opensim_estimate
from nuchal.io.opensim.engine_result import as_simulation
from nuchal.model.person import traits_in_doubt
from nuchal.networks.paper.recording import PaperForces, forces_by_paper, paper_findings
from nuchal.networks.recording import NetworkForces, forces_by_network, traits_finding
from nuchal.optimisation.simulate import Simulation, simulate
from nuchal.plain_text import file_name
from nuchal.records import Estimate, Method, Motion, WantedActivation
from nuchal.tracking.motion import TrackedMotion

# By method; a network's forces balance wherever they are usable, the paper's do so nowhere.
_USABLE: Final[Mapping[Method, tuple[Status, ...]]] = {
    "optimisation": (Status.OK,),
    "network": (Status.OK, Status.OUTSIDE_TRAINING),
    "paper": (Status.OK,),
}


class Estimated(NamedTuple):
    """An estimate, and the motion that it was made from."""

    estimate: Estimate
    tracked: TrackedMotion


def estimate_recording(
    recording: Path,
    plan: Plan,
    progress: Progress = silent,
    outside: HeadForceOptions = NOTHING_OUTSIDE,
) -> Estimated:
    """Forces from a recording, with what acts on the head from outside; nothing is written.

    Raises:
        NuchalError: something given cannot be used; the message says what to do.
    """
    refuse_unfit(outside)
    progress("tracking", 0.05)
    own, (tracked,) = track_recordings([recording], plan)
    pushed = head_forces_of(tracked, own.anatomy, outside, own.options)
    return estimate_tracked(tracked, own, progress, pushed)


def estimate_tracked(
    tracked: TrackedMotion,
    plan: Plan,
    progress: Progress = silent,
    pushed: Pushed | None = None,
    wanted: WantedActivation | None = None,
) -> Estimated:
    """Forces of a motion that is there already, under forces on the head from outside.

    ``wanted`` is what EMG says of the activations, for an objective that has a term for it.
    """
    progress("solving", 0.25)
    choice, suited = choose_method(tracked, plan, pushed=pushed is not None)
    network = paper = None
    told = list(choice.findings)
    if plan.paper is not None:
        by_paper = _by_paper(plan.paper, tracked, plan)
        found, paper = by_paper
        told += paper_findings(by_paper, plan.paper.about)
    elif suited is None:
        found = _optimised(tracked, plan, progress, pushed, wanted)
    else:
        found, network = _by_network(suited, tracked, plan)
        told += [] if network.traits is None else [traits_finding(network.traits)]
    intervals = None if network is None else network.intervals
    if tracked.likely:
        progress("trying other motions that are as likely", 0.6)
        intervals = with_likely(
            np.asarray(found.forces.force),
            tracked.likely,
            lambda motion: _by_solver(tracked, motion, plan, pushed),
            intervals,
        )
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
            *(() if pushed is None else pushed.findings),
            *told,
        ),
        quality=np.isin(found.forces.status, _USABLE[choice.method]),
        method=choice.method,
        method_reason=choice.reason,
        network=network,
        paper=paper,
        head_forces=None if pushed is None else pushed.forces,
        intervals=intervals,
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
        plan.settings,
        doubt=traits_in_doubt(plan.person, plan.anatomy),
        distance=suited.distance,
        corrected=plan.options.correct,
        origin=suited.origin,
    )


def _by_paper(stored: StoredNetworks, tracked: TrackedMotion, plan: Plan) -> PaperForces:
    states, file = states_of(plan.anatomy, tracked.motion, tracked.gravity), plan.options.network
    return forces_by_paper(
        stored.networks,
        plan.person,
        plan.anatomy,
        states,
        plan.settings,
        origin="" if file is None else file_name(file),
    )


def _optimised(
    tracked: TrackedMotion,
    plan: Plan,
    progress: Progress,
    pushed: Pushed | None,
    wanted: WantedActivation | None,
) -> Simulation:
    """By our solver, or by OpenSim's static optimisation."""
    anatomy, motion = plan.anatomy, tracked.motion
    if plan.options.engine == "jax":
        return _by_solver(tracked, motion, plan, pushed, wanted)
    wrench = None if pushed is None else wrench_of(pushed.forces)
    theirs = opensim_estimate(
        anatomy,
        motion,
        load=plan.load if plan.options.load_kg else None,
        wrench=wrench,
        progress=lambda doing, done, of: progress(f"OpenSim: {doing}", 0.25 + 0.4 * done / of),
    )
    return as_simulation(anatomy, motion, theirs)


def _by_solver(
    tracked: TrackedMotion,
    motion: Motion,
    plan: Plan,
    pushed: Pushed | None,
    wanted: WantedActivation | None = None,
) -> Simulation:
    """A motion of the recorded person, with the gravity, loads and forces of the recording."""
    wrench = None if pushed is None else wrench_of(pushed.forces)
    return simulate(
        plan.anatomy,
        motion,
        plan.settings,
        plan.load,
        tracked.gravity,
        wrench=wrench,
        wanted=wanted,
    )
