"""Movements that are given as a posture in the course of time."""

from collections.abc import Callable

import jax

from nuchal.arrays import Coords, Scalar


def state_at(posture: Callable[[Scalar], Coords], time: Scalar) -> tuple[Coords, Coords, Coords]:
    """Coordinates [rad] at one time [s] with their exact first and second derivatives."""
    speed = jax.jacfwd(posture)
    return posture(time), speed(time), jax.jacfwd(speed)(time)
