"""Columns of forces by the names that OpenSim, load cells and plates give them."""

from pathlib import Path

import pytest

from nuchal.errors import RecordingError
from nuchal.io.recordings.force_columns import force_columns

FILE = Path("forces.csv")


def triples(labels: list[str]) -> dict[str, tuple]:
    return {one.name: (one.force, one.point, one.torque) for one in force_columns(FILE, labels)}


def axes(pattern: str) -> list[str]:
    return [pattern.format(axis) for axis in "xyz"]


WHOLE = ((0, 1, 2), (3, 4, 5), (6, 7, 8))


@pytest.mark.parametrize(
    ("name", "patterns"),
    [
        ("force", ("F{}", "p{}", "M{}")),
        ("force", ("f_{}", "COP{}", "T{}")),
        ("force", ("Force {}", "Point {}", "Torque {}")),
        ("force", ("force.{}", "CoP.{}", "moment.{}")),
        ("strap", ("strap_v{}", "strap_p{}", "strap_torque_{}")),
        ("strap", ("strap_v{}", "strap_p{}", "strap_{}")),
        ("ground", ("ground_force_v{}", "ground_force_p{}", "ground_torque_{}")),
        ("1 ground", ("1_ground_force_v{}", "1_ground_force_p{}", "1_ground_torque_{}")),
        ("ground 1", ("ground_force_1_v{}", "ground_force_1_p{}", "ground_moment_1_m{}")),
        ("left hand", ("left_hand_f{}", "left_hand_p{}", "left_hand_m{}")),
        ("1", ("F{}1", "P{}1", "M{}1")),
        ("fp1", ("FP1.F{}", "FP1.COP{}", "FP1.M{}")),
    ],
)
def test_one_force_however_it_is_called(name: str, patterns: tuple[str, ...]) -> None:
    labels = [label for pattern in patterns for label in axes(pattern)]
    assert triples(labels) == {name: WHOLE}


def test_two_forces_are_told_apart() -> None:
    labels = [*axes("strap_F{}"), *axes("hand_F{}"), *axes("strap_p{}"), *axes("hand_p{}")]
    assert triples(labels) == {
        "strap": ((0, 1, 2), (6, 7, 8), None),
        "hand": ((3, 4, 5), (9, 10, 11), None),
    }


def test_columns_of_other_things_are_left_alone() -> None:
    """A bare x, y, z is a torque only where there is a force of its name."""
    labels = [*axes("F{}"), *axes("p{}"), *axes("knee_{}"), "trigger", "EMG 1"]
    assert triples(labels) == {"force": ((0, 1, 2), (3, 4, 5), None)}


def test_the_only_force_has_the_only_point() -> None:
    assert triples([*axes("cell_F{}"), *axes("p{}")]) == {"cell": ((0, 1, 2), (3, 4, 5), None)}


@pytest.mark.parametrize(
    ("labels", "what"),
    [
        (["a", "b", "c"], "force.no_columns"),
        ([*axes("F{}"), "Fx"], "force.same_columns"),
        (["Fx", "Fz"], "force.axis_lacking"),
        ([*axes("F{}"), "px", "py"], "force.axis_lacking"),
        ([*axes("p{}")], "force.no_columns"),
    ],
)
def test_what_is_no_force_is_said(labels: list[str], what: str) -> None:
    with pytest.raises(RecordingError) as error:
        force_columns(FILE, labels)
    assert error.value.what == what
    assert str(error.value).count("\n") == 0
