"""A person's rhythm from the markers of a whole recording, people and markers simulated."""

import jax
import numpy as np
import pytest

from nuchal.conventions import RHYTHM
from nuchal.model.anatomy import Anatomy
from nuchal.model.kinematics import marker_positions
from nuchal.movements.random import free_movements
from nuchal.movements.random_settings import PERSONAL_RHYTHM_SD, FreeSettings
from nuchal.networks.equilibrium.rhythm import RhythmPriors, estimate_rhythm, population_rhythm

PEOPLE = free_movements(
    FreeSettings(frames=600, rhythm_sd=PERSONAL_RHYTHM_SD), seed=8, indices=np.arange(16)
)


def seen(anatomy: Anatomy, person: int) -> np.ndarray:
    trace = jax.jit(jax.vmap(lambda q: marker_positions(anatomy, q)))
    return np.asarray(trace(PEOPLE.motion.q[person]))


def test_it_is_found_in_clean_markers_that_sit_where_they_should(anatomy: Anatomy) -> None:
    sure = RhythmPriors(thorax_misplacement_m=1e-6, head_misplacement_m=1e-6, least_noise_m=1e-5)
    for person in range(4):
        found = estimate_rhythm(anatomy, PEOPLE.motion.time[person], seen(anatomy, person), sure)
        assert found.share[:2] == pytest.approx(PEOPLE.rhythm[person, :2], abs=2e-3)


@pytest.mark.slow
def test_misplaced_markers_leave_as_much_in_doubt_as_is_said(anatomy: Anatomy) -> None:
    dice = np.random.default_rng(1)
    off = []
    for person in range(16):
        markers = seen(anatomy, person) + dice.normal(size=3) * 0.005
        found = estimate_rhythm(anatomy, PEOPLE.motion.time[person], markers)
        off.append((found.share - PEOPLE.rhythm[person]) / found.sd)
        assert (found.sd <= np.array(PERSONAL_RHYTHM_SD) * 1.0001).all()
        assert found.frames == 30
    assert np.sqrt(np.mean(np.square(off), axis=0)).max() < 1.6
    learnt = np.sqrt(np.mean(np.square([o * found.sd for o in off]), axis=0))
    before = np.sqrt(np.mean(np.square(PEOPLE.rhythm - np.array(RHYTHM)), axis=0))
    assert learnt[0] < 0.7 * before[0]


def test_nothing_seen_leaves_the_population(anatomy: Anatomy) -> None:
    found = estimate_rhythm(anatomy, np.zeros(0), np.zeros((0, 3, 3)))
    assert found.share.tolist() == list(RHYTHM)
    assert found.sd.tolist() == population_rhythm().sd.tolist() == list(PERSONAL_RHYTHM_SD)
