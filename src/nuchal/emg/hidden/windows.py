"""Recordings of any length as trials of one length, and what their courses have in common."""

from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from nuchal.emg.agreement import pearson
from nuchal.tracking.smoothing import segments

# Frames at both ends of a window that its neighbour tells better, where there is one.
EDGE: Final = 5


class Window(NamedTuple):
    """Frames of a recording that are read together, and those of them that it answers for.

    Attributes:
        keep: From which to before which frame of the recording.
    """

    first: int
    keep: tuple[int, int]


def window_length(stretches: list[tuple[int, int]], *, longest: int) -> int:
    """Frames of every window: near the longest wished, so that windows overlap least.

    No more than the shortest stretch has; between three quarters of the longest wished and that.
    """
    most = min(longest, *(end - first for first, end in stretches))
    least = min(most, 3 * longest // 4)

    def overlap(frames: int) -> int:
        return sum(
            len(windows_covering(first, end, frames)) * frames - (end - first)
            for first, end in stretches
        )

    return min(range(most, least - 1, -1), key=overlap)


def long_stretches(
    usable: Bool[np.ndarray, " t"], *, shortest: int
) -> tuple[list[tuple[int, int]], int]:
    """Stretches that are long enough, and how many frames lie in those that are not."""
    found = list(segments(usable))
    long = [(first, end) for first, end in found if end - first >= shortest]
    return long, sum(end - first for first, end in found) - sum(e - f for f, e in long)


def windows_covering(first: int, end: int, frames: int) -> list[Window]:
    """Windows of so many frames from first to before end, overlapping where they meet.

    Raises:
        ValueError: fewer frames than a window has.
    """
    if end - first < frames:
        raise ValueError(f"{end - first} frames, window {frames}")
    stride = frames - 2 * EDGE
    starts = [*range(first, end - frames, stride), end - frames]
    inner = [start + EDGE for start in starts[1:]]
    return [
        Window(start, (since, until))
        for start, since, until in zip(starts, [first, *inner], [*inner, end], strict=True)
    ]


def evenly_spread(count: int, most: int) -> Int[np.ndarray, " k"]:
    """At most so many of ``count`` things, evenly spread, first and last among them."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(int))


def join_windows(
    windows: list[Window], values: Float[np.ndarray, "n f ..."], frames: int
) -> Float[np.ndarray, "t ..."]:
    """What windows say of the frames that they answer for, as one course; zero elsewhere."""
    course = np.zeros((frames, *values.shape[2:]))
    for window, own in zip(windows, values, strict=True):
        since, until = window.keep
        course[since:until] = own[since - window.first : until - window.first]
    return course


def correlation(a: Float[np.ndarray, " t"], b: Float[np.ndarray, " t"]) -> float | None:
    """Pearson's r; None where either does not change."""
    return None if min(np.std(a), np.std(b)) < 1e-9 else pearson(a, b)


def beyond_channels(
    excitation: Float[np.ndarray, "t m"], channels: Float[np.ndarray, "t c"]
) -> Float[np.ndarray, " m"]:
    """Share of each excitation's variance that no fixed mixture of the channels follows, 0 to 1.

    What is left after least squares on all channels and a constant: zero for a muscle that a
    weighted sum of the channels follows exactly, and for one that does not change.
    """
    basis = np.column_stack([channels, np.ones(len(channels))])
    weights, *_ = np.linalg.lstsq(basis, excitation, rcond=None)
    left = np.var(excitation - basis @ weights, axis=0)
    all_of_it = np.var(excitation, axis=0)
    return np.asarray(np.where(all_of_it > 1e-12, left / np.maximum(all_of_it, 1e-12), 0.0))


def rmse_of(
    model: Float[np.ndarray, "t k"], known: Float[np.ndarray, "t k"]
) -> Float[np.ndarray, " k"]:
    """Root mean square error of each column."""
    return np.asarray(np.sqrt(np.mean((model - known) ** 2, axis=0)))
