"""The standard movement: what a neck is asked to do where no recording says otherwise.

Flexion and extension, lateral bending to both sides, axial rotation to both sides, as far as people
of 25 years go, and a combined movement that goes half as far about all three. Every part starts and
ends in the neutral pose at rest: its shape is a sine under a window, so that the angle vanishes
there with its velocity and acceleration, and both are known in closed form. Nobody's head comes
back just the way it went: small movements off the axis make a loop of each part. Without them the
three markers of a frame would not tell whether the head comes or goes, and forces depend on that.
"""

from typing import Final, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from nuchal.arrays import Array, Coords, CoordsT, Scalar, Time, Vec3
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_anatomy
from nuchal.model.norms import norm_of
from nuchal.model.passive import posture_of_head
from nuchal.movements.minimum_jerk import made_motion, state_at
from nuchal.programs.kept import kept
from nuchal.records import Motion

FRAMES: Final = 600
# The head turns at up to 180 degrees a second, which is as fast as healthy people do on request.
RATE_HZ: Final = 40.0
# Duration of each of the four parts [s]: the 600th frame is neutral and at rest again.
PART_S: Final = (FRAMES - 1) / RATE_HZ / 4
# Of the paper's six people.
_AGE_YEARS: Final = 25.0
# Of all three ranges, in the combined part.
_TOGETHER: Final = 0.5


class Swing(NamedTuple):
    """One part: angles of the head on the thorax per unit of its sine under the window [rad].

    Attributes:
        uneven: Of pitch per square of that sine: how extension differs from flexion.
    """

    pitch: float
    roll: float
    yaw: float
    uneven: float = 0.0


class Course(NamedTuple):
    """How far a movement of the four parts goes.

    Attributes:
        swings: Of each part.
        loops: What is added off the axis, at twice the pace, so that out and back differ.
    """

    swings: tuple[Swing, ...]
    loops: tuple[Swing, ...]


# Names of the four parts, in order.
PARTS: Final = ("flexion and extension", "lateral bending", "axial rotation", "combined movement")

# Largest value of the sine under the window.
_PEAK: Final = 0.68608
_NO: Final = Swing(0.0, 0.0, 0.0)


def _reaching(flexion: float, extension: float, bending: float, rotation: float) -> Swing:
    """The swing that goes so far [rad]: flexion, right bending and left rotation first."""
    mean, half = 0.5 * (flexion + extension), 0.5 * (extension - flexion)
    return Swing(-mean / _PEAK, bending / _PEAK, rotation / _PEAK, half / _PEAK**2)


def _full_swings() -> tuple[Swing, ...]:
    flexion, extension, bending, _, rotation, _ = np.radians(norm_of(_AGE_YEARS).mean_deg).tolist()
    ranges = np.array([flexion, extension, bending, rotation])
    alone = ([1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1])
    return tuple(_reaching(*(ranges * share)) for share in (*alone, np.full(4, _TOGETHER)))


# Ways out and back are 1.6, 5.5 and 6.2 degrees apart where they differ most. In three healthy
# people who nodded, bent and turned on request (Vicon, 15 trials) they were 1.7, 6.0 and 6.7
# degrees apart. The combined part goes round a loop as it is.
STANDARD: Final = Course(
    swings=_full_swings(),
    loops=(Swing(0.0, 0.02, 0.02), Swing(0.07, 0.0, 0.07), Swing(0.03, 0.11, 0.0), _NO),
)
# Back just the way it went: what is asked of nobody but those who study what loops are for.
WITHOUT_LOOPS: Final = STANDARD._replace(loops=(_NO,) * 4)

# 26 degrees of flexion and extension, 22 of bending and 31 of rotation: what it was in version 2.
LESS_FAR: Final = Course(
    swings=(
        Swing(-0.65, 0.0, 0.0),
        Swing(0.0, 0.55, 0.0),
        Swing(0.0, 0.0, 0.80),
        Swing(-0.35, 0.25, 0.45),
    ),
    loops=(Swing(0.0, 0.015, 0.015), Swing(0.03, 0.0, 0.03), Swing(0.015, 0.05, 0.0), _NO),
)

# Raised whenever the standard movement changes; part of every dataset's recipe. 1 had no loops, 2
# went 26, 22 and 31 degrees far.
MOVEMENT_VERSION: Final = 3


def standard_movement(
    anatomy: Anatomy | None = None,
    *,
    frames: int = FRAMES,
    rate_hz: float = RATE_HZ,
    course: Course = STANDARD,
) -> Motion:
    """The standard movement, with exact velocities and accelerations.

    Args:
        anatomy: the neck that moves, which says what each of its parts takes; the generic one if
            not given.
        frames: how many; 600 cover the whole movement at 40 Hz.
        rate_hz: frames a second.
        course: how far it goes.
    """
    time = jnp.arange(frames) / rate_hz
    neck = generic_anatomy() if anatomy is None else anatomy
    return made_motion(time, *_states(time, _arrays(course), neck))


def part_of(time: Float[np.ndarray, " t"]) -> Int[np.ndarray, " t"]:
    """Which of ``PARTS`` each time [s] of the standard movement belongs to."""
    return np.clip(np.floor(np.asarray(time) / PART_S), 0, len(PARTS) - 1).astype(int)


def posture_at(time: Scalar, anatomy: Anatomy | None = None, course: Course = STANDARD) -> Coords:
    """The coordinates of a neck, the generic one unless given, at one time of it [rad]."""
    neck = generic_anatomy() if anatomy is None else anatomy
    return posture_of_head(neck, _head_at(time, _arrays(course)))


def _arrays(course: Course) -> Float[Array, "2 p 4"]:
    return jnp.asarray(course)


def _head_at(time: Scalar, course: Float[Array, "2 p 4"]) -> Vec3:
    """Pitch, roll and yaw of the head at one time [rad]."""
    part = jnp.clip(jnp.floor(time / PART_S), 0, len(PARTS) - 1)
    phase = jnp.clip(time / PART_S - part, 0.0, 1.0)
    along, across = course[:, part.astype(int)]
    once, twice = _waves(phase)
    # In the combined part roll runs at twice the pace, so that the axes don't stay in step.
    roll = jnp.where(part == len(PARTS) - 1, twice, once)
    swung = along[:3] * jnp.stack([once, roll, once]) + across[:3] * twice
    return jnp.asarray(swung.at[0].add(along[3] * once**2))


def _waves(phase: Scalar) -> tuple[Scalar, Scalar]:
    """To one side and back, then to the other, once and twice: sines, flat at both ends."""
    window = 16.0 * phase**2 * (1.0 - phase) ** 2
    return window * jnp.sin(2.0 * jnp.pi * phase), window * jnp.sin(4.0 * jnp.pi * phase)


def _state_at(
    time: Scalar, course: Float[Array, "2 p 4"], neck: Anatomy
) -> tuple[Coords, Coords, Coords]:
    return state_at(neck, lambda moment: _head_at(moment, course), time)


@kept
def _states(
    time: Time, course: Float[Array, "2 p 4"], neck: Anatomy
) -> tuple[CoordsT, CoordsT, CoordsT]:
    states: tuple[CoordsT, CoordsT, CoordsT] = jax.vmap(_state_at, (0, None, None))(
        time, course, neck
    )
    return states
