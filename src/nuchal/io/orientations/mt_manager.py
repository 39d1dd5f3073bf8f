"""Xsens MT Manager's text: one sensor, named as its file, in axes with Z up.

Rotations are from the sensor to the earth, as a matrix (``Mat[2][1]`` is row 2, column 1), a
quaternion (``Quat_q0`` is w) or roll, pitch and yaw about the earth's X, Y and Z.
"""

import re
from collections.abc import Mapping
from typing import Final

from nuchal.errors import RecordingError
from nuchal.io.orientations.assemble import Axes, assemble, stated
from nuchal.io.orientations.bodies import Body, turns_of
from nuchal.io.orientations.format import Options, OrientationFormat
from nuchal.io.orientations.frames import Frames, by_counter, every_row
from nuchal.io.recordings.format import Source
from nuchal.io.recordings.timing import from_rate
from nuchal.io.sheet import Columns, Numbers, Sheet, read_numbers
from nuchal.orientations import OrientationRecording
from nuchal.plain_text import plain_line

_AXES: Final = Axes("+Z")
_COMMENT: Final = "//"
_COUNTER: Final = "packetcounter"
_RATE: Final = re.compile(r"^//\s*(?:update|output|sample) rate\s*:\s*([\d.]+)", re.IGNORECASE)
# The counter of packets has sixteen bits.
_WRAPS_AT: Final = 2**16
# Lines that are searched for the names of the columns.
_TOP: Final = 40
_MATRIX: Final = tuple(f"mat[{i}][{j}]" for i in "123" for j in "123")
_QUATERNIONS: Final = (
    ("quat_q0", "quat_q1", "quat_q2", "quat_q3"),
    ("quat_w", "quat_x", "quat_y", "quat_z"),
)
_ANGLES: Final = ("roll", "pitch", "yaw")


def _labels_at(sheet: Sheet) -> int | None:
    """Index of the names of the columns; None where the file is another one."""
    for index in sheet.top(_TOP):
        if not sheet.file.lines[index].lstrip().startswith(_COMMENT):
            return index if sheet.cells(index)[0].lower() == _COUNTER else None
    return None


def _read(source: Source, options: Options) -> OrientationRecording:
    path, sheet = source.path, source.sheet
    at = _labels_at(sheet)
    assert at is not None
    labels = sheet.cells(at)
    name = plain_line(path.stem)
    body = _body(name, {label.lower(): column for column, label in enumerate(labels)})
    if body is None:
        raise RecordingError("xsens.no_rotation", path)
    words = [c for c in range(1, len(labels)) if c not in body.columns]
    columns = Columns(names=labels, counters=1, markers=[body.columns], words=words)
    table = read_numbers(sheet, start=at + 1, columns=columns)
    frames = _frames(sheet, table, options)
    settled = stated(options, euler="xyz", in_degrees=True)
    return assemble(
        path, (name,), turns_of(path, [body], table.values, settled, table.place), frames, _AXES
    )


def _body(name: str, columns: Mapping[str, int]) -> Body | None:
    """The matrix before the quaternion before the angles; None where there is none of them."""
    for wanted, letters in (
        (_MATRIX, ""),
        *((names, "wxyz") for names in _QUATERNIONS),
        (_ANGLES, "xyz"),
    ):
        if all(label in columns for label in wanted):
            return Body(
                name=name, columns=tuple(columns[label] for label in wanted), letters=letters
            )
    return None


def _frames(sheet: Sheet, table: Numbers, options: Options) -> Frames:
    matches = (_RATE.match(line.strip()) for line in sheet.file.lines[:_TOP])
    said = next((match[1] for match in matches if match), "?")
    rate = sheet.dialect.number(said)
    if not len(table):
        return every_row(from_rate(sheet.path, options.of_times, frames=0))
    return by_counter(
        sheet.path,
        table.values[:, 0],
        options,
        where=table.place,
        stated_rate_hz=rate,
        wraps_at=_WRAPS_AT,
    )


FORMAT: Final = OrientationFormat(
    name="MT Manager text",
    suffixes=(".txt", ".csv"),
    sniff=lambda source: _labels_at(source.sheet) is not None,
    read=_read,
    device="inertial",
)
