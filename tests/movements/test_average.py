"""Trials that are known time warps of one movement come back as that movement."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from nuchal.errors import NuchalError
from nuchal.movements.average import average_trials
from nuchal.movements.standard import posture_at, standard_movement
from nuchal.records import Motion

pytestmark = pytest.mark.slow

DURATION = 5.99


def warped(strength: float, frames: int, gain: float = 1.0) -> Motion:
    """The standard movement, late or early by up to strength / (2 pi) of its duration."""
    time = np.linspace(0.0, DURATION, frames)
    q = gain * np.asarray(jax.vmap(posture_at)(jnp.asarray(warp(strength, time))))
    zero = np.zeros_like(q)
    return Motion(time=time, q=q, qd=zero, qdd=zero, status=np.zeros(frames, dtype=int))


def warp(strength: float, time: np.ndarray) -> np.ndarray:
    return time + strength * np.sin(2.0 * np.pi * time / DURATION) * DURATION / (2.0 * np.pi)


def at_mean_pace(strengths: list[float], time: np.ndarray) -> np.ndarray:
    """The movement at the mean of the trials' paces: when, on average, a moment comes."""
    fine = np.linspace(0.0, DURATION, 4001)
    when = np.mean([np.interp(fine, warp(s, fine), fine) for s in strengths], axis=0)
    return np.asarray(jax.vmap(posture_at)(jnp.asarray(np.interp(time, when, fine))))


def plain_mean(trials: list[Motion], time: np.ndarray) -> np.ndarray:
    return np.mean(
        [
            np.stack([np.interp(time, np.asarray(m.time), c) for c in np.asarray(m.q).T], axis=1)
            for m in trials
        ],
        axis=0,
    )


def test_known_warps_are_undone() -> None:
    strengths = [0.3, -0.3, 0.15, -0.15]
    trials = [warped(s, n) for s, n in zip(strengths, (600, 700, 500, 600), strict=True)]
    mean = average_trials(trials)
    expected = at_mean_pace(strengths, np.asarray(mean.time))
    error = np.degrees(np.asarray(mean.q) - expected)
    without = np.degrees(plain_mean(trials, np.asarray(mean.time)) - expected)
    assert np.abs(error).max() < 0.5
    assert np.abs(without).max() > 8.0


def test_amplitudes_are_averaged() -> None:
    mean = average_trials([warped(0.2, 600, 0.8), warped(-0.2, 600, 1.2)])
    peak = np.abs(np.asarray(standard_movement().q)).max(axis=0)
    assert np.abs(np.asarray(mean.q)).max(axis=0) == pytest.approx(peak, rel=0.03)


def test_the_order_of_the_trials_does_not_matter() -> None:
    trials = [warped(s, 600) for s in (0.3, -0.1, 0.1)]
    one, other = average_trials(trials), average_trials(trials[::-1])
    assert np.asarray(one.q) == pytest.approx(np.asarray(other.q), abs=1e-6)


def test_one_trial_stays_what_it_is() -> None:
    mean, truth = average_trials([standard_movement()]), standard_movement()
    assert np.degrees(np.asarray(mean.q)) == pytest.approx(np.degrees(np.asarray(truth.q)), abs=0.1)
    assert np.asarray(mean.qd) == pytest.approx(np.asarray(truth.qd), abs=0.05)


def test_frames_and_rate_are_those_asked_for() -> None:
    mean = average_trials([standard_movement()], frames=240, rate_hz=60.0)
    assert np.asarray(mean.time) == pytest.approx(np.arange(240) / 60.0)


def test_nothing_cannot_be_averaged() -> None:
    with pytest.raises(NuchalError) as caught:
        average_trials([])
    assert caught.value.what == "movements.no_trials"
