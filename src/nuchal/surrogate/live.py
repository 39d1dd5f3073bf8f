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
from nuchal.dynamics import terms
from nuchal.dynamics.settings import RecruitmentSettings
from nuchal.dynamics.simulate import State
from nuchal.model.anatomy import Anatomy
from nuchal.model.personalise import GENERIC_SUBJECT, Scales, scale
from nuchal.records import HeadLoad
from nuchal.surrogate.cell import (
    Balanced,
    Carried,
    Descent,
    Known,
    answer_of,
    eased,
    mechanics,
    stiffened,
)
from nuchal.surrogate.following import Person
from nuchal.surrogate.head_motion import Coordinates, coordinates_of
from nuchal.surrogate.inference import NeckNetwork
from nuchal.surrogate.possible import MEMBERS, possible_forces, possible_states
from nuchal.surrogate.spread import Doubt, Evidence, interval
from nuchal.surrogate.window import NOISE_LEVELS_RAD, WINDOW_RATE_HZ, head_motion, marker_angles

_T = TypeVar("_T")


class Body(eqx.Module):
    """Whose neck, in numbers."""

    measures: Vec3
    """Neck length [m], shoulder width [m], mass of head and neck [kg]."""
    load: HeadLoad


class Sight(eqx.Module):
    """What is seen of the head in a short time, and what is believed of it."""

    markers: Float[Array, "w 3 3"]
    """TP, LH, RH in the thorax frame at ``WINDOW_RATE_HZ``, the latest last [m]."""
    neutral: Float[Array, "3 3"]
    """The same with the head in the neutral posture [m]; how the markers sit on the head."""
    noise_m: Scalar
    """Standard deviation of the noise in every coordinate of a marker; zero for smoothed ones."""
    gravity: Vec3
    """In the thorax frame [m/s^2]."""
    rhythm: Vec3
    """The upper neck's part of pitch, roll and yaw."""
    rhythm_sd: Vec3
    """Standard deviation of the same; zero where it is known."""


class Before(eqx.Module):
    """The frame a hundredth of a second ago, for presets whose forces lean on it."""

    carried: Float[Array, "7 72"]
    """``LiveForces.carried`` of it."""
    there: Scalar
    """0 if there was no frame before, else 1."""


class LiveForces(eqx.Module):
    """Forces of one frame, or of many."""

    force: Float[Array, "*n 72"]
    """Mean over all that is possible [N]."""
    low: Float[Array, "*n 72"]
    """[N]."""
    high: Float[Array, "*n 72"]
    """[N]."""
    central: Float[Array, "*n 72"]
    """For the likeliest rhythm and the filtered markers [N]."""
    active: Float[Array, "*n 72"]
    """Active part of the same over maximal isometric force."""
    carried: Float[Array, "*n 7 72"]
    """The same, and under rhythms as far off as the doubt says: what the next frame is to be
    told."""
    missing: Float[Array, "*n 6"]
    """Moment that the central forces leave unbalanced [N m]."""
    distance: Float[Array, "*n 5"]
    """From the training frames, in each of ``domain.RESPECTS``; beyond 1 is outside."""


def live_person(generic: Anatomy, body: Body) -> Person:
    """The neck of a person, from the generic one."""
    whole = GENERIC_SUBJECT
    measures = [whole.neck_length_m, whole.shoulder_width_m, whole.head_mass_kg]
    scales = body.measures / jnp.asarray(measures, body.measures.dtype)
    neck, shoulder, mass = scales
    sizes = Scales(neck=neck, shoulder=shoulder, mass=mass, skull=jnp.ones_like(scales))
    return Person(scale(generic, sizes), scales, body.load)


def live_forces(
    network: NeckNetwork,
    settings: RecruitmentSettings,
    person: Person,
    sight: Sight,
    before: Before,
) -> LiveForces:
    """Forces of the frame that a window tells of.

    Args:
        network: of the same preset as ``settings``.
        settings: of the preset.
        person: whose neck.
        sight: the window.
        before: the frame before.
    """
    anatomy = person.anatomy
    level = noise_level(sight)
    angles = jax.vmap(marker_angles, (None, 0))(sight.neutral, sight.markers)
    head = head_motion(jnp.asarray(network.filters)[level], angles)
    moved = coordinates_of(anatomy, sight.rhythm, head)
    price = terms.rate_price(settings, 1.0 / WINDOW_RATE_HZ).astype(before.there.dtype)
    price = price * before.there
    pairing, descent = terms.pairing(settings), Descent()

    def begin(moved: Coordinates, active: Muscles) -> tuple[Known, Balanced]:
        state = State(moved.q, moved.qd, moved.qdd, sight.gravity, jnp.zeros((), int))
        carried = Carried(active, price)
        known = mechanics(anatomy, person.scales, settings, state, person.load, carried)
        return known, eased(network.proposal, known, pairing, descent)

    others = possible_states(anatomy, moved, sight.rhythm_sd)
    every = jax.tree.map(lambda one, more: jnp.concatenate([one[None], more]), moved, others)
    known, balanced = jax.vmap(begin)(every, before.carried)
    members = jax.vmap(answer_of, (None, 0, 0))(anatomy, *_but_first((known, balanced)))
    known, balanced = _first((known, balanced))
    found = answer_of(anatomy, known, stiffened(known, pairing, descent, balanced))
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


def nothing_before() -> Before:
    """Before the first frame."""
    return Before(jnp.zeros((1 + MEMBERS, 72)), jnp.zeros(()))


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
