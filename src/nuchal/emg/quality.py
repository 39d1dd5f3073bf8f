"""How good each channel of a surface-EMG recording is, in figures and in flags.

The figures are plain measures of the signal; the thresholds of the flags are ours, set so that
``benchmarks/emg/run.py`` finds planted faults and none in clean signals.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy import ndimage

from nuchal.emg.artefacts import (
    clipped_share,
    flat_share,
    mains_share,
    median_frequency_hz,
    motion_ratio_db,
    spectrum,
    spikes,
)
from nuchal.emg.cardiac import Cardiac, cardiac
from nuchal.emg.filters import ConditioningSettings, bandpassed
from nuchal.emg.signals import MICROVOLTS, Channels, EmgRecording, Samples
from nuchal.findings import Finding, Found, Warned, finding

# Window of the running root mean square whose extremes are noise and signal [s].
NOISE_WINDOW_S: Final = 0.25
# A spike closer to a beat of the heart is one [s].
_BEAT_S: Final = 0.1
# Quantiles of the running root mean square that stand for noise and for signal.
_QUIET, _LOUD = 0.05, 0.95


@dataclass(frozen=True, kw_only=True)
class QualityLimits:
    """Where a figure becomes a flag.

    Attributes:
        flat: Share of samples in stretches without any signal.
        clipped: Share of samples at the end of the range.
        mains: Share of the band's power.
        motion_db: Least signal-to-motion ratio; not asked where heart beats show, which lie there,
            too [dB].
        signal_db: Least signal-to-noise ratio [dB].
        dead_flat: Share of constant samples from which on a channel is dead.
        dead_median_hz: A channel most of whose power lies below this and that is never loud holds
            no EMG [Hz].
        dead_uv: Never louder than this within the band (running root mean square) is not loud [uV].
        dead_share: The same where the unit is not known, as a share of the loudest channel.
        ecg: Share of the band's power, locked to the heart's beats.
        unknown: Share of samples without a number.
    """

    flat: float = 0.02
    clipped: float = 0.0005
    mains: float = 0.10
    motion_db: float = 12.0
    signal_db: float = 6.0
    dead_flat: float = 0.5
    dead_median_hz: float = 25.0
    dead_uv: float = 10.0
    dead_share: float = 0.05
    ecg: float = 0.002
    spikes_per_min: float = 2.0
    unknown: float = 0.02


@dataclass(frozen=True, kw_only=True)
class ChannelQuality:
    """Figures of one raw channel.

    Attributes:
        alive: Whether there is any EMG at all.
        flat_share: Of samples in constant stretches of 20 ms or more: electrode or transmitter
            lost.
        clipped_share: Of samples in runs at the greatest or least value.
        mains_share: Of the power within the band, at the mains frequency and its harmonics.
        motion_db: Signal over motion artefact.
        signal_db: Loudest over quietest twentieth of the running root mean square. A lower bound of
            the signal-to-noise ratio where the muscle never rested, and low where it never worked.
        noise: Quietest twentieth of the running root mean square, in the recording's unit.
        loud: Loudest twentieth.
        raw_median_hz: Median frequency from 1 Hz to the band's end.
        median_hz: Median frequency within the band.
        spikes_per_min: Pops of an electrode: see ``faults.spikes``; beats of the heart are none.
        ecg_share: Of the power within the band, locked to the heart's beats.
        flags: What is wrong; empty for a good channel.
    """

    name: str
    alive: bool
    unknown_share: float
    flat_share: float
    clipped_share: float
    mains_share: float
    mains_hz: float
    motion_db: float
    signal_db: float
    noise: float
    loud: float
    raw_median_hz: float
    median_hz: float
    spikes_per_min: float
    ecg_share: float
    ecg: bool
    flags: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True)
class Quality:
    """Figures of all channels of one recording.

    Attributes:
        heart_per_min: Beats a minute, where the heart shows in any channel.
    """

    channels: tuple[ChannelQuality, ...]
    heart_per_min: float | None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Flags of all channels, and whether the heart shows."""
        flags = tuple(flag for channel in self.channels for flag in channel.flags)
        if self.heart_per_min is None:
            return flags
        return (*flags, finding(Found.EMG_HEART_RATE, per_min=self.heart_per_min))


def quality_of(
    recording: EmgRecording, settings: ConditioningSettings, limits: QualityLimits = QualityLimits()
) -> Quality:
    """Measure every channel of a raw recording; power counts in the band of ``settings``.

    Raises:
        RecordingError: As ``conditioning.refuse_unfit``.
    """
    banded = bandpassed(recording, settings)
    figures = [_figures(recording, c, banded[:, c], settings) for c in range(len(recording.names))]
    loudest = max((f.loud for f in figures), default=0.0)
    heart = cardiac(
        recording, banded, alive=tuple(f.flat_share < limits.dead_flat for f in figures)
    )
    found = []
    for c, channel in enumerate(figures):
        in_uv = recording.units[c] == MICROVOLTS
        quiet = limits.dead_uv if in_uv else limits.dead_share * loudest
        faint = channel.raw_median_hz < limits.dead_median_hz and channel.loud < quiet
        whole = replace(
            channel,
            alive=channel.flat_share < limits.dead_flat and (heart.flagged[c] or not faint),
            ecg=heart.flagged[c],
            ecg_share=float(heart.share[c]),
            spikes_per_min=60.0 * _spikes(recording, banded, c, heart) / recording.duration_s,
        )
        found.append(replace(whole, flags=_flags(whole, limits)))
    return Quality(channels=tuple(found), heart_per_min=heart.rate_per_min)


def _figures(
    recording: EmgRecording, c: int, banded: Samples, settings: ConditioningSettings
) -> ChannelQuality:
    """All figures of one channel but those of the heart."""
    known = recording.known[:, c]
    raw, rate = recording.values[:, c], recording.rate_hz
    found = spectrum(np.where(known, raw, raw[known].mean() if known.any() else 0.0), rate)
    flat = flat_share(raw[known], rate) if known.any() else 1.0
    hum = mains_share(found, settings.band_hz)
    quiet, loud = _levels(banded[known], rate)
    return ChannelQuality(
        name=recording.names[c],
        alive=True,
        unknown_share=float(1.0 - known.mean()),
        flat_share=flat,
        clipped_share=clipped_share(raw[known]) if known.any() else 0.0,
        mains_share=hum.share,
        mains_hz=hum.hz,
        motion_db=motion_ratio_db(found),
        signal_db=float(20.0 * np.log10(loud / quiet)) if quiet > 0.0 else 0.0,
        noise=quiet,
        loud=loud,
        raw_median_hz=median_frequency_hz(found, (1.0, settings.band_hz[1])),
        median_hz=median_frequency_hz(found, settings.band_hz),
        spikes_per_min=0.0,
        ecg_share=0.0,
        ecg=False,
        flags=(),
    )


def _spikes(recording: EmgRecording, banded: Channels, c: int, heart: Cardiac) -> int:
    """Number of spikes that are no beats of the heart."""
    found = recording.start_s + spikes(banded[:, c], recording.rate_hz) / recording.rate_hz
    if not heart.flagged[c] or not len(found):
        return len(found)
    off = np.abs(found[:, None] - heart.beats_s[None, :]).min(axis=1)
    return int((off > _BEAT_S).sum())


def _levels(banded: Samples, rate_hz: float) -> tuple[float, float]:
    """Quietest and loudest twentieth of the running root mean square."""
    if len(banded) == 0:
        return 0.0, 0.0
    window = max(1, round(NOISE_WINDOW_S * rate_hz))
    power = np.maximum(ndimage.uniform_filter1d(banded**2, window), 0.0)
    inside = power[window // 2 : len(power) - window // 2]
    quiet, loud = np.sqrt(np.quantile(inside if len(inside) else power, (_QUIET, _LOUD)))
    return float(quiet), float(loud)


def _flags(channel: ChannelQuality, limits: QualityLimits) -> tuple[Finding, ...]:
    """What is wrong with a channel."""
    name = channel.name
    if channel.flat_share >= limits.dead_flat:
        return (finding(Warned.EMG_CONSTANT, channel=name),)
    if not channel.alive:
        return (finding(Warned.EMG_NONE, channel=name, below_hz=limits.dead_median_hz),)
    c = channel
    mains = {"share": c.mains_share, "mains_hz": c.mains_hz}
    moves = c.motion_db < limits.motion_db and not c.ecg
    spiky = c.spikes_per_min > limits.spikes_per_min
    every: tuple[tuple[Warned, bool, dict[str, float]], ...] = (
        (Warned.EMG_MISSING, c.unknown_share > limits.unknown, {"share": c.unknown_share}),
        (Warned.EMG_LOST, c.flat_share > limits.flat, {"share": c.flat_share}),
        (Warned.EMG_CLIPPED, c.clipped_share > limits.clipped, {"share": c.clipped_share}),
        (Warned.EMG_MAINS, c.mains_share > limits.mains, mains),
        (Warned.EMG_MOTION, moves, {"above_db": c.motion_db}),
        (Warned.EMG_HEART, c.ecg_share > limits.ecg, {"share": c.ecg_share}),
        (Warned.EMG_SPIKES, spiky, {"per_min": c.spikes_per_min}),
        (Warned.EMG_NOISE, c.signal_db < limits.signal_db, {"above_db": c.signal_db}),
    )
    return tuple(finding(what, channel=name, **values) for what, holds, values in every if holds)
