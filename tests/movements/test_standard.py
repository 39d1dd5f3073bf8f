import jax
import jax.numpy as jnp
import numpy as np
import pytest

from nuchal.model.generic import generic_anatomy
from nuchal.movements.standard import FRAMES, PART_S, RATE_HZ, posture_at, standard_movement

MOTION = standard_movement()
TOTAL = np.degrees(np.asarray(MOTION.q[:, :3] + MOTION.q[:, 3:]))
FINE = standard_movement(frames=10 * FRAMES, rate_hz=10 * RATE_HZ).q
FINE = np.degrees(np.asarray(FINE[:, :3] + FINE[:, 3:]))


def test_six_hundred_frames_at_forty_hertz() -> None:
    assert np.asarray(MOTION.time) == pytest.approx(np.arange(600) / 40.0)
    assert (np.asarray(MOTION.status) == 0).all()


def test_rates_are_those_of_central_differences() -> None:
    step = 1e-5
    time = jnp.asarray(np.random.default_rng(0).uniform(0.01, 4 * PART_S, 50))
    posture = jax.jit(jax.vmap(posture_at))
    value, ahead, behind = (posture(time + d) for d in (0.0, step, -step))
    speed = jax.jit(jax.vmap(jax.jacfwd(posture_at)))(time)
    acceleration = jax.jit(jax.vmap(jax.jacfwd(jax.jacfwd(posture_at))))(time)
    assert np.asarray(speed) == pytest.approx(np.asarray(ahead - behind) / (2 * step), abs=1e-7)
    assert np.asarray(acceleration) == pytest.approx(
        np.asarray(ahead - 2.0 * value + behind) / step**2, abs=1e-3
    )
    assert np.asarray(jnp.gradient(MOTION.q, 1.0 / RATE_HZ, axis=0))[1:-1] == pytest.approx(
        np.asarray(MOTION.qd)[1:-1], abs=0.05
    )


def test_it_starts_and_ends_neutral_and_at_rest_in_every_part() -> None:
    for part in range(5):
        here = jnp.asarray(part * PART_S)
        assert np.asarray(posture_at(here)) == pytest.approx(np.zeros(6), abs=1e-9)
    for frame in (0, -1):
        for rate in (MOTION.q, MOTION.qd, MOTION.qdd):
            assert np.asarray(rate[frame]) == pytest.approx(np.zeros(6), abs=1e-6)


def test_the_parts_go_as_far_as_young_people_to_both_sides() -> None:
    """63 degrees of flexion, 81 of extension, 45 of bending, 74 of rotation (Swinkels 2014)."""
    for axis, (low, high) in enumerate(((-63.0, 81.0), (-45.0, 45.0), (-74.0, 74.0))):
        frames = TOTAL[axis * 150 + 1 : axis * 150 + 148]
        assert frames[:, axis].min() == pytest.approx(low, abs=0.5)
        assert frames[:, axis].max() == pytest.approx(high, abs=0.5)
    together = np.abs(TOTAL[450:]).max(axis=0)
    assert together == pytest.approx([40.5, 22.5, 37.0], abs=7.0)
    speed = np.degrees(np.linalg.norm(MOTION.qd[:, :3] + MOTION.qd[:, 3:], axis=1))
    assert 170.0 < speed.max() < 190.0


def test_out_and_back_are_as_far_apart_as_in_people() -> None:
    """Where they differ most; in three people 1.7, 6.0, 6.7 degrees."""
    for axis, people in enumerate((1.7, 6.0, 6.7)):
        first = 1500 * axis
        frames = FINE[first : first + 750] * np.sign(FINE[first + 375, axis])
        turn = int(frames[:, axis].argmax())
        angles = np.linspace(1.0, frames[turn, axis] - 0.5, 50)
        out, back = (
            np.stack([np.interp(angles, part[:, axis], part[:, k]) for k in range(3)], axis=1)
            for part in (frames[: turn + 1], frames[turn:][::-1])
        )
        apart = np.linalg.norm(np.delete(out - back, axis, axis=1), axis=1)
        assert 0.9 * people < apart.max() < people


def test_the_first_goes_into_flexion_to_the_right_and_to_the_left() -> None:
    """Negative pitch is flexion, positive roll the right side, positive yaw the left."""
    assert [np.sign(TOTAL[150 * part + 30, part]) for part in range(3)] == [-1.0, 1.0, 1.0]


def test_it_keeps_the_rhythm() -> None:
    share = np.array(generic_anatomy().rhythm)
    upper, lower = np.asarray(MOTION.q[:, :3]), np.asarray(MOTION.q[:, 3:])
    assert upper * (1.0 - share) == pytest.approx(lower * share, abs=1e-12)
