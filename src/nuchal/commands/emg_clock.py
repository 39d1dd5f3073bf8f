"""How EMG and motion come onto one clock, and what is said of it."""

from pathlib import Path

from nuchal.emg.delay import Clock
from nuchal.emg.signals import EmgRecording


def stated_clock(
    recording: Path, raw: EmgRecording, first_s: float, delay_s: float | None
) -> Clock:
    """The clock as it was given, or as the files state it.

    Args:
        recording: The motion's file.
        raw: The EMG.
        first_s: Time of the motion's first frame [s].
        delay_s: How late the EMG's clock is, where somebody said so.
    """
    if delay_s is not None:
        return Clock(kind="given", delay_s=delay_s)
    if raw.source == recording:
        return Clock(kind="same file", delay_s=0.0)
    if raw.timed:
        return Clock(kind="stated times", delay_s=0.0)
    return Clock(kind="both from the start", delay_s=float(raw.start_s - first_s))


def clock_sentence(clock: Clock) -> str:
    """What there is to say of a clock."""
    match clock.kind:
        case "same file":
            return "EMG and motion are from one file, and so on one clock."
        case "stated times":
            return "The times of both files are taken to be of one clock; --delay says otherwise."
        case "both from the start":
            return (
                "The EMG's file states no times, so it is taken to start with the motion; --delay "
                "says otherwise."
            )
        case "given":
            return f"The EMG is {clock.delay_s:g} s late, as given."
        case "estimated":
            sure = f"mean r {clock.r:.2f}"
            if clock.ambiguous and clock.second_s is not None:
                sure += (
                    f", but {clock.second_s:.2f} s is nearly as good (r {clock.second_r:.2f}), so "
                    "give the delay with --delay SECONDS if you know it"
                )
            elif clock.ambiguous:
                sure += ", but the best is the largest that was tried"
            return (
                f"The EMG is {clock.delay_s:.3f} s late, as found by correlation with the model "
                f"({sure}); the electromechanical delay is part of that, so lags and onset "
                "differences say nothing."
            )
