"""Excitations carried through a person's muscles: activations and tendon forces, with intervals.

Activation dynamics keep order: whoever is excited more is activated more. So the ends of an
excitation's interval, carried through, are those of the activation's. A force depends on strength
and lengths besides, about which the members of a committee differ: each member's excitations pass
through that member's own muscles. The error that hidden channels show passes through the muscles
of the model that saw all channels. Upward, and downward likewise,

    (high - F)^2 = (1.96 spread)^2 + (F(u + 1.96 error (u + FLOOR)) - F(u))^2

What is made of the forces, such as the load of a joint, has its interval in the same way: members
one by one, and all muscles wrong in one direction.
"""

from typing import NamedTuple

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array
from nuchal.emg.hidden.courses import Between, Pulls
from nuchal.emg.hidden.muscles import JointTask, fibre_forces
from nuchal.emg.hidden.nmm_intervals import FLOOR, WIDE, ReadingWithIntervals
from nuchal.emg.hidden.personal import PersonalMuscles, activation_and_moment
from nuchal.emg.hidden.records import Committee, Fit, Reconstruction


class Carried(NamedTuple):
    """Windows of excitations, carried through muscles."""

    activation: Between
    pulls: Pulls


def carry(fit: Fit, task: JointTask, read: Reconstruction) -> Carried:
    """Activations and forces of one model, without intervals."""
    activation = np.asarray(read.activation)
    force = _force(fit.model.muscles, task, activation)
    return Carried(
        Between(activation, activation, activation), Pulls(force[..., None, :], force, force)
    )


def carry_with_intervals(
    committee: Committee, task: JointTask, doubted: ReadingWithIntervals
) -> Carried:
    """Activations with intervals, and forces by every member of a committee."""
    muscles, read = committee.whole.model.muscles, doubted.read
    told = np.asarray(read.excitation)
    error = WIDE * committee.error * (told + FLOOR)
    ends = [_activation(muscles, task, x) for x in (doubted.low, doubted.high)]
    forces = [
        _force(fit.model.muscles, task, member.activation)
        for fit, member in zip(
            (committee.whole, *committee.without), (read, *doubted.members), strict=True
        )
    ]
    weaker, stronger = (
        _force(muscles, task, _activation(muscles, task, np.clip(x, 0.0, 1.0)))
        for x in (told - error, told + error)
    )
    return Carried(
        Between(np.asarray(read.activation), *ends),
        Pulls(np.stack(forces, axis=-2), weaker, stronger),
    )


def between(
    members: Float[np.ndarray, "*t k n"],
    weaker: Float[np.ndarray, "*t n"],
    stronger: Float[np.ndarray, "*t n"],
) -> Between:
    """Intervals of forces, or of what is made of them, as the module says.

    Args:
        members: By every member, the one that saw all channels first.
        weaker: By that one, with weaker muscles.
        stronger: With stronger ones; either may be the smaller.
    """
    value = members[..., 0, :]
    spread = WIDE * members.std(axis=-2)
    least, most = np.minimum(weaker, stronger), np.maximum(weaker, stronger)
    down, up = np.maximum(value - least, 0.0), np.maximum(most - value, 0.0)
    return Between(value, value - np.hypot(spread, down), value + np.hypot(spread, up))


def force_between(pulls: Pulls) -> Between:
    """Tendon forces with intervals [N]; none is negative."""
    found = between(*pulls)
    return found._replace(low=np.maximum(found.low, 0.0))


def _activation(muscles: PersonalMuscles, task: JointTask, excitation: Array) -> np.ndarray:
    return np.asarray(_dynamics(muscles, task, excitation))


def _force(muscles: PersonalMuscles, task: JointTask, activation: Array) -> np.ndarray:
    return np.asarray(_tension(muscles, task, activation))


@eqx.filter_jit
def _dynamics(muscles: PersonalMuscles, task: JointTask, excitation: Array) -> jax.Array:
    return activation_and_moment(muscles, task, excitation)[0]


@eqx.filter_jit
def _tension(muscles: PersonalMuscles, task: JointTask, activation: Array) -> jax.Array:
    able = fibre_forces(muscles.system, task.length, task.velocity)
    return activation * able.active + able.passive
