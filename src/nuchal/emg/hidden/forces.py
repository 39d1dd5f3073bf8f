"""Excitations carried through a person's muscles: activations and tendon forces, with intervals.

Activation dynamics keep order: whoever is excited more is activated more. So the ends of an
excitation's interval, carried through, are those of the activation's. A force depends on strength
and lengths besides, about which the members of a committee differ: each member's excitations pass
through that member's own muscles. The error that hidden channels show passes through the muscles
of the model that saw all channels. Upward, and downward likewise,

    (high - F)^2 = (WIDE spread)^2 + (F(u + WIDE error (u + FLOOR)) - F(u))^2

The errors of several muscles go together as far as those of channels do that were hidden at once:
with deviations s_i and a shared part rho their covariance is

    S = (1 - rho) diag(s^2) + rho s s^T

Whoever knows the moments R F knows more: that errors leave them as they are. So the load G F of a
joint, beside the spread of the members' loads, is as uncertain as

    G (S - S R^T (R S R^T)^-1 R S) G^T

And levels of all muscles are off together, by what no electrode tells: a strength, a habit of
co-contraction. What muscles add to a load is wrong by a share ``TOGETHER`` of itself for that.
"""

from typing import Final, NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array
from nuchal.emg.hidden.courses import Between, Pulls
from nuchal.emg.hidden.muscles import JointTask, fibre_forces
from nuchal.emg.hidden.nmm_intervals import FLOOR, ReadingWithIntervals
from nuchal.emg.hidden.personal import PersonalMuscles, activation_and_moment
from nuchal.emg.hidden.records import Committee, Fit, Reconstruction
from nuchal.programs.kept import kept

# Half of an interval made to hold 90 % of forces and loads, in standard deviations: more than the
# 1.64 of a normal error, since five members agree more closely than they err. Found on two people
# of whom none is in the published tables (benchmarks/hidden_emg/neck_forces.py).
WIDE: Final = 1.96
# Relative error of what all muscles together add to a load. Found, with WIDE, on eighteen people of
# all kinds of whom none is in the published tables: 0.12 makes intervals hold 90 %.
TOGETHER: Final = 0.12
# Share of their variance that moments are left with, so that there is always an inverse.
_SAME: Final = 1e-9
_NEARLY_NOTHING: Final = 1e-30


class Carried(NamedTuple):
    """Windows of excitations, carried through muscles."""

    activation: Between
    pulls: Pulls


def carry(fit: Fit, task: JointTask, read: Reconstruction) -> Carried:
    """Activations and forces of one model, without intervals."""
    activation = np.asarray(read.activation)
    force = _force(fit.model.muscles, task, activation)
    return Carried(
        Between(activation, activation, activation),
        Pulls(force[..., None, :], force, force, *np.zeros((2, *force.shape[:-1]))),
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
    shared = np.full(told.shape[:-1], shared_part(task, doubted))
    together = np.full(told.shape[:-1], TOGETHER)
    return Carried(
        Between(np.asarray(read.activation), *ends),
        Pulls(np.stack(forces, axis=-2), weaker, stronger, shared, together),
    )


def shared_part(task: JointTask, doubted: ReadingWithIntervals) -> float:
    """The mean correlation of two hidden channels' relative errors at the same time, 0 to 1."""
    off = (doubted.blind - np.asarray(task.channels)) / (doubted.blind + FLOOR)
    count = off.shape[-1]
    alone = max(float(np.mean(off**2)), 1e-12)
    together = float(np.mean(off.sum(axis=-1) ** 2)) / count
    return float(np.clip((together / alone - 1.0) / (count - 1), 0.0, 1.0))


def force_between(pulls: Pulls) -> Between:
    """Tendon forces with intervals [N]; none is negative."""
    value, spread = pulls.members[..., 0, :], WIDE * pulls.members.std(axis=-2)
    down = np.hypot(spread, value - pulls.weaker)
    up = np.hypot(spread, pulls.stronger - value)
    return Between(value, np.maximum(value - down, 0.0), value + up)


def load_between(members: Float[np.ndarray, "t k n"], sd: Float[np.ndarray, "t n"]) -> Between:
    """Loads with intervals, from those of every member and what the error adds."""
    value = members[:, 0]
    half = WIDE * np.hypot(members.std(axis=1), sd)
    return Between(value, value - half, value + half)


def load_variance(
    load_per_force: Float[Array, "n m"],
    moment_arms: Float[Array, "d m"],
    sd: Float[Array, " m"],
    shared: Float[Array, ""],
) -> Float[Array, " n"]:
    """Variance of loads that are sums of forces, in one frame, where moments are known.

    Args:
        load_per_force: G.
        moment_arms: R [m].
        sd: Of the error of each force [N].
        shared: rho.
    """
    own, common = jnp.diag(sd**2), sd[:, None] * sd[None, :]
    covariance = (1.0 - shared) * own + shared * common
    seen = moment_arms @ covariance
    moments = seen @ moment_arms.T
    least = _SAME * jnp.trace(moments) + _NEARLY_NOTHING
    known = seen.T @ jnp.linalg.solve(moments + least * jnp.eye(len(moments)), seen)
    left = jnp.einsum("nm,mk,nk->n", load_per_force, covariance - known, load_per_force)
    return jnp.maximum(left, 0.0)


def _activation(muscles: PersonalMuscles, task: JointTask, excitation: Array) -> np.ndarray:
    return np.asarray(_dynamics(muscles, task, excitation))


def _force(muscles: PersonalMuscles, task: JointTask, activation: Array) -> np.ndarray:
    return np.asarray(_tension(muscles, task, activation))


@kept
def _dynamics(muscles: PersonalMuscles, task: JointTask, excitation: Array) -> Array:
    return activation_and_moment(muscles, task, excitation)[0]


@kept
def _tension(muscles: PersonalMuscles, task: JointTask, activation: Array) -> Array:
    able = fibre_forces(muscles.system, task.length, task.velocity)
    return activation * able.active + able.passive
