"""Frames in time: evenly spaced, or a sentence that says where they are not."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from jaxtyping import Float

from nuchal.errors import RecordingError
from nuchal.findings import Finding

# A frame may come this share of a frame interval early or late, or by the rounding of the file's
# times where that is coarser.
JITTER: Final = 0.1
# Times rounded to more than this share of a frame interval can't show a lost frame.
COARSEST_ROUNDING: Final = 0.4
# Largest relative difference between the stated rate and the rate of the times.
RATE_MISMATCH: Final = 0.005

SHORTEST_STEP_S: Final = 1e-4
# Frames that the file's times put closer together or farther apart are no recording's [s].
LONGEST_STEP_S: Final = 1.0


@dataclass(frozen=True)
class Timing:
    """Evenly spaced times [s]."""

    time: Float[np.ndarray, " t"]
    rate_hz: float
    notes: tuple[Finding | str, ...] = ()


def from_rate(path: Path, *, frames: int, rate_hz: float | None, start_s: float = 0.0) -> Timing:
    """Times of frames that are only counted.

    Raises:
        RecordingError: There are fewer than two frames, or the rate is missing or impossible.
    """
    _refuse_short(path, frames)
    if rate_hz is None:
        raise RecordingError(
            path, "states neither times nor a frame rate; give the rate in Hz with --rate-hz."
        )
    if not (np.isfinite(rate_hz) and 0.1 <= rate_hz <= 1e5):
        raise RecordingError(
            path,
            f"a frame rate of {rate_hz:g} Hz is impossible; give the right one with --rate-hz.",
        )
    return Timing(start_s + np.arange(frames) / rate_hz, float(rate_hz))


def from_times(
    path: Path,
    time: Float[np.ndarray, " t"],
    *,
    stated_rate_hz: float | None,
    given_rate_hz: float | None,
    place: Callable[[int], str],
) -> Timing:
    """Evenly spaced times for the times of a file.

    Args:
        path: For the messages.
        time: As the file has them [s]; NaN where blank.
        stated_rate_hz: As the header of the file states it.
        given_rate_hz: As the user gives it; it replaces the file's times.
        place: Words for a frame's place in the file, such as its line.

    Raises:
        RecordingError: Times are missing, repeat, go back, are uneven or belie the stated rate.
    """
    _refuse_short(path, len(time))
    if given_rate_hz is not None:
        start = float(time[0]) if np.isfinite(time[0]) else 0.0
        timing = from_rate(path, frames=len(time), rate_hz=given_rate_hz, start_s=start)
        note = f"The file's times were replaced by {given_rate_hz:g} Hz, as given."
        return Timing(timing.time, timing.rate_hz, (note,))
    _refuse_disorder(path, time, place)
    steps = np.diff(time)
    _refuse_scale(path, float(np.median(steps)))
    rounding = _rounding(time)
    rounding = rounding if rounding < COARSEST_ROUNDING * np.median(steps) else 0.0
    allowed = max(JITTER * float(np.median(steps)), rounding)
    uneven = np.abs(steps - np.median(steps)) > 2 * allowed
    if uneven.any():
        frame = int(np.argmax(uneven)) + 1
        raise RecordingError(
            path,
            f"{place(frame)} comes {steps[frame - 1]:.6g} s after the one before it while the "
            f"others come every {np.median(steps):.6g} s (more than {JITTER:.0%} early or late); "
            "export every frame, or give --rate-hz to take the rows as evenly spaced.",
        )
    rate, notes = _rate(path, time, stated_rate_hz, rounding)
    even = np.arange(len(time)) / rate
    offset = float(np.median(time - even))
    drift = np.abs(time - even - offset)
    if drift.max() > 2 * allowed:
        raise RecordingError(
            path,
            f"{place(int(np.argmax(drift)))} is {drift.max():.6g} s off an even {rate:.6g} Hz; "
            "export at one rate, or give --rate-hz to take the rows as evenly spaced.",
        )
    start = float(time[0]) if abs(time[0] - offset) <= allowed else offset
    return Timing(start + even, rate, notes)


def refuse_uncounted(
    path: Path, numbers: Float[np.ndarray, " t"], place: Callable[[int], str]
) -> None:
    """Frame numbers have to count up by one.

    Raises:
        RecordingError: They repeat, go back or leave some out.
    """
    if np.isnan(numbers).any():
        missing = int(np.argmax(np.isnan(numbers)))
        raise RecordingError(path, f"{place(missing)} has no frame number; export the file again.")
    wrong = np.diff(numbers) != 1
    if not wrong.any():
        return
    row = int(np.argmax(wrong)) + 1
    before, after = numbers[row - 1], numbers[row]
    what = "repeats" if after == before else "goes back from" if after < before else "jumps from"
    raise RecordingError(
        path,
        f"{place(row)} is numbered {after:g} and {what} {before:g}; export every frame once and "
        "in order.",
    )


def _refuse_short(path: Path, frames: int) -> None:
    if frames == 0:
        raise RecordingError(path, "has a header but no frames; export the trial again.")
    if frames == 1:
        raise RecordingError(
            path, "holds only one frame; a movement needs more, so export the whole trial."
        )


def _refuse_disorder(
    path: Path, time: Float[np.ndarray, " t"], place: Callable[[int], str]
) -> None:
    if np.isnan(time).any():
        frame = int(np.argmax(np.isnan(time)))
        raise RecordingError(path, f"{place(frame)} has no time; correct it or give --rate-hz.")
    steps = np.diff(time)
    if (steps > 0).all():
        return
    frame = int(np.argmax(steps <= 0)) + 1
    now, before = time[frame], time[frame - 1]
    what = "repeats the time" if now == before else f"goes back to {now:.6g} s from"
    raise RecordingError(
        path,
        f"{place(frame)} {what} {before:.6g} s of the frame before it; remove the frames that "
        "are there twice or out of order.",
    )


def _refuse_scale(path: Path, step_s: float) -> None:
    if SHORTEST_STEP_S <= step_s <= LONGEST_STEP_S:
        return
    raise RecordingError(
        path,
        f"its frames come every {step_s:.4g} s, which looks like times in another unit; correct "
        "the unit of time, or give the frames per second with --rate-hz.",
    )


def _rate(
    path: Path, time: Float[np.ndarray, " t"], stated_hz: float | None, rounding: float
) -> tuple[float, tuple[str, ...]]:
    span = float(time[-1] - time[0])
    mean = (len(time) - 1) / span
    slack = mean * (rounding / span + 1e-6)
    exact = np.ptp(np.diff(time)) <= 1e-6 * span / len(time)
    whole = float(round(mean))
    rate = whole if whole and abs(mean - whole) <= (1e-6 * mean if exact else slack) else mean
    if stated_hz is None:
        return rate, ()
    if abs(stated_hz - mean) <= slack:
        return float(stated_hz), ()
    if abs(stated_hz - mean) <= RATE_MISMATCH * mean + slack:
        return rate, (f"The times run at {rate:.6g} Hz, the header says {stated_hz:g} Hz.",)
    raise RecordingError(
        path,
        f"the header says {stated_hz:g} Hz but the times run at {rate:.6g} Hz; give the right one "
        "with --rate-hz.",
    )


def _rounding(time: Float[np.ndarray, " t"]) -> float:
    """The decimal step to which all times are rounded, 0 if they are finer than 1e-6 s [s]."""
    for digits in range(7):
        scaled = time * 10**digits
        if np.abs(scaled - np.round(scaled)).max() < 1e-4:
            return float(10.0**-digits)
    return 0.0
