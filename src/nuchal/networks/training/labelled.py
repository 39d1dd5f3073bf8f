"""Labelled data: whose necks, how they move, and the forces that go with it.

A recipe says everything there is to say about a dataset, and any shard of it can be made from the
recipe and the shard's number alone, on any machine, in any order.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array, CoordsT
from nuchal.batches import ordered
from nuchal.model.anatomy import Anatomy
from nuchal.model.kinematics import marker_positions
from nuchal.model.population import People, draw_people
from nuchal.model.scaling import scales_of_people
from nuchal.movements.random import FreeMovement
from nuchal.networks.training.moves import movements_of
from nuchal.networks.training.own_necks import own_necks
from nuchal.networks.training.records import SUBJECTS_PER_SHARD, Recipe
from nuchal.optimisation.many import Case, simulate_many
from nuchal.programs.kept import kept
from nuchal.records import LabelledMotions


def label_shard(recipe: Recipe, shard: int, *, threads: int | None = None) -> LabelledMotions:
    """Make one shard: the same bits whatever else has been made."""
    people = _whole_shard_of_people(recipe, shard)
    anatomy = recipe.settings.neck
    movements = movements_of(recipe, people, anatomy)
    scales = jax.tree.map(np.asarray, scales_of_people(people))
    necks = own_necks(anatomy, scales, np.asarray(movements.reach), np.asarray(movements.traits))
    markers = np.asarray(_trace(necks, movements.motion.q), np.float32)
    count = len(recipe.subjects_of(shard))
    cases = _cases(necks, movements, count)
    forces = list(simulate_many(cases, recipe.settings.recruitment, threads=threads))

    def single(arrays: list[Array]) -> np.ndarray:
        return np.stack([np.asarray(x, np.float32) for x in arrays])

    motion = movements.motion
    return LabelledMotions(
        subject=people.index[:count],
        measures=measures_of(people)[:count],
        load_mass_kg=np.asarray(movements.load.mass)[:count],
        load_place_m=np.asarray(movements.load.place)[:count],
        traits=np.asarray(movements.traits)[:count],
        reach=np.asarray(movements.reach)[:count],
        time=np.asarray(motion.time)[0],
        markers=markers[:count],
        q=single(list(motion.q[:count])),
        qd=single(list(motion.qd[:count])),
        qdd=single(list(motion.qdd[:count])),
        force=single([f.force for f in forces]),
        activation=single([f.activation for f in forces]),
        status=np.stack([np.asarray(f.status, np.int8) for f in forces]),
        about={},
    )


def label_shards(recipe: Recipe, shards: Sequence[int]) -> Iterator[LabelledMotions]:
    """Make shards on all cores, in the order given.

    The first is made before the others are begun, so that its code is compiled once.
    """
    if shards:
        yield label_shard(recipe, shards[0])
        yield from ordered(lambda k: label_shard(recipe, k, threads=1), shards[1:])


def measures_of(people: People) -> Float[np.ndarray, "n 3"]:
    """Neck length [m], shoulder width [m], mass of head and neck [kg] of many people."""
    return np.stack(
        [people.neck_length_m, people.shoulder_width_m, people.head_and_neck_mass_kg], axis=1
    )


def _whole_shard_of_people(recipe: Recipe, shard: int) -> People:
    """As many as a full shard has, so that compiled code has one shape."""
    first = shard * SUBJECTS_PER_SHARD
    return draw_people(recipe.population, np.arange(first, first + SUBJECTS_PER_SHARD))


def _cases(necks: Anatomy, movements: FreeMovement, count: int) -> Iterator[Case]:
    scaled, fixed = eqx.partition(necks, eqx.is_array)
    scaled = jax.tree.map(np.asarray, scaled)
    for k in range(count):
        neck, motion, load = _item((scaled, movements.motion, movements.load), k)
        yield eqx.combine(neck, fixed), motion, load


def _item(batch: Any, k: int) -> Any:
    return jax.tree.map(lambda x: x[k], batch)


@kept
def _trace(necks: Anatomy, q: Float[Array, "n t 6"]) -> Float[Array, "n t 3 3"]:
    each, fixed = eqx.partition(necks, eqx.is_array)

    def of_neck(case: tuple[Anatomy, CoordsT]) -> Float[Array, "t 3 3"]:
        neck = eqx.combine(case[0], fixed)
        return jax.vmap(lambda frame: marker_positions(neck, frame))(case[1])

    return jnp.asarray(jax.lax.map(of_neck, (each, q)))


def gather(
    recipe: Recipe,
    *,
    shards: Sequence[int] | None = None,
    progress: Callable[[float], None] = lambda _share: None,
) -> LabelledMotions:
    """Make some shards of a recipe, or all, and join them."""
    numbers = range(recipe.shards) if shards is None else shards
    made = []
    for part in label_shards(recipe, numbers):
        made.append(part)
        progress(len(made) / len(numbers))
    return join(made)


def join(parts: Sequence[LabelledMotions]) -> LabelledMotions:
    """Put labelled motions that share their times and their origin into one.

    Raises:
        ValueError: no parts, or their times differ.
    """
    if not parts or any(not np.array_equal(part.time, parts[0].time) for part in parts):
        raise ValueError("times differ")
    arrays = {
        f.name: np.concatenate([getattr(part, f.name) for part in parts])
        for f in fields(LabelledMotions)
        if f.name not in ("time", "about")
    }
    return LabelledMotions(time=parts[0].time, about=parts[0].about, **arrays)
