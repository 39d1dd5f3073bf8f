"""Plain CSV: one row of column names, with time or frame numbers, then one row a frame.

Markers are three columns each, named by marker and axis in any of the usual ways: ``TP_x``,
``TP.X``, ``TP X``, ``TP:y``, with the unit behind in brackets (``TP_x [mm]``) or as a suffix
(``TP_x_mm``), or in a row of units under the names.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from jaxtyping import Float

from nuchal.conventions import COORDINATES
from nuchal.errors import RecordingError
from nuchal.io.recordings.assemble import Options, RawMarkers, assemble
from nuchal.io.recordings.coordinates import assemble_coordinates
from nuchal.io.recordings.text import TextFile, cells, first_filled, read_numbers
from nuchal.io.recordings.timing import Timing, from_rate, from_times, refuse_uncounted
from nuchal.io.recordings.units import DEGREES, RADIANS, TIME_UNITS, VOLTAGES, length_unit
from nuchal.records import CoordinateRecording, Recording

_BRACKETS: Final = re.compile(r"^(?P<name>.*?)\s*[\[(](?P<unit>[^\])]*)[\])]$")
_SUFFIX: Final = re.compile(r"^(?P<name>.*[xyzXYZ])[_ ](?P<unit>mm|cm|m)$")
_AXIS: Final = re.compile(r"^(?P<name>.*?)(?:[_.:\- ]*)(?P<axis>[xyz])$", re.IGNORECASE)
_AXIS_APART: Final = re.compile(r"^(?P<name>.+?)[_.:\- ]+(?P<axis>[xyz])$", re.IGNORECASE)
TIMES: Final = frozenset({"time", "times", "t", "timestamp", "timestamps", "time_s", "time_ms"})
FRAMES: Final = frozenset({"frame", "frames", "frame#", "frame_number", "frame number", "sample"})


@dataclass(frozen=True)
class Header:
    """The columns of a plain CSV.

    Attributes:
        names: Without units.
        first_row: Index of the line on which to look for the first numbers.
    """

    names: tuple[str, ...]
    units: tuple[str, ...]
    delimiter: str
    first_row: int


def recording_from_plain_csv(file: TextFile, options: Options) -> Recording | CoordinateRecording:
    """Read a CSV file of named columns.

    Raises:
        RecordingError: No columns that could be markers or the six coordinates, incomplete
            triples, neither time nor rate, or damaged rows.
    """
    header = csv_header(file)
    lower = [name.lower() for name in header.names]
    if all(name in lower for name in COORDINATES):
        return _coordinates(file, header, options)
    triples, ignored = _triples(file, header)
    table = csv_table(file, header)
    timing = csv_timing(file, header, table, options)
    order = [column for columns in triples.values() for column in columns]
    notes = (f"Columns left out: {', '.join(ignored)}.",) if ignored else ()
    return assemble(
        file.path,
        RawMarkers(
            names=tuple(triples),
            positions=table[:, order].reshape(len(table), len(triples), 3),
            unit=_one_unit(file, header, order),
            timing=timing,
            notes=file.notes + notes,
        ),
        options,
    )


def csv_table(file: TextFile, header: Header) -> Float[np.ndarray, "t n"]:
    """The numbers below the header, one row a frame; NaN where a cell is blank.

    Raises:
        RecordingError: A row is damaged.
    """
    return read_numbers(
        file, start=header.first_row, columns=header.names, delimiter=header.delimiter
    )


def _coordinates(file: TextFile, header: Header, options: Options) -> CoordinateRecording:
    table = csv_table(file, header)
    timing = csv_timing(file, header, table, options)
    lower = [name.lower() for name in header.names]
    columns = [lower.index(name) for name in COORDINATES]
    return assemble_coordinates(
        file.path,
        values=table[:, columns],
        timing=replace(timing, notes=timing.notes + file.notes),
        stated_degrees=_stated_degrees(header, columns),
        in_degrees=options.in_degrees,
    )


def csv_header(file: TextFile) -> Header:
    """The row of names, and that of units where there is one below it.

    Raises:
        RecordingError: There is none.
    """
    at = first_filled(file.lines)
    while at < len(file.lines) and file.lines[at].lstrip().startswith("#"):
        at = first_filled(file.lines, at + 1)
    if at == len(file.lines):
        raise RecordingError(file.path, "has no row of column names; export it with one.")
    line = file.lines[at]
    delimiter = max(",;\t", key=line.count)
    labels = cells(line, delimiter)
    if _is_number(labels[0]) and _is_number(labels[-1]):
        raise RecordingError(
            file.path,
            f"line {at + 1} should name the columns (time, TP_x, TP_y, TP_z, ...) but holds "
            "numbers; add a row of names.",
        )
    while len(labels) > 1 and not labels[-1]:
        labels.pop()
    if len(labels) == 1:
        raise RecordingError(
            file.path,
            f"line {at + 1} is not a row of several column names separated by comma, semicolon or "
            "tab; it does not look like a recording.",
        )
    split = [_name_and_unit(label) for label in labels]
    units = [unit for _, unit in split]
    below = first_filled(file.lines, at + 1)
    row = cells(file.lines[below], delimiter) if below < len(file.lines) else []
    if any(row) and all(_is_unit(cell) for cell in row if cell) and len(row) <= len(labels):
        units = [over or under for over, under in zip(row, units, strict=False)]
        units += [""] * (len(labels) - len(units))
        at = below
    return Header(tuple(name for name, _ in split), tuple(units), delimiter, at + 1)


def _name_and_unit(label: str) -> tuple[str, str]:
    match = _BRACKETS.match(label)
    if match and (match["unit"] == "" or _is_unit(match["unit"])):
        return match["name"], match["unit"]
    if label.lower() in TIMES:
        return label, "ms" if label.lower().endswith("ms") else ""
    match = _SUFFIX.match(label)
    return (match["name"], match["unit"]) if match else (label, "")


def _is_unit(text: str) -> bool:
    word = text.strip().strip("[]()").strip().lower()
    return (
        length_unit(word) is not None
        or word in TIME_UNITS
        or word in DEGREES | RADIANS | VOLTAGES.keys()
    )


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


def csv_timing(
    file: TextFile, header: Header, table: Float[np.ndarray, "t n"], options: Options
) -> Timing:
    """The times of the rows, from a column of times, or one of frames and the rate that is given.

    Raises:
        RecordingError: Times are missing or uneven, and no rate is given.
    """
    lower = [name.lower() for name in header.names]
    first = first_filled(file.lines, header.first_row)
    times = [column for column, name in enumerate(lower) if name in TIMES]
    if times:
        unit = header.units[times[0]].strip("[]() ").lower() or "s"
        if unit not in TIME_UNITS:
            raise RecordingError(
                file.path, f'states time in "{unit}"; give it in s or ms, or use --rate-hz.'
            )
        return from_times(
            file.path,
            table[:, times[0]] * TIME_UNITS[unit],
            stated_rate_hz=None,
            given_rate_hz=options.rate_hz,
            place=lambda row: f"the frame on line {first + row + 1}",
        )
    frames = [column for column, name in enumerate(lower) if name in FRAMES]
    if frames:
        refuse_uncounted(
            file.path, table[:, frames[0]], lambda row: f"the frame on line {first + row + 1}"
        )
    return from_rate(file.path, frames=len(table), rate_hz=options.rate_hz)


def _stated_degrees(header: Header, columns: Sequence[int]) -> bool | None:
    units = {header.units[column].strip("[]() ").lower() for column in columns}
    if units <= DEGREES:
        return True
    return False if units <= RADIANS else None


def _triples(file: TextFile, header: Header) -> tuple[dict[str, list[int]], list[str]]:
    """Columns of x, y, z by marker, and the columns that belong to none."""
    special = TIMES | FRAMES
    axes: dict[str, dict[str, int]] = {}
    ignored = []
    for column, label in enumerate(header.names):
        if label.lower() in special:
            continue
        match = _AXIS_APART.match(label) or _AXIS.match(label)
        if not match or not match["name"]:
            ignored.append(label)
            continue
        of_marker = axes.setdefault(match["name"], {})
        axis = match["axis"].lower()
        if axis in of_marker:
            raise RecordingError(
                file.path,
                f'has more than one column "{label}" (columns {of_marker[axis] + 1} and '
                f"{column + 1}); rename or remove one.",
            )
        of_marker[axis] = column
    for name in [name for name, found in axes.items() if len(found) == 1]:
        ignored.append(header.names[next(iter(axes.pop(name).values()))])
    if not axes:
        raise RecordingError(
            file.path,
            "has no columns that name a marker and an axis (such as TP_x, TP_y, TP_z), nor the "
            f"six coordinates ({', '.join(COORDINATES)}); rename the columns.",
        )
    for name, found in axes.items():
        lacking = [axis for axis in "xyz" if axis not in found]
        if lacking:
            raise RecordingError(
                file.path, f"the marker {name} lacks its column {name}_{lacking[0]}; export it too."
            )
    return {name: [found[axis] for axis in "xyz"] for name, found in axes.items()}, ignored


def _one_unit(file: TextFile, header: Header, columns: Sequence[int]) -> str | None:
    units = {header.units[column] for column in columns} - {""}
    lengths = {length_unit(unit) or unit for unit in units}
    if len(lengths) > 1:
        raise RecordingError(
            file.path, f"mixes units ({', '.join(sorted(lengths))}); export all markers in one."
        )
    return lengths.pop() if lengths else None
