"""Motion envelopes: the volume that a marker sweeps, as an alpha shape of its trajectory.

An alpha shape (Edelsbrunner and Muecke 1994, doi 10.1145/174462.156635) keeps the tetrahedra of the
points' Delaunay triangulation whose circumscribed ball is no larger than a radius. Points are those
frames of the path that it takes to stay within half a millimetre of it, so that neither frame rate
nor tempo shapes the envelope.

A head marker runs on a shell about two millimetres thick. A ball small enough to enter the bowl of
that shell makes an envelope of the shell alone, whose overlap with another tells where the joints
are and not how far the head goes. So the radius is by default the trajectory's diameter
(:func:`common_radius`), the same on both sides of a comparison.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, TypeAlias

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import ConvexHull, Delaunay, QhullError
from scipy.spatial.distance import pdist

from nuchal.tracking.smoothing import segments

Points: TypeAlias = Float[np.ndarray, "n 3"]
# Indices of points, three to a face and four to a tetrahedron.
Faces: TypeAlias = Int[np.ndarray, "f 3"]
Tetrahedra: TypeAlias = Int[np.ndarray, "k 4"]
# How far a path may be from the straight lines between its points.
TOLERANCE_M: Final = 0.0005
# From point to point along a path, where frames are as close as that.
LONGEST_STEP_M: Final = 0.03
# A trajectory that stays within this has no envelope worth comparing.
LEAST_DIAMETER_M: Final = 0.02
# Extent across the plane nearest to all points: below it, noise would make the volume.
LEAST_THICKNESS_M: Final = 0.002
# Six volumes, of the cube of the points' largest extent.
_FLAT_TETRAHEDRON: Final = 1e-12


class EnvelopeStatus(IntEnum):
    """What became of an envelope. Zero is good; ``report.text`` says what to do."""

    OK = 0
    TINY = 1
    FLAT = 2
    EMPTY = 3


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """The volume that one marker sweeps.

    Attributes:
        points: Of the trajectory [m].
        radius_m: Of the largest ball that still counts as inside.
        tetrahedra: Indices of points; they fill the envelope and don't overlap.
        faces: Indices of points; the surface, seen anticlockwise from outside.
        pieces: Parts that hang together by faces.
    """

    points: Points
    radius_m: float
    tetrahedra: Tetrahedra
    faces: Faces
    volume_m3: float
    surface_m2: float
    pieces: int
    status: EnvelopeStatus


def along_path(
    positions: Float[np.ndarray, "t 3"],
    known: Bool[np.ndarray, " t"] | None = None,
    *,
    tolerance_m: float = TOLERANCE_M,
) -> Points:
    """The points that make a path's envelope; across frames that are not known nothing is drawn.

    Args:
        positions: of a marker in every frame [m].
        known: frames that can be used; all of them if not given.
        tolerance_m: how far the path may be from the lines between points.
    """
    usable = np.ones(len(positions), bool) if known is None else np.asarray(known)
    runs = [positions[first:end] for first, end in segments(usable)]
    parts = [run[path_frames(run, tolerance_m=tolerance_m)] for run in runs]
    return np.concatenate(parts) if parts else np.zeros((0, 3))


def path_frames(
    path: Float[np.ndarray, "t 3"], *, tolerance_m: float = TOLERANCE_M
) -> Int[np.ndarray, " n"]:
    """Frames whose polygon stays within a tolerance of a path (Douglas and Peucker 1973).

    Long lines are divided, so that there is a point every :data:`LONGEST_STEP_M`.
    """
    keep = np.zeros(len(path), bool)
    keep[[0, -1]] = True
    waiting = [(0, len(path) - 1)]
    while waiting:
        first, last = waiting.pop()
        if last - first < 2:
            continue
        way, line = path[first + 1 : last] - path[first], path[last] - path[first]
        square = float(line @ line)
        share = np.clip(way @ line / square, 0.0, 1.0) if square > 0.0 else np.zeros(len(way))
        off = ((way - share[:, None] * line) ** 2).sum(axis=1)
        if off.max() > tolerance_m**2:
            middle = first + 1 + int(off.argmax())
        elif square > LONGEST_STEP_M**2:
            middle = first + 1 + int(np.abs(share - 0.5).argmin())
        else:
            continue
        keep[middle] = True
        waiting += [(first, middle), (middle, last)]
    return np.flatnonzero(keep)


def common_radius(trajectories: Iterable[Float[np.ndarray, "_ 3"]]) -> float:
    """Radius [m] for envelopes that are to be compared: the largest diameter among them."""
    return max((diameter(points) for points in trajectories), default=0.0)


def diameter(points: Points) -> float:
    """The greatest distance between two points [m]."""
    if len(points) < 2:
        return 0.0
    try:
        points = points[ConvexHull(points).vertices]
    except QhullError:  # in a plane, on a line, or too few
        points = points[:: max(1, len(points) // 2000)]
    return float(pdist(points).max())


def thickness(points: Points) -> float:
    """Extent across the plane that is nearest to all points [m]."""
    if len(points) < 4:
        return 0.0
    about = points - points.mean(axis=0)
    normal = np.linalg.svd(about, full_matrices=False)[2][2]
    return float(np.ptp(about @ normal))


def envelope_of(points: Points, radius_m: float) -> Envelope:
    """The alpha shape of a trajectory.

    Args:
        points: from :func:`along_path`, of one trial or of all trials of a person together [m].
        radius_m: from :func:`common_radius`, or any other.
    """
    if diameter(points) < LEAST_DIAMETER_M:
        return _nothing(points, radius_m, EnvelopeStatus.TINY)
    if thickness(points) < LEAST_THICKNESS_M:
        return _nothing(points, radius_m, EnvelopeStatus.FLAT)
    triangulation = Delaunay(points)
    keep, volumes = _kept(points, triangulation.simplices, radius_m)
    if not keep.any():
        return _nothing(points, radius_m, EnvelopeStatus.EMPTY)
    kept = _turned(points, triangulation.simplices[keep])
    faces, pieces = _surface(kept)
    return Envelope(
        points=points,
        radius_m=radius_m,
        tetrahedra=kept,
        faces=faces,
        volume_m3=float(volumes[keep].sum()),
        surface_m2=surface_area(points, faces),
        pieces=pieces,
        status=EnvelopeStatus.OK,
    )


def inside(envelope: Envelope, where: Float[np.ndarray, "p 3"]) -> Bool[np.ndarray, " p"]:
    """Which places [m] lie in an envelope."""
    order = np.argsort(where[:, 0])
    sorted_where, found = where[order], np.zeros(len(where), bool)
    corners = envelope.points[envelope.tetrahedra]
    starts = np.searchsorted(sorted_where[:, 0], corners[:, :, 0].min(axis=1))
    ends = np.searchsorted(sorted_where[:, 0], corners[:, :, 0].max(axis=1), side="right")
    to_shares = np.linalg.inv(corners[:, 1:] - corners[:, :1])
    for k in np.flatnonzero(ends > starts):
        part = slice(starts[k], ends[k])
        x, y, z = ((sorted_where[part] - corners[k, 0]) @ to_shares[k]).T
        found[part] |= (x >= 0.0) & (y >= 0.0) & (z >= 0.0) & (x + y + z <= 1.0)
    return found[np.argsort(order)]


def surface_area(points: Points, faces: Faces) -> float:
    """Area of a mesh [m^2]."""
    a, b, c = (points[faces[:, k]] for k in range(3))
    return float(0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1).sum())


def _kept(
    points: Points, tetrahedra: Tetrahedra, radius_m: float
) -> tuple[Bool[np.ndarray, " k"], Float[np.ndarray, " k"]]:
    """Which tetrahedra an alpha shape keeps, and the volumes of all."""
    a, b, c = np.moveaxis(points[tetrahedra[:, 1:]] - points[tetrahedra[:, :1]], 1, 0)
    six = np.abs(np.einsum("ki,ki->k", a, np.cross(b, c)))
    centre = sum(
        (x**2).sum(axis=1)[:, None] * np.cross(y, z)
        for x, y, z in ((a, b, c), (b, c, a), (c, a, b))
    )
    flat = six <= _FLAT_TETRAHEDRON * np.ptp(points, axis=0).max() ** 3
    radius = np.linalg.norm(centre, axis=1) / np.where(flat, 1.0, 2.0 * six)
    return ~flat & (radius <= radius_m), six / 6.0


def _turned(points: Points, tetrahedra: Tetrahedra) -> Tetrahedra:
    """All turned the same way round."""
    found = tetrahedra.astype(np.int64)
    wrong = np.linalg.det(points[found[:, 1:]] - points[found[:, :1]]) < 0.0
    found[wrong] = found[wrong][:, [0, 1, 3, 2]]
    return found


def _surface(tetrahedra: Tetrahedra) -> tuple[Faces, int]:
    """Faces that belong to one tetrahedron only, and how many pieces there are."""
    sides = ([0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3])
    faces = np.concatenate([tetrahedra[:, side] for side in sides])
    owner = np.tile(np.arange(len(tetrahedra)), 4)
    _, which, count = np.unique(
        np.sort(faces, axis=1), axis=0, return_inverse=True, return_counts=True
    )
    outer = count[which] == 1
    inner = np.flatnonzero(~outer)
    pairs = owner[inner[np.argsort(which[inner], kind="stable")]].reshape(-1, 2)
    links = coo_array((np.ones(len(pairs)), pairs.T), shape=(len(tetrahedra),) * 2)
    return faces[outer], int(connected_components(links, directed=False, return_labels=False))


def _nothing(points: Points, radius_m: float, status: EnvelopeStatus) -> Envelope:
    return Envelope(
        points=points,
        radius_m=radius_m,
        tetrahedra=np.zeros((0, 4), np.int64),
        faces=np.zeros((0, 3), np.int64),
        volume_m3=0.0,
        surface_m2=0.0,
        pieces=0,
        status=status,
    )
