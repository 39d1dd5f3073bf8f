"""Inverse dynamics: moments about the six coordinates that motion, weight and tissue make.

Every body's Newton-Euler wrench is projected on the coordinates by the body's twists (Kane's
method). Eight bushings stand for discs, ligaments and other soft tissue.
"""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Float

from nuchal.arrays import Array, Coords, Vec3
from nuchal.model.anatomy import Anatomy
from nuchal.model.kinematics import (
    BodyJacobians,
    BodyPoses,
    body_jacobians,
    body_poses,
    joint_angles,
    joint_axes,
    joint_centres,
)
from nuchal.records import HeadLoad, HeadWrench
from nuchal.spatial import turn


class BodyMotion(eqx.Module):
    """Poses, velocities and accelerations of the nine bodies in one frame, in ground.

    Attributes:
        angular_velocity: [rad/s].
        angular_acceleration: [rad/s^2].
        acceleration: Of the bodies' origins [m/s^2].
    """

    poses: BodyPoses
    jacobians: BodyJacobians
    angular_velocity: Float[Array, "9 3"]
    angular_acceleration: Float[Array, "9 3"]
    acceleration: Float[Array, "9 3"]

    def acceleration_of(self, arm: Float[Array, "9 3"]) -> Float[Array, "9 3"]:
        """Acceleration of one point of every body, given from its origin [m/s^2]."""
        return self.acceleration + _swing(self.angular_velocity, self.angular_acceleration, arm)


class _Carried(NamedTuple):
    """What one joint hands to the next."""

    rotation: jax.Array
    angular_velocity: jax.Array
    angular_acceleration: jax.Array
    acceleration: jax.Array


def body_motion(anatomy: Anatomy, q: Coords, qd: Coords, qdd: Coords) -> BodyMotion:
    """How all bodies move in one frame: the outward recursion of Newton and Euler.

    Each joint turns about its three axes one after another; an axis is carried along by all
    turns before it, which is what makes the acceleration depend on the velocity.
    """

    def outward(parent: _Carried, joint: tuple[jax.Array, ...]) -> tuple[_Carried, _Carried]:
        axes, speed, change, to_centre, to_origin, rotation = joint
        omega = parent.angular_velocity
        alpha = parent.angular_acceleration
        centre = parent.acceleration + _swing(omega, alpha, to_centre)
        for k in range(3):
            alpha = alpha + axes[k] * change[k] + jnp.cross(omega, axes[k]) * speed[k]
            omega = omega + axes[k] * speed[k]
        child = _Carried(rotation, omega, alpha, centre + _swing(omega, alpha, to_origin))
        return child, child

    poses = body_poses(anatomy, q)
    axes = joint_axes(anatomy, q, poses.rotation)
    centres = joint_centres(anatomy, poses)
    joints = (
        axes,
        joint_angles(anatomy, qd),
        joint_angles(anatomy, qdd),
        centres - poses.origin[:-1],
        poses.origin[1:] - centres,
        poses.rotation[1:],
    )
    still = jnp.zeros(3)
    thorax = _Carried(jnp.asarray(poses.rotation[0]), still, still, still)
    _, moving = jax.lax.scan(outward, thorax, tuple(map(jnp.asarray, joints)))
    all_bodies = jax.tree.map(lambda x, first: jnp.concatenate([first[None], x]), moving, thorax)
    jacobians = body_jacobians(anatomy, q, poses)
    return BodyMotion(poses, jacobians, *all_bodies[1:])


def _swing(omega: Array, alpha: Array, arm: Array) -> Array:
    """Acceleration that turning gives to the end of an arm."""
    return jnp.cross(alpha, arm) + jnp.cross(omega, jnp.cross(omega, arm))


def inertial_forces(anatomy: Anatomy, motion: BodyMotion) -> Float[Array, "9 3"]:
    """Inertia and weight of every body, m (a - g), in ground [N]."""
    _, acceleration = _mass_centres(anatomy, motion)
    return anatomy.mass[:, None] * (acceleration - anatomy.gravity)


def load_force(anatomy: Anatomy, motion: BodyMotion, load: HeadLoad) -> tuple[Vec3, Vec3]:
    """Force of the load on the head [N] and where it acts, in ground [m]."""
    arm = motion.poses.rotation[-1] @ load.place
    acceleration = motion.acceleration_of(jnp.tile(arm, (9, 1)))[-1]
    return load.mass * (anatomy.gravity - acceleration), motion.poses.origin[-1] + arm


def no_load() -> HeadLoad:
    """The bare head."""
    return HeadLoad(jnp.zeros(()), jnp.zeros(3))


def _mass_centres(
    anatomy: Anatomy, motion: BodyMotion
) -> tuple[Float[Array, "9 3"], Float[Array, "9 3"]]:
    """Centres of mass in ground [m] and their accelerations [m/s^2]."""
    arm = turn(motion.poses.rotation, anatomy.mass_centre)
    return motion.poses.origin + arm, motion.acceleration_of(arm)


def inertial_moments(anatomy: Anatomy, motion: BodyMotion) -> Coords:
    """M q'' + C + G [N m]: what inertia and weight ask of everything else."""
    rotation = motion.poses.rotation
    back = jnp.swapaxes(rotation, 1, 2)
    place, acceleration = _mass_centres(anatomy, motion)
    force = anatomy.mass[:, None] * (acceleration - anatomy.gravity)
    spin = turn(rotation, turn(anatomy.inertia, turn(back, motion.angular_velocity)))
    turning = turn(rotation, turn(anatomy.inertia, turn(back, motion.angular_acceleration)))
    moment = turning + jnp.cross(motion.angular_velocity, spin) + jnp.cross(place, force)
    work = motion.jacobians.angular * moment[:, None] + motion.jacobians.linear * force[:, None]
    return jnp.sum(work, axis=(0, 2))


def load_moments(anatomy: Anatomy, motion: BodyMotion, load: HeadLoad) -> Coords:
    """Moments of the load on the head, as it acts on the neck [N m]."""
    force, place = load_force(anatomy, motion, load)
    return motion.jacobians.linear[-1] @ force + motion.jacobians.angular[-1] @ jnp.cross(
        place, force
    )


def wrench_moments(motion: BodyMotion, wrench: HeadWrench) -> Coords:
    """Moments of forces from outside on the head, as they act on the neck [N m]: J^T F."""
    force = wrench_force(motion, wrench)
    about_ground = motion.poses.rotation[-1] @ wrench.moment + jnp.cross(
        motion.poses.origin[-1], force
    )
    return motion.jacobians.linear[-1] @ force + motion.jacobians.angular[-1] @ about_ground


def wrench_force(motion: BodyMotion, wrench: HeadWrench) -> Vec3:
    """Their force, in ground [N]."""
    return motion.poses.rotation[-1] @ wrench.force
