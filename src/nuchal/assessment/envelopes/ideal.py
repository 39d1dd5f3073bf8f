"""Where a person's head markers would go in a neck of any length that moves as is normal.

All necks go through the same joint angles and are laid on the person in the neutral pose, where the
head is and the T1-C7 joint is not seen. Then a marker's place is linear in the neck's length, and
neither shoulder width nor mass moves it.
"""

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array, CoordsT, Scalar, Vec3
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_anatomy
from nuchal.model.kinematics import skull_points
from nuchal.model.scaling import Scales, marker_basis, on_upper_thorax, scale
from nuchal.programs.kept import kept


@dataclass(frozen=True, kw_only=True)
class IdealTraces:
    """Places of three markers over a movement: ``at_zero + neck * per_neck`` [m].

    Attributes:
        at_zero: By frame, marker (TP, LH, RH) and axis.
        per_neck: For a unit of the neck's scale.
    """

    at_zero: Float[np.ndarray, "t 3 3"]
    per_neck: Float[np.ndarray, "t 3 3"]

    def of(self, neck: float) -> Float[np.ndarray, "t 3 3"]:
        """In the neck so scaled [m]."""
        return self.at_zero + neck * self.per_neck


def ideal_traces(
    q: CoordsT,
    local: Float[np.ndarray, "3 3"],
    neutral: Float[np.ndarray, "3 3"],
    thorax_share: Vec3 | None = None,
) -> IdealTraces:
    """What :class:`IdealTraces` says of a movement.

    Args:
        q: the six coordinates over time [rad].
        local: where TP, LH and RH sit on the skull, in its frame [m].
        neutral: where they are in the person's neutral pose, in the thorax frame [m].
        thorax_share: what the upper thorax takes of the head's rotation, as in an anatomy.
    """
    moved = np.concatenate([np.zeros((1, 6)), q])
    basis = np.asarray(marker_basis(moved, np.asarray(local), thorax_share))
    constant, per_neck, *skull = basis[:, 1:] - basis[:, :1]
    return IdealTraces(at_zero=neutral + constant + sum(skull), per_neck=per_neck)


def lengthened(neck: Scalar, thorax_share: Vec3 | None) -> Anatomy:
    """The generic neck with nothing but its length scaled, on such an upper thorax or on none."""
    unit, generic = jnp.ones(()), on_upper_thorax(generic_anatomy(), thorax_share)
    return scale(generic, Scales(jnp.asarray(neck), unit, unit, jnp.ones(3)))


def own_neutral(anatomy: Anatomy, local: Float[np.ndarray, "3 3"]) -> Float[np.ndarray, "3 3"]:
    """Places of markers in the neutral pose of a person's own neck, in the thorax frame [m]."""
    return np.asarray(_at_rest(anatomy, jnp.asarray(local)))


@kept
def _at_rest(anatomy: Anatomy, local: Float[Array, "3 3"]) -> Array:
    return skull_points(anatomy, jnp.zeros(6), local)
