"""Head motion from markers, and coordinates from head motion, against forward kinematics."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_anatomy
from nuchal.model.kinematics import body_poses, marker_positions
from nuchal.model.traits import trait_sd, with_traits
from nuchal.movements.standard import posture_at, standard_movement
from nuchal.networks.equilibrium.head_motion import coordinates_of, head_motion_of
from nuchal.networks.equilibrium.records import Coordinates, HeadMotion
from nuchal.networks.equilibrium.window import (
    NOISE_LEVELS_RAD,
    OUTPUT_FRAME,
    WINDOW_FRAMES,
    angle_noise_rad,
    filter_windows,
    head_motion,
    level_of,
    marker_angles,
)
from nuchal.spatial import rotation_zxy

MOTION = standard_movement()
FRAMES = slice(None, None, 20)
STATES = Coordinates(*(np.asarray(x)[FRAMES] for x in (MOTION.q, MOTION.qd, MOTION.qdd)))


def test_angles_of_markers_are_those_of_the_skull(anatomy: Anatomy) -> None:
    def both(q: jax.Array) -> tuple[jax.Array, jax.Array]:
        angles = marker_angles(jnp.asarray(anatomy.markers), marker_positions(anatomy, q))
        return rotation_zxy(angles), body_poses(anatomy, q).rotation[-1]

    mine, theirs = jax.jit(jax.vmap(both))(STATES.q)
    assert np.asarray(mine) == pytest.approx(np.asarray(theirs), abs=1e-12)


@pytest.mark.slow
def test_head_motion_is_that_of_central_differences(anatomy: Anatomy) -> None:
    step = 1e-4
    time = jnp.asarray([0.4, 1.1, 2.3, 3.9, 5.2])

    def angles(at: jax.Array) -> jax.Array:
        q = posture_at(at)
        return marker_angles(jnp.asarray(anatomy.markers), marker_positions(anatomy, q))

    def state(at: jax.Array) -> Coordinates:
        speed = jax.jacfwd(posture_at)
        return Coordinates(posture_at(at), speed(at), jax.jacfwd(speed)(at))

    seen = jax.jit(jax.vmap(angles))
    behind, here, ahead = (np.asarray(seen(time + d)) for d in (-step, 0.0, step))
    found = jax.jit(jax.vmap(lambda at: head_motion_of(anatomy, state(at))))(time)
    assert np.asarray(found.angle) == pytest.approx(here, abs=1e-12)
    assert np.asarray(found.rate) == pytest.approx((ahead - behind) / (2 * step), abs=1e-6)
    assert np.asarray(found.acceleration) == pytest.approx(
        (ahead - 2.0 * here + behind) / step**2, abs=1e-5
    )


@pytest.mark.slow
@pytest.mark.parametrize("form", ["source", "living"])
def test_coordinates_come_back_from_the_motion_of_the_head(form) -> None:
    """Of necks whose traits are their own; the standard movement is one of least energy."""
    plain = generic_anatomy(form)
    neck = with_traits(plain, 0.5 * jnp.asarray(trait_sd(plain)))
    motion = standard_movement(neck)
    states = Coordinates(*(np.asarray(x)[FRAMES] for x in (motion.q, motion.qd, motion.qdd)))

    @eqx.filter_jit
    def there_and_back(neck: Anatomy, states: Coordinates) -> Coordinates:
        return jax.vmap(lambda one: coordinates_of(neck, head_motion_of(neck, one), steps=5))(
            states
        )

    found, close = there_and_back(neck, states), 1e-7 if form == "source" else 5e-3
    for mine, true in zip(jax.tree.leaves(found), jax.tree.leaves(states), strict=True):
        assert np.asarray(mine) == pytest.approx(true, abs=close * max(1.0, np.abs(true).max()))


@pytest.mark.slow
def test_a_living_necks_coordinates_are_those_of_finite_differences() -> None:
    neck, step = generic_anatomy("living"), 1e-5
    time = jnp.linspace(0.0, 6.0, 41)

    def path(at: jax.Array) -> jax.Array:
        pace, size = jnp.array([1.1, 1.7, 0.9]), jnp.array([0.9, 0.55, 1.2])
        return size * jnp.sin(pace * at + jnp.array([0.2, 0.5, 1.0]))

    @eqx.filter_jit
    def states(neck: Anatomy, time: jax.Array) -> tuple[HeadMotion, Coordinates, HeadMotion]:
        def one(at: jax.Array) -> tuple[HeadMotion, Coordinates, HeadMotion]:
            speed = jax.jacfwd(path)
            head = HeadMotion(path(at), speed(at), jax.jacfwd(speed)(at))
            found = coordinates_of(neck, head, steps=5)
            return head, found, head_motion_of(neck, found)

        return jax.vmap(one)(time)

    (head, here, back), (_, ahead, _), (_, behind, _) = (
        states(neck, time + away) for away in (0.0, step, -step)
    )
    for mine, true in zip(jax.tree.leaves(back), jax.tree.leaves(head), strict=True):
        assert np.asarray(mine) == pytest.approx(np.asarray(true), abs=1e-9)
    assert np.asarray(here.qd) == pytest.approx(
        np.asarray(ahead.q - behind.q) / (2 * step), abs=1e-7
    )
    assert np.asarray(here.qdd) == pytest.approx(
        np.asarray(ahead.qd - behind.qd) / (2 * step), abs=1e-5
    )


def test_filters_differentiate_waves() -> None:
    dice = np.random.default_rng(1)
    pace, phase = dice.uniform(1.0, 9.0, (3000, 3)), dice.uniform(0.0, 6.3, (3000, 3))
    time = (np.arange(WINDOW_FRAMES) - OUTPUT_FRAME)[:, None] / 100.0
    windows = np.sin(pace[:, None] * time + phase[:, None])
    truth = HeadMotion(np.sin(phase), pace * np.cos(phase), -(pace**2) * np.sin(phase))
    filters = filter_windows(
        windows[:2000],
        HeadMotion(*(x[:2000] for x in (truth.angle, truth.rate, truth.acceleration))),
    )
    found = jax.vmap(lambda w: head_motion(jnp.asarray(filters[0]), w))(jnp.asarray(windows[2000:]))
    assert np.asarray(found.angle) == pytest.approx(truth.angle[2000:], abs=2e-5)
    assert np.asarray(found.rate) == pytest.approx(truth.rate[2000:], abs=2e-3)
    assert np.asarray(found.acceleration) == pytest.approx(truth.acceleration[2000:], abs=0.2)
    noisy = windows[2000:] + NOISE_LEVELS_RAD[4] * dice.normal(size=windows[2000:].shape)

    def error(level: int) -> float:
        told = jax.vmap(lambda w: head_motion(jnp.asarray(filters[level]), w))(jnp.asarray(noisy))
        return float(np.std(np.asarray(told.acceleration) - truth.acceleration[2000:]))

    assert error(4) < min(error(level) for level in (0, 1, 2, 6))
    assert error(4) < 0.5 * error(0)


def test_a_level_is_made_for_as_much_noise_or_more() -> None:
    assert [level_of(x) for x in (0.0, 1e-6, 2e-6, 1e-3, 2e-3, 1.0)] == [0, 0, 1, 3, 4, 6]


def test_angle_noise_is_that_of_noisy_markers(anatomy: Anatomy) -> None:
    dice, local = np.random.default_rng(2), np.asarray(anatomy.markers)
    seen = local + 1e-3 * dice.normal(size=(4000, 3, 3))
    angles = jax.vmap(lambda x: marker_angles(jnp.asarray(local), x))(seen)
    assert angle_noise_rad(local, 1e-3) == pytest.approx(np.asarray(angles).std(), rel=0.3)
