"""Markers that leave the head, change their names halfway, or stand still while it moves.

The head is rigid: distances between its markers stay as they are, within what skin and hair allow
(19 mm in the recordings of real people beside which this was set). A marker that breaks them for a
few frames is taken as not seen there; one that does so often is no marker of this head.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from nuchal.errors import RecordingError, Setting, phrase
from nuchal.records import Recording
from nuchal.tracking.gaps import SeenMarkers
from nuchal.tracking.rigid import distances

# A marker farther from its distances to the others is not where it sits on the head.
LARGEST_STRAY_M = 0.03
# A marker astray in a larger part of its frames is refused.
MOST_STRAY_SHARE = 0.2
# No calibration is so bad that the head markers lie this far from where a neck brings them.
LARGEST_MISFIT_M = 0.1
_LONGEST_STEP_S = 0.05
_SHORTEST_JUMP_M = 0.05
_STILL_M = 1e-6
_MOVING_M = 0.01
# In a remedy: which of our markers a name of the file stands for is for the user to say.
_ANY_MARKER = Setting("markers", {"OURS": "NAME"})


def some_markers(recording: Recording, names: Sequence[str]) -> Recording:
    """The named markers of a recording, in that order."""
    columns = [recording.names.index(name) for name in names]
    return replace(
        recording,
        names=tuple(names),
        time=np.asarray(recording.time, dtype=float),
        positions=np.asarray(recording.positions, dtype=float)[:, columns],
        visible=np.asarray(recording.visible)[:, columns],
    )


def refuse_exchanged(seen: Recording) -> None:
    """Refuse two markers that take each other's place from one frame to the next.

    Raises:
        RecordingError: naming the markers, and the frames from and to which they are exchanged.
    """
    time, positions, visible = map(np.asarray, (seen.time, seen.positions, seen.visible))
    for a, b in combinations(range(len(seen.names)), 2):
        both = np.flatnonzero(visible[:, a] & visible[:, b])
        one, other = positions[both, a], positions[both, b]
        stayed = _moved(one, one) + _moved(other, other)
        crossed = _moved(one, other) + _moved(other, one)
        jump = (stayed > _SHORTEST_JUMP_M) & (crossed < 0.5 * stayed)
        jump &= np.diff(time[both]) <= _LONGEST_STEP_S
        at = both[1:][jump].tolist()
        if at:
            until = phrase("markers.until_end")
            if len(at) > 1:
                until = phrase("markers.until_frame", frame=at[1])
            facts: dict[str, Any] = {"one": seen.names[a], "other": seen.names[b]}
            facts |= {"frame": at[0] + 1, "time_s": time[at[0]]}
            raise RecordingError("markers.exchanged", seen.source, until=until, **facts)


def drop_strays(head: Recording) -> tuple[Bool[np.ndarray, "t m"], Mapping[str, int]]:
    """Take head markers as not seen where they break the head's shape for a few frames.

    Returns:
        Where markers are seen in their place, and in how many frames each stray was not.

    Raises:
        RecordingError: a marker that breaks it often, or stands still while the others move.
    """
    _refuse_still(head)
    visible = np.asarray(head.visible)
    astray = visible & ~_in_place(np.asarray(head.positions), visible)
    frames, seen = astray.sum(axis=0), visible.sum(axis=0)
    share = frames / np.maximum(seen, 1)
    worst = int(share.argmax())
    if share[worst] > MOST_STRAY_SHARE:
        facts: dict[str, Any] = {"name": head.names[worst], "limit_mm": LARGEST_STRAY_M * 1e3}
        facts |= {"frames": int(frames[worst]), "seen": int(seen[worst])}
        first = int(np.argmax(astray[:, worst]))
        facts |= {"first": first + 1, "time_s": head.time[first]}
        raise RecordingError("markers.astray", head.source, remedy=_ANY_MARKER, **facts)
    strays = {head.names[m]: int(n) for m, n in enumerate(frames) if n}
    return visible & ~astray, strays


def refuse_unreachable(seen: SeenMarkers, misfit: Float[np.ndarray, "t h"]) -> None:
    """Refuse head markers in places to which no neck can bring a head.

    ``misfit`` is how far each of them is from where the neck can bring it [m].

    Raises:
        RecordingError: naming the first such frame.
    """
    far = seen.known & (np.sqrt((misfit**2).mean(axis=1)) > LARGEST_MISFIT_M)
    if not far.any():
        return
    frame = int(np.argmax(far))
    worst = int(misfit[frame].argmax())
    name = seen.names.in_file[seen.names.head[worst]]
    facts: dict[str, Any] = {"far": int(far.sum()), "frames": int(seen.known.sum())}
    facts |= {"first": frame + 1, "time_s": seen.time[frame]}
    facts |= {"name": name, "misfit_mm": misfit[frame, worst] * 1e3}
    facts |= {"swap": Setting("swap_sides", True), "neutral": Setting("neutral_window_s")}
    raise RecordingError("markers.unreachable", seen.source, static=Setting("static"), **facts)


def _moved(
    before: Float[np.ndarray, "t 3"], after: Float[np.ndarray, "t 3"]
) -> Float[np.ndarray, " s"]:
    return np.asarray(np.linalg.norm(after[1:] - before[:-1], axis=1))


def _in_place(
    positions: Float[np.ndarray, "t m 3"], visible: Bool[np.ndarray, "t m"]
) -> Bool[np.ndarray, "t m"]:
    """Where markers are seen in their place: the worst of each frame goes until all are."""
    kept = visible.copy()
    for _ in range(positions.shape[1] - 2):
        apart = _misplaced(positions, kept)
        blame = apart.sum(axis=2)
        frames = np.flatnonzero(apart.max(axis=(1, 2)) > LARGEST_STRAY_M)
        if not frames.size:
            break
        kept[frames, blame[frames].argmax(axis=1)] = False
    return kept


def _misplaced(
    positions: Float[np.ndarray, "t m 3"], visible: Bool[np.ndarray, "t m"]
) -> Float[np.ndarray, "t m m"]:
    """How far the distance of each pair is from its median; 0 where one of them is not seen."""
    apart = distances(positions)
    both = visible[:, :, None] & visible[:, None]
    usual = np.zeros(apart.shape[1:])
    for a, b in combinations(range(len(usual)), 2):
        if both[:, a, b].any():
            usual[a, b] = usual[b, a] = np.median(apart[both[:, a, b], a, b])
    return np.asarray(np.where(both, np.abs(apart - usual), 0.0))


def _refuse_still(head: Recording) -> None:
    seen = [head.positions[head.visible[:, m], m] for m in range(len(head.names))]
    reach = np.array([np.ptp(where, axis=0).max() if len(where) else 0.0 for where in seen])
    still = np.flatnonzero(reach < _STILL_M)
    if still.size and reach.max() > _MOVING_M:
        one, other = head.names[still[0]], head.names[int(reach.argmax())]
        facts: dict[str, Any] = {"name": one, "other": other, "moved_mm": reach.max() * 1e3}
        raise RecordingError("markers.stands_still", head.source, remedy=_ANY_MARKER, **facts)
