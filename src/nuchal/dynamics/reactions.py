"""Compression and shear at every level: what the joints carry.

The joint's force on everything above it balances inertia, weight, what is on the head and all
muscle segments that cross the level. It is read in the axes of the vertebra below.
"""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array, Muscles
from nuchal.dynamics.inverse import BodyMotion, inertial_forces, load_force, wrench_force
from nuchal.dynamics.paths import Paths
from nuchal.model.anatomy import Anatomy, Topology
from nuchal.records import HeadLoad, HeadWrench, JointReactions


def joint_reactions(
    anatomy: Anatomy,
    motion: BodyMotion,
    paths: Paths,
    force: Muscles,
    load: HeadLoad,
    wrench: HeadWrench | None = None,
) -> JointReactions:
    """Load of the upper body on the lower at the eight levels, in one frame [N].

    ``wrench`` is of forces from outside on the head, beside the load.
    """
    carried = joint_forces(anatomy, motion, paths, force, load)
    if wrench is not None:
        carried = carried - wrench_force(motion, wrench)
    in_lower = jnp.einsum("jba,jb->ja", motion.poses.rotation[:-1], carried)
    return JointReactions(in_lower[:, 1], -in_lower[:, 0], -in_lower[:, 2])


def joint_forces(
    anatomy: Anatomy, motion: BodyMotion, paths: Paths, force: Muscles, load: HeadLoad
) -> Float[Array, "8 3"]:
    """Force of each joint on the body that it carries, in ground [N]."""
    carried = jnp.cumsum(inertial_forces(anatomy, motion)[::-1], axis=0)[::-1][1:]
    tension = force[np.array(anatomy.topology.segment_muscle)]
    pull = _pull_above(anatomy.topology) @ (tension[:, None] * paths.direction)
    return carried - load_force(anatomy, motion, load)[0] - pull


def _pull_above(topology: Topology) -> Float[np.ndarray, "8 segments"]:
    """+1 where a segment's unit vector pulls what is above a joint, -1 against, 0 if both ends."""
    body = np.array(topology.point_body)
    start = body[np.array(topology.segment_start)]
    end = body[np.array(topology.segment_end)]
    joint = np.arange(8)[:, None]
    return np.asarray((start > joint).astype(float) - (end > joint))
