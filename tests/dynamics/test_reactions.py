"""Loads of the joints by free bodies cut out by hand."""

from collections.abc import Callable

import jax
import numpy as np
import pytest

from nuchal.dynamics.inverse import body_motion, no_load
from nuchal.dynamics.paths import muscle_paths
from nuchal.dynamics.reactions import joint_reactions
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import MUSCLES
from nuchal.model.kinematics import body_poses, joint_centres
from nuchal.records import HeadLoad, JointReactions

GRAVITY = 9.80665


@jax.jit
def _load_of(
    anatomy: Anatomy,
    state: tuple[np.ndarray, np.ndarray, np.ndarray],
    force: np.ndarray,
    load: HeadLoad,
) -> JointReactions:
    body = body_motion(anatomy, *state)
    return joint_reactions(
        anatomy, body, muscle_paths(anatomy, body.poses, body.jacobians), force, load
    )


def upright(anatomy: Anatomy, force: np.ndarray, load: HeadLoad) -> np.ndarray:
    """Compression, forward and right shear of the still, neutral neck; shape (3, 8) [N]."""
    found = _load_of(anatomy, tuple(np.zeros((3, 6))), force, load)
    return np.array([found.compression, found.anterior_shear, found.right_shear])


def test_without_muscles_a_level_carries_the_weight_above(
    anatomy: Anatomy, helmet: HeadLoad
) -> None:
    carried = np.cumsum(np.asarray(anatomy.mass)[:0:-1])[::-1] + float(helmet.mass)
    found = upright(anatomy, np.zeros(72), helmet)
    np.testing.assert_allclose(found[0], GRAVITY * carried, rtol=1e-12)
    np.testing.assert_allclose(found[1:], 0.0, atol=1e-12)
    assert found[0, 0] == pytest.approx(GRAVITY * (4.3 + 3.42 + 1.4), rel=0.01)


def neutral_points(anatomy: Anatomy, muscle: str) -> tuple[np.ndarray, list[int]]:
    """Points of one muscle in the neutral pose [m], and on which body of the chain each is."""
    origin = np.concatenate(
        [np.zeros((1, 3)), np.cumsum(anatomy.parent_offset - anatomy.child_offset, axis=0)]
    )
    topology = anatomy.topology
    ends = {
        p
        for start, end, m in zip(
            topology.segment_start, topology.segment_end, topology.segment_muscle, strict=True
        )
        if MUSCLES[m] == muscle
        for p in (start, end)
    }
    bodies = [topology.point_body[p] for p in sorted(ends)]
    return origin[bodies] + np.asarray(anatomy.points)[sorted(ends)], bodies


@pytest.mark.parametrize("muscle", ["stern_mast", "trap_cl_L", "digastric_post", "long_col_c5thx"])
def test_one_muscle_presses_the_levels_that_it_spans(muscle: str, anatomy: Anatomy) -> None:
    """100 N along every straight piece that has its ends on either side of a cut."""
    points, bodies = neutral_points(anatomy, muscle)
    expected = np.zeros((8, 3))
    for k in range(len(points) - 1):
        (low, lower), (high, upper) = sorted([(bodies[k], k), (bodies[k + 1], k + 1)])
        along = points[lower] - points[upper]
        for level in range(low, high):
            expected[level] += 100.0 * along / np.linalg.norm(along)
    force = np.zeros(72)
    force[MUSCLES.index(muscle)] = 100.0
    added = upright(anatomy, force, no_load()) - upright(anatomy, np.zeros(72), no_load())
    assert np.abs(expected).max() > 30.0
    np.testing.assert_allclose(added[0], -expected[:, 1], rtol=0, atol=1e-10)
    np.testing.assert_allclose(added[1], expected[:, 0], rtol=0, atol=1e-10)
    np.testing.assert_allclose(added[2], expected[:, 2], rtol=0, atol=1e-10)


def test_moving_necks_accelerate_what_is_above(
    anatomy: Anatomy, helmet: HeadLoad, movement: Callable[..., Callable]
) -> None:
    """No muscles: every joint's force is mass times (acceleration - gravity) of all above it.

    Accelerations of the mass centres by second differences of their places.
    """
    path, h = movement(tempo=2.0), 1e-3
    place = jax.jit(jax.vmap(body_poses, in_axes=(None, 0)))
    second = np.array([-1.0, 16.0, -30.0, 16.0, -1.0]) / (12.0 * h**2)
    for time in (0.4, 1.7, 3.2):
        poses = jax.tree.map(np.asarray, place(anatomy, path(time + h * np.arange(-2, 3)).q))
        centres = poses.origin + np.einsum("tbij,bj->tbi", poses.rotation, anatomy.mass_centre)
        head = poses.origin[:, -1] + poses.rotation[:, -1] @ helmet.place
        masses = np.append(anatomy.mass, helmet.mass)[:, None]
        placed = np.concatenate([centres, head[:, None]], axis=1)
        forces = masses * (np.tensordot(second, placed, axes=(0, 0)) - anatomy.gravity)
        above = np.cumsum(forces[::-1], axis=0)[::-1][1:9]
        in_lower = np.einsum("jba,jb->ja", poses.rotation[2, :-1], above)
        motion = path(np.array([time]))
        state = (motion.q[0], motion.qd[0], motion.qdd[0])
        found = _load_of(anatomy, state, np.zeros(72), helmet)
        np.testing.assert_allclose(found.compression, in_lower[:, 1], rtol=0, atol=1e-5)
        np.testing.assert_allclose(found.anterior_shear, -in_lower[:, 0], rtol=0, atol=1e-5)
        np.testing.assert_allclose(found.right_shear, -in_lower[:, 2], rtol=0, atol=1e-5)


def test_muscles_between_vertebrae_alone_leave_the_rest(anatomy: Anatomy) -> None:
    """obl_cap_inf runs from C2 to C1: only the level between them feels it."""
    force = np.zeros(72)
    force[MUSCLES.index("obl_cap_inf")] = 50.0
    added = upright(anatomy, force, no_load()) - upright(anatomy, np.zeros(72), no_load())
    felt = np.linalg.norm(added, axis=0)
    expected = np.zeros(8)
    expected[6] = 50.0
    np.testing.assert_allclose(felt, expected, rtol=0, atol=1e-10)


def test_levels_are_where_joints_are(anatomy: Anatomy) -> None:
    """From C7-T1 upwards to C0-C1."""
    heights = np.asarray(joint_centres(anatomy, body_poses(anatomy, np.zeros(6))))[:, 1]
    assert np.all(np.diff(heights) > 0.0)
