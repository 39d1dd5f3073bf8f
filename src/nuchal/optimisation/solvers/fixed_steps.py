"""Static optimisation in a fixed number of steps: for networks, live use and exported graphs.

Newton steps on the dual begin with cheap reserve moments and end with dear ones, as an
optimisation layer does (Amos and Kolter 2017, arXiv 1703.00443). From a good start they balance a
frame in single precision; there is no loop whose length depends on the frame.
"""

from dataclasses import dataclass
from functools import partial
from typing import Final

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array, Coords, Mat66, Scalar
from nuchal.optimisation.problem import (
    RecruitmentProblem,
    best_activation,
    newton_matrix,
    objective,
    pull_of,
)

# Shares of a Newton step that are tried, all at once; the longest that still climbs is taken.
_LENGTHS: Final = np.array([1.0 / 128.0, 1.0 / 32.0, 0.125, 0.35, 0.7, 1.0])
# How far, as a share of the first slope, the dual may fall again at the end of a step.
_OVERSHOOT: Final = 0.3
# Of the Newton matrix against its trace: what single precision can tell from nothing.
_LEAST_SOFTNESS: Final = 1e-6


@dataclass(frozen=True, kw_only=True)
class Descent:
    """How a start is brought into balance: first with cheap reserves, then ever dearer ones.

    After the easing, forces are not quite in balance, and hardly moved by what little is wrong with
    a frame that muscles barely balance. Where muscles cannot balance a frame they are the answer.

    Attributes:
        easing: Steps.
        stiffening: Steps; without them, forces are the eased ones.
        softest: One over the first price of squared reserve moments [(N m)^2].
        eased: The same at the end of the easing.
        stiffest: The same at the end.
    """

    easing: int = 8
    stiffening: int = 12
    softest: float = 1e-2
    eased: float = 1e-3
    stiffest: float = 1e-8

    @property
    def ease(self) -> np.ndarray:
        """One over the price, of every step of the easing; the last two are the same."""
        return _falling(self.softest, self.eased, self.easing, first=0)

    @property
    def stiffen(self) -> np.ndarray:
        """The same of the steps that follow."""
        return _falling(self.eased, self.stiffest, self.stiffening, first=1)


EASED: Final = Descent(stiffening=0)


class Balanced(eqx.Module):
    """Where Newton's steps have come to.

    Attributes:
        multiplier: Change of the objective per moment asked for [1/(N m)].
        missing: Moment that the muscles leave unbalanced [N m].
    """

    multiplier: Float[Array, "*t 6"]
    activation: Float[Array, "*t muscles"]
    missing: Float[Array, "*t 6"]


def ease(problem: RecruitmentProblem, start: Coords, descent: Descent) -> Balanced:
    """The frame after the easing, from proposed multipliers."""
    return _at(problem, balance(problem, start, descent.ease))


def stiffen(problem: RecruitmentProblem, start: Balanced, descent: Descent) -> Balanced:
    """The rest of the way; back at the start where less moment was left there."""
    found = _at(problem, balance(problem, start.multiplier, descent.stiffen))
    worse = jnp.max(jnp.abs(found.missing)) > jnp.max(jnp.abs(start.missing))
    chosen: Balanced = jax.tree.map(lambda a, b: jnp.where(worse, a, b), start, found)
    return chosen


def balance(
    problem: RecruitmentProblem, multiplier: Coords, softness: Float[np.ndarray, " k"]
) -> Coords:
    """Newton steps on the dual, each with reserves at one over its softness."""
    if not len(softness):
        return multiplier
    falling = jnp.asarray(softness, multiplier.dtype)
    return jnp.asarray(jax.lax.scan(partial(_step, problem), multiplier, falling)[0])


def dual(problem: RecruitmentProblem, multiplier: Coords, softness: Scalar) -> Scalar:
    """Value of the dual of the problem with reserves priced at ``1 / softness``."""
    activation = best_activation(problem, pull_of(problem, multiplier)).activation
    error = problem.moment_per_activation @ activation - problem.moment
    spent = objective(problem, activation) - multiplier @ error
    return jnp.asarray(spent - 0.5 * softness * jnp.sum(jnp.square(multiplier)))


def _at(problem: RecruitmentProblem, multiplier: Coords) -> Balanced:
    activation = best_activation(problem, pull_of(problem, multiplier)).activation
    left = problem.moment - problem.moment_per_activation @ activation
    return Balanced(multiplier, activation, left)


def _falling(start: float, end: float, steps: int, *, first: int) -> np.ndarray:
    """Evenly falling in its logarithm; the last two alike."""
    falling = np.geomspace(start, end, max(steps - 1, 1) + first)[first:]
    return np.append(falling, end)[-steps:] if steps else np.zeros(0)


def _step(problem: RecruitmentProblem, multiplier: Coords, softness: Scalar) -> tuple[Coords, None]:
    matrix, pull = problem.moment_per_activation, pull_of(problem, multiplier)
    response = best_activation(problem, pull)
    gradient = problem.moment - matrix @ response.activation - softness * multiplier
    hessian = newton_matrix(problem, response)
    least = softness + _LEAST_SOFTNESS * (1.0 + jnp.trace(hessian))
    direction = _solve(hessian + least * jnp.eye(6, dtype=hessian.dtype), gradient)
    change = direction @ matrix

    def slope(length: Scalar) -> Scalar:
        a = best_activation(problem, pull + length * change).activation
        reserve = softness * (multiplier + length * direction)
        return problem.moment @ direction - a @ change - reserve @ direction

    lengths = jnp.asarray(_LENGTHS, multiplier.dtype)
    climbs = jax.vmap(slope)(lengths) >= -_OVERSHOOT * (gradient @ direction)
    length = jnp.max(jnp.where(climbs, lengths, lengths[0]))
    return multiplier + length * direction, None


def _solve(matrix: Mat66, right: Coords) -> Coords:
    """``problem.spd_solve`` by L D L', whose rounding in single precision intervals depend on."""
    n = len(right)
    low: list[list[Array]] = [[] for _ in range(n)]
    diagonal: list[Array] = []
    forth: list[Array] = []
    for i in range(n):
        for j in range(i):
            inner = sum(low[i][k] * low[j][k] * diagonal[k] for k in range(j))
            low[i].append((matrix[i, j] - inner) / diagonal[j])
        diagonal.append(matrix[i, i] - sum(low[i][k] ** 2 * diagonal[k] for k in range(i)))
        forth.append(right[i] - sum(low[i][k] * forth[k] for k in range(i)))
    back: list[Array] = [right[0]] * n
    for i in reversed(range(n)):
        back[i] = forth[i] / diagonal[i] - sum(low[k][i] * back[k] for k in range(i + 1, n))
    return jnp.stack(back)
