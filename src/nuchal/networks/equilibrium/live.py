"""One frame as it comes in: the last markers in, forces with intervals out, 20 ms behind.

Everything is written for one frame of one neck in single precision, without loops whose length is
not known beforehand: ``vmap`` it for many, compile it, or export it as a graph.
"""

from typing import TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array, Muscles, Scalar, Vec3
from nuchal.dynamics.pipeline import State
from nuchal.model.anatomy import Anatomy
from nuchal.model.scaling import scale, scales_of_measures
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
from nuchal.networks.equilibrium.rhythms_in_doubt import MEMBERS, possible_forces, possible_states
from nuchal.networks.equilibrium.sequence import answer_of, eased, mechanics
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
    """

    measures: Vec3
    load: HeadLoad


class Sight(eqx.Module):
    """What is seen of the head in a short time, and what is believed of it.

    Attributes:
        markers: TP, LH, RH in the thorax frame at ``WINDOW_RATE_HZ``, the latest last [m].
        neutral: The same with the head in the neutral posture [m]; how the markers sit on the head.
        noise_m: Standard deviation of the noise in every coordinate of a marker; zero for smoothed
            ones.
        gravity: In the thorax frame [m/s^2].
        rhythm: The upper neck's part of pitch, roll and yaw.
        rhythm_sd: Standard deviation of the same; zero where it is known.
    """

    markers: Float[Array, "w 3 3"]
    neutral: Float[Array, "3 3"]
    noise_m: Scalar
    gravity: Vec3
    rhythm: Vec3
    rhythm_sd: Vec3


class Before(eqx.Module):
    """The frame a hundredth of a second ago, for presets whose forces lean on it.

    Attributes:
        carried: ``LiveForces.carried`` of it.
        there: 0 if there was no frame before, else 1.
    """

    carried: Float[Array, "7 muscles"]
    there: Scalar


class LiveForces(eqx.Module):
    """Forces of one frame, or of many.

    Attributes:
        force: Mean over all that is possible [N].
        low: [N].
        high: [N].
        central: For the likeliest rhythm and the filtered markers [N].
        active: Active part of the same over maximal isometric force.
        carried: The same, and under rhythms as far off as the doubt says: what the next frame is to
            be told.
        missing: Moment that the central forces leave unbalanced [N m].
        distance: From the training frames, in each of ``records.RESPECTS``; beyond 1 is outside.
    """

    force: Float[Array, "*n muscles"]
    low: Float[Array, "*n muscles"]
    high: Float[Array, "*n muscles"]
    central: Float[Array, "*n muscles"]
    active: Float[Array, "*n muscles"]
    carried: Float[Array, "*n 7 muscles"]
    missing: Float[Array, "*n 6"]
    distance: Float[Array, "*n 5"]


def live_person(generic: Anatomy, body: Body) -> Person:
    """The neck of a person, from the generic one."""
    scales = scales_of_measures(body.measures)
    return Person(scale(generic, scales), scales.body, body.load)


def live_forces(
    network: NeckNetwork,
    settings: RecruitmentSettings,
    person: Person,
    sight: Sight,
    before: Before,
) -> LiveForces:
    """Forces of the frame that a window tells of; the network is of the preset of ``settings``."""
    anatomy = person.anatomy
    level = noise_level(sight)
    angles = jax.vmap(marker_angles, (None, 0))(sight.neutral, sight.markers)
    head = head_motion(jnp.asarray(network.filters)[level], angles)
    moved = coordinates_of(anatomy, sight.rhythm, head)
    price = settings.price_of_change(1.0 / WINDOW_RATE_HZ).astype(before.there.dtype)
    price, descent = price * before.there, Descent()

    def begin(moved: Coordinates, active: Muscles) -> tuple[Known, Balanced]:
        state = State(moved.q, moved.qd, moved.qdd, sight.gravity, jnp.zeros((), int))
        carried = Carried(active, price)
        known = mechanics(anatomy, person.scales, settings, state, person.load, carried)
        return known, eased(network.proposal, known, descent)

    others = possible_states(anatomy, moved, sight.rhythm_sd)
    every = jax.tree.map(lambda one, more: jnp.concatenate([one[None], more]), moved, others)
    known, balanced = jax.vmap(begin)(every, before.carried)
    members = jax.vmap(answer_of, (None, 0, 0))(anatomy, *_but_first((known, balanced)))
    known, balanced = _first((known, balanced))
    found = answer_of(anatomy, known, stiffen(known.problem, balanced, descent))
    levels = np.asarray([0.0, *NOISE_LEVELS_RAD[1:]], np.float32)
    doubt = Doubt(sight.rhythm_sd, jnp.asarray(levels)[level])
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
    )


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
