"""How wrong orientations may be, and what other turns of the head are as likely.

Every kind of sensor errs in its own way. The head's turn on the torso is off by errors that come
and go (a smooth Gaussian process about each axis), by headings that drift apart, and by a
trunk that moved without being recorded; where the person faces is off besides, which mixes the
planes of movement. In the neutral pose all but the last are nothing, for there the head is straight
by what it is. ``docs/sensors.md`` has the published comparisons that the figures rest on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float
from scipy.spatial.transform import Rotation

from nuchal.conventions import Device

# Time over which an error stays about what it is [s].
MEMORY_S: Final = 3.0
_WAVES: Final = 32


@dataclass(frozen=True, kw_only=True)
class TurnErrors:
    """Standard deviations of what orientations of head on torso are wrong by.

    Attributes:
        tilt_rad: About the axes forward and right, at any moment.
        heading_rad: About the axis up, at any moment.
        drift_rad_s: About the axis up, growing with time.
        facing_rad: Of where the person faces.
    """

    tilt_rad: float
    heading_rad: float
    drift_rad_s: float = 0.0
    facing_rad: float = 0.0


def _degrees(tilt: float, heading: float, per_minute: float, facing: float) -> TurnErrors:
    return TurnErrors(
        tilt_rad=float(np.radians(tilt)),
        heading_rad=float(np.radians(heading)),
        drift_rad_s=float(np.radians(per_minute) / 60.0),
        facing_rad=float(np.radians(facing)),
    )


ERRORS: Final[Mapping[Device, TurnErrors]] = {
    "rigid bodies": _degrees(0.5, 0.5, 0.0, 3.0),
    "inertial": _degrees(1.5, 2.0, 1.0, 5.0),
    "markerless": _degrees(2.5, 2.5, 0.0, 3.0),
    "headset": _degrees(1.0, 1.0, 0.5, 3.0),
    "camera": _degrees(5.0, 5.0, 0.0, 5.0),
}
# Of recordings that don't say what measured them: many kinds are as good or better.
USUAL_DEVICE: Final[Device] = "inertial"
# Of a trunk that was not recorded: the share of the head's turn that it makes, and how it moves
# besides: about what people do who are asked to move the neck alone (benchmarks/sensors/trunk.py).
TRUNK_SHARE_SD: Final = 0.1
TRUNK_RAD: Final = float(np.radians(3.0))


def drawn_turns(
    head: Float[np.ndarray, "t 3 3"],
    time: Float[np.ndarray, " t"],
    neutral_s: float,
    errors: TurnErrors,
    *,
    trunk_seen: bool,
    count: int,
    seed: int = 0,
) -> Float[np.ndarray, "n t 3 3"]:
    """Turns of the head on the torso that are as likely as those that were recorded.

    Args:
        head: as recorded, in the axes of the neck.
        time: [s].
        neutral_s: middle of the neutral pose [s].
        errors: of the sensors.
        trunk_seen: whether the torso was recorded.
        count: how many are drawn.
        seed: of the draws.
    """
    dice = np.random.default_rng([31, seed])
    trunk = 0.0 if trunk_seen else TRUNK_RAD
    sds = np.hypot([errors.tilt_rad, errors.heading_rad, errors.tilt_rad], trunk)
    wrong = _wandering(time, count, dice) * sds
    drift = errors.drift_rad_s * dice.normal(size=(count, 1))
    wrong[..., 1] += drift * (time - neutral_s)
    wrong -= wrong[:, [int(np.argmin(np.abs(time - neutral_s)))]]
    facing = Rotation.from_rotvec(
        errors.facing_rad * dice.normal(size=(count, 1)) * [0.0, 1.0, 0.0]
    )
    mixed = facing.as_matrix()[:, None]
    turned = Rotation.from_rotvec(wrong.reshape(-1, 3)).as_matrix().reshape(count, -1, 3, 3) @ head
    if not trunk_seen:
        turned = _less_trunk(turned, TRUNK_SHARE_SD * dice.normal(size=count))
    return np.asarray(mixed @ turned @ np.swapaxes(mixed, -1, -2))


def _wandering(
    time: Float[np.ndarray, " t"], count: int, dice: np.random.Generator
) -> Float[np.ndarray, "n t 3"]:
    """Smooth Gaussian processes of unit variance: sums of waves (Rahimi and Recht 2007)."""
    total = np.zeros((count, len(time), 3))
    for _ in range(_WAVES):
        phase = time[:, None] * dice.normal(size=(count, 1, 3)) / MEMORY_S
        total += dice.normal(size=(count, 1, 3)) * np.cos(phase)
        total += dice.normal(size=(count, 1, 3)) * np.sin(phase)
    return np.asarray(total / np.sqrt(_WAVES))


def _less_trunk(
    turned: Float[np.ndarray, "n t 3 3"], share: Float[np.ndarray, " n"]
) -> Float[np.ndarray, "n t 3 3"]:
    """Turns of the head of which a share was the trunk's."""
    whole = Rotation.from_matrix(turned.reshape(-1, 3, 3)).as_rotvec().reshape(len(turned), -1, 3)
    kept = (1.0 - share)[:, None, None] * whole
    return np.asarray(Rotation.from_rotvec(kept.reshape(-1, 3)).as_matrix().reshape(turned.shape))
