"""Recruitment of single frames against general solvers, and conditions that can be broken."""

from collections.abc import Callable
from functools import partial
from typing import Any, Literal, TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.optimize import lsq_linear

from nuchal.conventions import LEFT_SUFFIX
from nuchal.errors import Status
from nuchal.model.generic import generic_system
from nuchal.optimisation.problem import (
    RecruitmentProblem,
    Solution,
    kkt_residual,
    objective,
    of_partner,
    spd_solve,
)
from nuchal.optimisation.solvers.exact import STIFF_PRICE, Recruitment

FRAMES = 8
MUSCLES = generic_system().muscles
PARTNERS = np.array(generic_system().partners)
Pairing = Literal["none", "soft", "hard"]
Record = TypeVar("Record")
PAIRINGS: tuple[Pairing, ...] = ("none", "soft", "hard")

residuals = eqx.filter_jit(jax.vmap(kkt_residual))
values = eqx.filter_jit(jax.vmap(objective))


def mirrored(x: np.ndarray) -> np.ndarray:
    """As much on the left as on the right."""
    return 0.5 * (x + x[..., PARTNERS])


def stacked(kind: Callable[..., Record], **fields: np.ndarray) -> Record:
    """One record whose fields have the frames in front."""
    frames = [kind(**{k: np.asarray(x[t]) for k, x in fields.items()}) for t in range(FRAMES)]
    return jax.tree.map(lambda *x: np.stack(x), *frames)


def changed(record: Record, **fields: np.ndarray) -> Record:
    """The same with other fields."""
    return eqx.tree_at(lambda r: [getattr(r, k) for k in fields], record, list(fields.values()))


def solution_of(found: Any) -> Solution:
    return stacked(
        Solution,
        activation=found.activation,
        reserve=found.reserve,
        multiplier=found.multiplier,
    )


def random_frames(seed: int, *, reach: float = 1.0, price: float = np.inf) -> RecruitmentProblem:
    """Programmes with bounds of all kinds; a moment is ``reach`` times one that can be made.

    Moment arms are mirrored in part, as those of a neck are: left and right oppose one another
    about four of the six coordinates.
    """
    rng = np.random.default_rng(seed)
    own = rng.normal(0.0, 3.0, (FRAMES, 6, 72))
    sign = np.array([1.0, -1.0, -1.0, 1.0, -1.0, -1.0])[:, None]
    matrix = own + 0.9 * sign * own[..., PARTNERS]
    low = mirrored(rng.choice([0.0, 0.01, 0.1], (FRAMES, 72)))
    high = mirrored(rng.choice([0.3, 1.0, 0.05], (FRAMES, 72))) + low
    made = low + (high - low) * mirrored(rng.uniform(0.0, 1.0, (FRAMES, 72)))
    one = partial(RecruitmentProblem, partners=generic_system().partners)
    return stacked(
        one,
        curvature=np.exp(rng.uniform(-3.0, 2.0, (FRAMES, 72))),
        slope=rng.normal(0.0, 0.5, (FRAMES, 72)),
        symmetry=np.exp(rng.uniform(-3.0, 2.0, FRAMES)),
        moment_per_activation=matrix,
        moment=reach * np.einsum("tkm,tm->tk", matrix, made),
        low=low,
        high=high,
        reserve_price=np.full(FRAMES, price),
    )


def numbers(solution: Recruitment) -> Recruitment:
    return jax.tree.map(np.asarray, solution)


@pytest.mark.slow
@pytest.mark.parametrize("pairing", PAIRINGS)
@pytest.mark.parametrize("price", [np.inf, 1e-2, 10.0])
def test_feasible_frames_are_those_of_a_general_solver(
    price: float, pairing: Pairing, solve: Callable, clarabel_solve: Callable
) -> None:
    problems = random_frames(1, price=price)
    mine, theirs = numbers(solve(problems, pairing)), clarabel_solve(problems, pairing)
    np.testing.assert_array_equal(mine.status, Status.OK)
    np.testing.assert_allclose(mine.activation, theirs.activation, rtol=0, atol=2e-6)
    np.testing.assert_allclose(mine.reserve, theirs.reserve, rtol=0, atol=2e-5)
    np.testing.assert_allclose(mine.multiplier, theirs.multiplier, rtol=0, atol=2e-5)
    assert np.all(mine.optimality <= 1e-10 * (1.0 + np.abs(problems.moment).max()))
    at_bounds = (mine.activation == problems.low) | (mine.activation == problems.high)
    assert 0.2 < at_bounds.mean() < 0.9
    assert np.any(mine.activation == problems.low)
    assert np.any(mine.activation == problems.high)
    assert np.any(mine.reserve != 0.0) == np.isfinite(price)


@pytest.mark.parametrize("pairing", PAIRINGS)
def test_no_price_of_reserves_leaves_the_balance_exact(pairing: Pairing, solve: Callable) -> None:
    problems = random_frames(2)
    mine = numbers(solve(problems, pairing))
    made = np.einsum("tkm,tm->tk", problems.moment_per_activation, mine.activation)
    np.testing.assert_array_equal(mine.reserve, 0.0)
    np.testing.assert_allclose(made, problems.moment, rtol=0, atol=1e-8)


def least_missing(problem: RecruitmentProblem, pairing: Pairing) -> float:
    """Smallest norm of b - A a within bounds [N m], by bounded least squares."""
    matrix, low, high = problem.moment_per_activation, problem.low, problem.high
    if pairing == "hard":
        right = np.flatnonzero([not name.endswith(LEFT_SUFFIX) for name in MUSCLES])
        matrix = matrix[:, right] + matrix[:, PARTNERS[right]]
        low, high = low[right], high[right]
    found = lsq_linear(matrix, problem.moment, (low, high), method="bvls", tol=1e-14)
    return float(np.linalg.norm(matrix @ found.x - problem.moment))


@pytest.mark.parametrize("pairing", PAIRINGS)
def test_infeasible_frames_miss_the_least_that_can_be_missed(
    pairing: Pairing, solve: Callable
) -> None:
    """|r|^2 lies above the least there is by no more than effort could buy at the stiff price.

    With f + p |r|^2 / 2 at its minimum, the least |r*| and its activations a* give
    |r|^2 <= |r*|^2 + 2 (f(a*) - f(a)) / p, and f is nowhere above its sum of largest terms.
    """
    problems = random_frames(3, reach=40.0)
    mine = numbers(solve(problems, pairing))
    np.testing.assert_array_equal(mine.status, Status.INFEASIBLE)
    assert np.all(mine.optimality <= 1e-7)
    for k in range(FRAMES):
        problem = jax.tree.map(lambda x, k=k: x[k], problems)
        ends = np.stack([problem.low, problem.high])
        terms = 0.5 * problem.curvature * ends**2 + problem.slope * ends
        span = np.abs(problem.high - problem.low)
        dearest = terms.max(axis=0).sum() + 0.5 * problem.symmetry * np.sum(span**2)
        cheapest = -np.sum(0.5 * problem.slope**2 / problem.curvature)
        least, missing = least_missing(problem, pairing), np.linalg.norm(mine.reserve[k])
        assert least > 1.0
        assert missing >= least * (1.0 - 1e-9)
        assert missing**2 <= least**2 + 2.0 * (dearest - cheapest) / STIFF_PRICE


def test_infeasible_frames_are_the_stiff_programme(
    solve: Callable, clarabel_solve: Callable
) -> None:
    problems = random_frames(4, reach=15.0)
    stiff = changed(problems, reserve_price=np.full(FRAMES, STIFF_PRICE))
    mine, theirs = numbers(solve(problems, "none")), clarabel_solve(stiff, "none")
    beyond = mine.status == Status.INFEASIBLE
    assert beyond.sum() >= FRAMES // 2
    np.testing.assert_allclose(mine.reserve[beyond], theirs.reserve[beyond], rtol=1e-6, atol=1e-5)


@pytest.mark.parametrize("pairing", PAIRINGS)
def test_nothing_asked_of_muscles_that_cost_nothing_to_rest(
    pairing: Pairing, solve: Callable
) -> None:
    problems = random_frames(5, reach=0.0)
    lazy = changed(problems, slope=np.abs(problems.slope), low=np.zeros((FRAMES, 72)))
    mine = numbers(solve(lazy, pairing))
    np.testing.assert_array_equal(mine.status, Status.OK)
    np.testing.assert_allclose(mine.activation, 0.0, atol=1e-12)


def test_hard_pairs_are_equal_and_soft_ones_move_towards_it(solve: Callable) -> None:
    problems = random_frames(6)
    apart = {}
    for pairing in PAIRINGS:
        a = numbers(solve(problems, pairing)).activation
        apart[pairing] = np.sum((a - a[:, PARTNERS]) ** 2, axis=1)
    np.testing.assert_array_equal(apart["hard"], 0.0)
    assert np.all(apart["soft"] < apart["none"])


def test_no_weight_of_symmetry_is_no_pairing(solve: Callable) -> None:
    problems = changed(random_frames(7), symmetry=np.zeros(FRAMES))
    soft, none = (numbers(solve(problems, pairing)) for pairing in ("soft", "none"))
    np.testing.assert_allclose(soft.activation, none.activation, rtol=0, atol=1e-10)


def test_a_great_weight_of_symmetry_is_hard_pairing(solve: Callable) -> None:
    """The difference that is left goes with one over the weight."""
    problems = random_frames(8)
    hard = numbers(solve(problems, "hard")).activation
    left = []
    for weight in (1e6, 1e7):
        soft = solve(changed(problems, symmetry=np.full(FRAMES, weight)), "soft")
        left.append(np.abs(numbers(soft).activation - hard).max())
    assert left[0] < 0.01
    assert left[1] == pytest.approx(0.1 * left[0], rel=0.05)


@pytest.mark.parametrize("pairing", PAIRINGS)
def test_multiplier_is_the_price_of_a_moment(
    pairing: Pairing, pair: Callable, solve: Callable
) -> None:
    """Change of the optimal value with every moment, by central differences."""
    problems = random_frames(9)
    h = 1e-4
    mine = numbers(solve(problems, pairing))

    def best(moment: np.ndarray) -> np.ndarray:
        asked = changed(problems, moment=moment)
        return np.asarray(values(pair(asked, pairing), solve(asked, pairing).activation))

    for k, step in enumerate(h * np.eye(6)):
        slope = (best(problems.moment + step) - best(problems.moment - step)) / (2 * h)
        np.testing.assert_allclose(mine.multiplier[:, k], slope, rtol=0, atol=2e-5)


@pytest.mark.parametrize("pairing", PAIRINGS)
def test_residual_of_somebody_elses_solution_is_small(
    pairing: Pairing, pair: Callable, clarabel_solve: Callable
) -> None:
    problems = random_frames(10, price=3.0)
    theirs = clarabel_solve(problems, pairing)
    solution = solution_of(theirs)
    assert np.all(np.asarray(residuals(pair(problems, pairing), solution)) < 1e-5)


@pytest.mark.parametrize("pairing", PAIRINGS)
@pytest.mark.parametrize("what", ["activation", "reserve", "multiplier"])
def test_residual_of_a_spoilt_solution_is_large(
    what: str, pairing: Pairing, pair: Callable, solve: Callable
) -> None:
    """One entry off by a hundredth."""
    problems = random_frames(11, price=3.0)
    mine = numbers(solve(problems, pairing))
    solution = solution_of(mine)
    assert np.all(np.asarray(residuals(pair(problems, pairing), solution)) < 1e-9)
    spoilt = changed(solution, **{what: getattr(solution, what).copy()})
    getattr(spoilt, what)[:, 3] += 0.01
    assert np.all(np.asarray(residuals(pair(problems, pairing), spoilt)) > 1e-3)


def test_residual_sees_activations_that_break_their_bounds(pair: Callable, solve: Callable) -> None:
    """Balanced and cheap, but a muscle pushes."""
    problems = random_frames(12, price=3.0)
    free = changed(problems, low=np.full((FRAMES, 72), -9.0), high=np.full((FRAMES, 72), 9.0))
    mine = numbers(solve(free, "none"))
    solution = solution_of(mine)
    assert np.all(np.asarray(residuals(pair(free, "none"), solution)) < 1e-9)
    assert np.all(np.asarray(residuals(pair(problems, "none"), solution)) > 0.05)


def test_objective_by_hand() -> None:
    """Two muscles of a pair at 0.5 and 0.3: h a^2 / 2 + g a, and s (0.2)^2 / 2 once."""
    right, left = MUSCLES.index("trap_cl"), MUSCLES.index("trap_cl_L")
    a, h, g = np.zeros(72), np.ones(72), np.zeros(72)
    a[[right, left]], h[[right, left]], g[left] = [0.5, 0.3], [4.0, 2.0], 0.7
    free, none = np.array(np.inf), np.zeros(6)
    problem = RecruitmentProblem(
        h, g, np.array(10.0), np.zeros((6, 72)), none, a, a, free, generic_system().partners
    )
    expected = 4.0 * 0.25 / 2 + 2.0 * 0.09 / 2 + 0.7 * 0.3 + 10.0 * 0.04 / 2
    assert float(objective(problem, a)) == pytest.approx(expected, rel=1e-14)


def test_partners_are_the_other_side() -> None:
    np.testing.assert_array_equal(PARTNERS[PARTNERS], np.arange(72))
    for name, partner in zip(MUSCLES, PARTNERS, strict=True):
        assert {name, MUSCLES[partner]} == {
            name.removesuffix(LEFT_SUFFIX),
            name.removesuffix(LEFT_SUFFIX) + LEFT_SUFFIX,
        }


def test_elimination_is_lapacks() -> None:
    rng = np.random.default_rng(0)
    factor = rng.normal(size=(50, 6, 6))
    matrix = factor @ np.swapaxes(factor, 1, 2) + 0.1 * np.eye(6)
    right = rng.normal(size=(50, 6))
    found = jax.jit(jax.vmap(spd_solve))(jnp.asarray(matrix), jnp.asarray(right))
    expected = np.linalg.solve(matrix, right[..., None])[..., 0]
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_partners_by_slices_are_partners_by_name() -> None:
    rows = np.random.default_rng(0).normal(size=(3, 72))
    np.testing.assert_array_equal(of_partner(rows, generic_system().partners), rows[:, PARTNERS])


@pytest.mark.parametrize(
    "partners", [(1, 0, 3, 2), (2, 3, 0, 1, 5, 4), (0, 1, 2), (3, 2, 1, 0), (1, 0, 2)]
)
def test_partners_in_any_order(partners: tuple[int, ...]) -> None:
    rows = np.random.default_rng(0).normal(size=(3, len(partners)))
    np.testing.assert_array_equal(of_partner(rows, partners), rows[:, list(partners)])
