"""What is healthy, for ratios that are known, and of the shipped people."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from nuchal.assessment.muscles.limits import (
    Limits,
    healthy_iou,
    healthy_limits,
    limits_of,
)
from nuchal.assessment.muscles.ratios import KINDS, Kind
from nuchal.conventions import PRESETS, Preset
from nuchal.model.generic import generic_system

SYSTEM = generic_system()
PARTNERS = SYSTEM.partners
EACH = np.ones(SYSTEM.size)


def drawn(count: int, seed: int) -> np.ndarray:
    """Logarithms of people whose muscles go up and down together, and by themselves."""
    dice = np.random.default_rng(seed)
    return 0.2 * dice.normal(size=(count, 1)) + 0.15 * dice.normal(size=(count, 72)) - 0.1


@pytest.mark.slow
def test_limits_are_mean_and_spread_of_people() -> None:
    people = drawn(5000, 1)
    limits = limits_of(people, PARTNERS)
    low, high = limits.range
    assert low == pytest.approx(np.exp(-0.1 - 1.96 * 0.25) * EACH, rel=0.03)
    assert high == pytest.approx(np.exp(-0.1 + 1.96 * 0.25) * EACH, rel=0.03)
    assert limits.beside_sd == pytest.approx(np.sqrt(0.25 * 0.2**2 + 1.25 * 0.15**2), rel=0.05)


def test_few_people_make_wider_limits() -> None:
    """A healthy person is outside of 95 % limits once in twenty, however few set them."""
    outside = []
    for seed in range(40):
        people, others = drawn(6, 2 * seed), drawn(50, 2 * seed + 1)
        low, high = np.log(limits_of(people, PARTNERS).range)
        outside.append(((others < low) | (others > high)).mean())
    assert np.mean(outside) == pytest.approx(0.05, abs=0.01)


def test_chance_is_the_share_of_people_with_a_muscle_as_far_off() -> None:
    """Of pairs that know nothing of one another: one minus the 36th power of a pair's chance."""
    limits = limits_of(np.random.default_rng(3).normal(size=(2000, 72)), PARTNERS)
    score = np.array([2.5, 3.0, 3.5, -3.5])
    alike = -1.0 / 1.25
    pair = multivariate_normal(np.zeros(2), np.array([[1.0, alike], [alike, 1.0]]))
    near = [pair.cdf([x, x], lower_limit=[-x, -x]) for x in np.abs(score)]
    assert limits.chance(score) == pytest.approx(1.0 - np.array(near) ** 36, abs=0.035)
    assert limits.chance(np.array([99.0])) == pytest.approx([1.0 / 2001.0])


def test_score_is_beside_the_other_side() -> None:
    limits = Limits(
        mean=0.0 * EACH,
        sd=0.3 * EACH,
        beside_mean=0.1 * EACH,
        beside_sd=0.2 * EACH,
        farthest=np.zeros(10**6),
        partners=PARTNERS,
    )
    assert limits.score(-0.3 * EACH, 0.2 * EACH) == pytest.approx(-0.5 / 0.2 * EACH, rel=1e-5)
    low, high = limits.range_beside(0.2 * EACH)
    assert np.log(low) == pytest.approx((0.2 - 1.96 * 0.2) * EACH, abs=1e-3)
    assert np.log(high) == pytest.approx((0.2 + 1.96 * 0.2) * EACH, abs=1e-3)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("preset", PRESETS)
def test_the_shipped_limits_are_of_people(preset: Preset, kind: Kind) -> None:
    limits = healthy_limits(preset, SYSTEM, kind)
    assert limits.people >= 20
    low, high = limits.range
    # The source's vertebrae are heavy, so that small movements cost what the smooth one does not.
    # Peaks at the end of range name nothing, and are as they come.
    around_one = 0.8 if preset == "paper" else 0.9
    assert kind == "end" or ((low <= 1.0) & (high >= 1.0)).mean() > around_one
    assert (limits.sd > 0.0).sum() >= 70
    # The movement that is normal goes round and turned back to one side only.
    mirrored = np.abs(limits.mean - limits.mean[np.array(PARTNERS)])
    assert np.median(mirrored) < (0.15 if preset == "paper" else 0.1)
    assert all(0.4 < one < 0.9 for one in healthy_iou(preset))
