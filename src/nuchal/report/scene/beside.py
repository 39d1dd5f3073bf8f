"""Beside a recorded movement, what is normal: posture for posture, each as far along as the other.

A person and the movement that is normal at an age do not move in step, so frames are paired by
where the head is: half of what the person reaches in flexion goes with half of what is normal, and
moving on with moving on.
"""

from typing import Final

import numpy as np
from jaxtyping import Float, Int

from nuchal.assessment.records import Assessment
from nuchal.report.scene.neck_motion import NeckMovement

# Of what is normal; one who goes less far than that is paired as if they went so far.
_LEAST_SHARE: Final = 0.3
# Of where the head is going, against where it is; by shares of the reach in a second.
_WEIGHT_OF_SPEED: Final = 0.05
# Over which paired postures are averaged.
_EVENING_S: Final = 0.25
_BLOCK: Final = 256


def normal_beside(found: Assessment, trial: int, name: str) -> NeckMovement:
    """The normal movement in the order and the time of a recording.

    Args:
        found: the assessment.
        trial: index of the recording.
        name: what the scene calls the movement.
    """
    one, estimate = found.trials[trial], found.estimates[trial]
    healthy, forces = found.geometry.healthy, found.healthy
    time = np.asarray(estimate.motion.time)
    normal_time = np.asarray(healthy.motion.time)
    normal_reach = healthy.ranges.reach_deg
    reach = np.maximum(found.geometry.ranges.reach_deg, _LEAST_SHARE * normal_reach)
    chosen = pairs(
        _places(np.asarray(one.angles_deg), reach, time),
        _places(np.asarray(healthy.angles_deg), normal_reach, normal_time),
    )
    width = max(1, round(_EVENING_S / float(np.median(np.diff(time)))))
    everywhere = np.ones(len(time), dtype=bool)
    return NeckMovement(
        name=name,
        time=time,
        q=_evened(np.asarray(healthy.motion.q)[chosen], width),
        force=_evened(np.asarray(forces.exertion.force)[chosen], width),
        activation=_evened(np.asarray(forces.activation)[chosen], width),
        known=everywhere,
        solved=everywhere,
    )


def pairs(
    these: Float[np.ndarray, "t 6"], those: Float[np.ndarray, "n 6"]
) -> Int[np.ndarray, " t"]:
    """For every row of one table the nearest row of the other."""
    squares = (those**2).sum(axis=1)
    nearest = [
        (squares - 2.0 * these[k : k + _BLOCK] @ those.T).argmin(axis=1)
        for k in range(0, len(these), _BLOCK)
    ]
    return np.concatenate(nearest)


def _places(
    angles_deg: Float[np.ndarray, "t 3"],
    reach_deg: Float[np.ndarray, "6"],
    time: Float[np.ndarray, " t"],
) -> Float[np.ndarray, "t 6"]:
    """Where the head is and where it is going, as shares of the reach to each side."""
    ahead, behind = reach_deg.reshape(3, 2).T
    place = angles_deg / np.where(angles_deg >= 0.0, ahead, behind)
    speed = np.gradient(place, time, axis=0)
    return np.concatenate([place, np.sqrt(_WEIGHT_OF_SPEED) * speed], axis=1)


def _evened(values: Float[np.ndarray, "t k"], width: int) -> Float[np.ndarray, "t k"]:
    """A running mean of ``width`` rows, shorter at both ends."""
    total = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    rows = np.arange(len(values))
    low = np.maximum(rows - width // 2, 0)
    high = np.minimum(rows + width // 2 + 1, len(values))
    return np.asarray((total[high] - total[low]) / (high - low)[:, None])
