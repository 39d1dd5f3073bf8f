"""The moving chain of bones in numbers, from the package's tables; everything else is welded to it.

Only the chain T1, C7 to C1, skull moves; what is welded to the thorax belongs to one body
(``spine``) and the jaw belongs to the skull.
"""

import math
from typing import Literal, NamedTuple

import numpy as np

from nuchal.conventions import BODIES, COORDINATES, JOINT_AXES, MARKERS
from nuchal.model import tables


class Weld(NamedTuple):
    """Where a body of the tables sits on the chain: ``x_body = rotation @ x + translation`` [m]."""

    body: str
    rotation: np.ndarray
    translation: np.ndarray


def _xyz(row: tables.Row, prefix: str = "", unit: str = "_m") -> np.ndarray:
    return np.array([float(row[f"{prefix}{a}{unit}"]) for a in "xyz"])


def welds() -> dict[str, Weld]:
    """Where each body of the tables sits on the moving chain."""
    placed = {body: Weld(body, np.eye(3), np.zeros(3)) for body in BODIES}
    for row in tables.rows("joints"):
        if row["kind"] == "weld" and row["child"] not in placed:
            body, rotation, translation = placed[row["parent"]]
            turn = _rotation_xyz(*(float(row[f"parent_r{a}_rad"]) for a in "xyz"))
            shift = translation + rotation @ (_xyz(row, "parent_") - turn @ _xyz(row, "child_"))
            placed[row["child"]] = Weld(body, rotation @ turn, shift)
    return placed


def _rotation_xyz(x: float, y: float, z: float) -> np.ndarray:
    """Body-fixed rotation about x, then y, then z: how OpenSim orients an offset frame."""
    (cx, sx), (cy, sy), (cz, sz) = ((math.cos(a), math.sin(a)) for a in (x, y, z))
    about_x = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_z = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
    return np.asarray(about_x @ about_y @ about_z)


def _chain_rows() -> list[tables.Row]:
    return [row for row in tables.rows("joints") if row["kind"] == "spherical"]


def chain_joints(side: Literal["parent", "child"]) -> np.ndarray:
    """Joint centres in the body below (``parent``) or above, shape (8, 3) [m]."""
    rows = _chain_rows()
    assert [row["child"] for row in rows] == list(BODIES[1:])
    return np.array([_xyz(row, f"{side}_") for row in rows])


def coupling() -> np.ndarray:
    """Joint angle about z, x, y per coordinate, shape (8, 3, 6)."""
    joints = [row["joint"] for row in _chain_rows()]
    matrix = np.zeros((len(joints), 3, len(COORDINATES)))
    for row in tables.rows("coupling"):
        slope = float(row["output_rad"]) / float(row["input_rad"])
        j, k = joints.index(row["joint"]), JOINT_AXES.index(row["axis"])
        matrix[j, k, COORDINATES.index(row["coordinate"])] = slope
    return matrix


def inertial_properties(table: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mass [kg], centre of mass [m] and inertia [kg m^2] of the bodies; ``table`` has inertias."""
    rows = {row["body"]: row for row in tables.rows("bodies")}
    moments = {row["body"]: row for row in tables.rows(table)}
    mass = np.array([float(rows[b]["mass_kg"]) for b in BODIES])
    centre = np.array([_xyz(rows[b], "com_") for b in BODIES])
    inertia = np.array([_inertia_matrix(moments.get(b, rows[b])) for b in BODIES])
    return mass, centre, inertia


def _inertia_matrix(row: tables.Row) -> np.ndarray:
    xx, yy, zz, xy, xz, yz = (
        float(row[f"i{a}_kgm2"]) for a in ("xx", "yy", "zz", "xy", "xz", "yz")
    )
    return np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])


def points_on_chain(table: str) -> np.ndarray:
    """Points of a table on the bodies of the chain, shape (rows, 3) [m]."""
    where, placed = welds(), []
    for row in tables.rows(table):
        _, rotation, translation = where[row["body"]]
        placed.append(rotation @ _xyz(row) + translation)
    return np.array(placed)


def head_markers() -> np.ndarray:
    """TP, LH, RH on the skull, shape (3, 3) [m]."""
    rows = {row["marker"]: row for row in tables.rows("markers")}
    return np.array([_xyz(rows[name]) for name in MARKERS])
