"""How the networks of the neck are trained: proposals first, then what is not known.

The first network needs no forces to learn from. For states of training necks the best multipliers
of the softened problem are found by many Newton steps, and the network is trained to lose as little
of the dual as it can against them. The second is trained on how far true forces lie from the mean
over all that is possible, given what can be seen of a frame.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import lazy_loader
import numpy as np
from jaxtyping import Float, PyTree

from nuchal.arrays import Array, Scalar
from nuchal.batches import in_single
from nuchal.errors import NuchalError, need_extra
from nuchal.networks.equilibrium.intervals import (
    SITUATIONS,
    SPREAD_HIDDEN,
    margins_of,
    moments_of,
    situation,
    spread_features,
)
from nuchal.networks.equilibrium.proposal import fresh_network
from nuchal.networks.equilibrium.records import Evidence, Network
from nuchal.networks.training.necks import Necks
from nuchal.networks.training.records import FitSettings
from nuchal.networks.training.samples import (
    Samples,
    known_traits,
    mixed_conditions,
    samples_from_windows,
)

if TYPE_CHECKING:
    import optax
else:
    optax = lazy_loader.load("optax")
from nuchal.optimisation.problem import RecruitmentProblem
from nuchal.optimisation.solvers.fixed_steps import Descent, balance, dual
from nuchal.programs.kept import kept

# Times that margins are set on everybody, each with other doubts.
_MIXTURES: Final = 2

_STEPS_AT_ONCE = 50
_LONGEST_SLOPE = 1.0
# Newton steps that find what a proposal should have been.
_THOROUGH = 16


class _Schedule(NamedTuple):
    """One network's training."""

    seed: int
    batch: int
    steps: int
    learning_rate: float
    decay: float


Progress = Callable[[float], None]
Loss = Callable[[Network, PyTree], Scalar]


def best_multipliers(
    problems: RecruitmentProblem,
    start: Float[np.ndarray, "s 6"],
) -> Float[np.ndarray, "s 6"]:
    """Multipliers of the softened problems, to learn from."""
    softest = Descent().softest
    descent = Descent(easing=_THOROUGH, softest=1e2 * softest, eased=softest)
    return np.asarray(in_single(_best)(problems, start, descent))


def train_proposal(
    problems: RecruitmentProblem,
    seen: Float[np.ndarray, "s 27"],
    best: Float[np.ndarray, "s 6"],
    settings: FitSettings,
    *,
    seed: int,
    progress: Progress = lambda _share: None,
) -> Network:
    """Train the network that proposes multipliers.

    ``problems`` of the training frames have the sample along the first axis; ``seen`` are their
    features and ``best`` the multipliers that solve them, softened; ``seed`` is of first weights
    and of the order of samples.
    """
    network = fresh_network(jax.random.key(seed), seen, np.median(np.abs(best), axis=0) + 1e-6)
    loss = partial(_lost, softness=Descent().softest)
    schedule = _Schedule(seed, settings.batch, settings.proposal_steps, settings.learning_rate, 0.0)
    return _train(network, (problems, seen, best), loss, schedule, progress)


def train_spread(
    frames: Evidence,
    truth: Float[np.ndarray, "s muscles"],
    settings: FitSettings,
    *,
    seed: int,
    progress: Progress = lambda _share: None,
) -> Network:
    """Train the network that tells scales, as :func:`train_proposal` trains the other.

    ``frames`` are the training frames as they were seen, the sample along the first axis; ``truth``
    are true active forces over maximal isometric force.
    """
    inputs = in_single(jax.jit(jax.vmap(spread_features)))(frames)
    outputs = np.ones(truth.shape[1], np.float32)
    network = fresh_network(jax.random.key(seed + 1), inputs, outputs, SPREAD_HIDDEN)
    network = eqx.tree_at(lambda n: n.weights[-1], network, np.zeros_like(network.weights[-1]))
    data = (frames, truth)
    rate = 0.5 * settings.learning_rate
    schedule = _Schedule(seed, settings.batch, settings.spread_steps, rate, settings.spread_decay)
    return _train(network, data, _unlikely, schedule, progress)


def _lost(
    network: Network,
    batch: tuple[RecruitmentProblem, Array, Array],
    *,
    softness: float,
) -> Scalar:
    """How much of the dual is lost; far off, its square root, so that hard frames don't rule."""
    problems, seen, best = batch

    def one(problem: RecruitmentProblem, features: Array, top: Array) -> Scalar:
        soft = jnp.asarray(softness)
        found = dual(problem, network(features), soft)
        return jnp.maximum(dual(problem, top, soft) - found, 0.0)

    gap = jax.vmap(one)(problems, seen, best)
    return jnp.mean(jnp.sqrt(1e-4 + gap))


def _unlikely(network: Network, batch: tuple[Evidence, Array]) -> Scalar:
    """Laplace's negative log likelihood of true forces about the mean."""

    def one(frame: Evidence, truth: Array) -> Scalar:
        mean, scale = moments_of(network, frame)
        return jnp.mean(jnp.abs(truth - mean) / scale + jnp.log(scale))

    return jnp.mean(jax.vmap(one)(*batch))


def _train(
    network: Network,
    data: PyTree,
    loss: Loss,
    schedule: _Schedule,
    progress: Progress,
) -> Network:
    """Adam on minibatches drawn anew, in single precision; scaling of in- and outputs stays."""
    need_extra("train")
    rounds = -(-schedule.steps // _STEPS_AT_ONCE)
    rate = optax.cosine_decay_schedule(schedule.learning_rate, rounds * _STEPS_AT_ONCE)
    optimiser = optax.chain(
        optax.clip_by_global_norm(_LONGEST_SLOPE), optax.adamw(rate, weight_decay=schedule.decay)
    )
    learnt, fixed = eqx.partition(network, _is_learnt(network))

    @jax.jit
    def some(learnt: Network, state: PyTree, batches: PyTree) -> tuple[Network, PyTree]:
        def step(
            carried: tuple[Network, PyTree], batch: PyTree
        ) -> tuple[tuple[Network, PyTree], None]:
            learnt, state = carried
            slope = jax.grad(lambda x: loss(eqx.combine(x, fixed), batch))(learnt)
            change, state = optimiser.update(slope, state, learnt)
            return (optax.apply_updates(learnt, change), state), None

        return jax.lax.scan(step, (learnt, state), batches)[0]

    with jax.enable_x64(False):
        state = optimiser.init(jax.tree.map(jnp.asarray, learnt))
        for k, batches in enumerate(_batches(data, rounds, schedule)):
            learnt, state = some(learnt, state, batches)
            progress((k + 1) / rounds)
        trained: Network = eqx.combine(jax.tree.map(np.asarray, learnt), fixed)
        return trained


def _is_learnt(network: Network) -> Network:
    none: Network = jax.tree.map(lambda _: False, network)
    weights, biases = (tuple(True for _ in x) for x in (network.weights, network.biases))
    learnt: Network = eqx.tree_at(lambda n: (n.weights, n.biases), none, (weights, biases))
    return learnt


def _batches(data: PyTree, rounds: int, schedule: _Schedule) -> Iterator[PyTree]:
    dice = np.random.default_rng(schedule.seed)
    count = len(jax.tree.leaves(data)[0])
    shape = (_STEPS_AT_ONCE, schedule.batch)
    for _ in range(rounds):
        chosen = dice.integers(count, size=shape)
        yield jax.tree.map(lambda x, chosen=chosen: np.asarray(x)[chosen], data)


@kept
def _best(problems: RecruitmentProblem, start: Array, descent: Descent) -> Array:
    def one(case: tuple[RecruitmentProblem, Array]) -> Array:
        return balance(case[0], case[1], descent.ease)

    return jnp.asarray(jax.lax.map(one, (problems, start), batch_size=64))


def margins_of_situations(
    necks: Necks,
    filters: np.ndarray,
    proposal: Network,
    network: Network,
    dice: np.random.Generator,
) -> np.ndarray:
    """Margins of every situation, each from frames of its own.

    Raises:
        NuchalError: there are too few necks to have frames of each.
    """
    kinds = [known_traits(necks), *(mixed_conditions(necks, dice) for _ in range(_MIXTURES))]
    every = [samples_from_windows(necks, filters, proposal, kind, dice) for kind in kinds]
    truth, mean, scale, which = (
        np.concatenate(parts)
        for parts in zip(*(_moments_of_samples(network, one) for one in every), strict=True)
    )
    if len(np.unique(which)) < len(SITUATIONS):
        raise NuchalError("options.few_calibrated", count=len(necks))
    found = [
        margins_of(truth[which == k], mean[which == k], scale[which == k])
        for k in range(len(SITUATIONS))
    ]
    return np.stack(found, axis=1)


def _moments_of_samples(network: Network, samples: Samples) -> tuple[np.ndarray, ...]:
    """Truth, mean, scale and situation of every frame."""
    mean, scale = in_single(_moments)(network, samples.evidence)
    which = in_single(jax.jit(jax.vmap(situation)))(samples.evidence.doubt)
    return samples.truth, np.asarray(mean), np.asarray(scale), np.asarray(which)


@kept
def _moments(network: Network, frames: Evidence) -> tuple[Array, Array]:
    pair: tuple[Array, Array] = jax.lax.map(
        lambda frame: moments_of(network, frame), frames, batch_size=256
    )
    return pair
