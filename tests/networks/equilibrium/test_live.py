"""One frame at a time gives what whole recordings give, each by its own way through the code."""

from functools import cache

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

from nuchal.batches import in_single
from nuchal.conventions import Preset
from nuchal.io.networks.equilibrium import shipped_network
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_anatomy
from nuchal.model.population import Population
from nuchal.movements.random_settings import FreeSettings
from nuchal.networks.equilibrium.live import (
    Before,
    Body,
    LiveForces,
    Sight,
    live_forces,
    live_person,
    noise_level,
    nothing_before,
)
from nuchal.networks.equilibrium.records import NeckNetwork
from nuchal.networks.equilibrium.window import (
    NOISE_LEVELS_RAD,
    WINDOW_FRAMES,
    angle_noise_rad,
    level_of,
)
from nuchal.networks.training.labelled import gather
from nuchal.networks.training.necks import forces_of, necks_of
from nuchal.networks.training.records import Recipe
from nuchal.networks.training.samples import window_states
from nuchal.optimisation.settings import PRESET_SETTINGS, RecruitmentSettings
from nuchal.records import HeadLoad, LabelledMotions

pytestmark = pytest.mark.slow

FRAMES = 60
STARTS = range(FRAMES - WINDOW_FRAMES + 1)
ONE = 1
"""Whose movement is followed."""


@cache
def data_of(preset: Preset) -> LabelledMotions:
    free = FreeSettings(frames=FRAMES, own_range=True, traits=(1.0,), loaded_share=0.5)
    recipe = Recipe(
        subjects=2, motion="free", preset=preset, population=Population(seed=4), free=free
    )
    return gather(recipe)


@eqx.filter_jit
def live_frame(
    network: NeckNetwork,
    settings: RecruitmentSettings,
    generic: Anatomy,
    body: Body,
    sight: Sight,
    before: Before,
) -> LiveForces:
    return live_forces(network, settings, live_person(generic, body), sight, before)


@pytest.mark.parametrize("preset", ["recommended", "paper"])
def test_frame_after_frame_gives_the_forces_of_the_whole_movement(preset) -> None:
    data = data_of(preset)
    settings, network = PRESET_SETTINGS[preset], shipped_network(preset).network
    necks = necks_of(data, settings)
    filters = np.repeat(np.asarray(network.filters)[:1], 2, axis=0)
    _, states = window_states(necks, filters, necks.angles)
    whole = forces_of(network.proposal, necks, states).answer

    generic = generic_anatomy(settings.form)
    load = HeadLoad(np.asarray(data.load_mass_kg[ONE]), data.load_place_m[ONE])

    def frame(start: int, before: Before) -> LiveForces:
        sight = Sight(
            markers=data.markers[ONE, start : start + WINDOW_FRAMES],
            neutral=np.asarray(generic.markers),
            noise_m=np.zeros(()),
            gravity=np.asarray(generic.gravity),
            traits=data.traits[ONE],
            doubt=np.zeros_like(data.traits[ONE]),
        )
        return in_single(live_frame)(
            network,
            settings.recruitment,
            generic,
            Body(data.measures[ONE], data.reach[ONE], load),
            sight,
            before,
        )

    now = frame(
        0, nothing_before(generic.system.size)
    )  # whole recordings begin twice: what was before is settled
    for start in STARTS:
        now = frame(start, Before(now.carried, np.ones(())))
        assert now.active == pytest.approx(whole.active[ONE, start], abs=2e-3)
        assert now.central == pytest.approx(whole.force[ONE, start], abs=1.0)
    assert np.abs(whole.active[ONE, STARTS[-1]] - whole.active[ONE, 0]).max() > 0.1


def test_noise_chooses_the_filter_that_is_made_for_it() -> None:
    local = np.asarray(generic_anatomy().markers)
    sight = Sight(
        markers=jnp.asarray(local[None]),
        neutral=jnp.asarray(local),
        noise_m=jnp.zeros(()),
        gravity=jnp.zeros(3),
        traits=jnp.zeros(3),
        doubt=jnp.zeros(3),
    )
    found = {}
    for noise_mm in (0.0, 0.01, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 100.0):
        noisy = eqx.tree_at(lambda s: s.noise_m, sight, jnp.asarray(noise_mm / 1e3))
        found[noise_mm] = int(noise_level(noisy))
        assert found[noise_mm] == level_of(angle_noise_rad(local, noise_mm / 1e3))
    assert found[0.0] == 0
    assert found[100.0] == len(NOISE_LEVELS_RAD) - 1
    assert sorted(found.values()) == list(found.values())
