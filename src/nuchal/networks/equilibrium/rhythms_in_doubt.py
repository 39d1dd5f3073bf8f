"""What forces can be, where the rhythm is in doubt: the frame under rhythms that are as likely.

Six rhythms, each as far off as the doubt says, one part at a time, stand for all: their mean and
spread are exact for forces that follow the rhythm in a curve of the third degree (spherical-radial
cubature: Arasaratnam and Haykin 2009, doi 10.1109/TAC.2009.2019800). The head moves as it was seen
to in all of them. A rhythm under which muscles could hardly balance the frame counts for less, as
the frame did happen.
"""

from typing import Final

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array, Coords, Vec3
from nuchal.conventions import RHYTHM
from nuchal.model.anatomy import Anatomy
from nuchal.networks.equilibrium.head_motion import coordinates_of, head_motion_of
from nuchal.networks.equilibrium.records import Answer, Coordinates, Possible

# Rhythms that a frame is looked at under.
MEMBERS: Final = 6
# In standard deviations.
_AWAY: Final = np.sqrt(3.0) * np.concatenate([np.eye(3), -np.eye(3)])
# Moments left over by which a rhythm counts e times less than one under which none are.
_BALANCED_NM: Final = 0.1
_LEAST_WEIGHT: Final = 1e-6
# Of Newton, from a state that turns the head nearly the same.
_STEPS: Final = 2


def possible_states(anatomy: Anatomy, state: Coordinates, rhythm_sd: Vec3) -> Coordinates:
    """The coordinates of one frame under every rhythm, the head moving as in the likeliest ones.

    ``rhythm_sd`` is the standard deviation of the upper neck's part of pitch, roll and yaw.
    """
    head, share = head_motion_of(anatomy, state), jnp.asarray(RHYTHM)

    def beyond(x: Coords) -> Vec3:
        return x[:3] - share * (x[:3] + x[3:])

    offset, near = jax.tree.map(beyond, state), state.q[:3] + state.q[3:]

    def under(away: Vec3) -> Coordinates:
        rhythm = share + away * rhythm_sd
        return coordinates_of(anatomy, rhythm, head, offset=offset, near=near, steps=_STEPS)

    found: Coordinates = jax.vmap(under)(jnp.asarray(_AWAY, state.q.dtype))
    return found


def possible_forces(members: Answer) -> Possible:
    """Mean and spread over one frame's answers under every rhythm, (6, ...)."""
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
