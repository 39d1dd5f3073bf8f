"""Frames in which a body leaps from its neighbours: poses of calibration, glitches of sensors."""

from typing import Final

import numpy as np
from jaxtyping import Bool, Float
from scipy.ndimage import median_filter

from nuchal.tracking.rigid import turn_between

# A leap is at least so fast, and so many times faster than the frames about it: who turns fast
# does so in many frames, and noise is alike in all.
_FAST_RAD_S: Final = float(np.radians(300.0))
_TIMES: Final = 10.0
_FRAMES: Final = 11


def leaps(
    rotation: Float[np.ndarray, "t 3 3"],
    known: Bool[np.ndarray, " t"],
    time: Float[np.ndarray, " t"],
) -> Bool[np.ndarray, " t"]:
    """Known frames from which, and to which, a body would have to turn too fast.

    At the ends of a recording one side alone tells, and there the next frame has to agree with the
    one after it.
    """
    frames = np.flatnonzero(known)
    found = np.zeros(len(time), dtype=bool)
    if frames.size < 3:
        return found
    one, other = rotation[frames[:-1]], rotation[frames[1:]]
    speed = turn_between(one, other) / np.diff(time[frames])
    usual = median_filter(speed, _FRAMES, mode="mirror")
    fast = speed > np.maximum(_FAST_RAD_S, _TIMES * usual)
    before, after = np.r_[True, fast], np.r_[fast, True]
    alone = before & after
    alone[0] &= not fast[1]
    alone[-1] &= not fast[-2]
    found[frames[alone]] = True
    return found
