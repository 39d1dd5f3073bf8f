"""What commands wrote of an assessment, read again: figures as JSON, frames, tables row by row."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
from jaxtyping import Bool, Float, Int
from pydantic import ValidationError

from nuchal.errors import RecordingError, Status
from nuchal.io.opensim.storage import read_storage
from nuchal.io.text import read_bytes
from nuchal.plain_text import plain_line
from nuchal.report.summaries.parts import Document

_COLUMNS = ("frame", "time", "status", "usable")
DocumentT = TypeVar("DocumentT", bound=Document)


class Frames(NamedTuple):
    """``status.csv``.

    Attributes:
        usable: Whether forces of a frame can be used.
    """

    time: Float[np.ndarray, " t"]
    status: Int[np.ndarray, " t"]
    usable: Bool[np.ndarray, " t"]

    @property
    def rows(self) -> Bool[np.ndarray, " t"]:
        """Frames that tables have a row for."""
        return np.asarray(self.status != Status.GAP)


def read_document(path: Path, kind: type[DocumentT]) -> DocumentT:
    """A JSON file that a command wrote.

    Raises:
        RecordingError: it is missing, cut off, of another version, or something else.
    """
    try:
        return kind.model_validate_json(read_bytes(path))
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"])) or "/"
        raise RecordingError("compare.document", path, at=plain_line(place)) from error


def read_frames(path: Path) -> Frames:
    """What became of every frame.

    Raises:
        RecordingError: it is missing, or not such a table.
    """
    lines = read_bytes(path).decode("utf-8", "replace").splitlines()
    try:
        table = list(csv.reader(lines))
        if tuple(table[0]) != _COLUMNS:
            raise ValueError
        frames = Frames(
            time=np.array([float(row[1]) for row in table[1:]]),
            status=np.array([Status[row[2]].value for row in table[1:]], dtype=int),
            usable=np.array([bool(int(row[3])) for row in table[1:]], dtype=bool),
        )
        if not np.isfinite(frames.time).all() or (np.diff(frames.time) <= 0.0).any():
            raise ValueError
        return frames
    except (IndexError, KeyError, ValueError, csv.Error) as error:
        raise RecordingError("compare.status", path) from error


def read_rows(path: Path, labels: Sequence[str], frames: Frames) -> Float[np.ndarray, "r n"]:
    """A table with a row for each of ``frames.rows``.

    Raises:
        RecordingError: it is missing, has other columns, or other rows.
    """
    table = read_storage(path)
    if table.labels != tuple(labels) or len(table.data) != frames.rows.sum():
        raise RecordingError("compare.table", path)
    return table.data
