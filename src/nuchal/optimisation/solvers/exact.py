"""Static optimisation, solved exactly: one frame of one neck.

The programme (``problem``) has one activation a muscle and six equalities, so its dual has six:
for multipliers y the best a is found muscle by muscle, or pair by pair, and a safeguarded Newton
method on the concave, piecewise quadratic dual ends after a handful of steps. First an elastic
problem, which always has a solution, is solved in stages: A a + r = b with a price on the reserve
moments r that ends stiff. Where the reserves all but vanish, the exact problem is finished from
there; where they do not, the muscles cannot balance the frame and r is what was missing.
"""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float, Int

from nuchal.arrays import Array, Coords, Scalar
from nuchal.errors import Status
from nuchal.optimisation.problem import (
    RecruitmentProblem,
    Solution,
    best_activation,
    free_multiplier,
    kkt_residual,
    newton_matrix,
    pull_of,
    spd_solve,
)

# Price of squared reserves where the muscles alone cannot balance a frame [1/(N m)^2].
STIFF_PRICE = 1.0e5
# Reserve of the elastic problem below which the exact one is tried [N m].
NEARLY_NO_RESERVE = 3.0e-2
# Largest error of an equality that counts as solved [N m].
TOLERANCE = 1.0e-10
# The same for a problem that is only a stage on the way.
_ROUGHLY = 1.0e-4
_LINE_STEPS = 40
# Share of the first slope along a direction at which the search along it ends.
_NEAR_THE_TOP = 0.3


class Recruitment(eqx.Module):
    """The solution of one frame, or of many.

    Attributes:
        reserve: Moment that the muscles did not supply [N m].
        multiplier: Change of the objective per moment asked for [1/(N m)].
        optimality: ``problem.kkt_residual``.
        steps: Newton steps.
    """

    activation: Float[Array, "*t muscles"]
    reserve: Float[Array, "*t 6"]
    multiplier: Float[Array, "*t 6"]
    optimality: Float[Array, "*t"]
    status: Int[Array, "*t"]
    steps: Int[Array, "*t"]


class Hint(eqx.Module):
    """Where to begin: at the multipliers of a frame like this one, if that was solved exactly.

    It changes how soon the solution is found, not what it is.
    """

    multiplier: Float[Array, "*t 6"]
    trusted: Bool[Array, "*t"]


def no_hint() -> Hint:
    """Begin from nothing."""
    return Hint(jnp.zeros(6), jnp.zeros((), dtype=bool))


def hint_from(solution: Recruitment) -> Hint:
    """What one frame's solution tells of the next."""
    balanced = jnp.all(solution.reserve == 0.0, axis=-1) & (solution.status == Status.OK)
    return Hint(solution.multiplier, balanced)


def recruit(problem: RecruitmentProblem, hint: Hint | None = None) -> Recruitment:
    """Solve one frame."""
    price = jnp.minimum(problem.reserve_price, STIFF_PRICE)
    must_balance = jnp.isinf(problem.reserve_price)
    found = _by_stages(problem, price, must_balance, hint or no_hint())
    multiplier = jnp.where(found.balanced, found.exact, found.elastic)
    activation = best_activation(problem, pull_of(problem, multiplier)).activation
    missing = problem.moment - problem.moment_per_activation @ activation
    reserve = jnp.where(found.balanced, 0.0, missing)
    status = jnp.where(
        found.balanced | (~must_balance & found.solved),
        Status.OK,
        jnp.where(found.solved, Status.INFEASIBLE, Status.NOT_CONVERGED),
    )
    optimality = kkt_residual(problem, Solution(activation, reserve, multiplier))
    return Recruitment(activation, reserve, multiplier, optimality, status, found.steps)


class _Stage(NamedTuple):
    """One problem on the way from cheap reserves to none.

    Attributes:
        for_hinted: Whether it is of use to a frame that begins from a trusted hint.
        softness: One over the price of reserves; zero where there are none.
        near: Reserve of the last elastic problem below which this exact one is tried [N m].
    """

    for_hinted: Array
    softness: Array
    most_steps: Array
    near: Array


# Most frames end with the second stage; dearer reserves are for those that muscles balance barely
# or not at all.
_STAGES = (
    _Stage(np.array(False), np.array(1e-3), np.array(100), np.array(0.0)),
    _Stage(np.array(True), np.array(0.0), np.array(8), np.array(np.inf)),
    _Stage(np.array(True), np.array(1e-4), np.array(100), np.array(0.0)),
    _Stage(np.array(True), np.array(1.0 / STIFF_PRICE), np.array(100), np.array(0.0)),
    _Stage(np.array(True), np.array(0.0), np.array(20), np.array(NEARLY_NO_RESERVE)),
)


class _Task(NamedTuple):
    """How one stage is to be solved.

    Attributes:
        tolerance: Of the equalities, relative to one plus the largest moment [N m].
    """

    softness: Array
    most_steps: Array
    tolerance: Array


class _Found(NamedTuple):
    """Multipliers of the last elastic problem and, once balanced, of the exact one.

    Attributes:
        solved: Whether the last elastic problem was.
    """

    elastic: jax.Array
    exact: jax.Array
    solved: jax.Array
    balanced: jax.Array
    steps: jax.Array


def _by_stages(
    problem: RecruitmentProblem,
    price: Scalar,
    must_balance: Bool[Array, ""],
    hint: Hint,
) -> _Found:
    def follow(so_far: _Found, stage: _Stage) -> tuple[_Found, None]:
        is_exact = stage.softness == 0.0
        near = jnp.max(jnp.abs(so_far.elastic)) < stage.near * price
        go = ~so_far.balanced & (~is_exact | (must_balance & near))
        go = go & (stage.for_hinted | ~hinted)
        softness = jnp.where(is_exact, 0.0, jnp.maximum(stage.softness, 1.0 / price))
        tolerance = jnp.where(softness > 1.0 / price, _ROUGHLY, TOLERANCE)
        start = _Search(so_far.elastic, ~go, jnp.zeros((), dtype=int))
        task = _Task(softness, stage.most_steps, tolerance)
        end = _maximise_dual(problem, start, task)
        stiffer = go & ~is_exact
        balanced = go & is_exact & end.solved
        return _Found(
            elastic=jnp.where(stiffer, end.multiplier, so_far.elastic),
            exact=jnp.where(balanced, end.multiplier, so_far.exact),
            solved=jnp.where(stiffer, end.solved, so_far.solved),
            balanced=so_far.balanced | balanced,
            steps=so_far.steps + end.steps,
        ), None

    no = jnp.zeros((), dtype=bool)
    hinted = hint.trusted & must_balance
    start = jnp.asarray(jnp.where(hinted, hint.multiplier, _cold(problem)))
    begin = _Found(start, start, no, no, jnp.zeros((), dtype=int))
    stages = jax.tree.map(lambda *x: jnp.stack(x), *_STAGES)
    found, _ = jax.lax.scan(follow, begin, stages)
    return found


class _Point(NamedTuple):
    """The dual at one set of multipliers: its gradient and a Newton direction.

    Attributes:
        rounding: What rounding alone can leave of the gradient [N m].
    """

    multiplier: Coords
    gradient: Coords
    direction: Coords
    rounding: Scalar


class _Search(NamedTuple):
    multiplier: Coords
    solved: Bool[Array, ""]
    steps: Int[Array, ""]


class _Bracket(NamedTuple):
    """Where the slope along a direction changes its sign: above zero at low, below at high."""

    low: Scalar
    high: Scalar
    slope_low: Scalar
    slope_high: Scalar
    best: Scalar
    found: Bool[Array, ""]
    steps: Int[Array, ""]


def _evaluate(problem: RecruitmentProblem, multiplier: Coords, softness: Scalar) -> _Point:
    response = best_activation(problem, pull_of(problem, multiplier))
    made = problem.moment_per_activation @ response.activation
    gradient = problem.moment - made - softness * multiplier
    hessian = newton_matrix(problem, response)
    size = 1.0 + jnp.trace(hessian)
    rounding = 1e-15 * size * jnp.max(jnp.abs(multiplier))
    hessian = hessian + (softness + 1e-9 * size) * jnp.eye(6)
    return _Point(multiplier, gradient, spd_solve(hessian, gradient), rounding)


def _cold(problem: RecruitmentProblem) -> Coords:
    """Multipliers to begin with from nothing."""
    matrix = problem.moment_per_activation
    trace = jnp.sum(matrix**2 / problem.curvature)
    return free_multiplier(problem, 1e-6 * (1.0 + trace))


def _maximise_dual(problem: RecruitmentProblem, start: _Search, task: _Task) -> _Search:
    """Newton's method on the concave dual, each step as long as it still climbs."""
    allowed = task.tolerance * (1.0 + jnp.max(jnp.abs(problem.moment)))

    def unfinished(search: _Search) -> Bool[Array, ""]:
        return ~search.solved & (search.steps < task.most_steps)

    def step(search: _Search) -> _Search:
        at = _evaluate(problem, search.multiplier, task.softness)
        solved = jnp.max(jnp.abs(at.gradient)) < allowed + at.rounding
        at = at._replace(direction=jnp.where(solved, 0.0, at.direction))
        length = _climb(problem, at, task.softness)
        return _Search(at.multiplier + length * at.direction, solved, search.steps + 1)

    return jax.lax.while_loop(unfinished, step, start)


def _climb(problem: RecruitmentProblem, at: _Point, softness: Scalar) -> Scalar:
    """How far to follow a direction: the whole of it, or to where the dual stops rising.

    The slope along the way falls monotonically, so its zero is bracketed and found by the
    Illinois variant of false position; a third of the first slope is near enough.
    """
    pull = pull_of(problem, at.multiplier)
    change = at.direction @ problem.moment_per_activation
    asked = problem.moment @ at.direction

    def slope(length: Scalar) -> Scalar:
        a = best_activation(problem, pull + length * change).activation
        reserve = softness * (at.multiplier + length * at.direction)
        return asked - a @ change - reserve @ at.direction

    def searching(bracket: _Bracket) -> Bool[Array, ""]:
        return ~bracket.found & (bracket.steps < _LINE_STEPS)

    def narrow(bracket: _Bracket) -> _Bracket:
        span, fall = bracket.high - bracket.low, bracket.slope_low - bracket.slope_high
        middle = bracket.low + span * jnp.clip(bracket.slope_low / fall, 0.001, 0.999)
        here = slope(middle)
        rising = here > 0.0
        return _Bracket(
            low=jnp.where(rising, middle, bracket.low),
            high=jnp.where(rising, bracket.high, middle),
            slope_low=jnp.where(rising, here, 0.5 * bracket.slope_low),
            slope_high=jnp.where(rising, 0.5 * bracket.slope_high, here),
            best=middle,
            found=jnp.abs(here) < _NEAR_THE_TOP * first,
            steps=bracket.steps + 1,
        )

    first, last = at.gradient @ at.direction, slope(jnp.ones(()))
    begin = _Bracket(
        low=jnp.zeros(()),
        high=jnp.ones(()),
        slope_low=first,
        slope_high=last,
        best=jnp.ones(()),
        found=last >= -_NEAR_THE_TOP * first,
        steps=jnp.zeros((), dtype=int),
    )
    return jax.lax.while_loop(searching, narrow, begin).best
