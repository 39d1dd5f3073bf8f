"""Rows from which a marker's cells were left away, so that others moved into their place."""

from pathlib import Path
from typing import Final

import numpy as np
from jaxtyping import Float

from nuchal.errors import Place, RecordingError

# Markers have moved along where they lie so much nearer to the places of others a frame before.
_NEARER: Final = 0.25


def refuse_moved(path: Path, positions: Float[np.ndarray, "t m 3"]) -> None:
    """Refuse a frame whose last markers are missing, and some of whose others have moved along.

    Args:
        path: For the message.
        positions: In the order of the file's columns; NaN where missing.

    Raises:
        RecordingError: From some marker on, each is where another one was a frame before.
    """
    missing = np.isnan(positions).any(axis=-1)[:, ::-1]
    behind = np.where(missing.all(axis=1), missing.shape[1], np.argmin(missing, axis=1))
    for frame in np.flatnonzero(np.diff(behind) > 0) + 1:
        lost = int(behind[frame] - behind[frame - 1])
        now = positions[frame, : positions.shape[1] - behind[frame]]
        before = positions[frame - 1, : len(now) + lost]
        stay = _from_behind(now - before[: len(now)])
        along = _from_behind(now - before[lost:])
        if (np.isfinite(stay) & (along < _NEARER * stay)).any():
            raise RecordingError("recording.moved", path, place=Place(frame=int(frame) + 1))


def _from_behind(steps: Float[np.ndarray, "m 3"]) -> Float[np.ndarray, " m"]:
    """Sums of lengths from each marker to the last; infinite where one is not known."""
    lengths = np.linalg.norm(steps, axis=-1)
    return np.cumsum(np.where(np.isnan(lengths), np.inf, lengths)[::-1])[::-1]
