"""Markers that leave the head: what its shape tells.

The head is rigid: distances between its markers stay as they are, within what skin and hair allow
(19 mm in the recordings of real people beside which this was set). A marker that breaks them is
taken as not seen there; one that does so often, and is loose elsewhere, is no marker of this head.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from nuchal.errors import RecordingError, Setting
from nuchal.findings import Assumed, Finding, finding
from nuchal.records import Recording
from nuchal.tracking.gaps import SeenMarkers
from nuchal.tracking.rigid import distances

# A marker farther from its distances to the others is not where it sits on the head.
LARGEST_STRAY_M = 0.03
# A marker astray in a larger part of its frames is refused, if elsewhere it is that loose.
MOST_STRAY_SHARE = 0.2
_LOOSEST_M = 0.006
# No calibration is so bad that the head markers lie this far from where a neck brings them.
LARGEST_MISFIT_M = 0.1
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


def drop_strays(head: Recording) -> tuple[Recording, tuple[Finding, ...]]:
    """Take head markers as not seen where they break the head's shape.

    Returns:
        The recording without such cells, and a finding for each marker that has some.

    Raises:
        RecordingError: a marker that breaks it often and is loose elsewhere, or stands still in
            every frame while the others move.
    """
    _refuse_still(head)
    positions, visible = np.asarray(head.positions), np.asarray(head.visible)
    kept = _in_place(positions, visible)
    astray = visible & ~kept
    frames, seen = astray.sum(axis=0), visible.sum(axis=0)
    share = frames / np.maximum(seen, 1)
    worst = int(share.argmax())
    if share[worst] > MOST_STRAY_SHARE and _looseness(positions, kept, worst) > _LOOSEST_M:
        facts: dict[str, Any] = {"name": head.names[worst], "limit_mm": LARGEST_STRAY_M * 1e3}
        facts |= {"frames": int(frames[worst]), "seen": int(seen[worst])}
        first = int(np.argmax(astray[:, worst]))
        facts |= {"first": first + 1, "time_s": head.time[first]}
        raise RecordingError("markers.astray", head.source, remedy=_ANY_MARKER, **facts)
    return replace(head, visible=kept), tuple(
        _said(head, m, np.flatnonzero(astray[:, m])) for m in np.flatnonzero(frames).tolist()
    )


def _said(head: Recording, marker: int, at: Int[np.ndarray, " n"]) -> Finding:
    facts: dict[str, Any] = {"name": head.names[marker], "limit_mm": LARGEST_STRAY_M * 1e3}
    facts |= {"frames": len(at), "first": int(at[0]) + 1, "time_s": float(head.time[at[0]])}
    return finding(Assumed.STRAY, **facts)


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


def _looseness(
    positions: Float[np.ndarray, "t m 3"], kept: Bool[np.ndarray, "t m"], marker: int
) -> float:
    """Median deviation of a marker's distances where it is kept [m], of the worst of them."""
    apart = _misplaced(positions, kept)[:, marker]
    both = kept[:, marker, None] & kept
    others = [k for k in range(kept.shape[1]) if k != marker and both[:, k].any()]
    return max((float(np.median(apart[both[:, k], k])) for k in others), default=0.0)


def _refuse_still(head: Recording) -> None:
    seen = [head.positions[head.visible[:, m], m] for m in range(len(head.names))]
    reach = np.array([np.ptp(where, axis=0).max() if len(where) else 0.0 for where in seen])
    still = np.flatnonzero(reach < _STILL_M)
    if still.size and reach.max() > _MOVING_M:
        one, other = head.names[still[0]], head.names[int(reach.argmax())]
        facts: dict[str, Any] = {"name": one, "other": other, "moved_mm": reach.max() * 1e3}
        raise RecordingError("markers.stands_still", head.source, remedy=_ANY_MARKER, **facts)
