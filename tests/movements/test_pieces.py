"""Movements of a known make are cut out of angles where they begin and end."""

import numpy as np

from nuchal.model.clinical import DIRECTIONS
from nuchal.movements.pieces import LEAST_DEG, Piece, pieces_of

RATE_HZ = 50.0
USUAL = np.array([60.0, 60.0, 40.0, 40.0, 70.0, 70.0])
REST = np.zeros((25, 3))
FLEXION, BENDING, ROTATION = np.eye(3)


def swing(axis: np.ndarray, size_deg: float, seconds: float = 2.0) -> np.ndarray:
    """Out and back, from rest to rest."""
    share = np.linspace(0.0, 1.0, round(seconds * RATE_HZ))
    return np.asarray(size_deg * np.sin(np.pi * share)[:, None] ** 2 * axis)


def cut(angles: np.ndarray, known: np.ndarray | None = None) -> list[Piece]:
    time = np.arange(len(angles)) / RATE_HZ
    known = np.ones(len(angles), bool) if known is None else known
    return list(pieces_of(time, angles, known, USUAL))


def test_every_side_is_told_and_where_it_begins() -> None:
    for k, side in enumerate(DIRECTIONS):
        size = 30.0 if k % 2 == 0 else -30.0
        one = np.concatenate([REST, swing(np.eye(3)[k // 2], size), REST])
        (piece,) = cut(one)
        assert piece.sides == (side,)
        assert abs(piece.reach_deg - 30.0) < 0.5
        assert piece.first <= len(REST) + 5
        assert piece.last >= len(one) - len(REST) - 5


def test_out_to_one_side_and_on_to_the_other_are_two() -> None:
    both = np.concatenate([REST, swing(BENDING, 35.0), swing(BENDING, -35.0), REST])
    found = cut(both)
    assert [piece.sides for piece in found] == [("right bending",), ("left bending",)]
    assert abs(found[0].last - found[1].first) <= 2


def test_what_comes_along_does_not_make_it_another_movement() -> None:
    assert cut(np.concatenate([REST, swing(BENDING + 0.5 * ROTATION, 35.0), REST]))[0].sides == (
        "right bending",
    )


def test_once_round_visits_the_sides_in_order() -> None:
    around = np.linspace(0.0, 2.0 * np.pi, 200)
    ring = 40.0 * np.cos(around)[:, None] * FLEXION + 40.0 * np.sin(around)[:, None] * BENDING
    out = np.linspace(0.0, 1.0, 40)[:, None] * 40.0 * FLEXION
    (piece,) = cut(np.concatenate([REST, out, ring, out[::-1], REST]))
    assert piece.sides == ("flexion", "right bending", "extension", "left bending", "flexion")


def test_a_head_that_rests_aslant_is_cut_where_it_rests() -> None:
    aslant = np.concatenate([REST, swing(FLEXION, 40.0), REST, swing(FLEXION, 40.0), REST])
    found = cut(aslant + 11.0 * BENDING)
    assert len(found) == 2
    assert all(abs(piece.reach_deg - 40.0) < 0.5 for piece in found)


def test_movements_that_are_cut_off_or_interrupted_or_small_are_left_out() -> None:
    whole = np.concatenate([REST, swing(ROTATION, 50.0), REST])
    assert len(cut(whole)) == 1
    assert not cut(whole[: len(whole) // 2])
    assert not cut(whole[len(whole) // 2 :])
    known = np.ones(len(whole), bool)
    known[len(whole) // 2] = False
    assert not cut(whole, known)
    assert not cut(np.concatenate([REST, swing(ROTATION, LEAST_DEG - 1.0), REST]))
