"""From the head's motion to the six coordinates, and back: exact, through angular velocities.

How upper and lower neck share a movement is the neck's own matter (``model.passive``). The eight
joints turn about 24 axes, one after another, each by an angle that is linear in the coordinates.
What the head's rotation, angular velocity and angular acceleration are therefore needs no
derivative but those axes (Featherstone 2008, chapter 2).
"""

from functools import partial
from typing import Final

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Float

from nuchal.arrays import Array, Coords, Mat33, Vec3
from nuchal.model.anatomy import Anatomy
from nuchal.model.kinematics import body_rotations, head_on_thorax, joint_axes, neck_angles
from nuchal.model.passive import bend_of_sharing, posture_of_head, sharing
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
    anatomy: Anatomy, head: HeadMotion, *, near: Coords | None = None, steps: int = NEWTON_STEPS
) -> Coordinates:
    """The coordinates with which a neck moves the head as given: the posture of least energy.

    Newton begins from coordinates that are ``near`` [rad], or else where the angles of upper and
    lower neck add up to the head's.
    """
    neck, rates = _on_base(anatomy, head), _rates_of_axes(anatomy)
    begin = posture_of_head(anatomy, head.angle) if near is None else near
    q = _found(anatomy, rates, neck.angle, begin, steps)
    axes, shared = _turned(anatomy, q).axes, sharing(anatomy, q)
    together, apart = _ways(rates, shared.gain)
    inverse, head_axes = _inverse(axes.T @ together), axes_zxy(neck.angle)
    velocity = neck.rate @ head_axes
    acceleration = neck.acceleration @ head_axes + _bend(head_axes, neck.rate)
    rate = inverse @ velocity
    bend = bend_of_sharing(anatomy, q, shared.gain)
    qd, beyond = _shared(shared.gain, rate), bend * rate**2
    more = inverse @ (acceleration - _bend(axes, rates @ qd) - (apart @ beyond) @ axes)
    return Coordinates(q, qd, _shared(shared.gain, more, beyond))


def posture_of(anatomy: Anatomy, angle: Vec3, *, steps: int = NEWTON_STEPS) -> Coords:
    """The coordinates alone, by the angles of the head on the thorax [rad].

    Its derivatives, by the neck too, are those of one more step from where the steps end: that is
    the implicit function theorem, and spares the steps' own derivatives.
    """
    neck, rates = neck_angles(anatomy, angle), _rates_of_axes(anatomy)
    begin = posture_of_head(anatomy, angle)
    q = _found(*jax.lax.stop_gradient((anatomy, rates, neck, begin)), steps)
    return _newton_step(anatomy, rates, rotation_zxy(neck), q)


def head_motion_of(anatomy: Anatomy, state: Coordinates) -> HeadMotion:
    """How the head moves on the thorax when the coordinates do."""
    here, rates = _turned(anatomy, state.q), _rates_of_axes(anatomy)
    velocity = (rates @ state.qd) @ here.axes
    acceleration = (rates @ state.qdd) @ here.axes + _bend(here.axes, rates @ state.qd)
    angle = angles_zxy(here.rotation)
    axes = axes_zxy(angle)
    inverse = _inverse(axes.T)
    rate = inverse @ velocity
    neck = HeadMotion(angle, rate, inverse @ (acceleration - _bend(axes, rate)))
    return _on_thorax(anatomy, neck, head_on_thorax(anatomy, state.q))


def _on_base(anatomy: Anatomy, head: HeadMotion) -> HeadMotion:
    """How the head moves on the first thoracic vertebra."""
    if anatomy.thorax_share is None:
        return head

    def rate_at(angle: Vec3, rate: Vec3) -> tuple[Vec3, Vec3]:
        return jax.jvp(partial(neck_angles, anatomy), (angle,), (rate,))

    way = (head.angle, head.rate), (head.rate, head.acceleration)
    (angle, rate), (_, acceleration) = jax.jvp(rate_at, *way)
    return HeadMotion(angle, rate, acceleration)


def _on_thorax(anatomy: Anatomy, neck: HeadMotion, angle: Vec3) -> HeadMotion:
    """The inverse of :func:`_on_base`, of a head that is turned by ``angle`` on the thorax."""
    if anatomy.thorax_share is None:
        return neck
    inverse = _inverse(jnp.asarray(jax.jacfwd(partial(neck_angles, anatomy))(angle)))
    rate = inverse @ neck.rate
    steady = _on_base(anatomy, HeadMotion(angle, rate, jnp.zeros_like(rate)))
    return HeadMotion(angle, rate, inverse @ (neck.acceleration - steady.acceleration))


def _found(
    anatomy: Anatomy, rates: Float[Array, "24 6"], angle: Vec3, begin: Coords, steps: int
) -> Coords:
    """The coordinates, by the angles of the head on the first thoracic vertebra [rad]."""
    wanted = rotation_zxy(angle)

    def nearer(q: jax.Array, _: jax.Array) -> tuple[jax.Array, None]:
        return jnp.asarray(_newton_step(anatomy, rates, wanted, q)), None

    return jnp.asarray(jax.lax.scan(nearer, jnp.asarray(begin), jnp.arange(steps))[0])


def _newton_step(anatomy: Anatomy, rates: Float[Array, "24 6"], wanted: Mat33, q: Coords) -> Coords:
    """Coordinates nearer to those that turn the head as wanted, at the least energy."""
    here, shared = _turned(anatomy, q), sharing(anatomy, q)
    together, apart = _ways(rates, shared.gain)
    off = _small_rotation(wanted @ here.rotation.T) - (apart @ shared.ahead) @ here.axes
    more = _inverse(here.axes.T @ together) @ off
    return q + _shared(shared.gain, more, shared.ahead)


def _ways(
    rates: Float[Array, "24 6"], gain: Vec3
) -> tuple[Float[Array, "24 3"], Float[Array, "24 3"]]:
    """How axes turn as the whole neck turns, and as the upper neck takes from the lower."""
    upper, lower = rates[:, :3], rates[:, 3:]
    return upper * gain + lower * (1.0 - gain), upper - lower


def _shared(gain: Vec3, total: Vec3, beyond: Vec3 | float = 0.0) -> Coords:
    """Upper and lower neck's parts, and what the upper takes from the lower beyond them."""
    return jnp.concatenate([gain * total + beyond, (1.0 - gain) * total - beyond])


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
