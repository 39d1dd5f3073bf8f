"""Ratios of forces that are known, and the paired test against its textbook formula."""

import numpy as np
import pytest
from scipy import stats

from nuchal.assessment.envelopes.overlap import paired_test
from nuchal.assessment.muscles.exertion import Exertion, exerted
from nuchal.assessment.muscles.ratios import LEAST_SHARE, Ratios, ratios_of
from nuchal.model.generic import MUSCLES, generic_anatomy
from nuchal.model.norms import norm_of

STRENGTH = np.asarray(generic_anatomy().max_isometric_force)
TIME = np.linspace(0.0, 1.0, 201)
IDEAL = STRENGTH * (0.2 + 0.3 * np.sin(np.pi * TIME)[:, None])
MEAN_DEG = norm_of(45.0).mean_deg


def made(force: np.ndarray, usable: np.ndarray | None = None) -> Exertion:
    """Forces while the head nods all the way to both sides."""
    turn = np.sin(2.0 * np.pi * np.linspace(0.0, 1.0, len(force)))
    angles = np.where(turn > 0.0, MEAN_DEG[0], MEAN_DEG[1])[:, None] * np.outer(turn, [1, 0, 0])
    return exerted(force, np.ones(len(force), bool) if usable is None else usable, angles)


def ratios(actual: Exertion, healthy: Exertion) -> Ratios:
    found = ratios_of(actual, healthy, STRENGTH, MEAN_DEG)
    assert found is not None
    assert found.common is not None
    return found


def test_ratios_of_peaks_and_of_means() -> None:
    """Half the swing on the same floor: the peak falls to 0.7, the mean by less."""
    actual = STRENGTH * (0.2 + 0.15 * np.sin(np.pi * TIME)[:, None])
    found = ratios(made(actual), made(IDEAL))
    assert found.end.value == pytest.approx(0.7)
    mean = (0.2 + 0.15 * 2.0 / np.pi) / (0.2 + 0.3 * 2.0 / np.pi)
    assert found.whole.value == pytest.approx(mean, rel=1e-2)
    assert found.whole.defined.all()


def test_longer_movement_of_the_same_forces_is_no_more() -> None:
    found = ratios(made(np.concatenate([IDEAL, IDEAL])), made(IDEAL))
    assert found.whole.value == pytest.approx(1.0)


def test_frames_that_cannot_be_used_do_not_count() -> None:
    actual, use = IDEAL.copy(), np.ones(201, bool)
    actual[90:110], use[90:110] = np.nan, False
    found = ratios(made(actual, use), made(IDEAL))
    assert (found.end.value < 1.0).all()
    assert (found.end.value > 0.97).all()
    assert found.common is not None
    assert ((found.common.value > 0.9) & (found.common.value < 1.0)).all()
    assert ratios_of(made(actual, use & False), made(IDEAL), STRENGTH, MEAN_DEG) is None


def test_a_muscle_that_rests_has_no_ratio() -> None:
    ideal = IDEAL.copy()
    k = MUSCLES.index("trap_cl")
    ideal[:, k] = 0.99 * LEAST_SHARE * STRENGTH[k]
    found = ratios(made(IDEAL), made(ideal))
    for one in (found.common, found.whole, found.end):
        assert one is not None
        assert np.flatnonzero(~one.defined).tolist() == [k]
        assert one.value[k] == 1.0


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
