"""Passive tissue: how strongly the joints resist being bent, and the posture that follows from it.

Each of the eight joints resists the body-fixed x-y-z angles between its two bodies, as OpenSim's
bushings do. How strongly follows either from the source's linear bushings, or from curves that
were measured: beyond the neutral zone an angle of ``softness ln(1 + steepness M)`` goes with a
moment M, so that

    M(x) = (exp(x) - 1) / steepness,    x = (|angle| - neutral zone) / softness,

which goes on as a straight line above 8 N m, and starts within 2 degrees rather than at once.

A head that is turned leaves open what the upper and what the lower neck do of it. They take what
costs least passive energy: the angles at which both resist with the same moment, about each axis.
"""

from functools import partial
from typing import Final, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array, Coords, Vec3
from nuchal.conventions import LEVELS
from nuchal.model.anatomy import Anatomy, PassiveCurves
from nuchal.model.kinematics import neck_angles
from nuchal.programs.kept import kept

# Moment above which a curve goes on as a straight line [N m].
STRAIGHT_ABOVE_NM: Final = 8.0
# Half of the angle within which resistance starts [rad].
START_RAD: Final = float(np.radians(1.0))
# Of tables of shares, and how many angles they have: 0.57 degrees apart.
FARTHEST_RAD: Final = 1.8
_POINTS: Final = 361
# Steps to the posture of least energy: each Newton, or a halving where that leads astray.
_STEPS: Final = 10
_OF_UPPER: Final = np.array([level in ("C0-C1", "C1-C2") for level in LEVELS])


class Shared(NamedTuple):
    """What upper and lower neck take of a head that is turned, about z, x and y.

    Attributes:
        upper: Angle of the upper neck; the lower takes the rest [rad].
        gain: What the upper neck takes of a little more [rad/rad].
        stiffness: Of the upper and of the lower neck there [N m/rad].
    """

    upper: Vec3
    gain: Vec3
    stiffness: Float[Array, "2 3"]


class Sharing(NamedTuple):
    """How upper and lower neck share a little more of a turn, about z, x and y.

    Attributes:
        gain: What the upper neck takes of it [rad/rad].
        ahead: What the upper neck would have to take from the lower to be where it rests [rad].
    """

    gain: Vec3
    ahead: Vec3


class SharesTable(NamedTuple):
    """:class:`Shared` at angles from ``-FARTHEST_RAD`` to ``FARTHEST_RAD`` about each axis."""

    upper: Float[Array, "n 3"]
    gain: Float[Array, "n 3"]
    stiffness: Float[Array, "n 2 3"]


def resistance(anatomy: Anatomy, bend: Float[Array, "8 3"]) -> Float[Array, "8 3"]:
    """Elastic moment of each joint about x, y, z, in the direction that it is bent [N m]."""
    curves = anatomy.passive_curves
    if curves is None:
        return anatomy.bushing_stiffness * bend
    both = curve_moments(curves, jnp.stack([-bend, bend], axis=-1))
    rest = curve_moments(curves, jnp.zeros((*bend.shape, 2)))
    return (both - rest)[..., 1] - (both - rest)[..., 0]


def curve_moments(curves: PassiveCurves, angle: Float[Array, "8 3 2"]) -> Float[Array, "8 3 2"]:
    """What each direction of each curve holds against an angle in that direction [N m]."""
    beyond = angle - curves.neutral_zone
    starting = jnp.clip(beyond + START_RAD, 0.0, 2.0 * START_RAD) ** 2 / (4.0 * START_RAD)
    x = (starting + jnp.maximum(beyond - START_RAD, 0.0)) / curves.softness
    steep = 1.0 + STRAIGHT_ABOVE_NM * curves.steepness
    curved = jnp.minimum(x, jnp.log(steep))
    return (jnp.expm1(curved) + steep * (x - curved)) / curves.steepness


def stretched(anatomy: Anatomy, upper: Float[Array, "3 2"], lower: Float[Array, "3 2"]) -> Anatomy:
    """The neck with curves that go farther at the same moment: what differs between people.

    Args:
        anatomy: a neck with curves.
        upper: factor of the angles of C0 to C2, by axis (x, y, z) and direction.
        lower: the same of C2 to T1.
    """
    factor = jnp.where(_OF_UPPER[:, None, None], upper, lower)
    curves = anatomy.passive_curves
    assert curves is not None
    own = PassiveCurves(curves.softness * factor, curves.steepness, curves.neutral_zone * factor)
    other: Anatomy = eqx.tree_at(lambda a: a.passive_curves, anatomy, own)
    return other


def plane_moments(anatomy: Anatomy, q: Coords) -> Coords:
    """Elastic moment of each coordinate in its own plane, as if it alone were turned [N m]."""
    angles = jnp.asarray(anatomy.coupling @ q)
    moments = resistance(anatomy, angles[:, np.array([1, 2, 0])])[:, np.array([2, 0, 1])]
    return jnp.einsum("jak,ja->k", anatomy.coupling, moments)


def shares(anatomy: Anatomy, total: Vec3) -> Shared:
    """The posture of least passive energy of a neck that is turned, about z, x and y [rad].

    A neck without curves follows a constant rhythm.
    """
    if anatomy.passive_curves is None:
        rhythm = jnp.asarray(anatomy.rhythm)
        return Shared(rhythm * total, rhythm, jnp.ones((2, 3)))
    upper = _upper(anatomy, total)
    _, stiffness = _moments_and_slopes(anatomy, jnp.concatenate([upper, total - upper]))
    return Shared(upper, stiffness[1] / stiffness.sum(axis=0), stiffness)


def sharing(anatomy: Anatomy, q: Coords) -> Sharing:
    """How a turned neck shares out what is added, at or near the posture of least energy."""
    if anatomy.passive_curves is None:
        rhythm = jnp.asarray(anatomy.rhythm)
        return Sharing(rhythm, rhythm * (q[:3] + q[3:]) - q[:3])
    moment, slope = _moments_and_slopes(anatomy, q)
    stiffness = slope[0] + slope[1]
    return Sharing(slope[1] / stiffness, (moment[1] - moment[0]) / stiffness)


def bend_of_sharing(anatomy: Anatomy, q: Coords, gain: Vec3) -> Vec3:
    """How the ``gain`` of :func:`sharing` changes with the turn [1/rad]."""
    along = jnp.concatenate([gain, 1.0 - gain])
    _, bend = jax.jvp(lambda x: sharing(anatomy, x).gain, (q,), (along,))
    return jnp.asarray(bend)


def share_table(anatomy: Anatomy) -> SharesTable:
    """Shares of one neck, worked out once for many frames."""
    return SharesTable(*_on_grid(anatomy))


@kept
def _on_grid(anatomy: Anatomy) -> Shared:
    grid = jnp.linspace(-FARTHEST_RAD, FARTHEST_RAD, _POINTS)
    return jax.vmap(lambda angle: shares(anatomy, jnp.full(3, angle)))(grid)


def shares_from(table: SharesTable, total: Vec3) -> Shared:
    """:func:`shares` between the angles of a table: cubic, with the slopes that the table has."""
    step = 2.0 * FARTHEST_RAD / (_POINTS - 1)
    place = jnp.clip((total + FARTHEST_RAD) / step, 0.0, _POINTS - 1.0)
    below = jnp.minimum(place.astype(int), _POINTS - 2)
    x = place - below
    axes = np.arange(3)
    y0, y1 = table.upper[below, axes], table.upper[below + 1, axes]
    d0, d1 = step * table.gain[below, axes], step * table.gain[below + 1, axes]
    bend, skew = 3.0 * (y1 - y0) - 2.0 * d0 - d1, d0 + d1 - 2.0 * (y1 - y0)
    upper = y0 + x * (d0 + x * (bend + x * skew))
    gain = (d0 + x * (2.0 * bend + 3.0 * x * skew)) / step
    low, high = table.stiffness[below, :, axes].T, table.stiffness[below + 1, :, axes].T
    return Shared(upper, gain, low + x * (high - low))


def posture_of_head(anatomy: Anatomy, head: Vec3) -> Coords:
    """The coordinates with which a neck turns the head on the thorax by these angles [rad].

    About z, x and y. The upper thorax takes its share first; the neck's own angles are then shared
    out by the least passive energy, or by a constant rhythm in a neck without curves.
    """
    total = neck_angles(anatomy, head)
    upper = shares(anatomy, total).upper
    return jnp.concatenate([upper, total - upper])


@jax.custom_jvp
def _upper(anatomy: Anatomy, total: Vec3) -> Vec3:
    """Angles of the upper neck: Newton's method between bounds that close in."""

    def step(state: tuple[Vec3, Vec3, Vec3], _: Array) -> tuple[tuple[Vec3, Vec3, Vec3], None]:
        low, high, at = state
        ahead, slope = _imbalance(anatomy, at, total)
        low, high = jnp.where(ahead < 0.0, at, low), jnp.where(ahead < 0.0, high, at)
        there = at - ahead / slope
        inside = (there >= low) & (there <= high)
        return (low, high, jnp.where(inside, there, 0.5 * (low + high))), None

    low, high = jnp.minimum(total, 0.0), jnp.maximum(total, 0.0)
    begin = tuple(jnp.asarray(x) for x in (low, high, 0.5 * total))
    found, _ = jax.lax.scan(step, begin, jnp.arange(_STEPS))  # type: ignore[arg-type]
    return jnp.asarray(found[2])


def _imbalance(anatomy: Anatomy, upper: Vec3, total: Vec3) -> tuple[Vec3, Vec3]:
    """Moment of the upper less that of the lower neck [N m], and its slope by the upper angle."""
    moment, slope = _moments_and_slopes(anatomy, jnp.concatenate([upper, total - upper]))
    return moment[0] - moment[1], slope[0] + slope[1]


def _moments_and_slopes(
    anatomy: Anatomy, q: Coords
) -> tuple[Float[Array, "2 3"], Float[Array, "2 3"]]:
    """Moments of the upper and the lower neck [N m], each by its own angle alone [N m/rad]."""
    moment, slope = jax.jvp(partial(plane_moments, anatomy), (q,), (jnp.ones_like(q),))
    return moment.reshape(2, 3), jnp.asarray(slope).reshape(2, 3)


@_upper.defjvp
def _upper_jvp(primals: tuple[Anatomy, Vec3], tangents: tuple[Anatomy, Vec3]) -> tuple[Vec3, Vec3]:
    """By the implicit function theorem, so that derivatives of any order are right."""
    upper = _upper(*primals)

    def apart(anatomy: Anatomy, total: Vec3) -> Vec3:
        return _imbalance(anatomy, upper, total)[0]

    change = jax.jvp(apart, primals, tangents)[1]
    return upper, -change / _imbalance(primals[0], upper, primals[1])[1]
