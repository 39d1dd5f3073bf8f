"""Spectral arc length against the arc of a spectrum that is known in closed form."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq

from nuchal.assessment.attempts.smoothness import HIGHEST_HZ, LEAST_SHARE, smoothness_of


def minimum_jerk_speed(t: np.ndarray) -> np.ndarray:
    inside = np.clip(t, 0.0, 1.0)
    return 30.0 * inside**2 * (1.0 - inside) ** 2


def spectrum(frequency: float) -> float:
    """Of that speed, a second long, over its value at zero: symmetric about the middle."""

    def around(t: float) -> float:
        wave = np.cos(2.0 * np.pi * frequency * (t - 0.5))
        return float(minimum_jerk_speed(np.array(t)) * wave)

    return abs(quad(around, 0.0, 1.0, epsabs=1e-12)[0])


def arc_of_minimum_jerk() -> float:
    """Up to the last frequency at which the spectrum has the least share of its largest value.

    The publication's algorithm ends at a frequency of its own grid, up to 0.06 Hz before that.
    """
    last = brentq(lambda f: spectrum(f) - LEAST_SHARE, 1.5, 2.4)
    steps = np.linspace(0.0, last, 4001)
    sizes = np.array([spectrum(f) for f in steps])
    return -float(np.hypot(np.diff(steps) / last, np.diff(sizes)).sum())


def test_a_movement_of_minimum_jerk_has_the_arc_of_its_own_spectrum() -> None:
    time = np.arange(1001) / 1000.0
    expected = arc_of_minimum_jerk()
    assert -1.5 < expected < -1.4
    assert smoothness_of(minimum_jerk_speed(time), 1000.0) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("rate", [50.0, 100.0, 240.0])
def test_neither_rate_nor_size_matters(rate: float) -> None:
    speed = minimum_jerk_speed(np.arange(round(rate) + 1) / rate)
    found = smoothness_of(speed, rate)
    assert found == pytest.approx(arc_of_minimum_jerk(), abs=0.02)
    assert smoothness_of(7.0 * speed, rate) == pytest.approx(found, rel=1e-9)


def test_every_halt_makes_it_less_smooth() -> None:
    """The same way in one, two and three movements, one after another."""
    found = []
    for parts in (1, 2, 3):
        one = minimum_jerk_speed(np.linspace(0.0, 1.0, 200 // parts))
        found.append(smoothness_of(np.tile(one, parts), 100.0))
    assert found[0] > found[1] > found[2]


def test_what_cannot_be_told_is_not() -> None:
    speed = minimum_jerk_speed(np.linspace(0.0, 1.0, 60))
    assert smoothness_of(speed, 2.0 * HIGHEST_HZ - 1.0) is None
    assert smoothness_of(speed[:5], 100.0) is None
    assert smoothness_of(np.zeros(60), 100.0) is None
