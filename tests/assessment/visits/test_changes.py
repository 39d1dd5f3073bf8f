"""What is said of two visits, against densities worked out otherwise and figures that are known."""

from itertools import product

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from nuchal.assessment.visits.changes import (
    answers_of,
    find_changes,
    judge_changes,
    sides_of,
    verdict_of,
)
from nuchal.assessment.visits.repeatability import (
    Reached,
    Repeatability,
    change_covariance_deg2,
)
from nuchal.model.clinical import DIRECTIONS
from nuchal.model.norms import repetition_sd_deg

REACH = np.array([60.0, 65.0, 40.0, 42.0, 65.0, 68.0])
NOTHING = np.zeros(6)


def reached(mean: np.ndarray, count: int = 3, measuring: np.ndarray = NOTHING) -> Reached:
    """Attempts that scatter as is usual: so own and usual scatter are the same."""
    off = np.linspace(-1.0, 1.0, count) if count > 1 else np.zeros(1)
    off = off / (off.std(ddof=1) if count > 1 else 1.0)
    attempts = [m + s * off for m, s in zip(mean, repetition_sd_deg(), strict=True)]
    return Reached(attempts_deg=attempts, measuring_sd_deg=measuring)


def test_probabilities_are_those_of_all_answers_worked_out_one_by_one() -> None:
    """Bayes' theorem by SciPy's densities, answer by answer; the prior is as the page says."""
    covariance = np.array([[20.0, -8.0], [-8.0, 30.0]])
    change = np.array([-9.0, 4.0])
    weight = {}
    for signs in product((-1, 0, 1), repeat=2):
        s = np.array(signs, float)
        spread = covariance + 8.0**2 * np.diag(np.abs(s))
        before = np.prod([0.25 if x else 0.5 for x in signs])
        weight[signs] = before * multivariate_normal(12.0 * s, spread).pdf(change)
    whole = sum(weight.values())
    worse, better = (one[0] for one in sides_of(change[None], answers_of(covariance)))
    for k in range(2):
        assert worse[k] == pytest.approx(sum(w for s, w in weight.items() if s[k] < 0) / whole)
        assert better[k] == pytest.approx(sum(w for s, w in weight.items() if s[k] > 0) / whole)


@pytest.mark.parametrize(
    ("error", "ceiling"), [(3.2, 0.953), (3.4, 0.930), (4.3, 0.794), (7.9, 0.381)]
)
def test_what_one_direction_allows_is_reached_where_errors_are_independent(
    error: float, ceiling: float
) -> None:
    """Sensitivity for 15 degrees at a specificity of 0.95, on drawn people."""
    covariance = 2.0 * error**2 * np.eye(6)
    dice = np.random.default_rng(11)
    answers = answers_of(covariance)
    unchanged = dice.normal(size=(3000, 6)) * np.sqrt(2.0) * error
    cut = np.quantile(np.stack(sides_of(unchanged, answers)), 0.95)
    changed = dice.normal(size=(3000, 6)) * np.sqrt(2.0) * error
    changed[:, 2] -= 15.0
    found = (sides_of(changed, answers)[0][:, 2] >= cut).mean()
    assert ceiling == pytest.approx(
        norm.cdf(15.0 / error / np.sqrt(2.0) - norm.ppf(0.95)), abs=1e-3
    )
    assert found == pytest.approx(ceiling, abs=0.03)


def test_a_shift_of_the_neutral_pose_is_no_change() -> None:
    """What flexion gains extension loses: less of a change than what is lost alone."""
    shifted = REACH + np.array([5.0, -5.0, 0.0, 0.0, 0.0, 0.0])
    lost = REACH + np.array([0.0, -5.0, 0.0, 0.0, 0.0, 0.0])
    alone = Repeatability(shift_share=0.0, effort_share=0.0)
    together, each = (
        [find_changes(reached(REACH), reached(x), errors)[1].worse for x in (shifted, lost)]
        for errors in (Repeatability(), alone)
    )
    assert together[0] < 0.85 * together[1]
    assert each[0] == pytest.approx(each[1], rel=1e-6)
    assert together[0] < each[0]


def test_less_effort_in_all_directions_is_no_change_of_one() -> None:
    found = find_changes(reached(REACH), reached(0.93 * REACH))
    assert {one.verdict for one in found} <= {"unchanged", "cannot be told"}
    assert max(one.worse for one in found) < 0.5


@pytest.mark.parametrize("way", range(6))
@pytest.mark.parametrize("change", [-15.0, 15.0])
def test_one_direction_that_changed_is_named_alone(way: int, change: float) -> None:
    other = REACH.copy()
    other[way] += change
    found = find_changes(reached(REACH), reached(other))
    right = "worse" if change < 0.0 else "better"
    assert {one.direction for one in found if one.verdict == right} == {DIRECTIONS[way]}
    assert found[way].change_deg == pytest.approx(change)
    low, high = found[way].interval_deg
    assert low < change < high
    assert found[way].smallest_detectable_deg == pytest.approx(1.96 * found[way].sd_deg, rel=1e-4)


def test_the_same_twice_is_unchanged() -> None:
    for one in find_changes(reached(REACH), reached(REACH)):
        assert one.verdict == "unchanged"
        assert one.worse == pytest.approx(one.better)
        assert one.chance > 0.4


def test_first_and_second_exchanged_worse_and_better_are_too() -> None:
    other = REACH + np.array([-12.0, 3.0, 0.0, 6.0, -2.0, 9.0])
    forth, back = (
        find_changes(reached(a), reached(b)) for a, b in ((REACH, other), (other, REACH))
    )
    for one, two in zip(forth, back, strict=True):
        assert one.worse == pytest.approx(two.better, rel=1e-9)
        assert one.chance == pytest.approx(two.chance)


def test_chance_is_the_share_of_unchanged_people_who_seem_as_much_changed() -> None:
    """One direction alone: its own tail, as the normal distribution has it."""
    sd = 4.8
    found = judge_changes(np.array([1.645 * sd]), np.array([[sd**2]]))
    assert found.chance[0] == pytest.approx(0.05, abs=0.01)
    assert found.chance_of_any[0] == pytest.approx(0.10, abs=0.015)


def test_directions_not_tested_both_times_are_not_judged() -> None:
    before, after = reached(REACH), reached(REACH)
    first = [np.zeros(0), *before.attempts_deg[1:]]
    found = find_changes(Reached(attempts_deg=first, measuring_sd_deg=NOTHING), after)
    assert found[0].verdict == "not tested"
    assert found[0].change_deg is None
    assert found[0].interval_deg is None
    assert found[0].after_deg == pytest.approx(60.0)
    assert [one.verdict for one in found[1:]] == ["unchanged"] * 5


def test_nothing_tested_nothing_told() -> None:
    empty = Reached(attempts_deg=[np.zeros(0)] * 6, measuring_sd_deg=NOTHING)
    assert {one.verdict for one in find_changes(empty, empty)} == {"not tested"}


def test_the_variance_of_a_direction_is_the_standard_error_it_was_given() -> None:
    """Three usual attempts: on average over directions twice its square."""
    for error in (3.4, 5.0):
        found = change_covariance_deg2(
            reached(REACH), reached(REACH), Repeatability(standard_error_deg=error)
        )
        assert np.diag(found).mean() == pytest.approx(2.0 * error**2, rel=1e-6)
        assert found[0, 1] < found[0, 2]  # a shift sets flexion against extension
        assert found[0, 2] > 0.0  # effort moves all
        assert np.linalg.eigvalsh(found)[0] > 0.0


def test_attempts_that_scatter_and_poor_sensors_make_it_larger() -> None:
    usual = change_covariance_deg2(reached(REACH), reached(REACH), Repeatability())
    wild = Reached(
        attempts_deg=[m + np.array([-12.0, 0.0, 12.0]) for m in REACH], measuring_sd_deg=NOTHING
    )
    assert (
        np.diag(change_covariance_deg2(wild, wild, Repeatability())) > np.diag(usual) + 20
    ).all()
    measured = reached(REACH, measuring=np.full(6, 2.0))
    more = change_covariance_deg2(measured, measured, Repeatability())
    assert np.diag(more) == pytest.approx(np.diag(usual) + 2.0 * 2.0**2)
    once = reached(REACH, count=1)
    fewer = change_covariance_deg2(once, once, Repeatability())
    assert np.diag(fewer) == pytest.approx(
        np.diag(usual) + 2.0 * (2.0 / 3.0) * repetition_sd_deg() ** 2
    )


@pytest.mark.parametrize(
    ("worse", "better", "chance", "verdict"),
    [
        (0.8, 0.0, 0.01, "worse"),
        (0.0, 0.8, 0.01, "better"),
        (0.8, 0.0, 0.06, "cannot be told"),
        (0.45, 0.0, 0.01, "cannot be told"),
        (0.1, 0.1, 0.4, "unchanged"),
        (0.2, 0.1, 0.2, "cannot be told"),
    ],
)
def test_the_rule_of_verdicts(worse: float, better: float, chance: float, verdict: str) -> None:
    assert verdict_of(worse, better, chance) == verdict
