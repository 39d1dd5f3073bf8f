"""How much of two envelopes is common: their intersection over their union.

Exactly by the intersection of their meshes (Manifold), and where a mesh does not allow that, by
counting points; either way with its error.

Envelopes touch themselves along edges. A solid wants two faces to an edge, so there each two faces
that belong together get an edge of their own in the same place.
"""

from dataclasses import dataclass
from typing import Final, Literal

import manifold3d
import numpy as np
import scipy
from jaxtyping import Float, Int

from nuchal.assessment.envelopes.envelope import Envelope, EnvelopeStatus, Faces, Points, inside

COUNTED_POINTS: Final = 2**17
# Share of an envelope's volume that making a solid of its mesh may cost before points are counted
# instead.
_LARGEST_LOSS: Final = 1e-3
_SEED: Final = 20260107
_BESIDE_M: Final = (0.0, 1e-14, -1e-14, 2e-14, -2e-14)
_ROUNDING: Final = 1e-13


@dataclass(frozen=True, kw_only=True)
class Overlap:
    """How much of two envelopes is common.

    Attributes:
        iou: Intersection over union; None where one of the envelopes has no volume.
        error: Of the same: what the meshes disagree by, or the standard error of counting.
    """

    iou: float | None
    error: float
    intersection_m3: float
    union_m3: float
    how: Literal["meshes", "points", "none"]


def overlap(mine: Envelope, theirs: Envelope) -> Overlap:
    """Intersection over union of two envelopes of the same radius."""
    if any(x.status != EnvelopeStatus.OK for x in (mine, theirs)):
        return Overlap(iou=None, error=0.0, intersection_m3=0.0, union_m3=0.0, how="none")
    a, b = (solid_of(x.points, x.faces) for x in (mine, theirs))
    losses = [_loss(solid, x) for solid, x in ((a, mine), (b, theirs))]
    if max(losses) > _LARGEST_LOSS:
        return counted(mine, theirs)
    return overlap_of_solids(a, b)


def overlap_of_solids(a: manifold3d.Manifold, b: manifold3d.Manifold) -> Overlap:
    """The same of two solids; the error is what intersection and union together are off the sum."""
    common, both = (a ^ b).volume(), (a + b).volume()
    off = abs(a.volume() + b.volume() - common - both)
    return Overlap(
        iou=common / both, error=off / both, intersection_m3=common, union_m3=both, how="meshes"
    )


def counted(mine: Envelope, theirs: Envelope, *, points: int = COUNTED_POINTS) -> Overlap:
    """The same by counting points of a Sobol sequence; the error is that of independent points."""
    low = np.minimum(mine.points.min(axis=0), theirs.points.min(axis=0))
    high = np.maximum(mine.points.max(axis=0), theirs.points.max(axis=0))
    where = low + (high - low) * scipy.stats.qmc.Sobol(3, rng=_SEED).random(points)
    a, b = inside(mine, where), inside(theirs, where)
    both, either = int((a & b).sum()), int((a | b).sum())
    box = float(np.prod(high - low)) / points
    iou = both / max(either, 1)
    return Overlap(
        iou=iou if either else None,
        error=float(np.sqrt(iou * (1.0 - iou) / max(either, 1))),
        intersection_m3=both * box,
        union_m3=either * box,
        how="points",
    )


def enclosed_volume(points: Points, faces: Faces) -> float:
    """Volume inside a closed mesh [m^3]."""
    about = points - points.mean(axis=0)
    a, b, c = (about[faces[:, k]] for k in range(3))
    return float(np.einsum("fi,fi->", a, np.cross(b, c)) / 6.0)


def common_volume(a: manifold3d.Manifold, b: manifold3d.Manifold) -> float:
    """Volume common to two solids [m^3].

    Where a solid folds into itself, its intersection with another now and then is off by some
    millionths, which shows in that what is common and the rest do not make up the whole; then it is
    worked out a hundredth of a picometre beside.
    """
    whole, found = a.volume(), []
    for beside in _BESIDE_M:
        common, rest = (part.volume() for part in a.split(b.translate((beside, 0.0, -beside))))
        found.append((abs(common + rest - whole), common))
        if found[-1][0] <= _ROUNDING * whole:
            break
    return float(min(found)[1])


def solid_of(points: Points, faces: Faces) -> manifold3d.Manifold:
    """A solid from a closed mesh; an empty one if the mesh does not bound one."""
    used, corners = np.unique(faces, return_inverse=True)
    points, faces = _parted(points[used], corners.reshape(-1, 3))
    mesh = manifold3d.Mesh64(
        vert_properties=np.ascontiguousarray(points, np.float64),
        tri_verts=np.ascontiguousarray(faces, np.uint64),
    )
    return manifold3d.Manifold(mesh)


@dataclass(frozen=True, kw_only=True)
class PairedTest:
    """A paired t-test over markers.

    Attributes:
        difference: Mean of first minus second.
        high: 95 % confidence interval of it.
        p: Two-sided.
        effect_size: Mean difference over the standard deviation of differences (Cohen's d_z).
    """

    difference: float
    low: float
    high: float
    t: float
    degrees_of_freedom: int
    p: float
    effect_size: float


def paired_test(
    first: Float[np.ndarray, " n"], second: Float[np.ndarray, " n"]
) -> PairedTest | None:
    """Student's test of the differences of two sets of overlaps.

    Args:
        first: of one person, marker by marker.
        second: of another, of the same markers.

    Returns:
        None with fewer than two markers, or where all differences are the same.
    """
    off = np.asarray(first) - np.asarray(second)
    if len(off) < 2 or np.ptp(off) == 0.0:
        return None
    found = scipy.stats.ttest_rel(first, second)
    interval = found.confidence_interval(0.95)
    return PairedTest(
        difference=float(off.mean()),
        low=float(interval.low),
        high=float(interval.high),
        t=float(found.statistic),
        degrees_of_freedom=int(found.df),
        p=float(found.pvalue),
        effect_size=float(off.mean() / off.std(ddof=1)),
    )


def _parted(
    points: Points, faces: Faces
) -> tuple[Float[np.ndarray, "m 3"], Int[np.ndarray, "g 3"]]:
    """The same surface with two faces to every edge.

    Each pair of faces, next to one another around a crowded edge, gets a corner in the middle of
    it; the faces are divided from their own middles.
    """
    start, end = faces.ravel(), np.roll(faces, -1, axis=1).ravel()
    low, high = np.minimum(start, end), np.maximum(start, end)
    edge, count = np.unique(low * len(points) + high, return_inverse=True, return_counts=True)[1:]
    crowded = count[edge] > 2
    if not crowded.any():
        return points, faces
    angle = _angles(points[low], points[high], points[np.roll(faces, -2, axis=1).ravel()])
    order = np.lexsort((angle, edge))
    order = order[crowded[order]]
    there, back = order[start[order] < end[order]], order[start[order] > end[order]]
    middle = np.full(faces.size, -1)
    middle[there] = middle[back] = len(points) + np.arange(len(there))
    divided = crowded.reshape(-1, 3).any(axis=1)
    centre = np.full(len(faces), -1)
    centre[divided] = len(points) + len(there) + np.arange(divided.sum())
    centre = np.repeat(centre, 3)
    whole = ~crowded & np.repeat(divided, 3)
    pieces = (
        (centre[whole], start[whole], end[whole]),
        (centre[crowded], start[crowded], middle[crowded]),
        (centre[crowded], middle[crowded], end[crowded]),
    )
    added = 0.5 * (points[start[there]] + points[end[there]]), points[faces[divided]].mean(axis=1)
    return (
        np.concatenate([points, *added]),
        np.concatenate([faces[~divided], *(np.stack(piece, axis=1) for piece in pieces)]),
    )


def _angles(
    low: Float[np.ndarray, "h 3"], high: Float[np.ndarray, "h 3"], third: Float[np.ndarray, "h 3"]
) -> Float[np.ndarray, " h"]:
    """Of triangles about their edges from low to high [rad]."""
    along = (high - low) / np.linalg.norm(high - low, axis=1, keepdims=True)
    across = np.cross(along, np.eye(3)[np.abs(along).argmin(axis=1)])
    way = third - low
    x, y = (np.einsum("hx,hx->h", way, axis) for axis in (across, np.cross(along, across)))
    return np.asarray(np.arctan2(y, x))


def _loss(solid: manifold3d.Manifold, envelope: Envelope) -> float:
    if solid.status() != manifold3d.Error.NoError:
        return 1.0
    return float(abs(solid.volume() - envelope.volume_m3) / envelope.volume_m3)
