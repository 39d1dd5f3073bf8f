"""Columns of a table that say how a body is turned: four, nine or three of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from jaxtyping import Float

from nuchal.errors import RecordingError, Setting
from nuchal.io.orientations.format import Options
from nuchal.io.orientations.rotations import (
    Origin,
    Turns,
    from_angles,
    from_matrices,
    from_quaternions,
    side_by_side,
)
from nuchal.io.recordings.timing import Where

QUATERNION: Final = 4
MATRIX: Final = 9
ANGLES: Final = 3


@dataclass(frozen=True, kw_only=True)
class Body:
    """One body.

    Attributes:
        columns: Four of a quaternion, nine of a matrix row by row, or three of angles.
        letters: Of the columns, ``w``, ``x``, ``y`` and ``z`` of a quaternion or the axes of
            angles; empty where the file does not say, so that they stand in the order of the
            user's ``quaternion`` or ``euler``.
        degrees: Unit of angles; None where the file does not say.
    """

    name: str
    columns: tuple[int, ...]
    letters: str = ""
    degrees: bool | None = None


def turns_of(
    path: Path,
    bodies: Sequence[Body],
    values: Float[np.ndarray, "t c"],
    options: Options,
    where: Where,
) -> Turns:
    """Rotations of some bodies of a table.

    Raises:
        RecordingError: What the file does not say is not stated, what is stated contradicts it, or
            the numbers are no rotations.
    """
    parts = []
    for body in bodies:
        cells = values[:, list(body.columns)][:, None]
        origin = Origin(path, (body.name,), where)
        if len(body.columns) == QUATERNION:
            letters = _quaternion_order(path, body, options)
            parts.append(from_quaternions(origin, cells[..., [letters.index(c) for c in "wxyz"]]))
        elif len(body.columns) == MATRIX:
            parts.append(from_matrices(origin, cells.reshape(-1, 1, 3, 3)))
        else:
            order = _euler_order(path, body, options)
            if body.letters:
                cells = cells[..., [body.letters.index(axis) for axis in order.lower()]]
            degrees = _in_degrees(path, body, options)
            parts.append(from_angles(origin, cells, order, in_degrees=degrees))
    return side_by_side(parts)


def _quaternion_order(path: Path, body: Body, options: Options) -> str:
    given = options.quaternion
    if body.letters and given not in (None, body.letters):
        setting = Setting("quaternion", given)
        raise RecordingError(
            "orientation.quaternion_differs",
            path,
            body=body.name,
            found=body.letters,
            given=setting,
        )
    order = body.letters or given
    if order is None:
        remedy = Setting("quaternion")
        raise RecordingError("orientation.quaternion_unknown", path, body=body.name, remedy=remedy)
    return order


def _euler_order(path: Path, body: Body, options: Options) -> str:
    if options.euler is None:
        raise RecordingError(
            "orientation.euler_unknown", path, body=body.name, remedy=Setting("euler")
        )
    if body.letters and set(options.euler.lower()) != set(body.letters):
        given = Setting("euler", options.euler)
        raise RecordingError("orientation.euler_differs", path, body=body.name, given=given)
    return options.euler


def _in_degrees(path: Path, body: Body, options: Options) -> bool:
    if None not in (body.degrees, options.in_degrees) and body.degrees != options.in_degrees:
        given = Setting("in_degrees", options.in_degrees)
        raise RecordingError("orientation.degrees_differ", path, body=body.name, given=given)
    degrees = options.in_degrees if body.degrees is None else body.degrees
    if degrees is None:
        remedy = Setting("in_degrees")
        raise RecordingError("orientation.degrees_unknown", path, body=body.name, remedy=remedy)
    return degrees
