"""From a preset's settings to the quadratic programme of one frame, term by term."""

import jax.numpy as jnp
import numpy as np

from nuchal.arrays import Array, Coords, Muscles, Scalar
from nuchal.dynamics.muscles.hill import Capacity
from nuchal.dynamics.paths import Paths
from nuchal.model.anatomy import MUSCLE_LAYERS, Anatomy
from nuchal.optimisation.problem import Pairing, RecruitmentProblem
from nuchal.optimisation.settings import RecruitmentSettings

# Keeps the problem strictly convex for a muscle that can make no force.
_LEAST_CURVATURE = 1e-6
# Net moment below which the symmetry term does not yet ask which way it points [N m].
_FADE_FLOOR_NM = 0.5


def strength(settings: RecruitmentSettings, anatomy: Anatomy, capacity: Capacity) -> Muscles:
    """Active force at full activation along the tendon, as the preset bounds it [N]."""
    return anatomy.max_isometric_force if settings.capacity == "isometric" else capacity.active


def frame_problem(
    settings: RecruitmentSettings,
    anatomy: Anatomy,
    paths: Paths,
    capacity: Capacity,
    net: Coords,
) -> RecruitmentProblem:
    """Everything but the rate term, for a frame's net moments [N m]."""
    force = strength(settings, anatomy, capacity)
    share = force / anatomy.max_isometric_force
    if settings.effort == "activation":
        share = jnp.ones_like(share)
    moment = net - paths.moment_arms @ capacity.passive if settings.passive else net
    low = jnp.zeros(72) if settings.lowest_activation == "zero" else anatomy.minimum_activation
    price = jnp.inf if settings.reserve_price is None else settings.reserve_price
    return RecruitmentProblem(
        curvature=jnp.maximum(2.0 * layer_weights(settings) * share**2, _LEAST_CURVATURE),
        slope=settings.energy_weight * metabolic_power(anatomy, capacity),
        symmetry=symmetry_weight(settings, net),
        moment_per_activation=paths.moment_arms * force,
        moment=moment,
        low=low,
        high=jnp.ones(72),
        reserve_price=jnp.asarray(price),
    )


def layer_weights(settings: RecruitmentSettings) -> np.ndarray:
    """Weight of each muscle's effort by its layer; shape (72,)."""
    weights = {
        "deep": settings.deep_weight,
        "superficial": settings.superficial_weight,
        "hyoid": settings.hyoid_weight,
    }
    return np.array([weights[layer] for layer in MUSCLE_LAYERS])


def metabolic_power(anatomy: Anatomy, capacity: Capacity) -> Muscles:
    """Metabolic power at full activation over the mean power of an isometric muscle.

    Minetti and Alexander (1997), doi 10.1006/jtbi.1997.0407: ``E = F_max v_max a phi(v / v_max)``
    with v the shortening speed.
    """
    v = jnp.clip(-capacity.norm_fibre_velocity, -1.0, 1.0)
    phi = (0.054 + 0.506 * v + 2.46 * v**2) / (1.0 - 1.13 * v + 12.8 * v**2 - 1.64 * v**3)
    scale = anatomy.max_isometric_force * anatomy.optimal_fibre_length
    return scale * phi / (0.054 * jnp.mean(scale))


def symmetry_weight(settings: RecruitmentSettings, net: Coords) -> Scalar:
    """Weight of the squared left-right difference, which fades as the moment turns sideways."""
    if settings.symmetry != "soft":
        return jnp.zeros(())
    sagittal = net[0] ** 2 + net[3] ** 2 + _FADE_FLOOR_NM**2
    sideways = net[1] ** 2 + net[2] ** 2 + net[4] ** 2 + net[5] ** 2
    return 2.0 * settings.symmetry_weight * sagittal / (sagittal + sideways)


def pairing(settings: RecruitmentSettings) -> Pairing:
    """How the recruitment treats left and right."""
    return "none" if settings.symmetry == "off" else settings.symmetry


def rate_price(settings: RecruitmentSettings, step_s: Scalar | float) -> Array:
    """Curvature that a change of F / F_max from one frame to the next costs.

    Neither form depends on the sampling rate. Over the whole recording the term is the rate
    squared, ``weight (tau / dt)^2 (change of F / F_max)^2``. Looking back only, frame by frame,
    that would lag the longer the more often one samples; ``weight (tau / dt) (change)^2`` lags by
    about ``weight tau``.
    """
    steps = settings.rate_time_s / step_s
    return jnp.asarray(
        2.0 * settings.rate_weight * (steps if settings.rate == "causal" else steps**2)
    )


def with_rate(
    problem: RecruitmentProblem, share: Muscles, before: Muscles, price: Array
) -> RecruitmentProblem:
    """Add the cost of leaving the active forces of the frame before.

    ``share`` is F / F_max at full activation in this frame; ``before`` is F / F_max in the last.
    """
    return RecruitmentProblem(
        curvature=problem.curvature + price * share**2,
        slope=problem.slope - price * share * before,
        symmetry=problem.symmetry,
        moment_per_activation=problem.moment_per_activation,
        moment=problem.moment,
        low=problem.low,
        high=problem.high,
        reserve_price=problem.reserve_price,
    )
