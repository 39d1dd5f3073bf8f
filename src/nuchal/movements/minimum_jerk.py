"""What all made movements share: minimum jerk, exact derivatives, a motion in which all is well."""

from collections.abc import Callable
from typing import Final

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array, Coords, CoordsT, Scalar, Time, Vec3
from nuchal.errors import Status
from nuchal.model.anatomy import Anatomy
from nuchal.model.kinematics import neck_angles
from nuchal.model.passive import bend_of_sharing, shares, sharing
from nuchal.records import Motion

# Of free movements and of means, unless asked otherwise.
FRAMES: Final = 600
RATE_HZ: Final = 100.0

# Greatest speed and acceleration of a move of unit length and duration.
PEAK_SPEED: Final = 1.875
PEAK_ACCELERATION: Final = 10.0 / 3.0**0.5


def minimum_jerk(phase: Float[Array, "*t"]) -> Float[Array, "*t"]:
    """From 0 to 1 while the phase does, with the least jerk; at rest before and after.

    Flash and Hogan 1985, doi 10.1523/JNEUROSCI.05-07-01688.1985. Arrays of NumPy stay NumPy's, for
    JAX would compile every length anew.
    """
    x = phase.clip(0.0, 1.0)
    return x**3 * (10.0 + x * (6.0 * x - 15.0))


def state_at(
    neck: Anatomy, head: Callable[[Scalar], Vec3], time: Scalar
) -> tuple[Coords, Coords, Coords]:
    """Coordinates [rad] at one time [s] with their exact first and second derivatives.

    ``head`` gives the angles of the head on the thorax, which the neck shares out.
    """

    def total(at: Scalar) -> Vec3:
        return neck_angles(neck, head(at))

    def speed(at: Scalar) -> tuple[Vec3, Vec3]:
        return jax.jvp(total, (at,), (jnp.ones_like(at),))

    (angle, rate), (_, acceleration) = jax.jvp(speed, (time,), (jnp.ones_like(time),))
    upper = shares(neck, angle).upper
    q = jnp.concatenate([upper, angle - upper])
    gain = sharing(neck, q).gain
    qd_upper = gain * rate
    qdd_upper = gain * acceleration + bend_of_sharing(neck, q, gain) * rate**2
    qd = jnp.concatenate([qd_upper, rate - qd_upper])
    return q, qd, jnp.concatenate([qdd_upper, acceleration - qdd_upper])


def made_motion(time: Time, q: CoordsT, qd: CoordsT, qdd: CoordsT) -> Motion:
    """A motion that nobody had to track: every frame is known."""
    status = np.full(len(time), int(Status.OK))
    return Motion(time=jnp.asarray(time), q=q, qd=qd, qdd=qdd, status=status)
