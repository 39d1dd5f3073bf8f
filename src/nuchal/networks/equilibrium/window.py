"""The head's recent path: a short causal window of three markers becomes the neck's state.

The markers of every frame give the head's rotation on the thorax, as angles about z, x and y. What
they are, how fast they change and how fast that changes is read off the window by the linear filter
that errs least on free movements with the stated noise (Wiener 1949): with clean markers a sharp
differentiator, with noisy ones a cautious smoother. It gives the state of the frame 20 ms before
the last.

The angles then become the six coordinates (``head_motion``).

A recording that was smoothed as a whole is said to be as noisy as the windows whose accelerations
err as much: noise is white and movement is smooth, so that high differences of successive frames
show the noise, and smoothing leaves of it in the accelerations what it leaves of a single frame's
error.
"""

from typing import Final

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array, Mat33, Vec3
from nuchal.batches import in_single
from nuchal.networks.equilibrium.records import HeadMotion
from nuchal.programs.kept import kept
from nuchal.spatial import angles_zxy
from nuchal.tracking.smoothing import smooth, usable_cutoff

# Frames of a window.
WINDOW_FRAMES: Final = 16
# A window gives the state of the frame so many before its last. In these 20 ms an acceleration
# shows that could only be guessed at once.
LATENCY_FRAMES: Final = 2
# Index of that frame in its window.
OUTPUT_FRAME: Final = WINDOW_FRAMES - 1 - LATENCY_FRAMES
# Frames a second within a window.
WINDOW_RATE_HZ: Final = 100.0
# Standard deviations of an angle's white noise that there is a filter for; the first stands for
# clean, or already smoothed, markers.
NOISE_LEVELS_RAD: Final = (1e-6, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2)

# Differences of successive frames that hold little but noise are of this order; their gain for
# white noise is the root of the sum of squared binomials.
_ORDER: Final = 5
_GAIN: Final = np.sqrt(252.0)
# Standard deviation over median deviation of a normal distribution.
_MAD: Final = 1.4826
_FRAMES_AROUND: Final = 100


def marker_angles(local: Float[Array, "3 3"], seen: Float[Array, "3 3"]) -> Vec3:
    """Angles of the head [rad] from three markers on the skull, as seen in the thorax frame [m]."""
    return angles_zxy(_triad(seen) @ _triad(local).T)


def angle_noise_rad(local: Float[np.ndarray, "3 3"], marker_noise_m: float) -> float:
    """Standard deviation that noise of the markers gives to an angle, mean of three axes."""
    spread = local - local.mean(axis=0)
    lever = [np.sqrt((np.delete(spread, k, axis=1) ** 2).sum()) for k in range(3)]
    return float(marker_noise_m * np.mean(1.0 / np.asarray(lever)))


def filter_windows(
    angles: Float[np.ndarray, "s w 3"],
    truth: HeadMotion,
) -> Float[np.ndarray, "l 3 w"]:
    """The best linear filters from windows of angles to angle, rate and acceleration.

    One set for each of :data:`NOISE_LEVELS_RAD`. A window's mean passes unchanged. ``angles`` are
    clean windows [rad], ``truth`` what to find, at frame :data:`OUTPUT_FRAME` of each.
    """
    windows = np.moveaxis(np.asarray(angles, float), 2, 1).reshape(-1, angles.shape[1])
    wanted = np.stack(
        [np.asarray(x, float).reshape(-1) for x in (truth.angle, truth.rate, truth.acceleration)]
    )
    mean = windows.mean(axis=1)
    about = windows - mean[:, None]
    wanted[0] -= mean
    size = angles.shape[1]
    own, cross = about.T @ about / len(about), wanted @ about / len(about)
    found = []
    for noise in NOISE_LEVELS_RAD:
        centring = np.eye(size) - 1.0 / size
        gain = np.linalg.solve(own + noise**2 * centring + 1e-14 * np.eye(size), cross.T).T
        gain = gain @ centring
        gain[0] += 1.0 / size
        found.append(gain)
    return np.stack(found).astype(np.float32)


def acceleration_errors(
    filters: Float[np.ndarray, "l 3 w"], angles: Float[np.ndarray, "s w 3"], truth: HeadMotion
) -> Float[np.ndarray, " l"]:
    """Root mean square error of the accelerations [rad/s^2], at the noise of each filter.

    Over clean windows of ``angles`` [rad], whose motions are the ``truth``.
    """
    about = np.asarray(angles, float) - angles.mean(axis=1, keepdims=True, dtype=float)
    found = np.einsum("lw,swk->lsk", filters[:, 2], about)
    lost = np.mean((found - truth.acceleration) ** 2, axis=(1, 2))
    noise = np.asarray(NOISE_LEVELS_RAD) ** 2 * np.sum(filters[:, 2].astype(float) ** 2, axis=1)
    return np.asarray(np.sqrt(lost + noise), np.float32)


def level_of(noise_rad: float) -> int:
    """Which filter suits a noise: the first that is made for as much or more."""
    enough = np.asarray(NOISE_LEVELS_RAD) >= noise_rad * 0.999
    return int(enough.argmax()) if enough.any() else len(enough) - 1


def head_motion(filters: Float[Array, "3 w"], angles: Float[Array, "w 3"]) -> HeadMotion:
    """The head's motion at frame :data:`OUTPUT_FRAME` of a window of angles [rad]."""
    middle = jnp.mean(angles, axis=0)
    found = filters @ (angles - middle)
    return HeadMotion(found[0] + middle, found[1], found[2])


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


def _triad(points: Float[Array, "3 3"]) -> Mat33:
    """Axes of three markers: from left to right, up to the top, and across."""
    top, left, right = points
    side = right - left
    side = side / jnp.linalg.norm(side)
    up = top - 0.5 * (left + right)
    up = up - (up @ side) * side
    up = up / jnp.linalg.norm(up)
    return jnp.stack([jnp.cross(up, side), up, side], axis=1)


def marker_angles_of(
    local: Float[np.ndarray, "n 3 3"], markers: Float[np.ndarray, "n t 3 3"]
) -> Float[np.ndarray, "n t 3"]:
    """Head angles [rad] from TP, LH, RH [m] over time, for markers that sit at ``local``."""
    return np.asarray(in_single(_angles)(local, markers))


@kept
def _angles(local: Float[Array, "n 3 3"], markers: Float[Array, "n t 3 3"]) -> Array:
    each = jax.vmap(marker_angles, (None, 0))
    return jax.vmap(each)(local, markers)
