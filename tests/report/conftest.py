"""A made-up recording with real geometry, gravity and a least-squares recruitment."""

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.optimize import nnls

from nuchal.dynamics.paths import muscle_paths
from nuchal.errors import Status
from nuchal.findings import Assumed, finding
from nuchal.model.anatomy import Anatomy
from nuchal.model.angles import head_angles_deg
from nuchal.model.generic import generic_anatomy
from nuchal.model.kinematics import body_jacobians, body_poses
from nuchal.records import (
    Estimate,
    JointMoments,
    JointReactions,
    Motion,
    MuscleForces,
    Subject,
    Tracking,
)

SHARE = np.array([0.33, 0.15, 0.58])


@pytest.fixture(scope="session")
def anatomy() -> Anatomy:
    return generic_anatomy()


@pytest.fixture(scope="session")
def estimate(anatomy: Anatomy) -> Estimate:
    return build_estimate(anatomy)


def movement(frames: int, seconds: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Flexion and extension, bending to both sides, rotation to both sides, then all at once."""
    time = np.linspace(0.0, seconds, frames)
    phase = 4 * time / seconds
    swing = 1.54 * np.sin(2 * np.pi * phase) * np.sin(np.pi * (phase % 1.0)) ** 2
    size = np.deg2rad([[52.0, 0, 0], [0, 33.0, 0], [0, 0, 58.0], [18.0, 14.0, -25.0]])
    total = -swing[:, None] * size[np.minimum(phase.astype(int), 3)]
    q = np.concatenate([total * SHARE, total * (1 - SHARE)], axis=1)
    qd = np.gradient(q, time, axis=0)
    return time, q, qd


def build_estimate(anatomy: Anatomy, frames: int = 240, seconds: float = 16.0) -> Estimate:
    time, q, qd = movement(frames, seconds)

    def potential(q1: jnp.ndarray) -> jnp.ndarray:
        poses = body_poses(anatomy, q1)
        centres = jnp.einsum("bij,bj->bi", poses.rotation, anatomy.mass_centre) + poses.origin
        return -anatomy.mass @ (centres @ anatomy.gravity)

    def geometry(q1: jnp.ndarray) -> tuple[jnp.ndarray, jnp.ndarray]:
        poses = body_poses(anatomy, q1)
        paths = muscle_paths(anatomy, poses, body_jacobians(anatomy, q1, poses))
        return paths.length, paths.moment_arms

    inertial = np.asarray(jax.jit(jax.vmap(jax.grad(potential)))(q)) + 0.05 * np.gradient(
        qd, time, axis=0
    )
    length, arms = map(np.asarray, jax.jit(jax.vmap(geometry))(q))
    passive = -np.array([3.0, 4.0, 0.8, 1.6, 1.8, 1.2]) * q
    strength = np.asarray(anatomy.max_isometric_force)
    activation = np.stack(
        [
            nnls(np.vstack([r * strength, 0.03 * np.eye(72)]), np.append(m, np.zeros(72)))[0]
            for r, m in zip(arms, inertial - passive, strict=True)
        ]
    ).clip(0.01, 1.0)
    force = activation * strength
    status = np.zeros(frames, dtype=int)
    status[60:68] = Status.GAP
    status[np.abs(q[:, 1] + q[:, 4]) > np.deg2rad(31.5)] = Status.BEYOND_RANGE
    net = inertial - passive
    reserve = np.where((status == Status.BEYOND_RANGE)[:, None], 0.15 * net, 0.0)
    weight = 9.81 * np.cumsum(np.asarray(anatomy.mass)[::-1])[::-1][1:]
    lean = 1 + 0.5 * np.linalg.norm(q, axis=1, keepdims=True)
    pull = force.sum(axis=1, keepdims=True) * np.linspace(0.62, 0.4, 8)
    return Estimate(
        source=Path("volunteer_01.c3d"),
        subject=Subject(neck_length_m=0.108, shoulder_width_m=0.399, head_and_neck_mass_kg=6.4),
        preset="recommended",
        engine="jax",
        motion=Motion(time, q, qd, np.gradient(qd, time, axis=0), status),
        moments=JointMoments(net, inertial, passive, np.zeros_like(net)),
        forces=MuscleForces(
            force,
            activation,
            0.1 * force,
            reserve,
            activation > 0.99,
            np.full(frames, 1e-9),
            status,
        ),
        reactions=JointReactions(
            weight * lean + pull,
            25 * np.sin(q[:, 3:4] + np.linspace(-0.6, 0.8, 8)),
            30 * np.sin(q[:, 4:5]) * np.linspace(1, 0.5, 8),
        ),
        head_angles_deg=head_angles_deg(anatomy, q),
        length=length,
        moment_arms=arms,
        tracking=Tracking(
            residual=1e-3 * (2 + np.sin(time)),
            worst_marker="LH",
            undetermined=np.array([0.2, 0.3, 1.0, 0.2, 0.3, 1.0]),
            coordinate_sd=np.deg2rad([1.0, 1.0, 4.0, 1.0, 1.0, 4.0]),
        ),
        assumptions=(finding(Assumed.THORAX_HELD),),
        quality=status == Status.OK,
    )
