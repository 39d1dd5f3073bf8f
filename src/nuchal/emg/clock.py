"""How EMG and motion come onto one clock."""

from pathlib import Path
from typing import Final

import numpy as np

from nuchal.emg.agreement import FEWEST_FRAMES
from nuchal.emg.compare import Tracks
from nuchal.emg.delay import estimate_delay
from nuchal.emg.signals import Clock, EmgRecording, LinearEnvelopes
from nuchal.errors import RecordingError, Setting
from nuchal.findings import Assumed, Finding, Found, Warned, finding

_SHORTEST_OVERLAP_S: Final = 0.5
# Differences in time below so many frames are not worth mentioning.
_WORTH_MENTIONING: Final = 2.0


def stated_clock(
    recording: Path, raw: EmgRecording, first_s: float, delay_s: float | None
) -> Clock:
    """The clock as it was given, or as the files state it.

    Args:
        recording: The motion's file.
        raw: The EMG.
        first_s: Time of the motion's first frame [s].
        delay_s: How late the EMG's clock is [s], where somebody said so.
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
    """The clock on which EMG and model agree best.

    Args:
        envelopes: Of the EMG's channels, (n, c).
        time: Of the motion's frames, (t,) [s].
        model: Activations of the channels' muscles, (t, c).
        usable: Frames whose forces can be used, (t,).
        source: The EMG's file.
        largest_s: Delays up to this are tried [s].

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
