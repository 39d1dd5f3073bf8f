"""APDM Opal's CSV: several sensors, each with a quaternion to the earth's axes, of which Z is up.

In a recording of a pendulum the specific force, turned by these quaternions, points along +Z in
all sensors.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from nuchal.errors import RecordingError
from nuchal.io.orientations.assemble import Axes, assemble
from nuchal.io.orientations.bodies import Body, turns_of
from nuchal.io.orientations.format import Options, OrientationFormat
from nuchal.io.orientations.frames import Frames, by_times, every_row
from nuchal.io.recordings.format import Source
from nuchal.io.recordings.timing import from_rate
from nuchal.io.recordings.units import TIME_UNITS, bare_unit
from nuchal.io.sheet import Columns, Numbers, Sheet, read_numbers
from nuchal.orientations import OrientationRecording

_AXES: Final = Axes("+Z")
_SCALAR: Final = "/orientation/scalar"
_PARTS: Final = ("scalar", "x", "y", "z")
_RATE: Final = "sample rate"
_TIME: Final = "time"
# Lines that are searched for the names of the columns.
_TOP: Final = 10


def _labels_at(sheet: Sheet) -> int | None:
    """Index of the names of the columns; None where the file is another one."""
    for index in sheet.top(_TOP):
        if any(cell.lower().endswith(_SCALAR) for cell in sheet.cells(index)):
            return index
    return None


def _read(source: Source, options: Options) -> OrientationRecording:
    path, sheet = source.path, source.sheet
    at = _labels_at(sheet)
    assert at is not None
    labels = sheet.cells(at)
    bodies = _bodies(source, labels)
    units = sheet.filled(at + 1)
    under = sheet.cells(units) if units < len(sheet) else []
    has_units = bool(under) and not sheet.dialect.is_numbers(under)
    used = {column for body in bodies for column in body.columns} | {0}
    table = read_numbers(
        sheet,
        start=units + 1 if has_units else at + 1,
        columns=Columns(
            names=labels,
            counters=1,
            markers=[body.columns for body in bodies],
            words=[c for c in range(len(labels)) if c not in used],
        ),
    )
    frames = _frames(sheet, labels, under if has_units else [], table, options)
    turns = turns_of(path, bodies, table.values, options, table.place)
    return assemble(path, tuple(body.name for body in bodies), turns, frames, _AXES)


def _bodies(source: Source, labels: Sequence[str]) -> list[Body]:
    """Sensors of whose quaternions all four columns are there."""
    columns = {label.lower(): column for column, label in enumerate(labels)}
    found = []
    for label in labels:
        if not label.lower().endswith(_SCALAR):
            continue
        name = label[: -len(_SCALAR)]
        wanted = [f"{name}/Orientation/{part.capitalize()}" for part in _PARTS]
        lacking = [one for one in wanted if one.lower() not in columns]
        if lacking:
            raise RecordingError(
                "orientation.column_lacking", source.path, body=name, column=lacking[0]
            )
        four = tuple(columns[one.lower()] for one in wanted)
        found.append(Body(name=name, columns=four, letters="wxyz"))
    return found


def _frames(
    sheet: Sheet, labels: Sequence[str], units: Sequence[str], table: Numbers, options: Options
) -> Frames:
    """By the column of times in front, or by the rate of the header."""
    rows = (sheet.cells(index) for index in sheet.top(_TOP))
    rates = [row[1] for row in rows if len(row) > 1 and row[0].lower().rstrip(":") == _RATE]
    rate = sheet.dialect.number(rates[0]) if rates else None
    if labels[0].lower() != _TIME:
        timing = from_rate(sheet.path, options.of_times, frames=len(table), stated_rate_hz=rate)
        return every_row(timing)
    unit = bare_unit(units[0] if units else "") or "s"
    seconds = np.asarray(table.values[:, 0] * TIME_UNITS.get(unit, 1.0))
    return by_times(sheet.path, seconds, options, where=table.place, stated_rate_hz=rate)


FORMAT: Final = OrientationFormat(
    name="APDM CSV",
    suffixes=(".csv",),
    sniff=lambda source: _labels_at(source.sheet) is not None,
    read=_read,
    device="inertial",
)
