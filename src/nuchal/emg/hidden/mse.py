"""Muscle synergy extrapolation: hidden excitations as combinations of measured synergies.

Bianco et al. (2018), doi 10.1115/1.4038199; Ao et al. (2020), doi 10.3389/fncom.2020.588943; Ao,
Vega, Shourijeh, Patten, Fregly (2022), doi 10.3389/fbioe.2022.962959. Measured channels are
factored over all trials; a hidden muscle's excitation is the synergies' courses times weights that
do not change over time; measured muscles may have small residual excitations of the same kind. The
weights are fitted, together with the muscles' personal parameters, so that the EMG-driven moments
follow inverse dynamics, with excitations kept in [0, 1].
"""

from typing import Final

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree
from scipy.optimize import minimize

from nuchal.arrays import Array, Scalar
from nuchal.emg.hidden.muscles import JointTask, MuscleSystem
from nuchal.emg.hidden.personal import (
    Personal,
    activation_and_moment,
    generic_person,
    personalised,
    prior_penalty,
    step_of,
)
from nuchal.emg.hidden.records import Extrapolated, Extrapolation, MseSettings, Weights
from nuchal.emg.hidden.synergy import courses_in, find_synergies
from nuchal.programs.kept import kept

_FIRST_WEIGHT: Final = 0.1
_OUTSIDE_SD: Final = 0.02


def fit_mse(
    system: MuscleSystem, task: JointTask, settings: MseSettings | None = None, *, seed: int = 0
) -> Extrapolation:
    """Fit weights and muscles to n trials."""
    settings = settings or MseSettings()
    found = find_synergies(
        _flat(task.channels), kind=settings.factorisation, count=settings.synergies, seed=seed
    )
    scale = np.abs(_flat(task.moment)).max(axis=0)
    basis = _by_trial(found.basis, task)
    first = Weights(
        jnp.full((basis.shape[-1], len(system.hidden)), _FIRST_WEIGHT),
        jnp.zeros((basis.shape[-1], len(system.electrodes))),
        generic_person(system),
    )
    weights, loss = _minimise(first, system, task, basis, scale, settings)
    return Extrapolation(
        system=system,
        synergies=found,
        weights=weights,
        moment_scale=scale,
        settings=settings,
        loss=loss,
    )


def extrapolate(fit: Extrapolation, task: JointTask, *, refit: bool = False) -> Extrapolated:
    """Hidden excitations of trials, from their measured channels.

    ``refit`` fits the weights anew to these trials' own moments, with muscles and synergies held.
    """
    basis = _by_trial(courses_in(fit.synergies, _flat(task.channels)).basis, task)
    weights = fit.weights
    if refit:
        held = weights.person
        weights, _ = _minimise(
            weights, fit.system, task, basis, fit.moment_scale, fit.settings, held=held
        )
    excitation = _excitation(weights, fit.system, task, basis)
    moment = _moment(weights.person, fit.system, task, jnp.clip(excitation, 0.0, 1.0))
    return Extrapolated(
        excitation=np.clip(np.asarray(excitation), 0.0, 1.0), moment=np.asarray(moment)
    )


def _flat(values: Array) -> np.ndarray:
    array = np.asarray(values)
    return array.reshape(-1, array.shape[-1])


def _by_trial(basis: np.ndarray, task: JointTask) -> Array:
    return jnp.asarray(basis.reshape(*task.channels.shape[:2], -1))


def _excitation(weights: Weights, system: MuscleSystem, task: JointTask, basis: Array) -> Array:
    """Of all muscles, before it is kept in [0, 1]."""
    muscles = personalised(system, weights.person)
    seen = (system.electrodes > 0.0).astype(float)
    measured = task.channels / muscles.gain + basis @ weights.residual
    hidden = np.eye(len(system.names))[list(system.hidden)]
    return measured @ seen + basis @ weights.hidden @ hidden


def _moment(person: Personal, system: MuscleSystem, task: JointTask, excitation: Array) -> Array:
    return activation_and_moment(personalised(system, person), task, excitation)[1]


def _objective(
    weights: Weights,
    system: MuscleSystem,
    task: JointTask,
    basis: Array,
    scale: Array,
    settings: MseSettings,
) -> Scalar:
    excitation = _excitation(weights, system, task, basis)
    inside = jnp.clip(excitation, 0.0, 1.0)
    moment = _moment(weights.person, system, task, inside)
    error = jnp.sum(((moment - task.moment) / (settings.moment_sd_share * scale)) ** 2)
    outside = jnp.sum(((excitation - inside) / _OUTSIDE_SD) ** 2)
    residual = basis @ weights.residual / max(settings.residual_sd, 1e-6)
    frames = error + outside + jnp.sum(residual**2)
    prior = prior_penalty(weights.person) + jnp.sum((weights.hidden / settings.weight_sd) ** 2)
    return frames * step_of(task) / settings.memory_s + prior


@kept
def _slope(
    flat: Array,
    fixed: Weights,
    data: tuple[MuscleSystem, JointTask, Array, Array],
    settings: MseSettings,
    hold: tuple[bool, bool],
) -> tuple[Scalar, Array]:
    def loss(x: jax.Array) -> Scalar:
        return _objective(_unpack(x, fixed, hold), *data, settings)

    return jax.value_and_grad(loss)(jnp.asarray(flat))


def _unpack(flat: Array, like: Weights, hold: tuple[bool, bool]) -> Weights:
    moved: Weights = ravel_pytree(like)[1](jnp.asarray(flat))
    person = like.person if hold[0] else moved.person
    residual = like.residual if hold[1] else moved.residual
    return Weights(moved.hidden, residual, person)


def _minimise(
    first: Weights,
    system: MuscleSystem,
    task: JointTask,
    basis: Array,
    scale: np.ndarray,
    settings: MseSettings,
    *,
    held: Personal | None = None,
) -> tuple[Weights, float]:
    """L-BFGS-B from the first weights; those of non-negative synergies stay non-negative."""
    hold = (held is not None or not settings.personal, settings.residual_sd <= 0.0)
    flat, _ = ravel_pytree(first)
    data = (system, task, basis, jnp.asarray(scale))

    def both(x: np.ndarray) -> tuple[float, np.ndarray]:
        value, slope = _slope(jnp.asarray(x), first, data, settings, hold)
        return float(value), np.asarray(slope)

    free = (None, None)
    first_bound = (0.0, None) if settings.factorisation == "nmf" else free
    bounds = [first_bound] * first.hidden.size + [free] * (flat.size - first.hidden.size)
    found = minimize(
        both,
        np.asarray(flat),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": settings.rounds, "maxfun": 2 * settings.rounds},
    )
    return _unpack(jnp.asarray(found.x), first, hold), float(found.fun)
