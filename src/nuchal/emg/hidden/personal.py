"""What of the muscles is a person's own: scales within stated bounds, and how likely they are.

Every scale is ``exp(log(bound) tanh(x))`` of an unbounded x whose prior is normal about zero, so
that bounds hold by themselves; the shape factor is ``-3 sigmoid(x)``.
"""

from typing import Final

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array, Scalar
from nuchal.emg.hidden.muscles import (
    STRONGEST_SHAPE,
    JointTask,
    MuscleSystem,
    fibre_forces,
    joint_moment,
    lagged,
    shaped,
    stretch,
)

# Maximal isometric force lies between half and twice the generic one.
FORCE_BOUND: Final = 2.0
FIBRE_BOUND: Final = 1.15
SLACK_BOUND: Final = 1.05
# A channel over true excitation: maximal voluntary contractions are rarely maximal.
GAIN_BOUND: Final = 1.5
# Passive fibre force lies between a quarter and four times that of the generic curve.
PASSIVE_BOUND: Final = 4.0
# What an electrode hears of all its neighbours together, over what it hears of its own muscle, in
# most people, and its gain's change for a fibre that is an optimal length longer at most.
HEARD_USUALLY: Final = 0.1
SLIDE_BOUND: Final = 0.5
# Of x: 21 % in force, 5 % in fibre length, 1.5 % in slack length, 15 % in gain.
PRIOR_SDS: Final = {
    "force": 0.3,
    "fibre": 0.35,
    "slack": 0.3,
    "passive": 0.5,
    "shape": 0.4,
    "bend": 0.8,
    "gain": 0.35,
    "heard": 1.0,
    "slide": 0.3,
}
_QUIET: Final = 0.01


class Personal(eqx.Module):
    """The unbounded x of every muscle and channel; zero is the generic person.

    Attributes:
        shape: Of each muscle's shape factor, about that which all share.
        bend: Of the shape factor that all muscles share.
        heard: Of what each channel hears of each muscle beside its own.
        slide: Of how each channel's gain changes with the length of its muscle.
    """

    force: Float[Array, " m"]
    fibre: Float[Array, " m"]
    slack: Float[Array, " m"]
    passive: Float[Array, " m"]
    shape: Float[Array, " m"]
    bend: Float[Array, ""]
    gain: Float[Array, " c"]
    heard: Float[Array, "c m"]
    slide: Float[Array, " c"]


class PersonalMuscles(eqx.Module):
    """One person's muscles as the model uses them.

    Attributes:
        shape: A of the nonlinearity.
        gain: Channel over excitation.
        heard: Amplitude of each muscle beside a channel's own, over that of its own.
        slide: Change of the gain for a fibre that is an optimal length longer, as a share.
    """

    system: MuscleSystem
    shape: Float[Array, " m"]
    gain: Float[Array, " c"]
    heard: Float[Array, "c m"]
    slide: Float[Array, " c"]


def generic_person(system: MuscleSystem) -> Personal:
    """Zero everywhere."""
    channels, muscles = system.electrodes.shape
    zero = jnp.zeros(muscles)
    even = jnp.zeros(channels)
    return Personal(
        zero, zero, zero, zero, zero, jnp.zeros(()), even, jnp.zeros((channels, muscles)), even
    )


def personalised(system: MuscleSystem, person: Personal) -> PersonalMuscles:
    """Generic muscles, scaled to a person."""
    scaled = eqx.tree_at(
        lambda s: (
            s.max_isometric_force,
            s.optimal_fibre_length,
            s.tendon_slack_length,
            s.passive_scale,
        ),
        system,
        (
            system.max_isometric_force * bounded(person.force, FORCE_BOUND),
            system.optimal_fibre_length * bounded(person.fibre, FIBRE_BOUND),
            system.tendon_slack_length * bounded(person.slack, SLACK_BOUND),
            system.passive_scale * bounded(person.passive, PASSIVE_BOUND),
        ),
    )
    shape = STRONGEST_SHAPE * jax.nn.sigmoid(person.bend + person.shape)
    near = system.neighbours
    usual = HEARD_USUALLY / np.sqrt(np.maximum(near.sum(axis=1, keepdims=True), 1.0))
    heard = near * usual * jnp.exp(person.heard)
    slide = SLIDE_BOUND * jnp.tanh(person.slide)
    return PersonalMuscles(scaled, shape, bounded(person.gain, GAIN_BOUND), heard, slide)


def seen_by(
    muscles: PersonalMuscles, task: JointTask, excitation: Float[Array, "n t m"]
) -> Float[Array, "n t c"]:
    """What electrodes see: their own muscles, and of others what they hear.

    Signals of different muscles are independent noise, so their squares add.
    """
    own = excitation @ muscles.system.electrodes.T
    own = own * (1.0 + muscles.slide * stretch(muscles.system, task.length))
    others = (excitation**2) @ (muscles.heard**2).T
    louder = jnp.sqrt(own**2 + others + _QUIET**2) - jnp.sqrt(own**2 + _QUIET**2)
    return muscles.gain * (own + louder)


def activation_and_moment(
    muscles: PersonalMuscles, task: JointTask, excitation: Float[Array, "n t m"]
) -> tuple[Float[Array, "n t m"], Float[Array, "n t d"]]:
    """Excitations through activation dynamics and muscles: activations, and moments [N m]."""
    value = jax.vmap(lambda one: lagged(one, step_s=step_of(task)))(excitation)
    activation = shaped(value, muscles.shape)
    forces = fibre_forces(muscles.system, task.length, task.velocity)
    return activation, joint_moment(task.moment_arms, forces, activation)


def step_of(task: JointTask) -> Scalar:
    """Time from one frame to the next [s], also where code is compiled."""
    return jnp.asarray(task.time[0, 1] - task.time[0, 0])


def bounded(x: Float[Array, " m"], bound: float) -> Float[Array, " m"]:
    """A scale between ``1 / bound`` and ``bound``."""
    return jnp.exp(jnp.log(bound) * jnp.tanh(x))


def prior_sds(person: Personal) -> Personal:
    """Standard deviations of the prior, each in the place of its x."""
    return Personal(
        **{name: jnp.full_like(getattr(person, name), sd) for name, sd in PRIOR_SDS.items()}
    )


def prior_penalty(person: Personal) -> Scalar:
    """Minus twice the logarithm of the prior, up to a constant."""
    terms = [jnp.sum((getattr(person, name) / sd) ** 2) for name, sd in PRIOR_SDS.items()]
    return jnp.asarray(sum(terms))
