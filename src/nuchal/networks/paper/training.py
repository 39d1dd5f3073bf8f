"""Networks are trained side by side, each keeping the weights that validation liked best.

Every epoch goes through the training samples once, in an order drawn anew, in minibatches. One
program works through all of an epoch: minibatch after minibatch, and in each the networks one after
the other, whose matrices then stay in the processor's cache (``docs/networks.md`` has the figures).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import jax
import jax.numpy as jnp
import lazy_loader
import numpy as np
from jaxtyping import Bool, Float, Int, PyTree

from nuchal.arrays import Array
from nuchal.errors import DatasetError, need_extra
from nuchal.networks.paper.network import (
    HIDDEN,
    Layers,
    Networks,
    fresh_layers,
    one_network,
    scaled_outputs,
    scaling_of,
)
from nuchal.networks.paper.seen import seen_in

if TYPE_CHECKING:
    import optax
else:
    optax = lazy_loader.load("optax")


@dataclass(frozen=True, kw_only=True)
class TrainingSettings:
    """Every choice of the training that the paper leaves open.

    Attributes:
        seed: Of first weights and of the order of samples.
        batch: Samples in a minibatch.
        learning_rate: Of Adam (Kingma and Ba 2015) in the first epoch; falls along a half cosine.
        patience: Epochs without a lower validation loss after which a network is left as it is.
    """

    seed: int = 1
    hidden: tuple[int, ...] = HIDDEN
    most_epochs: int = 60
    batch: int = 512
    learning_rate: float = 6e-3
    last_learning_rate: float = 1e-4
    patience: int = 12


class Training(NamedTuple):
    """What training gave; a history has one row an epoch, one column a network.

    Attributes:
        train_loss: Mean squared error over an epoch, in variances of the muscle's force.
        validation_loss: The same on the validation samples after the epoch.
        best_epoch: Whose weights each network kept, counted from 1.
    """

    networks: Networks
    train_loss: Float[np.ndarray, "e m"]
    validation_loss: Float[np.ndarray, "e m"]
    best_epoch: Int[np.ndarray, " m"]


class _State(NamedTuple):
    layers: Layers
    memory: PyTree
    best: Layers
    best_loss: Float[Array, " m"]
    best_epoch: Int[Array, " m"]


class _Samples(NamedTuple):
    """Scaled samples: a row of inputs for every sample, a row of outputs for every network."""

    inputs: Float[Array, "s i"]
    outputs: Float[Array, "m s"]


def train(
    inputs: Float[np.ndarray, "s i"],
    forces: Float[np.ndarray, "s m"],
    *,
    train_on: Int[np.ndarray, " a"],
    validate_on: Int[np.ndarray, " b"],
    settings: TrainingSettings,
    progress: Callable[[str, float], None] = lambda _doing, _share: None,
) -> Training:
    """Train a network for every muscle; the same seed gives the same weights.

    Inputs are in their own units, forces in newtons; ``train_on`` and ``validate_on`` are the
    numbers of the samples to learn from, and of those that say which weights are best.

    Raises:
        DatasetError: no samples to train or to validate with.
    """
    need_extra("train")
    if not (len(train_on) and len(validate_on)):
        raise DatasetError("dataset.no_samples")
    scaling = scaling_of(inputs[train_on], forces[train_on])

    def scaled(rows: np.ndarray) -> _Samples:
        outputs = (forces[rows] - scaling.output_mean) / scaling.output_sd
        scores = (inputs[rows] - scaling.input_mean) / scaling.input_sd
        return _Samples(scores.astype(np.float32), np.ascontiguousarray(outputs.T, np.float32))

    samples = scaled(train_on), scaled(validate_on)
    scores = [np.asarray(part.inputs) for part in samples]
    seen, unseen = jax.device_put(samples)
    begin = _begin(settings, inputs.shape[1], forces.shape[1])
    state, train_loss, validation_loss = _epochs(begin, seen, unseen, settings, progress)
    return Training(
        networks=Networks(jax.device_get(state.best), scaling, seen_in(*scores)),
        train_loss=np.stack(train_loss),
        validation_loss=np.stack(validation_loss),
        best_epoch=np.asarray(state.best_epoch),
    )


def _begin(settings: TrainingSettings, inputs: int, networks: int) -> _State:
    sizes = (inputs, *settings.hidden, 1)
    layers = fresh_layers(jax.random.key(settings.seed), sizes, networks)
    never = jnp.full(networks, jnp.inf, jnp.float32), jnp.zeros(networks, jnp.int32)
    return _State(layers, optax.scale_by_adam().init(layers), layers, *never)


def _epochs(
    state: _State,
    seen: _Samples,
    unseen: _Samples,
    settings: TrainingSettings,
    progress: Callable[[str, float], None],
) -> tuple[_State, list[np.ndarray], list[np.ndarray]]:
    count = seen.inputs.shape[0]
    batch = min(settings.batch, count)
    steps = count // batch
    dice = np.random.default_rng(settings.seed)
    train_loss, validation_loss = [], []
    for epoch in range(1, settings.most_epochs + 1):
        progress("training", (epoch - 1) / settings.most_epochs)
        order = dice.permutation(count)[: steps * batch].reshape(steps, batch).astype(np.int32)
        rates = _rates(settings, epoch, steps)
        layers, memory, losses = _one_epoch(state.layers, state.memory, seen, order, rates)
        judged = _losses(layers, unseen)
        late = np.asarray(epoch - state.best_epoch > settings.patience)
        state = _keep(_State(layers, memory, *state[2:]), judged, np.int32(epoch), late)
        train_loss.append(np.asarray(losses))
        validation_loss.append(np.asarray(judged))
        if (epoch - np.asarray(state.best_epoch) >= settings.patience).all():
            break
    return state, train_loss, validation_loss


def _rates(settings: TrainingSettings, epoch: int, steps: int) -> Float[np.ndarray, " steps"]:
    """Learning rates of one epoch's steps, along a half cosine over all epochs."""
    done = (np.arange(steps) / steps + epoch - 1) / settings.most_epochs
    fall = 0.5 * (1.0 + np.cos(np.pi * done))
    low, high = settings.last_learning_rate, settings.learning_rate
    return np.asarray(low + (high - low) * fall, np.float32)


@jax.jit
def _one_epoch(
    layers: Layers,
    memory: PyTree,
    seen: _Samples,
    order: Int[Array, "steps batch"],
    rates: Float[Array, " steps"],
) -> tuple[Layers, PyTree, Float[Array, " m"]]:
    """Once through the training samples; also each network's mean loss on the way."""
    adam = optax.scale_by_adam()

    def step(
        carried: tuple[Layers, PyTree], now: tuple[Array, Array]
    ) -> tuple[tuple[Layers, PyTree], jax.Array]:
        layers, memory = carried
        rows, rate = now
        inputs, wanted = jnp.asarray(seen.inputs)[rows], jnp.asarray(seen.outputs)[:, rows]

        def of_one(one: tuple[Layers, jax.Array]) -> tuple[jax.Array, Layers]:
            return jax.value_and_grad(_loss)(one[0], inputs, one[1])

        losses, slopes = jax.lax.map(of_one, (layers, wanted))
        moves, memory = adam.update(slopes, memory)
        layers = jax.tree.map(lambda x, move: x - rate * move, layers, moves)
        return (layers, memory), losses

    (layers, memory), losses = jax.lax.scan(step, (layers, memory), (order, rates))
    return layers, memory, losses.mean(axis=0)


def _loss(one: Layers, inputs: Float[Array, "s i"], wanted: Float[Array, " s"]) -> jax.Array:
    return jnp.mean((one_network(one, inputs) - wanted) ** 2)


@jax.jit
def _losses(layers: Layers, samples: _Samples) -> Float[Array, " m"]:
    outputs = scaled_outputs(layers, samples.inputs)
    return jnp.mean((outputs - samples.outputs) ** 2, axis=1)


@jax.jit
def _keep(
    state: _State, judged: Float[Array, " m"], epoch: Int[Array, ""], late: Bool[Array, " m"]
) -> _State:
    """Remember every network's best weights; one that lost patience keeps what it has."""
    better = (judged < state.best_loss) & ~late

    def chosen(new: Array, old: Array) -> jax.Array:
        return jnp.where(better.reshape(-1, *(1,) * (new.ndim - 1)), new, old)

    return state._replace(
        best=jax.tree.map(chosen, state.layers, state.best),
        best_loss=chosen(judged, state.best_loss),
        best_epoch=chosen(jnp.full_like(state.best_epoch, epoch), state.best_epoch),
    )
