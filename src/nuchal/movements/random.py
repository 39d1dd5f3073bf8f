"""Free movements: how heads move when nobody says how, made at random for training and testing.

A head goes from posture to posture. Each move is of minimum jerk (Flash and Hogan 1985,
doi 10.1523/JNEUROSCI.05-07-01688.1985), and the next may begin before the last has ended, their
displacements adding up (Flash and Henis 1991, doi 10.1162/jocn.1991.3.3.220); so paths curve as
those of people do, and stand still where a posture is held. At most two moves run at once and the
sooner begun ends sooner, which keeps every posture between those that the moves lead to: what
bounds these bounds all of the movement. A small sway lies on top.

Movement, person and load are each drawn from the seed and an index alone (counter-based keys), so
any of them can be made without the others. Angles are of the head on the thorax until the neck
shares them out; velocities and accelerations are exact.
"""

from functools import partial

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from nuchal.arrays import Array, Coords, Scalar, Vec3
from nuchal.errors import NuchalError
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_anatomy
from nuchal.model.norms import norm_of
from nuchal.model.person import in_range
from nuchal.model.traits import trait_names, with_traits
from nuchal.movements.minimum_jerk import made_motion, minimum_jerk, state_at
from nuchal.movements.random_person import personal_reach, personal_traits
from nuchal.movements.random_plan import Plan, draw_plan, even_numbers, stream_key
from nuchal.movements.random_settings import FreeSettings
from nuchal.programs.kept import kept
from nuchal.records import HeadLoad, Motion

# Motions that one call of compiled code makes; one size, so that results don't depend on it.
MOTIONS_AT_ONCE = 64
_MOVEMENT, _LOAD = 0, 2


class FreeMovement(eqx.Module):
    """One free movement, or many: whose neck makes it, and what the head carries.

    Attributes:
        traits: Of that neck (``model.traits``).
        reach: How far its owner goes to each of ``DIRECTIONS``, over the mean of people of any age.
        load: Of zero mass where the head is bare.
    """

    motion: Motion
    traits: Float[Array, "*n traits"]
    reach: Float[Array, "*n 6"]
    load: HeadLoad


def free_movements(
    settings: FreeSettings,
    seed: int,
    indices: Int[np.ndarray, " n"],
    persons: Int[np.ndarray, " n"] | None = None,
    anatomy: Anatomy | None = None,
) -> FreeMovement:
    """Free movements of the given indices, the index along the first axis of every array.

    A movement is bit for bit the same whatever the others are, and in whatever order.

    Args:
        settings: what to draw from.
        seed: of all draws, from zero.
        indices: which movements, from zero to 2**32 - 1.
        persons: who makes each; movement i is person i's unless given.
        anatomy: the neck that all of them differ from; the generic one unless given.

    Raises:
        NuchalError: a seed or an index that can't be drawn from, or traits of another neck.
    """
    count, neck = len(indices), generic_anatomy() if anatomy is None else anatomy
    if len(settings.traits) not in (1, len(trait_names(neck))):
        raise NuchalError("movements.traits")
    if not 0 <= seed < 2**63:
        raise NuchalError("movements.bad_seed", seed=seed)
    which = np.stack([indices, indices if persons is None else persons])
    if which.size and not 0 <= which.min() <= which.max() < 2**32:
        raise NuchalError("movements.bad_index")
    padded = np.pad(which, ((0, 0), (0, -count % MOTIONS_AT_ONCE)), mode="edge")
    blocks = [
        jax.device_get(
            _make_block(
                settings, np.asarray(seed), padded[:, first : first + MOTIONS_AT_ONCE], neck
            )
        )
        for first in range(0, max(padded.shape[1], 1), MOTIONS_AT_ONCE)
    ]
    made: FreeMovement = jax.tree.map(lambda *x: np.concatenate(x)[:count], *blocks)
    return made


def free_movement(
    settings: FreeSettings,
    seed: int | Array,
    index: int | Array,
    person: int | Array,
    anatomy: Anatomy,
) -> FreeMovement:
    """One free movement; to be mapped over ``index``, and compiled, by the caller.

    It begins at rest in a posture of its own and breaks off in the midst of things. For numbers
    that are the same to the last bit whatever is made beside it, use :func:`free_movements`.

    Args:
        settings: what to draw from.
        seed: of all draws.
        index: which movement, from zero.
        person: who makes it.
        anatomy: the neck that theirs differs from.
    """
    reach: Array = jnp.ones(6)
    region = None
    if settings.own_range and anatomy.passive_curves is not None:
        reach = personal_reach(seed, person)
        region = jnp.radians(reach * norm_of(None).mean_deg)
    traits = personal_traits(settings, seed, person, anatomy)
    neck = with_traits(in_range(anatomy, jnp.maximum(reach, 1.0)), traits)
    plan = draw_plan(settings, stream_key(seed, _MOVEMENT, index), region)
    time = jnp.arange(settings.frames) / settings.rate_hz
    motion = made_motion(time, *jax.vmap(_state, (None, None, 0))(neck, plan, time))
    return FreeMovement(motion, traits, reach, head_load(settings, seed, index))


def head_load(settings: FreeSettings, seed: int | Array, index: int | Array) -> HeadLoad:
    """What the head carries in one movement; the bare head has a mass of zero."""
    if not settings.loaded_share:
        return HeadLoad(jnp.zeros(()), jnp.zeros(3))
    some, mass, *place = even_numbers(stream_key(seed, _LOAD, index), 5)
    low, high = jnp.asarray(settings.load_place_m).T
    lightest, heaviest = settings.load_mass_kg
    loaded = some < settings.loaded_share
    return HeadLoad(
        jnp.where(loaded, lightest + (heaviest - lightest) * mass, 0.0),
        jnp.where(loaded, low + (high - low) * jnp.stack(place), jnp.zeros(3)),
    )


@kept
def _make_block(
    settings: FreeSettings, seed: Array, which: Int[Array, "2 n"], anatomy: Anatomy
) -> FreeMovement:
    made: FreeMovement = jax.vmap(
        lambda i, person: free_movement(settings, seed, i, person, anatomy)
    )(which[0], which[1])
    return made


def _state(neck: Anatomy, plan: Plan, time: Scalar) -> tuple[Coords, Coords, Coords]:
    return state_at(neck, partial(_posture, plan), time)


def _posture(plan: Plan, time: Scalar) -> Vec3:
    """The two moves begun last may still run; all before them have arrived."""
    last = jnp.sum(plan.start <= time) - 1
    at = plan.posture[last - 1]
    for move in (last - 1, last):
        done = minimum_jerk((time - plan.start[move]) / plan.duration[move])
        at = at + (plan.posture[move + 1] - plan.posture[move]) * done
    waves = jnp.sum(plan.sway * jnp.sin(plan.pace * time + plan.phase), axis=0)
    return at + waves * minimum_jerk(time)
