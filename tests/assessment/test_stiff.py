"""Which ranges are short, and what is left of a movement that is worked out again."""

import numpy as np
import pytest

from nuchal.assessment.muscles.exertion import exerted
from nuchal.assessment.ranges.reached import Ranges
from nuchal.assessment.stiff import SHORT_SDS, again, short_share
from nuchal.model.norms import norm_of

NORM = norm_of(45.0)


def ranges(reach: np.ndarray) -> Ranges:
    return Ranges(reach_deg=reach, corner_deg=np.zeros(4))


@pytest.mark.parametrize("way", range(6))
def test_a_range_is_short_beyond_a_standard_deviation(way: int) -> None:
    one = np.eye(6)[way]
    just = NORM.mean_deg - (SHORT_SDS * NORM.sd_deg - 0.1) * one
    assert (short_share(ranges(just), NORM, {}) == 1.0).all()
    below = NORM.mean_deg - (SHORT_SDS * NORM.sd_deg + 0.1) * one
    share = short_share(ranges(below), NORM, {})
    assert share[way] == pytest.approx(below[way] / NORM.mean_deg[way])
    assert (np.delete(share, way) == 1.0).all()


def test_where_nobody_was_asked_to_go_nothing_is_short() -> None:
    rotation = np.array([8.0, 11.0, 9.0, 8.0, 40.0, 60.0])
    share = short_share(ranges(rotation), NORM, {})
    assert share[4] == pytest.approx(40.0 / NORM.mean_deg[4])
    assert (np.delete(share, 4) == 1.0).all()


def test_a_measured_range_counts_beside_what_is_seen() -> None:
    seen = NORM.mean_deg * np.array([1.0, 1.0, 0.5, 1.0, 0.0, 0.0])
    given = {"right_bending": 33.0, "left_rotation": 30.0, "flexion": 20.0}
    share = short_share(ranges(seen), NORM, given)
    assert share[5] == pytest.approx(30.0 / NORM.mean_deg[5])
    assert (np.delete(share, 5) == 1.0).all()


def test_frames_that_are_not_worked_out_again_are_left_out() -> None:
    dice = np.random.default_rng(2)
    before = exerted(dice.random((6, 72)), np.array([1, 1, 0, 1, 1, 1], bool), dice.random((6, 3)))
    which = np.array([0, 1, 0, 1, 1, 0], bool)
    found = again(before, which, np.full((3, 72), 7.0), np.array([True, False, True]))
    assert found.usable.tolist() == [False, True, False, False, True, False]
    assert (found.used == 7.0).all()
    assert (found.way_deg == before.way_deg).all()
