"""The standard movement: what a neck is asked to do where no recording says otherwise.

Flexion and extension, lateral bending to both sides, axial rotation to both sides, and a combined
movement that goes round all three, a second and a half each. Every part starts and ends in the
neutral pose at rest: its shape is a sine under a window, so that the angle vanishes there with its
velocity and acceleration, and both are known in closed form. Nobody's head comes back just the way
it went: small movements off the axis make a loop of each part. Without them the three markers of a
frame would not tell whether the head comes or goes, and forces depend on that.
"""

from typing import Final, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from nuchal.arrays import Array, Coords, Scalar, Vec3
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_anatomy
from nuchal.model.passive import posture_of_head
from nuchal.movements.minimum_jerk import FRAMES, RATE_HZ, made_motion, state_at
from nuchal.records import Motion

# Duration of each of the four parts [s]: the 600th frame is neutral and at rest again.
PART_S = (FRAMES - 1) / RATE_HZ / 4


class Swing(NamedTuple):
    """One part: angles of the head on the thorax that its sine would reach [rad]."""

    pitch: float
    roll: float
    yaw: float


# Names of the four parts, in order.
PARTS: Final = ("flexion and extension", "lateral bending", "axial rotation", "combined movement")

# First flexion, then extension; right before left bending; left before right rotation.
#
# The head reaches 69 % of each: 26 degrees of flexion and extension, 22 of bending, 31 of rotation,
# at up to 190 degrees a second, which is as fast as healthy people move on request. Every posture
# lies inside the generic neck's range.
SWINGS: tuple[Swing, ...] = (
    Swing(-0.65, 0.0, 0.0),
    Swing(0.0, 0.55, 0.0),
    Swing(0.0, 0.0, 0.80),
    Swing(-0.35, 0.25, 0.45),
)

# What is added off the axis, at twice the pace, so that it differs between out and back.
#
# Ways out and back are then 1.2, 2.4 and 2.9 degrees apart where they differ most. In three healthy
# people who nodded, bent and turned on request (Vicon, 15 trials) they were 1.7, 6.0 and 6.7
# degrees apart. The combined part goes round a loop as it is.
LOOPS: tuple[Swing, ...] = (
    Swing(0.0, 0.015, 0.015),
    Swing(0.03, 0.0, 0.03),
    Swing(0.015, 0.05, 0.0),
    Swing(0.0, 0.0, 0.0),
)

# Back just the way it went: what is asked of nobody but those who study what loops are for.
NO_LOOPS: tuple[Swing, ...] = (Swing(0.0, 0.0, 0.0),) * len(SWINGS)

# Raised whenever the standard movement changes; part of every dataset's recipe. 1 had no loops.
MOVEMENT_VERSION = 2


def standard_movement(
    anatomy: Anatomy | None = None,
    *,
    frames: int = FRAMES,
    rate_hz: float = RATE_HZ,
    loops: tuple[Swing, ...] = LOOPS,
) -> Motion:
    """The standard movement, with exact velocities and accelerations.

    Args:
        anatomy: the neck that moves, which says what each of its parts takes; the generic one if
            not given.
        frames: how many; 600 cover the whole movement at 100 Hz.
        rate_hz: frames a second.
        loops: what is added off the axis of each part; the standard movement has ``LOOPS``.
    """
    time = jnp.arange(frames) / rate_hz
    neck = generic_anatomy() if anatomy is None else anatomy
    return made_motion(time, *_states(time, jnp.asarray(loops), neck))


def part_of(time: Float[np.ndarray, " t"]) -> Int[np.ndarray, " t"]:
    """Which of ``PARTS`` each time [s] of the standard movement belongs to."""
    return np.clip(np.floor(np.asarray(time) / PART_S), 0, len(PARTS) - 1).astype(int)


def posture_at(time: Scalar, anatomy: Anatomy | None = None) -> Coords:
    """The coordinates of a neck, the generic one unless given, at one time of it [rad]."""
    neck = generic_anatomy() if anatomy is None else anatomy
    return posture_of_head(neck, _head_at(time, jnp.asarray(LOOPS)))


def _head_at(time: Scalar, loops: Float[Array, "p 3"]) -> Vec3:
    """Pitch, roll and yaw of the head at one time [rad]."""
    part = jnp.clip(jnp.floor(time / PART_S), 0, len(SWINGS) - 1)
    phase = jnp.clip(time / PART_S - part, 0.0, 1.0)
    along, across = (size[part.astype(int)] for size in (jnp.asarray(SWINGS), loops))
    once, twice = _waves(phase)
    # In the combined part roll runs at twice the pace, so that the axes don't stay in step.
    roll = jnp.where(part == len(SWINGS) - 1, twice, once)
    return along * jnp.stack([once, roll, once]) + across * twice


def _waves(phase: Scalar) -> tuple[Scalar, Scalar]:
    """To one side and back, then to the other, once and twice: sines, flat at both ends."""
    window = 16.0 * phase**2 * (1.0 - phase) ** 2
    return window * jnp.sin(2.0 * jnp.pi * phase), window * jnp.sin(4.0 * jnp.pi * phase)


def _state_at(
    time: Scalar, loops: Float[Array, "p 3"], neck: Anatomy
) -> tuple[Coords, Coords, Coords]:
    return state_at(neck, lambda moment: _head_at(moment, loops), time)


_states = eqx.filter_jit(jax.vmap(_state_at, in_axes=(0, None, None)))
