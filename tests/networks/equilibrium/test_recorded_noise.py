"""How noisy a recording is, against noise that was put in."""

import numpy as np
import pytest

from nuchal.networks.equilibrium.window import NOISE_LEVELS_RAD, angle_noise, noise_of_windows
from nuchal.tracking.smoothing import smooth

ERRORS = np.geomspace(0.02, 4.0, len(NOISE_LEVELS_RAD)).astype(np.float32)


def movement(rate_hz: float) -> tuple[np.ndarray, np.ndarray]:
    time = np.arange(0.0, 20.0, 1.0 / rate_hz)
    phase = 2.0 * np.pi * time[:, None] * [0.4, 0.7, 1.1]
    return time, 0.6 * np.sin(phase) + 0.1 * np.sin(3.0 * phase + 1.0)


@pytest.mark.parametrize("rate_hz", [60.0, 100.0, 200.0])
@pytest.mark.parametrize("noise", [1e-3, 1e-2])
def test_noise_that_was_put_in_is_found(rate_hz: float, noise: float) -> None:
    time, angles = movement(rate_hz)
    seen = angles + noise * np.random.default_rng(1).normal(size=angles.shape)
    seen[700:] += 0.2  # a jump is no noise
    assert angle_noise(seen) == pytest.approx(noise, rel=0.1)
    assert len(time) > 700


def test_movement_is_no_noise() -> None:
    for rate_hz in (60.0, 100.0):
        assert angle_noise(movement(rate_hz)[1]) < 2e-4
    assert angle_noise(np.zeros((10, 3))) == 0.0


@pytest.mark.parametrize("noise", [2e-4, 3e-3, 5e-2])
def test_it_stands_for_windows_that_err_as_much(noise: float) -> None:
    time = np.arange(0.0, 60.0, 0.01)
    white = noise * np.random.default_rng(2).normal(size=(len(time), 3))
    left = smooth(time, white, cutoff_hz=6.0).acceleration[100:-100].std()
    found = noise_of_windows(ERRORS, noise, step_s=0.01, cutoff_hz=6.0)
    if left < ERRORS[-1]:
        windows_err = np.exp(np.interp(np.log(found), np.log(NOISE_LEVELS_RAD), np.log(ERRORS)))
        assert windows_err == pytest.approx(left, rel=0.1)
    else:
        assert found == pytest.approx(NOISE_LEVELS_RAD[-1] * left / ERRORS[-1], rel=0.1)


def test_clean_markers_leave_nothing_in_doubt() -> None:
    assert noise_of_windows(ERRORS, 1e-7, step_s=0.01, cutoff_hz=6.0) == 0.0
