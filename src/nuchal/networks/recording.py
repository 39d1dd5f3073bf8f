"""Forces by network for one recording: what is in doubt, the prediction, and its correction."""

from typing import Final, NamedTuple

import numpy as np

from nuchal.dynamics.pipeline import State, step_of
from nuchal.errors import Status
from nuchal.findings import Finding, Found, finding
from nuchal.model.anatomy import Anatomy
from nuchal.networks.equilibrium.domain import COVERAGE
from nuchal.networks.equilibrium.inference import predict
from nuchal.networks.equilibrium.outcome import Corrected, correct, simulation_of
from nuchal.networks.equilibrium.records import Doubt, NeckNetwork, Person, Prediction
from nuchal.networks.equilibrium.rhythm import estimate_rhythm, population_rhythm
from nuchal.networks.equilibrium.window import angle_noise, marker_angles_of, noise_of_windows
from nuchal.optimisation.settings import RecruitmentSettings
from nuchal.optimisation.simulate import Simulation
from nuchal.records import Correction, Intervals, LearntRhythm, NetworkFindings
from nuchal.tracking.pipeline import TrackedMotion, smoothed_markers

# Root mean square of a turn of the head from which on its share can be told.
_MOVES_RAD: Final = 0.05


class NetworkForces(NamedTuple):
    """A network's forces with all that follows from them."""

    simulation: Simulation
    findings: NetworkFindings


def forces_by_network(
    network: NeckNetwork,
    person: Person,
    tracked: TrackedMotion,
    states: State,
    settings: RecruitmentSettings,
    *,
    corrected: bool,
    origin: str,
) -> NetworkForces:
    """Forces of one recording by the networks of its preset.

    ``corrected``: the exact solver brings the forces into equilibrium; ``origin``: where the
    network is from.
    """
    step_s, correction = step_of(tracked.motion), None
    rhythm = learnt_rhythm(person.anatomy, tracked)
    noise = recorded_noise(network, person.anatomy, tracked)
    doubt = Doubt(np.zeros(3) if rhythm is None else rhythm.doubt, np.asarray(noise))
    found = predict(network, person, states, settings, step_s=step_s, doubt=doubt)
    if corrected:
        start = np.asarray(found.multiplier)
        exact = correct(person, states, settings, start, step_s=step_s)
        simulation, correction = exact.simulation, _moved(found, exact)
    else:
        simulation = simulation_of(person, states, settings, found, step_s=step_s)
    findings = NetworkFindings(
        weights=origin,
        intervals=Intervals(low=found.low, high=found.high, coverage=COVERAGE),
        distance=np.asarray(found.distance, float),
        rhythm=rhythm,
        correction=correction,
    )
    return NetworkForces(simulation, findings)


def learnt_rhythm(anatomy: Anatomy, tracked: TrackedMotion) -> LearntRhythm | None:
    """How upper and lower neck share movement, as the recording shows it.

    None where the recording holds the coordinates themselves. Forces belong to the coordinates as
    tracked, whose share can differ from what was learnt; the doubt covers both, but no more than
    people differ.
    """
    if tracked.tracking is None:
        return None
    time, status = np.asarray(tracked.motion.time), np.asarray(tracked.motion.status)
    markers, known = smoothed_markers(tracked)
    kept = known & (status == Status.OK)
    belief = estimate_rhythm(anatomy, time[kept], markers[kept])
    population = population_rhythm()
    tracked_share = _share(np.asarray(tracked.motion.q)[kept], belief.share)
    off = np.hypot(belief.sd, belief.share - tracked_share)
    return LearntRhythm(
        share=belief.share,
        sd=belief.sd,
        population_share=population.share,
        population_sd=population.sd,
        tracked_share=tracked_share,
        doubt=np.minimum(off, population.sd),
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


def rhythm_finding(rhythm: LearntRhythm) -> Finding:
    """What was learnt, beside what is believed of anybody."""
    return finding(
        Found.RHYTHM_LEARNT,
        share=tuple(rhythm.share),
        sd=tuple(rhythm.sd),
        population_share=tuple(rhythm.population_share),
        population_sd=tuple(rhythm.population_sd),
    )


def _share(q: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
    """The upper neck's part of what the head does in each direction; as given where it rests."""
    upper, total = q[:, :3], q[:, :3] + q[:, 3:]
    moves = max(len(q), 1) * _MOVES_RAD**2
    square = (total**2).sum(axis=0)
    share = (upper * total).sum(axis=0) / np.maximum(square, moves)
    return np.where(square > moves, share, otherwise)


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
