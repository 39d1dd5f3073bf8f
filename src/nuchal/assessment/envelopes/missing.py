"""Where movement is missing: which part of a healthy envelope the person's does not reach.

Every place of the healthy envelope belongs to the direction into which the healthy head leans when
the marker comes nearest to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.spatial import cKDTree
from scipy.stats import qmc

from nuchal.assessment.envelopes.envelope import Envelope, EnvelopeStatus, inside
from nuchal.assessment.ranges.reached import CORNERS
from nuchal.model.clinical import DIRECTIONS

# All directions that movement can be missing in.
WAYS: Final = (*DIRECTIONS, *CORNERS)
# Of flexion, right bending and right rotation.
_SIGNS: Final = np.array(
    [
        [1.0, 0.0, 0.0],
        [-1.0, 0.0, 0.0],
        [0.0, 1.0, 0.0],
        [0.0, -1.0, 0.0],
        [0.0, 0.0, 1.0],
        [0.0, 0.0, -1.0],
        [1.0, 1.0, 0.0],
        [1.0, -1.0, 0.0],
        [-1.0, 1.0, 0.0],
        [-1.0, -1.0, 0.0],
    ]
)
_POINTS: Final = 2**14
# Tried, of those that are shown.
_PLACES: Final = 2**11
_SEED: Final = 20260108


@dataclass(frozen=True, kw_only=True)
class MissingVolume:
    """Of one direction.

    Attributes:
        way: One of ``WAYS``.
        normal_m3: Volume of the healthy envelopes there, by marker.
        missing_m3: What the person's envelopes have not of it.
    """

    way: str
    normal_m3: Float[np.ndarray, " m"]
    missing_m3: Float[np.ndarray, " m"]

    @property
    def share(self) -> float:
        """Of the healthy volume there, all markers together; zero where there is none."""
        normal = float(self.normal_m3.sum())
        return float(self.missing_m3.sum()) / normal if normal > 0.0 else 0.0


@dataclass(frozen=True, kw_only=True)
class MissingPlaces:
    """Of one marker, places evenly spread over what is missing.

    Attributes:
        points: In the thorax frame [m].
        way: The direction of each, an index of ``WAYS``.
    """

    points: Float[np.ndarray, "n 3"]
    way: Int[np.ndarray, " n"]


def missing_places(
    person: Envelope, normal: Envelope, path: Float[np.ndarray, "t 3"], way: Int[np.ndarray, " t"]
) -> MissingPlaces:
    """Places of a healthy envelope that a person's does not reach; none where one has no volume.

    Args:
        person: envelope of one marker.
        normal: healthy envelope of the same.
        path: the healthy movement's places of the marker [m].
        way: of each of these, from :func:`ways_of`.
    """
    where, label, lacks = _sorted_out(person, normal, path, way, _PLACES)
    return MissingPlaces(points=where[lacks], way=label[lacks])


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
    way = ways_of(angles_deg)
    found = [_of_marker(*one, way) for one in zip(persons, normal, paths, strict=True)]
    whole, missing = np.array(found).transpose(1, 2, 0)
    return tuple(
        MissingVolume(way=name, normal_m3=whole[k], missing_m3=missing[k])
        for k, name in enumerate(WAYS)
    )


def ways_of(angles_deg: Float[np.ndarray, "t 3"]) -> Int[np.ndarray, " t"]:
    """Of each posture, which of ``WAYS`` it is nearest to, angles as shares of the largest."""
    extent = np.maximum(np.abs(angles_deg).max(axis=0), 1.0)
    unit = _SIGNS / np.linalg.norm(_SIGNS, axis=1, keepdims=True)
    return np.asarray((angles_deg / extent @ unit.T).argmax(axis=1))


def _of_marker(
    person: Envelope, normal: Envelope, path: Float[np.ndarray, "t 3"], way: Int[np.ndarray, " t"]
) -> Float[np.ndarray, "2 w"]:
    """Healthy and missing volume by direction [m^3], by counting points."""
    where, label, lacks = _sorted_out(person, normal, path, way, _POINTS)
    each = normal.volume_m3 / max(len(where), 1)
    counts = [np.bincount(x, minlength=len(WAYS)) for x in (label, label[lacks])]
    return each * np.array(counts)


def _sorted_out(
    person: Envelope,
    normal: Envelope,
    path: Float[np.ndarray, "t 3"],
    way: Int[np.ndarray, " t"],
    points: int,
) -> tuple[Float[np.ndarray, "n 3"], Int[np.ndarray, " n"], Bool[np.ndarray, " n"]]:
    """Places of the healthy envelope [m], their directions, and whether the person lacks them."""
    if any(one.status != EnvelopeStatus.OK for one in (person, normal)):
        return np.zeros((0, 3)), np.zeros(0, int), np.zeros(0, bool)
    low, high = normal.points.min(axis=0), normal.points.max(axis=0)
    where = low + (high - low) * qmc.Sobol(3, rng=_SEED).random(points)
    where = where[inside(normal, where)]
    return where, way[cKDTree(path).query(where)[1]], ~inside(person, where)
