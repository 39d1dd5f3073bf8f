"""Markers that take one another's place from one frame to the next, and take it back.

Two that trade places, or three that go round. They cross where every one of them is seen next far
from where it was itself, and twice as close to where the other was.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import Any, TypeAlias

import numpy as np
from jaxtyping import Float, Int

from nuchal.errors import RecordingError, phrase
from nuchal.findings import Assumed, Finding, finding
from nuchal.records import Recording
from nuchal.tracking.lies.leaps import stretch

# Markers cross where on average each would step by that much if it had stayed itself.
_SHORTEST_STEP_M = 0.025
_CROSSED_SHARE = 0.5
# Longest time in which one of them may be out of sight meanwhile.
_LONGEST_STEP_S = 0.26
# Names are right in the larger part of a recording.
_MOST_EXCHANGED = 0.5

# Columns of markers, each of which takes the place of the next one, and the last of the first.
_Cycle: TypeAlias = tuple[int, ...]
# Last frame before and first frame after each crossing.
_Crossings: TypeAlias = Int[np.ndarray, "_ 2"]


def exchange_back(seen: Recording) -> tuple[Recording, tuple[Finding, ...]]:
    """Exchange the names of markers that take one another's place and later take it back.

    Where they do so once, either the part before or the part after is right, and nothing tells
    which.

    Returns:
        The recording with every marker under its own name, and a finding for each stretch.

    Raises:
        RecordingError: markers are exchanged before a frame or after it, or mostly.
    """
    found: list[Finding] = []
    for cycle in _cycles(seen):
        there, back = _crossings(seen, cycle), _crossings(seen, cycle[::-1])
        if len(cycle) == 2:
            there, back = there[::2], there[1::2]
        elif not there.size or (back.size and back[0, 0] < there[0, 0]):
            continue
        if not there.size:
            continue
        if not _alternate(there, back) or _lasting(there, back) > _MOST_EXCHANGED * len(seen.time):
            raise _unclear(seen, cycle, there, back)
        for start, stop in zip(there, back, strict=True):
            seen = _put_right(seen, cycle, start, stop)
            found.append(_said(seen, cycle, int(start[1]), int(stop[0])))
    return seen, tuple(found)


def _cycles(seen: Recording) -> Iterator[_Cycle]:
    """Threes of markers that leap together, both ways round, and all pairs."""
    positions, visible = np.asarray(seen.positions), np.asarray(seen.visible)
    steps = np.linalg.norm(np.diff(positions, axis=0), axis=2)
    far = (steps > _SHORTEST_STEP_M) & visible[1:] & visible[:-1]
    together = far[far.sum(axis=1) >= 3].any(axis=0)
    for a, b, c in combinations(np.flatnonzero(together).tolist(), 3):
        yield from ((a, b, c), (c, b, a))
    yield from combinations(range(len(seen.names)), 2)


def _crossings(seen: Recording, cycle: _Cycle) -> _Crossings:
    time, order = np.asarray(seen.time), list(cycle)
    whole = np.flatnonzero(np.asarray(seen.visible)[:, order].all(axis=1))
    places = np.asarray(seen.positions)[whole][:, order]
    stayed = _apart(places[1:], places[:-1])
    crossed = _apart(places[1:], np.roll(places[:-1], -1, axis=1))
    jump = (crossed < _CROSSED_SHARE * stayed).all(axis=1)
    jump &= stayed.mean(axis=1) > _SHORTEST_STEP_M
    jump &= np.diff(time[whole]) <= _LONGEST_STEP_S
    return np.stack([whole[:-1][jump], whole[1:][jump]], axis=1)


def _alternate(there: _Crossings, back: _Crossings) -> bool:
    if len(there) != len(back):
        return False
    turns = np.concatenate([there[:, :1], back[:, :1]], axis=1).ravel()
    return bool((np.diff(turns) > 0).all())


def _lasting(there: _Crossings, back: _Crossings) -> int:
    """Frames between the crossings."""
    return int((back[:, 0] - there[:, 0]).sum())


def _put_right(
    seen: Recording, cycle: _Cycle, there: Int[np.ndarray, "2"], back: Int[np.ndarray, "2"]
) -> Recording:
    """Markers under their own names from one crossing to the next.

    What is seen of them in the midst of a crossing is left out.
    """
    positions, visible = np.asarray(seen.positions).copy(), np.asarray(seen.visible).copy()
    frames, names, owners = slice(int(there[1]), int(back[0]) + 1), list(cycle), np.roll(cycle, -1)
    positions[frames, owners] = positions[frames, names]
    visible[frames, owners] = visible[frames, names]
    for before, after in (there, back):
        visible[before + 1 : after, names] = False
    return replace(seen, positions=positions, visible=visible)


def _said(seen: Recording, cycle: _Cycle, first: int, last: int) -> Finding:
    names = tuple(seen.names[k] for k in sorted(cycle))
    return finding(Assumed.EXCHANGED_BACK, names=names, **stretch(seen, first, last))


def _unclear(seen: Recording, cycle: _Cycle, there: _Crossings, back: _Crossings) -> RecordingError:
    frame = int(there[0, 1])
    until = phrase("markers.until_end")
    if back.size:
        until = phrase("markers.until_frame", frame=int(back[0, 1]))
    facts: dict[str, Any] = {"names": tuple(seen.names[k] for k in sorted(cycle))}
    facts |= {"frame": frame + 1, "time_s": seen.time[frame]}
    return RecordingError("markers.exchanged", seen.source, until=until, **facts)


def _apart(
    one: Float[np.ndarray, "n m 3"], other: Float[np.ndarray, "n m 3"]
) -> Float[np.ndarray, "n m"]:
    return np.asarray(np.linalg.norm(one - other, axis=2))
