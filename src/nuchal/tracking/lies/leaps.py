"""Markers that leap: from one frame to the next farther than their own movement carries them.

A step is set beside the steps before and after it. It is a leap where it differs from them by

- more than ``_SHORTEST_LEAP_M`` and four times what steps of the recording usually differ by, and
- three times more than the steps of the other markers of the body at that moment, since a body that
  really moves so takes all its markers along, and
- enough that a distance to another marker changes, or that it is far out of this marker's own.

Between leaps a marker sits in one place on its body, or on none.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Bool, Float, Int

from nuchal.records import Recording
from nuchal.tracking.rigid import distances, fit_poses

_SHORTEST_LEAP_M = 0.008
_TIMES_USUAL = 4.0
_TIMES_OTHERS = 3.0
_TIMES_CHANGE = 5.0
_TIMES_OWN = 3.0
_LEAST_CHANGE_M = 0.001
# Steps on either side that tell how a marker moves.
_NEIGHBOURS = (-2, -1, 1, 2)
# A part that lies this long in one place can be the one in which the others are placed.
SETTLED_S = 1.0
# In so short a time the body turns less than a marker that is away makes it seem to.
_SHORT_STAY_S = 0.15
# Of a leap: what is left of it where the marker has come back.
_BACK_SHARE = 0.4
# Leaps so long add up too badly to tell; distances that are the same within this do.
_LONG_LEAP_M = 0.06
_SAME_M = 0.004
# Distances to fewer others are the same all around the line between two of them.
_LEAST_OTHERS = 3
# Frames of which the one like most others is the shape of a body.
_SHAPES_TRIED = 15
# From the median of |x''| of independent noise to its standard deviation.
_MEDIAN_TO_SD = 1.4826 / np.sqrt(6.0)


@dataclass(frozen=True)
class Stay:
    """A part of a recording in which one marker sits in one place.

    Attributes:
        last: Included.
        away_m: How far from where it usually sits; zero where it is in its place.
    """

    first: int
    last: int
    away_m: float


def stretch(seen: Recording, first: int, last: int) -> dict[str, float]:
    """From which frame to which, included, and when: the facts of a finding, counted from 1."""
    time = seen.time
    frames = {"first": first + 1, "last": last + 1}
    return {**frames, "from_s": float(time[first]), "to_s": float(time[last])}


def noise_of(
    positions: Float[np.ndarray, "t m 3"], visible: Bool[np.ndarray, "t m"]
) -> Float[np.ndarray, " m"]:
    """Standard deviation of the white noise of each marker [m], from second differences."""
    bent = np.abs(np.diff(np.where(visible[..., None], positions, np.nan), n=2, axis=0))
    known = np.asarray(np.isfinite(bent).all(axis=2))
    return np.array(
        [
            np.median(bent[known[:, m], m]) * _MEDIAN_TO_SD if known[:, m].any() else 0.0
            for m in range(positions.shape[1])
        ]
    )


def stays(body: Recording) -> tuple[tuple[Stay, ...], ...]:
    """Where each marker of a rigid body sits from leap to leap, in order of time.

    Markers that never leap have one stay, in their place.
    """
    leaps, surplus = _leaps(body)
    found = []
    for marker in range(len(body.names)):
        at = np.flatnonzero(leaps[:, marker])
        turned = _rotations(body, at).copy()
        for k in np.flatnonzero(np.diff(at) <= _SHORT_STAY_S * body.rate_hz):
            turned[k + 1] = turned[k]
        local = np.einsum("nba,nb->na", turned, surplus[at, marker])
        found.append(_stays_of(body, marker, at, local))
    return tuple(found)


def _stays_of(
    body: Recording, marker: int, leaps: Int[np.ndarray, " n"], local: Float[np.ndarray, "n 3"]
) -> tuple[Stay, ...]:
    """The stays between leaps, which are given by their frames and in axes of the body [m]."""
    edges = [0, *(leaps + 1).tolist(), len(body.time)]
    parts = list(pairwise(edges))
    seen = np.asarray(body.visible)[:, marker]
    counts = np.array([seen[a:b].sum() for a, b in parts])
    settled = np.flatnonzero(counts >= SETTLED_S * body.rate_hz)
    usual = int(settled[0]) if settled.size else int(counts.argmax())
    places = np.concatenate([np.zeros((1, 3)), np.cumsum(local, axis=0)])
    away = np.linalg.norm(places - places[usual], axis=1)
    size = np.concatenate([[0.0], np.linalg.norm(local, axis=1), [0.0]])
    largest = np.maximum(size[:-1], size[1:])
    back = away <= np.maximum(0.5 * _SHORTEST_LEAP_M, _BACK_SHARE * largest)
    for k in np.flatnonzero(~back & (largest > _LONG_LEAP_M)):
        back[k] = _same_distances(body, marker, parts[usual], parts[k])
    return tuple(
        Stay(a, b - 1, 0.0 if back[k] else float(away[k])) for k, (a, b) in enumerate(parts)
    )


def _same_distances(
    body: Recording, marker: int, usual: tuple[int, int], part: tuple[int, int]
) -> bool:
    """Whether a marker keeps in one part of a recording the distances of another."""
    levels = []
    for first, stop in (usual, part):
        visible = np.asarray(body.visible)[first:stop]
        seen = visible & visible[:, marker, None]
        apart = distances(np.asarray(body.positions)[first:stop])[:, marker]
        levels.append(
            np.array(
                [
                    np.median(d[s]) if s.any() else np.nan
                    for d, s in zip(apart.T, seen.T, strict=True)
                ]
            )
        )
    change = np.abs(levels[1] - levels[0])
    return bool(np.isfinite(change).sum() > _LEAST_OTHERS and np.nanmax(change) < _SAME_M)


def _leaps(body: Recording) -> tuple[Bool[np.ndarray, "s m"], Float[np.ndarray, "s m 3"]]:
    """Steps to the next frame that are leaps, and by what each step exceeds its neighbours [m]."""
    positions, visible = np.asarray(body.positions), np.asarray(body.visible)
    steps = np.diff(np.where(visible[..., None], positions, np.nan), axis=0)
    surplus = steps - _usual_steps(steps)
    size = np.nan_to_num(np.linalg.norm(surplus, axis=2))
    markers = size.shape[1]
    if markers < 3 or len(size) < 2 * len(_NEIGHBOURS):
        return np.zeros(size.shape, dtype=bool), surplus
    usual = np.array([np.median(one[one > 0.0]) if (one > 0.0).any() else 0.0 for one in size.T])
    far = size > np.maximum(_SHORTEST_LEAP_M, _TIMES_USUAL * usual)
    for k in np.flatnonzero(far.any(axis=1)):
        far[k] &= _alone(size[k], int((visible[k] & visible[k + 1]).sum()))
    return far & _sure(positions, visible, size, far), surplus


def _usual_steps(steps: Float[np.ndarray, "s m 3"]) -> Float[np.ndarray, "s m 3"]:
    """Median of the two steps before and the two after; NaN where fewer than two are known."""
    around = np.full((len(_NEIGHBOURS), *steps.shape), np.nan)
    for row, shift in zip(around, _NEIGHBOURS, strict=True):
        inside = slice(max(0, -shift), len(steps) - max(0, shift))
        row[inside] = steps[max(0, shift) : len(steps) + min(0, shift)]
    known = np.isfinite(around).sum(axis=0)
    filled = np.where(np.isfinite(around), around, np.inf)
    filled.sort(axis=0)
    low = np.take_along_axis(filled, np.maximum((known - 1) // 2, 0)[None], axis=0)[0]
    high = np.take_along_axis(filled, np.minimum(known // 2, len(around) - 1)[None], axis=0)[0]
    with np.errstate(invalid="ignore"):
        return np.where(known >= 2, 0.5 * (low + high), np.nan)


def _alone(size: Float[np.ndarray, " m"], seen: int) -> Bool[np.ndarray, " m"]:
    """The markers whose steps stand out from those of at least two others."""
    order = np.argsort(size)[::-1]
    for count in range(max(0, seen - 2), 0, -1):
        if size[order[count - 1]] > _TIMES_OTHERS * size[order[count]]:
            return np.asarray(np.isin(np.arange(len(size)), order[:count]))
    return np.zeros(len(size), dtype=bool)


def _sure(
    positions: Float[np.ndarray, "t m 3"],
    visible: Bool[np.ndarray, "t m"],
    size: Float[np.ndarray, "s m"],
    far: Bool[np.ndarray, "s m"],
) -> Bool[np.ndarray, "s m"]:
    """Where a distance to a marker that stays changes, or the step is far out of the marker's."""
    sure = size > _TIMES_OWN * np.percentile(size, 95.0, axis=0)
    where = np.where(visible[..., None], positions, np.nan)
    for a in range(size.shape[1]):
        for b in range(size.shape[1]):
            change = np.abs(np.diff(np.linalg.norm(where[:, a] - where[:, b], axis=1)))
            known = np.isfinite(change)
            if a == b or not known.any():
                continue
            limit = max(_LEAST_CHANGE_M, _TIMES_CHANGE * float(np.median(change[known])))
            sure[:, a] |= (np.nan_to_num(change) > limit) & ~far[:, b]
    return np.asarray(sure)


def _rotations(body: Recording, leaps: Int[np.ndarray, " n"]) -> Float[np.ndarray, "n 3 3"]:
    """How the body is turned at each leap: in the frame before it or the one after it.

    Of the two the one that fits the shape of the body better, for in the other the marker is away.
    """
    positions, visible = np.asarray(body.positions), np.asarray(body.visible)
    whole = np.flatnonzero(visible.all(axis=1))
    if not whole.size or not leaps.size:
        return np.broadcast_to(np.eye(3), (len(leaps), 3, 3))
    tried = whole[np.linspace(0, len(whole) - 1, _SHAPES_TRIED).astype(int)]
    fits = [fit_poses(positions[shape], positions[tried]).residual for shape in tried]
    shape = positions[tried[int(np.median(fits, axis=1).argmin())]]
    pair = np.stack([leaps, leaps + 1], axis=1)
    poses = fit_poses(shape, positions[pair.ravel()])
    astray = np.where(visible[pair].all(axis=2), poses.residual.reshape(pair.shape), np.inf)
    chosen = astray.argmin(axis=1)
    return np.asarray(poses.rotation.reshape(-1, 2, 3, 3)[np.arange(len(leaps)), chosen])
