"""Curves over time made small enough for a page, with every peak kept.

Frames are gathered into equal stretches, and of each stretch the least and the greatest value are
kept, in the order in which they come. So peaks keep their height, and are off in time by less than
a stretch.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Bool, Float, Int

from nuchal.assessment.muscles.exertion import Exertion
from nuchal.model.clinical import solved_frames
from nuchal.records import Estimate, Intervals

# Into which all recordings together are gathered, if they have more frames than that.
STRETCHES: Final = 1500
# Of a stretch: some of its frames can be used, and only those are shown.
USABLE: Final = 2
# Of a stretch: it has forces, but none that can be used.
DOUBTFUL: Final = 1
NOTHING: Final = 0


@dataclass(frozen=True, kw_only=True)
class Curves:
    """Forces of one movement by stretches of time.

    Attributes:
        step_s: Duration of a stretch.
        frames: Of a stretch.
        kind: ``USABLE``, ``DOUBTFUL`` or ``NOTHING``.
        ends: Two values of each stretch, in the order in which they come; zero where there is
            nothing.
        low: Least lower end of the intervals; None without intervals.
        high: Greatest upper end.
    """

    start_s: float
    step_s: float
    frames: int
    kind: Int[np.ndarray, " n"]
    ends: Float[np.ndarray, "n 2 m"]
    low: Float[np.ndarray, "n m"] | None
    high: Float[np.ndarray, "n m"] | None

    @property
    def time_s(self) -> Float[np.ndarray, "n 2"]:
        """Where the two values of each stretch are drawn."""
        starts = self.start_s + self.step_s * np.arange(len(self.kind))
        return np.asarray(starts[:, None] + self.step_s * np.array([0.25, 0.75]))


def frames_per_stretch(frames: int, stretches: int = STRETCHES) -> int:
    """How many frames make a stretch, where so many frames are to be shown in all."""
    return max(1, -(-frames // stretches))


def curves_of(estimate: Estimate, size: int) -> Curves:
    """Forces of an estimate, in stretches of ``size`` frames."""
    return gathered(
        np.asarray(estimate.motion.time),
        np.asarray(estimate.forces.force),
        np.asarray(estimate.quality),
        solved_frames(estimate),
        size=size,
        within=estimate.intervals,
    )


def healthy_curves(exertion: Exertion, time: Float[np.ndarray, " t"], size: int) -> Curves:
    """Forces in the healthy movement."""
    usable = np.asarray(exertion.usable)
    return gathered(time, np.asarray(exertion.force), usable, usable, size=size, within=None)


def gathered(
    time: Float[np.ndarray, " t"],
    values: Float[np.ndarray, "t m"],
    usable: Bool[np.ndarray, " t"],
    solved: Bool[np.ndarray, " t"],
    *,
    size: int,
    within: Intervals | None,
) -> Curves:
    """Gather frames into stretches of ``size``; the last one may be shorter."""
    count = -(-len(time) // size)
    owner = np.arange(len(time)) // size
    some = np.bincount(owner, usable, count) > 0
    any_solved = np.bincount(owner, solved, count) > 0
    kind = np.where(some, USABLE, np.where(any_solved, DOUBTFUL, NOTHING))
    shown = np.where(some[owner], usable, solved)
    step = size * (float(time[-1] - time[0]) / max(len(time) - 1, 1))
    return Curves(
        start_s=float(time[0]),
        step_s=step,
        frames=size,
        kind=kind,
        ends=_ends(values, shown, size),
        low=None if within is None else -_most(-np.asarray(within.low), shown, size),
        high=None if within is None else _most(np.asarray(within.high), shown, size),
    )


def _blocks(
    values: Float[np.ndarray, "t m"], shown: Bool[np.ndarray, " t"], size: int
) -> Float[np.ndarray, "n s m"]:
    """By stretch; minus infinity where there is nothing."""
    rows = -(-len(values) // size) * size
    padded = np.full((rows, values.shape[1]), -np.inf)
    padded[: len(values)] = np.where(shown[:, None], values, -np.inf)
    return padded.reshape(-1, size, values.shape[1])


def _most(
    values: Float[np.ndarray, "t m"], shown: Bool[np.ndarray, " t"], size: int
) -> Float[np.ndarray, "n m"]:
    found = _blocks(values, shown, size).max(axis=1)
    return np.where(np.isfinite(found), found, 0.0)


def _ends(
    values: Float[np.ndarray, "t m"], shown: Bool[np.ndarray, " t"], size: int
) -> Float[np.ndarray, "n 2 m"]:
    high = _blocks(values, shown, size)
    low = _blocks(-values, shown, size)
    later = high.argmax(axis=1) >= low.argmax(axis=1)
    most, least = high.max(axis=1), -low.max(axis=1)
    pair = np.stack([np.where(later, least, most), np.where(later, most, least)], axis=1)
    return np.where(np.isfinite(pair), pair, 0.0)
