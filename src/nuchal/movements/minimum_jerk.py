"""What all made movements share: minimum jerk, exact derivatives, a motion in which all is well."""

from collections.abc import Callable
from typing import Final

import jax
import jax.numpy as jnp
from jaxtyping import Float

from nuchal.arrays import Array, Coords, CoordsT, Scalar, Time
from nuchal.errors import Status
from nuchal.records import Motion

# Of the standard movement.
FRAMES = 600
RATE_HZ = 100.0

# Greatest speed and acceleration of a move of unit length and duration.
PEAK_SPEED: Final = 1.875
PEAK_ACCELERATION: Final = 10.0 / 3.0**0.5


def minimum_jerk(phase: Float[Array, "*t"]) -> Float[Array, "*t"]:
    """From 0 to 1 while the phase does, with the least jerk; at rest before and after.

    Flash and Hogan 1985, doi 10.1523/JNEUROSCI.05-07-01688.1985.
    """
    x = jnp.clip(phase, 0.0, 1.0)
    return x**3 * (10.0 + x * (6.0 * x - 15.0))


def state_at(posture: Callable[[Scalar], Coords], time: Scalar) -> tuple[Coords, Coords, Coords]:
    """Coordinates [rad] at one time [s] with their exact first and second derivatives."""
    speed = jax.jacfwd(posture)
    return posture(time), speed(time), jax.jacfwd(speed)(time)


def made_motion(time: Time, q: CoordsT, qd: CoordsT, qdd: CoordsT) -> Motion:
    """A motion that nobody had to track: every frame is known."""
    status = jnp.full(len(time), int(Status.OK))
    return Motion(time=jnp.asarray(time), q=q, qd=qd, qdd=qdd, status=status)
