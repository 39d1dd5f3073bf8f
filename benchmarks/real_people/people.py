"""Recordings of people, each computed by network and by optimisation from the same motion."""

import dataclasses
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from nuchal.arrays import Array, Coords, Muscles
from nuchal.batches import in_chunks, of_frames
from nuchal.commands.options import ForceOptions
from nuchal.commands.plan import Plan, network_person, plan_of
from nuchal.commands.tracked import read_and_track
from nuchal.conventions import Preset
from nuchal.dynamics.pipeline import State, states_of, step_of
from nuchal.errors import Status
from nuchal.io.networks.equilibrium import StoredNeckNetwork
from nuchal.model.anatomy import Anatomy
from nuchal.model.person import traits_in_doubt
from nuchal.model.traits import trait_sd, with_traits
from nuchal.networks.equilibrium.domain import Choice, choose
from nuchal.networks.equilibrium.head_motion import coordinates_of, head_motion_of
from nuchal.networks.equilibrium.inference import distances_of, predict
from nuchal.networks.equilibrium.records import Coordinates, Doubt, Person, Prediction
from nuchal.networks.equilibrium.traits_in_doubt import state_in
from nuchal.networks.recording import forces_by_network
from nuchal.optimisation.causal import Carried, with_rate
from nuchal.optimisation.settings import RecruitmentSettings
from nuchal.optimisation.simulate import Simulation, mechanics_of_frame, simulate
from nuchal.optimisation.solvers.exact import Hint, recruit
from nuchal.records import HeadLoad, Motion, NetworkFindings, Subject
from nuchal.tracking.motion import TrackedMotion

MOVEMENTS: Final = {
    "trial_1": "rotation",
    "trial_2": "bending",
    "trial_3": "flexion",
    "trial_4": "extension",
    "trial_5": "combined",
}
"""What a trial shows, by the name of its folder; others keep their name."""
TRIALS: Final = "trial_*/data_marker.csv"
STATIC: Final = "Static.csv"
NECKS: Final = 8
"""Necks drawn from what a recording leaves in doubt."""
EVERY: Final = 4
"""Of the frames in another neck one in so many is kept."""
_KNOWN: Final = (Status.OK, Status.BEYOND_RANGE)
_GOOD: Final = (Status.OK, Status.OUTSIDE_TRAINING)


class Trial(NamedTuple):
    """Where one recording lies, and what it is called without naming anybody."""

    name: str
    path: Path
    folder: Path
    """The person's."""
    static: Path | None


class Case(NamedTuple):
    """One recording of one person, ready for muscles to be recruited."""

    plan: Plan
    tracked: TrackedMotion

    @property
    def subject(self) -> Subject:
        """Whose recording."""
        return self.plan.person

    @property
    def options(self) -> ForceOptions:
        """How forces are found."""
        return self.plan.options

    @property
    def anatomy(self) -> Anatomy:
        """The person's neck."""
        return self.plan.anatomy

    @property
    def settings(self) -> RecruitmentSettings:
        """Of the optimisation."""
        return self.plan.settings

    @property
    def load(self) -> HeadLoad:
        """On the head."""
        return self.plan.load

    @property
    def person(self) -> Person:
        """Whose neck, as a network is told."""
        return network_person(self.plan)

    @property
    def states(self) -> State:
        """The frames of the recording."""
        return states_of(self.anatomy, self.tracked.motion, self.tracked.gravity)

    @property
    def step_s(self) -> float:
        """Time from one frame to the next [s]."""
        return step_of(self.tracked.motion)


class OtherNecks(NamedTuple):
    """Exact forces, had the person's neck other traits; some of the frames."""

    force: np.ndarray
    """(neck, frame, muscle) [N]."""
    solved: np.ndarray
    """(neck, frame)."""
    frame: np.ndarray
    """Which frames these are."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Both:
    """One recording by both methods."""

    name: str
    case: Case
    choice: Choice
    """What ``--method auto`` takes."""
    optimised: Simulation
    network: Simulation
    """Its forces are the central ones: for the likeliest neck."""
    findings: NetworkFindings
    mean: np.ndarray
    """The network's mean over all that is possible (t, 72) [N]."""
    multiplier: np.ndarray
    """Of the optimisation (t, 6) [1/(N m)]."""
    others: OtherNecks

    @property
    def exact(self) -> np.ndarray:
        """Forces by optimisation (t, 72) [N]."""
        return np.asarray(self.optimised.forces.force)

    @property
    def central(self) -> np.ndarray:
        """The network's forces for the likeliest neck (t, 72) [N]."""
        return np.asarray(self.network.forces.force)

    @property
    def statuses(self) -> tuple[np.ndarray, np.ndarray]:
        """Of every frame, by optimisation and by network."""
        return np.asarray(self.optimised.forces.status), np.asarray(self.network.forces.status)

    @property
    def counted(self) -> np.ndarray:
        """Frames that can be used whichever method is asked (t,)."""
        exact, network = self.statuses
        return (exact == Status.OK) & np.isin(network, _GOOD)


def trials_in(folder: Path, pattern: str = TRIALS) -> list[Trial]:
    """Recordings of a folder that has a folder for each person; people become A, B, C ..."""
    people = [one for one in sorted(folder.iterdir()) if one.is_dir() and any(one.glob(pattern))]
    found = []
    for k, person in enumerate(people):
        letter = chr(ord("A") + k) if k < 26 else f"No. {k + 1}"
        static = person / STATIC
        for i, path in enumerate(sorted(person.glob(pattern)), start=1):
            what = MOVEMENTS.get(path.parent.name, f"recording {i}")
            still = static if static.is_file() else None
            found.append(Trial(f"{letter}, {what}", path, person, still))
    return found


def both_ways(trial: Trial, person: Subject, preset: Preset, dice: np.random.Generator) -> Both:
    """Forces of one recording by network and by optimisation, as ``nuchal estimate`` has them."""
    options = ForceOptions(method="network", preset=preset, static=trial.static)
    plan = plan_of(person, options)
    stored = plan.network
    if stored is None:
        raise ValueError(f"there are no networks of preset {preset}")
    case = Case(plan, read_and_track(trial.path, person, plan.anatomy, options))
    motion, settings = case.tracked.motion, case.settings
    optimised = simulate(case.anatomy, motion, settings, case.load, case.tracked.gravity)
    distance = distances_of(stored.network.domain, case.person, case.states).astype(float)
    network = forces_by_network(
        stored.network,
        case.person,
        case.tracked,
        settings,
        doubt=traits_in_doubt(case.plan.person, case.anatomy),
        distance=distance,
        corrected=False,
        origin="",
    )
    prediction = _prediction(stored, case, network.findings)
    known = np.isin(np.asarray(motion.status), _KNOWN)
    return Both(
        name=trial.name,
        case=case,
        choice=choose("auto", np.asarray(network.findings.distance), known),
        optimised=optimised,
        network=network.simulation,
        findings=network.findings,
        mean=np.asarray(prediction.force, float),
        multiplier=_multipliers(case, optimised, prediction),
        others=_other_necks(case, network.findings, dice),
    )


def _doubt(case: Case, findings: NetworkFindings) -> np.ndarray:
    none = np.zeros(len(trait_sd(case.anatomy)))
    return none if findings.traits is None else findings.traits.doubt


def _prediction(stored: StoredNeckNetwork, case: Case, findings: NetworkFindings) -> Prediction:
    """What ``forces_by_network`` predicts, the mean with it."""
    return predict(
        stored.network,
        case.person,
        case.states,
        case.settings,
        step_s=case.step_s,
        doubt=Doubt(_doubt(case, findings), np.zeros(())),
        distance=np.asarray(findings.distance),
    )


def _other_necks(case: Case, findings: NetworkFindings, dice: np.random.Generator) -> OtherNecks:
    motion, anatomy = case.tracked.motion, case.anatomy
    frame = np.arange(0, len(motion.time), EVERY)
    states = Coordinates(motion.q, motion.qd, motion.qdd)
    force, solved = [], []
    sd = _doubt(case, findings) * trait_sd(anatomy)
    for traits in dice.normal(size=(NECKS, len(sd))) * sd:
        found = in_chunks(partial(_moved, anatomy, jnp.asarray(traits)), states)
        moved = Motion(motion.time, found.q, found.qd, found.qdd, motion.status)
        other = with_traits(anatomy, jnp.asarray(traits))
        found = simulate(other, moved, case.settings, case.load, case.tracked.gravity)
        force.append(np.asarray(found.forces.force)[frame])
        solved.append(np.asarray(found.forces.status)[frame] == Status.OK)
    return OtherNecks(np.stack(force), np.stack(solved), frame)


@eqx.filter_jit
def _moved(anatomy: Anatomy, traits: jax.Array, states: Coordinates) -> Coordinates:
    """Coordinates of a neck with other traits that moves the head as this one does."""

    def one(state: Coordinates) -> Coordinates:
        head = head_motion_of(anatomy, state)
        return state_in(anatomy, traits, head, state, coordinates_of(anatomy, head))

    found: Coordinates = jax.vmap(one)(states)
    return found


def _multipliers(case: Case, exact: Simulation, prediction: Prediction) -> np.ndarray:
    """Of the optimisation: solved once more, from the network's, for they are not kept."""
    forces = exact.forces
    strength = np.asarray(case.anatomy.max_isometric_force)
    active = (np.asarray(forces.force) - np.asarray(forces.passive)) / strength
    before = np.concatenate([active[:1], active[:-1]])
    hints = Hint(
        np.asarray(prediction.multiplier, float), np.isin(np.asarray(forces.status), _KNOWN)
    )
    price = case.settings.price_of_change(case.step_s)

    def work(part: tuple[State, np.ndarray, Hint]) -> Array:
        return _resolve(case.person, part, price, case.settings)

    return np.asarray(in_chunks(work, (case.states, before, hints)))


@eqx.filter_jit
def _resolve(
    person: Person,
    frames: tuple[State, np.ndarray, Hint],
    price: Array,
    settings: RecruitmentSettings,
) -> Array:
    anatomy: Anatomy = person.anatomy

    def one(frame: tuple[State, Muscles, Hint]) -> Coords:
        state, before, hint = frame
        known = mechanics_of_frame(anatomy, state, settings, person.load)
        problem = known.problem
        if settings.causal:
            problem = with_rate(problem, known.share, Carried(before, price))
        return recruit(problem, hint).multiplier

    return of_frames(one, frames)
