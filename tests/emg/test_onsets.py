"""Planted onsets and lags are found, to the millisecond where the signal allows."""

import numpy as np
import pytest

from nuchal.emg.onsets import (
    Burst,
    OnsetSettings,
    compare_bursts,
    curve_bursts,
    emg_bursts,
    energy_curve,
)
from nuchal.synthetic.emg import SyntheticSettings, synthetic_emg

SETTINGS = OnsetSettings()
PLANTED = [(1.0, 1.8), (3.0, 3.6), (5.2, 6.5)]


def planted(level: float, seed: int):
    time = np.arange(0, 8.0, 1e-3)
    activation = np.zeros((len(time), 1))
    for on, off in PLANTED:
        ramp = np.clip(np.minimum(time - on, off - time) / 0.04, 0.0, 1.0)
        activation[:, 0] = np.maximum(activation[:, 0], level * ramp)
    return synthetic_emg(
        time, activation, names=("a",), settings=SyntheticSettings(), seed=seed
    ).recording


@pytest.mark.parametrize(("level", "within_s"), [(0.5, 0.012), (0.1, 0.02), (0.03, 0.05)])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_bursts_of_raw_emg(level: float, within_s: float, seed: int) -> None:
    made = planted(level, seed)
    found = emg_bursts(made.values[:, 0], made.rate_hz, settings=SETTINGS)
    assert len(found) == len(PLANTED)
    np.testing.assert_allclose(np.array(found), np.array(PLANTED), atol=within_s)


def test_a_stated_rest_and_another_clock() -> None:
    made = planted(0.3, 4)
    found = emg_bursts(
        made.values[:, 0], made.rate_hz, start_s=100.0, settings=SETTINGS, rest_s=(100.0, 100.8)
    )
    np.testing.assert_allclose(np.array(found) - 100.0, np.array(PLANTED), atol=0.03)


def test_noise_alone_has_no_burst() -> None:
    noise = np.random.default_rng(1).standard_normal(40000)
    assert emg_bursts(noise, 2000.0, settings=SETTINGS) == []


def test_the_energy_of_a_sine_is_a_constant() -> None:
    """Teager-Kaiser of A sin(w n) is A^2 sin(w)^2."""
    omega = 2.0 * np.pi * 100.0 / 2000.0
    energy = energy_curve(3.0 * np.sin(omega * np.arange(6000)), 2000.0, SETTINGS)
    np.testing.assert_allclose(energy[2000:-2000], 9.0 * np.sin(omega) ** 2, rtol=0.01)


def test_bursts_of_a_curve_are_where_it_passes_a_share_of_its_range() -> None:
    time = np.arange(0, 4.0, 0.01)
    triangle = np.clip(1.0 - np.abs(time - 2.0), 0.0, None)
    (burst,) = curve_bursts(triangle, np.ones(len(time), bool), 100.0, settings=SETTINGS)
    assert burst.on == pytest.approx(1.2, abs=0.011)
    assert burst.off == pytest.approx(2.8, abs=0.011)
    assert curve_bursts(0 * time, np.ones(len(time), bool), 100.0, settings=SETTINGS) == []
    assert curve_bursts(triangle, np.zeros(len(time), bool), 100.0, settings=SETTINGS) == []


def test_differences_are_the_second_less_the_first() -> None:
    first = [Burst(1.0, 2.0), Burst(4.0, 5.0), Burst(8.0, 9.0)]
    second = [Burst(1.1, 2.3), Burst(4.9, 5.1), Burst(6.0, 6.2)]
    found = compare_bursts(first, second, inside_s=(0.0, 10.0))
    np.testing.assert_allclose(found.onset_s, [0.1, 0.9])
    np.testing.assert_allclose(found.offset_s, [0.3, 0.1])
    assert (found.only_first, found.only_second) == (1, 1)
    cut = compare_bursts([Burst(0.0, 1.0)], [Burst(0.0, 1.2)], inside_s=(0.0, 1.2))
    assert len(cut.onset_s) == 0
    assert len(cut.offset_s) == 0
