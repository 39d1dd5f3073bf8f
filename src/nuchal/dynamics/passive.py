"""Passive moments: eight bushings stand for discs, ligaments and other soft tissue."""

import jax
import jax.numpy as jnp

from nuchal.arrays import Coords, Mat33, Vec3
from nuchal.model.anatomy import Anatomy
from nuchal.model.kinematics import joint_angles
from nuchal.spatial import angles_xyz, rotation_zxy


def bushing_moments(anatomy: Anatomy, q: Coords, qd: Coords) -> Coords:
    """Moments of the eight bushings as they act on the neck [N m].

    Each opposes the body-fixed x-y-z angles e of its joint by K e + D e', and does the work of
    that on the coordinates: -(de/dq)^T (K e + D e'), as OpenSim's BushingForce.
    """
    bend, by_joint = jax.vmap(bushing_deflection)(joint_angles(anatomy, q))
    slope = jnp.sum(by_joint[..., None] * anatomy.coupling[:, None], axis=2)
    rate = jnp.sum(slope * qd, axis=-1)
    resisting = anatomy.bushing_stiffness * bend + anatomy.bushing_damping * rate
    return -jnp.sum(slope * resisting[..., None], axis=(0, 1))


def bushing_deflection(angles: Vec3) -> tuple[Vec3, Mat33]:
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
