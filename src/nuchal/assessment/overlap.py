"""How much of two envelopes is common: their intersection over their union.

Exactly by the intersection of their meshes (Manifold), and where a mesh does not allow that, by
counting points; either way with its error.
"""

from dataclasses import dataclass
from typing import Final, Literal

import manifold3d
import numpy as np
from jaxtyping import Float, Int
from scipy.stats import qmc

from nuchal.assessment.envelope import Envelope, EnvelopeStatus, inside

COUNTED_POINTS: Final = 2**17
_LARGEST_LOSS: Final = 1e-3
"""Share of an envelope's volume that making a solid of its mesh may cost before points are counted
instead."""
_SEED: Final = 20260107


@dataclass(frozen=True, kw_only=True)
class Overlap:
    """How much of two envelopes is common."""

    iou: float | None
    """Intersection over union; None where one of the envelopes has no volume."""
    error: float
    """Of the same: what the meshes disagree by, or the standard error of counting."""
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
        iou=common / both,
        error=off / both,
        intersection_m3=common,
        union_m3=both,
        how="meshes",
    )


def counted(mine: Envelope, theirs: Envelope, *, points: int = COUNTED_POINTS) -> Overlap:
    """The same by counting points of a Sobol sequence; the error is that of independent points."""
    low = np.minimum(mine.points.min(axis=0), theirs.points.min(axis=0))
    high = np.maximum(mine.points.max(axis=0), theirs.points.max(axis=0))
    where = low + (high - low) * qmc.Sobol(3, rng=_SEED).random(points)
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


def solid_of(
    points: Float[np.ndarray, "n 3"], faces: Int[np.ndarray, "f 3"]
) -> manifold3d.Manifold:
    """A solid from a closed mesh; an empty one if the mesh does not bound one."""
    used, corners = np.unique(faces, return_inverse=True)
    mesh = manifold3d.Mesh64(
        vert_properties=np.ascontiguousarray(points[used], np.float64),
        tri_verts=np.ascontiguousarray(corners.reshape(-1, 3), np.uint64),
    )
    return manifold3d.Manifold(mesh)


def _loss(solid: manifold3d.Manifold, envelope: Envelope) -> float:
    if solid.status() != manifold3d.Error.NoError:
        return 1.0
    return float(abs(solid.volume() - envelope.volume_m3) / envelope.volume_m3)
