"""A prediction brought into equilibrium: the exact solver, started from the network's multipliers.

Where it ends does not depend on where it begins: the forces are those of plain optimisation. A good
start saves it steps.
"""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from nuchal.arrays import Array, Muscles, MusclesT
from nuchal.dynamics import terms
from nuchal.dynamics.batches import FRAMES_AT_ONCE, in_chunks, of_frames
from nuchal.dynamics.problem import Pairing, RecruitmentProblem
from nuchal.dynamics.recruitment import Hint, Recruitment, recruit
from nuchal.dynamics.settings import RecruitmentSettings
from nuchal.dynamics.simulate import (
    FrameMechanics,
    Simulation,
    State,
    finish_frames,
    mechanics_of_frame,
)
from nuchal.surrogate.following import Person


class Corrected(NamedTuple):
    """Exact forces, and what they cost."""

    simulation: Simulation
    steps: Int[np.ndarray, " t"]
    """Newton steps of every frame, from the network's multipliers."""
    steps_unaided: Int[np.ndarray, " s"]
    """The same of some frames, evenly spread, from nothing."""


def correct(
    person: Person,
    states: State,
    settings: RecruitmentSettings,
    multiplier: Float[np.ndarray, "t 6"],
    *,
    step_s: float,
) -> Corrected:
    """Solve every frame exactly, beginning from what a network proposes.

    Args:
        person: whose neck, and what the head carries.
        states: the frames, one after the other.
        settings: of the preset; a rate term has to look back only.
        multiplier: where to begin [1/(N m)].
        step_s: time from one frame to the next [s].
    """
    pairing = terms.pairing(settings)
    hints = Hint(np.asarray(multiplier, float), np.ones(len(multiplier), dtype=bool))
    known = in_chunks(lambda part: _mechanics(person, part, settings), states)
    problems = known.problem
    if settings.rate == "causal":
        price = terms.rate_price(settings, step_s)
        solutions = _follow(problems, known.share, price, hints, pairing)
        active = np.asarray(solutions.activation * known.share)
        before = np.concatenate([active[:1], active[:-1]])
        problems = jax.vmap(terms.with_rate, (0, 0, 0, None))(problems, known.share, before, price)
    else:
        solutions = in_chunks(lambda part: _recruit(part, pairing), (problems, hints))
    simulation = in_chunks(
        lambda part: finish_frames(person.anatomy, part, settings, person.load),
        (states.status, known, solutions),
    )
    unaided = _unaided(problems, pairing)
    return Corrected(simulation, np.asarray(solutions.steps), unaided)


def _unaided(problems: RecruitmentProblem, pairing: Pairing) -> Int[np.ndarray, " s"]:
    count = len(problems.moment)
    some = np.unique(np.linspace(0, count - 1, min(count, FRAMES_AT_ONCE)).astype(int))
    chosen = jax.tree.map(lambda x: np.asarray(x)[some], problems)
    nothing = Hint(np.zeros((len(some), 6)), np.zeros(len(some), dtype=bool))
    found = in_chunks(lambda part: _recruit(part, pairing), (chosen, nothing))
    return np.asarray(found.steps)


@eqx.filter_jit
def _mechanics(person: Person, states: State, settings: RecruitmentSettings) -> FrameMechanics:
    return of_frames(
        lambda state: mechanics_of_frame(person.anatomy, state, settings, person.load), states
    )


@eqx.filter_jit
def _recruit(frames: tuple[RecruitmentProblem, Hint], pairing: Pairing) -> Recruitment:
    return of_frames(lambda frame: recruit(frame[0], pairing, frame[1]), frames)


@eqx.filter_jit
def _follow(
    problems: RecruitmentProblem, share: MusclesT, price: Array, hints: Hint, pairing: Pairing
) -> Recruitment:
    """Frame after frame, each leaning on the one before; the first on what it is by itself."""

    def one(
        before: Muscles, frame: tuple[RecruitmentProblem, Muscles, Hint]
    ) -> tuple[Muscles, Recruitment]:
        problem, mine, hint = frame
        solution = recruit(terms.with_rate(problem, mine, before, price), pairing, hint)
        return jnp.asarray(solution.activation * mine), solution

    first = jax.tree.map(lambda x: x[0], (problems, hints))
    alone = recruit(first[0], pairing, first[1])
    return jax.lax.scan(one, alone.activation * share[0], (problems, share, hints))[1]
