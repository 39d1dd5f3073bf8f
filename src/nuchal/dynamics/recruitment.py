"""Static optimisation, solved exactly: one frame of one neck.

The programme (``problem``) has 72 activations and six equalities, so its dual has six variables:
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
from jaxtyping import Bool, Int

from nuchal.arrays import Array, Coords, Muscles, Scalar
from nuchal.dynamics.problem import (
    PARTNERS,
    Pairing,
    RecruitmentProblem,
    Solution,
    best_activation,
    kkt_residual,
    spd_solve,
)
from nuchal.errors import Status

STIFF_PRICE = 1.0e5
"""Price of squared reserves where the muscles alone cannot balance a frame [1/(N m)^2]."""
NEARLY_NO_RESERVE = 3.0e-2
"""Reserve of the elastic problem below which the exact one is tried [N m]."""
TOLERANCE = 1.0e-10
"""Largest error of an equality that counts as solved [N m]."""
_ELASTIC_STEPS, _EXACT_STEPS, _LINE_STEPS = 100, 20, 40


class Recruitment(eqx.Module):
    """The solution of one frame."""

    activation: Muscles
    reserve: Coords
    """Moment that the muscles did not supply [N m]."""
    multiplier: Coords
    """Change of the objective per moment asked for [1/(N m)]."""
    optimality: Scalar
    """``problem.kkt_residual``."""
    status: Int[Array, ""]
    steps: Int[Array, ""]
    """Newton steps."""


def recruit(problem: RecruitmentProblem, pairing: Pairing) -> Recruitment:
    """Solve one frame; ``pairing="none"`` leaves left and right out of the compiled code."""
    price = jnp.minimum(problem.reserve_price, STIFF_PRICE)
    must_balance = jnp.isinf(problem.reserve_price)
    elastic = _stiffen(problem, 1.0 / price, pairing)
    nearly = jnp.max(jnp.abs(elastic.multiplier)) < NEARLY_NO_RESERVE * price
    hopeless = ~(must_balance & nearly)
    begin = _Start(elastic.multiplier, jnp.zeros(()), _EXACT_STEPS, hopeless)
    exact = _maximise_dual(problem, begin, pairing)
    balanced = ~hopeless & exact.solved
    multiplier = jnp.where(balanced, exact.multiplier, elastic.multiplier)
    reserve = jnp.where(balanced, 0.0, multiplier / price)
    activation = best_activation(problem, _pull(problem, multiplier), pairing).activation
    status = jnp.where(
        balanced | (~must_balance & elastic.solved),
        Status.OK,
        jnp.where(elastic.solved, Status.INFEASIBLE, Status.NOT_CONVERGED),
    )
    optimality = kkt_residual(problem, Solution(activation, reserve, multiplier), pairing)
    steps = elastic.steps + exact.steps
    return Recruitment(activation, reserve, multiplier, optimality, status, steps)


class _Start(NamedTuple):
    multiplier: Coords
    softness: Scalar
    """One over the price of reserves that is wanted in the end."""
    most_steps: int
    skip: Bool[Array, ""]
    """Whether there is nothing to do here."""


class _Dual(NamedTuple):
    multiplier: Coords
    solved: Bool[Array, ""]
    steps: Int[Array, ""]


class _Point(NamedTuple):
    """The dual at one set of multipliers: its gradient and a Newton direction."""

    multiplier: Coords
    gradient: Coords
    direction: Coords
    rounding: Scalar
    """What rounding alone can leave of the gradient [N m]."""


class _Search(NamedTuple):
    at: _Point
    solved: Bool[Array, ""]
    steps: Int[Array, ""]


def _stiffen(problem: RecruitmentProblem, softness: Scalar, pairing: Pairing) -> _Dual:
    """The elastic problem, from cheap reserves to dear ones, each from the solution before."""

    def stage(multiplier: jax.Array, soft: jax.Array) -> tuple[jax.Array, _Dual]:
        start = _Start(multiplier, jnp.maximum(soft, softness), _ELASTIC_STEPS, jnp.asarray(False))
        dual = _maximise_dual(problem, start, pairing)
        return jnp.asarray(dual.multiplier), dual

    stages = jnp.array([1e-2, 3e-4, 1.0 / STIFF_PRICE])
    multiplier, duals = jax.lax.scan(stage, jnp.zeros(6), stages)
    return _Dual(multiplier, duals.solved[-1], jnp.sum(duals.steps))


class _Bracket(NamedTuple):
    """Where the slope along a direction changes its sign: above zero at low, below at high."""

    low: Scalar
    high: Scalar
    slope_low: Scalar
    slope_high: Scalar
    best: Scalar
    found: Bool[Array, ""]
    steps: Int[Array, ""]


def _pull(problem: RecruitmentProblem, multiplier: Coords) -> Muscles:
    return multiplier @ problem.moment_per_activation - problem.slope


def _evaluate(
    problem: RecruitmentProblem, multiplier: Coords, softness: Scalar, pairing: Pairing
) -> _Point:
    response = best_activation(problem, _pull(problem, multiplier), pairing)
    matrix = problem.moment_per_activation
    gradient = problem.moment - matrix @ response.activation - softness * multiplier
    hessian = (matrix * response.follows_self) @ matrix.T
    if pairing != "none":
        hessian = hessian + (matrix * response.follows_mate) @ matrix[:, PARTNERS].T
    size = 1.0 + jnp.trace(hessian)
    rounding = 1e-15 * size * jnp.max(jnp.abs(multiplier))
    hessian = hessian + (softness + 1e-9 * size) * jnp.eye(6)
    return _Point(multiplier, gradient, spd_solve(hessian, gradient), rounding)


def _maximise_dual(problem: RecruitmentProblem, start: _Start, pairing: Pairing) -> _Dual:
    """Newton's method on the concave dual, each step as long as it still climbs."""

    def is_solved(point: _Point) -> Bool[Array, ""]:
        scale = 1.0 + jnp.max(jnp.abs(problem.moment))
        return jnp.max(jnp.abs(point.gradient)) < TOLERANCE * scale + point.rounding

    def unfinished(search: _Search) -> Bool[Array, ""]:
        return ~search.solved & (search.steps < start.most_steps)

    def step(search: _Search) -> _Search:
        at = search.at
        length = _climb(problem, at, start.softness, pairing)
        there = at.multiplier + length * at.direction
        new = _evaluate(problem, there, start.softness, pairing)
        return _Search(new, is_solved(new), search.steps + 1)

    first = _evaluate(problem, start.multiplier, start.softness, pairing)
    begin = _Search(first, is_solved(first) | start.skip, jnp.zeros((), dtype=int))
    end = jax.lax.while_loop(unfinished, step, begin)
    return _Dual(end.at.multiplier, end.solved, end.steps)


def _climb(problem: RecruitmentProblem, at: _Point, softness: Scalar, pairing: Pairing) -> Scalar:
    """How far to follow a direction: the whole of it, or to where the dual stops rising.

    The slope along the way falls monotonically, so its zero is bracketed and found by the
    Illinois variant of false position; a tenth of the first slope is near enough.
    """
    pull = _pull(problem, at.multiplier)
    change = at.direction @ problem.moment_per_activation
    asked = problem.moment @ at.direction

    def slope(length: Scalar) -> Scalar:
        a = best_activation(problem, pull + length * change, pairing).activation
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
            found=jnp.abs(here) < 0.1 * first,
            steps=bracket.steps + 1,
        )

    first, last = at.gradient @ at.direction, slope(jnp.ones(()))
    begin = _Bracket(
        low=jnp.zeros(()),
        high=jnp.ones(()),
        slope_low=first,
        slope_high=last,
        best=jnp.ones(()),
        found=last > -0.1 * first,
        steps=jnp.zeros((), dtype=int),
    )
    return jax.lax.while_loop(searching, narrow, begin).best
