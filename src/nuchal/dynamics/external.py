"""Forces on the head from outside: from the frame in which they were measured to the skull's.

A sum of forces is a wrench about the skull's origin, in the skull's axes. That is all that the
mechanics of a frame have to know, whichever frame of reference the forces came in.
"""

from dataclasses import dataclass
from typing import NamedTuple

import jax
import numpy as np
from jaxtyping import Bool, Float

from nuchal.arrays import Array, CoordsT
from nuchal.model.anatomy import Anatomy
from nuchal.model.kinematics import skull_pose
from nuchal.programs.kept import kept
from nuchal.records import HeadForces, HeadWrench


class FramePoses(NamedTuple):
    """Pose of one frame of reference in another: ``x = rotation @ x_mine + origin``."""

    rotation: Float[np.ndarray, "t 3 3"]
    origin: Float[np.ndarray, "t 3"]

    def seen_from(self, other: "FramePoses") -> "FramePoses":
        """The same frame of reference, seen from another one in place of their common one."""
        back = np.swapaxes(other.rotation, 1, 2)
        away = np.einsum("tij,tj->ti", back, self.origin - other.origin)
        return FramePoses(back @ self.rotation, away)

    def turned(self, vectors: Float[np.ndarray, "t n 3"]) -> Float[np.ndarray, "t n 3"]:
        """Vectors of mine in the other's axes."""
        return np.asarray(np.einsum("tij,tnj->tni", self.rotation, vectors))


@dataclass(frozen=True, kw_only=True)
class MeasuredForces:
    """n forces over the frames of a motion, in one frame of reference.

    Attributes:
        force: [N].
        point: Where they act [m], in a frame of reference of its own.
        moment: About the origin of the force's frame of reference [N m], where the point is in
            that; else the free moment about the point.
        known: Where the point is known.
    """

    force: Float[np.ndarray, "t n 3"]
    point: Float[np.ndarray, "t n 3"]
    moment: Float[np.ndarray, "t n 3"]
    known: Bool[np.ndarray, "t n"]


class OnSkull(NamedTuple):
    """Forces in the skull's axes [N], points from its origin [m], free moments [N m]."""

    force: Float[np.ndarray, "t n 3"]
    point: Float[np.ndarray, "t n 3"]
    torque: Float[np.ndarray, "t n 3"]


def skull_frames(anatomy: Anatomy, q: CoordsT) -> FramePoses:
    """The skull in the thorax frame, over the frames of a motion."""
    return FramePoses(*map(np.asarray, _skull_poses(anatomy, q)))


def unmoved(frames: int) -> FramePoses:
    """A frame of reference seen from itself."""
    return FramePoses(np.tile(np.eye(3), (frames, 1, 1)), np.zeros((frames, 3)))


def on_skull(
    measured: MeasuredForces, force_frame: FramePoses, point_frame: FramePoses, *, apart: bool
) -> OnSkull:
    """Measured forces as the skull has them.

    Args:
        measured: Forces, points and moments.
        force_frame: The forces' frame of reference, seen from the skull.
        point_frame: That of the points, likewise.
        apart: Whether they are two, so that moments are free moments about the points.
    """
    force = force_frame.turned(measured.force)
    moment = force_frame.turned(measured.moment)
    point = point_frame.turned(measured.point) + point_frame.origin[:, None]
    if apart:
        return OnSkull(force, point, moment)
    about_skull = moment + np.cross(force_frame.origin[:, None], force)
    point = np.where(measured.known[..., None], point, _nearest(force, about_skull))
    return OnSkull(force, point, about_skull - np.cross(point, force))


def wrench_of(forces: HeadForces) -> HeadWrench:
    """All forces together, about the skull's origin."""
    moment = forces.torque + np.cross(forces.point, forces.force)
    return HeadWrench(forces.force.sum(axis=1), moment.sum(axis=1))


def _nearest(
    force: Float[np.ndarray, "t n 3"], moment: Float[np.ndarray, "t n 3"]
) -> Float[np.ndarray, "t n 3"]:
    """The point of the line of action that is nearest to the origin; the origin without a force."""
    size = np.sum(force**2, axis=-1, keepdims=True)
    some = size > 0.0
    return np.where(some, np.cross(force, moment) / np.where(some, size, 1.0), 0.0)


@kept
def _skull_poses(anatomy: Anatomy, q: CoordsT) -> tuple[Array, Array]:
    return jax.vmap(lambda one: skull_pose(anatomy, one))(q)
