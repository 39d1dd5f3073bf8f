"""The movement that an examiner asks for: as far as it goes to every side, slowly, and round.

Flexion and extension, bending, rotation, both diagonals, a circle, and both diagonals of nodding
and turning with some bending, from the neutral pose and back to it. How far is given, so that it
can be what is normal at an age, or what one person does.
"""

from typing import Final

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array, Coords, CoordsT, Scalar, Time, Vec3
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_anatomy
from nuchal.movements.minimum_jerk import made_motion, minimum_jerk, state_at
from nuchal.programs.kept import kept
from nuchal.records import Motion

PARTS: Final = (
    "flexion and extension",
    "bending",
    "rotation",
    "forward right and back left",
    "forward left and back right",
    "circling",
    "forward turned right and back turned left",
    "forward turned left and back turned right",
)
# Duration of each part [s]: the head turns at up to 134 degrees a second where it reaches 74.
PART_S: Final = 4.0
RATE_HZ: Final = 100.0
# How far a circling head goes, as a share of what it reaches to each side.
_CIRCLE: Final = 0.85
# How far it goes in all three ways together, likewise.
_TOGETHER: Final = 0.6
# Share of the part in which it leaves the neutral pose.
_LEAVING: Final = 0.15


def ideal_movement(
    reach: Float[np.ndarray, "6"],
    *,
    anatomy: Anatomy | None = None,
    rate_hz: float = RATE_HZ,
) -> Motion:
    """The examiner's movement, with exact velocities and accelerations.

    Args:
        reach: how far the head turns on the thorax to each side, in the order of ``DIRECTIONS``,
            all positive [rad].
        anatomy: the neck that moves, which says what each of its parts takes; the generic one if
            not given.
        rate_hz: frames a second.
    """
    frames = round(len(PARTS) * PART_S * rate_hz) + 1
    time = jnp.arange(frames) / rate_hz
    neck = generic_anatomy() if anatomy is None else anatomy
    return made_motion(time, *_states(time, jnp.asarray(reach), neck))


def part_of(time: Float[np.ndarray, " t"]) -> np.ndarray:
    """Index in ``PARTS`` of every time [s] of the movement."""
    return np.clip(np.floor(np.asarray(time) / PART_S), 0, len(PARTS) - 1).astype(int)


def _total_at(time: Scalar, reach: Float[Array, "6"]) -> Vec3:
    """Pitch, roll and yaw of the head [rad]: extension, right bending, left rotation positive."""
    part = jnp.clip(jnp.floor(time / PART_S), 0, len(PARTS) - 1)
    phase = jnp.clip(time / PART_S - part, 0.0, 1.0)
    swing = jnp.sin(2.0 * jnp.pi * phase) ** 3
    pitch = -_sided(swing, reach[0], reach[1])
    zero, slant = jnp.zeros_like(pitch), jnp.sqrt(0.5)
    right = _sided(swing, reach[2], reach[3])
    left = -_sided(swing, reach[3], reach[2])
    ways = [
        jnp.stack([pitch, zero, zero]),
        jnp.stack([zero, right, zero]),
        jnp.stack([zero, zero, -_sided(swing, reach[4], reach[5])]),
        jnp.stack([pitch, right, zero]) * slant,
        jnp.stack([pitch, left, zero]) * slant,
        _circling(phase, reach),
        _turning(phase, pitch, reach, 1.0),
        _turning(phase, pitch, reach, -1.0),
    ]
    return jnp.stack(ways)[part.astype(int)]


def _sided(swing: Scalar, ahead: Scalar, behind: Scalar) -> Scalar:
    return swing * jnp.where(swing > 0.0, ahead, behind)


def _circling(phase: Scalar, reach: Float[Array, "6"]) -> Vec3:
    """Forward, round by the right, and back to the neutral pose."""
    out = minimum_jerk(phase / _LEAVING) * minimum_jerk((1.0 - phase) / _LEAVING)
    angle = 2.0 * jnp.pi * minimum_jerk((phase - _LEAVING) / (1.0 - 2.0 * _LEAVING))
    forward, right = jnp.cos(angle), jnp.sin(angle)
    pitch = -_blended(forward, reach[0], reach[1])
    return _CIRCLE * out * jnp.stack([pitch, _blended(right, reach[2], reach[3]), 0.0 * pitch])


def _turning(phase: Scalar, pitch: Scalar, reach: Float[Array, "6"], side: float) -> Vec3:
    """Forward, turned to a side, and back, turned to the other; bending at twice the pace."""
    swing = side * jnp.sin(2.0 * jnp.pi * phase) ** 3
    bend = _sided(jnp.sin(4.0 * jnp.pi * phase) ** 3, reach[2], reach[3])
    return _TOGETHER * jnp.stack([pitch, bend, -_sided(swing, reach[4], reach[5])])


def _blended(share: Scalar, ahead: Scalar, behind: Scalar) -> Scalar:
    """``ahead`` at 1, minus ``behind`` at -1, and smooth between."""
    return 0.5 * ((ahead + behind) * share + (ahead - behind) * share**2)


def _state_at(
    time: Scalar, reach: Float[Array, "6"], neck: Anatomy
) -> tuple[Coords, Coords, Coords]:
    return state_at(neck, lambda moment: _total_at(moment, reach), time)


@kept
def _states(
    time: Time, reach: Float[Array, "6"], neck: Anatomy
) -> tuple[CoordsT, CoordsT, CoordsT]:
    states: tuple[CoordsT, CoordsT, CoordsT] = jax.vmap(_state_at, (0, None, None))(
        time, reach, neck
    )
    return states
