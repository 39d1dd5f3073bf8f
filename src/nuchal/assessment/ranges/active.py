"""How far a neck's muscles can turn the head: where they meet passive tissue that holds as much.

The head is held still and upright, farther and farther in one direction, until no muscle forces
balance it. Of rotation alone that is how far people turn. In flexion the chin meets the chest, in
extension facet joints and spinous processes meet, and bending is stopped by stretched muscles of
the other side: none of these resists in the model, whose muscles would go on.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float

from nuchal.arrays import Array, CoordsT
from nuchal.assessment.ranges.reached import STOPPED_BY
from nuchal.model.anatomy import Anatomy
from nuchal.model.clinical import DIRECTIONS
from nuchal.model.passive import posture_of_head
from nuchal.movements.minimum_jerk import made_motion
from nuchal.programs.kept import kept
from nuchal.records import Motion

# Whether muscles balance each frame of a motion that stands still.
Balance: TypeAlias = Callable[[Motion], Bool[np.ndarray, " t"]]
# Directions in which the muscles are what ends the movement.
BY_MUSCLES: Final = tuple(way for way in DIRECTIONS if way not in STOPPED_BY)
# Of the head about z, x and y, to each of ``DIRECTIONS``.
_AXES: Final = np.array(
    [[-1, 0, 0], [1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, -1], [0, 0, 1]], float
)
# Nobody turns a head so far [degrees].
_BEYOND_DEG: Final = 125.0
# Angles that are tried at once: first of the whole range, then between the two that hold the end.
_AT_ONCE: Final = 25


def active_ends_deg(
    anatomy: Anatomy, balance: Balance, ways: tuple[str, ...] = BY_MUSCLES
) -> dict[str, float]:
    """The end of active movement in directions, of the head on the thorax.

    Args:
        anatomy: the neck.
        balance: judges frames of this neck.
        ways: of ``DIRECTIONS``.
    """
    axes = _AXES[[DIRECTIONS.index(way) for way in ways]]
    step = _BEYOND_DEG / _AT_ONCE
    low = _last_balanced(anatomy, balance, axes, np.zeros(len(ways)), step)
    low = _last_balanced(anatomy, balance, axes, low, step / _AT_ONCE)
    return dict(zip(ways, low.tolist(), strict=True))


def _last_balanced(
    anatomy: Anatomy,
    balance: Balance,
    axes: Float[np.ndarray, "w 3"],
    from_deg: Float[np.ndarray, " w"],
    step_deg: float,
) -> Float[np.ndarray, " w"]:
    """Of angles one step apart, the last before the first that is not balanced."""
    angle = from_deg[:, None] + step_deg * np.arange(1, _AT_ONCE + 1)
    heads = np.radians(angle)[..., None] * axes[:, None]
    q = np.asarray(_postures(anatomy, jnp.asarray(heads.reshape(-1, 3))))
    still = np.zeros_like(q)
    held = np.asarray(balance(made_motion(0.01 * np.arange(len(q)), q, still, still)))
    steps = np.cumprod(held.reshape(angle.shape), axis=1).sum(axis=1)
    return np.asarray(from_deg + step_deg * steps)


@kept
def _postures(anatomy: Anatomy, heads: Float[Array, "n 3"]) -> CoordsT:
    return jnp.asarray(jax.vmap(lambda head: posture_of_head(anatomy, head))(heads))
