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
# Frames whose waves are summed together, which bounds the memory.
_AT_ONCE: Final = 256


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
# Motions that are drawn beside the one that was recorded.
LIKELY: Final = 12
# Of recordings that don't say what measured them: many kinds are as good or better.
USUAL_DEVICE: Final[Device] = "inertial"
# Of a trunk that was not recorded: the share of the head's turn that it makes, and how it moves
# besides: about what people do who are asked to move the neck alone (benchmarks/sensors/trunk.py).
TRUNK_SHARE_SD: Final = 0.1
TRUNK_RAD: Final = float(np.radians(3.0))


@dataclass(frozen=True)
class Wrong:
    """Ways in which sensors may be wrong, each as likely as the others.

    Attributes:
        speeds: Of the waves that errors about each axis are summed from [rad/s].
        cosines: Amplitudes of the waves [rad].
        sines: Likewise.
        drift_rad_s: About the axis up.
        facing: Where the person really faces against where it is believed, as rotations.
        trunk: Share of the head's turn that was the trunk's.
    """

    speeds: Float[np.ndarray, "n waves 3"]
    cosines: Float[np.ndarray, "n waves 3"]
    sines: Float[np.ndarray, "n waves 3"]
    drift_rad_s: Float[np.ndarray, " n"]
    facing: Float[np.ndarray, "n 3 3"]
    trunk: Float[np.ndarray, " n"]

    def at(self, time: Float[np.ndarray, " t"]) -> Float[np.ndarray, "n t 3"]:
        """Errors about forward, up and right, but for facing and trunk [rad].

        Smooth Gaussian processes: sums of waves (Rahimi and Recht 2007).
        """
        found = np.zeros((len(self.speeds), len(time), 3))
        for start in range(0, len(time), _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            phase = time[some, None, None] * self.speeds[:, None]
            found[:, some] = np.einsum("nwk,ntwk->ntk", self.cosines, np.cos(phase))
            found[:, some] += np.einsum("nwk,ntwk->ntk", self.sines, np.sin(phase))
        found[..., 1] += self.drift_rad_s[:, None] * time
        return found

    def turned(
        self,
        head: Float[np.ndarray, "t 3 3"],
        time: Float[np.ndarray, " t"],
        at_neutral: Float[np.ndarray, "n 1 3"],
    ) -> Float[np.ndarray, "n t 3 3"]:
        """Turns of the head that are as likely as those that were measured.

        Args:
            head: as measured, in the axes of the neck.
            time: [s].
            at_neutral: :meth:`at` in the neutral pose.
        """
        wrong = self.at(time) - at_neutral
        turn = Rotation.from_rotvec(wrong.reshape(-1, 3)).as_matrix()
        turned = turn.reshape(*wrong.shape[:2], 3, 3) @ head
        if self.trunk.any():
            turned = _less_trunk(turned, self.trunk)
        mixed = self.facing[:, None]
        return np.asarray(mixed @ turned @ np.swapaxes(mixed, -1, -2))


def drawn_wrong(
    errors: TurnErrors,
    *,
    trunk_seen: bool,
    count: int,
    drift_rad_s: tuple[float, float] | None = None,
    seed: int = 0,
) -> Wrong:
    """So many ways in which sensors of a kind may be wrong.

    Args:
        errors: of the sensors.
        drift_rad_s: mean and standard deviation of the heading's drift to the left, if more is
            known of it than what such sensors do.
        trunk_seen: whether the torso was recorded.
        count: how many are drawn.
        seed: of the draws.
    """
    dice = np.random.default_rng([31, seed])
    trunk = 0.0 if trunk_seen else TRUNK_RAD
    sds = np.hypot([errors.tilt_rad, errors.heading_rad, errors.tilt_rad], trunk)
    waves = dice.normal(size=(_WAVES, 3, count, 3)).transpose(1, 2, 0, 3)
    mean, sd = (0.0, errors.drift_rad_s) if drift_rad_s is None else drift_rad_s
    # What the heading has drifted to the left, the true head is to the right of what is measured.
    drift = -mean + sd * dice.normal(size=count)
    facing = errors.facing_rad * dice.normal(size=(count, 1)) * [0.0, 1.0, 0.0]
    share = np.zeros(count) if trunk_seen else TRUNK_SHARE_SD * dice.normal(size=count)
    amplitudes = sds * waves[1:] / np.sqrt(_WAVES)
    mixed = Rotation.from_rotvec(facing).as_matrix()
    return Wrong(waves[0] / MEMORY_S, amplitudes[0], amplitudes[1], drift, mixed, share)


def drawn_turns(
    head: Float[np.ndarray, "t 3 3"],
    time: Float[np.ndarray, " t"],
    neutral_s: float,
    errors: TurnErrors,
    *,
    trunk_seen: bool,
    count: int,
    drift_rad_s: tuple[float, float] | None = None,
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
        drift_rad_s: as in :func:`drawn_wrong`.
        seed: of the draws.
    """
    wrong = drawn_wrong(
        errors, trunk_seen=trunk_seen, count=count, drift_rad_s=drift_rad_s, seed=seed
    )
    at_neutral = wrong.at(time[[int(np.argmin(np.abs(time - neutral_s)))]])
    return wrong.turned(head, time, at_neutral)


def _less_trunk(
    turned: Float[np.ndarray, "n t 3 3"], share: Float[np.ndarray, " n"]
) -> Float[np.ndarray, "n t 3 3"]:
    """Turns of the head of which a share was the trunk's."""
    whole = Rotation.from_matrix(turned.reshape(-1, 3, 3)).as_rotvec().reshape(len(turned), -1, 3)
    kept = (1.0 - share)[:, None, None] * whole
    return np.asarray(Rotation.from_rotvec(kept.reshape(-1, 3)).as_matrix().reshape(turned.shape))
