"""Frames in time: evenly spaced, or an error that says where they are not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from jaxtyping import Float

from nuchal.errors import Place, RecordingError, Setting, phrase
from nuchal.findings import Finding, Found, finding
from nuchal.io.recordings.format import Options, Timing
from nuchal.tracking.smoothing import MIN_FRAMES

# A frame may come this share of a frame interval early or late, or by the rounding of the file's
# times where that is coarser.
JITTER: Final = 0.1
# Times rounded to more than this share of a frame interval can't show a lost frame.
COARSEST_ROUNDING: Final = 0.4
# Largest relative difference between the stated rate and the rate of the times.
RATE_MISMATCH: Final = 0.005
# Frames that the file's times put closer together or farther apart are no recording's [s].
SHORTEST_STEP_S: Final = 1e-4
LONGEST_STEP_S: Final = 1.0
# Times beyond this are those of a clock, such as seconds since 1970 [s].
_LONG_AGO_S: Final = 1e6
# Least and greatest rate of frames or samples [Hz].
_RATES_HZ: Final = (0.1, 1e5)

# Where in the file a row of numbers, counted from 0, is.
Where: TypeAlias = Callable[[int], Place]


def from_rate(
    path: Path,
    options: Options,
    *,
    frames: int,
    stated_rate_hz: float | None = None,
    first_frame: float = 1.0,
    start_s: float = 0.0,
) -> Timing:
    """Times of frames that are only counted.

    Args:
        path: For the messages.
        options: The user's rate comes before the file's.
        frames: How many.
        stated_rate_hz: As the file states it.
        first_frame: Number of the first one; frame 1 is at ``start_s``.
        start_s: See ``first_frame`` [s].

    Raises:
        RecordingError: There are too few frames, or the rate is missing or impossible.
    """
    _refuse_short(path, frames, options)
    rate = stated_rate_hz if options.rate_hz is None else options.rate_hz
    if rate is None and frames == 1:
        return Timing(np.full(1, start_s), 1.0)
    if rate is None:
        raise RecordingError("timing.no_rate", path, remedy=options.rate)
    if not (np.isfinite(rate) and _RATES_HZ[0] <= rate <= _RATES_HZ[1]):
        raise RecordingError("timing.impossible_rate", path, rate_hz=rate, remedy=options.rate)
    start = start_s + (first_frame - 1.0) / rate
    return Timing(start + np.arange(frames) / rate, float(rate))


def from_times(
    path: Path,
    time: Float[np.ndarray, " t"],
    options: Options,
    *,
    where: Where,
    stated_rate_hz: float | None = None,
    counted: bool = False,
) -> Timing:
    """Evenly spaced times for the times of a file.

    Args:
        path: For the messages.
        time: As the file has them [s]; NaN where blank.
        options: A rate that the user gives replaces the file's times.
        where: A frame's place in the file.
        stated_rate_hz: As the header of the file states it.
        counted: Whether frame numbers show that none is lost, so that a stated rate can stand in
            for times that stand still.

    Raises:
        RecordingError: Times are missing, repeat, go back, are uneven or belie the stated rate.
    """
    _refuse_short(path, len(time), options)
    if options.rate_hz is not None or len(time) == 1:
        start = float(time[0]) if np.isfinite(time[0]) else 0.0
        timing = from_rate(
            path, options, frames=len(time), stated_rate_hz=stated_rate_hz, start_s=start
        )
        replaced = finding(Found.TIMES_REPLACED, rate_hz=options.rate_hz)
        return timing if options.rate_hz is None else timing.noting(replaced)
    if stated_rate_hz and _rounded_to_coarse(time, stated_rate_hz, counted=counted):
        start = float(np.nan_to_num(time[0]))
        timing = from_rate(
            path, options, frames=len(time), stated_rate_hz=stated_rate_hz, start_s=start
        )
        return timing.noting(finding(Found.TIMES_BY_HEADER, rate_hz=stated_rate_hz))
    _refuse_disorder(path, time, where, options.rate)
    usual = float(np.median(np.diff(time)))
    if not SHORTEST_STEP_S <= usual <= LONGEST_STEP_S:
        raise RecordingError("timing.other_unit", path, step_s=usual, remedy=options.rate)
    rounding = _rounding(time)
    rounding = rounding if rounding < COARSEST_ROUNDING * usual else 0.0
    allowed = max(JITTER * usual, rounding)
    _refuse_uneven(path, time, where, options.rate, allowed_s=allowed)
    rate, notes = _rate(path, time, stated_rate_hz, rounding, options.rate)
    even = np.arange(len(time)) / rate
    offset = float(np.median(time - even))
    drift = np.abs(time - even - offset)
    if drift.max() > 2 * allowed:
        place, off_s = where(int(np.argmax(drift))), drift.max()
        raise RecordingError(
            "timing.drifts", path, place=place, remedy=options.rate, off_s=off_s, rate_hz=rate
        )
    start = float(time[0]) if abs(time[0] - offset) <= allowed else offset
    return Timing(start + even, rate, notes)


def _rounded_to_coarse(time: Float[np.ndarray, " t"], rate_hz: float, *, counted: bool) -> bool:
    """Whether times are those of a rate, rounded to a step too coarse to show every frame.

    Times that all are the same, or blank, count as such where the frames are counted.
    """
    if not np.isfinite(time).all():
        return counted and bool(np.isnan(time).all())
    steps = np.unique(np.round(np.diff(np.unique(time)), 9))
    if len(steps) == 0:
        return counted
    step = float(steps[0])
    frames = 1.0 / (rate_hz * step)
    if abs(frames - round(frames)) < 1e-6 and round(frames) >= 1:
        return False
    grid = (time - time[0]) / step
    if step * rate_hz < COARSEST_ROUNDING or np.abs(grid - np.round(grid)).max() > 1e-3:
        return False
    return float(np.ptp(time - np.arange(len(time)) / rate_hz)) <= step * (1.0 + 1e-6)


def _refuse_short(path: Path, frames: int, options: Options) -> None:
    if frames == 0:
        raise RecordingError("timing.no_frames", path)
    if frames == 1 and not options.still:
        raise RecordingError("timing.one_frame", path, least=MIN_FRAMES)


def _refuse_disorder(
    path: Path, time: Float[np.ndarray, " t"], where: Where, rate: Setting
) -> None:
    if np.isnan(time).any():
        place = where(int(np.argmax(np.isnan(time))))
        raise RecordingError("timing.no_time", path, place=place, remedy=rate)
    steps = np.diff(time)
    if (steps > 0).all():
        return
    frame = int(np.argmax(steps <= 0)) + 1
    now, before = time[frame], time[frame - 1]
    back = phrase("timing.goes_back_to", now_s=now)
    how = phrase("timing.repeats_time") if now == before else back
    facts: dict[str, Any] = {"how": how, "before_s": before}
    raise RecordingError("timing.disorder", path, place=where(frame), remedy=rate, **facts)


def _refuse_uneven(
    path: Path, time: Float[np.ndarray, " t"], where: Where, rate: Setting, *, allowed_s: float
) -> None:
    steps = np.diff(time)
    uneven = np.abs(steps - np.median(steps)) > 2 * allowed_s
    if not uneven.any():
        return
    k = int(np.argmax(uneven))
    facts: dict[str, Any] = {"step_s": steps[k], "usual_s": np.median(steps), "jitter": JITTER}
    raise RecordingError("timing.uneven", path, place=where(k + 1), remedy=rate, **facts)


def _rate(
    path: Path,
    time: Float[np.ndarray, " t"],
    stated_hz: float | None,
    rounding: float,
    setting: Setting,
) -> tuple[float, tuple[Finding, ...]]:
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
        return rate, (finding(Found.TIMES_AND_HEADER_DIFFER, rate_hz=rate, stated_hz=stated_hz),)
    raise RecordingError(
        "timing.header_differs", path, remedy=setting, stated_hz=stated_hz, rate_hz=rate
    )


def _rounding(time: Float[np.ndarray, " t"]) -> float:
    """The decimal step to which all times are rounded, 0 if they are finer than 1e-6 s [s]."""
    since = time - time[0] if abs(time[0]) > _LONG_AGO_S else time
    for digits in range(7):
        scaled = since * 10**digits
        noise = 4.0 * np.spacing(np.abs(time).max()) * 10**digits
        if np.abs(scaled - np.round(scaled)).max() < max(1e-4, noise):
            return float(10.0**-digits)
    return 0.0
