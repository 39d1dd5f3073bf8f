"""The point about which the head turns, as its movement shows it."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from nuchal.tracking.rigid import fit_poses

# As little as a neck is a ball joint [m], and as many frames of a movement count as independent.
_LEAST_ERROR_M = 0.01
_INDEPENDENT = 10.0
# What is known without any movement: it lies near the head [m].
_PRIOR_SD_M = 0.4


class Pivot(NamedTuple):
    """Where the head turns, in the neutral pose [m], and the covariance of that [m^2]."""

    point: Float[np.ndarray, "3"]
    covariance: Float[np.ndarray, "3 3"]


def find_pivot(neutral: Float[np.ndarray, "m 3"], positions: Float[np.ndarray, "t m 3"]) -> Pivot:
    """The point of the head that moves least.

    Least squares over all frames: the rotation of the head about the pivot moves it nowhere. Along
    an axis about which alone the head turns the pivot stays open, and the covariance says so.

    Args:
        neutral: head markers in the neutral pose [m].
        positions: the same in every frame, in the thorax [m].
    """
    centre = neutral.mean(axis=0)
    poses = fit_poses(neutral - centre, positions - centre)
    turned = poses.rotation - poses.rotation.mean(axis=0)
    moved = poses.origin - poses.origin.mean(axis=0)
    share = _INDEPENDENT / max(_INDEPENDENT, len(positions))
    normal = share * np.einsum("tij,tik->jk", turned, turned)
    right = -share * np.einsum("tij,ti->j", turned, moved)
    prior = np.eye(3) / _PRIOR_SD_M**2
    error = _LEAST_ERROR_M
    for _ in range(3):
        point = np.linalg.solve(normal / error**2 + prior, right / error**2)
        left = np.einsum("tij,j->ti", turned, point) + moved
        error = max(_LEAST_ERROR_M, float(np.sqrt((left**2).mean())))
    return Pivot(point + centre, np.linalg.inv(normal / error**2 + prior))
