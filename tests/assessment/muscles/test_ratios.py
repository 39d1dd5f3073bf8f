"""Ratios of forces that are known, and the paired test against its textbook formula."""

import numpy as np
import pytest
from scipy import stats

from nuchal.assessment.envelopes.overlap import paired_test
from nuchal.assessment.muscles.ratios import LEAST_SHARE, Exertion, ratios_of
from nuchal.model.generic import MUSCLES, generic_anatomy

STRENGTH = np.asarray(generic_anatomy().max_isometric_force)
TIME = np.linspace(0.0, 1.0, 201)
IDEAL = STRENGTH * (0.2 + 0.3 * np.sin(np.pi * TIME)[:, None])
ALL = np.ones(201, bool)


def test_ratios_of_peaks_and_of_means() -> None:
    """Half the swing on the same floor: the peak falls to 0.7, the mean by less."""
    actual = STRENGTH * (0.2 + 0.15 * np.sin(np.pi * TIME)[:, None])
    found = ratios_of(Exertion(actual, ALL), Exertion(IDEAL, ALL), STRENGTH)
    assert found is not None
    assert found.peak == pytest.approx(0.7)
    mean = (0.2 + 0.15 * 2.0 / np.pi) / (0.2 + 0.3 * 2.0 / np.pi)
    assert found.mean == pytest.approx(mean, rel=1e-2)
    assert found.defined.all()


def test_longer_movement_of_the_same_forces_is_no_more() -> None:
    twice = np.concatenate([IDEAL, IDEAL])
    found = ratios_of(Exertion(twice, np.ones(402, bool)), Exertion(IDEAL, ALL), STRENGTH)
    assert found is not None
    assert found.mean == pytest.approx(1.0)


def test_frames_that_cannot_be_used_do_not_count() -> None:
    actual, use = IDEAL.copy(), ALL.copy()
    actual[90:110], use[90:110] = np.nan, False
    found = ratios_of(Exertion(actual, use), Exertion(IDEAL, ALL), STRENGTH)
    assert found is not None
    assert (found.peak < 1.0).all()
    assert (found.peak > 0.97).all()
    assert ratios_of(Exertion(actual, ~ALL), Exertion(IDEAL, ALL), STRENGTH) is None


def test_a_muscle_that_rests_has_no_ratio() -> None:
    ideal = IDEAL.copy()
    k = MUSCLES.index("trap_cl")
    ideal[:, k] = 0.99 * LEAST_SHARE * STRENGTH[k]
    found = ratios_of(Exertion(IDEAL, ALL), Exertion(ideal, ALL), STRENGTH)
    assert found is not None
    assert np.flatnonzero(~found.defined).tolist() == [k]
    assert found.peak[k] == 1.0


def test_paired_test_is_students() -> None:
    first, second = np.array([0.71, 0.80, 0.78]), np.array([0.93, 0.92, 0.95])
    found = paired_test(first, second)
    assert found is not None
    off = first - second
    error = off.std(ddof=1) / np.sqrt(3.0)
    assert found.t == pytest.approx(off.mean() / error)
    assert found.p == pytest.approx(2.0 * stats.t.sf(abs(off.mean() / error), 2))
    assert (found.low, found.high) == pytest.approx(
        tuple(off.mean() + error * stats.t.ppf([0.025, 0.975], 2))
    )
    assert found.effect_size == pytest.approx(off.mean() / off.std(ddof=1))
    assert found.degrees_of_freedom == 2


def test_without_spread_there_is_no_test() -> None:
    assert paired_test(np.array([0.5, 0.6, 0.7]) * 0.0, np.zeros(3)) is None
    assert paired_test(np.array([0.5]), np.array([0.4])) is None
