"""How smooth a movement is, by the arc length of its speed's spectrum.

Balasubramanian, Melendez-Calderon, Roby-Brami and Burdet 2015, On the analysis of movement
smoothness, J NeuroEng Rehabil 12:112, doi 10.1186/s12984-015-0090-9: zero would be the smoothest,
a straight movement of minimum jerk has -1.4 or so, and every hesitation makes the arc longer.
"""

from typing import Final

import numpy as np
from jaxtyping import Float

# The publication's: the highest frequency that counts [Hz], the least share of the spectrum's
# largest value that does, and how much finer the spectrum is made by zeros behind the movement.
HIGHEST_HZ: Final = 10.0
LEAST_SHARE: Final = 0.05
_FINER: Final = 4
_FEWEST_FRAMES: Final = 8


def smoothness_of(speed: Float[np.ndarray, " t"], rate_hz: float) -> float | None:
    """Spectral arc length of one movement; always negative, and the nearer to zero the smoother.

    Args:
        speed: of the movement alone, in any unit.
        rate_hz: frames a second.

    Returns:
        None where the rate or the number of frames is too low, or nothing moves.
    """
    if len(speed) < _FEWEST_FRAMES or rate_hz < 2.0 * HIGHEST_HZ or not np.any(speed):
        return None
    frames = 2 ** (int(np.ceil(np.log2(len(speed)))) + _FINER)
    frequency = np.fft.rfftfreq(frames, 1.0 / rate_hz)
    size = np.abs(np.fft.rfft(speed, frames))
    size = (size / size.max())[frequency <= HIGHEST_HZ]
    last = int(np.flatnonzero(size >= LEAST_SHARE)[-1])
    if last == 0:
        return None
    across = np.diff(frequency[: last + 1]) / frequency[last]
    return -float(np.hypot(across, np.diff(size[: last + 1])).sum())
