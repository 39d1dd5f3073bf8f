"""Markers that take each other's place from one frame to the next, and take it back."""

from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from nuchal.errors import RecordingError, phrase
from nuchal.findings import Assumed, Finding, finding
from nuchal.records import Recording

# Two markers cross where staying would mean steps of this length, and crossing half of it.
_SHORTEST_STEPS_M = 0.05
_CROSSED_SHARE = 0.5
# Longest time in which either may be out of sight meanwhile.
_LONGEST_STEP_S = 0.26
# Names are right in the larger part of a recording.
_MOST_EXCHANGED = 0.5


def exchange_back(seen: Recording) -> tuple[Recording, tuple[Finding, ...]]:
    """Exchange the names of markers that take each other's place and later take it back.

    Where they do so once, either the part before or the part after is right, and nothing tells
    which.

    Returns:
        The recording with every marker under its own name, and a finding for each stretch.

    Raises:
        RecordingError: two markers are exchanged before a frame or after it, or mostly.
    """
    found: list[Finding] = []
    for pair in combinations(range(len(seen.names)), 2):
        crossings = _crossings(seen, pair)
        if not crossings.size:
            continue
        stretches = crossings.reshape(-1, 2, 2) if len(crossings) % 2 == 0 else crossings[:0]
        lasting = sum(int(back[1] - there[1]) for there, back in stretches)
        if not len(stretches) or lasting > _MOST_EXCHANGED * len(seen.time):
            raise _unclear(seen, pair, crossings)
        for there, back in stretches:
            seen = _crossed(seen, pair, there, back)
            found.append(_said(seen, pair, int(there[1]), int(back[0])))
    return seen, tuple(found)


def _crossings(seen: Recording, pair: tuple[int, int]) -> Int[np.ndarray, "n 2"]:
    """Last frame before and first frame after each time that two markers cross."""
    time, positions, visible = map(np.asarray, (seen.time, seen.positions, seen.visible))
    a, b = pair
    both = np.flatnonzero(visible[:, a] & visible[:, b])
    one, other = positions[both, a], positions[both, b]
    stayed = _steps(one, one) + _steps(other, other)
    crossed = _steps(one, other) + _steps(other, one)
    jump = (stayed > _SHORTEST_STEPS_M) & (crossed < _CROSSED_SHARE * stayed)
    jump &= np.diff(time[both]) <= _LONGEST_STEP_S
    return np.stack([both[:-1][jump], both[1:][jump]], axis=1)


def _crossed(
    seen: Recording, pair: tuple[int, int], there: Int[np.ndarray, "2"], back: Int[np.ndarray, "2"]
) -> Recording:
    """Two markers exchanged from one crossing to the next.

    Where one of them is out of sight between the frames of a crossing, the other is left out.
    """
    positions, visible = np.asarray(seen.positions).copy(), np.asarray(seen.visible).copy()
    frames, order = slice(int(there[1]), int(back[0]) + 1), list(pair)
    positions[frames, order] = positions[frames, order[::-1]]
    visible[frames, order] = visible[frames, order[::-1]]
    for before, after in (there, back):
        visible[before + 1 : after, order] = False
    return replace(seen, positions=positions, visible=visible)


def _said(seen: Recording, pair: tuple[int, int], first: int, last: int) -> Finding:
    facts: dict[str, Any] = {"one": seen.names[pair[0]], "other": seen.names[pair[1]]}
    facts |= {"first": first + 1, "last": last + 1}
    return finding(
        Assumed.EXCHANGED_BACK, **facts, from_s=float(seen.time[first]), to_s=float(seen.time[last])
    )


def _unclear(
    seen: Recording, pair: tuple[int, int], crossings: Int[np.ndarray, "n 2"]
) -> RecordingError:
    frame = int(crossings[0, 1])
    until = phrase("markers.until_end")
    if len(crossings) > 1:
        until = phrase("markers.until_frame", frame=int(crossings[1, 1]))
    facts: dict[str, Any] = {"one": seen.names[pair[0]], "other": seen.names[pair[1]]}
    facts |= {"frame": frame + 1, "time_s": seen.time[frame]}
    return RecordingError("markers.exchanged", seen.source, until=until, **facts)


def _steps(
    before: Float[np.ndarray, "t 3"], after: Float[np.ndarray, "t 3"]
) -> Float[np.ndarray, " s"]:
    return np.asarray(np.linalg.norm(after[1:] - before[:-1], axis=1))
