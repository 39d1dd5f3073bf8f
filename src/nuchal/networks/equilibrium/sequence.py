"""From a frame's state to muscle forces, frame after frame: a network proposes, mechanics answers.

Three steps, all of them fixed in length, so that they are one small network to whoever runs them.
Geometry, capacity and net moments of the frame come from the personalised neck. A network proposes
the six multipliers of the recruitment problem (``proposal``). A fixed number of Newton steps
(``optimisation.solvers.fixed_steps``) makes the forces balance the moments. Everything is in single
precision.

In the ``paper`` preset forces lean on those of the frame before, so they are carried on. ``vmap``
what follows over necks.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array, Vec3
from nuchal.batches import in_chunks, in_single
from nuchal.dynamics.pipeline import State
from nuchal.model.anatomy import Anatomy
from nuchal.model.traits import Traits, with_traits
from nuchal.networks.equilibrium.head_motion import head_motion_of
from nuchal.networks.equilibrium.proposal import features
from nuchal.networks.equilibrium.records import (
    Answer,
    Central,
    Coordinates,
    Known,
    Network,
    Person,
    Possible,
)
from nuchal.networks.equilibrium.traits_in_doubt import (
    MEMBERS,
    own_posture,
    possible_forces,
    possible_traits,
    state_in,
)
from nuchal.optimisation.causal import Carried, nothing_carried, one_after_another, with_rate
from nuchal.optimisation.settings import RecruitmentSettings
from nuchal.optimisation.simulate import mechanics_of_frame
from nuchal.optimisation.solvers.fixed_steps import EASED, Balanced, Descent, ease, stiffen
from nuchal.programs.kept import kept
from nuchal.records import HeadLoad

# Frames that are worked on at once where none leans on another.
_ABREAST = 40
# The same where each is looked at in eight necks: a divisor of a chunk's frames too, for a rest
# would be compiled apart.
_ABREAST_IN_DOUBT = 5


def central_forces(
    proposal: Network, person: Person, states: State, settings: RecruitmentSettings, step_s: float
) -> Central:
    """Forces of one neck over frames that follow one another every ``step_s`` seconds."""
    if settings.causal:
        price = np.float32(settings.price_of_change(step_s))
        return in_single(follow)(proposal, person, states, price, settings, Descent())
    work = in_single(_frames)
    return in_chunks(lambda part: work(proposal, person, part, settings, Descent()), states)


def forces_in_doubt(
    proposal: Network,
    person: Person,
    states: State,
    settings: RecruitmentSettings,
    step_s: float,
    doubt: Float[np.ndarray, "*t traits"],
) -> Possible:
    """What forces of frames, with their likeliest coordinates, could be in other necks.

    Frames are ``step_s`` apart [s]; ``doubt`` of the traits, as a share of how people differ, is
    the same for all frames, or of each.
    """
    each = np.broadcast_to(doubt, (len(states.q), doubt.shape[-1]))
    if settings.causal:
        price = np.float32(settings.price_of_change(step_s))
        return in_single(follow_in_doubt)(proposal, person, states, each, price, settings)
    work = in_single(_frames_in_doubt)
    return in_chunks(lambda part: work(proposal, person, *part, settings), (states, each))


@kept
def follow(
    proposal: Network,
    person: Person,
    states: State,
    price: Array,
    settings: RecruitmentSettings,
    descent: Descent,
) -> Central:
    """Frame after frame, each told what the one before did."""

    def one(carried: Carried, state: State) -> tuple[Carried, Central]:
        found = _one(proposal, person, state, settings, descent, carried)
        return Carried(found.answer.active, jnp.asarray(price)), found

    return one_after_another(one, _nothing(person), states)


@kept
def follow_in_doubt(
    proposal: Network,
    person: Person,
    states: State,
    doubt: Float[Array, "t traits"],
    price: Array,
    settings: RecruitmentSettings,
) -> Possible:
    """Frame after frame in every neck, each told what the one before did."""

    def one(carried: Carried, frame: tuple[State, Array]) -> tuple[Carried, Possible]:
        found = _one_in_doubt(proposal, person, *frame, settings, carried)
        told: Carried = jax.vmap(lambda active: Carried(active, jnp.asarray(price)))(found.active)
        return told, possible_forces(found)

    return one_after_another(one, _nothing_in_doubt(person), (states, doubt))


@kept
def _frames(
    proposal: Network,
    person: Person,
    states: State,
    settings: RecruitmentSettings,
    descent: Descent,
) -> Central:
    def one(state: State) -> Central:
        return _one(proposal, person, state, settings, descent, _nothing(person))

    found: Central = jax.lax.map(one, states, batch_size=_ABREAST)
    return found


@kept
def _frames_in_doubt(
    proposal: Network,
    person: Person,
    states: State,
    doubt: Float[Array, "t traits"],
    settings: RecruitmentSettings,
) -> Possible:
    def one(frame: tuple[State, Array]) -> Possible:
        found = _one_in_doubt(proposal, person, *frame, settings, _nothing_in_doubt(person))
        return possible_forces(found)

    found: Possible = jax.lax.map(one, (states, doubt), batch_size=_ABREAST_IN_DOUBT)
    return found


def _one(
    proposal: Network,
    person: Person,
    state: State,
    settings: RecruitmentSettings,
    descent: Descent,
    carried: Carried,
) -> Central:
    known = mechanics(person.anatomy, person.scales, settings, state, person.load, carried)
    found = answer(proposal, person.anatomy, known, descent)
    return Central(found, known.features)


def _one_in_doubt(
    proposal: Network,
    person: Person,
    state: State,
    doubt: Traits,
    settings: RecruitmentSettings,
    carried: Carried,
) -> Answer:
    """A frame in every neck; what is carried is each one's own."""
    anatomy, here = person.anatomy, Coordinates(state.q, state.qd, state.qdd)
    head = head_motion_of(anatomy, here)
    usual = own_posture(anatomy, head, here.q)

    def member(traits: Traits, mine: Carried) -> Answer:
        moved = state_in(anatomy, traits, head, here, usual)
        there = State(moved.q, moved.qd, moved.qdd, state.gravity, state.status)
        other = Person(with_traits(anatomy, traits), person.scales, person.load)
        return _one(proposal, other, there, settings, EASED, mine).answer

    found: Answer = jax.vmap(member)(possible_traits(anatomy, doubt), carried)
    return found


def _nothing(person: Person) -> Carried:
    return nothing_carried(person.anatomy.system.size)


def _nothing_in_doubt(person: Person) -> Carried:
    one = _nothing(person)
    every: Carried = jax.tree.map(lambda x: jnp.broadcast_to(x, (MEMBERS, *x.shape)), one)
    return every


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
    if settings.causal:
        problem = with_rate(problem, frame.share, carried)
    seen = features(state.q, state.qd, frame.moments.net, problem, scales)
    passive = frame.capacity.passive if settings.passive else jnp.zeros_like(frame.share)
    return Known(problem, seen, frame.share, passive)


def answer(network: Network, anatomy: Anatomy, known: Known, descent: Descent) -> Answer:
    """Forces of one frame."""
    found = eased(network, known, descent)
    if descent.stiffening:
        found = stiffen(known.problem, found, descent)
    return answer_of(anatomy, known, found)


def eased(network: Network, known: Known, descent: Descent) -> Balanced:
    """The proposal after the easing."""
    return ease(known.problem, network(known.features), descent)


def answer_of(anatomy: Anatomy, known: Known, found: Balanced) -> Answer:
    """Forces of the muscles so activated."""
    active = found.activation * known.share
    return Answer(
        force=active * anatomy.max_isometric_force + known.passive,
        active=active,
        missing=found.missing,
        multiplier=found.multiplier,
    )
