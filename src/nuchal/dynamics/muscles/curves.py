"""Millard's muscle curves: C2 chains of quintic Bezier corners, and De Groote's smooth ones.

Millard, Uchida, Seth, Delp (2013), doi 10.1115/1.4023390, build every curve from Bezier corners
that leave one line and arrive at another. A corner is monotone in x, so y(x) is found by solving
x(u) = x: a table gives u to a percent and Newton's method finishes. De Groote, Kinney, Rao,
Fregly (2016), doi 10.1007/s10439-016-1591-9, give closed forms instead.
"""

from dataclasses import dataclass
from functools import cache
from math import comb
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array
from nuchal.model.anatomy import CurveParameters

_GUESSES = 64
_NEWTON_STEPS = 3


class _Point(NamedTuple):
    """A point that a curve passes through, with its slope there."""

    x: float
    y: float
    slope: float


@dataclass(frozen=True)
class Curve:
    """A chain of quintic corners and the lines that go on at both ends.

    Attributes:
        start: Where each corner begins in x.
        x_of_u: Power coefficients of x(u) - start, u in [0, 1], constant first.
        guess: u at evenly spaced x within each corner.
        slopes: Of the lines before and after the chain.
    """

    start: Float[np.ndarray, " n"]
    end: float
    x_of_u: Float[np.ndarray, "n 6"]
    y_of_u: Float[np.ndarray, "n 6"]
    guess: Float[np.ndarray, "n g"]
    y_ends: tuple[float, float]
    slopes: tuple[float, float]

    def __call__(self, x: Float[Array, "*s"]) -> Float[Array, "*s"]:
        """The value at x."""
        inside = jnp.clip(x, float(self.start[0]), float(self.end))
        corner = jnp.sum(inside[..., None] >= jnp.asarray(self.start[1:], x.dtype), axis=-1)
        along = inside - jnp.asarray(self.start, x.dtype)[corner]
        x_of_u = jnp.asarray(self.x_of_u, x.dtype)[corner]
        u = self._first_guess(corner, along)
        for _ in range(_NEWTON_STEPS):
            u = u - (_power(x_of_u, u) - along) / _power_slope(x_of_u, u)
        value = _power(jnp.asarray(self.y_of_u, x.dtype)[corner], u)
        below = self.slopes[0] * jnp.minimum(x - self.start[0], 0.0)
        above = self.slopes[1] * jnp.maximum(x - self.end, 0.0)
        return jnp.asarray(value + below + above)

    def _first_guess(self, corner: Array, along: Array) -> Array:
        width = np.diff([*self.start, self.end])
        place = along / jnp.asarray(width, along.dtype)[corner] * (_GUESSES - 1)
        node = jnp.clip(place.astype(int), 0, _GUESSES - 2)
        table = jnp.asarray(self.guess, along.dtype)
        left, right = table[corner, node], table[corner, node + 1]
        return left + (place - node) * (right - left)


def _power(coefficients: Array, u: Array) -> Array:
    value = coefficients[..., 5]
    for k in (4, 3, 2, 1, 0):
        value = value * u + coefficients[..., k]
    return value


def _power_slope(coefficients: Array, u: Array) -> Array:
    value = 5.0 * coefficients[..., 5]
    for k in (4, 3, 2, 1):
        value = value * u + k * coefficients[..., k]
    return value


def _chain(points: list[_Point], curviness: list[float]) -> Curve:
    """Join points by Bezier corners; ``curviness`` in [0, 1] for each corner."""
    corners = [
        _corner(a, b, 0.1 + 0.8 * c)
        for a, b, c in zip(points[:-1], points[1:], curviness, strict=True)
    ]
    x_of_u = np.array([_power_basis(x - x[0]) for x, _ in corners])
    return Curve(
        start=np.array([p.x for p in points[:-1]]),
        end=points[-1].x,
        x_of_u=x_of_u,
        y_of_u=np.array([_power_basis(y) for _, y in corners]),
        guess=np.array([_inverse_table(c) for c in x_of_u]),
        y_ends=(points[0].y, points[-1].y),
        slopes=(points[0].slope, points[-1].slope),
    )


def _corner(a: _Point, b: _Point, bend: float) -> tuple[np.ndarray, np.ndarray]:
    """Control points of the quintic that leaves ``a`` and meets ``b`` along their lines."""
    if abs(a.slope - b.slope) > np.sqrt(np.finfo(float).eps):
        x = (b.y - a.y - b.x * b.slope + a.x * a.slope) / (a.slope - b.slope)
    else:
        x = 0.5 * (a.x + b.x)
    y = b.y + (x - b.x) * b.slope
    after_a = (a.x + bend * (x - a.x), a.y + bend * (y - a.y))
    before_b = (b.x + bend * (x - b.x), b.y + bend * (y - b.y))
    control = np.array([(a.x, a.y), after_a, after_a, before_b, before_b, (b.x, b.y)])
    return control[:, 0], control[:, 1]


def _power_basis(control: np.ndarray) -> np.ndarray:
    """Power coefficients of a Bezier polynomial, constant first."""
    n = len(control) - 1
    return np.array(
        [
            comb(n, k) * sum((-1) ** (k - i) * comb(k, i) * control[i] for i in range(k + 1))
            for k in range(n + 1)
        ]
    )


def _inverse_table(x_of_u: np.ndarray) -> np.ndarray:
    u = np.linspace(0.0, 1.0, 4001)
    x = np.polynomial.polynomial.polyval(u, x_of_u)
    return np.interp(np.linspace(0.0, x[-1], _GUESSES), x, u)


@cache
def active_force_length(p: CurveParameters) -> Curve:
    """Active force over normalised fibre length; 1 at 1."""
    low, bend, high = (
        p.fal_min_norm_length,
        p.fal_transition_norm_length,
        p.fal_max_norm_length,
    )
    floor, slope, margin = p.fal_minimum, p.fal_shallow_slope, 0.05
    shoulder = 1.0 - margin
    y_bend = 1.0 - slope * (shoulder - bend)
    steep = _Point(0.5 * (low + bend), 0.5 * y_bend, 1.25 * y_bend / (bend - low))
    shallow = _Point(0.5 * (bend + shoulder), 0.5 * (1.0 + y_bend), slope)
    fall = -1.0 / ((high - margin) - (1.0 + margin))
    middle = _Point(0.5 * ((1.0 + margin) + high), 0.5, fall)
    points = [
        _Point(low, floor, 0.0),
        steep,
        shallow,
        _Point(1.0, 1.0, 0.0),
        middle,
        _Point(high, floor, 0.0),
    ]
    return _chain(points, [1.0] * 5)


@cache
def force_velocity(p: CurveParameters) -> Curve:
    """Force over normalised fibre velocity (lengthening positive); 1 at 0, 0 at -1."""
    near, top = 0.9, p.fv_max_eccentric
    at_c, near_c = p.fv_concentric_slope_at_vmax, p.fv_concentric_slope_near_vmax
    at_e, near_e = p.fv_eccentric_slope_at_vmax, p.fv_eccentric_slope_near_vmax
    points = [
        _Point(-1.0, 0.0, at_c),
        _Point(-near, 0.5 * (near_c + at_c) * (1.0 - near), near_c),
        _Point(0.0, 1.0, p.fv_isometric_slope),
        _Point(near, top - 0.5 * (near_e + at_e) * (1.0 - near), near_e),
        _Point(1.0, top, at_e),
    ]
    concentric, eccentric = p.fv_concentric_curviness, p.fv_eccentric_curviness
    return _chain(points, [concentric, concentric, eccentric, eccentric])


@cache
def passive_force_length(p: CurveParameters) -> Curve:
    """Passive fibre force over normalised fibre length, with Millard's default stiffnesses."""
    zero, one = 1.0 + p.fpe_strain_at_zero_force, 1.0 + p.fpe_strain_at_one_norm_force
    stiffness, toe_stiffness, curviness = 2.0 / (one - zero), 0.2, 0.75
    toe = min(0.1 / stiffness, 0.1 * (one - zero))
    points = [
        _Point(zero, 0.0, 0.0),
        _Point(zero + toe, toe_stiffness * 0.5 * toe, toe_stiffness),
        _Point(one, 1.0, stiffness),
    ]
    return _chain(points, [curviness] * 2)


@cache
def tendon_force_length(p: CurveParameters) -> Curve:
    """Tendon force over normalised tendon length, with Millard's default stiffness."""
    strain, force_at_toe, curviness = p.ft_strain_at_one_norm_force, 2.0 / 3.0, 0.5
    stiffness, one = 1.375 / strain, 1.0 + strain
    toe = one + (force_at_toe - 1.0) / stiffness
    foot = 1.0 + 0.1 * (toe - 1.0)
    middle = one + (0.5 * force_at_toe - 1.0) / stiffness
    slope = 0.5 * force_at_toe / (middle - foot)
    control = _Point(0.5 * (foot + middle), 0.25 * force_at_toe, slope)
    points = [_Point(1.0, 0.0, 0.0), control, _Point(toe, force_at_toe, stiffness)]
    return _chain(points, [curviness] * 2)


_DEGROOTE_ACTIVE = (
    (0.8150671134243542, 1.055033428970575, 0.162384573599574, 0.063303448465465),
    (0.433004984392647, 0.716775413397760, -0.029947116970696, 0.200356847296188),
    (0.1, 1.0, 0.353553390593274, 0.0),
)
_DEGROOTE_VELOCITY = (-0.3211346127989808, -8.149, -0.374, 0.8825327733249912)
_DEGROOTE_PASSIVE_SHAPE = 4.0
_DEGROOTE_SHORTEST = 0.2


def degroote_active_force_length(length: Float[Array, "*s"]) -> Float[Array, "*s"]:
    """Active force over normalised fibre length: three bells, De Groote 2016 eq. S5."""
    total = jnp.zeros_like(length)
    for height, centre, width, widening in _DEGROOTE_ACTIVE:
        total = total + height * jnp.exp(
            -0.5 * ((length - centre) / (width + widening * length)) ** 2
        )
    return total


def degroote_force_velocity(velocity: Float[Array, "*s"]) -> Float[Array, "*s"]:
    """Force over normalised fibre velocity, De Groote 2016 eq. S7; 0 at -1 and 1 at 0."""
    d1, d2, d3, d4 = _DEGROOTE_VELOCITY
    return jnp.asarray(d1 * jnp.arcsinh(d2 * velocity + d3) + d4)


def degroote_passive_force_length(
    length: Float[Array, "*s"], *, strain_at_one_norm_force: float = 0.6
) -> Float[Array, "*s"]:
    """Passive fibre force over normalised length, De Groote 2016 eq. S6, zero at 0.2."""
    rate = _DEGROOTE_PASSIVE_SHAPE / strain_at_one_norm_force
    offset = np.exp(rate * (_DEGROOTE_SHORTEST - 1.0))
    force = (jnp.exp(rate * (length - 1.0)) - offset) / (np.exp(_DEGROOTE_PASSIVE_SHAPE) - offset)
    return jnp.asarray(force)
