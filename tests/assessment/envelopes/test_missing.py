"""Missing volume by direction, in boxes that were cut on purpose."""

from collections.abc import Callable

import numpy as np
import pytest

from nuchal.assessment.envelopes.envelope import envelope_of
from nuchal.assessment.envelopes.missing import missing_of, nearest_directions
from nuchal.assessment.ranges.reached import ALL_DIRECTIONS

SIDE_M = 0.2
CONVEX_M = 100.0
"""A radius so large that envelopes are convex hulls."""


def test_every_direction_is_its_own() -> None:
    single = 40.0 * np.concatenate([np.kron(np.eye(3), [[1.0], [-1.0]])])
    corners = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]]) * 28.0
    angles = np.concatenate([single, np.pad(corners, ((0, 0), (0, 1)))])
    assert list(nearest_directions(angles)) == list(range(len(ALL_DIRECTIONS)))


def test_half_a_box_is_missing_where_it_was_cut_off(box: Callable[..., np.ndarray]) -> None:
    """The marker is on the right in right bending, on the left in left; the right half is cut."""
    whole = box(SIDE_M, SIDE_M, SIDE_M)
    half = box(SIDE_M, SIDE_M, 0.5 * SIDE_M)
    envelopes = [envelope_of(points, CONVEX_M) for points in (half, whole)]
    middle = 0.5 * SIDE_M
    path = np.array([[middle, middle, 0.25 * SIDE_M], [middle, middle, 0.75 * SIDE_M]])
    angles = np.array([[0.0, -40.0, 0.0], [0.0, 40.0, 0.0]])
    found = {
        one.direction: one for one in missing_of(*[[x] for x in (*envelopes, path)], angles).volumes
    }
    volume = SIDE_M**3
    right, left = found["right bending"], found["left bending"]
    assert right.normal_m3[0] == pytest.approx(0.5 * volume, rel=0.01)
    assert left.normal_m3[0] == pytest.approx(0.5 * volume, rel=0.01)
    assert right.share == pytest.approx(1.0, abs=0.005)
    assert left.share == pytest.approx(0.0, abs=0.005)
    assert sum(float(one.normal_m3[0]) for one in found.values()) == pytest.approx(volume, rel=1e-9)
    assert found["flexion"].share == 0.0


def test_without_an_envelope_nothing_is_said(box: Callable[..., np.ndarray]) -> None:
    whole = box(SIDE_M, SIDE_M, SIDE_M)
    tiny = envelope_of(0.01 * whole, 1.0)
    angles = np.array([[0.0, 40.0, 0.0]])
    found = missing_of([tiny], [envelope_of(whole, 1.0)], [whole[:1]], angles).volumes
    assert all(one.share == 0.0 and not one.normal_m3.any() for one in found)
