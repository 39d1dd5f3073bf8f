"""Muscles with fitted paths in place of straight ones, in the product's own mechanics."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from fitted import Hinges, Polynomial
from jaxtyping import Float
from no_sink import MUSCLES, Found, posed, shortest, strand_of
from no_sink import straight as straight_strand

from nuchal.arrays import Array, Coords
from nuchal.conventions import LEFT_SUFFIX
from nuchal.dynamics.muscles.hill import capacity
from nuchal.dynamics.paths import Paths, muscle_paths
from nuchal.dynamics.pipeline import Mechanics, State, frame_mechanics
from nuchal.model.anatomy import Anatomy
from nuchal.model.kinematics import body_jacobians, body_poses
from nuchal.optimisation import simulate
from nuchal.records import HeadLoad

Form: TypeAlias = Callable[[Paths, Coords], Paths]

# The other side's posture, and its x, y, z.
MIRROR: Final = np.array([1.0, -1.0, -1.0, 1.0, -1.0, -1.0])
_ACROSS: Final = np.array([1.0, 1.0, -1.0])
# The body below C5-C6, where the load is looked at.
_BELOW: Final = 2
_MIRRORED: Final = np.append(1.0, MIRROR)[:, None]
_M: Final = 1e-3


def places_of(anatomy: Anatomy) -> np.ndarray:
    """Fitted muscles, those of the right before those of the left."""
    index = anatomy.system.index
    return np.array([index[name + side] for side in ("", LEFT_SUFFIX) for name in MUSCLES])


def with_hinges(anatomy: Anatomy, hinges: Hinges) -> Form:
    """Straight lines and what the hinges add."""
    places = places_of(anatomy)

    def curved(paths: Paths, q: Coords) -> Paths:
        right, slope = hinges.extra(q)
        left, mirrored = hinges.extra(MIRROR * q)
        right, left = jnp.vstack([right, slope.T]), jnp.vstack([left, mirrored.T])
        return _replaced(paths, places, right, left * _MIRRORED, added=True)

    return curved


def with_polynomial(anatomy: Anatomy, fitted: Polynomial) -> Form:
    """Polynomials in place of straight lines; monomials are shared by all muscles and slopes."""
    places, powers = places_of(anatomy), fitted.powers
    strands = [strand_of(anatomy, name) for name in MUSCLES]
    still = np.zeros((1, 6))
    whole = np.asarray(_straight_lengths(anatomy))[places]
    ours = [straight_strand(anatomy, s, still).length[0] / _M for s in strands]
    beside = np.zeros((7, len(MUSCLES)))
    beside[0] = whole[: len(MUSCLES)] / _M - ours
    table, steps = _with_slopes(fitted), _ladder(powers)
    even = powers[:, MIRROR < 0.0].sum(axis=1) % 2 == 0

    def curved(paths: Paths, q: Coords) -> Paths:
        x, parts = q / fitted.scale, [jnp.ones(1)]
        for earlier, coordinate in steps:
            parts.append(parts[-1][earlier] * x[coordinate])
        terms = jnp.concatenate(parts)
        same, other = terms[even] @ table[even], terms[~even] @ table[~even]
        right, left = (y.reshape(7, -1) for y in (same + other, same - other))
        return _replaced(paths, places, right + beside, left * _MIRRORED + beside, added=False)

    return curved


def _replaced(paths: Paths, places: np.ndarray, right: Array, left: Array, *, added: bool) -> Paths:
    """Paths with other lengths [mm] and slopes [mm/rad] of the fitted muscles, or more of them."""
    before = jnp.vstack([paths.length, -paths.moment_arms])
    ours = _M * jnp.stack([right, left], axis=2).reshape(7, -1)
    columns, last = [], 0
    for k, place in enumerate(places.reshape(2, -1).T.ravel()):
        columns += [before[:, last:place], ours[:, k : k + 1] + (before[:, place, None] * added)]
        last = place + 1
    jets = jnp.concatenate([*columns, before[:, last:]], axis=1)
    return Paths(jets[0], -jets[1:], paths.direction, paths.point)


def _straight_lengths(anatomy: Anatomy) -> Float[Array, " muscles"]:
    q = jnp.zeros(6)
    poses = body_poses(anatomy, q)
    return muscle_paths(anatomy, poses, body_jacobians(anatomy, q, poses)).length


def _ladder(powers: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """By degree: each monomial as one of the degree below times a coordinate."""
    steps = []
    for degree in range(1, powers.sum(axis=1).max() + 1):
        below, here = (powers[powers.sum(axis=1) == d] for d in (degree - 1, degree))
        where = {tuple(p): k for k, p in enumerate(below)}
        last = 5 - np.argmax(here[:, ::-1] > 0, axis=1)
        lower = here - np.eye(6, dtype=int)[last]
        steps.append((np.array([where[tuple(p)] for p in lower]), last))
    return steps


def _with_slopes(fitted: Polynomial) -> np.ndarray:
    """Coefficients of lengths [mm] and of their slopes [mm/rad], shape (terms, 7 m)."""
    where = {tuple(p): k for k, p in enumerate(fitted.powers)}
    table = np.zeros((7, *fitted.coefficient.shape))
    table[0] = fitted.coefficient
    for k in range(6):
        lower = fitted.powers - np.eye(6, dtype=int)[k]
        for row in np.flatnonzero(lower[:, k] >= 0):
            factor = fitted.powers[row, k] / fitted.scale[k]
            table[k + 1, where[tuple(lower[row])]] += factor * fitted.coefficient[row]
    return np.moveaxis(table, 0, 1).reshape(len(fitted.powers), -1)


@contextmanager
def product_with(form: Form | None) -> Iterator[None]:
    """The product with other paths, for as long as the context lasts."""

    def mechanics(anatomy: Anatomy, state: State, load: HeadLoad, **muscles: Any) -> Mechanics:
        known = frame_mechanics(anatomy, state, load, **muscles)
        if form is None:
            return known
        paths = form(known.paths, state.q)
        able = capacity(anatomy, paths.length, paths.velocity(state.qd), **muscles)
        return Mechanics(known.body, known.gravity, known.wrench, paths, able, known.moments)

    jax.clear_caches()
    simulate.frame_mechanics = mechanics
    try:
        yield
    finally:
        simulate.frame_mechanics = frame_mechanics
        jax.clear_caches()


def more_compression(
    anatomy: Anatomy, q: Float[np.ndarray, "t 6"], force: Float[np.ndarray, "t muscles"]
) -> Float[np.ndarray, " t"]:
    """What C5-C6 carries more because strands pass it in another direction than the line [N].

    Contact of a strand with what is above the level is no load from outside; so the piece that
    crosses counts.
    """
    up = posed(anatomy, q).rotation[:, _BELOW, :, 1]
    more, places = np.zeros(len(q)), places_of(anatomy).reshape(2, -1)
    for name, right, left in zip(MUSCLES, *places, strict=True):
        strand = strand_of(anatomy, name)
        if not strand.ends[0] <= _BELOW < strand.ends[1]:
            continue
        for place, mirror, across in ((right, 1.0, 1.0), (left, MIRROR, _ACROSS)):
            bodies = np.array([strand.ends[0], *strand.vertebrae, strand.ends[1]])
            crossing = int(np.flatnonzero(bodies <= _BELOW)[-1])
            line = _unit(straight_strand(anatomy, strand, q * mirror), 0)
            bent = _unit(shortest(anatomy, strand, q * mirror), crossing)
            more += force[:, place] * np.sum(up * (bent - line) * across, axis=1)
    return more


def _unit(found: Found, piece: int) -> Float[np.ndarray, "t 3"]:
    span = found.points[:, piece + 1] - found.points[:, piece]
    return np.asarray(span / np.linalg.norm(span, axis=1, keepdims=True))
