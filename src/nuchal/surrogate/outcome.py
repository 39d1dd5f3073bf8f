"""What predicted forces amount to: the moments they make, the joints' loads, what they leave open.

In double precision, from the personalised neck, in the form in which an optimisation's forces come
(``dynamics.simulate``). The reserve is the net moment less the moment that the forces make.
"""

from typing import Final

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float

from nuchal.arrays import Array
from nuchal.dynamics import terms
from nuchal.dynamics.batches import in_chunks, of_frames
from nuchal.dynamics.problem import Solution, kkt_residual
from nuchal.dynamics.recruitment import Recruitment
from nuchal.dynamics.settings import RecruitmentSettings
from nuchal.dynamics.simulate import (
    Simulation,
    Solved,
    State,
    mechanics_of_frame,
    result_of_frame,
)
from nuchal.errors import Status
from nuchal.surrogate.following import Person
from nuchal.surrogate.inference import Prediction

_BALANCED_NM: Final = 1e-3
"""Largest moment that a network's forces leave open where muscles can balance a frame. In three
people's recordings no frame that optimisation balanced left more than 0.0004 N m."""
_FULL: Final = 1.0 - 1e-4
"""Activation of a muscle at its bound, as single precision tells it."""


class _Frame(eqx.Module):
    """What is predicted of one frame, or of many."""

    state: State
    active: Float[Array, "*t 72"]
    before: Float[Array, "*t 72"]
    """``active`` of the frame before; of the first, its own."""
    multiplier: Float[Array, "*t 6"]
    balanced: Bool[Array, "*t"]
    """Whether the muscles can balance the frame."""


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
    beyond the training frames are marked.

    Args:
        person: whose neck, and what the head carries.
        states: the frames that the prediction is for.
        settings: of the preset.
        prediction: from :func:`nuchal.surrogate.inference.predict`.
        step_s: time from one frame to the next [s].
    """
    active = np.asarray(prediction.active, float)
    frames = _Frame(
        state=states,
        active=active,
        before=np.concatenate([active[:1], active[:-1]]),
        multiplier=np.asarray(prediction.multiplier, float),
        balanced=np.abs(prediction.missing).max(axis=1) < _BALANCED_NM,
    )
    price = terms.rate_price(settings, step_s)
    found = in_chunks(lambda part: _frames(person, part, price, settings), frames)
    outside = np.asarray(prediction.distance).max(axis=1) > 1.0
    return marked(found, outside)


def marked(found: Simulation, outside: Bool[np.ndarray, " t"]) -> Simulation:
    """The same with frames that are unlike the training frames marked so, if they are good."""
    status = np.asarray(found.forces.status)
    status = np.where(outside & (status == Status.OK), Status.OUTSIDE_TRAINING, status)
    marked: Simulation = eqx.tree_at(lambda s: s.forces.status, found, status)
    return marked


@eqx.filter_jit
def _frames(
    person: Person, frames: _Frame, price: Array, settings: RecruitmentSettings
) -> Simulation:
    return of_frames(lambda frame: _one(person, frame, price, settings), frames)


def _one(person: Person, frame: _Frame, price: Array, settings: RecruitmentSettings) -> Simulation:
    anatomy, load = person.anatomy, person.load
    known = mechanics_of_frame(anatomy, frame.state, settings, load)
    problem, pairing = known.problem, terms.pairing(settings)
    if settings.rate == "causal":
        problem = terms.with_rate(problem, known.share, frame.before, price)
    able = known.share > 0.0
    wanted = jnp.where(able, frame.active / jnp.where(able, known.share, 1.0), 0.0)
    activation = jnp.clip(wanted, problem.low, problem.high)
    reserve = problem.moment - problem.moment_per_activation @ activation
    solution = Solution(activation, reserve, frame.multiplier)
    recruited = Recruitment(
        activation=activation,
        reserve=reserve,
        multiplier=frame.multiplier,
        optimality=kkt_residual(problem, solution, pairing),
        status=jnp.where(frame.balanced, Status.OK, Status.INFEASIBLE),
        steps=jnp.zeros((), int),
    )
    solved = Solved(recruited, frame.state.status)
    found = result_of_frame(anatomy, known, solved, settings, load)
    full = (found.forces.activation >= _FULL) & (known.capacity.active > 0.0)
    made: Simulation = eqx.tree_at(lambda s: s.forces.saturated, found, full)
    return made
