"""Ranges of motion of movements that are known, and norms against the figures they come from."""

import numpy as np
import pytest

from nuchal.assessment.ranges.reached import CORNERS, HARDLY_DEG, farthest_ranges, ranges_of
from nuchal.model.clinical import DIRECTIONS
from nuchal.model.norms import norm_of
from nuchal.movements.examination import ideal_movement

REACH = np.array([60.0, 70.0, 42.0, 38.0, 70.0, 66.0])


def angles(reach: np.ndarray) -> np.ndarray:
    q = np.asarray(ideal_movement(np.radians(reach)).q)
    return np.degrees(q[:, :3] + q[:, 3:]) * [-1.0, 1.0, -1.0]


def test_reach_is_what_the_movement_was_given() -> None:
    found = ranges_of(angles(REACH))
    assert found.reach_deg == pytest.approx(REACH, rel=2e-3)
    assert found.asymmetry_deg == pytest.approx([4.0, 4.0], abs=0.2)
    assert found.hardly_used == ()


def test_corners_are_those_of_the_diagonals() -> None:
    """An ellipse through the sides, gone along its diagonals."""
    flexion, extension, right, left = REACH[:4]
    found = ranges_of(angles(REACH)).corner_deg
    pairs = [(flexion, right), (flexion, left), (extension, right), (extension, left)]
    expected = [np.hypot(a, b) / np.sqrt(2.0) for a, b in pairs]
    assert found == pytest.approx(expected, rel=0.05)
    assert (found >= np.array(expected) * 0.999).all()


def test_a_corner_needs_both_angles() -> None:
    time = np.linspace(0.0, np.pi, 100)
    nod = np.stack([50.0 * np.sin(time), 0.0 * time, 0.0 * time], axis=1)
    assert not ranges_of(nod).corner_deg.any()
    slant = np.stack([-30.0 * np.sin(time), -30.0 * np.sin(time), 0.0 * time], axis=1)
    found = ranges_of(slant).corner_deg
    assert found == pytest.approx([0.0, 0.0, 0.0, 30.0 * np.sqrt(2.0)], rel=1e-3)
    assert CORNERS[3] == "left backward"


def test_what_was_hardly_used_is_named() -> None:
    reach = REACH * [1.0, 1.0, 0.1, 1.0, 1.0, 0.1]
    found = ranges_of(angles(reach))
    assert found.hardly_used == ("right bending", "left rotation")
    assert reach[2] < HARDLY_DEG
    both = farthest_ranges([found, ranges_of(angles(REACH))])
    assert both.hardly_used == ()
    assert both.reach_deg == pytest.approx(REACH, rel=2e-3)


def test_unknown_frames_do_not_count() -> None:
    path = angles(REACH)
    known = path[:, 0] < 20.0
    path[~known] = np.nan
    found = ranges_of(path, known)
    assert 19.0 < found.reach_deg[0] < 20.0
    nothing = ranges_of(path, np.zeros(len(path), bool))
    assert not nothing.reach_deg.any()
    assert nothing.hardly_used == DIRECTIONS


def test_norms_are_the_published_figures() -> None:
    young, old, middle = (norm_of(age) for age in (22.0, 68.0, 45.0))
    assert young.mean_deg == pytest.approx([63, 81, 45, 45, 74, 74])
    assert old.mean_deg == pytest.approx([53, 46, 26, 26, 54, 54])
    assert middle.mean_deg == pytest.approx(0.5 * (young.mean_deg + old.mean_deg))
    assert middle.scores(middle.mean_deg - 2.0 * middle.sd_deg) == pytest.approx(-2.0)


def test_an_unknown_age_spreads_norms() -> None:
    """As people of all ages do who are drawn evenly."""
    drawn = np.random.default_rng(0).uniform(25.0, 65.0, 20_000)
    of_ages = np.array([norm_of(age).mean_deg for age in drawn])
    within = norm_of(45.0).sd_deg
    unknown = norm_of(None)
    assert unknown.mean_deg == pytest.approx(of_ages.mean(axis=0), abs=0.3)
    assert unknown.sd_deg == pytest.approx(np.hypot(within, of_ages.std(axis=0)), rel=0.01)
