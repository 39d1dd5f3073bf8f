"""Forces by network for one recording: what is in doubt, the prediction, and its correction."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from nuchal.dynamics.pipeline import states_of, step_of
from nuchal.errors import Status
from nuchal.findings import Finding, Found, finding
from nuchal.model.anatomy import Anatomy
from nuchal.model.traits import trait_names, trait_sd
from nuchal.networks.equilibrium.domain import COVERAGE
from nuchal.networks.equilibrium.inference import predict
from nuchal.networks.equilibrium.learnt_traits import estimate_traits
from nuchal.networks.equilibrium.outcome import Corrected, correct, simulation_of
from nuchal.networks.equilibrium.records import Doubt, NeckNetwork, Person, Prediction
from nuchal.networks.equilibrium.window import angle_noise, marker_angles_of, noise_of_windows
from nuchal.optimisation.settings import RecruitmentSettings
from nuchal.optimisation.simulate import Simulation
from nuchal.records import Correction, Intervals, LearntTraits, NetworkFindings
from nuchal.tracking.motion import TrackedMotion, smoothed_markers


class NetworkForces(NamedTuple):
    """A network's forces with all that follows from them."""

    simulation: Simulation
    findings: NetworkFindings


def forces_by_network(
    network: NeckNetwork,
    person: Person,
    tracked: TrackedMotion,
    settings: RecruitmentSettings,
    *,
    doubt: Float[np.ndarray, " traits"],
    distance: Float[np.ndarray, "t 5"],
    corrected: bool,
    origin: str,
) -> NetworkForces:
    """Forces of one recording by the networks of its preset.

    ``doubt``: what is not known of the person's traits before the recording is seen, as a share of
    how people differ; ``distance``: of every frame from the training frames; ``corrected``: the
    exact solver brings the forces into equilibrium; ``origin``: where the network is from.
    """
    states = states_of(person.anatomy, tracked.motion, tracked.gravity)
    step_s, correction = step_of(tracked.motion), None
    traits = learnt_traits(person.anatomy, tracked, doubt)
    noise = recorded_noise(network, person.anatomy, tracked)
    left = np.zeros(len(doubt)) if traits is None else traits.doubt
    unsure = Doubt(left, np.asarray(noise))
    found = predict(
        network, person, states, settings, step_s=step_s, doubt=unsure, distance=distance
    )
    if corrected:
        start = np.asarray(found.multiplier)
        exact = correct(person, states, settings, start, step_s=step_s)
        simulation, correction = exact.simulation, _moved(found, exact)
    else:
        simulation = simulation_of(person, states, settings, found, step_s=step_s)
    findings = NetworkFindings(
        weights=origin,
        intervals=Intervals(low=found.low, high=found.high, coverage=COVERAGE),
        distance=distance,
        traits=traits,
        correction=correction,
    )
    return NetworkForces(simulation, findings)


def learnt_traits(
    anatomy: Anatomy, tracked: TrackedMotion, doubt: Float[np.ndarray, " traits"]
) -> LearntTraits | None:
    """How a person's traits differ from those of their neck, as the recording shows it.

    None where the recording holds the coordinates themselves. Forces are those of the neck as it
    is; the doubt covers what was learnt as well, but no more than was unknown beforehand.
    """
    if tracked.tracking is None:
        return None
    time, status = np.asarray(tracked.motion.time), np.asarray(tracked.motion.status)
    markers, known = smoothed_markers(tracked)
    kept = known & (status == Status.OK)
    belief, spread = estimate_traits(anatomy, time[kept], markers[kept], doubt), trait_sd(anatomy)
    return LearntTraits(
        names=trait_names(anatomy),
        mean=belief.traits,
        sd=belief.sd,
        before_sd=doubt * spread,
        doubt=np.minimum(np.hypot(belief.sd, belief.traits) / spread, doubt),
        frames=belief.frames,
    )


def recorded_noise(network: NeckNetwork, anatomy: Anatomy, tracked: TrackedMotion) -> float:
    """Noise of the recording, as that of windows whose accelerations err as much [rad]."""
    if tracked.tracking is None:
        return 0.0
    time, status = np.asarray(tracked.motion.time), np.asarray(tracked.motion.status)
    markers, known = np.asarray(tracked.markers), status == Status.OK
    if not known.any():
        return 0.0
    local = np.asarray(anatomy.markers)
    angles = marker_angles_of(local[None], markers[known][None])[0]
    step_s = float(np.median(np.diff(time)))
    return noise_of_windows(
        np.asarray(network.filter_errors, float),
        angle_noise(np.asarray(angles, float)),
        step_s=step_s,
        cutoff_hz=tracked.cutoff_hz,
    )


def traits_finding(traits: LearntTraits) -> Finding:
    """What is left unknown of the traits."""
    return finding(Found.TRAITS_LEARNT, left=float(traits.doubt.mean()))


def _moved(found: Prediction, corrected: Corrected) -> Correction:
    forces = corrected.simulation.forces
    solved = np.isin(np.asarray(forces.status), [Status.OK, Status.BEYOND_RANGE])
    moved = np.abs(np.asarray(forces.force) - found.central)[solved]
    if not len(moved):
        moved = np.zeros((1, moved.shape[1]))
    return Correction(
        rms_moved_n=float(np.sqrt(np.mean(moved**2))),
        largest_moved_n=float(moved.max()),
        largest_muscle=int(moved.max(axis=0).argmax()),
        newton_steps=float(corrected.steps.mean()),
        newton_steps_unaided=float(corrected.steps_unaided.mean()),
    )
