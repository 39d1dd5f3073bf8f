"""Muscle-tendon lengths, velocities and moment arms, in closed form.

Every path is a chain of straight segments between points fixed to bodies. A segment of length l
that runs along the unit vector u from point P to point Q lengthens with coordinate k by

    dl/dq_k = u . (dQ/dq_k - dP/dq_k)

where each point moves with the twist of its body. The moment arm is -dL/dq of the whole path.
Points are linear in the poses of the bodies, so segments, and their derivatives, are products with
one constant matrix a neck.
"""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array, Coords, MomentArms, Muscles
from nuchal.model.anatomy import Anatomy
from nuchal.model.kinematics import (
    BodyJacobians,
    BodyPoses,
    point_placement,
    pose_rates,
    stacked_poses,
)


class Paths(eqx.Module):
    """Geometry of all muscles in one frame.

    Attributes:
        length: Muscle-tendon length [m].
        moment_arms: ``-dL/dq`` [m/rad]; positive where tension pulls the coordinate upwards.
        direction: Unit vector of each segment in ground, from its start to its end.
        point: Where each segment starts in ground [m].
    """

    length: Muscles
    moment_arms: MomentArms
    direction: Float[Array, "segments 3"]
    point: Float[Array, "segments 3"]

    def velocity(self, qd: Coords) -> Muscles:
        """Lengthening speed of the muscle-tendon units [m/s]."""
        return -qd @ self.moment_arms


def muscle_paths(anatomy: Anatomy, poses: BodyPoses, jacobians: BodyJacobians) -> Paths:
    """Lengths and moment arms of all muscles in one frame."""
    topology = anatomy.topology
    start, end = np.array(topology.segment_start), np.array(topology.segment_end)
    placement, stacked = point_placement(anatomy), stacked_poses(poses)
    to_end = (placement[end] - placement[start]).T
    first, span = stacked @ placement[start].T, stacked @ to_end
    length = _once(jnp.sqrt(jnp.sum(span**2, axis=0)))
    direction = _once(span / length)
    span_rate = pose_rates(poses, jacobians).reshape(18, 36) @ to_end
    x, y, z = jnp.unstack(_once(span_rate.reshape(6, 3, -1)), axis=1)
    slope = x * direction[0] + y * direction[1] + z * direction[2]
    by_muscle = topology.sum_over_segments(_once(jnp.concatenate([length[None], slope])))
    return Paths(by_muscle[0], -by_muscle[1:], direction.T, first.T)


def _once(array: Float[Array, "..."]) -> Float[Array, "..."]:
    """Keep the compiler from working something out again wherever it is used."""
    return jnp.asarray(jax.lax.optimization_barrier(array))
