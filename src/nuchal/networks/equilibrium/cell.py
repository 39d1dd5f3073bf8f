"""From a frame's state to 72 forces: a network proposes, mechanics answers.

Three steps, all of them fixed in length, so that they are one small network to whoever runs them.
Geometry, capacity and net moments of the frame come from the personalised neck. A network proposes
the six multipliers of the recruitment problem (``proposal``). A few Newton steps on its dual, whose
reserve moments begin cheap and end dear, make the forces balance the moments, as an optimisation
layer does (Amos and Kolter 2017, arXiv 1703.00443). Everything is in single precision.

In the ``paper`` preset forces lean on those of the frame before, so the cell carries them on.
"""

from dataclasses import dataclass
from functools import partial
from typing import Final

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array, Coords, Muscles, Scalar, Vec3
from nuchal.model.anatomy import Anatomy
from nuchal.networks.equilibrium.proposal import Network, features
from nuchal.optimisation import terms
from nuchal.optimisation.problem import (
    Pairing,
    RecruitmentProblem,
    best_activation,
    objective,
    of_partner,
)
from nuchal.optimisation.settings import RecruitmentSettings
from nuchal.optimisation.simulate import State, mechanics_of_frame
from nuchal.records import HeadLoad

# Shares of a Newton step that are tried, all at once; the longest that still climbs is taken.
_LENGTHS: Final = np.array([1.0 / 128.0, 1.0 / 32.0, 0.125, 0.35, 0.7, 1.0])
# How far, as a share of the first slope, the dual may fall again at the end of a step.
_OVERSHOOT: Final = 0.3
# Of the Newton matrix against its trace: what single precision can tell from nothing.
_LEAST_SOFTNESS: Final = 1e-6


@dataclass(frozen=True, kw_only=True)
class Descent:
    """How the proposal is brought into balance: first with cheap reserves, then ever dearer ones.

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


def _falling(start: float, end: float, steps: int, *, first: int) -> np.ndarray:
    """Evenly falling in its logarithm; the last two alike."""
    falling = np.geomspace(start, end, max(steps - 1, 1) + first)[first:]
    return np.append(falling, end)[-steps:] if steps else np.zeros(0)


class Carried(eqx.Module):
    """What the frame before leaves to this one.

    Attributes:
        force: Active force over maximal isometric force.
        price: Of leaving it, :func:`nuchal.optimisation.terms.rate_price`; zero where there was
            none.
    """

    force: Muscles
    price: Scalar


class Answer(eqx.Module):
    """Forces of one frame, or of many.

    Attributes:
        force: Along the tendon [N].
        active: Active force over maximal isometric force: what the next frame is to be told.
        missing: Moment that the forces leave unbalanced [N m].
        multiplier: Change of the objective per moment asked for [1/(N m)].
    """

    force: Float[Array, "*t muscles"]
    active: Float[Array, "*t muscles"]
    missing: Float[Array, "*t 6"]
    multiplier: Float[Array, "*t 6"]


class Known(eqx.Module):
    """What mechanics knows of a frame before muscles are recruited.

    Attributes:
        share: Active force at full activation over maximal isometric force.
        passive: [N].
    """

    problem: RecruitmentProblem
    features: Float[Array, "*t 27"]
    share: Float[Array, "*t muscles"]
    passive: Float[Array, "*t muscles"]


class Balanced(eqx.Module):
    """Where Newton's steps have come to.

    Attributes:
        multiplier: Change of the objective per moment asked for [1/(N m)].
        missing: Moment that the muscles leave unbalanced [N m].
    """

    multiplier: Float[Array, "*t 6"]
    activation: Float[Array, "*t muscles"]
    missing: Float[Array, "*t 6"]


def nothing_carried() -> Carried:
    """Before the first frame."""
    return Carried(jnp.zeros(72), jnp.zeros(()))


def mechanics(
    anatomy: Anatomy,
    scales: Vec3,
    settings: RecruitmentSettings,
    state: State,
    load: HeadLoad,
    carried: Carried,
) -> Known:
    """The recruitment problem of one frame and what the network sees of it."""
    frame = mechanics_of_frame(anatomy, state, settings, load)
    problem = frame.problem
    if settings.rate == "causal":
        problem = terms.with_rate(problem, frame.share, carried.force, carried.price)
    seen = features(state.q, state.qd, frame.moments.net, problem, scales)
    passive = frame.capacity.passive if settings.passive else jnp.zeros_like(frame.share)
    return Known(problem, seen, frame.share, passive)


def answer(
    network: Network, anatomy: Anatomy, known: Known, pairing: Pairing, descent: Descent
) -> Answer:
    """Forces of one frame."""
    found = eased(network, known, pairing, descent)
    if descent.stiffening:
        found = stiffened(known, pairing, descent, found)
    return answer_of(anatomy, known, found)


def eased(network: Network, known: Known, pairing: Pairing, descent: Descent) -> Balanced:
    """The proposal after the easing."""
    start = network(known.features)
    return _at(known.problem, balance(known.problem, start, pairing, descent.ease), pairing)


def stiffened(known: Known, pairing: Pairing, descent: Descent, start: Balanced) -> Balanced:
    """The rest of the way; back at the start where less moment was left there."""
    end = balance(known.problem, start.multiplier, pairing, descent.stiffen)
    found = _at(known.problem, end, pairing)
    worse = jnp.max(jnp.abs(found.missing)) > jnp.max(jnp.abs(start.missing))
    chosen: Balanced = jax.tree.map(lambda a, b: jnp.where(worse, a, b), start, found)
    return chosen


def answer_of(anatomy: Anatomy, known: Known, found: Balanced) -> Answer:
    """Forces of the muscles so activated."""
    active = found.activation * known.share
    return Answer(
        force=active * anatomy.max_isometric_force + known.passive,
        active=active,
        missing=found.missing,
        multiplier=found.multiplier,
    )


def _at(problem: RecruitmentProblem, multiplier: Coords, pairing: Pairing) -> Balanced:
    activation = best_activation(problem, _pull(problem, multiplier), pairing).activation
    left = problem.moment - problem.moment_per_activation @ activation
    return Balanced(multiplier, activation, left)


def balance(
    problem: RecruitmentProblem,
    multiplier: Coords,
    pairing: Pairing,
    softness: Float[np.ndarray, " k"],
) -> Coords:
    """Newton steps on the dual, each with reserves at one over its softness."""
    if not len(softness):
        return multiplier
    step = partial(_step, problem, pairing)
    falling = jnp.asarray(softness, multiplier.dtype)
    return jnp.asarray(jax.lax.scan(step, multiplier, falling)[0])


def cold_multiplier(problem: RecruitmentProblem) -> Coords:
    """A start that knows nothing: three times the multipliers of muscles without bounds."""
    matrix = problem.moment_per_activation
    hessian = (matrix / problem.curvature) @ matrix.T
    asked = problem.moment + matrix @ (problem.slope / problem.curvature)
    return 3.0 * _solve(hessian + 1e-2 * jnp.eye(6, dtype=hessian.dtype), asked)


def dual(
    problem: RecruitmentProblem, multiplier: Coords, softness: Scalar, pairing: Pairing
) -> Scalar:
    """Value of the dual of the problem with reserves priced at ``1 / softness``."""
    activation = best_activation(problem, _pull(problem, multiplier), pairing).activation
    error = problem.moment_per_activation @ activation - problem.moment
    spent = objective(problem, activation) if pairing == "soft" else _own_cost(problem, activation)
    return jnp.asarray(
        spent - multiplier @ error - 0.5 * softness * jnp.sum(jnp.square(multiplier))
    )


def _own_cost(problem: RecruitmentProblem, activation: Muscles) -> Scalar:
    return jnp.sum(0.5 * problem.curvature * activation**2 + problem.slope * activation)


def _pull(problem: RecruitmentProblem, multiplier: Coords) -> Muscles:
    return multiplier @ problem.moment_per_activation - problem.slope


def _step(
    problem: RecruitmentProblem, pairing: Pairing, multiplier: Coords, softness: Scalar
) -> tuple[Coords, None]:
    matrix, pull = problem.moment_per_activation, _pull(problem, multiplier)
    response = best_activation(problem, pull, pairing)
    gradient = problem.moment - matrix @ response.activation - softness * multiplier
    follows = matrix * response.follows_self
    if pairing != "none":
        follows = follows + of_partner(matrix) * response.follows_mate
    hessian = follows @ matrix.T
    least = softness + _LEAST_SOFTNESS * (1.0 + jnp.trace(hessian))
    direction = _solve(hessian + least * jnp.eye(6, dtype=hessian.dtype), gradient)
    change = direction @ matrix

    def slope(length: Scalar) -> Scalar:
        a = best_activation(problem, pull + length * change, pairing).activation
        reserve = softness * (multiplier + length * direction)
        return problem.moment @ direction - a @ change - reserve @ direction

    lengths = jnp.asarray(_LENGTHS, multiplier.dtype)
    climbs = jax.vmap(slope)(lengths) >= -_OVERSHOOT * (gradient @ direction)
    length = jnp.max(jnp.where(climbs, lengths, lengths[0]))
    return multiplier + length * direction, None


def _solve(matrix: Float[Array, "6 6"], right: Coords) -> Coords:
    """A positive definite system of six by L D L', written out: no loop, no pivots."""
    n = 6
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
