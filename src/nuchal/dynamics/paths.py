"""Muscle-tendon lengths, velocities and moment arms, in closed form.

Every path is a chain of straight segments between points fixed to bodies. A segment that runs
along the unit vector u through the point P, from body a to body b, lengthens with coordinate k by

    dL/dq_k = u . (linear_b - linear_a)_k + (P x u) . (angular_b - angular_a)_k

with the twists of the two bodies about the ground origin: (P x u, u) are the segment's Pluecker
coordinates. The moment arm is -dL/dq.
"""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array, Coords, MomentArms, Muscles
from nuchal.model.anatomy import Anatomy
from nuchal.model.kinematics import BodyJacobians, BodyPoses, point_placement, stacked_poses


class Paths(eqx.Module):
    """Geometry of the 72 muscles in one frame."""

    length: Muscles
    """Muscle-tendon length [m]."""
    moment_arms: MomentArms
    """``-dL/dq`` [m/rad]; positive where tension pulls the coordinate upwards."""
    direction: Float[Array, "114 3"]
    """Unit vector of each segment in ground, from its start to its end."""
    point: Float[Array, "114 3"]
    """Where each segment starts in ground [m]."""

    def velocity(self, qd: Coords) -> Muscles:
        """Lengthening speed of the muscle-tendon units [m/s]."""
        return -qd @ self.moment_arms


def muscle_paths(anatomy: Anatomy, poses: BodyPoses, jacobians: BodyJacobians) -> Paths:
    """Lengths and moment arms of all muscles in one frame."""
    topology = anatomy.topology
    start, end = np.array(topology.segment_start), np.array(topology.segment_end)
    body = np.array(topology.point_body)
    placement, stacked = point_placement(anatomy), stacked_poses(poses)
    first = placement[start] @ stacked
    span = (placement[end] - placement[start]) @ stacked
    length = _once(jnp.sqrt(jnp.sum(span**2, axis=-1)))
    direction = _once(span / length[:, None])
    about_origin = _once(jnp.cross(first, direction))
    linear = jacobians.linear[body[end]] - jacobians.linear[body[start]]
    angular = jacobians.angular[body[end]] - jacobians.angular[body[start]]
    slope = jnp.sum(linear * direction[:, None] + angular * about_origin[:, None], axis=-1).T
    by_muscle = topology.sum_over_segments(_once(jnp.concatenate([length[None], slope])))
    return Paths(by_muscle[0], -by_muscle[1:], direction, first)


def _once(array: Float[Array, "..."]) -> Float[Array, "..."]:
    """Keep the compiler from working something out again wherever it is used."""
    return jnp.asarray(jax.lax.optimization_barrier(array))
