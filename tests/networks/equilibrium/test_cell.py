"""The network's mechanics in single precision against the exact solver in double precision."""

from functools import cache

import jax
import numpy as np
import pytest

from nuchal.conventions import Preset
from nuchal.model.population import Population
from nuchal.movements.random_settings import FreeSettings
from nuchal.networks.equilibrium.proposal import FEATURES, fresh_network
from nuchal.networks.equilibrium.records import Network
from nuchal.networks.equilibrium.window import WINDOW_FRAMES, filter_windows
from nuchal.networks.training.labelled import gather
from nuchal.networks.training.necks import Necks, forces_of, necks_of, true_head_motion
from nuchal.networks.training.records import Recipe
from nuchal.networks.training.samples import (
    at_window_frames,
    known_traits,
    population_only,
    samples_from_windows,
    windows,
)
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.optimisation.solvers.fixed_steps import Descent

LONG = Descent(easing=20, stiffening=25, softest=1.0)
"""For a start that nobody has learnt."""


@cache
def simulated(preset: Preset) -> Necks:
    free = FreeSettings(frames=60, own_range=True, traits=(1.0,), loaded_share=0.5)
    recipe = Recipe(
        subjects=12, motion="free", preset=preset, population=Population(seed=4), free=free
    )
    return necks_of(gather(recipe), PRESET_SETTINGS[preset])


def untaught() -> Network:
    dice = np.random.default_rng(0)
    return fresh_network(jax.random.key(0), dice.normal(size=(50, len(FEATURES))), np.full(6, 1e-3))


@pytest.mark.slow
@pytest.mark.parametrize("preset", ["recommended", "paper"])
def test_forces_are_those_of_the_exact_solver(preset: Preset) -> None:
    people = simulated(preset)
    found = forces_of(untaught(), people, people.states, LONG).answer
    error = (np.asarray(found.active) - people.active)[people.usable]
    assert np.sqrt((error**2).mean()) < 1e-3
    assert np.quantile(np.abs(error), 0.999) < 3e-3
    balanced = np.abs(np.asarray(found.missing)[people.usable])
    assert np.quantile(balanced, 0.99) < 1e-3


@pytest.mark.slow
def test_more_steps_come_nearer() -> None:
    people = simulated("recommended")

    def error(steps: int) -> float:
        descent = Descent(easing=steps, stiffening=steps, softest=1.0)
        found = forces_of(untaught(), people, people.states, descent)
        return float(np.abs(np.asarray(found.answer.active) - people.active)[people.usable].mean())

    assert error(0) > 1e3 * error(4)
    assert error(15) <= error(4)


@pytest.mark.slow
def test_windows_of_clean_markers_tell_nearly_as_much_as_the_states() -> None:
    people = simulated("recommended")
    dice, motion = np.random.default_rng(0), true_head_motion(people)
    told = jax.tree.map(lambda x: np.asarray(x).reshape(-1, 3), at_window_frames(motion))
    filters = filter_windows(windows(people.angles).reshape(-1, WINDOW_FRAMES, 3), told)
    seen = samples_from_windows(people, filters, untaught(), known_traits(people), dice, LONG)
    error = seen.evidence.answer.active - seen.truth
    assert (1.0 - error.var(axis=0) / np.maximum(seen.truth.var(axis=0), 1e-6)).min() > 0.98
    blind = samples_from_windows(
        people,
        filters,
        untaught(),
        population_only(people, np.ones(7)),
        dice,
        LONG,
    )
    assert np.abs(blind.evidence.answer.active - blind.truth).mean() > 5.0 * np.abs(error).mean()
