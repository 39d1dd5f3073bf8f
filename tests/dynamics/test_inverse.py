"""Net moments against energy: what moments do is what kinetic and potential energy become.

Energies are worked out from the poses of the bodies alone, whose motion is differentiated
numerically, with rotations by SciPy.
"""

from collections.abc import Callable

import equinox as eqx
import jax
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from nuchal.dynamics.inverse import body_motion, load_force, no_load
from nuchal.dynamics.passive import passive_moments
from nuchal.dynamics.pipeline import inverse_dynamics
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_anatomy
from nuchal.model.kinematics import body_poses
from nuchal.records import HeadLoad, JointMoments, Motion

every_moment = jax.jit(jax.vmap(inverse_dynamics, in_axes=(None, 0, 0, 0, None)))
every_load = jax.jit(
    lambda neck, q, qd, qdd, load: load_force(neck, body_motion(neck, q, qd, qdd), load)
)
every_bushing = jax.jit(passive_moments)
every_pose = jax.jit(jax.vmap(body_poses, in_axes=(None, 0)))
STEP_S = 1e-3
STENCIL = np.array([1.0, -8.0, 0.0, 8.0, -1.0]) / (12.0 * STEP_S)
STILL = np.zeros((2, 8, 6))
MOMENTS_S = np.linspace(0.0, 5.0, 8)


def five_frames(time: float) -> np.ndarray:
    return time + STEP_S * np.arange(-2, 3)


def rate(values: np.ndarray) -> np.ndarray:
    """Rate at the middle of five frames, to fourth order."""
    return np.tensordot(STENCIL, values, axes=(0, 0))


@pytest.fixture(scope="module", params=["source", "living"])
def neck(request: pytest.FixtureRequest) -> Anatomy:
    return generic_anatomy(request.param)


def mechanical_energy(neck: Anatomy, path: Callable[[np.ndarray], Motion], time: float) -> float:
    """Kinetic and potential energy of the nine bodies [J]."""
    poses = jax.tree.map(np.asarray, every_pose(neck, path(five_frames(time)).q))
    centres = poses.origin + np.einsum("tbij,bj->tbi", poses.rotation, neck.mass_centre)
    velocity, turning = rate(centres), rate(poses.rotation)
    here = poses.rotation[2]
    spin = np.einsum("bji,bjk->bik", here, turning)
    omega = np.stack([spin[:, 2, 1], spin[:, 0, 2], spin[:, 1, 0]], axis=1)
    kinetic = 0.5 * np.sum(neck.mass[:, None] * velocity**2)
    kinetic += 0.5 * np.einsum("bi,bij,bj", omega, neck.inertia, omega)
    return float(kinetic - np.sum(neck.mass[:, None] * centres[2] * neck.gravity))


def load_energy(
    neck: Anatomy, load: HeadLoad, path: Callable[[np.ndarray], Motion], time: float
) -> float:
    """Kinetic and potential energy of the mass on the head [J]."""
    poses = jax.tree.map(np.asarray, every_pose(neck, path(five_frames(time)).q))
    place = poses.origin[:, -1] + poses.rotation[:, -1] @ load.place
    return float(load.mass * (0.5 * np.sum(rate(place) ** 2) - place[2] @ neck.gravity))


def power(moments: np.ndarray, motion: Motion) -> np.ndarray:
    return np.sum(np.asarray(moments) * motion.qd, axis=1)


@pytest.mark.slow
def test_moments_on_the_bodies_feed_their_energy(
    neck: Anatomy, movement: Callable[..., Callable]
) -> None:
    """Net, passive and external moments together."""
    path = movement(tempo=2.0)
    motion = path(MOMENTS_S)
    moments = every_moment(neck, motion.q, motion.qd, motion.qdd, no_load())
    total = moments.net + moments.passive + moments.external
    change = [
        rate(np.array([mechanical_energy(neck, path, t) for t in five_frames(time)]))
        for time in MOMENTS_S
    ]
    assert np.abs(change).max() > 5.0
    np.testing.assert_allclose(power(total, motion), change, rtol=0, atol=1e-6)


def test_what_the_load_takes_becomes_its_energy(
    neck: Anatomy, helmet: HeadLoad, movement: Callable[..., Callable]
) -> None:
    path = movement(tempo=2.0)
    motion = path(MOMENTS_S)
    external = every_moment(neck, motion.q, motion.qd, motion.qdd, helmet).external
    change = [
        rate(np.array([load_energy(neck, helmet, path, t) for t in five_frames(time)]))
        for time in MOMENTS_S
    ]
    assert np.abs(change).max() > 1.0
    np.testing.assert_allclose(-power(external, motion), change, rtol=0, atol=1e-6)


def bends(neck: Anatomy, q: np.ndarray) -> np.ndarray:
    """Body-fixed x-y-z angles of the eight joints [rad]."""
    joints = Rotation.from_euler("ZXY", neck.coupling @ q)
    return joints.as_euler("XYZ")


def test_bushings_pull_down_the_slope_of_their_elastic_energy(
    movement: Callable[..., Callable],
) -> None:
    neck = generic_anatomy("source")

    def elastic(q: np.ndarray) -> float:
        return 0.5 * float(np.sum(neck.bushing_stiffness * bends(neck, q) ** 2))

    h = 1e-5
    for q in movement(0.5)(MOMENTS_S).q:
        slope = [(elastic(q + step) - elastic(q - step)) / (2 * h) for step in h * np.eye(6)]
        passive = np.asarray(every_bushing(neck, q, np.zeros(6)))
        assert np.abs(passive).max() > 0.5
        np.testing.assert_allclose(passive, -np.array(slope), rtol=0, atol=1e-8)


def test_bushings_burn_what_their_dampers_take(
    neck: Anatomy, movement: Callable[..., Callable]
) -> None:
    path, h = movement(tempo=2.0), 1e-5
    motion = path(MOMENTS_S)
    for q, qd in zip(motion.q, motion.qd, strict=True):
        bend_rate = (bends(neck, q + h * qd) - bends(neck, q - h * qd)) / (2 * h)
        burnt = np.sum(neck.bushing_damping * bend_rate**2)
        moving, still = (np.asarray(every_bushing(neck, q, v)) for v in (qd, np.zeros(6)))
        assert -(moving - still) @ qd == pytest.approx(burnt, rel=1e-7)


def test_mass_matrix_is_symmetric_and_positive_definite(
    neck: Anatomy, movement: Callable[..., Callable]
) -> None:
    """Columns: what a unit of each acceleration adds to the moments."""
    unit, zero = np.concatenate([np.zeros((2, 6)), np.eye(6)]), np.zeros((8, 6))
    for q in movement(0.5)(MOMENTS_S).q:
        moments = every_moment(neck, np.tile(q, (8, 1)), zero, unit, no_load()).net
        matrix = np.asarray(moments[2:] - moments[0])
        np.testing.assert_allclose(matrix, matrix.T, rtol=0, atol=1e-13)
        smallest, largest = np.linalg.eigvalsh(matrix)[[0, -1]]
        assert smallest > 1e-6 * largest > 0.0


def test_velocity_moments_go_with_the_square_of_speed(
    neck: Anatomy, movement: Callable[..., Callable]
) -> None:
    """Coriolis and centrifugal ones; dampers are in the passive part, in proportion to speed."""
    motion = movement()(MOMENTS_S)
    zero = np.zeros_like(motion.q)
    still, slow, fast = (
        every_moment(neck, motion.q, k * motion.qd, zero, no_load()) for k in (0, 1, 3)
    )

    def gains(part: str) -> list[np.ndarray]:
        base = np.asarray(getattr(still, part))
        return [np.asarray(getattr(x, part)) - base for x in (slow, fast)]

    once, thrice = gains("inertial")
    assert np.abs(once).max() > 1e-3
    np.testing.assert_allclose(thrice, 9.0 * once, rtol=0, atol=1e-10)
    once, thrice = gains("passive")
    np.testing.assert_allclose(thrice, 3.0 * once, rtol=0, atol=1e-10)


def one_moment(neck: Anatomy, load: HeadLoad) -> JointMoments:
    """Upright and still."""
    every = every_moment(neck, *np.zeros((3, 8, 6)), load)
    return jax.tree.map(lambda x: np.asarray(x)[0], every)


def levers(neck: Anatomy) -> np.ndarray:
    """Joint centres in the neutral pose, where every body is parallel to ground [m]."""
    steps = np.asarray(neck.parent_offset)
    steps = steps - np.concatenate([np.zeros((1, 3)), neck.child_offset[:-1]])
    return np.cumsum(steps, axis=0)


def test_head_load_by_its_levers(neck: Anatomy, helmet: HeadLoad) -> None:
    """Upright and still: m g times the horizontal lever about every joint, by its share."""
    centres = levers(neck)
    skull = centres[-1] - np.asarray(neck.child_offset)[-1]
    lever = skull + helmet.place - centres
    weight = float(helmet.mass) * 9.80665
    about = np.stack([-weight * lever[:, 0], weight * lever[:, 2], np.zeros(8)], axis=1)
    expected = np.einsum("ja,jak->k", about, neck.coupling)
    moments = one_moment(neck, helmet)
    np.testing.assert_allclose(moments.external, expected, rtol=0, atol=1e-12)
    assert float(moments.external[3]) < -0.1


def test_weight_of_the_bodies_by_their_levers(neck: Anatomy) -> None:
    """The same of the neck and head: what is above a joint weighs on it."""
    centres = levers(neck)
    origins = centres - np.asarray(neck.child_offset)
    places = origins + np.asarray(neck.mass_centre)[1:]
    above = np.triu(np.ones((8, 8)))
    lever = places[None] - centres[:, None]
    weight = 9.80665 * above[..., None] * np.asarray(neck.mass)[None, 1:, None] * lever
    about = np.stack([-weight[..., 0].sum(1), weight[..., 2].sum(1), np.zeros(8)], axis=1)
    expected = -np.einsum("ja,jak->k", about, neck.coupling)
    moments = one_moment(neck, no_load())
    np.testing.assert_allclose(moments.inertial, expected, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(moments.external, np.zeros(6))


def test_a_leaning_trunk_is_the_slope_of_potential_energy(
    neck: Anatomy, movement: Callable[..., Callable]
) -> None:
    """Gravity turned by 40 degrees forward and 20 sideways."""
    leaning = Rotation.from_euler("zx", [40.0, 20.0], degrees=True).apply(neck.gravity)
    leant = eqx.tree_at(lambda a: a.gravity, neck, leaning)

    def potential(q: np.ndarray) -> float:
        poses = jax.tree.map(np.asarray, every_pose(leant, np.tile(q, (5, 1))))
        centres = poses.origin[0] + np.einsum("bij,bj->bi", poses.rotation[0], neck.mass_centre)
        return -float(np.sum(neck.mass[:, None] * centres * leaning))

    h = 1e-5
    for q in movement(0.5)(MOMENTS_S[:3]).q:
        slope = [(potential(q + step) - potential(q - step)) / (2 * h) for step in h * np.eye(6)]
        inertial = every_moment(leant, np.tile(q, (8, 1)), *STILL, no_load()).inertial[0]
        np.testing.assert_allclose(inertial, slope, rtol=0, atol=1e-8)


def test_force_of_the_load_is_its_weight_and_inertia(
    neck: Anatomy, movement: Callable[..., Callable]
) -> None:
    """Wherever it sits on the head: its acceleration by second differences of its place."""
    path, rng = movement(tempo=2.0), np.random.default_rng(0)
    second = np.array([-1.0, 16.0, -30.0, 16.0, -1.0]) / (12.0 * STEP_S**2)
    for time in MOMENTS_S[:3]:
        load = HeadLoad(np.array(2.0), rng.normal(0.0, 0.2, 3))
        poses = jax.tree.map(np.asarray, every_pose(neck, path(five_frames(time)).q))
        places = poses.origin[:, -1] + poses.rotation[:, -1] @ load.place
        motion = path(np.array([time]))
        force, place = every_load(neck, motion.q[0], motion.qd[0], motion.qdd[0], load)
        acceleration = np.tensordot(second, places, axes=(0, 0))
        assert np.abs(acceleration).max() > 0.5
        np.testing.assert_allclose(place, places[2], rtol=0, atol=1e-14)
        expected = 2.0 * (np.asarray(neck.gravity) - acceleration)
        np.testing.assert_allclose(force, expected, rtol=0, atol=1e-6)
