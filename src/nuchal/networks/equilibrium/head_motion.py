"""From the head's motion to the six coordinates, and back: exact, through angular velocities.

The eight joints turn about 24 axes, one after another, each by an angle that is linear in the
coordinates. What the head's rotation, angular velocity and angular acceleration are therefore needs
no derivative but those axes (Featherstone 2008, chapter 2).
"""

from typing import Final

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Float

from nuchal.arrays import Array, Coords, Mat33, Vec3
from nuchal.model.anatomy import Anatomy
from nuchal.model.kinematics import body_rotations, joint_axes
from nuchal.networks.equilibrium.records import Coordinates, HeadMotion
from nuchal.spatial import angles_zxy, axes_zxy, rotation_zxy

# From the head's angles as a first guess to coordinates as exact as single precision tells.
NEWTON_STEPS: Final = 3


class _Turned(eqx.Module):
    """How the head is turned, and by what.

    Attributes:
        axes: In the thorax frame, in the order in which they turn.
    """

    rotation: Mat33
    axes: Float[Array, "24 3"]


def coordinates_of(
    anatomy: Anatomy,
    rhythm: Vec3,
    head: HeadMotion,
    *,
    offset: Coordinates | None = None,
    near: Vec3 | None = None,
    steps: int = NEWTON_STEPS,
) -> Coordinates:
    """The coordinates that turn the model's head as the given motion says.

    ``rhythm`` is the upper neck's part of pitch, roll and yaw; ``offset`` what the upper neck does
    beyond it, in the first three of each. Newton begins ``near`` the sums of upper and lower neck
    [rad], else at the head's angles.
    """
    beyond = [jnp.zeros_like(head.angle)] * 3
    if offset is not None:
        beyond = [jnp.asarray(x)[:3] for x in (offset.q, offset.qd, offset.qdd)]
    rates = _rates_of_axes(anatomy)
    together = rates[:, :3] * rhythm + rates[:, 3:] * (1.0 - rhythm)
    wanted, total = rotation_zxy(head.angle), head.angle if near is None else near
    for _ in range(steps):
        here = _turned(anatomy, _shared(rhythm, total, beyond[0]))
        off = _small_rotation(wanted @ here.rotation.T)
        total = total + _inverse(here.axes.T @ together) @ off
    q = _shared(rhythm, total, beyond[0])
    axes, apart = _turned(anatomy, q).axes, rates[:, :3] - rates[:, 3:]
    inverse, head_axes = _inverse(axes.T @ together), axes_zxy(head.angle)
    velocity = head.rate @ head_axes
    acceleration = head.acceleration @ head_axes + _bend(head_axes, head.rate)
    rate = inverse @ (velocity - (apart @ beyond[1]) @ axes)
    qd = _shared(rhythm, rate, beyond[1])
    more = inverse @ (acceleration - _bend(axes, rates @ qd) - (apart @ beyond[2]) @ axes)
    return Coordinates(q, qd, _shared(rhythm, more, beyond[2]))


def head_motion_of(anatomy: Anatomy, state: Coordinates) -> HeadMotion:
    """How the head moves on the thorax when the coordinates do."""
    here, rates = _turned(anatomy, state.q), _rates_of_axes(anatomy)
    velocity = (rates @ state.qd) @ here.axes
    acceleration = (rates @ state.qdd) @ here.axes + _bend(here.axes, rates @ state.qd)
    angle = angles_zxy(here.rotation)
    axes = axes_zxy(angle)
    inverse = _inverse(axes.T)
    rate = inverse @ velocity
    return HeadMotion(angle, rate, inverse @ (acceleration - _bend(axes, rate)))


def _shared(rhythm: Vec3, total: Vec3, beyond: Vec3) -> Coords:
    """Upper and lower neck's parts of what the head does."""
    return jnp.concatenate([rhythm * total + beyond, (1.0 - rhythm) * total - beyond])


def _turned(anatomy: Anatomy, q: Coords) -> _Turned:
    rotations = body_rotations(anatomy, q)
    return _Turned(rotations[-1], joint_axes(anatomy, q, rotations).reshape(24, 3))


def _rates_of_axes(anatomy: Anatomy) -> Float[Array, "24 6"]:
    """How fast every axis turns when a coordinate does."""
    return jnp.asarray(anatomy.coupling).reshape(24, 6)


def _bend(axes: Float[Array, "n 3"], rates: Float[Array, " n"]) -> Vec3:
    """Angular acceleration that comes of axes being turned by those before them."""
    spins = axes * rates[:, None]
    before = jnp.cumsum(spins, axis=0) - spins
    return jnp.sum(jnp.cross(before, spins), axis=0)


def _small_rotation(matrix: Mat33) -> Vec3:
    """Axis times sine of the angle."""
    a = 0.5 * (matrix - matrix.T)
    return jnp.stack([a[2, 1], a[0, 2], a[1, 0]])


def _inverse(matrix: Mat33) -> Mat33:
    """Inverse of three by three, by cross products."""
    a, b, c = matrix
    rows = jnp.stack([jnp.cross(b, c), jnp.cross(c, a), jnp.cross(a, b)], axis=1)
    return jnp.asarray(rows / (a @ jnp.cross(b, c)))
