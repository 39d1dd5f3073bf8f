"""The neural musculoskeletal model: its derivatives, its moments, and muscles that it finds."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree
from scipy.optimize import minimize

from nuchal.emg.hidden.encoder import fresh_encoder
from nuchal.emg.hidden.muscles import JointTask, MuscleSystem
from nuchal.emg.hidden.nmm import Unknowns, no_corrections, objective
from nuchal.emg.hidden.nmm_fit import fit_nmm, free_leaves, fresh_model, predict_trials, read_trials
from nuchal.emg.hidden.records import Model
from nuchal.emg.hidden.recruitment import RESERVE, Demand, Drive, generic_control, recruited

from .conftest import SMALL

pytestmark = pytest.mark.slow


@pytest.mark.slow
def test_gradients_of_the_whole_objective(
    system: MuscleSystem, lived: tuple[JointTask, np.ndarray, Model]
) -> None:
    task = lived[0]
    model = fresh_model(system, task, SMALL)
    unknown = Unknowns(model, no_corrections(task))
    free, fixed = eqx.partition(unknown, free_leaves(unknown, "everything"))
    flat, unpack = ravel_pytree(free)
    dice = np.random.default_rng(0)
    flat = flat + 0.05 * dice.normal(size=flat.size)
    start = jnp.zeros(task.moment.shape)

    @jax.jit
    def loss(x: jax.Array) -> jax.Array:
        there = eqx.combine(unpack(x), fixed)
        return objective(there, task, jnp.ones(3), start, SMALL, steps=60)[0]

    slope = jax.grad(loss)(flat)
    for _ in range(6):
        way = dice.normal(size=flat.size)
        way /= np.linalg.norm(way)
        finite = (loss(flat + 1e-6 * way) - loss(flat - 1e-6 * way)) / 2e-6
        assert float(slope @ way) == pytest.approx(float(finite), rel=1e-4, abs=1e-3)


@pytest.mark.slow
def test_recruitment_is_least_effort() -> None:
    """With q = 1 and no co-contraction: static optimisation, as a general solver finds it."""
    dice = np.random.default_rng(4)
    g = dice.normal(size=(1, 2, 5)) * 0.3
    true = dice.uniform(0.1, 0.5, 5)
    moment = g @ true
    control = eqx.tree_at(
        lambda c: (c.log_power, c.grouping), generic_control(5), (jnp.zeros(()), jnp.array(-40.0))
    )
    drive = Drive(jnp.zeros(1), jnp.zeros((1, 5)))
    demand = Demand(g, moment, np.ones((1, 5)))
    found = recruited(control, demand, drive, jnp.zeros((1, 2)), steps=60)
    least = minimize(
        lambda a: a @ a,
        true,
        bounds=[(0.0, 1.0)] * 5,
        constraints={"type": "eq", "fun": lambda a: g[0] @ a - moment[0]},
        tol=1e-12,
    )
    np.testing.assert_allclose(found.activation[0], least.x, atol=0.03)
    supplied = g[0] @ np.asarray(found.activation[0]) + RESERVE * np.asarray(found.multiplier[0])
    np.testing.assert_allclose(supplied, moment[0], atol=1e-9)


@pytest.mark.slow
def test_the_encoder_sees_its_neighbours_only() -> None:
    dice = np.random.default_rng(2)
    seen = dice.normal(size=(400, 3))
    encoder = fresh_encoder(seen, 2, key=jax.random.key(1), width=8, heads=2, layers=1, stride=5)
    changed = seen.copy()
    changed[0] += 5.0
    apart = np.abs(np.asarray(encoder(seen) - encoder(changed))).max(axis=1)
    assert apart[:5].max() > 1e-6
    np.testing.assert_allclose(apart[100:], 0.0, atol=1e-12)


@pytest.mark.slow
def test_who_is_known_is_read(
    system: MuscleSystem, lived: tuple[JointTask, np.ndarray, Model]
) -> None:
    """Hidden muscles of a person whose recruitment is known, who co-contracts at his own will."""
    task, excitation, himself = lived
    read = read_trials(himself, task, SMALL)
    blind = predict_trials(himself, task)
    for muscle in system.hidden:
        inside = np.s_[:, 5:-5, muscle]
        mine, true = np.asarray(read.excitation)[inside], excitation[inside]
        assert np.corrcoef(mine.ravel(), true.ravel())[0, 1] > 0.95
        unaided = np.asarray(blind.excitation)[inside]
        assert np.sqrt(np.mean((mine - true) ** 2)) < 0.5 * np.sqrt(np.mean((unaided - true) ** 2))


def test_fitting_meets_moments_and_channels(
    system: MuscleSystem, lived: tuple[JointTask, np.ndarray, Model]
) -> None:
    task = lived[0]
    fit = fit_nmm(system, task, SMALL)
    assert fit.loss[-1] < 0.3 * fit.loss[0]
    read = read_trials(fit.model, task, SMALL)
    spread = np.ptp(np.asarray(task.moment))
    for found in (read, predict_trials(fit.model, task)):
        missing = np.sqrt(np.mean((np.asarray(found.moment) - task.moment)[:, 5:-5] ** 2))
        assert missing < 0.04 * spread
    error = np.sqrt(np.mean((np.asarray(read.channels) - task.channels) ** 2))
    assert error < 0.1 * np.std(np.asarray(task.channels))


def test_a_channel_that_does_not_count_is_not_looked_at(
    system: MuscleSystem, lived: tuple[JointTask, np.ndarray, Model]
) -> None:
    task = lived[0]
    other = eqx.tree_at(lambda t: t.channels, task, task.channels + np.array([0.0, 0.3, 0.0]))
    fits = [fit_nmm(system, t, SMALL, use=np.array([1.0, 0.0, 1.0])) for t in (task, other)]
    for mine, theirs in zip(*(jax.tree.leaves(f.model.person) for f in fits), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-12)
