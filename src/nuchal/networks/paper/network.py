"""Small networks side by side, one for each muscle, as one computation.

He, Liu, Li (2026), doi 10.3390/s26020752: 12 inputs, 64 and 32 rectified units, one linear output,
for each of 72 muscles. Weights of all networks are stacked along a first axis.
"""

import math
from typing import Final

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Key

from nuchal.arrays import Array

# Units of the paper's two hidden layers.
HIDDEN: Final = (64, 32)
# Samples that one call of compiled code predicts; one size, so that it compiles once.
_SAMPLES_AT_ONCE: Final = 4096
# Below this share of its magnitude an input or output counts as constant.
_LEAST_SD: Final = 1e-6


class Layers(eqx.Module):
    """What training changes: the stacked weights of m networks, input to output.

    Inside a map over networks the first axis is gone.
    """

    weights: tuple[Float[Array, "*m _i _o"], ...]
    biases: tuple[Float[Array, "*m _o"], ...]


class Scaling(eqx.Module):
    """What is kept from the training samples: inputs are z-scored, forces are scaled back.

    Attributes:
        output_mean: [N].
        output_sd: [N].
    """

    input_mean: Float[Array, " i"]
    input_sd: Float[Array, " i"]
    output_mean: Float[Array, " m"]
    output_sd: Float[Array, " m"]


class Seen(eqx.Module):
    """What the training saw, z-scored: beyond it nothing was learnt.

    Attributes:
        points: Training inputs, spread evenly over all.
        border: How far from the nearest of them an input is like the training.
    """

    points: Float[Array, "p i"]
    border: Float[Array, ""]


class Networks(eqx.Module):
    """m networks that turn the same inputs into one force each."""

    layers: Layers
    scaling: Scaling
    seen: Seen

    @property
    def sizes(self) -> tuple[int, ...]:
        """Inputs, hidden units, outputs, of each network."""
        return (self.layers.weights[0].shape[1], *(w.shape[2] for w in self.layers.weights))

    @property
    def count(self) -> int:
        """How many networks there are."""
        return int(self.layers.weights[0].shape[0])


def fresh_layers(key: Key[jax.Array, ""], sizes: tuple[int, ...], count: int) -> Layers:
    """Layers to begin with: normal weights, no biases.

    Their variance is 2 / (inputs + outputs) (Glorot and Bengio 2010). With the larger weights that
    are usual for rectified units (He et al. 2015) networks of this size learnt worse.
    """
    keys = jax.random.split(key, len(sizes) - 1)
    weights = tuple(
        jax.random.normal(k, (count, i, o), jnp.float32) * jnp.float32(math.sqrt(2.0 / (i + o)))
        for k, i, o in zip(keys, sizes[:-1], sizes[1:], strict=True)
    )
    return Layers(weights, tuple(jnp.zeros((count, o), jnp.float32) for o in sizes[1:]))


def scaling_of(inputs: Float[Array, "s i"], forces: Float[Array, "s m"]) -> Scaling:
    """Means and standard deviations of training samples; a constant gets 1 for its deviation."""

    def moments(values: Array) -> tuple[np.ndarray, np.ndarray]:
        mean, sd = np.mean(values, axis=0, dtype=float), np.std(values, axis=0, dtype=float)
        constant = sd <= _LEAST_SD * np.maximum(np.abs(mean), _LEAST_SD)
        return mean.astype(np.float32), np.where(constant, 1.0, sd).astype(np.float32)

    return Scaling(*moments(inputs), *moments(forces))


def one_network(layers: Layers, inputs: Float[Array, "s i"]) -> Float[Array, " s"]:
    """One network's output, scaled, for z-scored inputs; ``layers`` without the first axis."""
    flow = inputs
    last = len(layers.weights) - 1
    for k, (weight, bias) in enumerate(zip(layers.weights, layers.biases, strict=True)):
        flow = flow @ weight + bias
        flow = flow if k == last else jax.nn.relu(flow)
    return jnp.asarray(flow)[:, 0]


def scores_of(networks: Networks, inputs: Float[np.ndarray, "s i"]) -> Float[np.ndarray, "s i"]:
    """Inputs z-scored as those of the training."""
    mean, sd = (np.asarray(x) for x in (networks.scaling.input_mean, networks.scaling.input_sd))
    return np.asarray((np.asarray(inputs, np.float32) - mean) / sd)


@jax.jit
def scaled_outputs(layers: Layers, inputs: Float[Array, "s i"]) -> Float[Array, "m s"]:
    """Outputs of all networks, scaled, for z-scored inputs.

    One network after the other: a processor multiplies two matrices quicker than seventy-two
    small pairs of them.
    """
    outputs: jax.Array = jax.lax.map(lambda one: one_network(one, inputs), layers)
    return outputs


def predict_forces(
    networks: Networks, inputs: Float[np.ndarray, "s i"]
) -> Float[np.ndarray, "s m"]:
    """Forces [N] for inputs as they are measured, any number of them.

    Forces below zero, which no muscle has, are left as they come: they show the error.
    """
    scaling, scores = jax.tree.map(np.asarray, networks.scaling), scores_of(networks, inputs)
    count = len(scores)
    parts = []
    for first in range(0, count, _SAMPLES_AT_ONCE):
        part = scores[first : first + _SAMPLES_AT_ONCE]
        padded = np.pad(part, ((0, _SAMPLES_AT_ONCE - len(part)), (0, 0)))
        parts.append(np.asarray(scaled_outputs(networks.layers, padded)).T[: len(part)])
    outputs = np.concatenate(parts) if parts else np.zeros((0, networks.count), np.float32)
    return np.asarray(outputs * scaling.output_sd + scaling.output_mean)
