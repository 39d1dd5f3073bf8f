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
from nuchal.spatial import angles_xyz, rotation_zxy


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

    def twists(at: Coords) -> tuple[Array, Array, BodyPoses, BodyJacobians]:
        poses = body_poses(anatomy, at)
        jacobians = body_jacobians(anatomy, at, poses)
        angular = jnp.einsum("bkc,k->bc", jacobians.angular, qd)
        linear = jnp.einsum("bkc,k->bc", jacobians.linear, qd)
        return angular, linear, poses, jacobians

    (angular, linear, poses, jacobians), (angular_bias, linear_bias, _, _) = jax.jvp(
        twists, (q,), (qd,)
    )
    return BodyMotion(
        poses,
        jacobians,
        angular,
        linear,
        jnp.einsum("bkc,k->bc", jacobians.angular, qdd) + angular_bias,
        jnp.einsum("bkc,k->bc", jacobians.linear, qdd) + linear_bias,
    )


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
    slope = jnp.einsum("jab,jbk->jak", jax.vmap(jax.jacfwd(deflection))(angles), anatomy.coupling)
    rate = slope @ qd
    resisting = anatomy.bushing_stiffness * bend + anatomy.bushing_damping * rate
    return -jnp.einsum("jak,ja->k", slope, resisting)


def _mass_centres(
    anatomy: Anatomy, motion: BodyMotion
) -> tuple[Float[Array, "9 3"], Float[Array, "9 3"]]:
    """Centres of mass in ground [m] and their accelerations [m/s^2]."""
    poses = motion.poses
    place = jnp.einsum("bij,bj->bi", poses.rotation, anatomy.mass_centre) + poses.origin
    return place, motion.acceleration_of(place)


def _inertial_moments(anatomy: Anatomy, motion: BodyMotion) -> Coords:
    """M q'' + C + G [N m]."""
    rotation = motion.poses.rotation
    place, acceleration = _mass_centres(anatomy, motion)
    inertia = jnp.einsum("bij,bjk,blk->bil", rotation, anatomy.inertia, rotation)
    force = anatomy.mass[:, None] * (acceleration - anatomy.gravity)
    spin = jnp.einsum("bij,bj->bi", inertia, motion.angular_velocity)
    turning = jnp.einsum("bij,bj->bi", inertia, motion.angular_acceleration)
    moment = turning + jnp.cross(motion.angular_velocity, spin) + jnp.cross(place, force)
    return jnp.einsum("bkc,bc->k", motion.jacobians.angular, moment) + jnp.einsum(
        "bkc,bc->k", motion.jacobians.linear, force
    )


def _load_moments(anatomy: Anatomy, motion: BodyMotion, load: HeadLoad) -> Coords:
    force, place = load_force(anatomy, motion, load)
    return motion.jacobians.linear[-1] @ force + motion.jacobians.angular[-1] @ jnp.cross(
        place, force
    )
