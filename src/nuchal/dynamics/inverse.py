"""Net joint moments: what the muscles have to supply at each of the six coordinates.

    M(q) q'' + C(q, q') + G(q) = R(q) F + tau_passive + tau_external

(He, Liu, Li 2026, eq. 1, doi 10.3390/s26020752). Every body's Newton-Euler wrench is projected on
the coordinates by the body's twists (Kane's method); the acceleration bias J' q' is the derivative
of the twists along the motion.
"""

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
)
from nuchal.records import HeadLoad, JointMoments
from nuchal.spatial import angles_xyz, rotation_zxy, turn


class BodyMotion(eqx.Module):
    """Poses, twists and accelerations of the nine bodies in one frame."""

    poses: BodyPoses
    jacobians: BodyJacobians
    angular_velocity: Float[Array, "9 3"]
    """[rad/s]."""
    linear_velocity: Float[Array, "9 3"]
    """Of the body-fixed point at the ground origin [m/s]."""
    angular_acceleration: Float[Array, "9 3"]
    """[rad/s^2]."""
    linear_acceleration: Float[Array, "9 3"]
    """Rate of change of ``linear_velocity`` [m/s^2]."""

    def acceleration_of(self, place: Float[Array, "9 3"]) -> Float[Array, "9 3"]:
        """Acceleration of one point of every body, given in ground [m/s^2]."""
        velocity = self.linear_velocity + jnp.cross(self.angular_velocity, place)
        return (
            self.linear_acceleration
            + jnp.cross(self.angular_acceleration, place)
            + jnp.cross(self.angular_velocity, velocity)
        )


def body_motion(anatomy: Anatomy, q: Coords, qd: Coords, qdd: Coords) -> BodyMotion:
    """How all bodies move in one frame."""

    def twists(at: Coords) -> tuple[BodyJacobians, BodyPoses]:
        poses = body_poses(anatomy, at)
        return body_jacobians(anatomy, at, poses), poses

    (jacobians, poses), (changes, _) = jax.jvp(twists, (q,), (qd,))
    return BodyMotion(
        poses,
        jacobians,
        _along(jacobians.angular, qd),
        _along(jacobians.linear, qd),
        _along(jacobians.angular, qdd) + _along(changes.angular, qd),
        _along(jacobians.linear, qdd) + _along(changes.linear, qd),
    )


def _along(jacobian: Float[Array, "9 6 3"], speed: Coords) -> Float[Array, "9 3"]:
    return jnp.sum(jacobian * speed[:, None], axis=1)


def inverse_dynamics(
    anatomy: Anatomy, q: Coords, qd: Coords, qdd: Coords, load: HeadLoad
) -> JointMoments:
    """Moments about the six coordinates in one frame [N m]."""
    return joint_moments(anatomy, body_motion(anatomy, q, qd, qdd), q, qd, load)


def joint_moments(
    anatomy: Anatomy, motion: BodyMotion, q: Coords, qd: Coords, load: HeadLoad
) -> JointMoments:
    """Moments from a motion of the bodies that is known already."""
    inertial = _inertial_moments(anatomy, motion)
    passive = bushing_moments(anatomy, q, qd)
    external = _load_moments(anatomy, motion, load)
    return JointMoments(inertial - passive - external, inertial, passive, external)


def inertial_forces(anatomy: Anatomy, motion: BodyMotion) -> Float[Array, "9 3"]:
    """Inertia and weight of every body, m (a - g), in ground [N]."""
    _, acceleration = _mass_centres(anatomy, motion)
    return anatomy.mass[:, None] * (acceleration - anatomy.gravity)


def load_force(anatomy: Anatomy, motion: BodyMotion, load: HeadLoad) -> tuple[Vec3, Vec3]:
    """Force of the load on the head [N] and where it acts, in ground [m]."""
    place = motion.poses.rotation[-1] @ load.place + motion.poses.origin[-1]
    acceleration = motion.acceleration_of(jnp.tile(place, (9, 1)))[-1]
    return load.mass * (anatomy.gravity - acceleration), place


def no_load() -> HeadLoad:
    """The bare head."""
    return HeadLoad(jnp.zeros(()), jnp.zeros(3))


def bushing_moments(anatomy: Anatomy, q: Coords, qd: Coords) -> Coords:
    """Moments of the eight bushings as they act on the neck [N m].

    Each opposes the body-fixed x-y-z angles e of its joint by K e + D e', and does the work of
    that on the coordinates: -(de/dq)^T (K e + D e'), as OpenSim's BushingForce.
    """

    def deflection(angles: Vec3) -> Vec3:
        return angles_xyz(rotation_zxy(angles))

    angles = joint_angles(anatomy, q)
    bend = jax.vmap(deflection)(angles)
    by_joint = jax.vmap(jax.jacfwd(deflection))(angles)
    slope = jnp.sum(by_joint[..., None] * anatomy.coupling[:, None], axis=2)
    rate = jnp.sum(slope * qd, axis=-1)
    resisting = anatomy.bushing_stiffness * bend + anatomy.bushing_damping * rate
    return -jnp.sum(slope * resisting[..., None], axis=(0, 1))


def _mass_centres(
    anatomy: Anatomy, motion: BodyMotion
) -> tuple[Float[Array, "9 3"], Float[Array, "9 3"]]:
    """Centres of mass in ground [m] and their accelerations [m/s^2]."""
    poses = motion.poses
    place = turn(poses.rotation, anatomy.mass_centre) + poses.origin
    return place, motion.acceleration_of(place)


def _inertial_moments(anatomy: Anatomy, motion: BodyMotion) -> Coords:
    """M q'' + C + G [N m]."""
    rotation = motion.poses.rotation
    back = jnp.swapaxes(rotation, 1, 2)
    place, acceleration = _mass_centres(anatomy, motion)
    force = anatomy.mass[:, None] * (acceleration - anatomy.gravity)
    spin = turn(rotation, turn(anatomy.inertia, turn(back, motion.angular_velocity)))
    turning = turn(rotation, turn(anatomy.inertia, turn(back, motion.angular_acceleration)))
    moment = turning + jnp.cross(motion.angular_velocity, spin) + jnp.cross(place, force)
    work = motion.jacobians.angular * moment[:, None] + motion.jacobians.linear * force[:, None]
    return jnp.sum(work, axis=(0, 2))


def _load_moments(anatomy: Anatomy, motion: BodyMotion, load: HeadLoad) -> Coords:
    force, place = load_force(anatomy, motion, load)
    return motion.jacobians.linear[-1] @ force + motion.jacobians.angular[-1] @ jnp.cross(
        place, force
    )
