"""One of three markers put back to where it sat on its body before it slipped.

The other two fix the body but for its turning about the line between them, the twist. The marker
that slipped shows the twist too, but for a constant: the angle between its old and its new place.
A body that moves smoothly has no step in its twist, so the step at the slip is that constant.
"""

from dataclasses import replace
from itertools import pairwise

import numpy as np
from jaxtyping import Bool, Float

from nuchal.records import Recording
from nuchal.tracking.lies.leaps import Stay

# On either side of a slip, from which the step of the twist is taken.
_SIDE_S = 0.25
_LEAST_FRAMES = 4
# A marker that wanders farther than this in its new place isn't fixed there.
_LOOSEST_M = 0.004


def put_back(
    body: Recording, good: Recording, marker: int, stay: Stay, max_gap_s: float
) -> Recording | None:
    """The recording with a stay of one of three markers moved back to its usual place.

    Args:
        body: three markers with what they really show [m].
        good: The same, seen only where they are in their place.
        marker: the one that slipped.
        stay: where it is instead.
        max_gap_s: the longest gap across which the twist is followed [s].

    Returns:
        None where it is not fixed in its new place, or nothing of it can be seen near the slip.
    """
    others = [k for k in range(3) if k != marker]
    seen, fine = np.asarray(body.visible), np.asarray(good.visible)
    whole = np.asarray(seen.all(axis=1) & fine[:, others].all(axis=1))
    old = whole & fine[:, marker]
    new = whole & _within(stay, len(whole))
    if old.sum() < _LEAST_FRAMES or new.sum() < _LEAST_FRAMES:
        return None
    axes, place, height = _frames_of(np.asarray(body.positions), others, marker)
    moved = place - np.where(new[:, None], *(np.median(place[k], axis=0) for k in (new, old)))
    if max(_wander(moved[new]), _wander(moved[old])) > _LOOSEST_M:
        return None
    step = _step_at(body, axes, whole, old, new, max_gap_s)
    if step is None:
        return None
    along, off = (np.median(place[old], axis=0) + moved).T
    turned = np.cos(step) * axes[:, 1] - np.sin(step) * axes[:, 2]
    back = height + along[:, None] * axes[:, 0] + off[:, None] * turned
    positions, visible = np.asarray(good.positions).copy(), fine.copy()
    positions[new, marker], visible[new, marker] = back[new], True
    return replace(good, positions=positions, visible=visible)


def _within(stay: Stay, frames: int) -> Bool[np.ndarray, " t"]:
    inside = np.zeros(frames, dtype=bool)
    inside[stay.first : stay.last + 1] = True
    return inside


def _wander(moved: Float[np.ndarray, "n 2"]) -> float:
    """How far the middle nine tenths of places lie from their median [m]."""
    return float(np.percentile(np.abs(moved), 90.0, axis=0).max())


def _frames_of(
    positions: Float[np.ndarray, "t 3 3"], others: list[int], marker: int
) -> tuple[Float[np.ndarray, "t 3 3"], Float[np.ndarray, "t 2"], Float[np.ndarray, "t 3"]]:
    """Axes by row (along the two, towards the third, across), its place in them, their origin."""
    origin = positions[:, others[0]]
    along = positions[:, others[1]] - origin
    along = along / np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    third = positions[:, marker] - origin
    x = (third * along).sum(axis=1)
    towards = third - x[:, None] * along
    y = np.linalg.norm(towards, axis=1)
    towards = towards / np.maximum(y[:, None], 1e-9)
    axes = np.stack([along, towards, np.cross(along, towards)], axis=1)
    return axes, np.stack([x, y], axis=1), origin


def _step_at(
    body: Recording,
    axes: Float[np.ndarray, "t 3 3"],
    whole: Bool[np.ndarray, " t"],
    old: Bool[np.ndarray, " t"],
    new: Bool[np.ndarray, " t"],
    max_gap_s: float,
) -> float | None:
    """The angle from the old to the new place about the line between the others [rad]."""
    time, frames = np.asarray(body.time), np.flatnonzero(whole & (old | new))
    change = np.flatnonzero(np.diff(new[frames].astype(int)))
    if not change.size:
        return None
    at = int(change[0])
    if time[frames[at + 1]] - time[frames[at]] > max_gap_s:
        return None
    middle = 0.5 * (time[frames[at]] + time[frames[at + 1]])
    near = frames[np.abs(time[frames] - middle) <= max(_SIDE_S, 4.5 / body.rate_hz)]
    if min(new[near].sum(), old[near].sum()) < _LEAST_FRAMES:
        return None
    since = (time[near] - middle) / _SIDE_S
    basis = np.stack([*(since**k for k in range(4)), new[near].astype(float)], axis=1)
    return float(np.linalg.lstsq(basis, _twist(axes[near]), rcond=None)[0][-1])


def _twist(axes: Float[np.ndarray, "n 3 3"]) -> Float[np.ndarray, " n"]:
    """Turning about the first axis since the first frame, the axis' own tilting aside [rad]."""
    steps = [0.0]
    for before, after in pairwise(axes):
        tilt, cosine = np.cross(before[0], after[0]), float(before[0] @ after[0])
        y = before[1] + np.cross(tilt, before[1])
        y = y + np.cross(tilt, np.cross(tilt, before[1])) / (1.0 + cosine)
        steps.append(float(np.arctan2(y @ after[2], y @ after[1])))
    return -np.cumsum(steps)
