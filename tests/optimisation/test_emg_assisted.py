"""Static optimisation with EMG against a general solver, and what its weight does."""

from collections.abc import Callable

import equinox as eqx
import jax
import numpy as np
import pytest

from nuchal.dynamics.inverse import no_load
from nuchal.dynamics.pipeline import State, states_of
from nuchal.model.anatomy import Anatomy
from nuchal.optimisation.problem import RecruitmentProblem
from nuchal.optimisation.settings import RecruitmentSettings
from nuchal.optimisation.simulate import mechanics_of_frame
from nuchal.optimisation.solvers.exact import Recruitment
from nuchal.optimisation.terms import Effort, Measured
from nuchal.records import Motion, WantedActivation

PLAIN = RecruitmentSettings(lowest_activation="minimum", passive=False)
FRAMES = 6
CHANNELS = (0, 1, 2, 30, 31, 66)


@eqx.filter_jit
def problems_of(
    anatomy: Anatomy, states: State, settings: RecruitmentSettings
) -> RecruitmentProblem:
    return jax.vmap(lambda one: mechanics_of_frame(anatomy, one, settings, no_load()).problem)(
        states
    )


@pytest.fixture(scope="module")
def motion(movement: Callable[..., Callable]) -> Motion:
    return movement(0.3)(np.linspace(0.0, 2.0, FRAMES))


@pytest.fixture(scope="module")
def problem(anatomy: Anatomy, motion: Motion) -> Callable[..., RecruitmentProblem]:
    def of(weight: float, wanted: WantedActivation | None) -> RecruitmentProblem:
        settings = PLAIN.with_term(Measured(weight=weight)) if wanted is not None else PLAIN
        found = problems_of(anatomy, states_of(anatomy, motion, wanted=wanted), settings)
        return jax.tree.map(np.asarray, found)

    return of


def some_emg() -> WantedActivation:
    rng = np.random.default_rng(6)
    known = np.zeros((FRAMES, 72), dtype=bool)
    known[:, CHANNELS] = rng.uniform(size=(FRAMES, len(CHANNELS))) < 0.8
    return WantedActivation(np.where(known, rng.uniform(0.0, 1.2, known.shape), 0.0), known)


def numbers(found: Recruitment) -> Recruitment:
    return jax.tree.map(np.asarray, found)


@pytest.mark.parametrize("weight", [1.0, 100.0])
def test_it_is_the_solution_of_a_general_solver(
    weight: float, problem: Callable, solve: Callable, clarabel_solve: Callable
) -> None:
    assisted, plain = problem(weight, some_emg()), problem(weight, None)
    mine, theirs = numbers(solve(assisted, "none")), clarabel_solve(assisted, "none")
    assert np.all(mine.status == 0)
    assert mine.optimality.max() < 1e-8
    np.testing.assert_allclose(mine.activation, theirs.activation, rtol=0, atol=2e-5)
    assert np.abs(mine.activation - numbers(solve(plain, "none")).activation).max() > 0.05


def test_all_weight_gives_the_emg_where_the_balance_allows_it(
    problem: Callable, solve: Callable, anatomy: Anatomy, motion: Motion
) -> None:
    """EMG of people who spare their deep muscles: they balance, but not as the optimum does."""
    spare = RecruitmentSettings(
        terms=(Effort(deep=30.0),), lowest_activation="minimum", passive=False
    )
    others = problems_of(anatomy, states_of(anatomy, motion), spare)
    theirs = numbers(solve(jax.tree.map(np.asarray, others), "none")).activation
    wanted = WantedActivation(theirs, np.ones_like(theirs, dtype=bool))
    off = [
        np.abs(numbers(solve(problem(weight, given), "none")).activation - theirs).max()
        for weight, given in ((0.0, None), (1.0, wanted), (1e6, wanted))
    ]
    assert off[0] > 0.1
    assert off[0] > off[1] > off[2]
    assert off[2] < 1e-5


def test_more_weight_is_nearer_to_the_emg(problem: Callable, solve: Callable) -> None:
    wanted = some_emg()
    target = np.clip(np.asarray(wanted.activation), 0.0, 1.0)

    def misfit(weight: float) -> float:
        found = numbers(solve(problem(weight, wanted), "none")).activation
        return float(np.sum(wanted.known * (found - target) ** 2))

    misfits = [misfit(weight) for weight in (0.1, 1.0, 10.0, 1e3)]
    assert misfits == sorted(misfits, reverse=True)
    assert misfits[-1] < 0.5 * misfits[0]
