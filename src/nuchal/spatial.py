"""Rotations and cross products, for one frame; ``vmap`` them outside."""

import jax.numpy as jnp
from jaxtyping import Float

from nuchal.arrays import Array, Mat33, Vec3


def rotation_zxy(angles: Float[Array, "*n 3"]) -> Float[Array, "*n 3 3"]:
    """Body-fixed rotation about z, then x, then y: the order of every joint of the neck.

    It takes child to parent vectors; angles are in rad.
    """
    cz, cx, cy = jnp.moveaxis(jnp.cos(angles), -1, 0)
    sz, sx, sy = jnp.moveaxis(jnp.sin(angles), -1, 0)
    entries = [
        *(cz * cy - sz * sx * sy, -sz * cx, cz * sy + sz * sx * cy),
        *(sz * cy + cz * sx * sy, cz * cx, sz * sy - cz * sx * cy),
        *(-cx * sy, sx, cx * cy),
    ]
    return jnp.stack(entries, axis=-1).reshape(*angles.shape, 3)


def axes_zxy(angles: Vec3) -> Mat33:
    """Unit vectors, one a row, about which the angles of :func:`rotation_zxy` turn."""
    cz, cx = jnp.cos(angles[0]), jnp.cos(angles[1])
    sz, sx = jnp.sin(angles[0]), jnp.sin(angles[1])
    o, i = jnp.zeros_like(cz), jnp.ones_like(cz)
    return jnp.stack([o, o, i, cz, sz, o, -sz * cx, cz * cx, sx]).reshape(3, 3)


def angles_xyz(rotation: Mat33) -> Vec3:
    """Body-fixed x-y-z angles [rad] of a rotation: the deflection of an OpenSim bushing."""
    return jnp.stack(
        [
            jnp.arctan2(-rotation[1, 2], rotation[2, 2]),
            jnp.arcsin(jnp.clip(rotation[0, 2], -1.0, 1.0)),
            jnp.arctan2(-rotation[0, 1], rotation[0, 0]),
        ]
    )


def angles_zxy(rotation: Mat33) -> Vec3:
    """Body-fixed z-x-y angles [rad] of a rotation; the inverse of :func:`rotation_zxy`."""
    return jnp.stack(
        [
            jnp.arctan2(-rotation[0, 1], rotation[1, 1]),
            jnp.arcsin(jnp.clip(rotation[2, 1], -1.0, 1.0)),
            jnp.arctan2(-rotation[2, 0], rotation[2, 2]),
        ]
    )


def turn(rotation: Float[Array, "*n 3 3"], vector: Float[Array, "*n 3"]) -> Float[Array, "*n 3"]:
    """Every vector turned by its rotation; a sum of products, which compiles faster than a dot."""
    return jnp.sum(rotation * vector[..., None, :], axis=-1)
