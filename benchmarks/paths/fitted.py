"""Cheap smooth forms of paths that do not sink in, fitted to the shortest ones.

``Hinges``: what a strand is longer than the straight line, a sum of squared smooth hinges of the
six coordinates. A string that is pressed aside by d grows by d squared, and not at all on the
other side.

``Polynomial``: the strand's whole length, the one form that OpenSim can load.

Both have the straight line's value and slope at rest, exactly. Right muscles are fitted.
"""

from itertools import combinations_with_replacement
from typing import Final, NamedTuple, TypeAlias

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int
from no_sink import MUSCLES, Found, shortest, straight, strand_of
from scipy.optimize import minimize
from scipy.stats import qmc

from nuchal.arrays import Array, Coords, Scalar
from nuchal.model.anatomy import Anatomy
from nuchal.model.passive import posture_of_head

# Head on thorax [deg], about z, x and y, and the scatter of each coordinate about least energy.
HEAD_DEG: Final = (60.0, 45.0, 80.0)
SCATTER_DEG: Final = 3.0
HINGES: Final = 24
# The farthest postures of shared/reference/moment_arms, C0 to T1: pitch, roll, yaw, upper, lower.
_FARTHEST_DEG: Final = np.array([20.0, 7.0, 46.4, 40.2, 38.3, 33.6])
_SOFTNESS: Final = 0.02
# Keeps hinges from fitting a few postures that are far from all others.
_CALM: Final = 0.01
_STEPS: Final = 600
_RIDGE: Final = 1e-9
_MM: Final = 1e3

Jets: TypeAlias = Float[np.ndarray, "m t 7"]


class Samples(NamedTuple):
    """Postures, and the strands of each muscle in them: lengths [mm] and slopes [mm/rad]."""

    q: Float[np.ndarray, "t 6"]
    straight: Jets
    shortest: Jets


class Hinges(eqx.Module):
    """What muscles are longer than their straight lines, a row each.

    Attributes:
        weight: [mm].
        normal: Of each hinge in the six coordinates [1/rad].
        offset: Where it starts.
    """

    weight: Float[Array, "m h"]
    normal: Float[Array, "m h 6"]
    offset: Float[Array, "m h"]

    def extra(self, q: Coords) -> tuple[Float[Array, " m"], Float[Array, "m 6"]]:
        """Extra length [mm] and its slope [mm/rad] in one posture."""
        x = self.normal @ q + self.offset
        (value, slope), (value0, slope0) = _hinge(x), _hinge(self.offset)
        rate0 = self.weight * slope0
        gained = self.weight * (value - value0) - rate0 * (x - self.offset)
        rate = self.weight * slope - rate0
        return gained.sum(axis=1), jnp.einsum("mh,mhk->mk", rate, self.normal)


def _hinge(x: Array) -> tuple[Array, Array]:
    root = jnp.sqrt(x * x + _SOFTNESS)
    smooth = 0.5 * (x + root)
    return smooth * smooth, smooth * smooth * 2.0 / root


def hinge_jets(anatomy: Anatomy, hinges: Hinges, q: Float[np.ndarray, "t 6"]) -> Jets:
    """Strands with hinges."""
    length, slope = jax.vmap(hinges.extra)(jnp.asarray(q))
    extra = np.concatenate([length[..., None], slope], axis=2)
    return straight_jets(anatomy, q) + np.swapaxes(extra, 0, 1)


class Polynomial(NamedTuple):
    """Whole lengths of strands [mm], in all monomials of the scaled coordinates up to a degree."""

    powers: Int[np.ndarray, "terms 6"]
    scale: Float[np.ndarray, "6"]
    coefficient: Float[np.ndarray, "terms m"]

    def jets(self, q: Float[np.ndarray, "t 6"]) -> Jets:
        """Lengths and slopes of strands."""
        found = _monomials(q, self.powers, self.scale) @ self.coefficient
        return np.moveaxis(found.reshape(7, len(q), -1), (2, 1), (0, 1))


def box_of(anatomy: Anatomy) -> Float[np.ndarray, "6 2"]:
    """Range of all six coordinates: the neck's own, and as far as the tables go [rad]."""
    own, far = np.asarray(anatomy.coordinate_range), np.radians(_FARTHEST_DEG)
    return np.stack([np.minimum(own[:, 0], -far), np.maximum(own[:, 1], far)], axis=1)


def reached(anatomy: Anatomy, count: int, seed: int) -> Float[np.ndarray, "t 6"]:
    """Postures of least energy of heads turned every way, with scatter."""
    dice = np.random.default_rng(seed)
    way = dice.normal(size=(count, 3))
    way *= dice.random((count, 1)) ** (1 / 3) / np.linalg.norm(way, axis=1, keepdims=True)
    heads = jnp.asarray(way * np.radians(HEAD_DEG))
    q = eqx.filter_jit(jax.vmap(posture_of_head, (None, 0)))(anatomy, heads)
    return np.asarray(q) + np.radians(dice.normal(scale=SCATTER_DEG, size=(count, 6)))


def anywhere(anatomy: Anatomy, count: int, seed: int) -> Float[np.ndarray, "t 6"]:
    """Postures all over the box, quasi-random; ``count`` is a power of two."""
    return np.asarray(qmc.scale(qmc.Sobol(6, seed=seed).random(count), *box_of(anatomy).T))


def straight_jets(anatomy: Anatomy, q: Float[np.ndarray, "t 6"]) -> Jets:
    """Straight strands of all muscles."""
    return np.array([_jet(straight(anatomy, strand_of(anatomy, name), q)) for name in MUSCLES])


def shortest_jets(anatomy: Anatomy, q: Float[np.ndarray, "t 6"]) -> Jets:
    """Strands that do not sink in."""
    return np.array([_jet(shortest(anatomy, strand_of(anatomy, name), q)) for name in MUSCLES])


def _jet(found: Found) -> Float[np.ndarray, "t 7"]:
    return _MM * np.concatenate([found.length[:, None], -found.arms], axis=1)


def training(anatomy: Anatomy) -> Samples:
    """Postures that forms are fitted to."""
    q = np.concatenate([reached(anatomy, 2000, 1), anywhere(anatomy, 1024, 1)])
    return Samples(q, straight_jets(anatomy, q), shortest_jets(anatomy, q))


def fit_hinges(samples: Samples) -> Hinges:
    """Least squares of lengths and slopes, muscle by muscle."""
    dice, q, parts = np.random.default_rng(1), jnp.asarray(samples.q), []
    for extra in samples.shortest - samples.straight:
        weight, offset = np.full((1, HINGES), 3.0), 0.3 * dice.normal(size=(1, HINGES))
        begin = np.concatenate([weight, dice.normal(size=(6, HINGES)), offset])
        given = q, jnp.asarray(extra)
        options = {"maxiter": _STEPS, "maxfun": 2 * _STEPS, "maxcor": 30}
        found = minimize(_misfit, begin.ravel(), given, "L-BFGS-B", jac=True, options=options)
        parts.append(found.x.reshape(8, HINGES))
    table = np.array(parts)
    return Hinges(table[:, 0], np.swapaxes(table[:, 1:7], 1, 2), table[:, 7])


def _misfit(flat: np.ndarray, q: Array, extra: Array) -> tuple[float, np.ndarray]:
    value, slope = _misfit_slope(jnp.asarray(flat), q, extra)
    return float(value), np.asarray(slope, dtype=float)


@jax.jit
@jax.value_and_grad
def _misfit_slope(flat: Array, q: Array, extra: Array) -> Scalar:
    table = flat.reshape(8, -1)
    hinges = Hinges(table[None, 0], table[1:7].T[None], table[None, 7])
    length, slope = jax.vmap(hinges.extra)(q)
    misfit = (length[:, 0] - extra[:, 0]) ** 2 + jnp.sum((slope[:, 0] - extra[:, 1:]) ** 2, 1)
    return jnp.mean(misfit) + _CALM * jnp.sum(table[:7] ** 2)


def fit_polynomial(anatomy: Anatomy, samples: Samples, degree: int) -> Polynomial:
    """Least squares of lengths and slopes, all muscles together, with those at rest kept."""
    terms = [c for n in range(degree + 1) for c in combinations_with_replacement(range(6), n)]
    powers = np.array([np.bincount(np.array(c, dtype=int), minlength=6) for c in terms])
    scale = np.abs(box_of(anatomy)).max(axis=1)
    matrix = _monomials(samples.q, powers, scale)
    rest = straight_jets(anatomy, np.zeros((1, 6)))[:, 0].T
    first = rest * np.append(1.0, scale)[:, None]
    right = np.moveaxis(samples.shortest, (0, 1, 2), (2, 1, 0)).reshape(len(matrix), -1)
    right, matrix = right - matrix[:, :7] @ first, matrix[:, 7:]
    unit = np.linalg.norm(matrix, axis=0)
    matrix /= unit
    normal = matrix.T @ matrix + _RIDGE * np.eye(len(unit))
    solved = np.linalg.solve(normal, matrix.T @ right) / unit[:, None]
    return Polynomial(powers, scale, np.concatenate([first, solved]))


def _monomials(
    q: Float[np.ndarray, "t 6"], powers: Int[np.ndarray, "terms 6"], scale: Float[np.ndarray, "6"]
) -> Float[np.ndarray, "rows terms"]:
    """Values in all postures, then slopes by each coordinate in all postures."""
    x = q / scale
    ladder = x[:, :, None] ** np.arange(powers.max() + 1)
    each = [ladder[:, k, powers[:, k]] for k in range(6)]
    blocks = [np.prod(each, axis=0)]
    for k in range(6):
        lower = powers[:, k] * ladder[:, k, np.maximum(powers[:, k] - 1, 0)] / scale[k]
        blocks.append(np.prod([lower, *each[:k], *each[k + 1 :]], axis=0))
    return np.concatenate(blocks)
