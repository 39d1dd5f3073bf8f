"""Personal traits: what differs between necks of the same body measures.

Where curves of passive tissue share a movement out, people differ in how far those of their upper
and of their lower neck are stretched about each axis, and in what their upper thorax takes: seven
logarithms. Both directions about an axis are stretched alike, as in one frame only one of them
bears. A neck without curves has three traits: what its upper part takes of pitch, roll and yaw
beyond the mean rhythm. The mean neck has zeros.
"""

from typing import Final

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array
from nuchal.model.anatomy import Anatomy
from nuchal.model.passive import stretched

Traits = Float[Array, " traits"]

_OF_CURVES: Final = (
    *(f"{part}_{axis}" for part in ("upper", "lower") for axis in ("pitch", "roll", "yaw")),
    "thorax",
)
_OF_RHYTHM: Final = ("pitch", "roll", "yaw")
# C1-C2 turns by 36.2 +- 4.5 degrees at the end of living people's rotation: Ishii et al. (2004).
STRETCH_SD: Final = 0.12
# Of the part of the upper thorax, 0.19 +- 0.04 of yaw; and what is left of the spreads where a
# person's own range is known. Nobody has measured these.
_THORAX_SD: Final = 0.2
_STRETCH_LEFT: Final = 0.05
_THORAX_LEFT: Final = 0.1
_RHYTHM_SD: Final = (0.05, 0.03, 0.05)
# Axes x, y, z of the curves among pitch (z), roll (x) and yaw (y).
_XYZ: Final = (1, 2, 0)


def trait_names(anatomy: Anatomy) -> tuple[str, ...]:
    """What the numbers of this neck's traits are."""
    return _OF_RHYTHM if anatomy.passive_curves is None else _OF_CURVES


def trait_sd(anatomy: Anatomy) -> Float[np.ndarray, " traits"]:
    """Standard deviations between people, whose range of motion is not known."""
    if anatomy.passive_curves is None:
        return np.array(_RHYTHM_SD)
    return np.array([STRETCH_SD] * 6 + [_THORAX_SD])


def known_by_range(anatomy: Anatomy) -> Float[np.ndarray, " traits"]:
    """What is left of these where a person's own range is known, as a share; 1 of a rhythm."""
    if anatomy.passive_curves is None:
        return np.ones(len(_OF_RHYTHM))
    return np.asarray(np.array([_STRETCH_LEFT] * 6 + [_THORAX_LEFT]) / trait_sd(anatomy))


def with_traits(anatomy: Anatomy, traits: Traits) -> Anatomy:
    """A neck that differs by so much; what is added up beforehand gives the same neck."""
    if anatomy.passive_curves is None:
        rhythm = jnp.asarray(anatomy.rhythm) + traits
        other: Anatomy = eqx.tree_at(lambda a: a.rhythm, anatomy, rhythm)
        return other
    upper, lower = (
        jnp.stack([jnp.stack([jnp.exp(traits[part + k])] * 2) for k in _XYZ]) for part in (0, 3)
    )
    other = stretched(anatomy, upper, lower)
    share = jnp.asarray(anatomy.thorax_share) * jnp.exp(traits[6])
    turned: Anatomy = eqx.tree_at(lambda a: a.thorax_share, other, share)
    return turned
