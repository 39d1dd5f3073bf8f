"""Faults of a channel that show in the samples themselves: clipping, lost signal, spikes."""

from typing import Final

import numpy as np
from jaxtyping import Bool, Float, Int

from nuchal.motion.smoothing import segments

_FLAT_S: Final = 0.02
"""Constant for as long as this, a signal is lost [s]."""
_SPIKE: Final = 5.0
"""Times as far out as anything near."""
_BLOCK_S: Final = 0.02
_APART, _AROUND = 3, 12
"""Blocks from a spike to the nearest that it is compared with, and to the farthest."""


def flat_share(values: Float[np.ndarray, " n"], rate_hz: float) -> float:
    """Share of the samples in constant stretches of 20 ms or more."""
    return float(flat(values, rate_hz).mean())


def flat(values: Float[np.ndarray, " n"], rate_hz: float) -> Bool[np.ndarray, " n"]:
    """Samples in constant stretches of 20 ms or more."""
    same = np.diff(values) == 0.0
    found = np.zeros(len(values), bool)
    for first, end in segments(same):
        if end - first + 1 >= _FLAT_S * rate_hz:
            found[first : end + 1] = True
    return found


def clipped_share(values: Float[np.ndarray, " n"]) -> float:
    """Share of the samples in runs of two or more at the greatest or the least value.

    An amplifier that runs into its limit repeats that value; a signal within its range touches its
    extreme with one sample. One such run alone can be chance and does not count.
    """
    size = float(np.ptp(values))
    if size == 0.0:
        return 0.0
    clipped = 0
    for extreme in (values.max(), values.min()):
        at_limit = np.abs(values - extreme) <= 1e-6 * size
        runs = [end - first for first, end in segments(at_limit) if end - first >= 2]
        clipped += sum(runs) if len(runs) > 1 else 0
    return clipped / len(values)


def spikes(banded: Float[np.ndarray, " n"], rate_hz: float) -> Int[np.ndarray, " s"]:
    """Samples at which something stands out of all that is around it, as an electrode's pop does.

    Five times as far from zero as anything from 0.06 to 0.24 s before or after it. A burst of EMG
    is no spike, as it goes on.
    """
    width = max(1, round(_BLOCK_S * rate_hz))
    count = len(banded) // width
    if count < 2 * _AROUND:
        return np.zeros(0, int)
    size = np.abs(banded[: count * width]).reshape(count, width).max(axis=1)
    padded = np.pad(size, _AROUND, mode="reflect")
    offsets = [k for k in range(-_AROUND, _AROUND + 1) if abs(k) >= _APART]
    around = np.max([padded[_AROUND + k : _AROUND + k + count] for k in offsets], axis=0)
    found = np.flatnonzero((size > _SPIKE * around) & (around > 0.0))
    first = np.diff(found, prepend=-_AROUND) >= _APART
    return np.asarray(found[first] * width)
