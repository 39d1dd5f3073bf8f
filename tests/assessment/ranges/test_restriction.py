"""What is said of a person's directions, for people whose ranges are known."""

from unittest.mock import Mock

import numpy as np
import pytest
import scipy.stats

from nuchal.assessment.kinematics import Kinematics, range_error_deg2
from nuchal.assessment.ranges.reached import ALL_DIRECTIONS, Ranges
from nuchal.assessment.ranges.restriction import ellipse_deg, restrictions_of
from nuchal.assessment.records import Healthy, Restriction
from nuchal.model.norms import correlation, norm_of
from nuchal.records import Motion

STILL = Motion(np.zeros(1), *[np.zeros((1, 6))] * 3, status=np.zeros(1, int))
PEOPLE = 150


def judged(
    reach: np.ndarray, corner: np.ndarray | None = None, age: float | None = 45.0
) -> dict[str, Restriction]:
    healthy = Healthy(norm=norm_of(age), motion=STILL, angles_deg=np.zeros((1, 3)))
    corner = 0.95 * ellipse_deg(reach) if corner is None else corner
    found = restrictions_of(Ranges(reach_deg=reach, corner_deg=corner), healthy)
    assert [one.direction for one in found] == list(ALL_DIRECTIONS)
    return {one.direction: one for one in found}


def verdicts(found: dict[str, Restriction], verdict: str) -> set[str]:
    return {way for way, one in found.items() if one.verdict == verdict}


def test_the_mean_person_is_free() -> None:
    found = judged(norm_of(45.0).mean_deg)
    assert verdicts(found, "not restricted") == set(ALL_DIRECTIONS)
    assert max(one.probability for one in found.values()) < 0.05
    assert found["flexion"].normal_deg == pytest.approx(58.0, abs=0.5)


def test_more_is_expected_of_a_supple_person() -> None:
    """All others one standard deviation above: the regression of the correlation matrix."""
    norm = norm_of(45.0)
    supple = norm.mean_deg + norm.sd_deg
    found = judged(supple)["left rotation"]
    others = [0, 1, 2, 3, 4]
    alike = correlation()
    weights = np.linalg.solve(alike[np.ix_(others, others)], alike[others, 5])
    assert found.normal_deg == pytest.approx(64.0 + 8.0 * weights.sum(), abs=0.3)
    left = np.sqrt(1.0 - weights @ alike[others, 5])
    assert found.sd_deg == pytest.approx(8.0 * left, rel=0.1)


@pytest.mark.parametrize("way", range(6))
def test_a_side_that_lacks_half_is_found_alone(way: int) -> None:
    reach = norm_of(45.0).mean_deg.copy()
    reach[way] *= 0.45
    found = judged(reach)
    assert verdicts(found, "restricted") == {ALL_DIRECTIONS[way]}
    assert found[ALL_DIRECTIONS[way]].short_deg == pytest.approx(
        0.55 * norm_of(45.0).mean_deg[way], abs=2.0
    )


@pytest.mark.parametrize("k", range(4))
def test_a_corner_is_found_though_the_sides_are_free(k: int) -> None:
    reach = norm_of(45.0).mean_deg
    corner = 0.95 * ellipse_deg(reach)
    corner[k] -= 25.0
    assert verdicts(judged(reach, corner), "restricted") == {ALL_DIRECTIONS[6 + k]}


def test_two_corners_at_once_are_both_found() -> None:
    """As in the patient of He, Liu, Li 2026."""
    reach = norm_of(45.0).mean_deg
    corner = 0.95 * ellipse_deg(reach) - [25.0, 0.0, 25.0, 0.0]
    found = verdicts(judged(reach, corner), "restricted")
    assert found == {"right forward", "right backward"}


def test_movement_that_was_hardly_asked_for_is_not_judged() -> None:
    """Gait, and a recording of rotation alone."""
    gait = np.array([14.0, 9.0, 6.0, 8.0, 12.0, 11.0])
    found = judged(gait, np.array([12.0, 11.0, 5.0, 4.0]))
    assert verdicts(found, "not tested") == set(ALL_DIRECTIONS)
    rotation = np.array([6.0, 12.0, 11.0, 13.0, 66.0, 60.0])
    found = judged(rotation, np.array([11.0, 12.0, 3.0, 4.0]))
    assert verdicts(found, "not restricted") == {"right rotation", "left rotation"}
    assert verdicts(found, "not tested") == set(ALL_DIRECTIONS) - {
        "right rotation",
        "left rotation",
    }


def test_hardly_used_is_never_restricted_beside_a_free_mirror() -> None:
    reach = norm_of(45.0).mean_deg.copy()
    reach[2] = 9.0
    found = judged(reach)
    assert found["right bending"].verdict == "not tested"
    assert found["right bending"].normal_deg > 30.0
    assert found["left bending"].verdict == "not restricted"


def test_few_healthy_people_are_called_restricted() -> None:
    """In people drawn from the norms, at ages that are known or not."""
    dice = np.random.default_rng(12)
    wrong = {True: 0, False: 0}
    for _ in range(PEOPLE):
        norm = norm_of(float(dice.uniform(25.0, 65.0)))
        reach = dice.multivariate_normal(norm.mean_deg, norm.covariance_deg2).clip(15.0)
        corner = ellipse_deg(reach) * (0.95 + 0.06 * dice.normal() + 0.1 * dice.normal(size=4))
        for known in (True, False):
            found = judged(reach, corner, norm.age_years if known else None)
            wrong[known] += bool(verdicts(found, "restricted"))
    assert wrong[True] / PEOPLE < 0.11
    assert wrong[False] / PEOPLE < 0.11


def test_an_unknown_age_makes_ranges_hang_together() -> None:
    """Age moves all of them, so that the others tell it in part."""
    drawn = np.random.default_rng(4)
    norms = [norm_of(float(age)) for age in drawn.uniform(25.0, 65.0, 4000)]
    people = np.array([drawn.multivariate_normal(x.mean_deg, x.covariance_deg2) for x in norms])
    assert norm_of(None).covariance_deg2 == pytest.approx(np.cov(people.T), rel=0.12, abs=3.0)


@pytest.mark.parametrize("error_deg", [0.0, 3.0, 8.0])
def test_what_measured_a_range_counts_by_bayes(error_deg: float) -> None:
    """One plane alone was asked for, and its other side is as it should be: the closed form."""
    norm = norm_of(45.0)
    healthy = Healthy(norm=norm, motion=STILL, angles_deg=np.zeros((1, 3)))
    reach = np.zeros(6)
    reach[0], reach[1] = norm.mean_deg[0] - 22.0, 9.0
    ranges = Ranges(reach_deg=reach, corner_deg=np.zeros(4))
    error = np.zeros(10)
    error[0] = error_deg**2
    found = restrictions_of(ranges, healthy, error)[0]
    own = norm.covariance_deg2[0, 0] + error_deg**2
    free = scipy.stats.norm.pdf(-22.0, 0.0, np.sqrt(own))
    short = scipy.stats.norm.pdf(-22.0, -18.0, np.sqrt(own + 8.0**2))
    assert found.probability == pytest.approx(0.05 * short / (0.05 * short + 0.95 * free))
    assert found.sd_deg == pytest.approx(np.sqrt(own))


def test_a_doubtful_range_is_less_of_a_restriction() -> None:
    norm = norm_of(45.0)
    healthy = Healthy(norm=norm, motion=STILL, angles_deg=np.zeros((1, 3)))
    reach = norm.mean_deg.copy()
    reach[4] -= 20.0
    ranges = Ranges(reach_deg=reach, corner_deg=0.95 * ellipse_deg(reach))
    sure, doubtful = (restrictions_of(ranges, healthy, np.full(10, sd**2))[4] for sd in (0.0, 6.0))
    assert doubtful.probability < sure.probability
    assert doubtful.sd_deg > sure.sd_deg


def test_the_error_of_ranges_is_that_of_the_motions_that_are_as_likely() -> None:
    def ranges(flexion: float) -> Ranges:
        return Ranges(reach_deg=np.array([flexion, 1, 1, 1, 1, 1.0]), corner_deg=np.zeros(4))

    def trial(flexion: float, likely: tuple[float, ...]) -> Mock:
        return Mock(spec=Kinematics, ranges=ranges(flexion), likely=tuple(map(ranges, likely)))

    far, near = trial(50.0, (53.0, 46.0)), trial(30.0, (33.0, 26.0))
    error = range_error_deg2((far, near))
    assert error[0] == pytest.approx((3.0**2 + 4.0**2) / 2)
    assert error[1:].tolist() == [0.0] * 9
    assert range_error_deg2((trial(50.0, ()),)).tolist() == [0.0] * 10
    # beside a recording of markers, which are sure
    assert range_error_deg2((far, trial(52.0, ())))[0] == pytest.approx((1.0 + 0.0) / 2)
