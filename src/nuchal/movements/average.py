"""One movement out of many people's trials: aligned in time, then averaged.

People do the same movement at their own pace. Dynamic time warping (Sakoe and Chiba 1978,
doi 10.1109/TASSP.1978.1163055) finds which moment of one trial is which of another; the barycentre
under it (Petitjean et al. 2011, doi 10.1016/j.patcog.2010.09.013) is the mean trajectory. Its own
pace is the mean of the trials' paces, so that the trial which the search started from does not
leave its timing in the result.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.errors import NuchalError, need_extra
from nuchal.movements.minimum_jerk import FRAMES, RATE_HZ, made_motion
from nuchal.records import Motion
from nuchal.tracking.smoothing import smooth

# Of the smoothing that gives the mean its velocity and acceleration.
AVERAGE_CUTOFF_HZ = 6.0
# The neck is taken to rest for that long before and after the mean movement [s].
REST_S = 0.5
_ROUNDS = 8
# So far, as a share of the duration, a moment of one trial may lie from its partner in another.
_WINDOW_SHARE: Final = 0.2
# Warps are smooth: the steps that frames leave in them are not.
_WARP_CUTOFF_HZ = 3.0


def average_trials(
    motions: Sequence[Motion],
    *,
    frames: int = FRAMES,
    rate_hz: float = RATE_HZ,
    window_share: float = _WINDOW_SHARE,
) -> Motion:
    """The mean of several trials of one movement.

    Args:
        motions: trials, of any length and rate; frames in a gap are taken as they stand.
        frames: of the result; it is stretched to fill them.
        rate_hz: of the result [Hz].
        window_share: how far, as a share of the duration, a moment of one trial may lie from its
            partner in another.

    Raises:
        EngineError: the extra ``average`` is not installed.
        NuchalError: no trials.
    """
    if not motions:
        raise NuchalError("movements.no_trials")
    trials = np.stack([_resampled(motion, frames) for motion in motions])
    window = max(1, round(window_share * frames))
    mean = trials[_medoid(trials, window)]
    for _ in range(_ROUNDS):
        mean = np.mean([_match(mean, trial, window)[0] for trial in trials], axis=0)
    pace = np.mean([_match(mean, trial, window)[1] for trial in trials], axis=0)
    return _at_mean_pace(mean, pace, frames, rate_hz)


def most_typical(motions: Sequence[Motion], *, frames: int = 200) -> int:
    """Index of the movement that is nearest to all others under time warping."""
    trials = np.stack([_resampled(motion, frames) for motion in motions])
    return _medoid(trials, max(1, round(_WINDOW_SHARE * frames)))


def _resampled(motion: Motion, frames: int) -> Float[np.ndarray, "n 6"]:
    """The coordinates at ``frames`` even moments from first to last."""
    time = np.asarray(motion.time)
    where = np.linspace(time[0], time[-1], frames)
    return np.stack([np.interp(where, time, column) for column in np.asarray(motion.q).T], axis=1)


def _warping() -> Any:
    """What brings dynamic time warping, loaded when it is needed."""
    need_extra("average")
    return import_module("dtaidistance.dtw_ndim")


def _medoid(trials: Float[np.ndarray, "k n 6"], window: int) -> int:
    """The trial that is nearest to all others."""
    dtw, apart = _warping(), np.zeros((len(trials), len(trials)))
    for a in range(len(trials)):
        for b in range(a):
            apart[a, b] = dtw.distance(trials[a], trials[b], window=window, use_c=True)
    return int((apart + apart.T).sum(axis=1).argmin())


def _match(
    mean: Float[np.ndarray, "n 6"], trial: Float[np.ndarray, "n 6"], window: int
) -> tuple[Float[np.ndarray, "n 6"], Float[np.ndarray, " n"]]:
    """A trial at the mean's pace, and at which of its frames each frame of the mean falls.

    The path's partners of a frame are averaged and the warp smoothed, for a warp is a movement
    too: it neither jumps nor stands still.
    """
    path = np.array(_warping().warping_path(mean, trial, window=window, use_c=True))
    count = np.bincount(path[:, 0], minlength=len(mean))
    partner = np.bincount(path[:, 0], weights=path[:, 1], minlength=len(mean)) / count
    share = np.linspace(0.0, 1.0, len(mean))
    warp = smooth(share * len(mean) / RATE_HZ, partner[:, None], cutoff_hz=_WARP_CUTOFF_HZ)
    frame = np.clip(np.maximum.accumulate(warp.value[:, 0]), 0.0, len(trial) - 1.0)
    moved = [np.interp(frame, np.arange(len(trial)), column) for column in trial.T]
    return np.stack(moved, axis=1), frame


def _at_mean_pace(
    mean: Float[np.ndarray, "n 6"], pace: Float[np.ndarray, " n"], frames: int, rate_hz: float
) -> Motion:
    """Run the mean trajectory at the mean pace, smooth it, and take its derivatives."""
    increasing = pace + np.linspace(0.0, 1e-6, len(pace))
    even = np.linspace(increasing[0], increasing[-1], frames)
    q = np.stack([np.interp(even, increasing, column) for column in mean.T], axis=1)
    time, rest = np.arange(frames) / rate_hz, round(REST_S * rate_hz)
    longer = np.arange(-rest, frames + rest) / rate_hz
    held = np.pad(q, ((rest, rest), (0, 0)), mode="edge")
    curve = smooth(longer, held, cutoff_hz=AVERAGE_CUTOFF_HZ, at=time)
    return made_motion(time, *map(jnp.asarray, (curve.value, curve.rate, curve.acceleration)))
