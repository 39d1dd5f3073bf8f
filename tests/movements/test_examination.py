"""The examiner's movement: how far it goes, and that it is one smooth movement."""

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from nuchal.model.clinical import DIRECTIONS
from nuchal.model.generic import generic_anatomy
from nuchal.movements.examination import PART_S, PARTS, ideal_movement, part_of

REACH = np.radians([60.0, 70.0, 42.0, 38.0, 70.0, 66.0])
MOTION = ideal_movement(REACH)
TOTAL = np.asarray(MOTION.q[:, :3] + MOTION.q[:, 3:])
CLINICAL = TOTAL * [-1.0, 1.0, -1.0]
"""Flexion, right bending and right rotation positive."""


def test_it_reaches_what_it_is_told_to() -> None:
    low, high = CLINICAL.min(axis=0), CLINICAL.max(axis=0)
    reached = np.stack([high, -low], axis=1).ravel()
    assert reached == pytest.approx(REACH, rel=2e-3)
    assert len(DIRECTIONS) == 6


def test_each_part_goes_where_its_name_says() -> None:
    part = part_of(np.asarray(MOTION.time))
    moves = np.array(
        [np.ptp(CLINICAL[part == k], axis=0) > np.radians(5.0) for k in range(len(PARTS))]
    )
    assert moves.tolist() == [
        [True, False, False],
        [False, True, False],
        [False, False, True],
        [True, True, False],
        [True, True, False],
        [True, True, False],
        [True, True, True],
        [True, True, True],
    ]
    turned_right, turned_left = (CLINICAL[part == k] for k in (6, 7))
    assert (turned_right[:, 0] * turned_right[:, 2] >= -1e-12).all()
    assert (turned_left[:, 0] * turned_left[:, 2] <= 1e-12).all()
    forward_right, forward_left = (CLINICAL[part == k, :2] for k in (3, 4))
    assert (forward_right.prod(axis=1) >= -1e-12).all()
    assert (forward_left.prod(axis=1) <= 1e-12).all()
    circle = CLINICAL[part == 5, :2]
    way = np.unwrap(np.arctan2(circle[60:-60, 1], circle[60:-60, 0]))
    assert np.diff(way).min() > -1e-9
    assert way[-1] - way[0] == pytest.approx(2.0 * np.pi, abs=0.05)


@pytest.mark.slow
def test_speeds_are_those_of_a_spline() -> None:
    fine = ideal_movement(REACH, rate_hz=1000.0)
    spline = CubicSpline(np.asarray(fine.time), np.asarray(fine.q))
    at = np.asarray(fine.time)[5:-5]
    assert spline(at, 1) == pytest.approx(np.asarray(fine.qd)[5:-5], abs=2e-4)
    assert spline(at, 2) == pytest.approx(np.asarray(fine.qdd)[5:-5], abs=0.05)


def test_every_part_begins_and_ends_at_rest() -> None:
    starts = np.round(np.arange(len(PARTS) + 1) * PART_S * 100).astype(int)
    for values in (MOTION.q, MOTION.qd, MOTION.qdd):
        assert np.asarray(values)[starts] == pytest.approx(0.0, abs=1e-9)


def test_the_rhythm_shares_it() -> None:
    upper = np.asarray(MOTION.q[:, :3])
    assert upper == pytest.approx(TOTAL * generic_anatomy().rhythm, abs=1e-12)
