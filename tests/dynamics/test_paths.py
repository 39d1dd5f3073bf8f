"""Moment arms are slopes of length, speeds are rates of it, by finite differences of length."""

from collections.abc import Callable

import jax
import numpy as np
import pytest

from nuchal.dynamics.paths import Paths, muscle_paths
from nuchal.model.anatomy import Anatomy
from nuchal.model.kinematics import body_jacobians, body_poses, path_points
from nuchal.model.scaling import personalise
from nuchal.records import Motion, Subject

SOMEONE = Subject(
    neck_length_m=0.122,
    shoulder_width_m=0.36,
    head_and_neck_mass_kg=5.1,
    head_breadth_m=0.148,
    head_length_m=0.19,
    head_height_m=0.135,
)


@jax.jit
def _paths(anatomy: Anatomy, q: np.ndarray) -> Paths:
    poses = body_poses(anatomy, q)
    return muscle_paths(anatomy, poses, body_jacobians(anatomy, q, poses))


place = jax.jit(lambda anatomy, q: path_points(anatomy, body_poses(anatomy, q)))


@pytest.fixture(scope="module", params=["generic", "person"])
def neck(request: pytest.FixtureRequest, anatomy: Anatomy) -> Anatomy:
    return anatomy if request.param == "generic" else personalise(SOMEONE)


@pytest.fixture(scope="module")
def frames(movement: Callable[..., Callable]) -> Motion:
    return movement(0.49)(np.linspace(0.0, 6.0, 9))


def lengths(anatomy: Anatomy, q: np.ndarray) -> np.ndarray:
    return np.asarray(_paths(anatomy, q).length)


def test_moment_arms_are_minus_the_slopes_of_length(neck: Anatomy, frames: Motion) -> None:
    h = 1e-5
    for q in frames.q:
        slope = [
            (lengths(neck, q + step) - lengths(neck, q - step)) / (2 * h) for step in h * np.eye(6)
        ]
        arms = np.asarray(_paths(neck, q).moment_arms)
        assert np.abs(arms).max() > 0.03
        np.testing.assert_allclose(arms, -np.array(slope), rtol=0, atol=1e-9)


def test_speed_is_the_rate_of_length(neck: Anatomy, frames: Motion) -> None:
    h = 1e-5
    for q, qd in zip(frames.q, frames.qd, strict=True):
        rate = (lengths(neck, q + h * qd) - lengths(neck, q - h * qd)) / (2 * h)
        speed = np.asarray(_paths(neck, q).velocity(qd))
        assert np.abs(speed).max() > 1e-3
        np.testing.assert_allclose(speed, rate, rtol=0, atol=1e-9)


def test_lengths_are_sums_over_the_points_of_each_muscle(neck: Anatomy, frames: Motion) -> None:
    """By one loop over points in ground, muscle by muscle."""
    topology = neck.topology
    for q in frames.q[:3]:
        points = np.asarray(place(neck, q))
        total = np.zeros(72)
        for start, end, muscle in zip(
            topology.segment_start, topology.segment_end, topology.segment_muscle, strict=True
        ):
            total[muscle] += np.linalg.norm(points[end] - points[start])
        np.testing.assert_allclose(lengths(neck, q), total, rtol=0, atol=1e-14)


def test_directions_are_units_from_point_to_point(neck: Anatomy, frames: Motion) -> None:
    paths = _paths(neck, frames.q[0])
    points = np.asarray(place(neck, frames.q[0]))
    start, end = np.array(neck.topology.segment_start), np.array(neck.topology.segment_end)
    span = points[end] - points[start]
    expected = span / np.linalg.norm(span, axis=1, keepdims=True)
    np.testing.assert_allclose(paths.direction, expected, rtol=0, atol=1e-12)
    np.testing.assert_allclose(paths.point, points[start], rtol=0, atol=1e-14)
