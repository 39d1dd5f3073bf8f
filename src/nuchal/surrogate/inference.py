"""Forces from a trained network: of a motion, of marker windows, of many necks at once."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array
from nuchal.dynamics import terms
from nuchal.dynamics.batches import in_chunks
from nuchal.dynamics.settings import RecruitmentSettings
from nuchal.dynamics.simulate import State
from nuchal.model.anatomy import Anatomy
from nuchal.records import HeadLoad
from nuchal.surrogate.cell import (
    EASED,
    Answer,
    Carried,
    Descent,
    answer,
    mechanics,
    nothing_carried,
)
from nuchal.surrogate.domain import Domain
from nuchal.surrogate.head_motion import Coordinates, head_motion_of
from nuchal.surrogate.possible import (
    MEMBERS,
    Possible,
    only_possible,
    possible_forces,
    possible_states,
)
from nuchal.surrogate.proposal import Network
from nuchal.surrogate.spread import Doubt, Evidence, Interval, Spread, interval

_T = TypeVar("_T")


class NeckNetwork(eqx.Module):
    """All that is learnt for one preset."""

    proposal: Network
    spread: Spread
    filters: Float[Array, "l 3 w"]
    """From windows of head angles to their motion, by noise level (``window``)."""
    filter_errors: Float[Array, " l"]
    """Root mean square error of their accelerations [rad/s^2]."""
    domain: Domain


class Person(eqx.Module):
    """Whose neck: what a network needs to know of a person."""

    anatomy: Anatomy
    scales: Float[Array, "*n 3"]
    """Neck length, shoulder width and mass against the generic neck."""
    load: HeadLoad


class Central(eqx.Module):
    """Forces for the coordinates as they are given, and what the spread is worked out from."""

    answer: Answer
    seen: Float[Array, "*t 27"]


class Prediction(eqx.Module):
    """Forces of one neck over time, with intervals that hold the stated share of true forces."""

    force: Float[Array, "t 72"]
    """Mean over all that is possible [N]."""
    central: Float[Array, "t 72"]
    """For the coordinates exactly as given [N]; the same where nothing is in doubt."""
    active: Float[Array, "t 72"]
    """Active part of the central forces over maximal isometric force."""
    low: Float[Array, "t 72"]
    """[N]."""
    high: Float[Array, "t 72"]
    """[N]."""
    missing: Float[Array, "t 6"]
    """Moment that the central forces leave unbalanced [N m]."""
    multiplier: Float[Array, "t 6"]
    """Change of the objective per moment asked for [1/(N m)], of the central forces."""
    distance: Float[Array, "t 5"]
    """From the training frames, in each of ``domain.RESPECTS``; beyond 1 is outside."""


def single(tree: _T) -> _T:
    """The same with all numbers in single precision, ready for compiled code in that precision."""

    def one(leaf: Any) -> Any:
        if not eqx.is_array(leaf):
            return leaf
        array = np.asarray(leaf)
        return array.astype(np.float32) if array.dtype.kind == "f" else array

    made: _T = jax.tree.map(one, tree)
    return made


def in_single(work: Callable[..., _T]) -> Callable[..., _T]:
    """Run in single precision, whatever thread calls, and give back plain arrays."""

    def run(*arguments: Any) -> _T:
        with jax.enable_x64(False):
            made: _T = jax.tree.map(np.asarray, work(*single(arguments)))
            return made

    return run


def central_forces(
    proposal: Network,
    person: Person,
    states: State,
    settings: RecruitmentSettings,
    *,
    step_s: float,
    descent: Descent | None = None,
) -> Central:
    """Forces of one neck over frames that follow one another every ``step_s`` seconds."""
    descent = descent or Descent()
    if settings.rate == "causal":
        price = np.float32(terms.rate_price(settings, step_s))
        return in_single(follow)(proposal, person, states, price, settings, descent)
    work = in_single(_frames)
    return in_chunks(lambda part: work(proposal, person, part, settings, descent), states)


def predict(
    network: NeckNetwork,
    person: Person,
    states: State,
    settings: RecruitmentSettings,
    *,
    step_s: float,
    doubt: Doubt,
) -> Prediction:
    """Forces of one neck over frames that follow one another, with intervals.

    Args:
        network: of the same preset as ``settings``.
        person: whose neck, and what the head carries.
        states: coordinates with their derivatives, and gravity, of every frame.
        settings: of the preset.
        step_s: time from one frame to the next [s].
        doubt: what is uncertain; the same for all frames, or one for each.
    """
    central = central_forces(network.proposal, person, states, settings, step_s=step_s)
    found = central.answer
    sd = np.asarray(doubt.rhythm_sd)
    in_doubt = sd.any() or np.any(doubt.noise_rad)
    possible = (
        forces_in_doubt(network.proposal, person, states, settings, step_s=step_s, rhythm_sd=sd)
        if in_doubt
        else only_possible(found.active)
    )
    within = intervals_of(network.spread, central, possible, doubt)
    strength = np.asarray(person.anatomy.max_isometric_force, float)
    passive = found.force - found.active * strength if settings.passive else 0.0
    mean, low, high = (passive + x * strength for x in (within.mean, within.low, within.high))
    return Prediction(
        force=mean,
        central=found.force,
        active=found.active,
        low=low,
        high=high,
        missing=found.missing,
        multiplier=found.multiplier,
        distance=distances_of(network.domain, person, states),
    )


def distances_of(domain: Domain, person: Person, states: State) -> Float[np.ndarray, "t 5"]:
    """How far frames are from the training frames, in each of ``domain.RESPECTS``."""
    work = in_single(_distances)
    return np.asarray(in_chunks(lambda part: work(domain, person, part), states))


def forces_in_doubt(
    proposal: Network,
    person: Person,
    states: State,
    settings: RecruitmentSettings,
    *,
    step_s: float,
    rhythm_sd: Float[np.ndarray, "*t 3"],
) -> Possible:
    """What forces of successive frames could be under other rhythms.

    Args:
        proposal: the first network.
        person: whose neck, and what the head carries.
        states: the frames, with their likeliest coordinates.
        settings: of the preset.
        step_s: time from one frame to the next [s].
        rhythm_sd: of the upper neck's part; the same for all frames, or of each.
    """
    each = np.broadcast_to(rhythm_sd, (len(states.q), 3))
    spread_out = in_single(_members)
    members = in_chunks(lambda part: spread_out(person, *part), (states, each))
    answers = []
    for k in range(MEMBERS):
        q, qd, qdd = (np.asarray(x)[:, k] for x in (members.q, members.qd, members.qdd))
        mine = State(q, qd, qdd, states.gravity, states.status)
        one = central_forces(proposal, person, mine, settings, step_s=step_s, descent=EASED)
        answers.append(one.answer)
    return in_chunks(in_single(over_members), stacked(answers))


def stacked(answers: Sequence[Answer]) -> Answer:
    """Answers of many frames under every rhythm as one, the rhythm behind the frames."""
    axis = np.ndim(answers[0].active) - 1
    joined: Answer = jax.tree.map(lambda *x: np.stack(x, axis=axis), *answers)
    return joined


@eqx.filter_jit
def over_members(answers: Answer) -> Possible:
    """Mean and spread over the rhythms, frame by frame."""
    found: Possible = jax.vmap(possible_forces)(answers)
    return found


def intervals_of(spread: Spread, central: Central, possible: Possible, doubt: Doubt) -> Interval:
    """Intervals of many frames; the same doubt for all, or one for each."""
    frames = len(central.seen)
    each = Doubt(
        np.broadcast_to(doubt.rhythm_sd, (frames, 3)), np.broadcast_to(doubt.noise_rad, (frames,))
    )
    work = in_single(_intervals)
    evidence = Evidence(central.seen, central.answer, possible, each)
    return in_chunks(lambda part: work(spread, part), evidence)


@eqx.filter_jit
def _distances(domain: Domain, person: Person, states: State) -> Float[Array, "t 5"]:
    def one(state: State) -> Float[Array, "5"]:
        head = head_motion_of(person.anatomy, Coordinates(state.q, state.qd, state.qdd))
        return domain.distance(head, person.scales, person.load)

    return jnp.asarray(jax.vmap(one)(states))


@eqx.filter_jit
def _intervals(spread: Spread, frames: Evidence) -> Interval:
    made: Interval = jax.vmap(lambda frame: interval(spread, frame))(frames)
    return made


@eqx.filter_jit
def _members(person: Person, states: State, rhythm_sd: Float[Array, "t 3"]) -> Coordinates:
    def one(state: State, sd: Array) -> Coordinates:
        here = Coordinates(state.q, state.qd, state.qdd)
        return possible_states(person.anatomy, here, sd)

    found: Coordinates = jax.vmap(one)(states, rhythm_sd)
    return found


@eqx.filter_jit
def _frames(
    proposal: Network,
    person: Person,
    states: State,
    settings: RecruitmentSettings,
    descent: Descent,
) -> Central:
    def one(state: State) -> Central:
        return _one(proposal, person, state, settings, descent, nothing_carried())

    found: Central = jax.lax.map(one, states, batch_size=40)
    return found


@eqx.filter_jit
def follow(
    proposal: Network,
    person: Person,
    states: State,
    price: Array,
    settings: RecruitmentSettings,
    descent: Descent,
) -> Central:
    """Frame after frame, each told what the one before did; ``vmap`` it over necks.

    The first two frames are the same frame: what it was before it began is not known.
    """

    def one(carried: Carried, state: State) -> tuple[Carried, Central]:
        found = _one(proposal, person, state, settings, descent, carried)
        return Carried(found.answer.active, jnp.asarray(price)), found

    first = jax.tree.map(lambda x: x[0], states)
    begin, _ = one(nothing_carried(), first)
    return jax.lax.scan(one, begin, states)[1]


def _one(
    proposal: Network,
    person: Person,
    state: State,
    settings: RecruitmentSettings,
    descent: Descent,
    carried: Carried,
) -> Central:
    known = mechanics(person.anatomy, person.scales, settings, state, person.load, carried)
    found = answer(proposal, person.anatomy, known, terms.pairing(settings), descent)
    return Central(found, known.features)
