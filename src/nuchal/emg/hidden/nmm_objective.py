"""What fitting and reading minimise: minus twice the logarithm of the posterior.

Frames that follow each other closely tell the same twice, so a frame counts as ``step / MEMORY_S``
of one.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Float

from nuchal.arrays import Array, Scalar
from nuchal.emg.hidden import recruitment
from nuchal.emg.hidden.muscles import JointTask
from nuchal.emg.hidden.nmm import (
    MOMENT_SD,
    Corrections,
    Model,
    Proposal,
    expected,
    propose,
)
from nuchal.emg.hidden.personal import prior_penalty, step_of

MEMORY_S: Final = 0.4
# How far the network may reasonably move co-contraction, in standard deviations of a trial.
EXPECTED_SDS: Final = 1.5
_OUTSIDE_SD: Final = 0.05


@dataclass(frozen=True, kw_only=True)
class NmmSettings:
    """How a model is built and fitted.

    Attributes:
        stride: Frames a token.
        channel_sd: Error of a channel that is silent, over maximal contraction.
        channel_sd_share: What it grows by with the signal.
        smoothness_s: Corrections that change by one standard deviation in this time cost as much as
            they do.
    """

    width: int = 32
    heads: int = 4
    layers: int = 2
    stride: int = 5
    steps: int = 300
    reading_steps: int = 120
    network_rate: float = 2e-3
    parameter_rate: float = 2e-2
    correction_rate: float = 5e-2
    channel_sd: float = 0.005
    channel_sd_share: float = 0.1
    smoothness_s: float = 0.15
    network_decay: float = 1e-3


class Unknowns(NamedTuple):
    """What fitting moves."""

    model: Model
    corrections: Corrections


def objective(
    unknown: Unknowns,
    task: JointTask,
    counts: Float[Array, " c"],
    start: Float[Array, "n t d"],
    settings: NmmSettings,
    *,
    steps: int = 3,
) -> tuple[Scalar, Array]:
    """Minus twice the logarithm of the posterior, and the multipliers that it found.

    ``counts`` says which channels count; ``start`` and ``steps`` are those of the multipliers.
    """
    model, corrections = unknown
    said = propose(model, task, corrections, start, steps=steps)
    step = step_of(task)
    network = expected(model, task)
    frames = _misfit(said, task, counts, settings) + _roughness(corrections, step, settings)
    frames = frames + jnp.sum((network.deviation + corrections.deviation) ** 2)
    frames = frames + jnp.sum((network.co_contraction / EXPECTED_SDS) ** 2)
    weights = jax.tree.leaves(eqx.filter(model.encoder.blocks, eqx.is_inexact_array))
    decay = settings.network_decay * sum(jnp.sum(w**2) for w in weights)
    prior = prior_penalty(model.person) + recruitment.prior_penalty(model.control) + decay
    return frames * step / MEMORY_S + prior, said.recruited.multiplier


def _misfit(said: Proposal, task: JointTask, counts: Array, settings: NmmSettings) -> Scalar:
    sd = settings.channel_sd + settings.channel_sd_share * task.channels
    channels = jnp.sum(counts * ((said.channels - task.channels) / sd) ** 2)
    moments = jnp.sum((said.recruited.reserve / MOMENT_SD) ** 2)
    outside = said.excitation - jnp.clip(said.excitation, 0.0, 1.0)
    return channels + moments + jnp.sum((outside / _OUTSIDE_SD) ** 2)


def _roughness(corrections: Corrections, step: Scalar, settings: NmmSettings) -> Scalar:
    total = jnp.zeros(())
    for values in jax.tree.leaves(corrections):
        rate = jnp.diff(values, axis=1) / step * settings.smoothness_s
        total = total + jnp.sum(values**2) + jnp.sum(rate**2)
    return total
