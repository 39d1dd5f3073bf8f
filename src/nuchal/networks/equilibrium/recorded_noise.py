"""How noisy a recording is, and how much of that is left in a motion smoothed as a whole.

Noise is white and movement is smooth, so that high differences of successive frames hold little but
noise. Of that, smoothing leaves in the accelerations what it leaves of a single frame's error. The
intervals of the networks know noise as what marker windows suffer from: the recording is said to be
as noisy as the windows whose accelerations are.
"""

from typing import Final

import numpy as np
from jaxtyping import Float

from nuchal.networks.equilibrium.window import NOISE_LEVELS_RAD
from nuchal.tracking.smoothing import smooth, usable_cutoff

_ORDER: Final = 5
# Of differences of fifth order for white noise: root of the sum of squared binomials.
_GAIN: Final = np.sqrt(252.0)
# Standard deviation over median deviation of a normal distribution.
_MAD: Final = 1.4826
_FRAMES_AROUND: Final = 100


def angle_noise(angles: Float[np.ndarray, "t 3"]) -> float:
    """Standard deviation of the white noise in head angles of successive frames [rad].

    Robust against the few frames after which the head jerks; zero where there are too few.
    """
    if len(angles) <= 4 * _ORDER:
        return 0.0
    jumps = np.abs(np.diff(np.unwrap(angles, axis=0), n=_ORDER, axis=0)) / _GAIN
    return float(_MAD * np.sqrt(np.mean(np.median(jumps, axis=0) ** 2)))


def noise_of_windows(
    errors: Float[np.ndarray, " l"], noise_rad: float, *, step_s: float, cutoff_hz: float
) -> float:
    """Noise of marker windows whose accelerations err as those of a smoothed recording [rad].

    Args:
        errors: of the windows' accelerations, by noise level [rad/s^2].
        noise_rad: in the angles of the recording, before it was smoothed.
        step_s: from one frame of the recording to the next [s].
        cutoff_hz: of the smoothing.
    """
    time = step_s * np.arange(-_FRAMES_AROUND, _FRAMES_AROUND + 1)
    impulse = (np.arange(len(time)) == _FRAMES_AROUND).astype(float)
    response = smooth(time, impulse[:, None], cutoff_hz=usable_cutoff(cutoff_hz, time))
    left = noise_rad * float(np.linalg.norm(response.acceleration))
    levels = np.asarray(NOISE_LEVELS_RAD)
    if left <= errors[0]:
        return 0.0
    beyond = max(1.0, left / float(errors[-1]))
    return beyond * float(np.exp(np.interp(np.log(left), np.log(errors), np.log(levels))))
