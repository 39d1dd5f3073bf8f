"""How the people of a recipe move: by the standard or a given movement, or each freely."""

import jax
import jax.numpy as jnp
import numpy as np

from nuchal.dynamics.inverse import no_load
from nuchal.model.anatomy import Anatomy
from nuchal.model.population import People
from nuchal.model.traits import trait_names
from nuchal.movements.average import AVERAGE_CUTOFF_HZ
from nuchal.movements.minimum_jerk import made_motion
from nuchal.movements.random import FreeMovement, free_movements
from nuchal.movements.standard import standard_movement
from nuchal.networks.training.records import GivenMovement, Recipe
from nuchal.records import Motion
from nuchal.tracking.smoothing import smooth, usable_cutoff


def movements_of(recipe: Recipe, people: People, anatomy: Anatomy) -> FreeMovement:
    """One movement a person, with a leading axis everywhere."""
    if recipe.motion == "free":
        return free_movements(recipe.free, recipe.population.seed, people.index, anatomy=anatomy)
    alike = jnp.zeros(len(trait_names(anatomy))), jnp.ones(6)
    moved = standard_movement(anatomy) if recipe.given is None else motion_of(recipe.given)
    one = FreeMovement(moved, *alike, no_load())
    many: FreeMovement = jax.tree.map(lambda x: np.stack([np.asarray(x)] * len(people)), one)
    return many


def motion_of(given: GivenMovement) -> Motion:
    """A given movement with its derivatives, smoothed as a recording of coordinates is."""
    time = np.arange(len(given.q)) / given.rate_hz
    curve = smooth(time, np.array(given.q), cutoff_hz=usable_cutoff(AVERAGE_CUTOFF_HZ, time))
    return made_motion(time, *map(jnp.asarray, (curve.value, curve.rate, curve.acceleration)))
