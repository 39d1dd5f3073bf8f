"""Intersections over unions against closed forms and against counted points."""

import manifold3d
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from nuchal.assessment.envelopes import overlap as overlaps
from nuchal.assessment.envelopes.envelope import (
    Envelope,
    EnvelopeStatus,
    envelope_of,
    inside,
)
from nuchal.assessment.envelopes.overlap import (
    common_volume,
    counted,
    enclosed_volume,
    overlap,
    solid_of,
)

WIDE = 1e6
"""Radius of a ball that is a plane to all points here."""


def both(a: np.ndarray, b: np.ndarray) -> tuple[Envelope, Envelope]:
    return envelope_of(a, WIDE), envelope_of(b, WIDE)


def test_boxes(box) -> None:
    """Half, a third and none of each other."""
    unit = box(0.2, 0.2, 0.2)
    for shift, share in ((0.0, 1.0), (0.1, 1.0 / 3.0), (0.05, 0.6), (0.3, 0.0)):
        found = overlap(*both(unit, unit + np.array([shift, 0.0, 0.0])))
        assert found.how == "meshes"
        assert found.iou == pytest.approx(share, abs=1e-9)
        assert found.error < 1e-9


def test_boxes_across_a_corner(box) -> None:
    a = box(0.2, 0.3, 0.4)
    found = overlap(*both(a, a + np.array([0.1, 0.1, 0.1])))
    common = 0.1 * 0.2 * 0.3
    assert found.intersection_m3 == pytest.approx(common, rel=1e-9)
    assert found.union_m3 == pytest.approx(2 * 0.024 - common, rel=1e-9)


def test_balls(on_ball) -> None:
    """Two balls of 10 cm, 8 cm apart: the lens between them."""
    ball, apart, r = on_ball(0.1, count=6000), 0.08, 0.1
    found = overlap(*both(ball, ball + np.array([0.0, apart, 0.0])))
    lens = np.pi * (4.0 * r + apart) * (2.0 * r - apart) ** 2 / 12.0
    whole = 4.0 / 3.0 * np.pi * r**3
    assert found.iou == pytest.approx(lens / (2.0 * whole - lens), rel=5e-3)


def test_shells_inside_one_another(on_ball) -> None:
    """Between 10 and 13 cm, and between 12 and 15: common is from 12 to 13."""
    first = on_ball(0.10, 0.11, 0.12, 0.13)
    second = on_ball(0.12, 0.13, 0.14, 0.15)
    found = overlap(envelope_of(first, 0.03), envelope_of(second, 0.03))
    exact = (0.13**3 - 0.12**3) / (0.15**3 - 0.10**3)
    assert found.iou == pytest.approx(exact, rel=0.03)


@pytest.mark.parametrize("radius", [0.03, 0.06, 0.1, 0.2, WIDE])
def test_meshes_and_counted_points_agree(radius: float) -> None:
    """Whether a mesh bounds a solid or touches itself along an edge."""
    dice = np.random.default_rng(11)
    a, b = (
        envelope_of(dice.normal(size=(400, 3)) * [0.08, 0.05, 0.03] + shift, radius)
        for shift in (0.0, 0.02)
    )
    found, points = overlap(a, b), counted(a, b, points=2**15)
    assert found.iou is not None
    assert points.iou == pytest.approx(found.iou, abs=4.0 * points.error)
    assert points.union_m3 == pytest.approx(found.union_m3, rel=0.03)
    assert points.union_m3 + points.intersection_m3 == pytest.approx(
        a.volume_m3 + b.volume_m3, rel=0.03
    )
    assert 1e-3 < points.error < 8e-3
    assert found.how == "meshes"
    assert found.error < 1e-12


@pytest.mark.parametrize("count", [2, 3, 4])
def test_tetrahedra_that_share_an_edge_are_one_solid(count: int) -> None:
    """As much of it is common with another as of each tetrahedron."""
    sides = np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]])
    turned = Rotation.from_rotvec([0.3, 0.5, 0.7])
    angle = 2.0 * np.pi * (np.arange(2 * count) + 0.2) / (2 * count)
    ring = np.stack([np.cos(angle), np.sin(angle), 0.1 * angle], axis=1)
    points = turned.apply(np.concatenate([[[0.0, 0.0, -1.0], [0.0, 0.0, 1.0]], ring]))
    each = [np.array([0, 1, 2 + 2 * k, 3 + 2 * k])[sides] for k in range(count)]
    each = [faces if enclosed_volume(points, faces) > 0.0 else faces[:, ::-1] for faces in each]
    other = manifold3d.Manifold.cube((0.8, 0.7, 0.9)).translate((-0.3, -0.4, -0.2))
    together = solid_of(points, np.concatenate(each))
    assert together.status() == manifold3d.Error.NoError
    assert together.volume() == pytest.approx(
        sum(enclosed_volume(points, faces) for faces in each), rel=1e-12
    )
    expected = sum((other ^ solid_of(points, faces)).volume() for faces in each)
    assert expected > 0.01
    assert common_volume(other, together) == pytest.approx(expected, rel=1e-12)


@pytest.mark.slow
def test_a_mesh_that_bounds_no_solid_is_counted(box, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = both(box(0.2, 0.2, 0.2), box(0.2, 0.2, 0.2) + np.array([0.1, 0.0, 0.0]))
    monkeypatch.setattr(overlaps, "_LARGEST_LOSS", -1.0)
    found = overlap(a, b)
    assert found.how == "points"
    assert found.iou == pytest.approx(1.0 / 3.0, abs=4.0 * found.error)


def test_points_inside_a_box(box) -> None:
    envelope = both(box(0.2, 0.2, 0.2), box(0.2, 0.2, 0.2))[0]
    where = np.random.default_rng(5).uniform(-0.1, 0.3, (5000, 3))
    expected = ((where > 0.0) & (where < 0.2)).all(axis=1)
    assert np.array_equal(inside(envelope, where), expected)


def test_without_a_volume_there_is_no_overlap(box) -> None:
    a, b = both(box(0.2, 0.2, 0.2), np.zeros((10, 3)))
    found = overlap(a, b)
    assert (found.iou, found.how) == (None, "none")
    assert b.status == EnvelopeStatus.TINY
