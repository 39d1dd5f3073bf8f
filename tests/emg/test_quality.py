"""Planted faults are found, with figures; clean signals have none."""

import dataclasses

import numpy as np
import pytest
from scipy import ndimage

from nuchal.emg.artefacts import (
    clipped_share,
    flat_share,
    mains_share,
    median_frequency_hz,
    motion_ratio_db,
    processed,
    spectrum,
    spikes,
)
from nuchal.emg.filters import ConditioningSettings, bandpassed, condition
from nuchal.emg.quality import ChannelQuality, quality_of
from nuchal.findings import Warned
from nuchal.synthetic.emg import SyntheticSettings, motor_unit_noise, synthetic_emg

PAPER = ConditioningSettings()


def measured(activations, *, seed: int = 3, duration_s: float = 15.0, settings: SyntheticSettings):
    time, level = activations(duration_s, 2, seed)
    made = synthetic_emg(time, level, names=("one", "two"), settings=settings, seed=seed)
    return made, quality_of(made.recording, PAPER)


def test_clean_signals_have_no_flag(activations) -> None:
    for seed in range(6):
        _, found = measured(activations, seed=seed, settings=SyntheticSettings())
        assert [c.flags for c in found.channels] == [(), ()]
        assert found.heart_per_min is None
        assert all(c.mains_share < 0.01 and c.signal_db > 15.0 for c in found.channels)


def flags(channel: ChannelQuality) -> list[Warned]:
    return [flag.what for flag in channel.flags]


def only(channels: tuple[ChannelQuality, ...], what: Warned) -> None:
    """The first channel has this flag and no other, the second none."""
    assert [flags(channel) for channel in channels] == [[what], []]
    assert channels[0].flags[0].values["channel"] == channels[0].name


@pytest.mark.parametrize("mains_hz", [50.0, 60.0])
def test_mains(activations, mains_hz: float) -> None:
    hum = SyntheticSettings(mains_uv=(60.0, 0.0), mains_hz=mains_hz)
    made, found = measured(activations, settings=hum)
    only(found.channels, Warned.EMG_MAINS)
    assert found.channels[0].flags[0].values["mains_hz"] == mains_hz
    in_hum = 0.5 * 60.0**2 * (1.0 + 1.0 / 9.0 + 1.0 / 25.0)
    true = in_hum / (in_hum + made.own[:, 0].var() + 3.0**2)
    assert found.channels[0].mains_share == pytest.approx(true, abs=0.03)
    assert found.channels[0].mains_hz == mains_hz


def test_clipping(activations) -> None:
    made, found = measured(activations, settings=SyntheticSettings(limit_uv=150.0))
    x = made.recording.values[:, 0]
    true = np.mean(np.abs(x) >= 150.0)
    assert true > 0.001
    assert found.channels[0].clipped_share == pytest.approx(true, rel=0.3)
    assert flags(found.channels[0])[0] == Warned.EMG_CLIPPED


def test_clipped_share_counts_runs_at_either_end() -> None:
    x = np.sin(np.linspace(0.0, 20.0 * np.pi, 4001))
    assert clipped_share(x) == 0.0
    cut = np.clip(x, -0.9, 0.5)
    assert clipped_share(cut) == pytest.approx(np.mean((x <= -0.9) | (x >= 0.5)), abs=0.002)
    assert clipped_share(np.ones(50)) == 0.0


def test_dropout(activations) -> None:
    off = SyntheticSettings(dropouts={0: ((2.0, 3.0), (8.0, 8.5))})
    _, found = measured(activations, settings=off)
    assert found.channels[0].flat_share == pytest.approx(0.1, abs=0.002)
    assert Warned.EMG_LOST in flags(found.channels[0])
    assert found.channels[1].flat_share == 0.0
    assert flat_share(np.zeros(100), 2000.0) == 1.0


def test_dead_channels(recorded, activations) -> None:
    """Constant, and drifting without any EMG in it."""
    time, level = activations(10.0, 1, 2)
    live = synthetic_emg(time, level, names=("a",), settings=SyntheticSettings(), seed=1)
    x = live.recording.values[:, 0]
    slow = 40.0 * np.sin(2.0 * np.pi * 0.7 * live.recording.time)
    noise = 0.2 * np.random.default_rng(0).standard_normal(len(x))
    found = quality_of(recorded(x, np.full(len(x), 5.0), slow + noise), PAPER)
    assert [c.alive for c in found.channels] == [True, False, False]
    dead = [[Warned.EMG_CONSTANT], [Warned.EMG_NONE]]
    assert [flags(channel) for channel in found.channels[1:]] == dead


def test_missing_samples(recorded, activations) -> None:
    time, level = activations(10.0, 1, 2)
    x = synthetic_emg(time, level, names=("a",), settings=SyntheticSettings(), seed=1)
    values = x.recording.values[:, 0].copy()
    values[1000:2000] = np.nan
    values[-1] = np.nan
    (channel,) = quality_of(recorded(values), PAPER).channels
    assert channel.unknown_share == pytest.approx(1001 / len(values))
    assert flags(channel)[0] == Warned.EMG_MISSING
    (gone,) = quality_of(recorded(np.full(4000, np.nan)), PAPER).channels
    assert not gone.alive


def test_spikes(activations) -> None:
    pops = SyntheticSettings(spikes={0: (4.0, 7.3, 11.1)})
    made, found = measured(activations, settings=pops)
    assert Warned.EMG_SPIKES in flags(found.channels[0])
    assert found.channels[1].flags == ()
    assert found.channels[0].spikes_per_min == pytest.approx(12.0, rel=0.01)
    from_start = spikes(made.recording.values[:, 0], 2000.0) / 2000.0
    np.testing.assert_allclose(from_start, [4.0, 7.3, 11.1], atol=0.021)


def test_motion_artefacts(activations) -> None:
    wander = SyntheticSettings(drift_uv=400.0)
    _, found = measured(activations, settings=wander)
    assert found.channels[0].motion_db < 1.0
    assert [flags(channel)[0] for channel in found.channels] == [Warned.EMG_MOTION] * 2


def test_a_signal_that_never_rises(recorded) -> None:
    noise = np.random.default_rng(5).standard_normal(20000)
    (channel,) = quality_of(recorded(noise), PAPER).channels
    assert channel.signal_db < 3.0
    assert flags(channel)[0] == Warned.EMG_NOISE


@pytest.mark.parametrize("seed", range(5))
def test_heart_beats(activations, seed: int) -> None:
    pace = 55.0 + 10.0 * seed
    heart = SyntheticSettings(ecg_uv=(100.0, 0.0), heart_per_min=pace)
    made, found = measured(activations, seed=seed, duration_s=25.0, settings=heart)
    only(found.channels, Warned.EMG_HEART)
    assert found.heart_per_min == pytest.approx(60.0 / np.diff(made.beats_s).mean(), rel=0.03)
    without = synthetic_emg(
        *activations(25.0, 2, seed),
        names=("one", "two"),
        settings=dataclasses.replace(heart, ecg_uv=0.0),
        seed=seed,
    )
    both, own = (bandpassed(m.recording, PAPER)[:, 0] for m in (made, without))
    true = ((both - own) ** 2).sum() / (both**2).sum()
    assert found.channels[0].ecg_share == pytest.approx(true, rel=0.3)


def test_the_spectrums_figures_by_hand() -> None:
    time = np.arange(20000) / 2000.0
    two = np.sin(2 * np.pi * 80.0 * time) + np.sin(2 * np.pi * 200.0 * time)
    found = spectrum(two + 1.2 * np.sin(2 * np.pi * 250.0 * time), 2000.0)
    assert median_frequency_hz(found, (20.0, 450.0)) == pytest.approx(200.0, abs=1.0)
    assert mains_share(found, (20.0, 450.0)).hz == 50.0
    assert mains_share(found, (20.0, 450.0)).share == pytest.approx((1.44 + 1.0) / 3.44, abs=0.02)
    dice = np.random.default_rng(2)
    white = dice.standard_normal(40000)
    assert mains_share(spectrum(white, 2000.0), (20.0, 450.0)).share < 0.005
    swaying = white + 20.0 * np.sin(2 * np.pi * 5.0 * np.arange(40000) / 2000.0)
    muscle = motor_unit_noise(dice, (40000, 1), SyntheticSettings())[:, 0]
    assert motion_ratio_db(spectrum(muscle, 2000.0)) > 25.0
    assert motion_ratio_db(spectrum(swaying, 2000.0)) == pytest.approx(0.0, abs=0.2)


FAULTS = {
    "clean": {},
    "heart": {"ecg_uv": 300.0},
    "drift": {"drift_uv": 500.0},
    "clipped": {"limit_uv": 60.0},
    "jumps": {"steps": ((4.0, 2000.0), (9.0, -2000.0))},
    "rest": {"mvc_uv": 0.0},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_raw_emg_is_not_taken_for_processed(activations, fault: str) -> None:
    """Nor on an offset of an unsigned converter, three times what it ever reaches."""
    time, level = activations(8.0, 2, 3)
    settings = SyntheticSettings(**FAULTS[fault])
    raw = synthetic_emg(time, level, names=("a", "b"), settings=settings, seed=3).recording.values
    for values in (raw, raw + 3.0 * np.abs(raw).max()):
        assert not any(processed(column) for column in values.T)


@pytest.mark.parametrize("every", [1, 20])
def test_processed_emg_is_known_at_any_rate(activations, every: int) -> None:
    time, level = activations(15.0, 2, 3)
    made = synthetic_emg(time, level, names=("a", "b"), settings=SyntheticSettings(), seed=3)
    raw = made.recording.values
    rectified = np.abs(raw)
    smoothed = condition(made.recording, PAPER).envelopes.values
    averaged = np.sqrt(ndimage.uniform_filter1d(raw**2, 100, axis=0))
    for values in (rectified, smoothed, averaged, 100.0 * smoothed / smoothed.max()):
        assert all(processed(column) for column in np.round(values[::every], 3).T)
