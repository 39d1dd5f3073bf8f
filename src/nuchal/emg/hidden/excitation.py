"""From excitation to activation and back.

    v' = (u - v) / tau,   tau = 15 ms where u > v, else 60 ms
    a = (exp(A v) - 1) / (exp(A) - 1),   A in [-3, 0]

The first is the lag of calcium (Zajac 1989), the second the nonlinearity of EMG against force
(Lloyd and Besier 2003, doi 10.1016/S0021-9290(03)00010-1). Excitation is held from one frame to
the next, for which the steps here are exact, and so is the way back.
"""

from typing import Final

import jax
import jax.numpy as jnp
from jaxtyping import Float

from nuchal.arrays import Array

ACTIVATION_TIME_S: Final = 0.015
DEACTIVATION_TIME_S: Final = 0.060
STRONGEST_SHAPE: Final = -3.0
# Nearest to a straight line that is worked out; the difference is below 1e-4.
_WEAKEST_SHAPE: Final = -1e-4


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
