"""Rows of a file as frames that are evenly spaced: rows that it leaves out are frames not known."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from jaxtyping import Bool, Float, Int

from nuchal.errors import RecordingError, phrase
from nuchal.findings import Found, finding
from nuchal.io.orientations.format import Options
from nuchal.io.recordings.csv_header import Header
from nuchal.io.recordings.format import Timing
from nuchal.io.recordings.left_out import Rows, whole_rows
from nuchal.io.recordings.plain_csv import counted, seconds_of
from nuchal.io.recordings.timing import Where, from_rate, from_times
from nuchal.io.sheet import Numbers, Sheet

# A counter leaves out no more frames than that.
_MOST_LEFT_OUT: Final = 100_000


@dataclass(frozen=True)
class Frames:
    """Frames in time.

    Attributes:
        row: Of each frame, the row of the file: its own, or the one before it.
        known: Frames that have a row.
    """

    timing: Timing
    row: Int[np.ndarray, " t"]
    known: Bool[np.ndarray, " t"]


def by_times(
    path: Path,
    time: Float[np.ndarray, " t"],
    options: Options,
    *,
    where: Where,
    stated_rate_hz: float | None = None,
) -> Frames:
    """Frames at the times of a file [s]; ``from_times`` says what it refuses.

    Raises:
        RecordingError: The times are not evenly spaced, not even with rows left out.
    """
    even = options.rate_hz is not None
    rows = whole_rows(time, np.zeros((len(time), 1)), evenly_spaced=even)
    timing = from_times(
        path,
        rows.time,
        options.of_times,
        where=lambda frame: where(int(rows.row[frame])),
        stated_rate_hz=stated_rate_hz,
    )
    return _frames(timing, rows)


def of_table(sheet: Sheet, header: Header, table: Numbers, options: Options) -> Frames:
    """Frames of a plain table: by its column of times, or else by a rate.

    Raises:
        RecordingError: Neither places the rows in time.
    """
    seconds = seconds_of(sheet, header, table, options.of_times)
    if seconds is None:
        return every_row(counted(sheet, header, table, options.of_times))
    return by_times(sheet.path, seconds, options, where=table.place)


def every_row(timing: Timing) -> Frames:
    """Frames of rows none of which is left out."""
    count = len(timing.time)
    return Frames(timing, np.arange(count), np.ones(count, dtype=bool))


def by_counter(
    path: Path,
    counter: Float[np.ndarray, " t"],
    options: Options,
    *,
    where: Where,
    stated_rate_hz: float | None,
    wraps_at: int,
) -> Frames:
    """Frames by numbers that start again at some number; what they leave out is not known.

    Raises:
        RecordingError: A number is missing, repeats or goes back, or there is no rate.
    """
    if np.isnan(counter).any():
        place = where(int(np.argmax(np.isnan(counter))))
        raise RecordingError("timing.unnumbered", path, place=place)
    steps = np.mod(np.diff(counter), wraps_at)
    usual = max(float(np.median(steps)), 1.0) if len(steps) else 1.0
    counts = steps / usual
    wrong = (steps == 0) | (steps > wraps_at / 2) | (counts != np.rint(counts))
    if wrong.any() or counts.sum() > len(counter) + _MOST_LEFT_OUT:
        row = int(np.argmax(wrong if wrong.any() else counts)) + 1
        before, after = counter[row - 1], counter[row]
        back = "timing.goes_back" if after < before else "timing.jumps"
        how = phrase("timing.repeats" if after == before else back)
        raise RecordingError(
            "timing.miscounted", path, place=where(row), number=after, how=how, before=before
        )
    at = np.concatenate([[0], np.cumsum(counts)]).astype(int)[: len(counter)]
    every = np.arange(at[-1] + 1 if len(at) else 0)
    timing = from_rate(path, options.of_times, frames=len(every), stated_rate_hz=stated_rate_hz)
    row_of = np.searchsorted(at, every, side="right") - 1
    return _frames(timing, Rows(timing.time, timing.time[:, None], np.isin(every, at), row_of))


def _frames(timing: Timing, rows: Rows) -> Frames:
    left_out = int((~rows.known).sum())
    if left_out:
        timing = timing.noting(finding(Found.ROWS_LEFT_OUT, frames=left_out))
    return Frames(timing, rows.row, rows.known)
