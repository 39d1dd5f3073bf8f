"""Fibres on a rigid tendon, and what a muscle can do with them.

A fibre of fixed thickness (its height ``h = l_opt sin alpha_opt`` stays) spans what the tendon
leaves of the muscle-tendon length:

    l = sqrt(h^2 + (L - l_slack)^2),   cos alpha = (L - l_slack) / l,   l' = L' cos alpha
"""

from typing import Literal, TypeAlias

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Float

from nuchal.arrays import Array, Muscles

CurveFamily: TypeAlias = Literal["millard", "degroote"]
# How active fibre force is projected on the tendon: by the fibre's own pennation angle, or as
# OpenSim 4.6 does in ``calcInextensibleTendonActiveFiberForce``, which takes the angle at the
# normalised length read as metres, so that the cosine is practically one.
Projection: TypeAlias = Literal["pennation", "opensim"]


class Fibres(eqx.Module):
    """Geometry of muscle fibres on rigid tendons.

    Attributes:
        length: [m].
        cosine: Of the pennation angle.
        norm_length: Over the optimal fibre length.
        norm_velocity: In units of the maximal contraction velocity; lengthening positive.
    """

    length: Float[Array, "*t m"]
    cosine: Float[Array, "*t m"]
    norm_length: Float[Array, "*t m"]
    norm_velocity: Float[Array, "*t m"]


def fibres(
    optimal: Float[Array, " m"],
    height: Float[Array, " m"],
    along: Float[Array, "*t m"],
    velocity: Float[Array, "*t m"],
    fastest: Float[Array, " m"],
) -> Fibres:
    """Fibres of any muscles, from what they span along the tendon.

    Args:
        optimal: fibre length [m].
        height: the fibres' thickness, ``l_opt sin alpha_opt`` [m].
        along: muscle-tendon length less tendon slack length [m].
        velocity: lengthening speed of the muscle-tendon unit [m/s].
        fastest: shortening [optimal fibre lengths / s].
    """
    length = jnp.sqrt(height**2 + along**2)
    cosine = along / length
    return Fibres(length, cosine, length / optimal, velocity * cosine / (optimal * fastest))


class Capacity(eqx.Module):
    """What the muscles can do in one frame, along the tendon.

    Attributes:
        active: Active force at full activation [N].
        passive: Passive fibre force [N].
        norm_fibre_velocity: In units of the maximal contraction velocity; lengthening positive.
    """

    active: Muscles
    passive: Muscles
    norm_fibre_length: Muscles
    norm_fibre_velocity: Muscles


def activation_of_force(capacity: Capacity, force: Muscles) -> Muscles:
    """Inverse of the Hill relation: the activation [0, 1] that makes a tendon force [N].

    ``a = (F - F_passive) / F_active(a = 1)``, clipped to [0, 1]; zero where the muscle cannot
    make any active force.
    """
    able = capacity.active > 0.0
    active = force - capacity.passive
    return jnp.where(able, jnp.clip(active / jnp.where(able, capacity.active, 1.0), 0.0, 1.0), 0.0)
