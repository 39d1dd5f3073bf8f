"""Clinical angles of a neck's motion.

Coordinates count extension, right bending and left rotation positive. Clinical angles count
flexion, right bending and right rotation positive, in degrees.
"""

from typing import Final

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array, CoordsT, MaskT
from nuchal.batches import in_chunks
from nuchal.model.anatomy import Anatomy
from nuchal.model.kinematics import head_on_thorax
from nuchal.programs.kept import kept

# Turns (extension, right bending, left rotation) into clinical angles, and back.
CLINICAL_SIGNS: Final = np.array([-1.0, 1.0, -1.0])


# Of a coordinate's range [rad].
_TOLERANCE_RAD: Final = 1e-9


def head_angles_deg(anatomy: Anatomy, q: CoordsT) -> Float[np.ndarray, "t 3"]:
    """Clinical angles of the head on the thorax, as markers on the thorax see them [degrees].

    Cardan angles of the skull in the thorax frame in the order flexion, bending, rotation
    (z, x, y), as the International Society of Biomechanics advises for the spine
    (Wu et al. 2002, doi 10.1016/S0021-9290(01)00222-6).
    """
    angles = np.asarray(in_chunks(lambda part: _heads(anatomy, part), np.asarray(q)))
    return np.asarray(np.rad2deg(angles) * CLINICAL_SIGNS)


@kept
def _heads(anatomy: Anatomy, q: CoordsT) -> Float[Array, "t 3"]:
    return jnp.asarray(jax.vmap(head_on_thorax, (None, 0))(anatomy, q))


def within_range(anatomy: Anatomy, q: Float[Array, "*t 6"]) -> Float[np.ndarray, "*t 6"]:
    """How far each coordinate lies beyond the generic neck's range [rad]; zero inside."""
    low, high = np.asarray(anatomy.coordinate_range).T
    return np.asarray(np.maximum(q - high, 0.0) + np.minimum(q - low, 0.0))


def beyond_range(anatomy: Anatomy, q: CoordsT) -> MaskT:
    """Postures that no neck takes: the head is farther than people turn it.

    Where a neck does not say how far that is: those of which a coordinate lies beyond its range.
    """
    if anatomy.head_range is None:
        return np.asarray(np.abs(within_range(anatomy, q)).max(axis=1) > _TOLERANCE_RAD)
    angles = head_angles_deg(anatomy, q)
    reach = np.stack([angles, -angles], axis=-1).reshape(len(angles), -1)
    return np.asarray((reach > np.rad2deg(anatomy.head_range)).any(axis=1))


def part_angles_deg(q: CoordsT) -> Float[np.ndarray, "2 t 3"]:
    """Clinical angles of upper and lower neck [degrees]."""
    both = np.asarray(q).reshape(-1, 2, 3).transpose(1, 0, 2)
    return np.asarray(np.rad2deg(both) * CLINICAL_SIGNS)


def range_deg(coordinate_range: Float[Array, "6 2"]) -> Float[np.ndarray, "3 3 2"]:
    """Generic range in degrees of whole, upper and lower neck: (part, angle, low and high)."""
    bounds = np.rad2deg(np.asarray(coordinate_range)).reshape(2, 3, 2)
    bounds = np.sort(bounds * CLINICAL_SIGNS[:, None], axis=-1)
    return np.concatenate([bounds.sum(axis=0)[None], bounds])
