"""How much a moving envelope can have in common with a still one, between two moments.

Corners of the moving one go straight from where they are at t = 0 to where they are at t = 1. Then
(Reynolds' transport theorem) common volume grows by what the moving surface sweeps inside the still
envelope: at each time by the sum over moving triangles of v.N, integrated over those points of the
triangle that are inside, with v their velocity and N the cross product of two sides. This slope can
fall for two reasons only.

- v.N itself falls, which is quadratic in time and bounded by its Bernstein coefficients.
- Points cross the still surface. A moving and a still triangle with normals n and m meet in a line,
  which runs over the moving one at the speed v.m / |n x m|. A line in a triangle is no longer than
  twice its area over its extent across the line. With N and M not normalised, the pair so lowers
  the slope no faster than (v.N)(v.M) / max(extent of the still along N, of the moving along M).
  However fast that is, all of a triangle's points together lower it by half its largest |v.N|.

Common volume lies above its chord at t by t (1 - t) times what the mean slope before t exceeds the
mean slope after it. These are half a unit of time apart, hence :func:`rise`: only pairs that can
meet count, so that the bound over an interval of width w is w squared from the truth.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from jaxtyping import Bool, Float, Int

# Of a moving triangle's index and a still one's.
Pairs = Int[np.ndarray, "2 _"]
# From a cubic's values at t = 0, 1/3, 2/3, 1 to its Bernstein coefficients.
_TO_BERNSTEIN: Final = (
    np.array(
        [
            [6.0, 0.0, 0.0, 0.0],
            [-5.0, 18.0, -9.0, 2.0],
            [2.0, -9.0, 18.0, -5.0],
            [0.0, 0.0, 0.0, 6.0],
        ]
    )
    / 6.0
)


@dataclass(frozen=True)
class Still:
    """Triangles that stay where they are.

    Attributes:
        corners: By triangle, corner and axis [m].
    """

    corners: Float[np.ndarray, "w 3 3"]

    @cached_property
    def sides(self) -> Float[np.ndarray, "w 3 3"]:
        """From corner to corner [m]."""
        return _sides(self.corners)

    @cached_property
    def normals(self) -> Float[np.ndarray, "w 3"]:
        """Twice the area long [m^2]."""
        return np.cross(self.sides[:, 0], self.sides[:, 1])

    @cached_property
    def box(self) -> Float[np.ndarray, "2 w 3"]:
        """Lowest and highest coordinates of each [m]."""
        return np.stack([self.corners.min(axis=1), self.corners.max(axis=1)])


@dataclass(frozen=True)
class Sweep:
    """Triangles whose corners move in straight lines from the first place to the last.

    Attributes:
        first: By triangle, corner and axis [m].
    """

    first: Float[np.ndarray, "f 3 3"]
    last: Float[np.ndarray, "f 3 3"]

    @cached_property
    def normals(self) -> Float[np.ndarray, "3 f 3"]:
        """Bernstein coefficients of the normal, twice the area long [m^2]."""
        (a, b), (c, d) = (_sides(x)[:, :2].swapaxes(0, 1) for x in (self.first, self.last))
        between = 0.5 * (np.cross(a, d) + np.cross(c, b))
        return np.stack([np.cross(a, b), between, np.cross(c, d)])

    @cached_property
    def box(self) -> Float[np.ndarray, "2 f 3"]:
        """Lowest and highest coordinates of each at any time [m]."""
        low, high = (np.minimum(self.first, self.last), np.maximum(self.first, self.last))
        return np.stack([low.min(axis=1), high.max(axis=1)])


def every_pair(moving: int, still: int) -> Pairs:
    """Of so many triangles."""
    return np.indices((moving, still), dtype=np.int32).reshape(2, -1)


def crossing(sweep: Sweep, still: Still, pairs: Pairs) -> Pairs:
    """Those pairs that may meet at any time: neither a box nor a plane keeps them apart."""
    for axis in range(3):
        (low, high), (least, most) = sweep.box[..., axis], still.box[..., axis]
        moves, stays = pairs
        pairs = pairs[:, (low[moves] <= most[stays]) & (high[moves] >= least[stays])]
    moves, stays = pairs
    ends = np.concatenate([sweep.first[moves], sweep.last[moves]], axis=1)
    height = np.einsum("pcx,px->pc", ends - still.corners[stays, :1], still.normals[stays])
    pairs = pairs[:, _both_signs(height)]
    moves, stays = pairs
    early, late = (
        np.einsum("pcx,kpx->kpc", still.corners[stays] - x[moves, :1], sweep.normals[:, moves])
        for x in (sweep.first, sweep.last)
    )
    cubic = (early[0], (2.0 * early[1] + late[0]) / 3.0, (early[2] + 2.0 * late[1]) / 3.0, late[2])
    return pairs[:, _both_signs(np.concatenate(cubic, axis=1))]


def rise(sweep: Sweep, still: Still, pairs: Pairs) -> float:
    """Common volume is at no time t above its chord by more than t (1 - t) times this [m^3].

    Args:
        sweep: triangles of the moving surface, all of them.
        still: triangles of the still surface.
        pairs: at least those that meet at any time, from :func:`crossing`.
    """
    velocity, normals = sweep.last - sweep.first, sweep.normals
    swept = np.einsum("fcx,kfx->fkc", velocity, normals).reshape(len(velocity), -1)
    falls = -2.0 * np.einsum("fcx,kfx->fkc", velocity, np.diff(normals, axis=0)).min(axis=(1, 2))
    moves, stays = pairs
    across = np.einsum("pcx,px->pc", velocity[moves], still.normals[stays])
    ranges = (_range(swept)[moves], _range(across))
    fastest = np.einsum("pi,pj->pij", *ranges).max(axis=(1, 2)).clip(0.0)
    of_still = np.einsum("pex,kpx->kpe", still.sides[stays], normals[:, moves])
    of_moving = np.stack(
        [
            np.einsum("pex,px->pe", _sides(x)[moves], still.normals[stays])
            for x in (sweep.first, sweep.last)
        ]
    )
    extent = np.maximum(_least(of_still), _least(of_moving)).max(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        lowered = np.where(fastest > 0.0, fastest / extent, 0.0)
    by_pairs = np.bincount(moves, lowered, len(velocity))
    at_most = np.abs(swept).max(axis=1)
    return float(0.5 * np.minimum(by_pairs, at_most).sum() + 0.25 * falls.clip(0.0).sum())


def highest_iou(
    common: Float[np.ndarray, "2 m"],
    volume: Float[np.ndarray, "4 m"],
    still: Float[np.ndarray, " m"],
    rises: Float[np.ndarray, " m"],
) -> float:
    """No sum of m intersections over unions is higher at any time from 0 to 1.

    With the highest common volume c that :func:`rise` allows, the union d = volume + still - c, and
    l the chord of c / d, the quartic c - l d is zero at both ends: t (1 - t) times a quadratic q.
    So the sum is no higher than its chord and t (1 - t) times the largest q / d.

    Args:
        common: at t = 0 and 1 [m^3].
        volume: of the moving envelope, from :func:`cubic_coefficients` [m^3].
        still: of the still envelope [m^3].
        rises: of each [m^3].
    """
    first, last = common
    middle = 0.5 * (first + last + rises)
    c = np.stack([first, (first + 2.0 * middle) / 3.0, (2.0 * middle + last) / 3.0, last])
    d = volume + still - c
    if d.min() <= 0.0:
        return float(len(still))
    start, end = c[0] / d[0], c[3] / d[3]
    q = np.stack(
        [
            c[0] + 3.0 * c[1] - 3.0 * start * d[1] - end * d[0],
            1.5 * (c[1] + c[2] - start * d[2] - end * d[1]),
            3.0 * c[2] + c[3] - start * d[3] - 3.0 * end * d[2],
        ]
    ).max(axis=0)
    bulge = float((q / np.where(q > 0.0, d.min(axis=0), d.max(axis=0))).sum())
    low, high = sorted((float(start.sum()), float(end.sum())))
    if bulge <= high - low:
        return high
    return 0.5 * (low + high) + 0.25 * (bulge + (high - low) ** 2 / bulge)


def cubic_coefficients(values: Float[np.ndarray, " 4"]) -> Float[np.ndarray, " 4"]:
    """Bernstein coefficients, between which a cubic lies, from its values at thirds."""
    return np.asarray(_TO_BERNSTEIN @ values)


def _sides(corners: Float[np.ndarray, "f 3 3"]) -> Float[np.ndarray, "f 3 3"]:
    return np.asarray(np.roll(corners, -1, axis=1) - corners)


def _range(values: Float[np.ndarray, "f n"]) -> Float[np.ndarray, "f 2"]:
    return np.stack([values.min(axis=1), values.max(axis=1)], axis=1)


def _least(coefficients: Float[np.ndarray, "k p e"]) -> Float[np.ndarray, "p e"]:
    """Size below which a polynomial with these coefficients never falls."""
    return np.asarray(np.maximum(coefficients.min(axis=0), -coefficients.max(axis=0)).clip(0.0))


def _both_signs(values: Float[np.ndarray, "p n"]) -> Bool[np.ndarray, " p"]:
    return np.asarray((values.min(axis=1) < 0.0) & (values.max(axis=1) > 0.0))
