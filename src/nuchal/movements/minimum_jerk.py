"""Moves of minimum jerk (Flash and Hogan 1985, doi 10.1523/JNEUROSCI.05-07-01688.1985)."""

from collections.abc import Callable
from typing import Final

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array, Coords, Scalar

# Greatest speed and acceleration of a move of unit length and duration.
PEAK_SPEED: Final = 1.875
PEAK_ACCELERATION: Final = 10.0 / 3.0**0.5


def way_done(phase: Float[Array, "*t"]) -> Float[Array, "*t"]:
    """Share of the way at a share of the duration; at rest before and after the move."""
    x = np.clip(phase, 0.0, 1.0) if isinstance(phase, np.ndarray) else jnp.clip(phase, 0.0, 1.0)
    return x**3 * (10.0 + x * (6.0 * x - 15.0))


def state_at(posture: Callable[[Scalar], Coords], time: Scalar) -> tuple[Coords, Coords, Coords]:
    """Coordinates [rad] at one time [s] with their exact first and second derivatives."""
    speed = jax.jacfwd(posture)
    return posture(time), speed(time), jax.jacfwd(speed)(time)
