"""A preset's networks, from recipe to margins."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from nuchal.arrays import Array
from nuchal.conventions import Preset
from nuchal.dynamics.pipeline import State
from nuchal.model.population import Population
from nuchal.movements.random_settings import PERSONAL_RHYTHM_SD, FreeSettings
from nuchal.networks.equilibrium.cell import Known, mechanics
from nuchal.networks.equilibrium.domain import Domain, described, domain_of
from nuchal.networks.equilibrium.head_motion import Coordinates, HeadMotion
from nuchal.networks.equilibrium.inference import NeckNetwork
from nuchal.networks.equilibrium.intervals import (
    SITUATIONS,
    Evidence,
    Spread,
    margins_of,
    moments_of,
    situation,
)
from nuchal.networks.equilibrium.proposal import Network
from nuchal.networks.equilibrium.sequence import Person, in_single
from nuchal.networks.equilibrium.window import acceleration_errors, filter_windows
from nuchal.networks.training.conditions import Seen, head_told, known_rhythm, mixed_conditions, see
from nuchal.networks.training.fitting import (
    LearningSettings,
    best_multipliers,
    train_proposal,
    train_spread,
)
from nuchal.networks.training.labelled import Recipe, gather
from nuchal.networks.training.many_necks import (
    Crowd,
    by_groups,
    crowd_of,
    true_head_motion,
    windows,
)
from nuchal.optimisation.problem import free_multiplier
from nuchal.optimisation.settings import PRESET_SETTINGS, RecruitmentSettings
from nuchal.optimisation.terms.rate import Carried

Progress = Callable[[str, float], None]
# Of the frames, one in so many goes into the training of proposals.
_EVERY: Final = 7
_MOST_SAMPLES: Final = 160_000
# Times that margins are set on everybody, each with other doubts.
_MIXTURES: Final = 2
# One over the price of reserves in the problem that the first proposals solve [(N m)^2].
_SOFT_START: Final = 1e-2


@dataclass(frozen=True, kw_only=True)
class TeachingSettings:
    """Everything that a training depends on.

    Attributes:
        subjects: Training necks, each with a free movement of its own.
        calibration_subjects: Other necks and movements, on which margins are set.
        seed: Of people and movements for training; calibration has the next, tests have others.
    """

    preset: Preset
    subjects: int = 2400
    frames: int = 120
    calibration_subjects: int = 800
    seed: int = 1
    learning: LearningSettings = field(default_factory=LearningSettings)


def recipe_of(settings: TeachingSettings, *, seed: int, subjects: int, **changes: object) -> Recipe:
    """Free movements of people with a rhythm of their own, half of them with a load."""
    free = FreeSettings(frames=settings.frames, rhythm_sd=PERSONAL_RHYTHM_SD, loaded_share=0.5)
    return Recipe(
        subjects=subjects,
        motion="free",
        preset=settings.preset,
        population=Population(seed=seed),
        free=replace(free, **changes),  # type: ignore[arg-type]
    )


def teach(
    settings: TeachingSettings, progress: Progress = lambda _doing, _share: None
) -> NeckNetwork:
    """Train a preset's networks."""
    preset = PRESET_SETTINGS[settings.preset]
    dice = np.random.default_rng(settings.seed)
    recipe = recipe_of(settings, seed=settings.seed, subjects=settings.subjects)
    crowd = crowd_of(gather(recipe, progress=lambda x: progress("making data", 0.3 * x)), preset)
    motion = true_head_motion(crowd)
    filters, filter_errors = _filters(crowd, motion)
    progress("training", 0.35)
    proposal = _proposal(crowd, settings, lambda x: progress("training", 0.35 + 0.2 * x))
    seen = see(crowd, filters, proposal, mixed_conditions(crowd, dice), dice)
    network = train_spread(
        seen.evidence,
        seen.truth,
        settings.learning,
        lambda x: progress("training", 0.6 + 0.2 * x),
    )
    progress("setting margins", 0.8)
    others = recipe_of(settings, seed=settings.seed + 1, subjects=settings.calibration_subjects)
    calibration = crowd_of(gather(others), preset)
    margins = _margins(calibration, filters, proposal, network, dice)
    progress("done", 1.0)
    return NeckNetwork(
        proposal=proposal,
        spread=Spread(network, margins),
        filters=filters,
        filter_errors=filter_errors,
        domain=_domain(crowd, motion),
    )


def _filters(crowd: Crowd, motion: HeadMotion) -> tuple[np.ndarray, np.ndarray]:
    some = slice(None, None, 3)
    seen, truth = windows(crowd.angles)[:, some], head_told(motion)
    flat = jax.tree.map(lambda x: x[:, some].reshape(-1, 3), truth)
    some_windows = seen.reshape(-1, *seen.shape[2:])
    filters = filter_windows(some_windows, flat)
    return filters, acceleration_errors(filters, some_windows, flat)


def _proposal(
    crowd: Crowd, settings: TeachingSettings, progress: Callable[[float], None]
) -> Network:
    recruitment = crowd.settings.recruitment
    index = np.arange(1, crowd.usable.shape[1], _EVERY)
    price = np.float32(recruitment.price_of_change(crowd.step_s))

    def work(people: Person, states: Coordinates, before: np.ndarray) -> tuple[Known, np.ndarray]:
        known, cold = in_single(_known)(people, states, before, price, recruitment)
        return known, np.asarray(cold)

    states = jax.tree.map(lambda x: np.asarray(x)[:, index], crowd.states)
    known, cold = by_groups(crowd, work, states, crowd.active[:, index - 1])
    solved = np.flatnonzero(crowd.usable[:, index].reshape(-1))[:_MOST_SAMPLES]
    known, cold = jax.tree.map(
        lambda x: np.asarray(x).reshape(-1, *x.shape[2:])[solved], (known, cold)
    )
    best = best_multipliers(known.problem, cold)
    return train_proposal(known.problem, known.features, best, settings.learning, progress)


def _margins(
    crowd: Crowd,
    filters: np.ndarray,
    proposal: Network,
    network: Network,
    dice: np.random.Generator,
) -> np.ndarray:
    """Margins of every situation, each from frames of its own."""
    kinds = [known_rhythm(crowd), *(mixed_conditions(crowd, dice) for _ in range(_MIXTURES))]
    every = [see(crowd, filters, proposal, kind, dice) for kind in kinds]
    truth, mean, scale, which = (
        np.concatenate(parts)
        for parts in zip(*(_judged_by(network, seen) for seen in every), strict=True)
    )
    found = [
        margins_of(truth[which == k], mean[which == k], scale[which == k])
        for k in range(len(SITUATIONS))
    ]
    return np.stack(found, axis=1)


def _judged_by(network: Network, seen: Seen) -> tuple[np.ndarray, ...]:
    """Truth, mean, scale and situation of every frame."""
    mean, scale = in_single(_moments)(network, seen.evidence)
    which = in_single(jax.jit(jax.vmap(situation)))(seen.doubt)
    return seen.truth, np.asarray(mean), np.asarray(scale), np.asarray(which)


def _domain(crowd: Crowd, motion: HeadMotion) -> Domain:
    def work(people: Person, moved: HeadMotion) -> np.ndarray:
        return np.asarray(in_single(_described)(people, moved))

    seen = by_groups(crowd, work, motion)
    return domain_of(np.asarray(seen).reshape(-1, *seen.shape[2:]))


@eqx.filter_jit
def _known(
    people: Person,
    states: Coordinates,
    before: Array,
    price: Array,
    settings: RecruitmentSettings,
) -> tuple[Known, Array]:
    def of_person(person: Person, mine: Coordinates, past: Array) -> tuple[Known, Array]:
        def one(state: Coordinates, force: Array) -> tuple[Known, Array]:
            gravity = person.anatomy.gravity
            frame = State(state.q, state.qd, state.qdd, gravity, jnp.zeros((), int))
            carried = Carried(force, price)
            known = mechanics(person.anatomy, person.scales, settings, frame, person.load, carried)
            return known, free_multiplier(known.problem, _SOFT_START)

        pair: tuple[Known, Array] = jax.vmap(one)(mine, past)
        return pair

    found: tuple[Known, Array] = eqx.filter_vmap(of_person)(people, states, before)
    return found


@eqx.filter_jit
def _moments(network: Network, frames: Evidence) -> tuple[Array, Array]:
    pair: tuple[Array, Array] = jax.lax.map(
        lambda frame: moments_of(network, frame), frames, batch_size=256
    )
    return pair


@eqx.filter_jit
def _described(people: Person, moved: HeadMotion) -> Array:
    def of_person(person: Person, mine: HeadMotion) -> Array:
        return jax.vmap(lambda head: described(head, person.scales, person.load))(mine)

    return jnp.asarray(eqx.filter_vmap(of_person)(people, moved))
