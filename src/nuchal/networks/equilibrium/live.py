"""One frame as it comes in: the last markers in, forces with intervals out, 20 ms behind.

Everything is written for one frame of one neck in single precision, without loops whose length is
not known beforehand: ``vmap`` it for many, compile it, or export it as a graph.
"""

from collections.abc import Callable
from typing import TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from nuchal.arrays import Array, Muscles, Scalar, Vec3
from nuchal.dynamics.pipeline import State
from nuchal.model.anatomy import Anatomy
from nuchal.model.person import in_range
from nuchal.model.scaling import scale, scales_of_measures
from nuchal.model.traits import Traits, with_traits
from nuchal.networks.equilibrium.head_motion import coordinates_of
from nuchal.networks.equilibrium.intervals import interval
from nuchal.networks.equilibrium.records import (
    Coordinates,
    Doubt,
    Evidence,
    Known,
    NeckNetwork,
    Person,
)
from nuchal.networks.equilibrium.sequence import answer_of, eased, mechanics
from nuchal.networks.equilibrium.traits_in_doubt import (
    MEMBERS,
    possible_forces,
    possible_traits,
    state_in,
)
from nuchal.networks.equilibrium.window import (
    NOISE_LEVELS_RAD,
    WINDOW_RATE_HZ,
    head_motion,
    marker_angles,
)
from nuchal.optimisation.causal import Carried
from nuchal.optimisation.settings import RecruitmentSettings
from nuchal.optimisation.solvers.fixed_steps import Balanced, Descent, stiffen
from nuchal.records import HeadLoad

_T = TypeVar("_T")


class Body(eqx.Module):
    """Whose neck, in numbers.

    Attributes:
        measures: Neck length [m], shoulder width [m], mass of head and neck [kg].
        reach: How far the head goes to each of ``clinical.DIRECTIONS`` over the mean of people of
            that age; at most one where it is not known. A neck without curves takes no notice.
    """

    measures: Vec3
    reach: Float[Array, "6"]
    load: HeadLoad


class Sight(eqx.Module):
    """What is seen of the head in a short time, and what is believed of it.

    Attributes:
        markers: TP, LH, RH in the thorax frame at ``WINDOW_RATE_HZ``, the latest last [m].
        neutral: The same with the head in the neutral posture [m]; how the markers sit on the head.
        noise_m: Standard deviation of the noise in every coordinate of a marker; zero for smoothed
            ones.
        gravity: In the thorax frame [m/s^2].
        traits: The person's own (``model.traits``), as far as they are known.
        doubt: What is not known of them, as a share of how people differ.
    """

    markers: Float[Array, "w 3 3"]
    neutral: Float[Array, "3 3"]
    noise_m: Scalar
    gravity: Vec3
    traits: Traits
    doubt: Traits


class Seen(eqx.Module):
    """How the head is turned in a short time, and what is believed of it.

    Attributes:
        angles: Of the head on the thorax at ``WINDOW_RATE_HZ``, the latest last [rad].
        level: Of noise in them: index of the filter that is made for it.
        gravity: In the thorax frame [m/s^2].
        traits: As in ``Sight``, as the next.
    """

    angles: Float[Array, "*_ w 3"]
    level: Int[Array, ""]
    gravity: Vec3
    traits: Traits
    doubt: Traits


class Before(eqx.Module):
    """The frame a hundredth of a second ago, for presets whose forces lean on it.

    Attributes:
        carried: ``LiveForces.carried`` of it.
        there: 0 if there was no frame before, else 1.
    """

    carried: Float[Array, "9 muscles"]
    there: Scalar


class LiveForces(eqx.Module):
    """Forces of one frame, or of many.

    Attributes:
        force: Mean over all that is possible [N].
        low: [N].
        high: [N].
        central: In the likeliest neck, for the filtered markers [N].
        active: Active part of the same over maximal isometric force.
        carried: The same, and in necks as far off as the doubt says: what the next frame is to be
            told.
        missing: Moment that the central forces leave unbalanced [N m].
        distance: From the training frames, in each of ``records.RESPECTS``; beyond 1 is outside.
        q: Coordinates [rad].
    """

    force: Float[Array, "*n muscles"]
    low: Float[Array, "*n muscles"]
    high: Float[Array, "*n muscles"]
    central: Float[Array, "*n muscles"]
    active: Float[Array, "*n muscles"]
    carried: Float[Array, "*n 9 muscles"]
    missing: Float[Array, "*n 6"]
    distance: Float[Array, "*n 5"]
    q: Float[Array, "*n 6"]


def live_person(generic: Anatomy, body: Body) -> Person:
    """The neck of a person, from the generic one."""
    scales = scales_of_measures(body.measures)
    longer = in_range(generic, jnp.maximum(body.reach, 1.0))
    return Person(scale(longer, scales), scales.body, body.load)


def live_forces(
    network: NeckNetwork,
    settings: RecruitmentSettings,
    person: Person,
    sight: Sight,
    before: Before,
) -> LiveForces:
    """Forces of the frame that a window tells of; the network is of the preset of ``settings``."""
    angles = jax.vmap(marker_angles, (None, 0))(sight.neutral, sight.markers)
    seen = Seen(angles, noise_level(sight), sight.gravity, sight.traits, sight.doubt)
    return forces_seen(network, settings, person, seen, before)


def forces_seen(
    network: NeckNetwork,
    settings: RecruitmentSettings,
    person: Person,
    seen: Seen,
    before: Before,
) -> LiveForces:
    """:func:`live_forces` of a head whose angles are known already."""
    anatomy = with_traits(person.anatomy, seen.traits)
    head = head_motion(jnp.asarray(network.filters)[seen.level], seen.angles)
    usual = coordinates_of(anatomy, head)
    begin = _beginning(network, settings, person, anatomy, seen.gravity, before.there)
    descent = Descent()
    away = possible_traits(anatomy, seen.doubt)
    others = jax.vmap(lambda traits: state_in(anatomy, traits, head, usual, usual))(away)
    necks, states = jax.tree.map(
        lambda one, more: jnp.concatenate([one[None], more]),
        (jnp.zeros_like(seen.traits), usual),
        (away, others),
    )
    known, balanced = jax.vmap(begin)(necks, states, before.carried)
    members = jax.vmap(answer_of, (None, 0, 0))(anatomy, *_but_first((known, balanced)))
    known, balanced = _first((known, balanced))
    found = answer_of(anatomy, known, stiffen(known.problem, balanced, descent))
    levels = np.asarray([0.0, *NOISE_LEVELS_RAD[1:]], np.float32)
    doubt = Doubt(seen.doubt, jnp.asarray(levels)[seen.level])
    frame = Evidence(known.features, found, possible_forces(members), doubt)
    within = interval(network.spread, frame)

    def newtons(active: Muscles) -> Muscles:
        return known.passive + active * anatomy.max_isometric_force

    return LiveForces(
        force=newtons(within.mean),
        low=newtons(within.low),
        high=newtons(within.high),
        central=found.force,
        active=found.active,
        carried=jnp.concatenate([found.active[None], members.active]),
        missing=found.missing,
        distance=network.domain.distance(head, person.scales, person.load),
        q=usual.q,
    )


def forces_alone_seen(
    network: NeckNetwork,
    settings: RecruitmentSettings,
    person: Person,
    seen: Seen,
    active: Muscles,
    there: Scalar,
) -> tuple[Muscles, Muscles]:
    """Forces [N] and active parts alone, in the likeliest neck, as other necks' are found.

    ``active`` is what this gave a hundredth of a second ago, if anything was ``there``.
    """
    anatomy = with_traits(person.anatomy, seen.traits)
    head = head_motion(jnp.asarray(network.filters)[seen.level], seen.angles)
    moved = coordinates_of(anatomy, head)
    begin = _beginning(network, settings, person, anatomy, seen.gravity, there)
    found = answer_of(anatomy, *begin(jnp.zeros_like(seen.traits), moved, active))
    return found.force, found.active


def _beginning(
    network: NeckNetwork,
    settings: RecruitmentSettings,
    person: Person,
    anatomy: Anatomy,
    gravity: Vec3,
    there: Scalar,
) -> Callable[[Traits, Coordinates, Muscles], tuple[Known, Balanced]]:
    """From a neck's traits, its coordinates and what was before to forces that nearly balance."""
    price = settings.price_of_change(1.0 / WINDOW_RATE_HZ).astype(there.dtype) * there
    descent = Descent()

    def begin(traits: Traits, moved: Coordinates, active: Muscles) -> tuple[Known, Balanced]:
        state = State(moved.q, moved.qd, moved.qdd, gravity, jnp.zeros((), int))
        neck, carried = with_traits(anatomy, traits), Carried(active, price)
        known = mechanics(neck, person.scales, settings, state, person.load, carried)
        return known, eased(network.proposal, known, descent)

    return begin


def nothing_before(muscles: int) -> Before:
    """Before the first frame."""
    return Before(jnp.zeros((1 + MEMBERS, muscles)), jnp.zeros(()))


def _first(tree: _T) -> _T:
    one: _T = jax.tree.map(lambda x: x[0], tree)
    return one


def _but_first(tree: _T) -> _T:
    rest: _T = jax.tree.map(lambda x: x[1:], tree)
    return rest


def noise_level(sight: Sight) -> Array:
    """Index of the filter that suits the markers' noise: the first made for as much or more."""
    spread = sight.neutral - jnp.mean(sight.neutral, axis=0)
    square = jnp.sum(spread**2, axis=0)
    lever = jnp.sqrt(jnp.sum(square) - square)
    angle = sight.noise_m * jnp.mean(1.0 / lever)
    levels = jnp.asarray(NOISE_LEVELS_RAD[:-1], angle.dtype)
    return jnp.sum(angle * 0.999 > levels)
