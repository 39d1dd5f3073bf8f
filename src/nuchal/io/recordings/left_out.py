"""Rows that a table leaves out, as ours do of frames inside gaps, put back as frames not known."""

from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from nuchal.io.recordings.timing import JITTER

# A table leaves out no more rows than that.
_MOST_LEFT_OUT: Final = 100_000


class Rows(NamedTuple):
    """A table with a row for every frame.

    Attributes:
        values: Those left out on straight lines between their neighbours.
        known: Rows that the table has.
        row: Of each frame, the row of the table: its own, or the one before it.
    """

    time: Float[np.ndarray, " t"]
    values: Float[np.ndarray, "t n"]
    known: Bool[np.ndarray, " t"]
    row: Int[np.ndarray, " t"]


def whole_rows(
    time: Float[np.ndarray, " r"], values: Float[np.ndarray, "r n"], *, evenly_spaced: bool
) -> Rows:
    """A table with the rows that it leaves out.

    Rows are left out where all times fit frames that are evenly spaced. Other tables are returned
    as they are, for whoever judges their times.

    Args:
        time: Of the rows [s].
        values: Their numbers.
        evenly_spaced: Whether the user says that no row is left out, whatever their times.
    """
    steps = np.diff(time)
    if evenly_spaced or not len(steps) or not np.isfinite(time).all() or (steps <= 0.0).any():
        return _as_they_are(time, values)
    share = steps / np.median(steps)
    counts = np.rint(share)
    left_out = counts.sum() - len(steps)
    if np.abs(share - counts).max() > JITTER or not 0 < left_out <= _MOST_LEFT_OUT:
        return _as_they_are(time, values)
    frames = np.concatenate([[0], np.cumsum(counts)]).astype(int)
    every = np.arange(frames[-1] + 1)
    whole = [np.interp(every, frames, column) for column in (time, *values.T)]
    return Rows(
        time=whole[0],
        values=np.stack(whole[1:], axis=1),
        known=np.isin(every, frames),
        row=np.searchsorted(frames, every, side="right") - 1,
    )


def _as_they_are(time: Float[np.ndarray, " r"], values: Float[np.ndarray, "r n"]) -> Rows:
    return Rows(time, values, np.ones(len(time), dtype=bool), np.arange(len(time)))
