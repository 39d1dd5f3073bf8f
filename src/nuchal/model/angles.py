"""Clinical angles of a neck's motion.

Coordinates count extension, right bending and left rotation positive. Clinical angles count
flexion, right bending and right rotation positive, in degrees.
"""

from typing import Final

import jax
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array, Coords, CoordsT, Vec3
from nuchal.batches import in_chunks
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_anatomy
from nuchal.model.kinematics import body_poses
from nuchal.spatial import angles_zxy

# Turns (extension, right bending, left rotation) into clinical angles, and back.
CLINICAL_SIGNS: Final = np.array([-1.0, 1.0, -1.0])


@jax.jit
def _head_on_thorax(anatomy: Anatomy, q: CoordsT) -> Float[Array, "t 3"]:
    def one(q1: Coords) -> Vec3:
        return angles_zxy(body_poses(anatomy, q1).rotation[-1])

    return jax.vmap(one)(q)


def head_angles_deg(q: CoordsT) -> Float[np.ndarray, "t 3"]:
    """Clinical angles of the head on the thorax [degrees].

    Cardan angles of the skull in the thorax frame in the order flexion, bending, rotation
    (z, x, y), as the International Society of Biomechanics advises for the spine
    (Wu et al. 2002, doi 10.1016/S0021-9290(01)00222-6).
    """
    # The couplers turn every neck alike, so the generic neck serves for all.
    generic = generic_anatomy()
    angles = np.asarray(in_chunks(lambda part: _head_on_thorax(generic, part), np.asarray(q)))
    return np.asarray(np.rad2deg(angles) * CLINICAL_SIGNS)


def part_angles_deg(q: CoordsT) -> Float[np.ndarray, "2 t 3"]:
    """Clinical angles of upper and lower neck [degrees]."""
    both = np.asarray(q).reshape(-1, 2, 3).transpose(1, 0, 2)
    return np.asarray(np.rad2deg(both) * CLINICAL_SIGNS)


def range_deg(coordinate_range: Float[Array, "6 2"]) -> Float[np.ndarray, "3 3 2"]:
    """Generic range in degrees of whole, upper and lower neck: (part, angle, low and high)."""
    bounds = np.rad2deg(np.asarray(coordinate_range)).reshape(2, 3, 2)
    bounds = np.sort(bounds * CLINICAL_SIGNS[:, None], axis=-1)
    return np.concatenate([bounds.sum(axis=0)[None], bounds])
