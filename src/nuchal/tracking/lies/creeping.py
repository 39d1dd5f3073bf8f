"""Head markers that leave their place by and by: two levels of their distances to the others.

A hair band that is pressed and springs back leaves no second level: before a moment and after it
the distance has to lie nearly always on its own side of the middle. Skin and hair of real people
gave way by up to 19 mm for some seconds, and came back.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from jaxtyping import Float
from scipy.ndimage import uniform_filter1d

from nuchal.records import Recording
from nuchal.tracking.lies.leaps import SETTLED_S, Stay, noise_of

# Least difference of the two levels; and in standard deviations of the noise.
_LEAST_M = 0.01
_LEAST_NOISES = 5.0
# Part of the frames on either side that lies on its own side of the middle.
_OWN_SIDE = 0.95
# Least time that a level lasts.
_LEAST_S = 0.5
# A distance that changes by less than this part of the largest change keeps its markers.
_UNCHANGED = 0.4
# From and to which part of the change a marker is under way.
_UNDER_WAY = (0.25, 0.75)


@dataclass(frozen=True)
class Creep:
    """A head marker that sits elsewhere from some frame on, or up to it.

    Attributes:
        markers: Its column; two where either of them can be the one.
        stay: When it sits away from its usual place.
        way: First and last frame in which it is under way.
    """

    markers: tuple[int, ...]
    stay: Stay
    way: tuple[int, int]


def creep_of(head: Recording) -> Creep | None:
    """The largest lasting change of a distance between head markers, and whose it is."""
    positions, visible = np.asarray(head.positions), np.asarray(head.visible)
    pairs = list(combinations(range(positions.shape[1]), 2))
    where = np.where(visible[..., None], positions, np.nan)
    apart = np.stack([np.linalg.norm(where[:, a] - where[:, b], axis=1) for a, b in pairs], axis=1)
    noise = noise_of(positions, visible)
    least = [max(_LEAST_M, _LEAST_NOISES * float(np.hypot(noise[a], noise[b]))) for a, b in pairs]
    shortest = max(2, round(_LEAST_S * head.rate_hz))
    splits = [_split(one, limit, shortest) for one, limit in zip(apart.T, least, strict=True)]
    changes = [abs(change) for _, change in splits]
    worst = int(np.argmax(changes))
    if changes[worst] == 0.0:
        return None
    at, change = splits[worst]
    marker, rivals = _whose(pairs, _changes(apart, at))
    way = _way(apart[:, worst], at, change)
    first, last = (way[1] + 1, len(apart) - 1)
    if at < min(SETTLED_S * head.rate_hz, len(apart) / 2):
        first, last = 0, way[0] - 1
    return Creep((marker, *rivals), Stay(first, last, abs(change)), way)


def _split(apart: Float[np.ndarray, " t"], least_m: float, shortest: int) -> tuple[int, float]:
    """First frame of the second of two levels, and the difference; 0 where there is but one."""
    known = np.flatnonzero(np.isfinite(apart))
    if len(known) < 2 * shortest:
        return 0, 0.0
    values = apart[known]
    count = np.arange(1, len(values))
    sums = np.cumsum(values - values.mean())[:-1]
    between = sums**2 * (1.0 / count + 1.0 / (len(values) - count))
    between[: shortest - 1] = between[len(values) - shortest :] = 0.0
    at = int(between.argmax()) + 1
    before, after = values[:at], values[at:]
    change = float(np.median(after) - np.median(before))
    middle = 0.5 * (np.median(after) + np.median(before))
    own = min(((before - middle) * change < 0.0).mean(), ((after - middle) * change > 0.0).mean())
    return (int(known[at]), change) if abs(change) > least_m and own >= _OWN_SIDE else (0, 0.0)


def _changes(apart: Float[np.ndarray, "t p"], at: int) -> Float[np.ndarray, " p"]:
    """By how much each distance differs after a frame from before it [m]."""
    return np.abs(
        [
            float(np.median(b) - np.median(a)) if len(a) and len(b) else 0.0
            for a, b in (
                (one[:at][np.isfinite(one[:at])], one[at:][np.isfinite(one[at:])])
                for one in apart.T
            )
        ]
    )


def _whose(
    pairs: list[tuple[int, int]], changes: Float[np.ndarray, " p"]
) -> tuple[int, tuple[int, ...]]:
    """The marker without which the others keep their distances best, and others that are as good.

    If no marker explains it, both of the pair that changes most.
    """
    markers = sorted({k for pair in pairs for k in pair})
    rest = [max(c for p, c in zip(pairs, changes, strict=True) if k not in p) for k in markers]
    limit = _UNCHANGED * float(changes.max())
    able = [k for k in np.argsort(rest).tolist() if rest[k] < limit]
    if able:
        return able[0], tuple(able[1:])
    one, other = pairs[int(np.argmax(changes))]
    return one, (other,)


def _way(apart: Float[np.ndarray, " t"], at: int, change: float) -> tuple[int, int]:
    """First and last frame in which a distance is between its levels, about frame ``at``."""
    known = np.isfinite(apart)
    filled = np.interp(np.arange(len(apart)), np.flatnonzero(known), apart[known])
    before = float(np.median(filled[:at]))
    share = (uniform_filter1d(filled, 3, mode="nearest") - before) / change
    settled, arrived = share[:at] < _UNDER_WAY[0], share[at:] > _UNDER_WAY[1]
    start = at - int(np.argmax(settled[::-1])) if settled.any() else 0
    stop = at + int(np.argmax(arrived)) if arrived.any() else len(apart)
    return start, stop - 1
