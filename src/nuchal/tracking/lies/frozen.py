"""Markers that stand still in the laboratory while the body that carries them moves.

Gaps filled with the last value, labels held by a program, a marker that fell on the chair. Two
things together tell: the marker stays in one place, and its distances to the others change
meanwhile. A vertex on the axis about which a head turns stays in one place as well, but keeps its
distances. Numbers that repeat ten times while the noise of the others goes on tell by themselves.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Float
from scipy.ndimage import maximum_filter1d, minimum_filter1d, uniform_filter1d

from nuchal.findings import Assumed, Finding, finding
from nuchal.records import Recording
from nuchal.tracking.lies.leaps import noise_of, stretch
from nuchal.tracking.smoothing import segments

# Numbers that repeat are equal to within this; files round no finer [m].
_SAME_M = 1e-6
# So many repetitions in a row are no chance.
_LEAST_REPEATS = 3
# So many are none even of a body at rest, whose other markers change in this part of the frames.
_TOO_MANY_REPEATS = 10
_CHANGING = 0.9
# A marker that is measured anew in every frame stands still where it stays in a box of so many
# standard deviations of its noise, at most so large, for so long.
_STILL_NOISES = 8.0
_LARGEST_BOX_M = 0.003
_STILL_S = 0.3
# Least change of a distance, by numbers that repeat and by a marker that is measured.
_CHANGE_M = (0.002, 0.008)
_CALM_FRAMES = 5


def left_standing(body: Recording, *, measured: bool) -> tuple[Recording, tuple[Finding, ...]]:
    """Take markers of one rigid body as not seen where they stand still while it moves.

    Args:
        body: markers of one body [m].
        measured: Whether a marker stands still also where its numbers are not the same ones, as
            on a body without skin that moves over it.

    Returns:
        The recording with these cells unseen, and a finding for each stretch.
    """
    positions, visible = np.asarray(body.positions), np.asarray(body.visible).copy()
    noise = noise_of(positions, visible)
    found = []
    for marker, name in enumerate(body.names):
        for first, last in _stretches(body, marker, noise, measured=measured):
            visible[first : last + 1, marker] = False
            found.append(finding(Assumed.STANDS_STILL, name=name, **stretch(body, first, last)))
    return replace(body, visible=visible), tuple(found)


def _stretches(
    body: Recording, marker: int, noise: Float[np.ndarray, " m"], *, measured: bool
) -> Iterator[tuple[int, int]]:
    """First and last frames in which a marker stands still while the others move."""
    where = np.asarray(body.positions)[:, marker]
    seen = np.asarray(body.visible)[:, marker]
    taken = np.zeros(len(seen), dtype=bool)
    repeats = (np.abs(np.diff(where, axis=0)).max(axis=1) <= _SAME_M) & seen[1:] & seen[:-1]
    for start, stop in segments(repeats):
        first = 0 if start == 0 else start + 1
        if stop - start < _LEAST_REPEATS:
            continue
        if _others_move(body, marker, start, stop, noise, 0) or _unlike_others(
            body, marker, start, stop
        ):
            taken[start : stop + 1] = True
            yield first, stop
    if not measured:
        return
    box = min(_LARGEST_BOX_M, _STILL_NOISES * float(noise[marker]))
    for start, stop in segments(_in_a_box(body, marker, box) & ~taken):
        if _others_move(body, marker, start, stop - 1, noise, 1):
            yield start, stop - 1


def _unlike_others(body: Recording, marker: int, start: int, stop: int) -> bool:
    """Whether numbers repeat too often for a marker that is measured as the others are."""
    if stop - start < _TOO_MANY_REPEATS:
        return False
    steps = np.diff(np.asarray(body.positions)[start : stop + 1], axis=0)
    visible = np.asarray(body.visible)[start : stop + 1]
    both = visible[1:] & visible[:-1]
    change = (np.abs(steps).max(axis=2) > _SAME_M) & both
    share = np.delete(change.sum(axis=0) / np.maximum(both.sum(axis=0), 1), marker)
    return bool(share.size) and float(np.median(share)) > _CHANGING


def _in_a_box(body: Recording, marker: int, box_m: float) -> Bool[np.ndarray, " t"]:
    """Frames of windows that a marker, seen throughout, spends in a box of this size."""
    where, seen = np.asarray(body.positions)[:, marker], np.asarray(body.visible)[:, marker]
    length = max(2 * _CALM_FRAMES, round(_STILL_S * body.rate_hz)) | 1
    if length > len(where):
        return np.zeros(len(where), dtype=bool)
    high = maximum_filter1d(where, length, axis=0, mode="nearest")
    low = minimum_filter1d(where, length, axis=0, mode="nearest")
    centres = ((high - low).max(axis=1) <= box_m) & minimum_filter1d(seen, length)
    return np.asarray(maximum_filter1d(centres, length))


def _others_move(
    body: Recording,
    marker: int,
    first: int,
    last: int,
    noise: Float[np.ndarray, " m"],
    kind: int,
) -> bool:
    """Whether the distances of a marker to two others change from ``first`` to ``last``."""
    part = slice(first, last + 1)
    positions, visible = np.asarray(body.positions)[part], np.asarray(body.visible)[part]
    changes = []
    for other in range(len(body.names)):
        both = visible[:, marker] & visible[:, other]
        if other == marker or both.sum() < 2:
            continue
        apart = np.linalg.norm(positions[both, marker] - positions[both, other], axis=1)
        calm = uniform_filter1d(apart, min(_CALM_FRAMES, len(apart)), mode="nearest")
        limit = _CHANGE_M[kind] + 4.0 * float(noise[other])
        changes.append(float(np.ptp(calm)) / limit)
    changes.sort(reverse=True)
    return bool(changes) and changes[0] > 1.0 and (len(changes) < 2 or changes[1] > 0.5)
