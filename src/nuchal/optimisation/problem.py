"""The quadratic programme of one frame: the form that every recruitment problem takes.

minimise   sum_i h_i a_i^2 / 2 + g_i a_i  +  s sum_pairs (a_right - a_left)^2 / 2
subject to A a = b,   low <= a <= high
"""

from typing import Literal, TypeAlias

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int, Shaped

from nuchal.arrays import Array, Coords, MomentArms, Muscles, Scalar
from nuchal.conventions import LEFT_SUFFIX
from nuchal.model.anatomy import MUSCLES


def _partner(name: str) -> str:
    is_left = name.endswith(LEFT_SUFFIX)
    return name.removesuffix(LEFT_SUFFIX) if is_left else name + LEFT_SUFFIX


# Index of the same muscle on the other side.
PARTNERS = np.array([MUSCLES.index(_partner(name)) for name in MUSCLES])
# So many right muscles come first and their partners next; all others come in pairs.
_IN_BLOCKS = 10


def of_partner(array: Shaped[Array, "*k muscles"]) -> Shaped[Array, "*k muscles"]:
    """What belongs to the same muscle on the other side: ``array[..., PARTNERS]``.

    Made of slices, which compile to quicker code than a lookup.
    """
    right, left, pairs = jnp.split(array, (_IN_BLOCKS, 2 * _IN_BLOCKS), axis=-1)
    pairs = pairs.reshape(*pairs.shape[:-1], -1, 2)
    swapped = jnp.stack([pairs[..., 1], pairs[..., 0]], axis=-1)
    rest = swapped.reshape(*swapped.shape[:-2], -1)
    return jnp.concatenate([left, right, rest], axis=-1)


# Left and right muscles: on their own, drawn together by s, or equal.
Pairing: TypeAlias = Literal["none", "soft", "hard"]


class RecruitmentProblem(eqx.Module):
    """One frame's programme in the notation of the module's docstring.

    Attributes:
        curvature: h, positive.
        slope: g.
        symmetry: s, zero or positive.
        moment_per_activation: A [N m].
        moment: b [N m].
        reserve_price: Half the price of squared reserves is paid [1/(N m)^2]; infinite: muscles
            alone.
    """

    curvature: Muscles
    slope: Muscles
    symmetry: Scalar
    moment_per_activation: MomentArms
    moment: Coords
    low: Muscles
    high: Muscles
    reserve_price: Scalar


def objective(problem: RecruitmentProblem, activation: Muscles) -> Scalar:
    """Value of the objective, without the price of reserves."""
    own = 0.5 * problem.curvature * activation**2 + problem.slope * activation
    difference = activation - of_partner(activation)
    return jnp.sum(own) + 0.25 * problem.symmetry * jnp.sum(difference**2)


class Solution(eqx.Module):
    """What a solver claims: the activations, the reserve moments and the multipliers.

    Attributes:
        reserve: [N m].
        multiplier: [1/(N m)].
    """

    activation: Muscles
    reserve: Coords
    multiplier: Coords


def kkt_residual(problem: RecruitmentProblem, solution: Solution, pairing: Pairing) -> Scalar:
    """How far a solution is from the optimality conditions, judged from the primal side.

    The largest of: the step that a projected gradient would still take (dimensionless), the
    difference of a pair that has to be equal, and the error of the equalities [N m].
    """
    a, matrix = solution.activation, problem.moment_per_activation
    apart = a - of_partner(a)
    gradient = problem.curvature * a + problem.slope - solution.multiplier @ matrix
    if pairing == "hard":
        gradient = gradient + of_partner(gradient)
    else:
        weight = problem.symmetry if pairing == "soft" else 0.0
        gradient = gradient + weight * apart
        apart = jnp.zeros_like(apart)
    step = a - jnp.clip(a - gradient, problem.low, problem.high)
    error = matrix @ a + solution.reserve - problem.moment
    worst = jnp.concatenate([jnp.abs(step), jnp.abs(apart), jnp.abs(error)])
    return jnp.max(worst)


class Response(eqx.Module):
    """The activation that minimises the Lagrangian, and how it follows the pull.

    Attributes:
        follows_self: Derivative by the muscle's own pull.
        follows_mate: Derivative by the pull of its partner on the other side.
    """

    activation: Muscles
    follows_self: Muscles
    follows_mate: Muscles


def best_activation(problem: RecruitmentProblem, pull: Muscles, pairing: Pairing) -> Response:
    """Minimise the Lagrangian muscle by muscle, or pair by pair; ``pull = y A - g``."""
    h, low, high = problem.curvature, problem.low, problem.high
    if pairing == "soft":
        return _soft_pair(problem, pull)
    if pairing == "hard":
        h, pull = h + of_partner(h), pull + of_partner(pull)
    wish = pull / h
    follows = jnp.where((wish > low) & (wish < high), 1.0 / h, 0.0)
    mate = follows if pairing == "hard" else jnp.zeros_like(h)
    return Response(jnp.clip(wish, low, high), follows, mate)


def _soft_pair(problem: RecruitmentProblem, pull: Muscles) -> Response:
    """Two muscles drawn together.

    Given where the partner is (at its lower bound, at its upper, or free) one clip is exact, and
    the pull tells which of the three it is.
    """
    h, s, low, high = problem.curvature, problem.symmetry, problem.low, problem.high
    own, mate = h + s, of_partner(h) + s
    determinant = own * mate - s * s
    if_low = jnp.clip((pull + s * of_partner(low)) / own, low, high)
    if_high = jnp.clip((pull + s * of_partner(high)) / own, low, high)
    if_free = jnp.clip((mate * pull + s * of_partner(pull)) / determinant, low, high)
    mate_is_low = of_partner(pull) + s * if_low <= mate * of_partner(low)
    mate_is_high = of_partner(pull) + s * if_high >= mate * of_partner(high)
    a = jnp.where(mate_is_low, if_low, jnp.where(mate_is_high, if_high, if_free))
    free = (a > low) & (a < high)
    both = free & of_partner(free)
    alone = jnp.where(free, 1.0 / own, 0.0)
    return Response(
        a, jnp.where(both, mate / determinant, alone), jnp.where(both, s / determinant, 0.0)
    )


def spd_solve(matrix: Float[Array, "6 6"], right: Coords) -> Coords:
    """Solve a positive definite system of six by elimination without pivots.

    Written with whole rows, so that many systems at once are vector code that compiles quickly.
    """

    def eliminate(pivot: Int[Array, ""], system: Float[Array, "6 7"]) -> Float[Array, "6 7"]:
        row = system[pivot] / system[pivot, pivot]
        return jnp.asarray(system - system[:, pivot, None] * row).at[pivot].set(row)

    system = jnp.concatenate([matrix, right[:, None]], axis=1)
    return jnp.asarray(jax.lax.fori_loop(0, 6, eliminate, system)[:, 6])
