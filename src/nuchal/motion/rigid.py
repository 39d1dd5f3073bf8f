"""Poses of a rigid body from its markers."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True)
class Poses:
    """Pose of a body in every frame: ``x = rotation @ x_body + origin``."""

    rotation: Float[np.ndarray, "t 3 3"]
    origin: Float[np.ndarray, "t 3"]
    """[m]."""
    residual: Float[np.ndarray, " t"]
    """Root mean square distance of the markers from their places [m]."""

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


def flatness(shape: Float[np.ndarray, "m 3"]) -> float:
    """Second singular value of a marker shape [m]; near zero if the markers lie on a line."""
    return float(np.linalg.svd(shape - shape.mean(axis=0), compute_uv=False)[1])
