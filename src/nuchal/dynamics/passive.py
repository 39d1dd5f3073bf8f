"""Passive moments: what discs, ligaments, facets and other soft tissue do to the coordinates."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Float

from nuchal.arrays import Array, Coords, Mat33, Vec3
from nuchal.model.anatomy import Anatomy
from nuchal.model.kinematics import joint_angles
from nuchal.model.passive import resistance
from nuchal.spatial import angles_xyz, rotation_zxy


class Tissue(NamedTuple):
    """The joints' angles, and how they follow the coordinates.

    Attributes:
        bend: Body-fixed angles of each joint about x, y, z [rad].
        slope: Their change with each coordinate [rad/rad].
    """

    bend: Float[Array, "8 3"]
    slope: Float[Array, "8 3 6"]


def passive_moments(anatomy: Anatomy, q: Coords, qd: Coords) -> Coords:
    """Moments of all passive tissue as they act on the neck [N m].

    The joints' moments do work on the coordinates: -(de/dq)^T (M(e) + D e'), as OpenSim's
    BushingForce and ExpressionBasedBushingForce.
    """
    tissue = tissue_of(anatomy, q)
    rate = jnp.sum(tissue.slope * qd, axis=-1)
    resisting = resistance(anatomy, tissue.bend) + anatomy.bushing_damping * rate
    return -jnp.sum(tissue.slope * resisting[..., None], axis=(0, 1))


def tissue_of(anatomy: Anatomy, q: Coords) -> Tissue:
    """How the joints are bent in a posture."""
    bend, by_joint = jax.vmap(deflection)(joint_angles(anatomy, q))
    return Tissue(bend, jnp.sum(by_joint[..., None] * anatomy.coupling[:, None], axis=2))


def deflection(angles: Vec3) -> tuple[Vec3, Mat33]:
    """Body-fixed x-y-z angles of a joint that turned about z, x, y, and their derivatives.

    The derivative goes by way of the angular velocity in the child: what the joint's own angles
    make of it, and what it makes of the x-y-z angles.
    """
    rotation = rotation_zxy(angles)
    bend = angles_xyz(rotation)
    cosine = jnp.sqrt(rotation[0, 0] ** 2 + rotation[0, 1] ** 2)
    cos_z, sin_z = rotation[0, 0] / cosine, -rotation[0, 1] / cosine
    zero, one = jnp.zeros_like(cosine), jnp.ones_like(cosine)
    spin = jnp.stack(
        [
            rotation[2],
            jnp.stack([jnp.cos(angles[2]), zero, jnp.sin(angles[2])]),
            jnp.stack([zero, one, zero]),
        ],
        axis=1,
    )
    first = jnp.stack([cos_z, -sin_z, zero]) / cosine
    second = jnp.stack([sin_z, cos_z, zero])
    third = jnp.stack([zero, zero, one]) - rotation[0, 2] * first
    return bend, jnp.stack([first, second, third]) @ spin
