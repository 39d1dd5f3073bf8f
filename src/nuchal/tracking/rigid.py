"""Rigid bodies fitted to their markers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from jaxtyping import Float

from nuchal.findings import Assumed, Found

# Places of markers by our names [m].
Points: TypeAlias = Mapping[str, Float[np.ndarray, "3"]]

# Torso markers that lie closer to one line than this don't show how the thorax turns about it.
_FLATTEST_THORAX_M = 0.02


@dataclass(frozen=True)
class Poses:
    """Pose of a body in every frame: ``x = rotation @ x_body + origin``.

    Attributes:
        origin: [m].
        residual: Root mean square distance of the markers from their places [m].
    """

    rotation: Float[np.ndarray, "t 3 3"]
    origin: Float[np.ndarray, "t 3"]
    residual: Float[np.ndarray, " t"]

    def local(self, points: Float[np.ndarray, "t m 3"]) -> Float[np.ndarray, "t m 3"]:
        """Points seen in the body."""
        return np.asarray((points - self.origin[:, None]) @ self.rotation)


def fit_poses(shape: Float[np.ndarray, "m 3"], positions: Float[np.ndarray, "t m 3"]) -> Poses:
    """Best rigid fit of a body's marker shape to measured positions (Kabsch 1976).

    The proper rotation of least squares by singular value decomposition,
    doi 10.1107/S0567739476001873. Three or more markers that don't lie on a line.

    Args:
        shape: the markers in the body [m].
        positions: the markers as measured in every frame [m].
    """
    centre, measured = shape.mean(axis=0), positions.mean(axis=1)
    spread = positions - measured[:, None]
    left, _, right = np.linalg.svd(np.einsum("tmi,mj->tij", spread, shape - centre))
    signs = np.ones((len(positions), 3))
    signs[:, 2] = np.sign(np.linalg.det(left @ right))
    rotation = (left * signs[:, None, :]) @ right
    misfit = spread - np.einsum("tij,mj->tmi", rotation, shape - centre)
    residual = np.sqrt((misfit**2).sum(axis=2).mean(axis=1))
    return Poses(rotation, measured - rotation @ centre, residual)


def distances(points: Float[np.ndarray, "*t m 3"]) -> Float[np.ndarray, "*t m m"]:
    """From each point to each other [m]."""
    return np.asarray(np.linalg.norm(points[..., :, None, :] - points[..., None, :, :], axis=-1))


def flatness(shape: Float[np.ndarray, "m 3"]) -> float:
    """Second singular value of a marker shape [m]; near zero if the markers lie on a line."""
    return float(np.linalg.svd(shape - shape.mean(axis=0), compute_uv=False)[1])


def turn_between(
    one: Float[np.ndarray, "*t 3 3"], other: Float[np.ndarray, "*t 3 3"]
) -> Float[np.ndarray, "*t"]:
    """The angle by which rotations differ [rad]."""
    cosine = 0.5 * (np.einsum("...ij,...ij->...", one, other) - 1.0)
    return np.asarray(np.arccos(np.clip(cosine, -1.0, 1.0)))


def shows_thorax_turning(shape: Float[np.ndarray, "m 3"]) -> bool:
    """Whether torso markers show how the thorax turns: three or more that span a plane."""
    return len(shape) >= 3 and flatness(shape) >= _FLATTEST_THORAX_M


def thorax_poses(
    shape: Float[np.ndarray, "m 3"], positions: Float[np.ndarray, "t m 3"]
) -> tuple[Poses, Found | Assumed]:
    """Pose of the thorax in every frame, from its neutral marker shape, and how it was found.

    Three markers or more that span a plane: the best rigid fit, whatever their set. One or two:
    they carry the thorax without turning it. None: it stays in its neutral pose.
    """
    frames, markers = positions.shape[:2]
    if shows_thorax_turning(shape):
        return fit_poses(shape, positions), Found.THORAX_FITTED
    upright = np.broadcast_to(np.eye(3), (frames, 3, 3)).copy()
    if markers:
        shift = (positions - shape).mean(axis=1)
        return Poses(upright, shift, np.zeros(frames)), Assumed.THORAX_UNTURNED
    return Poses(upright, np.zeros((frames, 3)), np.zeros(frames)), Assumed.THORAX_HELD
