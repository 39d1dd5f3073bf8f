"""Bounds of common volumes and overlaps against closed forms and against random trials."""

import numpy as np
import pytest

from nuchal.assessment.envelopes.bounds import (
    Still,
    Sweep,
    crossing,
    cubic_coefficients,
    every_pair,
    highest_iou,
    rise,
)

SIDES = np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]])


def floor() -> np.ndarray:
    """The top of a body so large that nothing else of it matters."""
    return np.array([[[-9.0, -9.0, 0.0], [9.0, -9.0, 0.0], [0.0, 9.0, 0.0]]])


@pytest.mark.parametrize("turn", [1, -1])
def test_a_tetrahedron_that_sinks_into_the_floor(turn: int) -> None:
    """Base first its common volume is 1 - (1 - t)^3 of its own: t (1 - t) (2 - t) above the chord.

    Point first it is t^3, nowhere above the chord.
    """
    standing = np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    standing[:, 2] = standing[:, 2] if turn > 0 else 1.0 - standing[:, 2]
    first = standing[SIDES[:, ::turn]]
    sweep, still = Sweep(first, first - [0.0, 0.0, 1.0]), Still(floor())
    pairs = crossing(sweep, still, every_pair(4, 1))
    found = rise(sweep, still, pairs)
    assert found >= (2.0 / 6.0 if turn > 0 else 0.0)
    assert found <= (3.0 / 6.0 if turn > 0 else 1.0 / 6.0) + 1e-12
    assert not pairs[0].size or pairs[0].max() > 0


def test_what_stays_on_one_side_changes_evenly() -> None:
    """A body moved without turning or growing, that meets no wall."""
    corners = np.array([[0.0, 0.0, 0.1], [1.0, 0.0, 0.1], [0.0, 1.0, 0.1], [0.0, 0.0, 1.0]])[SIDES]
    sweep, still = Sweep(corners, corners + np.array([0.5, 0.2, 0.3])), Still(floor())
    pairs = crossing(sweep, still, every_pair(4, 1))
    assert pairs.size == 0
    assert rise(sweep, still, pairs) == pytest.approx(0.0, abs=1e-15)


def test_triangles_that_ever_meet_are_never_parted() -> None:
    dice = np.random.default_rng(11)
    middle = dice.normal(size=(60, 1, 3))
    first, last = (middle + 0.6 * dice.normal(size=(60, 3, 3)) for _ in range(2))
    still = dice.normal(size=(60, 1, 3)) + 0.6 * dice.normal(size=(60, 3, 3))
    kept = np.zeros((60, 60), bool)
    kept[tuple(crossing(Sweep(first, last), Still(still), every_pair(60, 60)))] = True
    met = np.zeros((60, 60), bool)
    for t in np.linspace(0.0, 1.0, 41):
        now = first + t * (last - first)
        met |= pierced(now, still) | pierced(still, now).T
    assert met.sum() > 100
    assert not (met & ~kept).any()
    assert kept.sum() < 3 * met.sum()


def pierced(sides: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Which triangles have a side that goes through a face, by signs of volumes."""

    def volume(*four: np.ndarray) -> np.ndarray:
        a, b, c, d = four
        return np.einsum("...x,...x->...", b - a, np.cross(c - a, d - a))

    found = np.zeros((len(sides), len(faces)), bool)
    a, b, c = (faces[None, :, k] for k in range(3))
    for k in range(3):
        p, q = sides[:, None, k], sides[:, None, (k + 1) % 3]
        through = volume(p, a, b, c) * volume(q, a, b, c) < 0.0
        around = np.stack([volume(p, q, a, b), volume(p, q, b, c), volume(p, q, c, a)])
        found |= through & ((around > 0.0).all(axis=0) | (around < 0.0).all(axis=0))
    return found


@pytest.mark.parametrize("width", [1.0, 0.1, 0.001])
def test_no_sum_of_overlaps_is_above_its_bound(width: float) -> None:
    """Made volumes that rise as far above their chords as they are allowed to."""
    dice = np.random.default_rng(12)
    t = np.linspace(0.0, 1.0, 400)[:, None]
    off = []
    for _ in range(200):
        still, common = dice.uniform(2.0, 3.0, 3), dice.uniform(1.0, 2.0, 3)
        both = np.stack([common, common + width * dice.uniform(-0.3, 0.3, 3)])
        poly = [dice.uniform(2.5, 4.0, 3), *(width**k * dice.uniform(-0.2, 0.2, 3) for k in (1, 2))]
        rises = width**2 * dice.uniform(0.0, 0.5, 3)
        volume = np.stack([sum(c * x**k for k, c in enumerate(poly)) for x in np.arange(4) / 3.0])
        bound = highest_iou(
            both, np.stack([cubic_coefficients(v) for v in volume.T], axis=1), still, rises
        )
        c = both[0] + t * (both[1] - both[0]) + t * (1.0 - t) * rises
        sums = (c / (sum(x * t**k for k, x in enumerate(poly)) + still - c)).sum(axis=1)
        assert bound >= sums.max() - 1e-14
        off.append(bound - sums.max())
    assert max(off) < 0.5 * width**2


def test_where_the_union_may_vanish_the_bound_is_all_there_can_be() -> None:
    one = np.ones(2)
    assert highest_iou(np.ones((2, 2)), np.ones((4, 2)), one, 9.0 * one) == 2.0
