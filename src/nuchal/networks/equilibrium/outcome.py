"""What predicted forces amount to: the moments they make, the joints' loads, what they leave open.

In double precision, from the personalised neck, in the form in which an optimisation's forces come
(``optimisation.simulate``). The reserve is the net moment less the moment that the forces make.
"""

from functools import partial
from typing import Final, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float, Int

from nuchal.arrays import Array, Muscles
from nuchal.batches import FRAMES_AT_ONCE, in_chunks, of_frames
from nuchal.dynamics.pipeline import State
from nuchal.errors import Status
from nuchal.networks.equilibrium.records import Person, Prediction
from nuchal.optimisation.causal import Carried, recruit_causally, with_rate
from nuchal.optimisation.problem import RecruitmentProblem, Solution, kkt_residual
from nuchal.optimisation.settings import RecruitmentSettings
from nuchal.optimisation.simulate import (
    Simulation,
    Solved,
    finish_frames,
    mechanics_of_frame,
    mechanics_of_frames,
    result_of_frame,
)
from nuchal.optimisation.solvers.exact import Hint, Recruitment, recruit
from nuchal.programs.kept import kept

# Largest moment that a network's forces leave open where muscles can balance a frame. In three
# people's recordings no frame that optimisation balanced left more than 0.0004 N m.
_BALANCED_NM: Final = 1e-3
# Activation of a muscle at its bound, as single precision tells it.
_FULL: Final = 1.0 - 1e-4


class _Frame(eqx.Module):
    """What is predicted of one frame, or of many.

    Attributes:
        before: ``active`` of the frame before; of the first, its own.
        balanced: Whether the muscles can balance the frame.
    """

    state: State
    active: Float[Array, "*t muscles"]
    before: Float[Array, "*t muscles"]
    multiplier: Float[Array, "*t 6"]
    balanced: Bool[Array, "*t"]


def simulation_of(
    person: Person,
    states: State,
    settings: RecruitmentSettings,
    prediction: Prediction,
    *,
    step_s: float,
) -> Simulation:
    """All that follows from predicted forces: those for the coordinates exactly as given.

    They are held within the muscles' bounds, which single precision can miss by a trifle. Frames
    beyond the training frames are marked. ``step_s`` is the time from one frame to the next [s].
    """
    active = np.asarray(prediction.active, float)
    frames = _Frame(
        state=states,
        active=active,
        before=np.concatenate([active[:1], active[:-1]]),
        multiplier=np.asarray(prediction.multiplier, float),
        balanced=balances(np.asarray(prediction.missing)),
    )
    price = settings.price_of_change(step_s)
    found = in_chunks(lambda part: _frames(person, part, price, settings), frames)
    outside = np.asarray(prediction.distance).max(axis=1) > 1.0
    return marked(found, outside)


def marked(found: Simulation, outside: Bool[np.ndarray, " t"]) -> Simulation:
    """The same with frames that are unlike the training frames marked so, if they are good."""
    status = np.asarray(found.forces.status)
    status = np.where(outside & (status == Status.OK), Status.OUTSIDE_TRAINING, status)
    marked: Simulation = eqx.tree_at(lambda s: s.forces.status, found, status)
    return marked


def balances(missing: Float[np.ndarray, "t 6"]) -> Bool[np.ndarray, " t"]:
    """Whether muscles balance frames of which a network's forces leave open so much [N m]."""
    return np.asarray(np.abs(missing).max(axis=1) < _BALANCED_NM)


@kept
def _frames(
    person: Person, frames: _Frame, price: Array, settings: RecruitmentSettings
) -> Simulation:
    return of_frames(lambda frame: _one(person, frame, price, settings), frames)


def _one(person: Person, frame: _Frame, price: Array, settings: RecruitmentSettings) -> Simulation:
    anatomy, load = person.anatomy, person.load
    known = mechanics_of_frame(anatomy, frame.state, settings, load)
    problem = known.problem
    if settings.causal:
        problem = with_rate(problem, known.share, Carried(frame.before, price))
    able = known.share > 0.0
    wanted = jnp.where(able, frame.active / jnp.where(able, known.share, 1.0), 0.0)
    activation = jnp.clip(wanted, problem.low, problem.high)
    reserve = problem.moment - problem.moment_per_activation @ activation
    solution = Solution(activation, reserve, frame.multiplier)
    recruited = Recruitment(
        activation=activation,
        reserve=reserve,
        multiplier=frame.multiplier,
        optimality=kkt_residual(problem, solution),
        status=jnp.where(frame.balanced, Status.OK, Status.INFEASIBLE),
        steps=jnp.zeros((), int),
    )
    solved = Solved(recruited, frame.state.status)
    found = result_of_frame(anatomy, known, solved, settings, load)
    full = (found.forces.activation >= _FULL) & (known.capacity.active > 0.0)
    made: Simulation = eqx.tree_at(lambda s: s.forces.saturated, found, full)
    return made


class Corrected(NamedTuple):
    """Exact forces, and what they cost.

    Attributes:
        steps: Newton steps of every frame, from the network's multipliers.
        steps_unaided: The same of some frames, evenly spread, from nothing.
    """

    simulation: Simulation
    steps: Int[np.ndarray, " t"]
    steps_unaided: Int[np.ndarray, " s"]


def correct(
    person: Person,
    states: State,
    settings: RecruitmentSettings,
    multiplier: Float[np.ndarray, "t 6"],
    *,
    step_s: float,
) -> Corrected:
    """Solve frames that follow one another exactly, beginning from what a network proposes.

    A rate term has to look back only; ``multiplier`` is where to begin [1/(N m)]; ``step_s`` the
    time from one frame to the next [s].
    """
    hints = Hint(np.asarray(multiplier, float), np.ones(len(multiplier), dtype=bool))
    anatomy, load = person.anatomy, person.load
    known = in_chunks(lambda part: mechanics_of_frames(anatomy, part, settings, load), states)
    problems = known.problem
    if settings.causal:
        price = settings.price_of_change(step_s)
        solutions = recruit_causally(problems, known.share, price, hints)
        active = np.asarray(solutions.activation * known.share)
        before = np.concatenate([active[:1], active[:-1]])
        problems = jax.vmap(partial(_rated, price))(problems, known.share, before)
    else:
        solutions = in_chunks(_recruit, (problems, hints))
    simulation = in_chunks(
        lambda part: finish_frames(anatomy, part, settings, load),
        (states.status, known, solutions),
    )
    return Corrected(simulation, np.asarray(solutions.steps), _unaided(problems))


def _rated(
    price: Array, problem: RecruitmentProblem, share: Muscles, before: Muscles
) -> RecruitmentProblem:
    return with_rate(problem, share, Carried(before, price))


def _unaided(problems: RecruitmentProblem) -> Int[np.ndarray, " s"]:
    count = len(problems.moment)
    some = np.unique(np.linspace(0, count - 1, min(count, FRAMES_AT_ONCE)).astype(int))
    chosen = jax.tree.map(lambda x: np.asarray(x)[some], problems)
    nothing = Hint(np.zeros((len(some), 6)), np.zeros(len(some), dtype=bool))
    found = in_chunks(_recruit, (chosen, nothing))
    return np.asarray(found.steps)


@kept
def _recruit(frames: tuple[RecruitmentProblem, Hint]) -> Recruitment:
    return of_frames(lambda frame: recruit(*frame), frames)
