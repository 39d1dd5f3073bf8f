"""The quadratic programme of one frame: the form that every recruitment problem takes.

minimise   sum_i h_i a_i^2 / 2 + g_i a_i  +  s sum_pairs (a_right - a_left)^2 / 2
subject to A a = b,   low <= a <= high
"""

from functools import cache

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Shaped

from nuchal.arrays import Array, Coords, Mat66, MomentArms, Muscles, Scalar
from nuchal.model.anatomy import Partners


class RecruitmentProblem(eqx.Module):
    """One frame's programme in the notation of the module's docstring.

    Attributes:
        curvature: h, positive.
        slope: g.
        symmetry: s, zero or positive; None leaves left and right out of the compiled code.
        moment_per_activation: A [N m].
        moment: b [N m].
        reserve_price: Half the price of squared reserves is paid [1/(N m)^2]; infinite: muscles
            alone.
        partners: Index of the same muscle on the other side; not used where sides are left out.
        equal: Whether left and right activations have to be equal; there is no s then.
    """

    curvature: Muscles
    slope: Muscles
    symmetry: Scalar | None
    moment_per_activation: MomentArms
    moment: Coords
    low: Muscles
    high: Muscles
    reserve_price: Scalar
    partners: Partners = eqx.field(static=True, default=())
    equal: bool = eqx.field(static=True, default=False)

    @property
    def paired(self) -> bool:
        """Whether a muscle's activation depends on its partner's."""
        return self.equal or self.symmetry is not None

    def mate(self, array: Shaped[Array, "*k muscles"]) -> Shaped[Array, "*k muscles"]:
        """What belongs to the same muscle on the other side."""
        return of_partner(array, self.partners)


def objective(problem: RecruitmentProblem, activation: Muscles) -> Scalar:
    """Value of the objective, without the price of reserves."""
    own = jnp.sum(0.5 * problem.curvature * activation**2 + problem.slope * activation)
    if problem.symmetry is None:
        return own
    difference = activation - problem.mate(activation)
    return own + 0.25 * problem.symmetry * jnp.sum(difference**2)


class Solution(eqx.Module):
    """What a solver claims: the activations, the reserve moments and the multipliers.

    Attributes:
        reserve: [N m].
        multiplier: [1/(N m)].
    """

    activation: Muscles
    reserve: Coords
    multiplier: Coords


def kkt_residual(problem: RecruitmentProblem, solution: Solution) -> Scalar:
    """How far a solution is from the optimality conditions, judged from the primal side.

    The largest of: the step that a projected gradient would still take (dimensionless), the
    difference of a pair that has to be equal, and the error of the equalities [N m].
    """
    a, matrix = solution.activation, problem.moment_per_activation
    apart = a - problem.mate(a) if problem.paired else jnp.zeros_like(a)
    gradient = problem.curvature * a + problem.slope - solution.multiplier @ matrix
    if problem.equal:
        gradient = gradient + problem.mate(gradient)
    elif problem.symmetry is not None:
        gradient = gradient + problem.symmetry * apart
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


def best_activation(problem: RecruitmentProblem, pull: Muscles) -> Response:
    """Minimise the Lagrangian muscle by muscle, or pair by pair; ``pull = y A - g``."""
    h, low, high = problem.curvature, problem.low, problem.high
    if problem.symmetry is not None:
        return _drawn_together(problem, problem.symmetry, pull)
    if problem.equal:
        h, pull = h + problem.mate(h), pull + problem.mate(pull)
    wish = pull / h
    follows = jnp.where((wish > low) & (wish < high), 1.0 / h, 0.0)
    mate = follows if problem.equal else jnp.zeros_like(h)
    return Response(jnp.clip(wish, low, high), follows, mate)


def pull_of(problem: RecruitmentProblem, multiplier: Coords) -> Muscles:
    """What multipliers offer each muscle for its activation, less its slope."""
    return multiplier @ problem.moment_per_activation - problem.slope


def newton_matrix(problem: RecruitmentProblem, response: Response) -> Mat66:
    """How the moments of all muscles follow the multipliers: minus the dual's second derivative."""
    matrix = problem.moment_per_activation
    follows = matrix * response.follows_self
    if problem.paired:
        follows = follows + problem.mate(matrix) * response.follows_mate
    return follows @ matrix.T


def free_multiplier(problem: RecruitmentProblem, softness: Scalar | float) -> Coords:
    """Where to begin: three times the multipliers of muscles without bounds, as most can't pull.

    ``softness`` is one over the price of squared reserve moments [(N m)^2].
    """
    matrix = problem.moment_per_activation
    hessian = (matrix / problem.curvature) @ matrix.T
    asked = problem.moment + matrix @ (problem.slope / problem.curvature)
    return 3.0 * spd_solve(hessian + softness * jnp.eye(6, dtype=hessian.dtype), asked)


def _drawn_together(problem: RecruitmentProblem, s: Scalar, pull: Muscles) -> Response:
    """Two muscles drawn together.

    Given where the partner is (at its lower bound, at its upper, or free) one clip is exact, and
    the pull tells which of the three it is.
    """
    h, low, high, other = problem.curvature, problem.low, problem.high, problem.mate
    own, mate = h + s, other(h) + s
    determinant = own * mate - s * s
    if_low = jnp.clip((pull + s * other(low)) / own, low, high)
    if_high = jnp.clip((pull + s * other(high)) / own, low, high)
    if_free = jnp.clip((mate * pull + s * other(pull)) / determinant, low, high)
    mate_is_low = other(pull) + s * if_low <= mate * other(low)
    mate_is_high = other(pull) + s * if_high >= mate * other(high)
    a = jnp.where(mate_is_low, if_low, jnp.where(mate_is_high, if_high, if_free))
    free = (a > low) & (a < high)
    both = free & other(free)
    alone = jnp.where(free, 1.0 / own, 0.0)
    return Response(
        a, jnp.where(both, mate / determinant, alone), jnp.where(both, s / determinant, 0.0)
    )


def spd_solve(matrix: Mat66, right: Coords) -> Coords:
    """Solve a positive definite system by elimination without pivots.

    Written out, with whole rows and without a loop: many systems at once are vector code that
    compiles quickly, and the graph of one has few steps.
    """
    system = jnp.concatenate([matrix, right[:, None]], axis=1)
    for k in range(len(right)):
        row = system[k] / system[k, k]
        above, below = (x - x[:, k, None] * row for x in (system[:k], system[k + 1 :]))
        system = jax.lax.optimization_barrier(jnp.concatenate([above, row[None], below]))
    return jnp.asarray(system[:, -1])


def of_partner(
    array: Shaped[Array, "*k muscles"], partners: Partners
) -> Shaped[Array, "*k muscles"]:
    """What belongs to the same muscle on the other side: ``array[..., partners]``.

    Made of slices where sides change places in blocks, as these compile to quicker code than a
    lookup.
    """
    blocks = _blocks(partners)
    if blocks is None:
        return jnp.asarray(array[..., jnp.array(partners)])
    swapped = []
    for start, width, count in blocks:
        part = array[..., start : start + 2 * width * count]
        part = part.reshape(*part.shape[:-1], count, 2, width)
        other = jnp.stack([part[..., 1, :], part[..., 0, :]], axis=-2)
        swapped.append(other.reshape(*other.shape[:-3], -1))
    return jnp.concatenate(swapped, axis=-1)


@cache
def _blocks(partners: Partners) -> tuple[tuple[int, int, int], ...] | None:
    """Start, width and count of neighbouring blocks that change places; None: not in blocks."""
    blocks: list[tuple[int, int, int]] = []
    start = 0
    while start < len(partners):
        width = partners[start] - start
        here = range(start, start + width)
        if width < 1 or any(partners[k] != k + width or partners[k + width] != k for k in here):
            return None
        if blocks and blocks[-1][1] == width:
            first, _, count = blocks.pop()
            blocks.append((first, width, count + 1))
        else:
            blocks.append((start, width, 1))
        start += 2 * width
    return tuple(blocks)
