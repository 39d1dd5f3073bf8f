"""Forward kinematics against a chain of SciPy's rotations, and its slopes."""

import jax
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_anatomy
from nuchal.model.kinematics import (
    BodyJacobians,
    BodyPoses,
    body_jacobians,
    body_poses,
    body_rotations,
    joint_centres,
    marker_positions,
    path_points,
    skull_points,
)


@jax.jit
def everything(anatomy: Anatomy, q: np.ndarray) -> tuple[BodyPoses, BodyJacobians, np.ndarray]:
    poses = body_poses(anatomy, q)
    return poses, body_jacobians(anatomy, q, poses), path_points(anatomy, poses)


@pytest.fixture(scope="module")
def anatomy() -> Anatomy:
    return generic_anatomy()


@pytest.fixture(scope="module")
def poses_q(anatomy: Anatomy) -> np.ndarray:
    low, high = np.asarray(anatomy.coordinate_range).T
    return np.random.default_rng(4).uniform(low, high, (6, 6))


def chain(anatomy: Anatomy, q: np.ndarray) -> list[tuple[Rotation, np.ndarray]]:
    """Every body's rotation and origin, joint by joint."""
    placed = [(Rotation.identity(), np.zeros(3))]
    for j in range(8):
        rotation, origin = placed[-1]
        child = rotation * Rotation.from_euler("ZXY", anatomy.coupling[j] @ q)
        centre = origin + rotation.apply(anatomy.parent_offset[j])
        placed.append((child, centre - child.apply(anatomy.child_offset[j])))
    return placed


def test_rotations_alone_are_those_of_the_chain(anatomy: Anatomy, poses_q: np.ndarray) -> None:
    found = jax.jit(jax.vmap(body_rotations, (None, 0)))(anatomy, poses_q)
    for q, rotations in zip(poses_q, found, strict=True):
        expected = [body.as_matrix() for body, _ in chain(anatomy, q)]
        np.testing.assert_allclose(rotations, expected, rtol=0, atol=1e-14)


def test_poses_and_points(anatomy: Anatomy, poses_q: np.ndarray) -> None:
    for q in poses_q:
        poses, _, points = everything(anatomy, q)
        expected = chain(anatomy, q)
        for b, (rotation, origin) in enumerate(expected):
            np.testing.assert_allclose(poses.rotation[b], rotation.as_matrix(), atol=1e-14)
            np.testing.assert_allclose(poses.origin[b], origin, atol=1e-14)
        placed = [
            expected[b][0].apply(p) + expected[b][1]
            for b, p in zip(anatomy.topology.point_body, np.asarray(anatomy.points), strict=True)
        ]
        np.testing.assert_allclose(points, placed, rtol=0, atol=1e-14)


def test_points_and_markers_of_the_skull(anatomy: Anatomy, poses_q: np.ndarray) -> None:
    """Origin at the joint between T1 and C7, wherever the neck goes."""
    rotation, origin = chain(anatomy, poses_q[0])[-1]
    local = np.random.default_rng(0).normal(size=(5, 3))
    expected = rotation.apply(local) + origin - anatomy.parent_offset[0]
    np.testing.assert_allclose(skull_points(anatomy, poses_q[0], local), expected, atol=1e-14)
    markers = rotation.apply(anatomy.markers) + origin - anatomy.parent_offset[0]
    np.testing.assert_allclose(marker_positions(anatomy, poses_q[0]), markers, atol=1e-14)


def test_twists_are_slopes_of_every_bodys_points(anatomy: Anatomy, poses_q: np.ndarray) -> None:
    h, local = 1e-5, np.random.default_rng(1).normal(0.0, 0.1, (9, 3))

    def places(q: np.ndarray) -> np.ndarray:
        return np.array(
            [r.apply(x) + o for (r, o), x in zip(chain(anatomy, q), local, strict=True)]
        )

    for q in poses_q[:3]:
        _, jacobians, _ = everything(anatomy, q)
        for k, step in enumerate(h * np.eye(6)):
            slope = (places(q + step) - places(q - step)) / (2 * h)
            moved = jacobians.linear[:, k] + np.cross(jacobians.angular[:, k], places(q))
            np.testing.assert_allclose(moved, slope, rtol=0, atol=1e-9)


def test_joint_centres_are_the_same_seen_from_either_body(
    anatomy: Anatomy, poses_q: np.ndarray
) -> None:
    for q in poses_q[:3]:
        poses, _, _ = everything(anatomy, q)
        expected = [
            origin + rotation.apply(offset)
            for (rotation, origin), offset in zip(
                chain(anatomy, q)[1:], np.asarray(anatomy.child_offset), strict=True
            )
        ]
        np.testing.assert_allclose(joint_centres(anatomy, poses), expected, rtol=0, atol=1e-14)


@pytest.mark.parametrize(
    ("coordinate", "axis", "says"),
    [(0, 2, "pitch up is extension"), (1, 0, "roll to the right"), (2, 1, "yaw to the left")],
)
def test_signs_of_the_coordinates(anatomy: Anatomy, coordinate: int, axis: int, says: str) -> None:
    """Extension takes the top of the head back, right bending takes it right (+z), and left
    rotation takes the left temple back."""
    top, left, _ = marker_positions(anatomy, 0.2 * np.eye(6)[coordinate]) - marker_positions(
        anatomy, np.zeros(6)
    )
    moved = {2: -top[0], 0: top[2], 1: -left[0]}[axis]
    assert float(moved) > 0.01, says
