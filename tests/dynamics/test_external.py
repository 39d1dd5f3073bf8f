"""Forces on the head from outside against a weight, against virtual work, and between frames."""

from collections.abc import Callable
from pathlib import Path

import equinox as eqx
import jax
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from nuchal.dynamics.external import (
    FramePoses,
    MeasuredForces,
    on_skull,
    skull_frames,
    unmoved,
    wrench_of,
)
from nuchal.dynamics.inverse import no_load
from nuchal.dynamics.pipeline import State, frame_mechanics, under
from nuchal.dynamics.reactions import joint_reactions
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_anatomy
from nuchal.model.kinematics import body_poses
from nuchal.records import HeadForces, HeadLoad, HeadWrench, JointMoments, JointReactions, Motion


@jax.jit
def found_of(
    anatomy: Anatomy, state: State, load: HeadLoad
) -> tuple[JointMoments, JointReactions, jax.Array]:
    """Moments, reactions without muscles, and the skull's pose in ground, of one frame."""
    known = frame_mechanics(anatomy, state, load)
    idle = np.zeros(anatomy.system.size)
    felt = under(anatomy, known.gravity)
    reactions = joint_reactions(felt, known.body, known.paths, idle, load, known.wrench)
    return known.moments, reactions, known.body.poses.rotation[-1]


def still(anatomy: Anatomy, q: np.ndarray, wrench: HeadWrench | None) -> State:
    status = np.zeros((), dtype=int)
    return State(q, np.zeros(6), np.zeros(6), np.asarray(anatomy.gravity), status, wrench)


@pytest.fixture(scope="module", params=["source", "living"])
def neck(request: pytest.FixtureRequest) -> Anatomy:
    return generic_anatomy(request.param)


@pytest.fixture
def poses(movement: Callable[..., Callable[[np.ndarray], Motion]]) -> np.ndarray:
    return np.asarray(movement(0.6)(np.linspace(0.0, 3.0, 3)).q)


def hung(neck: Anatomy, q: np.ndarray, load: HeadLoad) -> HeadForces:
    """The weight of a load as a force in the thorax frame, where the load is."""
    skull = skull_frames(neck, q[None])
    weight = float(load.mass) * np.asarray(neck.gravity)
    place = skull.rotation[0] @ load.place + skull.origin[0]
    measured = MeasuredForces(
        force=weight[None, None],
        point=place[None, None],
        moment=np.cross(place, weight)[None, None],
        known=np.ones((1, 1), dtype=bool),
    )
    frame = unmoved(1).seen_from(skull)
    found = on_skull(measured, frame, frame, apart=False)
    return HeadForces(source=Path("w"), names=("weight",), delay_s=0.0, **found._asdict())


def test_a_weight_hung_on_a_still_head_is_a_load(
    neck: Anatomy, helmet: HeadLoad, poses: np.ndarray
) -> None:
    """Moments and reactions, on a base that turns along with the head too."""
    for q in poses:
        forces = hung(neck, q, helmet)
        np.testing.assert_allclose(forces.point[0, 0], helmet.place, rtol=0, atol=1e-14)
        np.testing.assert_allclose(forces.torque, 0.0, rtol=0, atol=1e-14)
        wrench = jax.tree.map(lambda x: x[0], wrench_of(forces))
        pushed = found_of(neck, still(neck, q, wrench), no_load())
        loaded = found_of(neck, still(neck, q, None), helmet)
        assert np.abs(loaded[0].external).max() > 0.1
        for mine, theirs in zip(jax.tree.leaves(pushed), jax.tree.leaves(loaded), strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=0, atol=1e-12)


def test_moments_are_the_work_of_small_displacements(neck: Anatomy, poses: np.ndarray) -> None:
    """J^T F: a force does work along its point, a torque along the skull's turn, by differences."""
    rng, h = np.random.default_rng(3), 1e-5
    for q in poses:
        force, point, torque = rng.normal(0.0, [[30.0], [0.1], [2.0]], (3, 3))
        wrench = HeadWrench(force, torque + np.cross(point, force))
        external = np.asarray(found_of(neck, still(neck, q, wrench), no_load())[0].external)

        def skull(q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            placed = body_poses(neck, q)
            return np.asarray(placed.rotation[-1]), np.asarray(placed.origin[-1])

        here, _ = skull(q)
        for k, step in enumerate(h * np.eye(6)):
            (r0, o0), (r1, o1) = skull(q - step), skull(q + step)
            moved = (r1 @ point + o1 - r0 @ point - o0) / (2.0 * h)
            turned = Rotation.from_matrix(r1 @ r0.T).as_rotvec() / (2.0 * h)
            work = (here @ force) @ moved + (here @ torque) @ turned
            assert external[k] == pytest.approx(work, abs=1e-7)


def test_every_level_carries_the_force(neck: Anatomy, poses: np.ndarray) -> None:
    q, force = poses[1], np.array([12.0, -30.0, 7.0])
    wrench = HeadWrench(force, np.zeros(3))
    bare, pushed = (found_of(neck, still(neck, q, given), no_load())[1] for given in (None, wrench))
    rotation = np.asarray(body_poses(neck, q).rotation)
    in_lower = np.einsum("jba,b->ja", rotation[:-1], rotation[-1] @ force)
    np.testing.assert_allclose(pushed.compression - bare.compression, -in_lower[:, 1], atol=1e-11)
    np.testing.assert_allclose(
        pushed.anterior_shear - bare.anterior_shear, in_lower[:, 0], atol=1e-11
    )
    np.testing.assert_allclose(pushed.right_shear - bare.right_shear, in_lower[:, 2], atol=1e-11)


def test_a_frame_of_reference_changes_nothing_about_a_force(poses: np.ndarray) -> None:
    """The same force told in the laboratory, in the thorax or in both is one on the skull."""
    neck, rng = generic_anatomy("living"), np.random.default_rng(8)
    count = len(poses)
    skull = skull_frames(neck, poses)
    turns = Rotation.random(count, random_state=4).as_matrix()
    thorax = FramePoses(turns, rng.normal(0.0, 1.0, (count, 3)))
    force, point, torque = rng.normal(size=(3, count, 1, 3))
    known = np.ones((count, 1), dtype=bool)
    back = unmoved(count).seen_from(thorax)
    laboratory = thorax.turned(force), thorax.turned(point) + thorax.origin[:, None]

    def told(force, point, moment, force_frame, point_frame, *, apart):
        measured = MeasuredForces(force=force, point=point, moment=moment, known=known)
        return on_skull(measured, force_frame, point_frame, apart=apart)

    in_thorax = unmoved(count).seen_from(skull)
    in_laboratory = back.seen_from(skull)
    expected = told(
        force, point, torque + np.cross(point, force), in_thorax, in_thorax, apart=False
    )
    free = thorax.turned(torque)
    whole = free + np.cross(laboratory[1], laboratory[0])
    same = [
        told(*laboratory, whole, in_laboratory, in_laboratory, apart=False),
        told(laboratory[0], point, free, in_laboratory, in_thorax, apart=True),
    ]
    for one in same:
        for mine, theirs in zip(one, expected, strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=0, atol=1e-12)


def test_an_unknown_point_is_the_nearest_of_the_line() -> None:
    """It keeps the wrench; without a force there is no line, and the moment alone is left."""
    force, moment = np.array([[[0.0, 0.0, 5.0]], [[0.0, 0.0, 0.0]]]), np.full((2, 1, 3), 0.4)
    known = np.zeros((2, 1), dtype=bool)
    measured = MeasuredForces(force=force, point=np.zeros((2, 1, 3)), moment=moment, known=known)
    found = on_skull(measured, unmoved(2), unmoved(2), apart=False)
    np.testing.assert_allclose(found.torque + np.cross(found.point, force), moment, atol=1e-15)
    assert np.all(np.sum(found.point * force, axis=-1) == 0.0)
    assert np.all(found.point[1] == 0.0)
    assert np.abs(found.point[0]).max() > 0.05


def test_no_wrench_leaves_the_code_as_it_was(neck: Anatomy, poses: np.ndarray) -> None:
    """None is not zeros: there is nothing of it in what is compiled."""
    state = still(neck, poses[0], None)
    assert len(jax.tree.leaves(eqx.filter(state, eqx.is_array))) == 5
