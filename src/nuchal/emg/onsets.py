"""When muscles switch on and off.

In raw EMG, by the Teager-Kaiser energy operator ``x(n)^2 - x(n - 1) x(n + 1)`` (Li, Zhou, Aruin
2007, doi 10.1007/s10439-007-9320-z; Solnik et al. 2010, doi 10.1007/s00421-010-1521-8) and a
threshold above rest that has to be passed for a while (Hodges and Bui 1996,
doi 10.1016/S0921-884X(96)95190-5): its mean plus a number of standard deviations. Model activations
have no noise to set a threshold by, so where the two are compared both are judged as curves, by the
same share of their own range.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import scipy
from jaxtyping import Bool, Float

from nuchal.emg.filters import zero_phase
from nuchal.emg.signals import Samples, SamplesKnown
from nuchal.tracking.smoothing import segments


@dataclass(frozen=True, kw_only=True)
class OnsetSettings:
    """How bursts are found.

    Attributes:
        band_hz: Band-pass before the energy operator, as Solnik et al. (2010) [Hz].
        lowpass_hz: Of the rectified energy, as Solnik et al. (2010) [Hz].
        threshold_sd: Standard deviations above the mean of rest.
        rest_s: Rest is the quietest stretch of this length, if none is given [s].
        sustained_s: Shorter stretches above the threshold are chance, and no part of a burst [s].
        shortest_s: A burst lasts at least so long [s].
        join_s: Bursts closer together are one [s].
        curve_share: A curve is on above this share of its range, from its 5th percentile to its
            maximum.
    """

    band_hz: tuple[float, float] = (30.0, 300.0)
    lowpass_hz: float = 50.0
    threshold_sd: float = 8.0
    rest_s: float = 0.5
    sustained_s: float = 0.01
    shortest_s: float = 0.1
    join_s: float = 0.125
    curve_share: float = 0.2


class Burst(NamedTuple):
    """From when to when a muscle was active [s]."""

    on: float
    off: float


class TimingDifference(NamedTuple):
    """One curve's bursts against another's.

    Attributes:
        onset_s: The second's onset less the first's, of every burst that both have [s].
        only_first: Bursts that the second has nothing for.
    """

    onset_s: Float[np.ndarray, " k"]
    offset_s: Float[np.ndarray, " k"]
    only_first: int
    only_second: int


_NONE: Final = np.zeros(0)


def emg_bursts(
    values: Samples,
    rate_hz: float,
    *,
    start_s: float = 0.0,
    settings: OnsetSettings,
    rest_s: tuple[float, float] | None = None,
) -> list[Burst]:
    """Bursts of one raw channel.

    Args:
        values: Raw, in any unit.
        rate_hz: Of the samples.
        start_s: Time of the first sample [s].
        settings: Of the method.
        rest_s: From when to when the muscle rests; the quietest stretch if not given [s].
    """
    energy = energy_curve(values, rate_hz, settings)
    window = min(len(energy), max(2, round(settings.rest_s * rate_hz)))
    if rest_s is None:
        means = np.convolve(energy, np.full(window, 1.0 / window), mode="valid")
        first = int(means.argmin())
        rest = energy[first : first + window]
    else:
        begin, end = (max(0, round((at - start_s) * rate_hz)) for at in rest_s)
        rest = energy[begin : max(begin + 2, end)]
    threshold = rest.mean() + settings.threshold_sd * rest.std()
    return _bursts(energy > threshold, rate_hz, start_s, settings)


def energy_curve(values: Samples, rate_hz: float, settings: OnsetSettings) -> Samples:
    """The smoothed Teager-Kaiser energy of a raw channel, in the square of its unit."""
    low, high = settings.band_hz
    band = (low, min(high, 0.45 * rate_hz))
    sections = scipy.signal.butter(2, band, "bandpass", fs=rate_hz, output="sos")
    x = zero_phase(np.asarray(sections), (values - values.mean())[:, None])[:, 0]
    energy = np.zeros_like(x)
    energy[1:-1] = x[1:-1] ** 2 - x[:-2] * x[2:]
    smooth = scipy.signal.butter(2, settings.lowpass_hz, fs=rate_hz, output="sos")
    return zero_phase(np.asarray(smooth), np.abs(energy)[:, None], mirrored=True)[:, 0]


def curve_bursts(
    values: Float[np.ndarray, " t"],
    known: Bool[np.ndarray, " t"],
    rate_hz: float,
    *,
    start_s: float = 0.0,
    settings: OnsetSettings,
) -> list[Burst]:
    """Bursts of a linear envelope or of a model's activation; none of a curve that is constant.

    Frames that are not known are off.
    """
    if not known.any():
        return []
    low, high = np.quantile(values[known], 0.05), values[known].max()
    if high - low <= 1e-6:
        return []
    on = known & (values > low + settings.curve_share * (high - low))
    return _bursts(on, rate_hz, start_s, settings)


def compare_bursts(
    first: list[Burst],
    second: list[Burst],
    *,
    inside_s: tuple[float, float],
    tolerance_s: float = 0.5,
) -> TimingDifference:
    """Pair bursts that overlap, nearest onsets first, and take the differences of their times.

    Args:
        first: Of the curve that is the reference.
        second: Of the other.
        inside_s: Onsets before and offsets after these times were not seen, and do not count [s].
        tolerance_s: Bursts whose onsets and offsets both are farther apart are no pair [s].
    """
    distance = {
        (i, j): abs(a.on - b.on)
        for i, a in enumerate(first)
        for j, b in enumerate(second)
        if min(a.off, b.off) > max(a.on, b.on)
        and min(abs(a.on - b.on), abs(a.off - b.off)) <= tolerance_s
    }
    pairs: dict[int, int] = {}
    for i, j in sorted(distance, key=lambda pair: distance[pair]):
        if i not in pairs and j not in pairs.values():
            pairs[i] = j
    begin, end = inside_s
    matched = [(first[i], second[j]) for i, j in pairs.items()]
    onset = [b.on - a.on for a, b in matched if min(a.on, b.on) > begin]
    offset = [b.off - a.off for a, b in matched if max(a.off, b.off) < end]
    return TimingDifference(
        np.array(onset) if onset else _NONE,
        np.array(offset) if offset else _NONE,
        len(first) - len(pairs),
        len(second) - len(pairs),
    )


def _bursts(
    on: SamplesKnown, rate_hz: float, start_s: float, settings: OnsetSettings
) -> list[Burst]:
    """Stretches of true values, close ones joined and short ones left out."""
    gap = max(1, round(settings.join_s * rate_hz))
    joined = on.copy()
    for first, end in segments(on):
        if end - first < settings.sustained_s * rate_hz:
            joined[first:end] = False
    for first, end in segments(~joined):
        if first > 0 and end < len(on) and end - first < gap:
            joined[first:end] = True
    least = settings.shortest_s * rate_hz
    return [
        Burst(start_s + first / rate_hz, start_s + (end - 1) / rate_hz)
        for first, end in segments(joined)
        if end - first >= least
    ]
