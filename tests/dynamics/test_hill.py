"""The Hill relation: its inverse, clamped fibres, and muscles that can do nothing."""

import equinox as eqx
import jax
import numpy as np
import pytest

from nuchal.dynamics.muscles.fibres import Capacity, activation_of_force
from nuchal.dynamics.muscles.hill import capacity
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import MUSCLES

every_capacity = eqx.filter_jit(capacity)


@pytest.fixture(scope="module")
def resting(anatomy: Anatomy) -> np.ndarray:
    """Muscle-tendon lengths at which every fibre is at its optimal length [m]."""
    optimal = np.asarray(anatomy.optimal_fibre_length)
    return anatomy.tendon_slack_length + optimal * np.cos(anatomy.pennation_at_optimal)


def test_optimal_length_at_rest_is_maximal_force(anatomy: Anatomy, resting: np.ndarray) -> None:
    """F_max cos(pennation), by the definition of maximal isometric force; nothing passive."""
    able = every_capacity(anatomy, resting, np.zeros(72))
    expected = anatomy.max_isometric_force * np.cos(anatomy.pennation_at_optimal)
    np.testing.assert_allclose(able.active, expected, rtol=1e-12)
    np.testing.assert_allclose(able.passive, 0.0, atol=1e-9)
    np.testing.assert_allclose(able.norm_fibre_length, 1.0, rtol=1e-12)


@pytest.mark.parametrize("family", ["millard", "degroote"])
def test_a_muscle_at_its_fastest_makes_no_force(
    family: str, anatomy: Anatomy, resting: np.ndarray
) -> None:
    """Shortening along the fibre at v_max = 10 optimal lengths a second."""
    fastest = -10.0 * anatomy.optimal_fibre_length / np.cos(anatomy.pennation_at_optimal)
    able = every_capacity(anatomy, resting, fastest, family=family)
    np.testing.assert_allclose(able.norm_fibre_velocity, -1.0, rtol=1e-12)
    np.testing.assert_allclose(able.active / anatomy.max_isometric_force, 0.0, atol=1e-9)


def test_fibre_speed_is_the_rate_of_fibre_length(anatomy: Anatomy, resting: np.ndarray) -> None:
    rng, h = np.random.default_rng(3), 1e-6
    optimal = np.asarray(anatomy.optimal_fibre_length)
    length = resting + 0.2 * optimal * rng.uniform(-1, 1, 72)
    velocity = optimal * rng.uniform(-3, 3, 72)
    after, before = (
        every_capacity(anatomy, length + side * h * velocity, velocity).norm_fibre_length
        for side in (1.0, -1.0)
    )
    rate = (np.asarray(after) - np.asarray(before)) / (2 * h)
    able = every_capacity(anatomy, length, velocity)
    np.testing.assert_allclose(10.0 * able.norm_fibre_velocity, rate, rtol=1e-6, atol=1e-8)


def test_activation_of_force_inverts_the_hill_relation(
    anatomy: Anatomy, resting: np.ndarray
) -> None:
    rng = np.random.default_rng(1)
    length = resting * rng.uniform(0.97, 1.05, 72)
    able = every_capacity(anatomy, length, 0.02 * rng.uniform(-1, 1, 72))
    activation = rng.uniform(0.0, 1.0, 72)
    back = activation_of_force(able, activation * able.active + able.passive)
    assert np.all(np.asarray(able.active) > 0.0)
    np.testing.assert_allclose(back, activation, rtol=0, atol=1e-12)


def of_all(active: float, passive: float) -> Capacity:
    return Capacity(*(np.full(72, value) for value in (active, passive, 1.0, 0.0)))


@pytest.mark.parametrize(
    ("active", "force", "activation"), [(10.0, 25.0, 1.0), (10.0, 1.0, 0.0), (0.0, 25.0, 0.0)]
)
def test_activation_stays_between_nothing_and_everything(
    active: float, force: float, activation: float
) -> None:
    """With 5 N of passive force: more than it has, less than passive, and a dead muscle."""
    found = activation_of_force(of_all(active, 5.0), np.full(72, force))
    np.testing.assert_array_equal(found, np.full(72, activation))


def test_activation_of_a_dead_muscle_has_a_gradient() -> None:
    """Zero over zero is nowhere in it."""
    slope = jax.grad(lambda f: activation_of_force(of_all(0.0, 0.0), f).sum())(np.ones(72))
    np.testing.assert_array_equal(slope, np.zeros(72))


@pytest.mark.parametrize("family", ["millard", "degroote"])
def test_slack_muscles_pull_nothing_and_stay_finite(family: str, anatomy: Anatomy) -> None:
    """Shorter than the tendon: the fibre is clamped at its shortest."""
    slack = np.full(72, 1e-4)
    able = every_capacity(anatomy, slack, np.full(72, -0.1), family=family)
    np.testing.assert_array_equal(able.active, np.zeros(72))
    assert np.all(np.isfinite(able.passive))
    assert np.all(np.asarray(able.norm_fibre_length) >= 0.4441 - 1e-12)


def test_millard_clamp_is_at_the_end_of_the_active_curve(
    anatomy: Anatomy, resting: np.ndarray
) -> None:
    """Unpennate fibres go down to 0.4441 of their optimal length; pennate to 84.26 degrees."""
    able = every_capacity(anatomy, np.full(72, 1e-4), np.zeros(72))
    steepest = np.sin(anatomy.pennation_at_optimal) / np.sin(np.arccos(0.1))
    expected = np.maximum(0.4441, steepest)
    np.testing.assert_allclose(able.norm_fibre_length, expected, rtol=1e-9)
    assert len(resting) == len(MUSCLES)


def test_stretched_fibres_pull_passively_and_ever_more(
    anatomy: Anatomy, resting: np.ndarray
) -> None:
    """F_max at a fibre strain of 0.7, by the definition of the passive curve."""
    height = anatomy.optimal_fibre_length * np.sin(anatomy.pennation_at_optimal)
    along = np.sqrt((1.7 * anatomy.optimal_fibre_length) ** 2 - height**2)
    able = every_capacity(anatomy, anatomy.tendon_slack_length + along, np.zeros(72))
    cosine = along / (1.7 * anatomy.optimal_fibre_length)
    np.testing.assert_allclose(able.passive, anatomy.max_isometric_force * cosine, rtol=1e-9)
    at_rest = every_capacity(anatomy, resting, np.zeros(72))
    assert np.all(np.asarray(able.passive) > np.asarray(at_rest.passive))
