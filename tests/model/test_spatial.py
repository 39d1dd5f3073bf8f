"""Rotations are SciPy's."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from nuchal.spatial import (
    angles_xyz,
    angles_zxy,
    rotation_zxy,
    turn,
)


@pytest.fixture(scope="module")
def angles() -> np.ndarray:
    """Three angles, the middle one within a right angle, shape (200, 3) [rad]."""
    return np.random.default_rng(0).uniform(-1.0, 1.0, (200, 3)) * [3.1, 1.55, 3.1]


def test_body_fixed_z_x_y(angles: np.ndarray) -> None:
    expected = Rotation.from_euler("ZXY", angles).as_matrix()
    for found in (jax.vmap(rotation_zxy)(angles), rotation_zxy(angles)):
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-15)


@pytest.mark.parametrize(("ours", "order"), [(angles_xyz, "XYZ"), (angles_zxy, "ZXY")])
def test_angles_of_a_rotation(ours: Callable, order: str, angles: np.ndarray) -> None:
    rotation = Rotation.from_euler(order, angles).as_matrix()
    np.testing.assert_allclose(jax.vmap(ours)(rotation), angles, rtol=0, atol=1e-12)


@pytest.mark.parametrize("ours", [angles_xyz, angles_zxy])
def test_rounding_beyond_one_gives_no_nan(ours: Callable) -> None:
    """A right angle whose sine rounding made greater than one."""
    assert np.all(np.isfinite(ours(jnp.eye(3)[jnp.array([2, 0, 1])] * (1.0 + 1e-15))))
    assert np.all(np.isfinite(ours(jnp.eye(3)[jnp.array([1, 2, 0])] * (1.0 + 1e-15))))


def test_turn_is_the_matrix_product(angles: np.ndarray) -> None:
    rotation = Rotation.from_euler("ZXY", angles)
    vectors = np.random.default_rng(1).normal(size=(200, 3))
    found = turn(rotation.as_matrix(), vectors)
    np.testing.assert_allclose(found, rotation.apply(vectors), rtol=0, atol=1e-14)
