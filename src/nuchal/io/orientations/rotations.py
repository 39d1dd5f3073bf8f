"""Rotations of what files hold: quaternions, matrices and angles, each checked and mended."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from jaxtyping import Bool, Float
from scipy.spatial.transform import Rotation

from nuchal.errors import Place, RecordingError, Setting
from nuchal.findings import Finding, Found, finding
from nuchal.io.recordings.timing import Where

# A quaternion's length, or a matrix's columns, may be off by this share.
LARGEST_OFF: Final = 0.05
# Rounding alone leaves less; what is off by more was mended.
ROUNDING: Final = 0.002
# No number of a quaternion is greater; those that are stay far from one.
_MOST: Final = 1e6
# Shorter quaternions are none.
_NONE: Final = 1e-6
# No head is turned farther than twice round.
_MOST_DEG: Final = 720.0
_IDENTITY: Final = (1.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Turns:
    """Rotations of some bodies in the rows of a file.

    Attributes:
        rotation: From body to fixed axes; identity where not known.
    """

    rotation: Float[np.ndarray, "t n 3 3"]
    known: Bool[np.ndarray, "t n"]
    notes: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Origin:
    """Where rotations are from, for the messages."""

    path: Path
    names: Sequence[str]
    where: Where

    def place(self, row: int, body: int) -> Place:
        """Of a row and a body, counted from 0."""
        return replace(self.where(row), column=self.names[body])


def from_quaternions(origin: Origin, wxyz: Float[np.ndarray, "t n 4"]) -> Turns:
    """Rotations of quaternions; those with a number that is NaN are not known.

    Raises:
        RecordingError: One's length is far from one.
    """
    known = np.isfinite(wxyz).all(axis=-1)
    filled = np.where(known[..., None], np.clip(wxyz, -_MOST, _MOST), _IDENTITY)
    length = np.linalg.norm(filled, axis=-1)
    off = np.abs(length - 1.0)
    if (off > LARGEST_OFF).any():
        row, body = _first(off > LARGEST_OFF)
        zero = length[row, body] < _NONE
        what = "orientation.zero_quaternion" if zero else "orientation.no_quaternion"
        values = {} if zero else {"length": length[row, body]}
        raise RecordingError(what, origin.path, place=origin.place(row, body), **values)
    rotation = Rotation.from_quat(filled[..., [1, 2, 3, 0]].reshape(-1, 4)).as_matrix()
    return Turns(rotation.reshape(*known.shape, 3, 3), known, _mended(off))


def from_matrices(origin: Origin, cells: Float[np.ndarray, "t n 3 3"]) -> Turns:
    """Nearest rotations of matrices; those of NaN, and those of zeros, are not known.

    Raises:
        RecordingError: One is far from a rotation, or mirrors.
    """
    known = np.isfinite(cells).all(axis=(-1, -2)) & (cells != 0.0).any(axis=(-1, -2))
    filled = np.where(known[..., None, None], cells, np.eye(3))
    squares = np.swapaxes(filled, -1, -2) @ filled
    off = np.abs(squares - np.eye(3)).max(axis=(-1, -2)) / 2.0
    if (off > LARGEST_OFF).any():
        row, body = _first(off > LARGEST_OFF)
        place = origin.place(row, body)
        raise RecordingError("orientation.no_rotation", origin.path, place=place)
    mirrors = np.linalg.det(filled) < 0.0
    if mirrors.any():
        place = origin.place(*_first(mirrors))
        raise RecordingError("orientation.mirrors", origin.path, place=place)
    left, _, right = np.linalg.svd(filled)
    return Turns(np.asarray(left @ right), known, _mended(off))


def from_angles(
    origin: Origin, angles: Float[np.ndarray, "t n 3"], order: str, *, in_degrees: bool
) -> Turns:
    """Rotations of three angles each, in the order of the axes; those of NaN are not known.

    Raises:
        RecordingError: An angle is too large for its unit.
    """
    known = np.isfinite(angles).all(axis=-1)
    degrees = np.where(known[..., None], angles, 0.0) * (1.0 if in_degrees else np.degrees(1.0))
    large = np.abs(degrees).max(axis=-1) > _MOST_DEG
    if large.any():
        row, body = _first(large)
        said: dict[str, Any] = {"place": origin.place(row, body)}
        said["value"] = np.abs(angles[row, body]).max()
        mend = Setting("in_degrees", True)
        if in_degrees:
            raise RecordingError("orientation.large_angle", origin.path, **said)
        raise RecordingError("orientation.like_degrees", origin.path, remedy=mend, **said)
    rotation = Rotation.from_euler(order, degrees.reshape(-1, 3), degrees=True).as_matrix()
    return Turns(rotation.reshape(*known.shape, 3, 3), known)


def side_by_side(parts: Sequence[Turns]) -> Turns:
    """Those of several bodies or groups of them, in the same rows."""
    return Turns(
        np.concatenate([part.rotation for part in parts], axis=1),
        np.concatenate([part.known for part in parts], axis=1),
        tuple(note for part in parts for note in part.notes),
    )


def _mended(off: Float[np.ndarray, "t n"]) -> tuple[Finding, ...]:
    count = int((off > ROUNDING).sum())
    return (finding(Found.ROTATIONS_MENDED, count=count, off=float(off.max())),) if count else ()


def _first(wrong: Bool[np.ndarray, "t b"]) -> tuple[int, int]:
    """Row and body of the first that is wrong."""
    row, body = np.argwhere(wrong)[0]
    return int(row), int(body)
