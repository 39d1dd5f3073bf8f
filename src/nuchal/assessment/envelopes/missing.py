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
_VOLUME_POINTS: Final = 2**14
_SHOWN_POINTS: Final = 2**11
_SEED: Final = 20260108


def missing_places(
    person: Envelope,
    normal: Envelope,
    path: Float[np.ndarray, "t 3"],
    direction: Int[np.ndarray, " t"],
) -> MissingPlaces:
    """Places of a healthy envelope that a person's does not reach; none where one has no volume.

    Args:
        person: envelope of one marker.
        normal: healthy envelope of the same.
        path: the healthy movement's places of the marker [m].
        direction: of each of these, from :func:`nearest_directions`.
    """
    found = _samples(person, normal, path, direction, _SHOWN_POINTS)
    return MissingPlaces(
        points=found.points[found.missing], direction=found.direction[found.missing]
    )


def missing_volumes(
    persons: Sequence[Envelope],
    normal: Sequence[Envelope],
    paths: Sequence[Float[np.ndarray, "t 3"]],
    angles_deg: Float[np.ndarray, "t 3"],
) -> tuple[MissingVolume, ...]:
    """Missing volume by direction; markers without an envelope on both sides count as none.

    Args:
        persons: envelopes of the person, by marker.
        normal: healthy envelopes of the same markers.
        paths: the healthy movement's places of the same markers [m].
        angles_deg: flexion, right bending and right rotation of the same movement.
    """
    direction = nearest_directions(angles_deg)
    found = [_of_marker(*one, direction) for one in zip(persons, normal, paths, strict=True)]
    whole, missing = np.array(found).transpose(1, 2, 0)
    return tuple(
        MissingVolume(direction=name, normal_m3=whole[k], missing_m3=missing[k])
        for k, name in enumerate(ALL_DIRECTIONS)
    )


def nearest_directions(angles_deg: Float[np.ndarray, "t 3"]) -> Int[np.ndarray, " t"]:
    """For each posture, the nearest of ``ALL_DIRECTIONS``; angles as shares of the largest."""
    extent = np.maximum(np.abs(angles_deg).max(axis=0), 1.0)
    unit = _SIGNS / np.linalg.norm(_SIGNS, axis=1, keepdims=True)
    return np.asarray((angles_deg / extent @ unit.T).argmax(axis=1))


def _of_marker(
    person: Envelope,
    normal: Envelope,
    path: Float[np.ndarray, "t 3"],
    direction: Int[np.ndarray, " t"],
) -> Float[np.ndarray, "2 w"]:
    """Healthy and missing volume by direction [m^3], by counting points."""
    found = _samples(person, normal, path, direction, _VOLUME_POINTS)
    each = normal.volume_m3 / max(len(found.points), 1)
    labels = (found.direction, found.direction[found.missing])
    return each * np.array([np.bincount(x, minlength=len(ALL_DIRECTIONS)) for x in labels])


class _Samples(NamedTuple):
    """Places of a healthy envelope [m], their directions, and whether the person lacks them."""

    points: Float[np.ndarray, "n 3"]
    direction: Int[np.ndarray, " n"]
    missing: Bool[np.ndarray, " n"]


def _samples(
    person: Envelope,
    normal: Envelope,
    path: Float[np.ndarray, "t 3"],
    direction: Int[np.ndarray, " t"],
    count: int,
) -> _Samples:
    if any(one.status != EnvelopeStatus.OK for one in (person, normal)):
        return _Samples(np.zeros((0, 3)), np.zeros(0, int), np.zeros(0, bool))
    low, high = normal.points.min(axis=0), normal.points.max(axis=0)
    points = low + (high - low) * scipy.stats.qmc.Sobol(3, rng=_SEED).random(count)
    points = points[inside(normal, points)]
    return _Samples(points, direction[cKDTree(path).query(points)[1]], ~inside(person, points))
