"""Where the bodies, joints, markers and muscle points are, for one frame of one neck."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array, Coords, Mat33, Vec3
from nuchal.model.anatomy import Anatomy
from nuchal.spatial import angles_zxy, rotation_zxy, turn

# Each brings the head's angles five times nearer.
_BASE_STEPS = 12


class BodyPoses(eqx.Module):
    """Poses of the nine bodies in ground: ``x_ground = rotation @ x_body + origin``.

    Attributes:
        origin: [m].
    """

    rotation: Float[Array, "9 3 3"]
    origin: Float[Array, "9 3"]


class BodyJacobians(eqx.Module):
    """How the bodies move with the coordinates, as twists about the ground origin.

    A point that sits at ``x`` and is fixed to body b moves with
    ``linear[b, k] + cross(angular[b, k], x)`` per unit speed of coordinate k.

    Attributes:
        angular: [rad/rad].
        linear: [m/rad].
    """

    angular: Float[Array, "9 6 3"]
    linear: Float[Array, "9 6 3"]


def joint_angles(anatomy: Anatomy, q: Coords) -> Float[Array, "8 3"]:
    """Angles of every joint about z, x, y [rad]; the couplers are one constant matrix."""
    return anatomy.coupling @ q


def body_poses(anatomy: Anatomy, q: Coords) -> BodyPoses:
    """Forward kinematics, from the thorax to the skull."""

    def carry(
        parent: tuple[jax.Array, jax.Array], joint: tuple[jax.Array, jax.Array, jax.Array]
    ) -> tuple[tuple[jax.Array, jax.Array], tuple[jax.Array, jax.Array]]:
        rotation, origin = parent
        angles, parent_offset, child_offset = joint
        turned = jnp.asarray(rotation @ rotation_zxy(angles))
        child = (turned, origin + rotation @ parent_offset - turned @ child_offset)
        return child, child

    angles = joint_angles(anatomy, q)
    thorax = (jnp.eye(3, dtype=angles.dtype), jnp.zeros(3, dtype=angles.dtype))
    offsets = jnp.asarray(anatomy.parent_offset), jnp.asarray(anatomy.child_offset)
    _, (rotations, origins) = jax.lax.scan(carry, thorax, (jnp.asarray(angles), *offsets))
    return BodyPoses(
        jnp.concatenate([thorax[0][None], rotations]), jnp.concatenate([thorax[1][None], origins])
    )


def body_rotations(anatomy: Anatomy, q: Coords) -> Float[Array, "9 3 3"]:
    """The rotations of :func:`body_poses`, quicker where nothing else is wanted."""
    turned = rotation_zxy(joint_angles(anatomy, q))
    for reach in (1, 2, 4):
        turned = jnp.concatenate([turned[:reach], turned[:-reach] @ turned[reach:]])
    return jnp.concatenate([jnp.eye(3, dtype=turned.dtype)[None], turned])


def head_on_thorax(anatomy: Anatomy, q: Coords) -> Vec3:
    """Angles of the head about z, x and y as markers on the thorax see them [rad].

    The neck stands on the first thoracic vertebra, which turns by a share of just these angles.
    """
    neck = body_rotations(anatomy, q)[-1]
    share, angles = anatomy.thorax_share, angles_zxy(neck)
    if share is None:
        return angles

    def nearer(angles: Vec3, _: Array) -> tuple[Vec3, None]:
        return angles_zxy(rotation_zxy(share * angles) @ neck), None

    return jnp.asarray(jax.lax.scan(nearer, angles, jnp.arange(_BASE_STEPS))[0])


def base_rotation(anatomy: Anatomy, head: Vec3) -> Mat33:
    """Of the first thoracic vertebra in the frame of the thorax' markers, by the head's angles."""
    if anatomy.thorax_share is None:
        return jnp.eye(3)
    return rotation_zxy(anatomy.thorax_share * head)


def neck_angles(anatomy: Anatomy, head: Vec3) -> Vec3:
    """Of the head on the first thoracic vertebra, by those of the head on the thorax [rad]."""
    if anatomy.thorax_share is None:
        return head
    return angles_zxy(base_rotation(anatomy, head).T @ rotation_zxy(head))


def joint_centres(anatomy: Anatomy, poses: BodyPoses) -> Float[Array, "8 3"]:
    """Joint centres in ground [m]."""
    return poses.origin[:-1] + turn(poses.rotation[:-1], anatomy.parent_offset)


def joint_axes(
    anatomy: Anatomy, q: Coords, rotation: Float[Array, "9 3 3"]
) -> Float[Array, "8 3 3"]:
    """Unit vectors in ground about which each joint turns, in the order z, x, y.

    Shape (joint, axis, xyz). The first is fixed in the parent, the last in the child. ``rotation``
    is that of the bodies.
    """
    angle_z = joint_angles(anatomy, q)[:, 0]
    zero = jnp.zeros_like(angle_z)
    turned_x = jnp.stack([jnp.cos(angle_z), jnp.sin(angle_z), zero], axis=1)
    axis_x = turn(rotation[:-1], turned_x)
    return jnp.stack([rotation[:-1, :, 2], axis_x, rotation[1:, :, 1]], axis=1)


def body_jacobians(anatomy: Anatomy, q: Coords, poses: BodyPoses) -> BodyJacobians:
    """Twist of every body per unit speed of every coordinate."""
    axes = joint_axes(anatomy, q, poses.rotation)
    centres = joint_centres(anatomy, poses)
    angular = jnp.sum(axes[:, :, None, :] * anatomy.coupling[..., None], axis=1)
    linear = jnp.cross(centres[:, None, :], angular)
    still = jnp.zeros((1, 6, 3), dtype=angular.dtype)
    return BodyJacobians(
        jnp.concatenate([still, jnp.cumsum(angular, axis=0)]),
        jnp.concatenate([still, jnp.cumsum(linear, axis=0)]),
    )


def marker_positions(anatomy: Anatomy, q: Coords) -> Float[Array, "3 3"]:
    """TP, LH, RH in the thorax frame [m]: that of its markers, origin at the T1-C7 joint."""
    return skull_points(anatomy, q, anatomy.markers)


def skull_points(anatomy: Anatomy, q: Coords, local: Float[Array, "m 3"]) -> Float[Array, "m 3"]:
    """Points fixed to the skull, given in its frame, seen in the thorax frame [m]."""
    on_base = points_on_base(anatomy, q, local)
    if anatomy.thorax_share is None:
        return on_base
    return on_base @ base_rotation(anatomy, head_on_thorax(anatomy, q)).T


def skull_pose(anatomy: Anatomy, q: Coords) -> tuple[Mat33, Vec3]:
    """Rotation and origin [m] of the skull in the thorax frame: ``x = rotation @ x_skull + o``."""
    frame = skull_points(anatomy, q, jnp.concatenate([jnp.zeros((1, 3)), jnp.eye(3)]))
    return (frame[1:] - frame[0]).T, frame[0]


def points_on_base(anatomy: Anatomy, q: Coords, local: Float[Array, "m 3"]) -> Float[Array, "m 3"]:
    """Points fixed to the skull, seen from the first thoracic vertebra [m]."""
    poses = body_poses(anatomy, q)
    return jnp.asarray(local @ poses.rotation[-1].T + poses.origin[-1] - anatomy.thorax_origin)


def path_points(anatomy: Anatomy, poses: BodyPoses) -> Float[Array, "points 3"]:
    """Muscle path points in ground [m]."""
    return (stacked_poses(poses) @ point_placement(anatomy).T).T


def stacked_poses(poses: BodyPoses) -> Float[Array, "3 36"]:
    """Rotation and origin of all bodies side by side, for :func:`point_placement`."""
    side_by_side = jnp.concatenate([poses.rotation, poses.origin[:, :, None]], axis=2)
    return jnp.swapaxes(side_by_side, 0, 1).reshape(3, 36)


def pose_rates(poses: BodyPoses, jacobians: BodyJacobians) -> Float[Array, "6 3 36"]:
    """Derivative of the stacked poses with respect to each coordinate."""
    columns = jnp.concatenate([poses.rotation, poses.origin[:, :, None]], axis=2)
    turning = jnp.cross(jacobians.angular[..., None], columns[:, None], axis=2)
    moving = jnp.concatenate([jnp.zeros((9, 6, 3, 3)), jacobians.linear[..., None]], axis=3)
    return jnp.transpose(turning + moving, (1, 2, 0, 3)).reshape(6, 3, 36)


def point_placement(anatomy: Anatomy) -> Float[Array, "points 36"]:
    """Path points as a linear map of the stacked poses: [x, y, z, 1] in the body's columns.

    One matrix a neck turns the placing of all its points in many frames into one product.
    """
    body = np.array(anatomy.topology.point_body)
    in_body = np.equal.outer(body, np.arange(9)).astype(float)
    local = jnp.concatenate([anatomy.points, jnp.ones((len(body), 1))], axis=1)
    return jnp.asarray(in_body[:, :, None] * local[:, None, :]).reshape(len(body), 36)
