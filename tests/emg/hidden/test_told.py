"""What trials tell of parameters: against profiles of the posterior, and where nothing is told."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree
from scipy.optimize import minimize

from nuchal.emg.hidden.muscles import JointTask
from nuchal.emg.hidden.nmm import (
    DEVIATION_SD,
    Unknowns,
    no_corrections,
    objective,
    propose,
)
from nuchal.emg.hidden.nmm_fit import fit_nmm, free_leaves, fresh_model
from nuchal.emg.hidden.personal import PRIOR_SDS
from nuchal.emg.hidden.records import Model
from nuchal.emg.hidden.recruitment import prior_sds
from nuchal.emg.hidden.told import left_open, told_by

from .conftest import SMALL, small_system

Lived = tuple[JointTask, np.ndarray, Model]


def test_more_trials_tell_more_and_what_is_not_seen_is_not_told(lived: Lived) -> None:
    task = lived[0]
    model = fresh_model(small_system(), task, SMALL)
    first = jax.tree.map(lambda x: x[:1], task)
    one, all_three = told_by(model, first, SMALL), told_by(model, task, SMALL)
    for less, more in zip(
        jax.tree.leaves((one.person, one.control)),
        jax.tree.leaves((all_three.person, all_three.control)),
        strict=True,
    ):
        assert np.all(np.asarray(more) >= np.asarray(less) - 1e-9)
    # No electrode has neighbours here, so nothing tells how loud they are.
    np.testing.assert_allclose(all_three.person.heard, 0.0, atol=1e-9)
    assert float(all_three.control.log_level) > np.max(all_three.person.slack)


@pytest.mark.slow
def test_what_is_left_open_is_what_drawn_people_differ_by(lived: Lived) -> None:
    """People drawn from a posterior a hundred times narrower, where first order is enough."""
    task = lived[0]
    model = fresh_model(small_system(), task, SMALL)
    told = told_by(model, task, SMALL)
    narrow = told._replace(root=0.01 * told.root)
    flat, unpack = ravel_pytree((model.person, model.control))
    dice, count = np.random.default_rng(3), 2000

    @jax.jit
    def excitation(z: jax.Array) -> jax.Array:
        other = eqx.tree_at(lambda m: (m.person, m.control), model, unpack(z))
        start = jnp.zeros(task.moment.shape)
        return propose(other, task, no_corrections(task), start, steps=30).excitation

    people = flat + (narrow.root @ dice.normal(size=(len(flat), count))).T
    drawn = np.asarray(jax.lax.map(excitation, jnp.asarray(people), batch_size=50))
    middle = np.clip(np.asarray(excitation(flat)), 0.0, 1.0)
    beside = np.sqrt(left_open(model, task, narrow) ** 2 - (DEVIATION_SD * middle) ** 2)
    inside = (middle > 0.02) & (middle < 0.98)
    ratio = (drawn.std(axis=0) / np.maximum(beside, 1e-12))[inside]
    assert np.median(ratio) == pytest.approx(1.0, abs=0.02)
    assert np.percentile(np.abs(ratio - 1.0), 95) < 0.08


@pytest.mark.slow
@pytest.mark.parametrize("name", ["log_level", "gain", "shape"])
def test_told_as_far_as_the_profile_of_the_posterior_is_sharp(lived: Lived, name: str) -> None:
    """Held off the fit and all others fitted anew, minus twice the log posterior rises by one."""
    task = lived[0]
    fit = fit_nmm(small_system(), task, SMALL)
    told = told_by(fit.model, task, SMALL)
    if name == "log_level":
        share, prior = float(told.control.log_level), float(prior_sds(fit.model.control).log_level)
    else:
        share, prior = float(getattr(told.person, name)[0]), PRIOR_SDS[name]
    off = prior * np.sqrt(1.0 - share)
    least, up, down = (_profile(fit, task, name, x) for x in (None, off, -off))
    assert 0.5 * (up + down) - least == pytest.approx(1.0, abs=0.5)


def _profile(fit, task: JointTask, name: str, off: float | None) -> float:
    """The least objective with one parameter held so far off the fit; None holds nothing."""
    unknown = Unknowns(fit.model, fit.corrections)
    free, fixed = eqx.partition(unknown, free_leaves(unknown, "everything"))
    flat, unpack = ravel_pytree(free)

    def place(u: Unknowns) -> jax.Array:
        return u.model.control.log_level if name == "log_level" else getattr(u.model.person, name)

    zero = jax.tree.map(jnp.zeros_like, free)
    one = jnp.ones(()) if name == "log_level" else jnp.zeros_like(place(free)).at[0].set(1.0)
    way = ravel_pytree(eqx.tree_at(place, zero, one))[0]
    start = jnp.zeros(task.moment.shape)

    @jax.jit
    def loss(x: jax.Array) -> tuple[jax.Array, jax.Array]:
        def value(z: jax.Array) -> jax.Array:
            there = eqx.combine(unpack(z), fixed)
            return objective(there, task, jnp.ones(3), start, SMALL, steps=30)[0]

        return jax.value_and_grad(value)(x)

    best = _lowest(loss, np.asarray(flat), np.zeros(len(flat)))
    if off is None:
        return float(loss(best)[0])
    held = _lowest(loss, best + off * np.asarray(way), np.asarray(way))
    return float(loss(held)[0])


def _lowest(loss, first: np.ndarray, held: np.ndarray) -> np.ndarray:
    def both(x: np.ndarray) -> tuple[float, np.ndarray]:
        value, slope = loss(x)
        return float(value), np.where(held > 0.0, 0.0, np.asarray(slope))

    found = minimize(both, first, jac=True, method="L-BFGS-B", options={"maxiter": 1500})
    return np.asarray(found.x)
