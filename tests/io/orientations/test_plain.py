"""Plain tables: names of columns, and what the user has to state."""

from pathlib import Path

import numpy as np
import pytest
from tests.io.orientations import turned
from tests.io.orientations.turned import Take, cell, take

from nuchal.findings import Assumed
from nuchal.io.orientations.read import read_orientations

ROUNDING = 2e-6


def table(one: Take, labels: list[str], parts: np.ndarray) -> str:
    """A table of times and of numbers, frame by frame."""
    rows = [
        ",".join([f"{t:.4f}", *map(cell, numbers)])
        for t, numbers in zip(one.time, parts.reshape(len(one.time), -1), strict=True)
    ]
    return "\n".join([",".join(["time", *labels]), *rows]) + "\n"


def checked(path: Path, one: Take, **stated) -> None:
    found = read_orientations(path, **stated)
    wanted = np.where(one.lost[..., None, None], np.eye(3), one.rotation)
    assert np.array_equal(found.known, ~one.lost)
    assert np.abs(found.rotation - wanted).max() < ROUNDING


@pytest.mark.parametrize("order", ["wxyz", "xyzw"])
@pytest.mark.parametrize(
    "label",
    ["{name}_q{part}", "{name}_quat_{part}", "{name}.rotation.{part}", "{name} Rot {part}",
     "q{part}_{name}", "{name}_{part}", "{name} Orientation [{part}]", "{name}Quat{part}"],
)  # fmt: skip
def test_quaternions_by_letter(save, label: str, order: str) -> None:
    one = take()
    path = save("a.csv", turned.plain(one, order=order, label=label))
    checked(path, one)
    assert read_orientations(path).names == ("torso", "head")


@pytest.mark.parametrize("order", ["wxyz", "xyzw"])
def test_numbered_quaternions_take_the_stated_order(save, order: str) -> None:
    one = take()
    labels = [f"{name}_q{k}" for name in ("torso", "head") for k in range(4)]
    parts = one.quaternions()[..., ["wxyz".index(part) for part in order]]
    checked(save("a.csv", table(one, labels, parts)), one, quaternion=order)


@pytest.mark.parametrize("label", ["{name}_r{i}{j}", "{name} R[{i}][{j}]", "{name}_rot_{i}{j}"])
def test_matrices(save, label: str) -> None:
    one = take()
    cells = np.where(one.lost[..., None, None], np.nan, one.rotation)
    for first in (0, 1):
        spots = [(i + first, j + first) for i in range(3) for j in range(3)]
        labels = [label.format(name=n, i=i, j=j) for n in ("torso", "head") for i, j in spots]
        checked(save("a.csv", table(one, labels, cells)), one)


@pytest.mark.parametrize("order", ["XYZ", "ZXY", "zxy", "yzx", "ZXZ"])
@pytest.mark.parametrize("degrees", [True, False])
def test_angles(save, order: str, degrees: bool) -> None:
    one = take()
    listed = {name: [f"{name}_{k}" for k in "abc"] for name in ("torso", "head")}
    parts = one.angles(order, degrees=degrees)
    path = save("a.csv", table(one, [*listed["torso"], *listed["head"]], parts))
    checked(path, one, columns=listed, euler=order, in_degrees=degrees)
    if len(set(order)) < 3:
        return
    spots = [order.lower().index(axis) for axis in "xyz"]
    unit = "deg" if degrees else "rad"
    labels = [f"{name}_r{axis}_{unit}" for name in ("torso", "head") for axis in "xyz"]
    checked(save("a.csv", table(one, labels, parts[..., spots])), one, euler=order)


def test_columns_by_prefix_and_by_name(save) -> None:
    one = take()
    path = save("a.csv", turned.plain(one))
    found = read_orientations(
        path, columns={"head": "torso", "torso": [f"head_q{c}" for c in "xwyz"]}
    )
    assert found.names == ("head", "torso")
    assert np.abs(found.rotation[:, 0] - one.rotation[:, 0]).max() < ROUNDING
    assert np.array_equal(found.known[:, 1], ~one.lost[:, 1])


def test_a_single_body_is_called_as_its_file(save) -> None:
    one = take().body("Head")
    path = save("visor.csv", turned.plain(one, label="q{part}"))
    checked(path, one)
    assert read_orientations(path).names == ("visor",)


def test_left_handed_axes_are_mirrored(save) -> None:
    """A head in Unity (X right, Y up, Z forward) that nods: its numbers, and what they mean."""
    half = np.radians(10.0)
    down = f"{np.sin(half):.9f},0,0,{np.cos(half):.9f}"
    rows = [f"{k / 50:.2f},{down}" for k in range(5)]
    path = save("a.csv", "\n".join(["time,hmd_qx,hmd_qy,hmd_qz,hmd_qw", *rows]) + "\n")
    found = read_orientations(path, left_handed=True)
    forward = found.rotation[0, 0] @ [0.0, 0.0, -1.0]
    assert forward == pytest.approx([0.0, -np.sin(2 * half), -np.cos(2 * half)], abs=1e-7)
    assert np.linalg.det(found.rotation[0, 0]) == pytest.approx(1.0)
    right = read_orientations(path)
    assert [note.what for note in right.notes] == [Assumed.RIGHT_HANDED]
    assert found.notes == ()


def test_rows_without_times_take_a_rate(save) -> None:
    one = take()
    lines = [line.partition(",")[2] for line in turned.plain(one).splitlines()]
    path = save("a.csv", "\n".join(lines) + "\n")
    found = read_orientations(path, rate_hz=90.0)
    assert found.rate_hz == 90.0
    assert np.array_equal(found.known, ~one.lost)
