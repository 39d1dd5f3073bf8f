"""Many people's necks: of their size, range and traits."""

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Float

from nuchal.arrays import Array
from nuchal.model.anatomy import Anatomy
from nuchal.model.person import in_range
from nuchal.model.scaling import Scales, scale
from nuchal.model.traits import Traits, with_traits
from nuchal.programs.kept import kept


@kept
def own_necks(
    anatomy: Anatomy, scales: Scales, reach: Float[Array, "n 6"], traits: Float[Array, "n traits"]
) -> Anatomy:
    """Necks of people of given scales, range over the mean, and traits, one after another."""

    def one(scales: Scales, reach: Array, traits: Traits) -> Anatomy:
        longer = in_range(anatomy, jnp.maximum(reach, 1.0))
        return scale(with_traits(longer, traits), scales)

    necks: Anatomy = eqx.filter_vmap(one)(scales, reach, traits)
    return necks
