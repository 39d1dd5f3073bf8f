"""Short gaps of sensors: turned on evenly from the last known frame to the next."""

import numpy as np
from jaxtyping import Bool, Float
from scipy.spatial.transform import Rotation, Slerp


def bridged(
    rotation: Float[np.ndarray, "t 3 3"],
    known: Bool[np.ndarray, " t"],
    time: Float[np.ndarray, " t"],
    max_gap_s: float,
) -> tuple[Float[np.ndarray, "t 3 3"], Bool[np.ndarray, " t"]]:
    """A body's rotations with gaps filled that last no longer; held before and after all.

    Returns:
        Rotations, and the frames that are known now.
    """
    seen = np.flatnonzero(known)
    if seen.size < 2:
        return rotation, known
    between = Slerp(time[seen], Rotation.from_matrix(rotation[seen]))
    whole = between(np.clip(time, time[seen[0]], time[seen[-1]])).as_matrix()
    after = np.searchsorted(seen, np.arange(len(time)))
    inside = (after > 0) & (after < seen.size)
    before, following = seen[np.maximum(after - 1, 0)], seen[np.minimum(after, seen.size - 1)]
    short = inside & (time[following] - time[before] <= max_gap_s + 1e-9)
    return np.asarray(whole), known | short
