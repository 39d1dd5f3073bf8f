"""What forces can be, where a person's traits are in doubt: the frame in necks that are as likely.

Eight necks, each as far off as the doubt says in every trait at once, up or down as in the design
of Plackett and Burman (1946, doi 10.1093/biomet/33.4.305), stand for all: their mean is exact for
forces that follow the traits in a curve of the second degree. The head moves as it was seen to in
all of them. A neck whose muscles could hardly balance the frame counts for less, as the frame did
happen.
"""

from typing import Final

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array, Coords
from nuchal.model.anatomy import Anatomy
from nuchal.model.traits import Traits, trait_sd, with_traits
from nuchal.networks.equilibrium.head_motion import NEWTON_STEPS, coordinates_of
from nuchal.networks.equilibrium.records import Answer, Coordinates, HeadMotion, Possible

# Signs of up to seven traits; those of the first three are all that there are.
_AWAY: Final = np.array(
    [
        [a, b, c, a * b, a * c, b * c, a * b * c]
        for a in (-1.0, 1.0)
        for b in (-1.0, 1.0)
        for c in (-1.0, 1.0)
    ]
)
# Necks that a frame is looked at in.
MEMBERS: Final = len(_AWAY)
# Moments left over by which a neck counts e times less than one in which none are.
_BALANCED_NM: Final = 0.1
_LEAST_WEIGHT: Final = 1e-6


def possible_traits(anatomy: Anatomy, doubt: Traits) -> Float[Array, "8 traits"]:
    """How those necks differ from this one; ``doubt`` is a share of how people differ."""
    sd = trait_sd(anatomy).astype(doubt.dtype)
    return jnp.asarray(_AWAY[:, : len(sd)], sd.dtype) * sd * doubt


def own_posture(anatomy: Anatomy, head: HeadMotion, near: Coords) -> Coordinates:
    """This neck's own coordinates for a motion of the head, from those that are near [rad].

    As exact as :func:`state_in` has those of other necks, who begin from them.
    """
    return coordinates_of(anatomy, head, near=near, steps=2 * NEWTON_STEPS)


def state_in(
    anatomy: Anatomy, traits: Traits, head: HeadMotion, state: Coordinates, usual: Coordinates
) -> Coordinates:
    """The coordinates of one frame in a neck that differs by some traits.

    They differ from ``state`` as the other neck's posture of least energy differs from ``usual``,
    this one's, for the same motion of the ``head``.
    """
    other = coordinates_of(with_traits(anatomy, traits), head, near=usual.q)
    moved: Coordinates = jax.tree.map(lambda x, a, b: x + (a - b), state, other, usual)
    return moved


def possible_forces(members: Answer) -> Possible:
    """Mean and spread over one frame's answers in every neck, (8, ...)."""
    left = jnp.max(jnp.abs(members.missing), axis=1)
    balanced = jnp.exp(-((left / _BALANCED_NM) ** 2))
    weight = balanced + _LEAST_WEIGHT
    weight = weight / jnp.sum(weight)
    mean = weight @ members.active
    variance = weight @ (members.active - mean) ** 2
    return Possible(mean, jnp.sqrt(variance), jnp.mean(balanced))


def only_possible(active: Float[Array, "*t muscles"]) -> Possible:
    """Nothing is in doubt."""
    one = np.ones(active.shape[:-1], active.dtype)
    return Possible(active, np.zeros(active.shape, active.dtype), one)
