"""Many necks at once: labelled motions become what networks are trained and tested on."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.tree_util import Partial
from jaxtyping import Bool, Float, PyTree

from nuchal.arrays import Array
from nuchal.batches import in_single, ordered, single
from nuchal.dynamics.pipeline import State
from nuchal.model.scaling import scales_of_measures
from nuchal.model.traits import Traits, with_traits
from nuchal.networks.equilibrium.head_motion import coordinates_of, head_motion_of
from nuchal.networks.equilibrium.records import (
    Central,
    Coordinates,
    Domain,
    HeadMotion,
    Network,
    Person,
    Possible,
)
from nuchal.networks.equilibrium.sequence import follow, follow_in_doubt
from nuchal.networks.equilibrium.traits_in_doubt import MEMBERS
from nuchal.networks.equilibrium.window import marker_angles_of
from nuchal.networks.training.own_necks import own_necks
from nuchal.optimisation.settings import PresetSettings, RecruitmentSettings
from nuchal.optimisation.solvers.fixed_steps import Descent
from nuchal.programs.kept import kept
from nuchal.records import HeadLoad, LabelledMotions

_T = TypeVar("_T")
# Necks that one call of compiled code works on.
NECKS_AT_ONCE = 40


@dataclass(frozen=True, kw_only=True)
class Necks:
    """Labelled motions of people, ready for networks; n people, t frames.

    Attributes:
        people: With a leading axis everywhere: as they are, or as they are believed to be.
        traits: Of the people as they are.
        states: (n, t, 6), the true ones.
        angles: Of the head, from markers [rad].
        active: True active force over maximal isometric force.
        usable: Solved frames.
    """

    people: Person
    states: Coordinates
    angles: Float[np.ndarray, "n t 3"]
    traits: Float[np.ndarray, "n traits"]
    active: Float[np.ndarray, "n t muscles"]
    usable: Bool[np.ndarray, "n t"]
    step_s: float
    settings: PresetSettings

    def __len__(self) -> int:
        """How many people there are."""
        return len(self.traits)

    @property
    def maximal_force(self) -> Float[np.ndarray, " muscles"]:
        """Maximal isometric forces [N], the same in everybody."""
        every = np.asarray(self.people.anatomy.max_isometric_force, float)
        first: np.ndarray = every.reshape(-1, self.active.shape[-1])[0]
        return first

    def first(self, count: int) -> "Necks":
        """The first few people."""
        names = ("people", "states", "angles", "traits", "active", "usable")
        parts = {name: getattr(self, name) for name in names}
        few = jax.tree.map(lambda x: x[:count] if isinstance(x, np.ndarray) else x, parts)
        return dataclasses.replace(self, **few)


def necks_of(data: LabelledMotions, settings: PresetSettings) -> Necks:
    """Necks, head angles and forces of a labelled dataset."""
    anatomy = settings.neck
    scales = scales_of_measures(np.asarray(data.measures, float))
    people = single(
        Person(
            anatomy=own_necks(anatomy, scales, np.asarray(data.reach), np.asarray(data.traits)),
            scales=scales.body,
            load=jax.vmap(HeadLoad)(data.load_mass_kg, data.load_place_m),
        )
    )
    strength = np.asarray(anatomy.max_isometric_force)
    return Necks(
        people=people,
        states=Coordinates(data.q, data.qd, data.qdd),
        angles=marker_angles_of(np.asarray(people.anatomy.markers), data.markers),
        traits=np.asarray(data.traits, np.float32),
        active=np.asarray(data.force / strength, np.float32),
        usable=np.asarray(data.status == 0),
        step_s=float(np.median(np.diff(data.time))),
        settings=settings,
    )


def believed(necks: Necks, off: Float[np.ndarray, "n traits"]) -> Necks:
    """The same movements, of people whose traits are believed to be off by so much."""
    people = for_each_neck(necks, _with_traits, np.asarray(off, np.float32))
    return dataclasses.replace(necks, people=people)


def forces_of(
    proposal: Network, necks: Necks, states: Coordinates, descent: Descent | None = None
) -> Central:
    """Forces of all people for given coordinates, (n, t, ...)."""
    work = Partial(_forces, proposal, *_rate(necks), descent or Descent())
    found: Central = for_each_neck(necks, work, states)
    return found


def possible_forces_of(
    proposal: Network, necks: Necks, states: Coordinates, doubt: Float[np.ndarray, "n traits"]
) -> Possible:
    """What forces of all people could be in other necks than theirs."""
    work = Partial(_possible, proposal, *_rate(necks))
    at_once = NECKS_AT_ONCE // MEMBERS
    found: Possible = for_each_neck(necks, work, states, doubt, at_once=at_once)
    return found


def true_head_motion(necks: Necks) -> HeadMotion:
    """How heads really moved, (n, t, 3)."""
    return for_each_neck(necks, _true_motion, necks.states)


def coordinates_for(necks: Necks, motion: HeadMotion) -> Coordinates:
    """Coordinates that move heads as given, (n, t, ...)."""
    return for_each_neck(necks, _coordinates, motion)


def distances(domain: Domain, necks: Necks, motion: HeadMotion) -> Float[np.ndarray, "n t 5"]:
    """How far frames are from a domain, in each of its respects."""
    return np.asarray(for_each_neck(necks, Partial(_distances, domain), motion))


def for_each_neck(
    necks: Necks, work: Callable[..., _T], *arrays: PyTree, at_once: int = NECKS_AT_ONCE
) -> _T:
    """Do the same work for every neck: compiled, in single precision, on all cores.

    Args:
        necks: n people.
        work: takes one person and that one's part of every array; compiled once if it is a function
            of a module, or a ``Partial`` of one.
        arrays: with n along their first axis.
        at_once: necks that one call works on; short groups are padded.

    Returns:
        What ``work`` gives, with n along a new first axis.
    """
    (people, fixed), count = eqx.partition(necks.people, eqx.is_array), len(necks)

    def some(index: np.ndarray) -> _T:
        mine, *rest = jax.tree.map(lambda x: np.asarray(x)[index], (people, *arrays))
        found: _T = in_single(_each)(work, eqx.combine(mine, fixed), *rest)
        return found

    groups = (np.minimum(np.arange(k, k + at_once), count - 1) for k in range(0, count, at_once))
    whole: _T = jax.tree.map(lambda *x: np.concatenate(x)[:count], *ordered(some, groups))
    return whole


@kept
def _each(work: Callable[..., _T], people: Person, *arrays: PyTree) -> _T:
    found: _T = eqx.filter_vmap(work)(people, *arrays)
    return found


def _rate(necks: Necks) -> tuple[np.float32, RecruitmentSettings]:
    settings = necks.settings.recruitment
    return np.float32(settings.price_of_change(necks.step_s)), settings


def _upright(person: Person, mine: Coordinates) -> State:
    """States of a neck that stands upright, as the model does."""
    frames = len(mine.q)
    gravity = jnp.broadcast_to(person.anatomy.gravity, (frames, 3))
    return State(mine.q, mine.qd, mine.qdd, gravity, jnp.zeros(frames, int))


def _forces(
    proposal: Network,
    price: Array,
    settings: RecruitmentSettings,
    descent: Descent,
    person: Person,
    mine: Coordinates,
) -> Central:
    return follow(proposal, person, _upright(person, mine), price, settings, descent)


def _possible(
    proposal: Network,
    price: Array,
    settings: RecruitmentSettings,
    person: Person,
    mine: Coordinates,
    doubt: Array,
) -> Possible:
    each = jnp.broadcast_to(doubt, (len(mine.q), doubt.shape[-1]))
    return follow_in_doubt(proposal, person, _upright(person, mine), each, price, settings)


def _true_motion(person: Person, mine: Coordinates) -> HeadMotion:
    moved: HeadMotion = jax.vmap(lambda state: head_motion_of(person.anatomy, state))(mine)
    return moved


def _with_traits(person: Person, off: Traits) -> Person:
    return Person(with_traits(person.anatomy, off), person.scales, person.load)


def _coordinates(person: Person, motion: HeadMotion) -> Coordinates:
    moved: Coordinates = jax.lax.map(
        lambda head: coordinates_of(person.anatomy, head), motion, batch_size=40
    )
    return moved


def _distances(domain: Domain, person: Person, motion: HeadMotion) -> Array:
    return jax.vmap(lambda head: domain.distance(head, person.scales, person.load))(motion)
