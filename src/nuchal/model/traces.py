"""Marker traces of many people who all move through the same joint angles.

At fixed joint angles the markers' positions are linear in a person's scale factors: the neck's
enters through the vertebrae's offsets, the skull's three through its own. So a movement has a
basis, worked out once, and the traces of any number of people are one matrix product with it.
"""

from collections.abc import Iterable, Iterator

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Float

from nuchal.arrays import Array, Coords, CoordsT
from nuchal.model.anatomy import generic_anatomy
from nuchal.model.kinematics import marker_positions
from nuchal.model.population import People
from nuchal.model.scaling import Scales, scale, scales_of_people

# People whose traces are worked out at once: 600 frames of them stay in a processor's cache.
AT_ONCE = 256


@jax.jit
def marker_basis(q: CoordsT, local: Float[Array, "3 3"] | None = None) -> Float[Array, "5 t 3 3"]:
    """What the markers' positions are made of in the course of a movement.

    Args:
        q: the six coordinates over time [rad].
        local: where they sit on the generic skull, in its frame [m], if not where the model has
            them.

    Returns:
        Positions [m] for a unit of each factor (constant, neck, skull x, y, z), by frame, marker
        (TP, LH, RH) and axis. Cast it to float32 for traces in half the time, less than 1e-7 m off.
    """
    generic = generic_anatomy()
    if local is not None:
        generic = eqx.tree_at(lambda a: a.markers, generic, local)

    def positions(factors: Float[Array, "4"], posture: Coords) -> Float[Array, "3 3"]:
        scales = Scales(jnp.asarray(factors[0]), jnp.ones(()), jnp.ones(()), factors[1:])
        return marker_positions(scale(generic, scales), posture)

    def of_frame(posture: Coords) -> Float[Array, "5 3 3"]:
        ones = jnp.ones(4)
        slopes = jnp.moveaxis(jax.jacfwd(positions)(ones, posture), -1, 0)
        constant = positions(ones, posture) - slopes.sum(axis=0)
        return jnp.concatenate([constant[None], slopes])

    return jnp.swapaxes(jax.lax.map(of_frame, q), 0, 1)


@jax.jit
def traces(basis: Float[Array, "5 t 3 3"], scales: Scales) -> Float[Array, "n t 3 3"]:
    """Positions of TP, LH and RH in the thorax frame [m] of many people through a movement.

    Args:
        basis: of the movement, from :func:`marker_basis`; its precision is that of the result.
        scales: of many people, from :func:`~nuchal.model.scaling.scales_of_people`.
    """
    neck = jnp.asarray(scales.neck)[:, None]
    factors = jnp.concatenate([jnp.ones_like(neck), neck, jnp.asarray(scales.skull)], axis=1)
    return jnp.tensordot(factors.astype(basis.dtype), basis, axes=1)


def traces_in_blocks(
    basis: Float[Array, "5 t 3 3"], blocks: Iterable[People], *, size: int = AT_ONCE
) -> Iterator[Float[Array, "n t 3 3"]]:
    """Traces of people as they are drawn, at most ``size`` of them in memory at once."""
    for people in blocks:
        scales = jax.device_get(scales_of_people(people))
        for first in range(0, len(people), size):
            part = slice(first, first + size)
            yield traces(basis, jax.tree.map(lambda leaf, p=part: leaf[p], scales))
