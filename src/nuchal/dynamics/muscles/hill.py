"""What a muscle can do at a given length and speed, with a rigid tendon.

A fibre of fixed thickness (its height ``h = l_opt sin alpha_opt`` stays) spans what the tendon
leaves of the muscle-tendon length:

    l = sqrt(h^2 + (L - l_slack)^2),   cos alpha = (L - l_slack) / l,   l' = L' cos alpha
    F = F_max (a f_L(l / l_opt) f_V(l' / (l_opt v_max)) + f_PE(l / l_opt)) cos alpha

as in Millard et al. (2013), doi 10.1115/1.4023390, whose curves are the default; De Groote et al.
(2016), doi 10.1007/s10439-016-1591-9, is the smooth alternative.
"""

from typing import Literal, TypeAlias

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array, Muscles
from nuchal.dynamics.muscles import curves
from nuchal.model.anatomy import Anatomy, CurveParameters

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


def capacity(
    anatomy: Anatomy,
    length: Muscles,
    velocity: Muscles,
    *,
    family: CurveFamily = "millard",
    projection: Projection = "pennation",
) -> Capacity:
    """Capacity of all muscles at muscle-tendon length [m] and lengthening speed [m/s]."""
    optimal = anatomy.optimal_fibre_length
    vmax = _of_muscles(anatomy, "max_contraction_velocity")
    height = optimal * jnp.sin(anatomy.pennation_at_optimal)
    shortest = _shortest_fibre(anatomy, height)
    along = length - anatomy.tendon_slack_length
    along = jnp.maximum(along, jnp.sqrt(jnp.maximum(shortest**2 - height**2, 0.0)))
    fibre = fibres(optimal, height, along, velocity, vmax)
    cosine, norm_length = fibre.cosine, fibre.norm_length
    active, rate, passive = _multipliers(anatomy, norm_length, fibre.norm_velocity, family)
    works = fibre.length > shortest * (1.0 + 1e-12)
    onto_tendon = cosine if projection == "pennation" else jnp.sqrt(1 - (height / norm_length) ** 2)
    strength = anatomy.max_isometric_force
    return Capacity(
        active=jnp.where(works, strength * onto_tendon * active * rate, 0.0),
        passive=strength * cosine * passive,
        norm_fibre_length=norm_length,
        norm_fibre_velocity=fibre.norm_velocity,
    )


def activation_of_force(capacity: Capacity, force: Muscles) -> Muscles:
    """Inverse of the Hill relation: the activation [0, 1] that makes a tendon force [N].

    ``a = (F - F_passive) / F_active(a = 1)``, clipped to [0, 1]; zero where the muscle cannot
    make any active force.
    """
    able = capacity.active > 0.0
    active = force - capacity.passive
    return jnp.where(able, jnp.clip(active / jnp.where(able, capacity.active, 1.0), 0.0, 1.0), 0.0)


def _of_muscles(anatomy: Anatomy, name: str) -> np.ndarray:
    values = [getattr(p, name) for p in anatomy.topology.curves]
    return np.asarray(np.array(values)[np.array(anatomy.topology.muscle_curves)])


def _shortest_fibre(anatomy: Anatomy, height: Muscles) -> Muscles:
    """Shortest fibre that still pulls: the curve's end or the steepest pennation allowed [m]."""
    steepest = np.sin(_of_muscles(anatomy, "max_pennation_rad"))
    shortest: Muscles = jnp.maximum(
        height / steepest,
        _of_muscles(anatomy, "fal_min_norm_length") * anatomy.optimal_fibre_length,
    )
    return shortest


def _multipliers(
    anatomy: Anatomy, length: Muscles, velocity: Muscles, family: CurveFamily
) -> tuple[Muscles, Muscles, Muscles]:
    """f_L, f_V and f_PE of every muscle."""
    if family == "degroote":
        return (
            curves.degroote_active_force_length(length),
            curves.degroote_force_velocity(velocity),
            curves.degroote_passive_force_length(length),
        )
    values = [_millard(p, length, velocity) for p in anatomy.topology.curves]
    if len(values) == 1:
        return values[0]
    which = np.array(anatomy.topology.muscle_curves)
    active, rate, passive = (
        jnp.stack(v)[which, np.arange(len(which))] for v in zip(*values, strict=True)
    )
    return active, rate, passive


def _millard(
    p: CurveParameters, length: Muscles, velocity: Muscles
) -> tuple[Muscles, Muscles, Muscles]:
    return (
        curves.active_force_length(p)(length),
        curves.force_velocity(p)(velocity),
        curves.passive_force_length(p)(length),
    )
