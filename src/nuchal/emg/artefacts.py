"""Faults of a channel that show in its samples: clipping, lost signal, spikes, rectification."""

from typing import Final, NamedTuple

import numpy as np
import scipy
from jaxtyping import Float, Int

from nuchal.emg.signals import Samples, SamplesKnown
from nuchal.tracking.smoothing import segments

# Constant for as long as this, a signal is lost [s].
_FLAT_S: Final = 0.02
# Times as far out as anything near.
_SPIKE: Final = 5.0
_BLOCK_S: Final = 0.02
# Blocks from a spike to the nearest that it is compared with, and to the farthest.
_APART, _AROUND = 3, 12
# Least over 95th percentile of raw EMG on an offset; what was rectified or smoothed has less.
_NEAR_ZERO: Final = 0.4
# Share of the samples that is left out at both ends, and how much farther the upper end then lies
# from the median than the lower.
_TAIL, _LOPSIDED = 0.05, 1.5


def flat_share(values: Samples, rate_hz: float) -> float:
    """Share of the samples in constant stretches of 20 ms or more."""
    return float(flat(values, rate_hz).mean())


def flat(values: Samples, rate_hz: float) -> SamplesKnown:
    """Samples in constant stretches of 20 ms or more."""
    same = np.diff(values) == 0.0
    found = np.zeros(len(values), bool)
    for first, end in segments(same):
        if end - first + 1 >= _FLAT_S * rate_hz:
            found[first : end + 1] = True
    return found


def clipped_share(values: Samples) -> float:
    """Share of the samples in runs of two or more at the greatest or the least value.

    An amplifier that runs into its limit repeats that value; a signal within its range touches its
    extreme with one sample. One such run alone can be chance and does not count.
    """
    size = float(np.ptp(values))
    if size == 0.0:
        return 0.0
    clipped = 0
    for extreme in (values.max(), values.min()):
        at_limit = np.abs(values - extreme) <= 1e-6 * size
        runs = [end - first for first, end in segments(at_limit) if end - first >= 2]
        clipped += sum(runs) if len(runs) > 1 else 0
    return clipped / len(values)


def spikes(banded: Samples, rate_hz: float) -> Int[np.ndarray, " s"]:
    """Samples at which something stands out of all that is around it, as an electrode's pop does.

    Five times as far from zero as anything from 0.06 to 0.24 s before or after it. A burst of EMG
    is no spike, as it goes on.
    """
    width = max(1, round(_BLOCK_S * rate_hz))
    count = len(banded) // width
    if count < 2 * _AROUND:
        return np.zeros(0, int)
    size = np.abs(banded[: count * width]).reshape(count, width).max(axis=1)
    padded = np.pad(size, _AROUND, mode="reflect")
    offsets = [k for k in range(-_AROUND, _AROUND + 1) if abs(k) >= _APART]
    around = np.max([padded[_AROUND + k : _AROUND + k + count] for k in offsets], axis=0)
    found = np.flatnonzero((size > _SPIKE * around) & (around > 0.0))
    first = np.diff(found, prepend=-_AROUND) >= _APART
    return np.asarray(found[first] * width)


def processed(values: Samples) -> bool:
    """Whether a channel was rectified or smoothed already, whatever its rate.

    Never negative, though it comes near zero, and reaches farther above its median than below. Raw
    EMG is as far to both sides of its baseline, and an offset that keeps it above zero is large. A
    smoothed muscle that does not move cannot be told from that.
    """
    if len(values) == 0 or values.min() < 0.0:
        return False
    low, middle, high = np.quantile(values, (_TAIL, 0.5, 1.0 - _TAIL))
    near = bool(values.min() < _NEAR_ZERO * high)
    return near and bool(high - middle > _LOPSIDED * (middle - low))


MAINS_HZ: Final = (50.0, 60.0)
_RESOLUTION_HZ: Final = 1.0
# How far from a mains line its background is looked for.
_BESIDE_HZ: Final = 6.0
# Half width within which a line's power lies: that of the window's main lobe.
_LINE_HZ: Final = 1.6
_DB_FLOOR: Final = 1e-12


class Spectrum(NamedTuple):
    """Power spectral density.

    Attributes:
        frequency: [Hz].
        density: Square of the signal's unit a hertz.
    """

    frequency: Float[np.ndarray, " f"]
    density: Float[np.ndarray, " f"]


class Mains(NamedTuple):
    """Hum of the mains in a channel.

    Attributes:
        share: Of the power within the band, 0 to 1.
        hz: 50 or 60: of which there is more.
    """

    share: float
    hz: float


def spectrum(values: Samples, rate_hz: float) -> Spectrum:
    """Welch's estimate with windows of a second (Hann, half overlapping)."""
    window = min(len(values), round(rate_hz / _RESOLUTION_HZ))
    frequency, density = scipy.signal.welch(values, rate_hz, nperseg=window, detrend="constant")
    return Spectrum(np.asarray(frequency), np.asarray(density))


def mains_share(found: Spectrum, band_hz: tuple[float, float]) -> Mains:
    """The share of a channel's power that stands out at the mains frequency and its harmonics.

    Each line's power is what lies within 1.6 Hz of it above the median density of the 6 Hz on
    either side, so that clean EMG has a share of about zero.

    Args:
        found: The spectrum of the raw channel.
        band_hz: Band in which power counts, and in which harmonics are looked for [Hz].
    """
    shares = [_line_share(found, band_hz, hz) for hz in MAINS_HZ]
    best = int(np.argmax(shares))
    return Mains(float(shares[best]), MAINS_HZ[best])


def _line_share(found: Spectrum, band_hz: tuple[float, float], mains_hz: float) -> float:
    frequency, density = found
    inside = (frequency >= band_hz[0]) & (frequency <= band_hz[1])
    total = float(density[inside].sum())
    if total <= 0.0:
        return 0.0
    excess = 0.0
    for line in np.arange(mains_hz, band_hz[1], mains_hz):
        off = np.abs(frequency - line)
        near, beside = off <= _LINE_HZ, (off > _LINE_HZ) & (off <= _BESIDE_HZ)
        if line >= band_hz[0] and near.any() and beside.any():
            background = float(np.median(density[beside]))
            excess += max(0.0, float((density[near] - 2.0 * background).sum()))
    return min(1.0, excess / total)


def motion_ratio_db(found: Spectrum) -> float:
    """Power of the signal over that of motion artefacts, in decibels.

    The signal-to-motion ratio of Sinderby, Lindstroem, Grassino (1995),
    doi 10.1152/jappl.1995.79.5.1803: artefact is the area below 20 Hz above the straight line from
    the origin to the greatest density above 35 Hz (here of densities averaged over 12.8 Hz, their
    "mean power density").
    """
    frequency, density = found
    width = max(1, round(12.8 / max(frequency[1], 1e-9)))
    smooth = np.convolve(density, np.full(width, 1.0 / width), mode="same")
    upper = frequency > 35.0
    if not upper.any() or smooth[upper].max() <= 0.0:
        return 0.0
    top = int(np.flatnonzero(upper)[smooth[upper].argmax()])
    line = smooth[top] * frequency / frequency[top]
    low = (frequency > 0.0) & (frequency < 20.0)
    artefact = float(np.maximum(density[low] - line[low], 0.0).sum())
    total = float(density[(frequency > 0.0) & (frequency < 600.0)].sum())
    return float(10.0 * np.log10(max(total, _DB_FLOOR) / max(artefact, _DB_FLOOR * total, 1e-300)))


def median_frequency_hz(found: Spectrum, band_hz: tuple[float, float]) -> float:
    """The frequency that halves a channel's power within the band; 0 where it has none [Hz]."""
    inside = (found.frequency >= band_hz[0]) & (found.frequency <= band_hz[1])
    power = np.cumsum(found.density[inside])
    if not len(power) or power[-1] <= 0.0:
        return 0.0
    return float(found.frequency[inside][int(np.searchsorted(power, 0.5 * power[-1]))])
