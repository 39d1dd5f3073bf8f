"""Agreement of curves whose relation is known."""

import numpy as np
import pytest
from scipy import ndimage

from nuchal.emg.agreement import AgreementSettings, agreement, best_lag, correlation, pearson
from nuchal.emg.clock import estimate_delay
from nuchal.emg.comparison import co_contraction
from nuchal.emg.signals import LinearEnvelopes, at_times

SETTINGS = AgreementSettings()
RATE_HZ = 100.0


def smooth(count: int, seed: int, *, channels: int = 1, width: float = 25.0) -> np.ndarray:
    noise = np.random.default_rng(seed).standard_normal((count, channels))
    slow = ndimage.gaussian_filter1d(noise, width, axis=0)
    return 0.3 + 0.1 * slow / slow.std(axis=0)


def everywhere(count: int) -> np.ndarray:
    return np.ones(count, bool)


def test_pearson_is_numpys() -> None:
    a, b = smooth(500, 1)[:, 0], smooth(500, 2)[:, 0]
    assert pearson(a, b) == pytest.approx(np.corrcoef(a, b)[0, 1], abs=1e-12)
    assert pearson(a, np.ones(500)) == 0.0


def test_the_interval_of_r_covers_what_it_says() -> None:
    """Curves with a true correlation of 0.6, a hundred times: 95 % intervals hold it about so."""
    held = 0
    for seed in range(100):
        common, own, other = smooth(3000, seed, channels=3).T - 0.3
        a = np.sqrt(0.6) * common + np.sqrt(0.4) * own
        b = np.sqrt(0.6) * common + np.sqrt(0.4) * other
        found = correlation(a, b, rate_hz=RATE_HZ, settings=SETTINGS)
        assert found.low <= found.r <= found.high
        held += found.low <= 0.6 <= found.high
    assert 86 <= held <= 100


def test_independent_frames_would_promise_too_much() -> None:
    """Blocks of one frame are three times too narrow here; the automatic ones are not."""
    a, b = smooth(3000, 4, channels=2).T
    blocks = correlation(a, b, rate_hz=RATE_HZ, settings=SETTINGS)
    fisher = 1.96 / np.sqrt(3000 - 3)
    assert blocks.high - blocks.low > 3.0 * 2.0 * fisher
    assert blocks.block_s > 0.5


@pytest.mark.parametrize("lag_s", [-0.2, -0.035, 0.0, 0.05, 0.3])
def test_a_planted_lag(lag_s: float) -> None:
    time = np.arange(1000) / RATE_HZ
    emg = 0.5 + 0.4 * np.sin(2.1 * time) + 0.2 * np.sin(5.3 * time)
    late = time - lag_s
    model = 0.5 + 0.4 * np.sin(2.1 * late) + 0.2 * np.sin(5.3 * late)
    found = best_lag(emg, model, everywhere(1000), rate_hz=RATE_HZ, settings=SETTINGS)
    assert found.lag_s == pytest.approx(lag_s, abs=0.003)
    assert found.r == pytest.approx(1.0, abs=1e-3)
    assert not found.at_limit


def test_a_lag_beyond_what_is_tried_is_told() -> None:
    time = np.arange(1000) / RATE_HZ
    found = best_lag(
        np.sin(time), np.sin(time - 1.0), everywhere(1000), rate_hz=RATE_HZ, settings=SETTINGS
    )
    assert found.at_limit


def test_errors_by_hand() -> None:
    time = np.arange(0, 10.0, 0.01)
    emg = 0.2 + 0.2 * np.sin(time)
    found = agreement(emg, 0.5 * emg, everywhere(len(time)), rate_hz=RATE_HZ, settings=SETTINGS)
    assert found.rmse == pytest.approx(np.sqrt(np.mean((0.5 * emg) ** 2)))
    assert found.gain == pytest.approx(2.0)
    assert found.rmse_scaled == pytest.approx(0.0, abs=1e-12)
    assert found.correlation.r == pytest.approx(1.0)
    assert found.timing.onset_s == pytest.approx(np.zeros(len(found.timing.onset_s)), abs=0.011)


def test_only_known_frames_count() -> None:
    a = smooth(600, 5)[:, 0]
    b = a.copy()
    b[200:300] = 7.0
    known = everywhere(600)
    known[200:300] = False
    found = agreement(a, b, known, rate_hz=RATE_HZ, settings=SETTINGS)
    assert found.frames == 500
    assert found.correlation.r == pytest.approx(1.0)
    assert found.rmse == pytest.approx(0.0)


def test_what_cannot_be_compared_is_none() -> None:
    a = smooth(600, 5)[:, 0]
    still = agreement(a, 0 * a, everywhere(600), rate_hz=RATE_HZ, settings=SETTINGS)
    assert still.correlation is None
    assert still.lag is None
    assert still.gain is None
    none = agreement(a, a, ~everywhere(600), rate_hz=RATE_HZ, settings=SETTINGS)
    assert (none.frames, none.rmse, none.correlation) == (0, None, None)


def test_co_contraction_by_hand() -> None:
    a, b = np.array([0.2, 0.4, 0.0]), np.array([0.1, 0.4, 0.1])
    assert co_contraction(a, b, everywhere(3)) == pytest.approx(2.0 * 0.5 / 1.2)
    assert co_contraction(a, a, everywhere(3)) == pytest.approx(1.0)
    assert co_contraction(a, 0.0 * a, everywhere(3)) == 0.0
    assert co_contraction(0.0 * a, 0.0 * a, everywhere(3)) is None


@pytest.mark.parametrize("delay_s", [-1.3, 0.0, 0.48, 1.11])
def test_a_delay_between_clocks(delay_s: float) -> None:
    """EMG that started before and goes on after the motion, late by a known time."""
    rate, start = 1000.0, 3.0
    clock = start + np.arange(16000) / rate
    seen = smooth(1900, 8, channels=3)
    at = np.arange(1900) / RATE_HZ
    values = np.stack([np.interp(clock - delay_s, at, s) for s in seen.T], axis=1)
    envelopes = LinearEnvelopes(
        names=("a", "b", "c"), values=values, known=np.ones(values.shape, bool), rate_hz=rate,
        start_s=start,
    )  # fmt: skip
    time = np.arange(600, 1400) / RATE_HZ
    found = estimate_delay(envelopes, time, seen[600:1400], everywhere(800))
    assert found.delay_s == pytest.approx(delay_s, abs=0.003)
    assert found.r > 0.99
    assert not found.ambiguous
    moved, known = at_times(envelopes, time, delay_s=delay_s)
    np.testing.assert_allclose(moved[known], seen[600:1400][known], atol=1e-4)


def test_a_repeated_movement_leaves_the_delay_ambiguous() -> None:
    time = np.arange(2000) / RATE_HZ
    wave = (0.5 + 0.4 * np.sin(2.0 * np.pi * time / 1.5))[:, None]
    envelopes = LinearEnvelopes(
        names=("a",), values=wave, known=np.ones(wave.shape, bool), rate_hz=RATE_HZ
    )
    found = estimate_delay(envelopes, time[500:1500], wave[500:1500], everywhere(1000))
    assert found.ambiguous
    apart = abs(found.second_s - found.delay_s) / 1.5
    assert apart == pytest.approx(round(apart), abs=0.02)


def test_nothing_to_go_by_is_no_delay() -> None:
    flat = np.zeros((1000, 1))
    envelopes = LinearEnvelopes(
        names=("a",), values=flat, known=np.ones(flat.shape, bool), rate_hz=RATE_HZ, start_s=50.0
    )
    time = np.arange(1000) / RATE_HZ
    assert estimate_delay(envelopes, time, flat + 1.0, everywhere(1000)) is None


def test_at_times_never_invents() -> None:
    values = np.arange(10.0)[:, None]
    known = np.ones((10, 1), bool)
    known[4] = False
    envelopes = LinearEnvelopes(names=("a",), values=values, known=known, rate_hz=10.0, start_s=1.0)
    found, sure = at_times(envelopes, np.array([0.9, 1.0, 1.25, 1.35, 1.5, 1.9, 2.0]))
    np.testing.assert_array_equal(sure[:, 0], [False, True, True, False, True, True, False])
    np.testing.assert_allclose(found[:, 0], [0.0, 0.0, 2.5, 0.0, 5.0, 9.0, 0.0])
