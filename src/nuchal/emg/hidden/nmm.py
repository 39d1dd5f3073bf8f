"""The neural musculoskeletal model: what moves a joint, unseen muscles included.

After Kumar et al. (2025), arXiv 2503.05201: a Transformer sees the movement and the load, muscles
with personal parameters turn excitations into moments, and network and parameters are fitted
together to measured channels and moments. What is ours is the step between: the network does not
propose excitations, but the drive that all muscles share (``recruitment``). So whatever electrodes
teach of a person's recruitment (weights, co-contraction) holds for hidden muscles too, and moments
are met by construction.

    seen -> encoder -> co-contraction, deviations of channels
    moments, drive -> activations -> excitations -> channels
"""

from typing import Final, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Float

from nuchal.arrays import Array, Scalar
from nuchal.emg.hidden import recruitment
from nuchal.emg.hidden.muscles import (
    FibreForces,
    JointTask,
    fibre_forces,
    joint_moment,
    unlagged,
    unshaped,
)
from nuchal.emg.hidden.personal import (
    activation_and_moment,
    prior_penalty,
    seen_by,
    step_of,
)
from nuchal.emg.hidden.records import Corrections, Model, NmmSettings, Reconstruction
from nuchal.emg.hidden.recruitment import Demand, Drive, Recruited

# Frames that follow each other closely tell the same twice: one counts as step / MEMORY_S of one.
MEMORY_S: Final = 0.4
# How far the network may reasonably move co-contraction, in standard deviations of a trial.
EXPECTED_SDS: Final = 1.5
_OUTSIDE_SD: Final = 0.05

# Co-contraction before the softplus where the network says nothing: five percent.
REST_LEVEL = -3.0
# Of what a moment's co-contraction may differ from the network's, before the softplus.
CO_CONTRACTION_SD = 1.0
# Of a muscle's deviation from what the drive asks of it, as a share.
DEVIATION_SD = 0.15
# Of the error of inverse dynamics, over the moments' scale.
MOMENT_SD = 0.01


class Proposal(eqx.Module):
    """Everything that the model says of n trials, before activation dynamics are run forward.

    Attributes:
        excitation: As recruitment asks for; where it leaves [0, 1] the muscle can't follow.
    """

    recruited: Recruited
    excitation: Float[Array, "n t m"]
    channels: Float[Array, "n t c"]


class Unknowns(NamedTuple):
    """What fitting moves."""

    model: Model
    corrections: Corrections


def no_corrections(task: JointTask) -> Corrections:
    """What the network alone expects."""
    return Corrections(
        jnp.zeros(task.channels.shape[:2]),
        jnp.zeros(task.channels.shape),
        jnp.zeros(task.moment.shape),
    )


def drive_of(model: Model, task: JointTask, corrections: Corrections) -> Drive:
    """Co-contraction and deviations: the network's, and what the trials add."""
    network = expected(model, task)
    level = REST_LEVEL + CO_CONTRACTION_SD * (network.co_contraction + corrections.co_contraction)
    seen = (model.system.electrodes > 0.0).astype(float)
    deviation = DEVIATION_SD * (network.deviation + corrections.deviation) @ seen
    return Drive(jnp.exp(model.control.log_level) * jax.nn.softplus(level), deviation)


def expected(model: Model, task: JointTask) -> Corrections:
    """What the network says of trials, in the same standard deviations as their corrections."""
    network = jax.vmap(model.encoder)(network_inputs(task, model.moment_scale))
    return Corrections(network[..., 0], network[..., 1:], jnp.zeros(task.moment.shape))


def network_inputs(task: JointTask, scale: Float[Array, "*_ d"]) -> Float[Array, "*n t k"]:
    """Movement, load, body measures, and the moments that follow from them."""
    return jnp.concatenate([task.motion, task.moment / scale], axis=-1)


def demand_of(model: Model, task: JointTask) -> tuple[Demand, FibreForces]:
    """What the joints ask of active muscles, and what the person's muscles can do."""
    muscles = model.muscles.system
    forces = fibre_forces(muscles, task.length, task.velocity)
    per_activation = task.moment_arms * forces.active[..., None, :]
    rest = joint_moment(task.moment_arms, forces, jnp.zeros_like(forces.active))
    scale = model.moment_scale
    strength = forces.active / muscles.max_isometric_force
    return Demand(per_activation / scale[:, None], (task.moment - rest) / scale, strength), forces


def propose(
    model: Model,
    task: JointTask,
    corrections: Corrections,
    start: Float[Array, "n t d"],
    *,
    steps: int,
) -> Proposal:
    """Recruit under the network's drive; ``start`` and ``steps`` are those of the multipliers."""
    demand, _ = demand_of(model, task)
    moment = demand.moment + MOMENT_SD * corrections.moment
    demand = Demand(demand.moment_per_activation, moment, demand.strength)
    drive = drive_of(model, task, corrections)
    found = recruitment.recruited(model.control, demand, drive, start, steps=steps)
    muscles = model.muscles
    value = unshaped(found.activation, muscles.shape)
    excitation = unlagged(value, step_s=step_of(task))
    return Proposal(found, excitation, seen_by(muscles, task, excitation))


def run_forward(model: Model, task: JointTask, excitation: Float[Array, "n t m"]) -> Reconstruction:
    """Excitations, kept in [0, 1], through activation dynamics and muscles to moments."""
    muscles = model.muscles
    held = jnp.clip(excitation, 0.0, 1.0)
    activation, moment = activation_and_moment(muscles, task, held)
    return Reconstruction(
        excitation=held,
        activation=activation,
        channels=seen_by(muscles, task, held),
        moment=moment,
    )


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
