"""Surface EMG made from known activations, with the faults that real recordings have.

What goes in is known, so that what each step of the analysis recovers can be measured. Nothing here
is a measurement.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Float
from scipy import fft, ndimage

from nuchal.emg.signals import MICROVOLTS, EmgRecording

# Time [s], width [s] and height of the waves Q, R, S and T, as Gaussians (the form of McSharry et
# al. 2003, doi 10.1109/TBME.2003.808805).
_QRS_T: Final = (
    (-0.025, 0.010, -0.12),
    (0.0, 0.010, 1.0),
    (0.026, 0.010, -0.25),
    (0.26, 0.045, 0.22),
)


@dataclass(frozen=True, kw_only=True)
class SyntheticSettings:
    """What the electrodes see beside their own muscle; all amplitudes in microvolts.

    Tuples have one value a channel; a single value is for all.

    Attributes:
        mvc_uv: Standard deviation of the signal at full activation.
        spectrum_hz: Lower and upper shaping frequency of the motor units' spectrum.
        noise_uv: Standard deviation of the amplifier's white noise.
        crosstalk: Share of its signal that each channel gives to each of its neighbours.
        neighbours: Pairs of channels between which there is crosstalk.
        ecg_uv: Height of the R wave.
        heart_variation: Standard deviation of the intervals between beats over their mean.
        mains_uv: Amplitude of the fundamental; the third and fifth harmonics have a third and a
            fifth.
        drift_uv: Standard deviation of the baseline's wander below 2 Hz.
        steps: When the baseline of all channels jumps [s], and how far [uV].
        limit_uv: Where the amplifier clips.
        dropouts: By channel: from when to when an electrode is off, which gives a constant zero
            [s].
        spikes: By channel: when an electrode pops [s].
    """

    rate_hz: float = 2000.0
    mvc_uv: float = 300.0
    spectrum_hz: tuple[float, float] = (60.0, 120.0)
    noise_uv: float = 3.0
    crosstalk: float = 0.0
    neighbours: tuple[tuple[int, int], ...] = ()
    ecg_uv: float | tuple[float, ...] = 0.0
    heart_per_min: float = 72.0
    heart_variation: float = 0.04
    mains_uv: float | tuple[float, ...] = 0.0
    mains_hz: float = 50.0
    drift_uv: float = 0.0
    steps: tuple[tuple[float, float], ...] = ()
    limit_uv: float | None = None
    dropouts: Mapping[int, tuple[tuple[float, float], ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    spikes: Mapping[int, tuple[float, ...]] = field(default_factory=lambda: MappingProxyType({}))
    spike_uv: float = 3000.0


# How much earlier muscles are active than static optimisation thinks [s], what they share, and the
# spread of the logarithm of what is their own, as slow as this [s].
_LEAD_S: Final = 0.040
_CO_CONTRACTION: Final = 0.15
_OWN: Final = 0.35
_OWN_S: Final = 0.2


class SyntheticEmg(NamedTuple):
    """A made recording, and what of it no recording tells.

    Attributes:
        own: Each channel's own muscle alone [uV].
        beats_s: Times of the R waves [s].
    """

    recording: EmgRecording
    own: Float[np.ndarray, "n c"]
    beats_s: Float[np.ndarray, " b"]


def as_people_do(
    time: Float[np.ndarray, " t"], activation: Float[np.ndarray, "t c"], *, seed: int
) -> Float[np.ndarray, "t c"]:
    """Activations as people have them who do not optimise: earlier, together, and in their own way.

    Args:
        time: evenly spaced [s].
        activation: as static optimisation finds it, 0 to 1.
        seed: of what is their own.
    """
    rate_hz = (len(time) - 1) / float(time[-1] - time[0])
    early = np.stack([np.interp(time + _LEAD_S, time, a) for a in activation.T], axis=1)
    shared = _CO_CONTRACTION * early.mean(axis=1, keepdims=True)
    noise = np.random.default_rng(seed).standard_normal(early.shape)
    slow = ndimage.gaussian_filter1d(noise, _OWN_S * rate_hz, axis=0)
    return np.asarray(np.clip((early + shared) * np.exp(_OWN * slow / slow.std(axis=0)), 0.0, 1.0))


def synthetic_emg(
    time: Float[np.ndarray, " t"],
    activation: Float[np.ndarray, "t c"],
    *,
    names: Sequence[str],
    settings: SyntheticSettings,
    seed: int,
) -> SyntheticEmg:
    """Surface EMG of muscles whose activations are known.

    Each channel is Gaussian noise with the spectrum of many superposed motor-unit action
    potentials (Stulen and De Luca 1981, doi 10.1109/TBME.1981.324738, after Shwedyk et al. 1977):
    ``P(f) ~ fh^4 f^2 / ((f^2 + fl^2) (f^2 + fh^2)^2)``, times the activation.

    Args:
        time: Of the activations, evenly spaced [s].
        activation: 0 to 1.
        names: Of the channels.
        settings: What else there is.
        seed: The same seed makes the same recording.
    """
    dice = np.random.default_rng(seed)
    rate = settings.rate_hz
    samples = int(np.floor((time[-1] - time[0]) * rate + 1e-6)) + 1
    clock = time[0] + np.arange(samples) / rate
    level = np.stack([np.interp(clock, time, a) for a in activation.T], axis=1)
    own = settings.mvc_uv * level * motor_unit_noise(dice, level.shape, settings)
    values = own + settings.crosstalk * _from_neighbours(own, settings.neighbours)
    beats = _beats(dice, clock, settings)
    values = values + _each(settings.ecg_uv, level.shape[1]) * _ecg(clock, beats)[:, None]
    hum = _mains(dice, clock, settings)[:, None]
    values = values + _each(settings.mains_uv, level.shape[1]) * hum
    values = values + settings.noise_uv * dice.standard_normal(level.shape)
    values = values + settings.drift_uv * _wander(dice, level.shape, rate)
    values = _with_faults(values, clock, settings)
    return SyntheticEmg(_recording(values, clock, names, rate), own, beats)


def _recording(
    values: Float[np.ndarray, "n c"],
    clock: Float[np.ndarray, " n"],
    names: Sequence[str],
    rate_hz: float,
) -> EmgRecording:
    return EmgRecording(
        source=Path("synthetic"),
        names=tuple(names),
        values=values,
        known=np.ones(values.shape, bool),
        rate_hz=rate_hz,
        start_s=float(clock[0]),
        units=(MICROVOLTS,) * len(names),
    )


def motor_unit_noise(
    dice: np.random.Generator, shape: tuple[int, int], settings: SyntheticSettings
) -> Float[np.ndarray, "n c"]:
    """Noise of unit variance with the motor units' spectrum."""
    low, high = settings.spectrum_hz
    size = fft.next_fast_len(shape[0], real=True)
    frequency = np.fft.rfftfreq(size, 1.0 / settings.rate_hz)
    gain = high**2 * frequency / (np.sqrt(frequency**2 + low**2) * (frequency**2 + high**2))
    white = np.fft.rfft(dice.standard_normal((size, shape[1])), axis=0)
    noise = np.fft.irfft(white * gain[:, None], n=size, axis=0)[: shape[0]]
    return np.asarray(noise / np.sqrt(np.mean(gain[1:] ** 2)))


def _each(value: float | tuple[float, ...], count: int) -> Float[np.ndarray, " c"]:
    return np.broadcast_to(np.asarray(value, float), (count,)).copy()


def _from_neighbours(
    own: Float[np.ndarray, "n c"], neighbours: tuple[tuple[int, int], ...]
) -> Float[np.ndarray, "n c"]:
    other = np.zeros_like(own)
    for a, b in neighbours:
        other[:, a] += own[:, b]
        other[:, b] += own[:, a]
    return other


def _beats(
    dice: np.random.Generator, clock: Float[np.ndarray, " n"], settings: SyntheticSettings
) -> Float[np.ndarray, " b"]:
    interval = 60.0 / settings.heart_per_min
    count = int((clock[-1] - clock[0]) / interval * 1.5) + 3
    steps = interval * (1.0 + settings.heart_variation * dice.standard_normal(count))
    beats = clock[0] + dice.uniform(0.0, interval) + np.cumsum(np.maximum(steps, 0.3)) - interval
    return np.asarray(beats[(beats >= clock[0]) & (beats <= clock[-1])])


def _ecg(clock: Float[np.ndarray, " n"], beats: Float[np.ndarray, " b"]) -> Float[np.ndarray, " n"]:
    wave = np.zeros_like(clock)
    rate = 1.0 / (clock[1] - clock[0])
    for beat in beats:
        first = max(0, int((beat - clock[0] - 0.2) * rate))
        part = slice(first, min(len(clock), first + int(0.75 * rate)))
        for at, width, height in _QRS_T:
            wave[part] += height * np.exp(-0.5 * ((clock[part] - beat - at) / width) ** 2)
    return wave


def _mains(
    dice: np.random.Generator, clock: Float[np.ndarray, " n"], settings: SyntheticSettings
) -> Float[np.ndarray, " n"]:
    phase = dice.uniform(0.0, 2.0 * np.pi, 3)
    turn = 2.0 * np.pi * settings.mains_hz * clock
    waves = [np.sin(k * turn + p) / k for k, p in zip((1, 3, 5), phase, strict=True)]
    return np.asarray(np.sum(waves, axis=0))


def _wander(
    dice: np.random.Generator, shape: tuple[int, int], rate_hz: float
) -> Float[np.ndarray, "n c"]:
    """Slow noise of unit standard deviation."""
    slow = ndimage.gaussian_filter1d(
        dice.standard_normal(shape), rate_hz / (2.0 * np.pi * 1.0), axis=0, mode="wrap"
    )
    size = slow.std(axis=0)
    return np.asarray(slow / np.where(size > 0.0, size, 1.0))


def _with_faults(
    values: Float[np.ndarray, "n c"], clock: Float[np.ndarray, " n"], settings: SyntheticSettings
) -> Float[np.ndarray, "n c"]:
    for at, height in settings.steps:
        values = values + height * (clock >= at)[:, None]
    for channel, times in settings.spikes.items():
        for at in times:
            since = np.maximum(clock - at, 0.0)
            values[:, channel] += settings.spike_uv * np.exp(-since / 0.004) * (clock >= at)
    if settings.limit_uv is not None:
        values = np.clip(values, -settings.limit_uv, settings.limit_uv)
    for channel, parts in settings.dropouts.items():
        for first, last in parts:
            values[(clock >= first) & (clock < last), channel] = 0.0
    return values
