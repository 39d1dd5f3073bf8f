"""Effort: activations, or active forces, squared and summed."""

from dataclasses import dataclass
from typing import Literal

import jax.numpy as jnp
import numpy as np

from nuchal.optimisation.terms.term import Frame, Part


@dataclass(frozen=True, kw_only=True)
class Effort:
    """Sum of weight times the square of activation, or of active over maximal isometric force.

    Attributes:
        of: What is squared.
        deep: Weight of deep muscles; ``superficial`` and ``hyoid`` of the other two layers.
    """

    of: Literal["activation", "force"] = "activation"
    deep: float = 1.0
    superficial: float = 1.0
    hyoid: float = 1.0

    def part(self, frame: Frame) -> Part:
        """Twice the weight of each muscle's layer, times what is squared per activation."""
        weights = np.array([getattr(self, layer) for layer in frame.anatomy.system.layers])
        share = frame.share if self.of == "force" else jnp.ones_like(frame.share)
        return Part(curvature=2.0 * weights * share**2)
