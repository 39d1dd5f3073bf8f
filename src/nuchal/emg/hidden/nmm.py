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

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Float

from nuchal.arrays import Array
from nuchal.emg.hidden import recruitment
from nuchal.emg.hidden.encoder import Encoder
from nuchal.emg.hidden.excitation import unlagged, unshaped
from nuchal.emg.hidden.muscles import (
    FibreForces,
    JointTask,
    MuscleSystem,
    fibre_forces,
    joint_moment,
)
from nuchal.emg.hidden.personal import (
    Personal,
    PersonalMuscles,
    activation_and_moment,
    personalised,
    step_of,
)
from nuchal.emg.hidden.recruitment import Control, Demand, Drive, Recruited

# Co-contraction before the softplus where the network says nothing: five percent.
REST_LEVEL = -3.0
# Of what a moment's co-contraction may differ from the network's, before the softplus.
CO_CONTRACTION_SD = 1.0
# Of a muscle's deviation from what the drive asks of it, as a share.
DEVIATION_SD = 0.15
# Of the error of inverse dynamics, over the moments' scale.
MOMENT_SD = 0.01


class Model(eqx.Module):
    """One person's neural musculoskeletal model.

    Attributes:
        moment_scale: [N m].
    """

    system: MuscleSystem
    person: Personal
    control: Control
    encoder: Encoder
    moment_scale: Float[Array, " d"]

    @property
    def muscles(self) -> PersonalMuscles:
        """The person's muscles."""
        return personalised(self.system, self.person)


class Corrections(eqx.Module):
    """What trials do beside what the network expects, in standard deviations; zero is nothing.

    Attributes:
        moment: What inverse dynamics is wrong by.
    """

    co_contraction: Float[Array, "n t"]
    deviation: Float[Array, "n t c"]
    moment: Float[Array, "n t d"]


class Proposal(eqx.Module):
    """Everything that the model says of n trials, before activation dynamics are run forward.

    Attributes:
        excitation: As recruitment asks for; where it leaves [0, 1] the muscle can't follow.
    """

    recruited: Recruited
    excitation: Float[Array, "n t m"]
    channels: Float[Array, "n t c"]


class Reconstruction(eqx.Module):
    """Excitations of all muscles, and the moments that the forward model makes of them.

    Attributes:
        channels: What electrodes should have seen.
        moment: By activation dynamics and muscles, run forward [N m].
    """

    excitation: Float[Array, "n t m"]
    activation: Float[Array, "n t m"]
    channels: Float[Array, "n t c"]
    moment: Float[Array, "n t d"]


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


def network_inputs(task: JointTask, scale: Float[Array, " d"]) -> Float[Array, "n t k"]:
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
    channels = muscles.gain * jnp.einsum("ntm,cm->ntc", excitation, model.system.electrodes)
    return Proposal(found, excitation, channels)


def run_forward(model: Model, task: JointTask, excitation: Float[Array, "n t m"]) -> Reconstruction:
    """Excitations, kept in [0, 1], through activation dynamics and muscles to moments."""
    muscles = model.muscles
    held = jnp.clip(excitation, 0.0, 1.0)
    activation, moment = activation_and_moment(muscles, task, held)
    return Reconstruction(
        excitation=held,
        activation=activation,
        channels=muscles.gain * jnp.einsum("ntm,cm->ntc", held, model.system.electrodes),
        moment=moment,
    )
