"""The training of a preset's networks with equilibrium inside, from recipe to margins."""

from collections.abc import Callable
from typing import Final

import jax
import jax.numpy as jnp
import numpy as np
from jax.tree_util import Partial

from nuchal.arrays import Array
from nuchal.dynamics.pipeline import State
from nuchal.networks.equilibrium.domain import domain_of
from nuchal.networks.equilibrium.records import (
    Coordinates,
    Domain,
    HeadMotion,
    Known,
    NeckNetwork,
    Network,
    Person,
    Spread,
    domain_features,
)
from nuchal.networks.equilibrium.sequence import mechanics
from nuchal.networks.equilibrium.window import acceleration_errors, filter_windows
from nuchal.networks.training.fitting import (
    best_multipliers,
    margins_of_situations,
    train_proposal,
    train_spread,
)
from nuchal.networks.training.labelled import gather
from nuchal.networks.training.necks import Necks, for_each_neck, necks_of, true_head_motion
from nuchal.networks.training.records import LearnOptions, recipe_of
from nuchal.networks.training.samples import (
    at_window_frames,
    mixed_conditions,
    samples_from_windows,
    windows,
)
from nuchal.optimisation.causal import Carried
from nuchal.optimisation.problem import free_multiplier
from nuchal.optimisation.settings import PRESET_SETTINGS, RecruitmentSettings

Progress = Callable[[str, float], None]
# Of the frames, one in so many goes into the training of proposals.
_EVERY: Final = 7
_MOST_SAMPLES: Final = 160_000


def train_neck_network(
    options: LearnOptions, progress: Progress = lambda _doing, _share: None
) -> NeckNetwork:
    """Train a preset's networks."""
    preset = PRESET_SETTINGS[options.preset]
    dice = np.random.default_rng(options.seed)
    recipe = recipe_of(options, seed=options.seed, subjects=options.subjects)
    necks = necks_of(gather(recipe, progress=lambda x: progress("making data", 0.3 * x)), preset)
    motion = true_head_motion(necks)
    filters, filter_errors = _filters(necks, motion)
    progress("training", 0.35)
    proposal = _proposal(necks, options, lambda x: progress("training", 0.35 + 0.2 * x))
    mixed = mixed_conditions(necks, dice)
    samples = samples_from_windows(necks, filters, proposal, mixed, dice)
    network = train_spread(
        samples.evidence,
        samples.truth,
        options.fit,
        seed=options.seed,
        progress=lambda x: progress("training", 0.6 + 0.2 * x),
    )
    progress("setting margins", 0.8)
    others = recipe_of(options, seed=options.seed + 1, subjects=options.calibration_subjects)
    margins = margins_of_situations(
        necks_of(gather(others), preset), filters, proposal, network, dice
    )
    progress("done", 1.0)
    return NeckNetwork(
        proposal=proposal,
        spread=Spread(network, margins),
        filters=filters,
        filter_errors=filter_errors,
        domain=_domain(necks, motion),
    )


def _filters(necks: Necks, motion: HeadMotion) -> tuple[np.ndarray, np.ndarray]:
    some = slice(None, None, 3)
    angles = windows(necks.angles)[:, some]
    truth = jax.tree.map(lambda x: x[:, some].reshape(-1, 3), at_window_frames(motion))
    flat = angles.reshape(-1, *angles.shape[2:])
    filters = filter_windows(flat, truth)
    return filters, acceleration_errors(filters, flat, truth)


def _proposal(necks: Necks, options: LearnOptions, progress: Callable[[float], None]) -> Network:
    settings = necks.settings.recruitment
    index = np.arange(1, necks.usable.shape[1], _EVERY)
    price = np.float32(settings.price_of_change(necks.step_s))
    states = jax.tree.map(lambda x: np.asarray(x)[:, index], necks.states)
    every = for_each_neck(
        necks, Partial(_known, price, settings), states, necks.active[:, index - 1]
    )
    solved = np.flatnonzero(necks.usable[:, index].reshape(-1))[:_MOST_SAMPLES]
    known, cold = jax.tree.map(lambda x: np.asarray(x).reshape(-1, *x.shape[2:])[solved], every)
    best = best_multipliers(known.problem, cold)
    samples = known.problem, known.features, best
    return train_proposal(*samples, options.fit, seed=options.seed, progress=progress)


def _domain(necks: Necks, motion: HeadMotion) -> Domain:
    found = np.asarray(for_each_neck(necks, _domain_features, motion))
    return domain_of(found.reshape(-1, *found.shape[2:]))


def _known(
    price: Array,
    settings: RecruitmentSettings,
    person: Person,
    mine: Coordinates,
    past: Array,
) -> tuple[Known, Array]:
    """What mechanics knows of one neck's frames, and where Newton begins without a proposal."""

    def one(state: Coordinates, force: Array) -> tuple[Known, Array]:
        gravity = person.anatomy.gravity
        frame = State(state.q, state.qd, state.qdd, gravity, jnp.zeros((), int))
        carried = Carried(force, price)
        known = mechanics(person.anatomy, person.scales, settings, frame, person.load, carried)
        return known, free_multiplier(known.problem, 1e-2)

    pair: tuple[Known, Array] = jax.vmap(one)(mine, past)
    return pair


def _domain_features(person: Person, motion: HeadMotion) -> Array:
    return jax.vmap(lambda head: domain_features(head, person.scales, person.load))(motion)
