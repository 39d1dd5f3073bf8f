"""What a muscle can do at a given length and speed, with a rigid tendon.

    F = F_max (a f_L(l / l_opt) f_V(l' / (l_opt v_max)) + f_PE(l / l_opt)) cos alpha

with the fibres of ``dynamics.muscles.fibres``, as in Millard et al. (2013), doi 10.1115/1.4023390,
whose curves are the default; De Groote et al. (2016), doi 10.1007/s10439-016-1591-9, is the smooth
alternative.
"""

import jax.numpy as jnp
import numpy as np

from nuchal.arrays import Muscles
from nuchal.dynamics.muscles import curves
from nuchal.dynamics.muscles.fibres import Capacity, CurveFamily, Projection, fibres
from nuchal.model.anatomy import Anatomy, CurveParameters


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
