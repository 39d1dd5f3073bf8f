"""Motion envelopes against boxes, balls and shells."""

import numpy as np
import pytest
from scipy.spatial import ConvexHull
from scipy.spatial.transform import Rotation

from nuchal.assessment.envelopes.envelope import (
    Envelope,
    EnvelopeStatus,
    along_path,
    common_radius,
    diameter,
    envelope_of,
    thickness,
)
from nuchal.assessment.envelopes.overlap import enclosed_volume

DICE = np.random.default_rng(7)


def whole(points: np.ndarray) -> Envelope:
    return envelope_of(points, common_radius([points]))


def test_a_box_has_its_volume_and_surface(box) -> None:
    found = envelope_of(box(0.1, 0.2, 0.3), 1e6)
    assert found.status == EnvelopeStatus.OK
    assert found.volume_m3 == pytest.approx(0.006, rel=1e-9)
    assert found.surface_m2 == pytest.approx(2.0 * (0.02 + 0.03 + 0.06), rel=1e-9)
    assert enclosed_volume(found.points, found.faces) == pytest.approx(0.006, rel=1e-9)
    assert found.pieces == 1


def test_a_ball_is_that_of_its_convex_hull(on_ball) -> None:
    points = on_ball(0.15, count=4000)
    found, hull = whole(points), ConvexHull(points)
    assert found.volume_m3 == pytest.approx(hull.volume, rel=1e-6)
    assert found.volume_m3 == pytest.approx(4.0 / 3.0 * np.pi * 0.15**3, rel=3e-3)
    assert found.surface_m2 == pytest.approx(4.0 * np.pi * 0.15**2, rel=3e-3)


def test_a_ball_that_fits_the_hollow_leaves_the_shell(on_ball) -> None:
    """Between balls of 10 and 15 cm, when the hollow is wider than the radius."""
    points = on_ball(0.10, 0.11, 0.12, 0.13, 0.14, 0.15)
    shell = envelope_of(points, 0.03)
    exact = 4.0 / 3.0 * np.pi * (0.15**3 - 0.10**3)
    assert shell.volume_m3 == pytest.approx(exact, rel=0.01)
    assert shell.surface_m2 == pytest.approx(4.0 * np.pi * (0.15**2 + 0.10**2), rel=0.02)
    assert enclosed_volume(shell.points, shell.faces) == pytest.approx(shell.volume_m3, rel=1e-9)
    assert whole(points).volume_m3 == pytest.approx(4.0 / 3.0 * np.pi * 0.15**3, rel=0.01)


def test_every_edge_of_a_surface_is_walked_both_ways(on_ball) -> None:
    faces = envelope_of(on_ball(0.1, count=800) * [1.0, 0.5, 0.2], 0.05).faces
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    there, back = (np.unique(x, axis=0, return_counts=True) for x in (edges, edges[:, ::-1]))
    assert np.array_equal(there[0], back[0])
    assert np.array_equal(there[1], back[1])


def test_two_boxes_apart_are_two_pieces(box) -> None:
    one = box(0.05, 0.05, 0.05, inside=0)
    found = envelope_of(np.concatenate([one, one + np.array([0.2, 0.0, 0.0])]), 0.045)
    assert found.pieces == 2
    assert found.volume_m3 == pytest.approx(2.0 * 0.05**3, rel=1e-9)


def test_volume_does_not_depend_on_where_it_is() -> None:
    points = DICE.normal(size=(400, 3)) * [0.08, 0.05, 0.03]
    turned = Rotation.from_rotvec([0.3, -1.0, 0.4]).apply(points) + np.array([2.0, 1.0, -3.0])
    here, there = (envelope_of(x, 0.04) for x in (points, turned))
    assert there.volume_m3 == pytest.approx(here.volume_m3, rel=1e-9)
    assert there.surface_m2 == pytest.approx(here.surface_m2, rel=1e-9)


def winding(frames: int, hurry: float = 1.0) -> np.ndarray:
    time = np.linspace(0.0, 1.0, frames) ** hurry
    waves = [np.sin(7 * time), np.cos(11 * time), np.sin(13 * time)]
    return np.stack(waves, axis=1) * [0.1, 0.08, 0.1]


@pytest.mark.slow
def test_neither_frame_rate_nor_tempo_matters() -> None:
    """No more than half a millimetre of the surface would make; a third of that in fact."""
    exact = whole(winding(2000))
    margin = 0.0005 * exact.surface_m2 / 3.0
    for frames, hurry in ((180, 1.0), (600, 1.5), (6000, 0.7)):
        points = along_path(winding(frames, hurry))
        assert len(points) < 150
        assert whole(points).volume_m3 == pytest.approx(exact.volume_m3, abs=margin)


def test_a_path_stays_near_its_points() -> None:
    path = winding(5000)
    for tolerance in (0.002, 0.0005):
        points = along_path(path, tolerance_m=tolerance)
        lines = np.diff(points, axis=0)
        assert np.linalg.norm(lines, axis=1).max() < 0.031
        way = path[:, None] - points[None, :-1]
        share = np.clip((way * lines).sum(axis=2) / (lines**2).sum(axis=1), 0.0, 1.0)
        off = np.linalg.norm(way - share[:, :, None] * lines, axis=2).min(axis=1)
        assert 0.3 * tolerance < off.max() <= tolerance + 1e-12


def test_frames_that_are_not_known_are_not_crossed() -> None:
    path = np.stack([np.linspace(0.0, 1.0, 101), np.zeros(101), np.zeros(101)], axis=1)
    known = np.ones(101, bool)
    known[40:61] = False
    path[~known] = np.nan
    found = along_path(path, known)
    assert np.isfinite(found).all()
    assert not ((found[:, 0] > 0.391) & (found[:, 0] < 0.609)).any()
    assert 0.39 in found[:, 0].round(9)
    assert 0.61 in found[:, 0].round(9)
    assert len(along_path(path, np.zeros(101, bool))) == 0


@pytest.mark.parametrize(
    ("points", "status"),
    [
        (np.zeros((0, 3)), EnvelopeStatus.TINY),
        (np.zeros((50, 3)), EnvelopeStatus.TINY),
        (0.005 * DICE.normal(size=(3, 3)), EnvelopeStatus.TINY),
        (0.002 * DICE.normal(size=(500, 3)), EnvelopeStatus.TINY),
        (DICE.random((3, 3)), EnvelopeStatus.FLAT),
        (np.outer(np.linspace(0, 1, 90), [0.1, 0.2, 0.3]), EnvelopeStatus.FLAT),
        (DICE.random((200, 3)) * [0.2, 0.2, 0.0], EnvelopeStatus.FLAT),
        (DICE.random((200, 3)) * [0.2, 0.2, 0.0015], EnvelopeStatus.FLAT),
    ],
)
def test_what_is_no_volume_says_so(points: np.ndarray, status: EnvelopeStatus) -> None:
    found = whole(points)
    assert found.status == status
    assert found.volume_m3 == 0.0
    assert len(found.faces) == 0


def test_a_radius_smaller_than_the_gaps_says_so(box) -> None:
    found = envelope_of(box(0.1, 0.2, 0.3, inside=0), 0.01)
    assert found.status == EnvelopeStatus.EMPTY


def test_diameter_and_thickness(box) -> None:
    points = box(0.1, 0.2, 0.3)
    assert diameter(points) == pytest.approx(np.sqrt(0.01 + 0.04 + 0.09))
    assert diameter(np.outer([0.0, 0.3, 1.0], [3.0, 0.0, 4.0])) == pytest.approx(5.0)
    flat = box(0.2, 0.2, 0.004, inside=0)
    turned = Rotation.from_rotvec([1.0, 0.2, 0.0]).apply(flat)
    assert thickness(turned) == pytest.approx(0.004)
