"""How EMG and motion come onto one clock."""

from pathlib import Path
from typing import Final

import numpy as np
from jaxtyping import Bool, Float

from nuchal.emg.agreement import FEWEST_FRAMES, peak_offset, pearson
from nuchal.emg.records import Clock, Tracks
from nuchal.emg.signals import EmgRecording, LinearEnvelopes, at_times
from nuchal.errors import RecordingError, Setting
from nuchal.findings import Assumed, Finding, Found, Warned, finding

# Delays are tried this far apart, then refined [s].
STEP_S: Final = 0.01
# A peak farther than this from the best is another one [s].
_APART_S: Final = 0.3
# A second peak within this of the best r makes the delay ambiguous.
_CLOSE: Final = 0.05
# Of the shorter of both recordings that has to overlap at a delay for it to be tried.
_LEAST_SHARE: Final = 0.5
_FEWEST: Final = 50

_SHORTEST_OVERLAP_S: Final = 0.5
# Differences in time below so many frames are not worth mentioning.
_WORTH_MENTIONING: Final = 2.0


def stated_clock(
    recording: Path, raw: EmgRecording, first_s: float, delay_s: float | None
) -> Clock:
    """The clock as it was given, or as the files state it.

    ``first_s`` is the time of the motion's first frame, ``delay_s`` how late the EMG's clock is,
    where somebody said so [s].
    """
    if delay_s is not None:
        return Clock(kind="given", delay_s=delay_s)
    if raw.source == recording:
        return Clock(kind="same file", delay_s=0.0)
    if raw.timed:
        return Clock(kind="stated times", delay_s=0.0)
    return Clock(kind="both from the start", delay_s=float(raw.start_s - first_s))


def clock_finding(clock: Clock) -> Finding:
    """How EMG and motion came onto one clock."""
    delay = Setting("delay_s")
    match clock.kind:
        case "same file":
            return finding(Found.EMG_IN_RECORDING)
        case "stated times":
            return finding(Assumed.EMG_TIMES_STATED, delay=delay)
        case "both from the start":
            return finding(Assumed.EMG_STARTS_WITH_MOTION, delay=delay)
        case "given":
            return finding(Found.EMG_DELAY_GIVEN, delay_s=clock.delay_s)
    found = {"delay_s": clock.delay_s, "r": clock.r}
    if clock.ambiguous and clock.second_s is not None:
        second = {"second_s": clock.second_s, "second_r": clock.second_r}
        return finding(Warned.EMG_DELAY_AMBIGUOUS, delay=delay, **second, **found)
    return finding(Warned.EMG_DELAY_AT_LIMIT if clock.ambiguous else Found.EMG_DELAY, **found)


def estimated_clock(
    envelopes: LinearEnvelopes,
    time: np.ndarray,
    model: np.ndarray,
    usable: np.ndarray,
    source: Path,
    largest_s: float,
) -> Clock:
    """The clock on which EMG and model agree best, as :func:`estimate_delay` finds it.

    Raises:
        RecordingError: No delay brings them together.
    """
    found = estimate_delay(envelopes, time, model, usable, largest_s=largest_s)
    if found is None:
        delay = Setting("delay_s")
        raise RecordingError("emg_clock.no_delay", source, remedy=delay, largest_s=largest_s)
    return found


def span(raw: EmgRecording, clock: Clock) -> tuple[float, float]:
    """From when to when there is EMG, on the motion's clock [s]."""
    start = raw.start_s - clock.delay_s
    return start, start + raw.duration_s


def refuse_apart(raw: EmgRecording, tracks: Tracks, clock: Clock) -> None:
    """Refuse EMG and motion that have too little in common.

    Raises:
        RecordingError: Too little time, or too few frames.
    """
    (begin, end), time = span(raw, clock), tracks.time
    common = min(end, float(time[-1])) - max(begin, float(time[0]))
    if common < _SHORTEST_OVERLAP_S:
        raise RecordingError(
            "emg_clock.apart",
            raw.source,
            remedy=(Setting("delay_s"), Setting("delay_s", "auto")),
            emg_from_s=begin,
            emg_to_s=end,
            from_s=float(time[0]),
            to_s=float(time[-1]),
        )
    if tracks.compared.sum(axis=0).max() < FEWEST_FRAMES:
        raise RecordingError("emg_clock.few_frames", raw.source, fewest=FEWEST_FRAMES)


def overlap_findings(raw: EmgRecording, tracks: Tracks, clock: Clock) -> list[Finding]:
    """Where there is EMG without motion, or motion without EMG."""
    begin, end = span(raw, clock)
    before, after = float(tracks.time[0]) - begin, end - float(tracks.time[-1])
    least = _WORTH_MENTIONING / tracks.rate_hz
    said = []
    if before > least:
        said.append(finding(Found.EMG_BEFORE_MOTION, duration_s=before))
    if after > least:
        said.append(finding(Found.EMG_AFTER_MOTION, duration_s=after))
    if -before > least:
        said.append(finding(Found.NO_EMG_AT_START, duration_s=-before))
    if -after > least:
        said.append(finding(Found.NO_EMG_AT_END, duration_s=-after))
    return said


def estimate_delay(
    envelopes: LinearEnvelopes,
    time: Float[np.ndarray, " t"],
    model: Float[np.ndarray, "t c"],
    usable: Bool[np.ndarray, " t"],
    *,
    largest_s: float = 2.0,
) -> Clock | None:
    """The delay with the greatest mean correlation between EMG and model over all channels.

    True EMG leads the force that it makes by some tens of milliseconds (electromechanical delay),
    which static optimisation does not model; such an estimate takes that lead for part of the
    clocks' delay.

    Args:
        envelopes: Linear envelopes with their own clock.
        time: Of the model's frames [s].
        model: Activations of each channel's muscles.
        usable: Frames of the model that count.
        largest_s: Delays up to this are tried, either way.

    Returns:
        None where the two overlap too little at every delay, or nothing moves.
    """
    steps = round(largest_s / STEP_S)
    delays = STEP_S * np.arange(-steps, steps + 1)
    r = np.array([_mean_r(envelopes, time, model, usable, float(d)) for d in delays])
    if not np.isfinite(r).any():
        return None
    return _clock_of(delays, np.where(np.isfinite(r), r, -1.0))


def _clock_of(delays: Float[np.ndarray, " d"], r: Float[np.ndarray, " d"]) -> Clock:
    """The best of the delays that were tried, by its mean correlation."""
    best = int(r.argmax())
    inner = 0 < best < len(r) - 1
    beside = peak_offset(r[best - 1 : best + 2]) if inner else 0.0
    second = _second_peak(delays, r, best)
    close = second is not None and bool(r[second] > r[best] - _CLOSE)
    return Clock(
        kind="estimated",
        delay_s=float(delays[best] + STEP_S * beside),
        r=float(r[best]),
        second_s=None if second is None else float(delays[second]),
        second_r=None if second is None else float(r[second]),
        ambiguous=close or not inner,
    )


def _second_peak(
    delays: Float[np.ndarray, " d"], r: Float[np.ndarray, " d"], best: int
) -> int | None:
    peaks = [
        k
        for k in range(1, len(r) - 1)
        if r[k] > r[k - 1] and r[k] >= r[k + 1] and abs(delays[k] - delays[best]) > _APART_S
    ]
    return max(peaks, key=lambda k: float(r[k]), default=None)


def _mean_r(
    envelopes: LinearEnvelopes,
    time: Float[np.ndarray, " t"],
    model: Float[np.ndarray, "t c"],
    usable: Bool[np.ndarray, " t"],
    delay_s: float,
) -> float:
    """NaN where the overlap is too short or nothing moves."""
    values, known = at_times(envelopes, time, delay_s=delay_s)
    both = known & usable[:, None]
    span = min(float(time[-1] - time[0]), len(envelopes.values) / envelopes.rate_hz)
    least = max(_FEWEST, _LEAST_SHARE * span * (len(time) - 1) / float(time[-1] - time[0]))
    found = [
        pearson(values[both[:, c], c], model[both[:, c], c])
        for c in range(values.shape[1])
        if both[:, c].sum() >= least
    ]
    return float(np.mean(found)) if found else float("nan")
