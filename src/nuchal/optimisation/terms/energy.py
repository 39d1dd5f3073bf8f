"""Energy: what the muscles' contraction costs."""

from dataclasses import dataclass

import jax.numpy as jnp

from nuchal.arrays import Muscles
from nuchal.dynamics.muscles.hill import Capacity
from nuchal.model.anatomy import Anatomy
from nuchal.optimisation.terms.term import Frame, Part


@dataclass(frozen=True, kw_only=True)
class Energy:
    """Metabolic power over its mean at rest, proportional to activation."""

    weight: float

    def part(self, frame: Frame) -> Part:
        """The power of each muscle at full activation, as a slope."""
        return Part(slope=self.weight * metabolic_power(frame.anatomy, frame.capacity))


def metabolic_power(anatomy: Anatomy, capacity: Capacity) -> Muscles:
    """Metabolic power at full activation over the mean power of an isometric muscle.

    Minetti and Alexander (1997), doi 10.1006/jtbi.1997.0407: ``E = F_max v_max a phi(v / v_max)``
    with v the shortening speed.
    """
    v = jnp.clip(-capacity.norm_fibre_velocity, -1.0, 1.0)
    phi = (0.054 + 0.506 * v + 2.46 * v**2) / (1.0 - 1.13 * v + 12.8 * v**2 - 1.64 * v**3)
    scale = anatomy.max_isometric_force * anatomy.optimal_fibre_length
    return scale * phi / (0.054 * jnp.mean(scale))
