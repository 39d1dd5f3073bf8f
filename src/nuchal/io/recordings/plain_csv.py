"""Plain CSV: one row of column names, with time or frame numbers, then one row a frame.

Markers are three columns each, named by marker and axis in any of the usual ways: ``TP_x``,
``TP.X``, ``TP X``, ``TP:y``, with the unit behind in brackets (``TP_x [mm]``) or as a suffix
(``TP_x_mm``), or in a row of units under the names.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float

from nuchal.conventions import COORDINATES
from nuchal.errors import Place, RecordingError
from nuchal.findings import Found, finding
from nuchal.io.recordings.assemble import assemble, markers_in_columns
from nuchal.io.recordings.coordinates import assemble_coordinates
from nuchal.io.recordings.format import Analogs, Format, Options, Source, Timing
from nuchal.io.recordings.timing import from_rate, from_times, refuse_uncounted
from nuchal.io.recordings.units import (
    DEGREES,
    RADIANS,
    TIME_UNITS,
    VOLTAGES,
    bare_unit,
    length_unit,
)
from nuchal.io.text import TextFile, as_number, cells, first_filled, read_numbers
from nuchal.records import CoordinateRecording, Recording

_BRACKETS: Final = re.compile(r"^(?P<name>.*?)\s*[\[(](?P<unit>[^\])]*)[\])]$")
_SUFFIX: Final = re.compile(r"^(?P<name>.*[xyzXYZ])[_ ](?P<unit>mm|cm|m)$")
_AXIS: Final = re.compile(r"^(?P<name>.*?)(?:[_.:\- ]*)(?P<axis>[xyz])$", re.IGNORECASE)
_AXIS_APART: Final = re.compile(r"^(?P<name>.+?)[_.:\- ]+(?P<axis>[xyz])$", re.IGNORECASE)
_TIMES: Final = frozenset({"time", "times", "t", "timestamp", "timestamps", "time_s", "time_ms"})
_FRAMES: Final = frozenset({"frame", "frames", "frame#", "frame_number", "frame number", "sample"})


@dataclass(frozen=True)
class _Table:
    """The columns of a plain CSV.

    Attributes:
        names: Without units.
        values: One row a frame; NaN where a cell is blank.
        first_row: Index of the line of the first numbers.
    """

    file: TextFile
    names: tuple[str, ...]
    units: tuple[str, ...]
    values: Float[np.ndarray, "t n"]
    first_row: int

    def column(self, names: frozenset[str]) -> int | None:
        """The first column that has one of these names, in lower case."""
        lower = [name.lower() for name in self.names]
        return next((column for column, name in enumerate(lower) if name in names), None)

    def place(self, row: int) -> Place:
        """Where a row of numbers, counted from 0, is in the file."""
        return Place(line=self.first_row + row + 1)


def _read(source: Source, options: Options) -> Recording | CoordinateRecording:
    file = source.text
    names, units, delimiter, start = _header(file)
    lower = [name.lower() for name in names]
    of_coordinates = all(name in lower for name in COORDINATES)
    triples, ignored = ({}, []) if of_coordinates else _triples(file, names)
    table = _table(file, names, units, delimiter, start)
    timing = _timing(table, options)
    if of_coordinates:
        columns = [lower.index(name) for name in COORDINATES]
        return assemble_coordinates(
            file.path,
            values=table.values[:, columns],
            timing=timing.noting(*file.notes),
            stated_degrees=_stated_degrees(table, columns),
            in_degrees=options.in_degrees,
        )
    notes = (finding(Found.COLUMNS_LEFT_OUT, columns=ignored),) if ignored else ()
    raw = markers_in_columns(
        file.path, table.values, triples, units, timing=timing, notes=file.notes + notes
    )
    return assemble(file.path, raw, options)


def _read_analogs(source: Source, options: Options) -> Analogs:
    table = _table(source.text, *_header(source.text))
    timing = _timing(table, options)
    columns = [c for c, name in enumerate(table.names) if name.lower() not in _TIMES | _FRAMES]
    if not columns:
        raise RecordingError("csv.no_channels", source.path)
    return Analogs(
        names=tuple(table.names[c] for c in columns),
        units=tuple(table.units[c] for c in columns),
        values=table.values[:, columns],
        timing=timing,
        timed=table.column(_TIMES) is not None and options.rate_hz is None,
        notes=source.text.notes,
    )


def _table(
    file: TextFile, names: tuple[str, ...], units: tuple[str, ...], delimiter: str, start: int
) -> _Table:
    values = read_numbers(file, start=start, columns=names, delimiter=delimiter)
    return _Table(file, names, units, values, first_filled(file.lines, start))


def _header(file: TextFile) -> tuple[tuple[str, ...], tuple[str, ...], str, int]:
    """Names and units of the columns, the delimiter, and where to look for the numbers."""
    at = first_filled(file.lines)
    while at < len(file.lines) and file.lines[at].lstrip().startswith("#"):
        at = first_filled(file.lines, at + 1)
    if at == len(file.lines):
        raise RecordingError("csv.no_names", file.path)
    delimiter = max(",;\t", key=file.lines[at].count)
    labels = cells(file.lines[at], delimiter)
    place = Place(line=at + 1)
    ends = [as_number(label.replace(",", ".")) for label in (labels[0], labels[-1])]
    if None not in ends:
        raise RecordingError("csv.numbers_for_names", file.path, place=place)
    while len(labels) > 1 and not labels[-1]:
        labels.pop()
    if len(labels) == 1:
        raise RecordingError("csv.one_column", file.path, place=place)
    split = [_name_and_unit(label) for label in labels]
    units = [unit for _, unit in split]
    below = first_filled(file.lines, at + 1)
    row = cells(file.lines[below], delimiter) if below < len(file.lines) else []
    if any(row) and all(_is_unit(cell) for cell in row if cell) and len(row) <= len(labels):
        units = [over or under for over, under in zip(row, units, strict=False)]
        units += [""] * (len(labels) - len(units))
        at = below
    return tuple(name for name, _ in split), tuple(units), delimiter, at + 1


def _name_and_unit(label: str) -> tuple[str, str]:
    match = _BRACKETS.match(label)
    if match and (match["unit"] == "" or _is_unit(match["unit"])):
        return match["name"], match["unit"]
    if label.lower() in _TIMES:
        return label, "ms" if label.lower().endswith("ms") else ""
    match = _SUFFIX.match(label)
    return (match["name"], match["unit"]) if match else (label, "")


def _is_unit(text: str) -> bool:
    known = DEGREES | RADIANS | VOLTAGES.keys() | TIME_UNITS.keys()
    return length_unit(text) is not None or bare_unit(text) in known


def _timing(table: _Table, options: Options) -> Timing:
    """From a column of times, or one of frames and the rate that is given."""
    path, time = table.file.path, table.column(_TIMES)
    if time is not None:
        unit = bare_unit(table.units[time]) or "s"
        if unit not in TIME_UNITS:
            raise RecordingError("csv.time_unit", path, unit=unit, remedy=options.rate)
        seconds = table.values[:, time] * TIME_UNITS[unit]
        return from_times(path, seconds, options, where=table.place)
    frames = table.column(_FRAMES)
    if frames is not None:
        refuse_uncounted(path, table.values[:, frames], table.place)
    return from_rate(path, options, frames=len(table.values))


def _stated_degrees(table: _Table, columns: Sequence[int]) -> bool | None:
    units = {bare_unit(table.units[column]) for column in columns}
    if units <= DEGREES:
        return True
    return False if units <= RADIANS else None


def _triples(file: TextFile, names: Sequence[str]) -> tuple[dict[str, list[int]], list[str]]:
    """Columns of x, y, z by marker, and the columns that belong to none."""
    axes: dict[str, dict[str, int]] = {}
    ignored = []
    for column, label in enumerate(names):
        if label.lower() in _TIMES | _FRAMES:
            continue
        match = _AXIS_APART.match(label) or _AXIS.match(label)
        if not match or not match["name"]:
            ignored.append(label)
            continue
        of_marker = axes.setdefault(match["name"], {})
        axis = match["axis"].lower()
        if axis in of_marker:
            both = [of_marker[axis] + 1, column + 1]
            raise RecordingError("csv.same_columns", file.path, column=label, both=both)
        of_marker[axis] = column
    for name in [name for name, found in axes.items() if len(found) == 1]:
        ignored.append(names[next(iter(axes.pop(name).values()))])
    if not axes:
        raise RecordingError("csv.nothing_known", file.path, coordinates=COORDINATES)
    for name, found in axes.items():
        lacking = [axis for axis in "xyz" if axis not in found]
        if lacking:
            column_name = f"{name}_{lacking[0]}"
            raise RecordingError("csv.axis_lacking", file.path, marker=name, column=column_name)
    return {name: [found[axis] for axis in "xyz"] for name, found in axes.items()}, ignored


FORMAT: Final = Format(
    name="plain CSV",
    suffixes=(".csv", ".tsv"),
    sniff=lambda source: bool(source.text.lines),
    read=_read,
    read_analogs=_read_analogs,
    has_mark=False,
)
