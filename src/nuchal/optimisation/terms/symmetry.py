"""Symmetry: left against right activation."""

from dataclasses import dataclass
from typing import Final

import jax.numpy as jnp

from nuchal.arrays import Coords, Scalar
from nuchal.optimisation.terms.term import Frame, Part

# Net moment below which the term does not yet ask which way it points [N m].
_FADE_FLOOR_NM: Final = 0.5


@dataclass(frozen=True, kw_only=True)
class Symmetry:
    """Squared difference of left and right activation, in sagittal movement."""

    weight: float = 1.0

    def part(self, frame: Frame) -> Part:
        """The weight, which fades as the moment turns sideways."""
        return Part(symmetry=faded(self.weight, frame.net))


@dataclass(frozen=True, kw_only=True)
class Equality:
    """Left and right activations are equal, in all movements."""

    def part(self, frame: Frame) -> Part:  # noqa: ARG002
        """One activation a pair."""
        return Part(equal=True)


def faded(weight: float, net: Coords) -> Scalar:
    """Weight of the squared difference for net moments [N m]: twice, where these are sagittal."""
    sagittal = net[0] ** 2 + net[3] ** 2 + _FADE_FLOOR_NM**2
    sideways = net[1] ** 2 + net[2] ** 2 + net[4] ** 2 + net[5] ** 2
    return jnp.asarray(2.0 * weight * sagittal / (sagittal + sideways))
