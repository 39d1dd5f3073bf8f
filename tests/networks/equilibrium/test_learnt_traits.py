"""A person's traits from the markers of a whole recording, people and markers simulated."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import Form, generic_anatomy
from nuchal.model.kinematics import marker_positions
from nuchal.model.traits import trait_sd, with_traits
from nuchal.movements.random import FreeMovement, free_movements
from nuchal.movements.random_settings import FreeSettings
from nuchal.networks.equilibrium.learnt_traits import Misplaced, estimate_traits

WITH_TRAITS = FreeSettings(frames=600, traits=(1.0,))
SURE = Misplaced(thorax_m=1e-6, head_m=1e-6, least_noise_m=1e-5)


def people_of(form: Form) -> FreeMovement:
    return free_movements(WITH_TRAITS, 8, np.arange(16), anatomy=generic_anatomy(form))


@eqx.filter_jit
def seen(anatomy: Anatomy, traits: np.ndarray, q: np.ndarray) -> jax.Array:
    neck = with_traits(anatomy, traits)
    return jax.vmap(lambda one: marker_positions(neck, one))(q)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["source", "living"])
def test_sharing_is_found_in_clean_markers_that_sit_where_they_should(form: Form) -> None:
    """Of pitch and roll; what yaw does is hardly seen, nor what stretches both parts alike."""
    anatomy, people = generic_anatomy(form), people_of(form)
    both = np.eye(len(trait_sd(anatomy)))[:2]
    if form == "living":
        both[:, 3:5] = -np.eye(2)
    for person in range(3):
        traits = np.asarray(people.traits[person])
        markers = np.asarray(seen(anatomy, jnp.asarray(traits), people.motion.q[person]))
        doubt = np.ones(len(traits))
        found = estimate_traits(anatomy, people.motion.time[person], markers, doubt, SURE)
        assert both @ found.traits == pytest.approx(both @ traits, abs=5e-3)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["source", "living"])
def test_misplaced_markers_leave_as_much_in_doubt_as_is_said(form: Form) -> None:
    dice, anatomy, people = np.random.default_rng(1), generic_anatomy(form), people_of(form)
    spread, off, before = trait_sd(anatomy), [], []
    for person in range(16):
        traits = np.asarray(people.traits[person])
        markers = np.asarray(seen(anatomy, jnp.asarray(traits), people.motion.q[person]))
        markers = markers + dice.normal(size=3) * 0.005
        found = estimate_traits(anatomy, people.motion.time[person], markers, np.ones(len(spread)))
        off.append((found.traits - traits) / found.sd)
        before.append(found.sd)
        assert (found.sd <= spread * 1.0001).all()
        assert found.frames == 30
    assert np.sqrt(np.mean(np.square(off), axis=0)).max() < 1.7
    narrowed = {"source": 0.8, "living": 0.9}[form]
    assert np.mean(before, axis=0)[0] < narrowed * spread[0]


def test_nothing_seen_leaves_what_was_known() -> None:
    anatomy, doubt = generic_anatomy("living"), np.linspace(0.0, 1.0, 7)
    found = estimate_traits(anatomy, np.zeros(0), np.zeros((0, 3, 3)), doubt)
    assert not found.traits.any()
    assert found.sd == pytest.approx(doubt * trait_sd(anatomy))
