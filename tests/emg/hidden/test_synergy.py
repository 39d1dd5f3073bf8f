"""Synergies that were planted are found, and hidden muscles that are made of them too."""

import jax
import numpy as np
import pytest
from sklearn.decomposition import PCA

from nuchal.emg.hidden.mse import extrapolate, fit_mse
from nuchal.emg.hidden.muscles import (
    JointTask,
    MuscleSystem,
    fibre_forces,
    joint_moment,
    lagged,
    shaped,
)
from nuchal.emg.hidden.personal import generic_person, personalised
from nuchal.emg.hidden.records import MseSettings
from nuchal.emg.hidden.synergy import courses_in, find_synergies, variance_accounted_for
from nuchal.errors import NuchalError


def planted(frames: int = 300) -> tuple[np.ndarray, np.ndarray]:
    """Two courses that are each silent while the other is not, and their vectors."""
    time = np.linspace(0.0, 1.0, frames)
    courses = np.stack(
        [np.maximum(np.sin(4 * np.pi * time), 0.0), np.maximum(-np.sin(4 * np.pi * time), 0.0)], 1
    )
    vectors = np.array([[1.0, 0.5, 0.0, 0.2], [0.0, 0.3, 1.0, 0.7]])
    return courses, vectors


def test_nmf_recovers_planted_synergies() -> None:
    courses, vectors = planted()
    channels = courses @ vectors
    found = find_synergies(channels, count=2)
    assert found.accounted_for > 1.0 - 1e-6
    mine = np.corrcoef(found.courses.T, courses.T)[:2, 2:]
    order = mine.argmax(axis=1)
    assert sorted(order) == [0, 1]
    np.testing.assert_allclose(mine.max(axis=1), 1.0, atol=1e-4)
    scaled = vectors / channels.max(axis=0)
    np.testing.assert_allclose(found.vectors, scaled[order], atol=5e-3)


def test_the_fewest_that_are_enough() -> None:
    courses, vectors = planted()
    assert len(find_synergies(courses @ vectors, replicates=3).vectors) == 2
    assert len(find_synergies(courses @ vectors, kind="pca").vectors) <= 2


def test_components_are_those_of_scikit_learn() -> None:
    dice = np.random.default_rng(3)
    channels = dice.uniform(0.1, 1.0, (200, 4))
    found = find_synergies(channels, kind="pca", count=2)
    theirs = PCA(2).fit(channels / channels.max(axis=0))
    rebuilt = found.courses @ found.vectors + found.mean
    expected = theirs.inverse_transform(theirs.transform(channels / channels.max(axis=0)))
    np.testing.assert_allclose(rebuilt, expected, atol=1e-10)
    vaf = variance_accounted_for(channels / channels.max(axis=0), expected)
    assert found.accounted_for == pytest.approx(vaf, abs=1e-10)


def test_other_trials_keep_the_vectors() -> None:
    courses, vectors = planted()
    found = find_synergies(courses @ vectors, count=2)
    again = courses_in(found, (courses @ vectors)[50:120])
    np.testing.assert_allclose(again.courses, found.courses[50:120], atol=2e-3)


def test_mistakes_are_told() -> None:
    with pytest.raises(NuchalError) as silent:
        find_synergies(np.array([[1.0, 0.0], [0.5, 0.0]]))
    assert (silent.value.what, silent.value.values["channel"]) == ("hidden_emg.silent_channel", 2)
    with pytest.raises(NuchalError) as many:
        find_synergies(np.ones((5, 2)), count=3)
    assert many.value.what == "hidden_emg.too_many_synergies"


def planted_trials(
    system: MuscleSystem, task: JointTask
) -> tuple[JointTask, np.ndarray, np.ndarray]:
    """Trials whose hidden muscles are combinations of two synergies of the measured ones."""
    n, t = task.moment.shape[:2]
    time = np.asarray(task.time)
    courses = np.stack(
        [0.5 + 0.5 * np.sin(3.0 * time + 1.0), 0.5 + 0.5 * np.cos(7.0 * time)], axis=-1
    )
    measured = courses @ np.array([[0.5, 0.0, 0.2], [0.0, 0.4, 0.3]])
    hidden = courses @ np.array([[0.3, 0.1], [0.05, 0.4]])
    excitation = np.zeros((n, t, 5))
    excitation[..., [0, 2, 4]], excitation[..., [1, 3]] = measured, hidden
    generic = personalised(system, generic_person(system))
    value = jax.vmap(lambda u: lagged(u, step_s=0.02))(excitation)
    forces = fibre_forces(system, task.length, task.velocity)
    moment = joint_moment(task.moment_arms, forces, shaped(value, generic.shape))
    fields = vars(task) | {"moment": np.asarray(moment), "channels": measured}
    return JointTask(**fields), excitation, hidden


@pytest.mark.parametrize("kind", ["nmf", "pca"])
def test_extrapolation_recovers_planted_muscles(
    system: MuscleSystem, task: JointTask, kind: str
) -> None:
    trials, excitation, _ = planted_trials(system, task)
    settings = MseSettings(
        factorisation=kind,
        synergies=2,
        personal=False,
        residual_sd=0.0,
        moment_sd_share=1e-4,
        weight_sd=100.0,
        rounds=1000,
    )
    fit = fit_mse(system, trials, settings)
    found = extrapolate(fit, trials)
    np.testing.assert_allclose(found.excitation, excitation, atol=2e-3)
    np.testing.assert_allclose(found.moment, trials.moment, atol=1e-2)
