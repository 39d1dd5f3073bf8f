"""Movements of the head cut out of recordings: from the neutral pose and back to it.

What somebody does between two visits of the neutral pose is one movement. It goes to one of six
sides, or it is combined: then it is told by the sides that it visits, one after the other. Nobody
comes back to quite the pose that was called neutral, so where the head rests counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Bool, Float

from nuchal.model.clinical import DIRECTIONS
from nuchal.tracking.smoothing import segments

# The head is near where it rests within that angle of it, or within that share of the farthest that
# the recording goes: who moves far passes the middle farther off.
NEAR_DEG: Final = 8.0
NEAR_SHARE: Final = 0.25
# Slower than that it rests, if no farther than that from the neutral pose.
_RESTING_DEG_S: Final = 5.0
_RESTS_WITHIN_DEG: Final = 20.0
# A movement goes at least that far.
LEAST_DEG: Final = 15.0
# Beside a movement so much of the neutral pose belongs to it, unless the next begins before.
BESIDE_S: Final = 0.5
# A movement goes to one side if the other planes see no more than this share of its farthest angle,
# by the ranges that are usual.
_ASIDE: Final = 0.5
# Of the farthest, from there on a side is visited.
_VISITED: Final = 0.6


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One movement.

    Attributes:
        sides: Which sides it visits, in order; one alone if it goes nowhere else.
        first: Its first frame.
        last: Its last frame, included.
        reach_deg: How far it goes: the largest angle of the head against the neutral pose.
    """

    sides: tuple[str, ...]
    first: int
    last: int
    reach_deg: float


def pieces_of(
    time: Float[np.ndarray, " t"],
    angles_deg: Float[np.ndarray, "t 3"],
    known: Bool[np.ndarray, " t"],
    usual_deg: Float[np.ndarray, "6"],
) -> Iterator[Piece]:
    """Movements of a recording, in order; those that a gap cuts or that are cut off are left out.

    Args:
        time: of the frames [s].
        angles_deg: flexion, right bending and right rotation of the head on the thorax.
        known: frames that are no gap.
        usual_deg: ranges that are usual, in the order of ``DIRECTIONS``.
    """
    away = np.linalg.norm(angles_deg - _rest(time, angles_deg, known), axis=1)
    near = max(NEAR_DEG, NEAR_SHARE * float(away[known].max(initial=0.0)))
    runs = segments(away > near)
    for k, (start, stop) in enumerate(runs):
        before = runs[k - 1][1] if k else 0
        after = runs[k + 1][0] if k + 1 < len(runs) else len(time)
        first, last = _with_rest(time, away, (start, stop), (before, after))
        whole = start > 0 and stop < len(time) and known[first : last + 1].all()
        reach = float(away[start:stop].max())
        if whole and reach >= LEAST_DEG:
            sides = _sides(angles_deg[start:stop], usual_deg)
            yield Piece(sides=sides, first=first, last=last, reach_deg=reach)


def _rest(time: np.ndarray, angles_deg: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Where the head rests; the neutral pose where it does nowhere near it."""
    speed = np.linalg.norm(np.gradient(angles_deg, time, axis=0), axis=1)
    near = np.linalg.norm(angles_deg, axis=1) < _RESTS_WITHIN_DEG
    rests = known & near & (speed < _RESTING_DEG_S)
    return np.median(angles_deg[rests], axis=0) if rests.any() else np.zeros(3)


def _with_rest(
    time: np.ndarray, away: np.ndarray, run: tuple[int, int], free: tuple[int, int]
) -> tuple[int, int]:
    """A run with what is beside it, up to where the head is nearest to the neutral pose."""
    (start, stop), (before, after) = run, free
    earliest = max(before, int(np.searchsorted(time, time[start] - BESIDE_S)))
    latest = min(after, int(np.searchsorted(time, time[stop - 1] + BESIDE_S, side="right")))
    first = earliest + int(away[earliest : start + 1].argmin())
    last = stop - 1 + int(away[stop - 1 : latest].argmin())
    return first, last


def _sides(angles_deg: Float[np.ndarray, "n 3"], usual_deg: np.ndarray) -> tuple[str, ...]:
    """Which sides a movement visits, in order, as shares of what is usual."""
    ahead, behind = usual_deg.reshape(3, 2).T
    share = angles_deg / np.where(angles_deg >= 0.0, ahead, behind)
    both = np.concatenate([share, -share], axis=1)
    most = both.max(axis=0)
    main = int(most.argmax())
    names = [*DIRECTIONS[0::2], *DIRECTIONS[1::2]]
    others = np.delete(most, main)
    if others.max() <= _ASIDE * most[main]:
        return (names[main],)
    visits = np.flatnonzero(both.max(axis=1) >= _VISITED * most[main])
    order = both[visits].argmax(axis=1)
    kept = order[np.concatenate([[True], np.diff(order) != 0])]
    return tuple(names[k] for k in kept)
