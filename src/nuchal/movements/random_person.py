"""Who makes a free movement: how far they go, and which traits their neck has.

Drawn from the seed and the person's number alone (counter-based keys). Normal distributions are cut
at three standard deviations.
"""

import math
from typing import Final

import jax.numpy as jnp
import numpy as np
from jax.scipy.special import ndtri
from jaxtyping import Float

from nuchal.arrays import Array
from nuchal.model.anatomy import Anatomy
from nuchal.model.norms import drawn_correlation, norm_of
from nuchal.model.traits import Traits, trait_sd
from nuchal.movements.random_plan import even_numbers, stream_key
from nuchal.movements.random_settings import FreeSettings

_PERSON, _RANGE = 1, 3
_CUT_SDS: Final = 3.0
# Standard deviation of a standard normal variable that is so cut.
_CUT_SD: Final = 0.986578
# Of the mean: nobody goes less far.
_LEAST: Final = 0.4


def personal_traits(
    settings: FreeSettings, seed: int | Array, person: int | Array, anatomy: Anatomy
) -> Traits:
    """The traits of one person's neck, which differs from the given one."""
    spread = trait_sd(anatomy)
    if not any(settings.traits):
        return jnp.zeros(len(spread))
    sd = spread * np.array(settings.traits)
    return jnp.asarray(_normal(stream_key(seed, _PERSON, person), len(spread)) * sd)


def personal_reach(seed: int | Array, person: int | Array) -> Float[Array, "6"]:
    """How far one person goes to each of ``DIRECTIONS``, over the mean of people of any age."""
    norm = norm_of(None, drawn_correlation())
    together = np.linalg.cholesky(norm.covariance_deg2 / np.outer(norm.sd_deg, norm.sd_deg))
    away = jnp.clip(together @ _normal(stream_key(seed, _RANGE, person), 6), -_CUT_SDS, _CUT_SDS)
    return jnp.maximum(1.0 + away * (norm.sd_deg / norm.mean_deg), _LEAST)


def _normal(key: Array, count: int) -> Float[Array, " n"]:
    tail = 0.5 * math.erfc(_CUT_SDS / 2.0**0.5)
    drawn: Array = ndtri(tail + (1.0 - 2.0 * tail) * even_numbers(key, count)) / _CUT_SD
    return drawn
