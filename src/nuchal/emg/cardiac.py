"""The heart in surface EMG: is a QRS wave there, how often, and how much of the power is it.

Close to the chest and at the neck, electrodes pick up the electrocardiogram (ECG). Two things tell
it from EMG: it comes back at the pace of a heart, and always looks the same. Beats are looked for
in each channel by matching a template to the 8-50 Hz band, in which most of a QRS wave lies; the
channel in which they are most regular gives the times of the beats, as the heart is one for all
channels. Averaged around these times, EMG falls as 1 over the number of beats while an ECG stays
(as in averaging of evoked potentials); a channel is contaminated where its average holds more than
any average around shifted times does.
"""

from typing import Final, NamedTuple

import numpy as np
import scipy
from jaxtyping import Float, Int
from scipy import ndimage

from nuchal.emg.filters import zero_phase
from nuchal.emg.signals import Channels, EmgRecording, Samples

_BAND_HZ: Final = (8.0, 50.0)
# Half of the window around a beat [s].
_HALF_WAVE_S: Final = 0.08
# No two beats are closer (180 a minute) [s].
_CLOSEST_S: Final = 0.33
# Nor farther apart, if none was missed (37 a minute) [s].
_FARTHEST_S: Final = 1.6
# Correlation with the template from which on a wave is a beat.
_ALIKE: Final = 0.7
# Share of the median interval within which an interval is regular.
_REGULAR: Final = 0.15
_REGULAR_SHARE: Final = 0.7
# Beats that a heart of this pace would make in the recording's time, at least this share of which
# have to be found.
_COVERAGE: Final = 0.5
# Window over which a channel's loudness is evened out before it is averaged [s].
_LOUDNESS_S: Final = 0.8
# Recordings with fewer beats cannot be judged.
FEWEST_BEATS: Final = 8
_SHIFTS: Final = 40
# Times the energy of any average around shifted times.
_OUTSTANDING: Final = 2.0
_ROUNDS: Final = 3


class Beats(NamedTuple):
    """Beats as one channel shows them.

    Attributes:
        regular: Share of the intervals that are within 15 % of their median.
    """

    samples: Int[np.ndarray, " b"]
    regular: float


class Cardiac(NamedTuple):
    """What the channels of a recording hold of the heart.

    Attributes:
        rate_per_min: None where no beats were found.
        beats_s: On the recording's clock [s].
        share: Of each channel's power within the EMG band; zero where not flagged.
    """

    rate_per_min: float | None
    beats_s: Float[np.ndarray, " b"]
    share: Float[np.ndarray, " c"]
    flagged: tuple[bool, ...]


def cardiac(recording: EmgRecording, banded: Channels, *, alive: tuple[bool, ...]) -> Cardiac:
    """Look for the heart in all channels of a recording.

    ``banded`` are the same channels after the EMG band-pass, for the shares of power; ``alive`` are
    worth looking at.
    """
    count = len(recording.names)
    nothing = Cardiac(None, np.zeros(0), np.zeros(count), (False,) * count)
    if recording.rate_hz < 4.0 * _BAND_HZ[1] or len(banded) < 4 * _CLOSEST_S * recording.rate_hz:
        return nothing
    raw = np.where(recording.known, recording.values, 0.0)
    sections = scipy.signal.butter(2, _BAND_HZ, "bandpass", fs=recording.rate_hz, output="sos")
    waves = zero_phase(np.asarray(sections), raw - raw.mean(axis=0))
    found = [beats_of(waves[:, c], recording.rate_hz) for c in range(count) if alive[c]]
    heart = max((b for b in found if _is_heart(b)), key=_clarity, default=None)
    if heart is None:
        return nothing
    flagged = tuple(alive[c] and stands_out(waves[:, c], heart, recording.rate_hz)
                    for c in range(count))  # fmt: skip
    share = [
        _locked_share(banded[:, c], heart, recording.rate_hz) if flagged[c] else 0.0
        for c in range(count)
    ]
    interval = float(np.median(np.diff(heart.samples))) / recording.rate_hz
    beats_s = recording.start_s + heart.samples / recording.rate_hz
    return Cardiac(60.0 / interval, beats_s, np.array(share), flagged)


def beats_of(wave: Samples, rate_hz: float) -> Beats:
    """Beats in one channel of the 8-50 Hz band; none where nothing comes back alike."""
    half = round(_HALF_WAVE_S * rate_hz)
    energy = np.sqrt(np.maximum(ndimage.uniform_filter1d(wave**2, half), 0.0))
    peaks = _peaks(energy, _CLOSEST_S * rate_hz, half)
    best = Beats(np.zeros(0, int), 0.0)
    if len(peaks) < FEWEST_BEATS:
        return best
    # EMG bursts are larger than beats, and quiet stretches hold none: start at either kind.
    order = peaks[np.argsort(energy[peaks])]
    for start in np.array_split(order, 3):
        found = _matched(wave, np.sort(start), rate_hz)
        if _clarity(found) > _clarity(best):
            best = found
    return best


def stands_out(wave: Samples, heart: Beats, rate_hz: float) -> bool:
    """Whether the average around the beats holds more than any around shifted beats."""
    half = round(_HALF_WAVE_S * rate_hz)
    window = round(_LOUDNESS_S * rate_hz)
    loud = np.sqrt(np.maximum(ndimage.uniform_filter1d(wave**2, window), 0.0)) + 1e-300
    even = wave / loud
    interval = int(np.median(np.diff(heart.samples)))
    # Between beats, where the QRS wave of neither is.
    shifts = np.linspace(2.5 * half, max(interval - 2.5 * half, 3.0 * half), _SHIFTS).astype(int)
    others = [_energy_of_average(even, heart.samples + shift, half) for shift in shifts]
    return _energy_of_average(even, heart.samples, half) > _OUTSTANDING * max(others)


def _is_heart(beats: Beats) -> bool:
    return len(beats.samples) >= FEWEST_BEATS and beats.regular >= _REGULAR_SHARE


def _clarity(beats: Beats) -> float:
    return float(beats.regular * np.sqrt(len(beats.samples)))


def _peaks(values: Samples, apart: float, half: int) -> Int[np.ndarray, " p"]:
    found, _ = scipy.signal.find_peaks(values, distance=max(1, round(apart)))
    return np.asarray(found[(found >= 2 * half) & (found < len(values) - 2 * half)])


def _matched(wave: Samples, start: Int[np.ndarray, " p"], rate_hz: float) -> Beats:
    """Refine a template from some waves, and find everything that looks like it."""
    half = round(_HALF_WAVE_S * rate_hz)
    places = start
    for _ in range(_ROUNDS):
        if len(places) < 3:
            return Beats(np.zeros(0, int), 0.0)
        template = _template(wave, places, half)
        likeness = _likeness(wave, template)
        peaks = _peaks(likeness, _CLOSEST_S * rate_hz, half)
        places = peaks[likeness[peaks] >= _ALIKE]
    return Beats(places, _regularity(places, rate_hz, len(wave) / rate_hz))


def _template(wave: Samples, places: Int[np.ndarray, " p"], half: int) -> Float[np.ndarray, " w"]:
    """The median of waves, each turned and shifted to match the loudest point."""
    centred = places + np.array(
        [int(np.abs(wave[p - half : p + half + 1]).argmax()) - half for p in places]
    )
    centred = centred[(centred >= half) & (centred < len(wave) - half)]
    snippets = _snippets(wave, centred, half)
    size = np.linalg.norm(snippets, axis=1, keepdims=True)
    snippets = snippets / np.where(size > 0.0, size, 1.0)
    signs = np.sign(snippets[:, half])
    polarity = 1.0 if (signs > 0).mean() >= 0.5 else -1.0
    return np.asarray(np.median(snippets[signs == polarity], axis=0))


def _likeness(wave: Samples, template: Float[np.ndarray, " w"]) -> Samples:
    """Correlation of the template with the signal around each sample."""
    unit = template / max(float(np.linalg.norm(template)), 1e-300)
    along = scipy.signal.fftconvolve(wave, unit[::-1], mode="same")
    energy = ndimage.uniform_filter1d(wave**2, len(unit)) * len(unit)
    return np.asarray(along / np.sqrt(np.maximum(energy, 1e-12 * energy.max() + 1e-300)))


def _regularity(places: Int[np.ndarray, " p"], rate_hz: float, duration_s: float) -> float:
    """Share of the intervals near their median, if that is a heart's; a missed beat is allowed."""
    if len(places) < FEWEST_BEATS:
        return 0.0
    steps = np.diff(places) / rate_hz
    usual = float(np.median(steps))
    if not _CLOSEST_S <= usual <= _FARTHEST_S:
        return 0.0
    if len(places) * usual < _COVERAGE * duration_s:
        return 0.0
    return float((np.abs(steps - usual) <= _REGULAR * usual).mean())


def _snippets(wave: Samples, places: Int[np.ndarray, " p"], half: int) -> Float[np.ndarray, "q w"]:
    inside = places[(places >= half) & (places < len(wave) - half)]
    return np.asarray(wave[inside[:, None] + np.arange(-half, half + 1)])


def _energy_of_average(wave: Samples, places: Int[np.ndarray, " p"], half: int) -> float:
    snippets = _snippets(wave, places, half)
    return float((snippets.mean(axis=0) ** 2).sum()) if len(snippets) else 0.0


def _locked_share(banded: Samples, heart: Beats, rate_hz: float) -> float:
    """Power locked to the beats over all power, without what EMG leaves in the average."""
    half = round(_HALF_WAVE_S * rate_hz)
    snippets = _snippets(banded, heart.samples, half)
    count, total = len(snippets), float((banded**2).sum())
    if count < 2 or total <= 0.0:
        return 0.0
    average = snippets.mean(axis=0)
    left = ((snippets - average) ** 2).sum() / (count * (count - 1))
    locked = max(0.0, float((average**2).sum() - left)) * count
    return min(1.0, locked / total)
