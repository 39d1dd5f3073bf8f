"""From raw surface EMG to linear envelopes: band-pass, rectify, low-pass.

He, Liu, Li (2026), doi 10.3390/s26020752: 4th-order Butterworth band-pass 20-450 Hz, full-wave
rectification, low-pass 10 Hz, division by the maximal voluntary contraction. Two things the paper
leaves open are decided here. *Order*: 4 is the order of each pass at each edge of the band
(``scipy.signal.butter(4, ...)``). *Zero phase*: every filter runs forward and backward, which
squares its gain: -6 dB instead of -3 dB at the cut-offs, and the slope of order 8. An ``order``
of 2 is the other usual reading, in which both passes together are of order 4.
"""

from dataclasses import dataclass
from math import floor
from typing import Final, Literal, NamedTuple, TypeAlias

import numpy as np
import scipy
from jaxtyping import Float
from scipy import ndimage

from nuchal.emg.signals import Channels, ChannelsKnown, EmgRecording, LinearEnvelopes
from nuchal.errors import RecordingError, Setting, phrase
from nuchal.tracking.smoothing import segments

# Second-order sections of a filter.
Sections: TypeAlias = Float[np.ndarray, "k 6"]
# Less than this is no recording of a movement [s].
SHORTEST_S: Final = 0.5
# A band that ends lower holds less than half of EMG's power, whose median lies there or above [Hz].
_LEAST_END_HZ: Final = 100.0


@dataclass(frozen=True, kw_only=True)
class ConditioningSettings:
    """How raw EMG becomes a linear envelope; travels with every result.

    Attributes:
        band_hz: Edges of the band-pass, where one pass has -3 dB [Hz].
        lowpass_hz: Of the rectified signal, where one pass has -3 dB [Hz].
        order: Of one pass of each filter, at each edge; both passes together have twice that.
        mains_hz: 50 or 60 to cut out the mains and its harmonics within the band [Hz].
        notch_width_hz: Between the -3 dB points of one pass of each notch [Hz].
        drift_window_s: Window of a running median that is subtracted first; None subtracts the mean
            [s].
        mvc_window_s: The MVC is the greatest mean of a linear envelope over a window this long [s].
    """

    band_hz: tuple[float, float] = (20.0, 450.0)
    lowpass_hz: float = 10.0
    order: int = 4
    mains_hz: float | None = None
    notch_width_hz: float = 2.0
    drift_window_s: float | None = None
    mvc_window_s: float = 0.5
    source: Literal["He, Liu, Li 2026, doi 10.3390/s26020752"] = (
        "He, Liu, Li 2026, doi 10.3390/s26020752"
    )


class Conditioned(NamedTuple):
    """A recording after the band-pass, and its linear envelopes.

    Attributes:
        banded: Zero where not known.
    """

    banded: Channels
    envelopes: LinearEnvelopes


def refuse_unfit(recording: EmgRecording, settings: ConditioningSettings) -> None:
    """Find out whether a recording can be conditioned at all.

    Raises:
        RecordingError: The band does not fit below half the sampling rate, or the recording is
            shorter than half a second.
    """
    low, high = settings.band_hz
    nyquist = recording.rate_hz / 2.0
    if high >= nyquist:
        lower = Setting("band_hz", (low, float(floor(0.9 * nyquist))))
        raise RecordingError(
            "emg.band_too_high",
            recording.source,
            rate_hz=recording.rate_hz,
            nyquist_hz=nyquist,
            high_hz=high,
            needed_hz=2.0 * high + 100.0,
            lower=phrase("emg.lower_band", band=lower) if 0.9 * nyquist > _LEAST_END_HZ else None,
        )
    if recording.duration_s < SHORTEST_S:
        raise RecordingError(
            "emg.too_short",
            recording.source,
            duration_s=recording.duration_s,
            shortest_s=SHORTEST_S,
        )


def condition(recording: EmgRecording, settings: ConditioningSettings) -> Conditioned:
    """Band-pass a recording, rectify it and smooth it into linear envelopes.

    Stretches that are not known are bridged by a straight line before filtering; the envelope is
    taken as not known there and for half a period of the low-pass on both sides.

    Args:
        recording: Raw channels.
        settings: Of the filters.

    Returns:
        The band-passed channels, and envelopes in the recording's unit; ringing of the low-pass
        below zero is cut off.

    Raises:
        RecordingError: As :func:`refuse_unfit`.
    """
    refuse_unfit(recording, settings)
    banded = bandpassed(recording, settings)
    sections = lowpass(settings, recording.rate_hz)
    smooth = zero_phase(sections, _bridged(np.abs(banded), recording), mirrored=True)
    margin = round(0.5 / settings.lowpass_hz * recording.rate_hz)
    known = ~_widened(~recording.known, margin)
    envelopes = LinearEnvelopes(
        names=recording.names,
        values=np.where(known, np.maximum(smooth, 0.0), 0.0),
        known=known,
        rate_hz=recording.rate_hz,
        start_s=recording.start_s,
    )
    return Conditioned(np.where(recording.known, banded, 0.0), envelopes)


def bandpassed(recording: EmgRecording, settings: ConditioningSettings) -> Channels:
    """The recording without drift, mains (where asked for) and what lies outside the band."""
    values = without_drift(_bridged(recording.values, recording), recording.rate_hz, settings)
    for notch in notches(settings, recording.rate_hz):
        values = zero_phase(notch, values)
    return zero_phase(bandpass(settings, recording.rate_hz), values)


def bandpass(settings: ConditioningSettings, rate_hz: float) -> Sections:
    """One pass of the band-pass."""
    return np.asarray(
        scipy.signal.butter(settings.order, settings.band_hz, "bandpass", fs=rate_hz, output="sos")
    )


def lowpass(settings: ConditioningSettings, rate_hz: float) -> Sections:
    """One pass of the low-pass."""
    return np.asarray(
        scipy.signal.butter(
            settings.order, settings.lowpass_hz, "lowpass", fs=rate_hz, output="sos"
        )
    )


def notches(settings: ConditioningSettings, rate_hz: float) -> list[Sections]:
    """One pass of a notch at the mains frequency and at each harmonic up to the band's end."""
    if settings.mains_hz is None:
        return []
    highest = min(settings.band_hz[1], 0.49 * rate_hz)
    count = floor(highest / settings.mains_hz)
    frequencies = settings.mains_hz * np.arange(1, count + 1)
    return [
        np.asarray(
            scipy.signal.tf2sos(*scipy.signal.iirnotch(f, f / settings.notch_width_hz, fs=rate_hz))
        )
        for f in frequencies
    ]


def zero_phase(sections: Sections, values: Channels, *, mirrored: bool = False) -> Channels:
    """Filter forward and backward.

    Both ends are continued by their point reflection, or ``mirrored``, as suits a signal that is
    never negative.
    """
    pad = min(len(values) - 1, 3 * (2 * len(sections) + 1) + _settling(sections))
    return np.asarray(
        scipy.signal.sosfiltfilt(sections, values, 0, "even" if mirrored else "odd", pad)
    )


def without_drift(values: Channels, rate_hz: float, settings: ConditioningSettings) -> Channels:
    """Channels less their mean, or less a running median of the window that is asked for."""
    if settings.drift_window_s is None:
        return np.asarray(values - values.mean(axis=0))
    window = max(3, round(settings.drift_window_s * rate_hz)) | 1
    baseline = [ndimage.median_filter(column, window, mode="nearest") for column in values.T]
    return np.asarray(values - np.stack(baseline, axis=1))


def _settling(sections: Sections) -> int:
    """Samples until the slowest pole has all but died away."""
    poles = np.abs(np.concatenate([np.roots(section[3:]) for section in sections]))
    slowest = float(np.clip(poles.max(), 0.1, 1.0 - 1e-6))
    return int(np.ceil(np.log(1e-3) / np.log(slowest)))


def _bridged(values: Channels, recording: EmgRecording) -> Channels:
    """Straight lines, or the nearest value, where a recording is not known."""
    if recording.known.all():
        return values
    bridged = values.copy()
    samples = np.arange(len(values))
    for column, known in enumerate(recording.known.T):
        if known.any():
            bridged[:, column] = np.interp(samples, samples[known], values[known, column])
        else:
            bridged[:, column] = 0.0
    return bridged


def _widened(flags: ChannelsKnown, margin: int) -> ChannelsKnown:
    """True stretches, longer by a margin on both sides."""
    wide = flags.copy()
    for column in range(flags.shape[1]):
        for first, end in segments(flags[:, column]):
            wide[max(0, first - margin) : end + margin, column] = True
    return wide
