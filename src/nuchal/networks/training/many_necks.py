"""Many necks abreast: labelled data become what networks are trained on and judged by."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float, PyTree

from nuchal.arrays import Array
from nuchal.batches import ordered
from nuchal.dynamics.pipeline import State
from nuchal.model.anatomy import Anatomy, generic_anatomy
from nuchal.model.scaling import Scales, scale, scales_of_measures
from nuchal.networks.equilibrium.domain import Domain
from nuchal.networks.equilibrium.head_motion import (
    Coordinates,
    HeadMotion,
    coordinates_of,
    head_motion_of,
)
from nuchal.networks.equilibrium.proposal import Network
from nuchal.networks.equilibrium.rhythms_in_doubt import MEMBERS, Possible
from nuchal.networks.equilibrium.sequence import (
    Central,
    Person,
    follow,
    follow_in_doubt,
    in_single,
    single,
)
from nuchal.networks.equilibrium.window import WINDOW_FRAMES, head_motion, marker_angles
from nuchal.optimisation.settings import PresetSettings, RecruitmentSettings
from nuchal.optimisation.solvers.fixed_steps import Descent
from nuchal.records import HeadLoad, LabelledMotions

_T = TypeVar("_T")
# Necks that one call of compiled code works on.
ABREAST = 40


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """Labelled motions of people, ready for networks; n people, t frames.

    Attributes:
        people: With a leading axis everywhere.
        states: (n, t, 6), the true ones.
        angles: Of the head, from its markers [rad].
        active: True active force over maximal isometric force.
        usable: Solved frames.
    """

    people: Person
    states: Coordinates
    angles: Float[np.ndarray, "n t 3"]
    rhythm: Float[np.ndarray, "n 3"]
    active: Float[np.ndarray, "n t muscles"]
    usable: Bool[np.ndarray, "n t"]
    step_s: float
    settings: PresetSettings

    def __len__(self) -> int:
        """How many people there are."""
        return len(self.rhythm)


def crowd_of(data: LabelledMotions, settings: PresetSettings) -> Crowd:
    """Necks, head angles and forces of a labelled dataset."""
    anatomy = generic_anatomy(settings.inertias)
    scales = scales_of_measures(np.asarray(data.measures, float))
    people = Person(
        anatomy=_necks(anatomy, scales),
        scales=scales.body,
        load=jax.vmap(HeadLoad)(data.load_mass_kg, data.load_place_m),
    )
    people = single(people)
    angles = marker_angles_of(np.asarray(people.anatomy.markers), data.markers)
    strength = np.asarray(anatomy.max_isometric_force)
    return Crowd(
        people=people,
        states=Coordinates(data.q, data.qd, data.qdd),
        angles=angles,
        rhythm=np.asarray(data.rhythm, np.float32),
        active=np.asarray(data.force / strength, np.float32),
        usable=np.asarray(data.status == 0),
        step_s=float(np.median(np.diff(data.time))),
        settings=settings,
    )


def marker_angles_of(
    local: Float[np.ndarray, "n 3 3"], markers: Float[np.ndarray, "n t 3 3"]
) -> Float[np.ndarray, "n t 3"]:
    """Head angles [rad] from TP, LH, RH [m] over time, for markers that sit at ``local``."""
    return np.asarray(in_single(_angles)(local, markers))


def crowd_forces(
    proposal: Network,
    crowd: Crowd,
    states: Coordinates,
    descent: Descent | None = None,
) -> Central:
    """Forces of all people for given coordinates, (n, t, ...)."""
    settings, descent = crowd.settings.recruitment, descent or Descent()
    price = np.float32(settings.price_of_change(crowd.step_s))

    def work(people: Person, mine: Coordinates) -> Central:
        return in_single(_follow_all)(proposal, people, mine, price, settings, descent)

    return by_groups(crowd, work, states)


def crowd_in_doubt(
    proposal: Network, crowd: Crowd, states: Coordinates, rhythm_sd: Float[np.ndarray, "n 3"]
) -> Possible:
    """What forces of all people could be under other rhythms than those of their coordinates."""
    settings = crowd.settings.recruitment
    price = np.float32(settings.price_of_change(crowd.step_s))

    def work(people: Person, mine: Coordinates, sd: Array) -> Possible:
        return in_single(_follow_in_doubt)(proposal, people, mine, sd, price, settings)

    return by_groups(crowd, work, states, rhythm_sd, abreast=ABREAST // MEMBERS)


def true_head_motion(crowd: Crowd) -> HeadMotion:
    """How heads really moved, (n, t, 3)."""
    return by_groups(crowd, in_single(_true_motion), crowd.states)


def seen_states(
    crowd: Crowd,
    filters: Float[np.ndarray, "n 3 w"],
    angles: Float[np.ndarray, "n t 3"],
    rhythm: Float[np.ndarray, "n 3"],
) -> tuple[HeadMotion, Coordinates]:
    """What windows tell of the states, from the first whole window on: (n, t - w + 1, ...).

    Args:
        crowd: the people.
        filters: each one's filter.
        angles: of their heads as measured [rad].
        rhythm: what they are taken to have.
    """
    return by_groups(crowd, in_single(_seen), filters, angles, rhythm)


def coordinates_for(
    crowd: Crowd, motion: HeadMotion, rhythm: Float[np.ndarray, "n 3"]
) -> Coordinates:
    """Coordinates that move heads as given, (n, t, ...), were these the people's rhythms."""
    return by_groups(crowd, in_single(_coordinates), motion, rhythm)


def distances(domain: Domain, crowd: Crowd, motion: HeadMotion) -> Float[np.ndarray, "n t 5"]:
    """How far frames are from a domain, in each of its respects."""

    def work(people: Person, moved: HeadMotion) -> Array:
        return in_single(_distances)(domain, people, moved)

    return np.asarray(by_groups(crowd, work, motion))


def windows(angles: Float[np.ndarray, "n t 3"]) -> Float[np.ndarray, "n t2 w 3"]:
    """All windows of head angles, as views."""
    view = np.lib.stride_tricks.sliding_window_view(angles, WINDOW_FRAMES, axis=1)
    return np.moveaxis(view, 3, 2)


def by_groups(crowd: Crowd, work: Callable[..., _T], *arrays: PyTree, abreast: int = ABREAST) -> _T:
    """Do work for groups of people, on all cores; short groups are padded.

    ``work`` is given a group's people and its part of every array, and gives back arrays that begin
    with the person.
    """
    people, fixed = eqx.partition(crowd.people, eqx.is_array)
    count = len(crowd)

    def some(index: np.ndarray) -> _T:
        mine, *rest = jax.tree.map(lambda x: np.asarray(x)[index], (people, *arrays))
        return work(eqx.combine(mine, fixed), *rest)

    groups = (np.minimum(np.arange(k, k + abreast), count - 1) for k in range(0, count, abreast))
    whole: _T = jax.tree.map(lambda *x: np.concatenate(x)[:count], *ordered(some, groups))
    return whole


@eqx.filter_jit
def _necks(anatomy: Anatomy, scales: Scales) -> Anatomy:
    necks: Anatomy = eqx.filter_vmap(lambda one: scale(anatomy, one))(scales)
    return necks


@jax.jit
def _angles(local: Float[Array, "n 3 3"], markers: Float[Array, "n t 3 3"]) -> Array:
    each = jax.vmap(marker_angles, (None, 0))
    return jax.vmap(each)(local, markers)


@eqx.filter_jit
def _follow_all(
    proposal: Network,
    people: Person,
    states: Coordinates,
    price: Array,
    settings: RecruitmentSettings,
    descent: Descent,
) -> Central:
    def one(person: Person, mine: Coordinates) -> Central:
        return follow(proposal, person, _states(person, mine), price, settings, descent)

    found: Central = eqx.filter_vmap(one)(people, states)
    return found


@eqx.filter_jit
def _follow_in_doubt(
    proposal: Network,
    people: Person,
    states: Coordinates,
    rhythm_sd: Array,
    price: Array,
    settings: RecruitmentSettings,
) -> Possible:
    def one(person: Person, mine: Coordinates, sd: Array) -> Possible:
        each = jnp.broadcast_to(sd, (len(mine.q), 3))
        return follow_in_doubt(proposal, person, _states(person, mine), each, price, settings)

    found: Possible = eqx.filter_vmap(one)(people, states, rhythm_sd)
    return found


def _states(person: Person, mine: Coordinates) -> State:
    """Upright as the model is."""
    frames = len(mine.q)
    gravity = jnp.broadcast_to(person.anatomy.gravity, (frames, 3))
    return State(mine.q, mine.qd, mine.qdd, gravity, jnp.zeros(frames, int))


@eqx.filter_jit
def _true_motion(people: Person, states: Coordinates) -> HeadMotion:
    def one(person: Person, mine: Coordinates) -> HeadMotion:
        moved: HeadMotion = jax.vmap(lambda state: head_motion_of(person.anatomy, state))(mine)
        return moved

    motion: HeadMotion = eqx.filter_vmap(one)(people, states)
    return motion


@eqx.filter_jit
def _seen(
    people: Person, filters: Array, angles: Array, rhythm: Array
) -> tuple[HeadMotion, Coordinates]:
    def one(
        person: Person, mine: Array, path: Array, share: Array
    ) -> tuple[HeadMotion, Coordinates]:
        starts = jnp.arange(path.shape[0] - WINDOW_FRAMES + 1)

        def frame(start: Array) -> tuple[HeadMotion, Coordinates]:
            window = jax.lax.dynamic_slice_in_dim(path, start, WINDOW_FRAMES)
            head = head_motion(mine, window)
            return head, coordinates_of(person.anatomy, share, head)

        return jax.vmap(frame)(starts)

    seen: tuple[HeadMotion, Coordinates] = eqx.filter_vmap(one)(people, filters, angles, rhythm)
    return seen


@eqx.filter_jit
def _coordinates(people: Person, motion: HeadMotion, rhythm: Array) -> Coordinates:
    def one(person: Person, mine: HeadMotion, share: Array) -> Coordinates:
        moved: Coordinates = jax.lax.map(
            lambda head: coordinates_of(person.anatomy, share, head), mine, batch_size=40
        )
        return moved

    found: Coordinates = eqx.filter_vmap(one)(people, motion, rhythm)
    return found


@eqx.filter_jit
def _distances(domain: Domain, people: Person, motion: HeadMotion) -> Array:
    def one(person: Person, mine: HeadMotion) -> Array:
        return jax.vmap(lambda head: domain.distance(head, person.scales, person.load))(mine)

    return jnp.asarray(eqx.filter_vmap(one)(people, motion))
