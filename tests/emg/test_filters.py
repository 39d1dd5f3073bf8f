"""Filters against scipy's design and signals whose answer is known by hand."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from scipy import signal

from nuchal.emg.filters import (
    ConditioningSettings,
    bandpass,
    bandpassed,
    condition,
    lowpass,
    notches,
    without_drift,
    zero_phase,
)
from nuchal.emg.normalise import maxima_of, normalised
from nuchal.errors import RecordingError, Setting

RATE_HZ = 2000.0
PAPER = ConditioningSettings()
TIME = np.arange(0, 4.0, 1.0 / RATE_HZ)


def sine(hz: float, amplitude: float = 1.0) -> np.ndarray:
    return amplitude * np.sin(2.0 * np.pi * hz * TIME + 0.3)


def gain_of(hz: float, settings: ConditioningSettings, recorded) -> float:
    """Amplitude of a sine after the band-pass over that before, away from the ends."""
    out = bandpassed(recorded(sine(hz)), settings)[2000:-2000, 0]
    return float(np.sqrt(2.0) * out.std())


@pytest.mark.parametrize("rate_hz", [1000.0, 1500.0, 2000.0, 4000.0])
def test_one_pass_is_scipys_design(rate_hz: float) -> None:
    b, a = signal.butter(4, (20.0, 450.0), "bandpass", fs=rate_hz)
    frequency = np.linspace(5.0, 0.49 * rate_hz, 400)
    _, theirs = signal.freqz(b, a, frequency, fs=rate_hz)
    _, ours = signal.freqz_sos(bandpass(PAPER, rate_hz), frequency, fs=rate_hz)
    np.testing.assert_allclose(np.abs(ours), np.abs(theirs), atol=1e-6)
    b, a = signal.butter(4, 10.0, fs=rate_hz)
    _, theirs = signal.freqz(b, a, frequency, fs=rate_hz)
    _, ours = signal.freqz_sos(lowpass(PAPER, rate_hz), frequency, fs=rate_hz)
    np.testing.assert_allclose(np.abs(ours), np.abs(theirs), atol=1e-6)


@pytest.mark.parametrize("order", [2, 4])
@pytest.mark.parametrize("hz", [8.0, 20.0, 25.0, 100.0, 300.0, 450.0, 600.0])
def test_both_passes_square_the_butterworth_gain(recorded, order: int, hz: float) -> None:
    """Butterworth's own formula, band-pass by the analogue transform with warped frequencies."""
    warped = {f: np.tan(np.pi * f / RATE_HZ) for f in (20.0, 450.0, hz)}
    low, high, at = warped[20.0], warped[450.0], warped[hz]
    detuned = (at**2 - low * high) / (at * (high - low))
    power_of_one_pass = 1.0 / (1.0 + detuned ** (2 * order))
    settings = dataclasses.replace(PAPER, order=order)
    assert gain_of(hz, settings, recorded) == pytest.approx(power_of_one_pass, abs=2e-4)


def test_at_the_cut_offs_half_the_amplitude_is_left(recorded) -> None:
    for hz in PAPER.band_hz:
        assert gain_of(hz, PAPER, recorded) == pytest.approx(0.5, abs=1e-3)


def test_no_phase_is_left(recorded) -> None:
    out = bandpassed(recorded(sine(100.0)), PAPER)[2000:-2000, 0]
    np.testing.assert_allclose(out, sine(100.0)[2000:-2000], atol=1e-3)


def test_a_rectified_sine_has_its_known_mean(recorded) -> None:
    """The mean of abs(sin) is 2 / pi; a swelling sine's envelope follows it without delay."""
    swell = 1.0 + 0.5 * np.sin(2.0 * np.pi * 0.5 * TIME)
    made = condition(recorded(100.0 * sine(97.3), 100.0 * swell * sine(97.3)), PAPER)
    steady, swelling = made.envelopes.values[400:-400].T
    np.testing.assert_allclose(steady, 200.0 / np.pi, rtol=2e-3)
    np.testing.assert_allclose(swelling, 200.0 / np.pi * swell[400:-400], rtol=5e-3)
    assert made.envelopes.known.all()


def test_notches_take_the_hum_and_nothing_else(recorded) -> None:
    hum = sine(50.0, 30.0) + sine(150.0, 10.0) + sine(250.0, 6.0)
    settings = dataclasses.replace(PAPER, mains_hz=50.0)
    assert len(notches(settings, RATE_HZ)) == 9
    assert bandpassed(recorded(hum), settings)[2000:-2000].std() < 0.01 * hum.std()
    assert gain_of(75.0, settings, recorded) == pytest.approx(1.0, abs=0.01)
    off_by_one_width = gain_of(51.0, settings, recorded)
    assert off_by_one_width == pytest.approx(0.5, abs=0.02)


def test_notches_stay_below_half_the_rate() -> None:
    settings = dataclasses.replace(PAPER, mains_hz=60.0)
    assert len(notches(settings, 1000.0)) == 7
    assert len(notches(PAPER, 1000.0)) == 0


def test_drift_is_removed_before_filters_see_it() -> None:
    step = np.where(TIME < 2.0, 0.0, 1000.0)[:, None]
    kept = without_drift(step, RATE_HZ, PAPER)
    np.testing.assert_allclose(kept, step - 500.0)
    settings = dataclasses.replace(PAPER, drift_window_s=0.5)
    np.testing.assert_allclose(without_drift(step, RATE_HZ, settings), 0.0, atol=1e-9)


def test_a_rate_too_low_is_one_sentence_with_the_remedy(recorded) -> None:
    slow = recorded(np.ones(4000), rate_hz=800.0)
    with pytest.raises(RecordingError) as told:
        condition(slow, PAPER)
    values = told.value.values
    assert (told.value.what, told.value.file) == ("emg.band_too_high", Path("trial.c3d"))
    assert [values[f"{name}_hz"] for name in ("rate", "nyquist", "high", "needed")] == [
        800.0, 400.0, 450.0, 1000.0,
    ]  # fmt: skip
    assert values["lower"].values["band"] == Setting("band_hz", (20.0, 360.0))
    condition(slow, dataclasses.replace(PAPER, band_hz=(20.0, 360.0)))
    for rate_hz in (80.0, 100.0, 200.0):
        very_slow = recorded(np.ones(400), rate_hz=rate_hz)
        with pytest.raises(RecordingError) as too_slow:
            condition(very_slow, PAPER)
        assert too_slow.value.values["nyquist_hz"] == rate_hz / 2.0
        assert too_slow.value.values["lower"] is None
    with pytest.raises(RecordingError) as short:
        condition(recorded(np.ones(200)), PAPER)
    assert (short.value.what, short.value.values["duration_s"]) == ("emg.too_short", 0.1)


def test_gaps_are_bridged_and_marked(recorded) -> None:
    values = 100.0 * sine(97.3)
    values[4000:4100] = np.nan
    made = condition(recorded(values, 100.0 * sine(100.0)), PAPER)
    gap, whole = made.envelopes.known.T
    assert whole.all()
    unknown = np.flatnonzero(~gap)
    assert (unknown[0], unknown[-1]) == (3900, 4199)
    assert np.isfinite(made.envelopes.values).all()
    assert (made.envelopes.values[~gap, 0] == 0.0).all()
    assert made.envelopes.values[4400:-400, 0] == pytest.approx(200.0 / np.pi, rel=0.01)


def test_zero_phase_of_a_short_signal_is_finite() -> None:
    assert np.isfinite(zero_phase(lowpass(PAPER, RATE_HZ), np.ones((1001, 2)))).all()


def test_the_mvc_is_the_greatest_windowed_mean_over_all_trials(recorded) -> None:
    """Plateaus of known height: 0.6 s at 90 outdoes 0.1 s at 300 with a window of half a second."""
    short = np.where((TIME > 1.0) & (TIME < 1.1), 300.0, 10.0) * sine(100.0)
    long = np.where((TIME > 2.0) & (TIME < 2.6), 90.0, 10.0) * sine(100.0)
    found = maxima_of([recorded(short, long), recorded(long, short)], PAPER)
    by_hand = (0.1 * 300.0 + 0.4 * 10.0) / 0.5
    assert by_hand < 90.0
    np.testing.assert_allclose(found.value, 90.0 * 2.0 / np.pi, rtol=0.02)
    alone = maxima_of([recorded(short, short)], PAPER)
    np.testing.assert_allclose(alone.value, by_hand * 2.0 / np.pi, rtol=0.02)
    envelopes = condition(recorded(long, long), PAPER).envelopes
    shares = normalised(envelopes, found).values
    assert shares[4600] == pytest.approx(1.0, rel=0.03)
    assert shares[1000] == pytest.approx(10.0 / 90.0, rel=0.03)


def test_trials_in_other_units_or_too_short_are_refused(recorded) -> None:
    good = recorded(sine(100.0))
    with pytest.raises(RecordingError) as told:
        maxima_of([good, dataclasses.replace(good, units=("mV",))], PAPER)
    assert told.value.what == "emg.other_unit_than_trial"
    units = {"channel": "EMG1", "unit": "mV", "trial": "trial.c3d", "trial_unit": "uV"}
    assert told.value.values == units
    settings = dataclasses.replace(PAPER, mvc_window_s=6.0)
    with pytest.raises(RecordingError) as short:
        maxima_of([good], settings)
    assert short.value.what == "emg.mvc_too_short"
    assert short.value.values == {"duration_s": 4.0, "window_s": 6.0}


def test_a_channel_that_shows_nothing_has_no_share(recorded) -> None:
    trial = recorded(sine(100.0), np.zeros(len(TIME)))
    shares = normalised(condition(trial, PAPER).envelopes, maxima_of([trial], PAPER))
    assert shares.known[:, 0].all()
    assert not shares.known[:, 1].any()
    assert np.isfinite(shares.values).all()
