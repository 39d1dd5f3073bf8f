"""Labels are those of each neck alone, and a shard has the same bits whatever is made around it."""

import jax
import numpy as np
import pytest

from nuchal.errors import DatasetError
from nuchal.model.kinematics import marker_positions
from nuchal.model.population import Population, draw_person
from nuchal.model.scaling import personalise
from nuchal.movements.random import free_movements
from nuchal.movements.random_settings import FreeSettings
from nuchal.movements.standard import standard_movement
from nuchal.networks.training.labelled import label_shard
from nuchal.networks.training.records import SUBJECTS_PER_SHARD, GivenMovement, Recipe
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.optimisation.simulate import simulate
from nuchal.records import LabelledMotions

pytestmark = pytest.mark.slow


SHORT = FreeSettings(frames=30, traits=(1.0,), loaded_share=0.5)
PEOPLE = Population(seed=7)


def free_recipe(subjects: int) -> Recipe:
    return Recipe(
        subjects=subjects, motion="free", preset="classical", population=PEOPLE, free=SHORT
    )


@pytest.fixture(scope="module")
def shard() -> LabelledMotions:
    return label_shard(free_recipe(43), 1)


def test_free_labels_are_those_of_the_neck_alone(shard: LabelledMotions) -> None:
    assert list(shard.subject) == [40, 41, 42]
    made = free_movements(SHORT, PEOPLE.seed, np.array([40, 41, 42]))
    for k, index in enumerate(shard.subject):
        person = draw_person(PEOPLE, int(index))
        neck = personalise(person, form="source")
        motion = jax.tree.map(lambda x, k=k: x[k], made.motion)
        load = jax.tree.map(lambda x, k=k: x[k], made.load)
        alone = simulate(neck, motion, PRESET_SETTINGS["classical"].recruitment, load).forces
        np.testing.assert_allclose(shard.force[k], alone.force, rtol=2e-7, atol=1e-6)
        np.testing.assert_allclose(shard.activation[k], alone.activation, rtol=2e-7, atol=1e-7)
        np.testing.assert_array_equal(shard.status[k], alone.status)
        markers = jax.vmap(lambda q, neck=neck: marker_positions(neck, q))(motion.q)
        np.testing.assert_allclose(shard.markers[k], markers, rtol=0, atol=1e-7)
        measures = (person.neck_length_m, person.shoulder_width_m, person.head_and_neck_mass_kg)
        np.testing.assert_array_equal(shard.measures[k], measures)
        np.testing.assert_array_equal(shard.traits[k], made.traits[k])


def test_a_shard_does_not_depend_on_what_else_is_made(shard: LabelledMotions) -> None:
    again = label_shard(free_recipe(3 * SUBJECTS_PER_SHARD), 1, threads=1)
    for name in ("force", "activation", "markers", "q", "qdd", "measures", "load_mass_kg"):
        np.testing.assert_array_equal(getattr(again, name)[:3], getattr(shard, name))


@pytest.mark.slow
def test_the_papers_labels_follow_frame_after_frame() -> None:
    """Two necks of the paper's set against the story of one neck."""
    recipe = Recipe(subjects=2, motion="standard", preset="paper", population=PEOPLE)
    made = label_shard(recipe, 0)
    settings = PRESET_SETTINGS["paper"].recruitment
    for k in range(2):
        neck = personalise(draw_person(PEOPLE, k), form="source")
        motion = standard_movement()
        load = jax.tree.map(np.zeros_like, free_movements(SHORT, 0, np.arange(1)).load)
        load = jax.tree.map(lambda x: x[0], load)
        alone = simulate(neck, motion, settings, load).forces
        np.testing.assert_allclose(made.force[k], alone.force, rtol=2e-7, atol=1e-6)


def test_a_given_movement_is_everybodys() -> None:
    moved = standard_movement()
    rows = tuple(map(tuple, np.round(np.asarray(moved.q), 6).tolist()))
    rate_hz = 1.0 / float(moved.time[1] - moved.time[0])
    given = GivenMovement("movement.mot", rate_hz, rows)
    recipe = Recipe(subjects=2, motion="given", given=given, preset="paper", population=PEOPLE)
    made = label_shard(recipe, 0)
    inner = slice(10, -10)
    for k in range(2):
        assert np.abs(made.q[k] - moved.q)[inner].max() < 5e-4
        fastest = np.abs(np.asarray(moved.qd)).max()
        assert np.abs(made.qd[k] - moved.qd)[inner].max() < 0.01 * fastest
    assert np.isfinite(made.force).all()


@pytest.mark.parametrize("subjects", [0, -1, 10**9])
def test_impossible_numbers_of_subjects_are_refused(subjects: int) -> None:
    with pytest.raises(DatasetError) as refused:
        free_recipe(subjects)
    assert refused.value.what == "dataset.subjects"


def test_shards_cover_the_subjects_once() -> None:
    recipe = free_recipe(203)
    found = np.concatenate([recipe.subjects_of(k) for k in range(recipe.shards)])
    np.testing.assert_array_equal(found, np.arange(203))
