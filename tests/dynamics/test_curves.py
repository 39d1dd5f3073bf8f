"""Muscle curves against OpenSim's closed forms, published points and finite differences."""

from collections.abc import Callable

import jax
import numpy as np
import pytest

from nuchal.dynamics.muscles import curves
from nuchal.model.anatomy import CurveParameters
from nuchal.model.generic import generic_anatomy

(MILLARD,) = generic_anatomy().topology.curves
CHAINS = {
    "active": curves.active_force_length,
    "velocity": curves.force_velocity,
    "passive": curves.passive_force_length,
    "tendon": curves.tendon_force_length,
}
DEGROOTE = {
    "calcActiveForceLengthMultiplier": (curves.degroote_active_force_length, (0.2, 1.8)),
    "calcPassiveForceMultiplier": (curves.degroote_passive_force_length, (0.2, 1.8)),
    "calcForceVelocityMultiplier": (curves.degroote_force_velocity, (-1.0, 1.0)),
}


VALUES = {name: jax.jit(make(MILLARD).__call__) for name, make in CHAINS.items()}
SLOPES = {name: jax.jit(jax.vmap(jax.grad(value))) for name, value in VALUES.items()}

Function = Callable[[np.ndarray], np.ndarray]


@pytest.fixture(params=CHAINS)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def curve(kind: str) -> Function:
    return lambda x: np.asarray(VALUES[kind](x))


@pytest.fixture
def joints(kind: str) -> np.ndarray:
    """Where corners meet."""
    chain = CHAINS[kind](MILLARD)
    return np.append(chain.start, chain.end)


@pytest.mark.parametrize("name", DEGROOTE)
def test_degroote_is_opensims(name: str) -> None:
    opensim = pytest.importorskip("opensim", reason="needs the opensim extra")
    theirs = getattr(opensim.DeGrooteFregly2016Muscle(), name)
    ours, (low, high) = DEGROOTE[name]
    x = np.linspace(low, high, 301)
    np.testing.assert_allclose(ours(x), [theirs(float(v)) for v in x], rtol=0, atol=1e-13)


def test_degroote_at_its_published_points() -> None:
    """De Groote 2016: active 1 at optimal length, passive 1 at a strain of 0.6, still 1."""
    assert float(curves.degroote_active_force_length(np.array(1.0))) == pytest.approx(1, abs=1e-9)
    assert float(curves.degroote_force_velocity(np.array(0.0))) == pytest.approx(1, abs=1e-9)
    assert float(curves.degroote_force_velocity(np.array(-1.0))) == pytest.approx(0, abs=1e-9)
    passive = curves.degroote_passive_force_length
    assert float(passive(np.array(0.2))) == pytest.approx(0, abs=1e-15)
    assert float(passive(np.array(1.6))) == pytest.approx(1, abs=1e-15)
    stiffer = passive(np.array(1.3), strain_at_one_norm_force=0.3)
    assert float(stiffer) == pytest.approx(1, abs=1e-15)


PUBLISHED = [
    ("active", MILLARD.fal_min_norm_length, 0.0, 0.0),
    ("active", 1.0, 1.0, 0.0),
    ("active", MILLARD.fal_max_norm_length, 0.0, 0.0),
    ("velocity", -1.0, 0.0, 0.0),
    ("velocity", 0.0, 1.0, 5.0),
    ("velocity", 1.0, 1.4, 0.0),
    ("passive", 1.0, 0.0, 0.0),
    ("passive", 1.7, 1.0, 2.0 / 0.7),
    ("tendon", 1.0, 0.0, 0.0),
    ("tendon", 1.049, 1.0, 1.375 / 0.049),
]
"""Where Millard 2013 says what value and slope its curves have."""


@pytest.mark.parametrize(("kind", "x", "value", "slope"), PUBLISHED)
def test_millard_at_its_published_points(kind: str, x: float, value: float, slope: float) -> None:
    assert float(VALUES[kind](np.array([x]))[0]) == pytest.approx(value, abs=1e-12)
    assert float(SLOPES[kind](np.array([x]))[0]) == pytest.approx(slope, abs=1e-9)


def largest_bend(curve: Function, joints: np.ndarray) -> float:
    """Largest second derivative, by finite differences of values."""
    h = 1e-4 * np.diff(joints).min()
    x = np.linspace(joints[0] + h, joints[-1] - h, 2001)
    return float(np.abs(curve(x + h) - 2 * curve(x) + curve(x - h)).max() / h**2)


def test_millard_is_twice_continuous_where_corners_meet(
    curve: Function, joints: np.ndarray
) -> None:
    """Quintic corners arrive straight: from both sides the bend goes to zero, in proportion."""
    for side in (-1.0, 1.0):
        bends = []
        for h in np.array([2e-3, 1e-3]) * np.diff(joints).min():
            y0, y1, y2 = (curve(joints + side * k * h) for k in range(3))
            bends.append(np.abs(y0 - 2 * y1 + y2) / h**2)
        assert bends[0].max() <= 0.1 * largest_bend(curve, joints)
        assert np.all(bends[1] <= 0.6 * bends[0] + 1e-6 * largest_bend(curve, joints))


def test_millard_has_one_slope_where_corners_meet(curve: Function, joints: np.ndarray) -> None:
    h = 1e-6 * np.diff(joints).min()
    after = (curve(joints + h) - curve(joints)) / h
    before = (curve(joints) - curve(joints - h)) / h
    np.testing.assert_allclose(after, before, rtol=0, atol=2 * h * largest_bend(curve, joints))


def test_values_between_the_published_points_stay_between(
    curve: Function, joints: np.ndarray
) -> None:
    """Each corner is monotone, so that no value leaves the span of the points it joins."""
    at_joints = curve(joints)
    for k in range(len(joints) - 1):
        step = np.diff(curve(np.linspace(joints[k], joints[k + 1], 500)))
        assert np.all(step * np.sign(at_joints[k + 1] - at_joints[k]) >= -1e-13)


DOMAINS = {"active": (-0.2, 2.2), "velocity": (-1.4, 1.4), "passive": (0.5, 2.2)}


@pytest.mark.parametrize("kind", [*DOMAINS, "tendon"])
def test_millard_gradient_is_the_finite_difference(kind: str) -> None:
    low, high = DOMAINS.get(kind, (0.99, 1.1))
    h = 1e-7 * (high - low)
    x = np.random.default_rng(0).uniform(low, high, 200)
    value = VALUES[kind]
    by_difference = (np.asarray(value(x + h)) - np.asarray(value(x - h))) / (2 * h)
    slope = np.asarray(SLOPES[kind](x))
    np.testing.assert_allclose(slope, by_difference, rtol=0, atol=1e-7 * np.abs(slope).max())


@pytest.mark.parametrize("name", DEGROOTE)
def test_degroote_gradient_is_the_finite_difference(name: str) -> None:
    function, (low, high) = DEGROOTE[name]
    x, h = np.random.default_rng(0).uniform(low, high, 200), 1e-6
    by_difference = (np.asarray(function(x + h)) - np.asarray(function(x - h))) / (2 * h)
    slope = jax.vmap(jax.grad(function))(x)
    np.testing.assert_allclose(slope, by_difference, rtol=1e-7, atol=1e-9)


def test_curves_follow_their_parameters() -> None:
    """A wider muscle: the ends of the active curve go where they are told."""
    wide = CurveParameters(**{**MILLARD.__dict__, "fal_max_norm_length": 2.0})
    curve = curves.active_force_length(wide)
    assert float(curve(np.array(1.95))) > 0.0
    assert float(curves.active_force_length(MILLARD)(np.array(1.95))) == 0.0
    assert float(curve(np.array(2.0))) == pytest.approx(0.0, abs=1e-12)
