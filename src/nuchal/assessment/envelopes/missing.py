"""Where movement is missing: which part of a healthy envelope the person's does not reach.

Every place of the healthy envelope belongs to the direction into which the healthy head leans when
the marker comes nearest to it.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import scipy
from jaxtyping import Bool, Float, Int
from scipy.spatial import cKDTree

from nuchal.assessment.envelopes.envelope import Envelope, EnvelopeStatus, inside
from nuchal.assessment.envelopes.records import MissingPlaces, MissingVolume
from nuchal.assessment.ranges.reached import ALL_DIRECTIONS, CORNER_SIGNS

# Of flexion, right bending and right rotation.
_SIGNS: Final = np.concatenate(
    [np.kron(np.eye(3), [[1.0], [-1.0]]), np.pad(CORNER_SIGNS, ((0, 0), (0, 1)))]
)
# Of the box around an envelope, in the order of their sequence; the first of them are shown.
_POINTS: Final = 2**14
_SHOWN: Final = 2**11
_SEED: Final = 20260108


class Missing(NamedTuple):
    """What of healthy envelopes a person's do not reach.

    Attributes:
        volumes: By direction.
        places: By marker, a few of them; none where an envelope has no volume.
    """

    volumes: tuple[MissingVolume, ...]
    places: tuple[MissingPlaces, ...]


def missing_of(
    persons: Sequence[Envelope],
    normal: Sequence[Envelope],
    paths: Sequence[Float[np.ndarray, "t 3"]],
    angles_deg: Float[np.ndarray, "t 3"],
) -> Missing:
    """Missing volume by direction; markers without an envelope on both sides count as none.

    Args:
        persons: envelopes of the person, by marker.
        normal: healthy envelopes of the same markers.
        paths: the healthy movement's places of the same markers [m].
        angles_deg: flexion, right bending and right rotation of the same movement.
    """
    direction = nearest_directions(angles_deg)
    found = [_samples(*one, direction) for one in zip(persons, normal, paths, strict=True)]
    counted = [_volumes(of, samples) for of, samples in zip(normal, found, strict=True)]
    whole, missing = np.array(counted).transpose(1, 2, 0)
    volumes = tuple(
        MissingVolume(direction=name, normal_m3=whole[k], missing_m3=missing[k])
        for k, name in enumerate(ALL_DIRECTIONS)
    )
    return Missing(volumes, tuple(_places(samples) for samples in found))


def nearest_directions(angles_deg: Float[np.ndarray, "t 3"]) -> Int[np.ndarray, " t"]:
    """For each posture, the nearest of ``ALL_DIRECTIONS``; angles as shares of the largest."""
    extent = np.maximum(np.abs(angles_deg).max(axis=0), 1.0)
    unit = _SIGNS / np.linalg.norm(_SIGNS, axis=1, keepdims=True)
    return np.asarray((angles_deg / extent @ unit.T).argmax(axis=1))


class _Samples(NamedTuple):
    """Places of a healthy envelope [m], their directions, and whether the person lacks them.

    Attributes:
        shown: Which of them are enough to be looked at.
    """

    points: Float[np.ndarray, "n 3"]
    direction: Int[np.ndarray, " n"]
    missing: Bool[np.ndarray, " n"]
    shown: Bool[np.ndarray, " n"]


def _samples(
    person: Envelope,
    normal: Envelope,
    path: Float[np.ndarray, "t 3"],
    direction: Int[np.ndarray, " t"],
) -> _Samples:
    if any(one.status != EnvelopeStatus.OK for one in (person, normal)):
        return _Samples(np.zeros((0, 3)), np.zeros(0, int), np.zeros(0, bool), np.zeros(0, bool))
    low, high = normal.points.min(axis=0), normal.points.max(axis=0)
    points = low + (high - low) * scipy.stats.qmc.Sobol(3, rng=_SEED).random(_POINTS)
    within = inside(normal, points)
    points, shown = points[within], np.flatnonzero(within) < _SHOWN
    return _Samples(
        points, direction[cKDTree(path).query(points)[1]], ~inside(person, points), shown
    )


def _volumes(normal: Envelope, found: _Samples) -> Float[np.ndarray, "2 w"]:
    """Healthy and missing volume by direction [m^3], by counting points."""
    each = normal.volume_m3 / max(len(found.points), 1)
    labels = (found.direction, found.direction[found.missing])
    return each * np.array([np.bincount(x, minlength=len(ALL_DIRECTIONS)) for x in labels])


def _places(found: _Samples) -> MissingPlaces:
    some = found.missing & found.shown
    return MissingPlaces(points=found.points[some], direction=found.direction[some])
