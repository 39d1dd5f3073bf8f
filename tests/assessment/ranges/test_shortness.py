"""Short numbers among normal ones, against closed forms and against drawing people."""

import numpy as np
import pytest
from scipy.stats import norm

from nuchal.assessment.ranges.restriction import ShortnessPrior, find_shortness

PRIOR = ShortnessPrior(share=0.05, mean=18.0, sd=8.0)
NEVER = ShortnessPrior(share=1e-12, mean=18.0, sd=8.0)
MEAN, SD, ALIKE = np.array([40.0, 40.0]), 8.0, 0.75
COVARIANCE = SD**2 * np.array([[1.0, ALIKE], [ALIKE, 1.0]])
BOTH = np.array([True, True])


def test_expectation_is_the_conditional_normal() -> None:
    """Of two numbers, mean + r (other - mean) and sd sqrt(1 - r^2), if nothing can be short."""
    found = find_shortness(np.array([22.0, 48.0]), MEAN, COVARIANCE, BOTH, NEVER)
    assert found.expected == pytest.approx(40.0 + ALIKE * np.array([8.0, -18.0]), rel=1e-6)
    assert found.sd == pytest.approx([SD * np.sqrt(1.0 - ALIKE**2)] * 2, rel=1e-6)


def test_one_number_is_bayes_theorem_for_two_normals() -> None:
    mean, covariance = np.array([40.0]), np.array([[64.0]])
    for value in (45.0, 30.0, 20.0, 10.0):
        found = find_shortness(np.array([value]), mean, covariance, np.array([True]), PRIOR)
        well = 0.95 * norm.pdf(value, 40.0, 8.0)
        ill = 0.05 * norm.pdf(value, 22.0, np.hypot(8.0, 8.0))
        assert found.short[0] == pytest.approx(ill / (well + ill), rel=1e-9)
        assert found.expected[0] == pytest.approx(40.0)


def test_likelihood_is_the_share_of_drawn_people_who_are_short() -> None:
    """Among people drawn from the very belief who were found near one place."""
    dice = np.random.default_rng(3)
    count = 400_000
    short = dice.random((count, 2)) < 0.2
    healthy = MEAN + dice.multivariate_normal(np.zeros(2), COVARIANCE, count)
    prior = ShortnessPrior(share=0.2, mean=18.0, sd=8.0)
    found = healthy - short * dice.normal(18.0, 8.0, (count, 2))
    for place in ([22.0, 41.0], [33.0, 30.0], [20.0, 22.0]):
        near = (np.abs(found - place) < 1.5).all(axis=1)
        assert near.sum() > 400
        said = find_shortness(np.array(place), MEAN, COVARIANCE, BOTH, prior)
        error = 4.0 * 0.5 / np.sqrt(near.sum())
        assert said.short == pytest.approx(short[near].mean(axis=0), abs=error + 0.02)


def test_what_was_not_measured_says_nothing() -> None:
    found = find_shortness(np.array([10.0, 44.0]), MEAN, COVARIANCE, np.array([False, True]), PRIOR)
    alone = find_shortness(np.array([44.0]), MEAN[1:], COVARIANCE[1:, 1:], np.array([True]), PRIOR)
    assert found.short == pytest.approx([0.05, alone.short[0]])
    assert found.expected[1] == pytest.approx(40.0)
    assert found.expected[0] > 42.0
    nothing = find_shortness(np.array([0.0, 0.0]), MEAN, COVARIANCE, ~BOTH, PRIOR)
    assert nothing.expected == pytest.approx(MEAN)
    assert nothing.sd == pytest.approx([SD, SD])


def test_a_short_side_does_not_drag_down_what_is_expected_of_the_other() -> None:
    """As it would if nothing could be short."""
    found = find_shortness(np.array([5.0, 41.0]), MEAN, COVARIANCE, BOTH, PRIOR)
    naive = find_shortness(np.array([5.0, 41.0]), MEAN, COVARIANCE, BOTH, NEVER)
    assert found.short[0] > 0.99
    assert found.short[1] < 0.05
    assert naive.expected[1] < 15.0
    assert found.expected[1] > 30.0
