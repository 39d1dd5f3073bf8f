"""Muscles about any joint, as lengths and moment arms over time: the elbow and the neck alike.

Fibres are those of ``dynamics.muscles``; the curves are the smooth ones of De Groote et al.
(2016), doi 10.1007/s10439-016-1591-9, because everything is differentiated. From excitation u to
activation a and back:

    v' = (u - v) / tau,   tau = 15 ms where u > v, else 60 ms
    a = (exp(A v) - 1) / (exp(A) - 1),   A in [-3, 0]

The first is the lag of calcium (Zajac 1989), the second the nonlinearity of EMG against force
(Lloyd and Besier 2003, doi 10.1016/S0021-9290(03)00010-1). Excitation is held from one frame to
the next, for which the steps here are exact, and so is the way back.
"""

from typing import Final

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from scipy.interpolate import make_interp_spline

from nuchal.arrays import Array, Time
from nuchal.dynamics.muscles import curves
from nuchal.dynamics.muscles.fibres import fibres
from nuchal.errors import NuchalError

ACTIVATION_TIME_S: Final = 0.015
DEACTIVATION_TIME_S: Final = 0.060
STRONGEST_SHAPE: Final = -3.0
# Nearest to a straight line that is worked out; the difference is below 1e-4.
_WEAKEST_SHAPE: Final = -1e-4

# What a fibre spans along the tendon at least, over its optimal length.
_SHORTEST_ALONG = 0.05


class MuscleSystem(eqx.Module):
    """The muscles of one joint or region, and which electrodes see which of them.

    Attributes:
        max_isometric_force: [N].
        optimal_fibre_length: [m].
        tendon_slack_length: [m].
        pennation_at_optimal: [rad].
        max_velocity: Fastest shortening [optimal fibre lengths / s].
        passive_scale: Passive fibre force over that of the curve; zero where others stand for it.
        seen: Indices of the muscles that each channel sees, in equal shares.
        beside: Indices of the muscles that each channel may hear besides; empty hears none.
    """

    max_isometric_force: Float[Array, " m"]
    optimal_fibre_length: Float[Array, " m"]
    tendon_slack_length: Float[Array, " m"]
    pennation_at_optimal: Float[Array, " m"]
    max_velocity: Float[Array, " m"]
    passive_scale: Float[Array, " m"]
    names: tuple[str, ...] = eqx.field(static=True)
    seen: tuple[tuple[int, ...], ...] = eqx.field(static=True)
    beside: tuple[tuple[int, ...], ...] = eqx.field(static=True, default=())

    @property
    def electrodes(self) -> Float[np.ndarray, "c m"]:
        """What share of each channel every muscle is; rows sum to one, hidden muscles are zero."""
        every = range(len(self.names))
        return np.array([[(i in c) / len(c) for i in every] for c in self.seen])

    @property
    def neighbours(self) -> Float[np.ndarray, "c m"]:
        """Which muscles each channel may hear beside those that it is for, 1 or 0."""
        every, beside = range(len(self.names)), self.beside or ((),) * len(self.seen)
        return np.array([[float(i in c) for i in every] for c in beside])

    @property
    def hidden(self) -> tuple[int, ...]:
        """Indices of the muscles that no channel sees."""
        measured = {i for channel in self.seen for i in channel}
        return tuple(i for i in range(len(self.names)) if i not in measured)


class JointTask(eqx.Module):
    """What is known of one trial, or of n trials of t frames each: everything but excitations.

    Attributes:
        time: [s], evenly spaced.
        motion: Joint angles, speeds, accelerations, external load, body measures: what a network
            sees.
        length: Muscle-tendon lengths [m].
        velocity: Lengthening speeds [m/s].
        moment_arms: ``-dL/dq`` [m/rad].
        moment: What the muscles have to supply, by inverse dynamics, passive joints taken off [N
            m].
        channels: Measured excitations: rectified, smoothed, over maximal voluntary contraction.
    """

    time: Float[Array, "*n t"]
    motion: Float[Array, "*n t k"]
    length: Float[Array, "*n t m"]
    velocity: Float[Array, "*n t m"]
    moment_arms: Float[Array, "*n t d m"]
    moment: Float[Array, "*n t d"]
    channels: Float[Array, "*n t c"]

    @property
    def step_s(self) -> float:
        """Time from one frame to the next [s]."""
        time = np.asarray(self.time).reshape(-1, self.time.shape[-1])[0]
        return float((time[-1] - time[0]) / (len(time) - 1))


def channels_of(
    names: tuple[str, ...], seen: tuple[tuple[str, ...], ...]
) -> tuple[tuple[int, ...], ...]:
    """Indices of muscles from the names of those that each channel sees.

    Raises:
        NuchalError: a muscle that is not there, or is seen twice.
    """
    every = [name for channel in seen for name in channel]
    for name in every:
        if name not in names:
            raise NuchalError("hidden_emg.no_muscle", name=name, muscles=names)
        if every.count(name) > 1:
            raise NuchalError("hidden_emg.two_channels", name=name)
    return tuple(tuple(names.index(name) for name in channel) for channel in seen)


def lengthening_speed(time: Time, length: Float[Array, "t m"]) -> Float[np.ndarray, "t m"]:
    """Speeds of lengths that were sampled, by a quintic spline through them [m/s]."""
    spline = make_interp_spline(np.asarray(time), np.asarray(length), k=5)
    return np.asarray(spline.derivative()(np.asarray(time)))


def stack_trials(trials: list[JointTask]) -> JointTask:
    """Many trials of the same number of frames as one record with a leading axis.

    Raises:
        NuchalError: trials of different lengths, rates, muscles or channels.
    """
    shapes = {tuple(np.shape(x)[-2:] for x in vars(trial).values()) for trial in trials}
    if len(shapes) != 1:
        raise NuchalError("hidden_emg.unlike_trials")
    if np.ptp([trial.step_s for trial in trials]) > 1e-6:
        raise NuchalError("hidden_emg.unlike_rates")
    fields = zip(*(vars(trial).values() for trial in trials), strict=True)
    return JointTask(*(np.stack(list(map(np.asarray, field))) for field in fields))


class FibreForces(eqx.Module):
    """What muscles can do, along the tendon.

    Attributes:
        active: At full activation [N].
        passive: [N].
    """

    active: Float[Array, "*t m"]
    passive: Float[Array, "*t m"]


def fibre_forces(
    system: MuscleSystem, length: Float[Array, "*t m"], velocity: Float[Array, "*t m"]
) -> FibreForces:
    """Active force at full activation and passive force at lengths [m] and speeds [m/s]."""
    optimal = system.optimal_fibre_length
    height = optimal * jnp.sin(system.pennation_at_optimal)
    along = jnp.maximum(length - system.tendon_slack_length, _SHORTEST_ALONG * optimal)
    fibre = fibres(optimal, height, along, velocity, system.max_velocity)
    rate = jnp.maximum(curves.degroote_force_velocity(fibre.norm_velocity), 0.0)
    strength = system.max_isometric_force * fibre.cosine
    active = strength * curves.degroote_active_force_length(fibre.norm_length) * rate
    stretched = curves.degroote_passive_force_length(fibre.norm_length)
    passive = strength * system.passive_scale * stretched
    return FibreForces(active, passive)


def stretch(system: MuscleSystem, length: Float[Array, "*t m"]) -> Float[Array, "*t c"]:
    """How far the muscles of each channel are from their optimal fibre length, over it.

    Within half of it either way; the mean of the muscles that a channel is for.
    """
    fibre = (length - system.tendon_slack_length) / system.optimal_fibre_length
    return jnp.clip(fibre @ system.electrodes.T - 1.0, -0.5, 0.5)


def joint_moment(
    moment_arms: Float[Array, "*t d m"], forces: FibreForces, activation: Float[Array, "*t m"]
) -> Float[Array, "*t d"]:
    """Moments that activated muscles make about the joints [N m]."""
    pull = activation * forces.active + forces.passive
    return jnp.einsum("...dm,...m->...d", moment_arms, pull)


def lagged(excitation: Float[Array, "t m"], *, step_s: float | Array) -> Float[Array, "t m"]:
    """Excitation after the lag of activation; the first frame is at rest with its excitation."""
    rise, fall = jnp.exp(-step_s / ACTIVATION_TIME_S), jnp.exp(-step_s / DEACTIVATION_TIME_S)

    def follow(value: jax.Array, drive: jax.Array) -> tuple[jax.Array, jax.Array]:
        after = drive + (value - drive) * jnp.where(drive > value, rise, fall)
        return after, after

    first = jnp.asarray(excitation)[0]
    _, rest = jax.lax.scan(follow, first, jnp.asarray(excitation)[:-1])
    return jnp.concatenate([first[None], rest])


def unlagged(value: Float[Array, "*n t m"], *, step_s: float | Array) -> Float[Array, "*n t m"]:
    """The excitation that :func:`lagged` turns into a given course; may leave [0, 1]."""
    rise, fall = jnp.exp(-step_s / ACTIVATION_TIME_S), jnp.exp(-step_s / DEACTIVATION_TIME_S)
    now, after = value[..., :-1, :], value[..., 1:, :]
    stays = jnp.where(after > now, rise, fall)
    drive = (after - now * stays) / (1.0 - stays)
    return jnp.concatenate([drive, value[..., -1:, :]], axis=-2)


def shaped(value: Float[Array, "*t m"], shape: Float[Array, " m"]) -> Float[Array, "*t m"]:
    """Activation of lagged excitation."""
    bend = jnp.minimum(shape, _WEAKEST_SHAPE)
    return jnp.asarray(jnp.expm1(bend * value) / jnp.expm1(bend))


def unshaped(activation: Float[Array, "*t m"], shape: Float[Array, " m"]) -> Float[Array, "*t m"]:
    """Lagged excitation of activation: the inverse of :func:`shaped` on [0, 1]."""
    bend = jnp.minimum(shape, _WEAKEST_SHAPE)
    inside = jnp.clip(activation, -0.5, 1.0)
    beyond = activation - inside
    return jnp.asarray(jnp.log1p(inside * jnp.expm1(bend)) / bend + beyond)
