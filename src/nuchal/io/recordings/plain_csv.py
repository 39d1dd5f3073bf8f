"""Plain CSV: column names, with time or frame numbers, then one row a frame.

Markers are three columns each, named by marker and axis in any of the usual ways (``TP_x``,
``TP.X``, ``TP [x]``, ``x_TP``, ``TP_tx``, ``TP_1``, ``TP[0]``), or in two rows, names over axes.
The unit stands behind in brackets (``TP_x [mm]``) or as a suffix (``TP_x_mm``), in a row of its own
under the names, or in a row of facts above them.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from jaxtyping import Float

from nuchal.conventions import COORDINATES
from nuchal.errors import RecordingError, phrase
from nuchal.findings import Found, finding
from nuchal.io.recordings.assemble import assemble, markers_in_columns
from nuchal.io.recordings.columns import (
    FRAMES,
    TIMES,
    is_counter,
    markers_in_labels,
    markers_under_names,
)
from nuchal.io.recordings.coordinates import assemble_coordinates
from nuchal.io.recordings.counts import refuse_uncounted
from nuchal.io.recordings.csv_header import Header, read_header
from nuchal.io.recordings.format import Analogs, Format, Options, Source, Timing
from nuchal.io.recordings.timing import from_rate, from_times
from nuchal.io.recordings.units import DEGREES, RADIANS, TIME_UNITS, bare_unit
from nuchal.io.sheet import Columns, Numbers, Sheet, read_numbers
from nuchal.records import CoordinateRecording, Recording


def _read(source: Source, options: Options) -> Recording | CoordinateRecording:
    sheet = source.sheet
    header = read_header(sheet)
    lower = [name.lower() for name in header.labels]
    if all(name in lower for name in COORDINATES):
        return _coordinates(sheet, header, options)
    markers, ignored = _markers(sheet, header)
    triples = [columns for _, columns in markers]
    table = read_columns(sheet, header, triples)
    units = [unit or header.length_unit for unit in header.units]
    notes = (finding(Found.COLUMNS_LEFT_OUT, columns=list(ignored)),) if ignored else ()
    raw = markers_in_columns(
        sheet.path,
        table.values,
        markers,
        units,
        timing=_timing(sheet, header, table, options),
        notes=sheet.file.notes + notes,
    )
    return assemble(sheet.path, raw, options)


def _coordinates(sheet: Sheet, header: Header, options: Options) -> CoordinateRecording:
    lower = [name.lower() for name in header.labels]
    columns = [lower.index(name) for name in COORDINATES]
    table = read_columns(sheet, header, [columns])
    return assemble_coordinates(
        sheet.path,
        values=table.values[:, columns],
        timing=_timing(sheet, header, table, options).noting(*sheet.file.notes),
        stated_degrees=_stated_degrees(header, columns),
        in_degrees=options.in_degrees,
    )


def _markers(sheet: Sheet, header: Header) -> tuple[Sequence[tuple[str, list[int]]], Sequence[str]]:
    """Name and columns of each marker, and the labels of columns that belong to none."""
    if header.above is not None:
        return markers_under_names(sheet.path, header.above, header.labels, header.place), ()
    found = markers_in_labels(sheet.path, header.labels, None)
    if found is None:
        lower = {name.lower() for name in header.labels}
        what = "csv.long" if set("xyz") <= lower else "csv.nothing_known"
        raise RecordingError(what, sheet.path, coordinates=COORDINATES)
    return list(found.markers.items()), found.others


def _read_analogs(source: Source, options: Options) -> Analogs:
    sheet = source.sheet
    header = read_header(sheet, phrase("csv.columns_of_channels"))
    columns = [c for c, name in enumerate(header.labels) if not is_counter(name)]
    table = read_columns(sheet, header, [columns] if columns else [])
    timing = _timing(sheet, header, table, options)
    if not columns:
        raise RecordingError("csv.no_channels", source.path)
    return Analogs(
        names=tuple(header.labels[c] for c in columns),
        units=tuple(header.units[c] for c in columns),
        values=table.values[:, columns],
        timing=timing,
        timed=_column(header, TIMES) is not None and options.rate_hz is None,
        notes=sheet.file.notes,
    )


def read_columns(sheet: Sheet, header: Header, wanted: Sequence[Sequence[int]]) -> Numbers:
    """The numbers of the columns that are wanted, and of those that count."""
    labels = header.labels
    counters = next((c for c, name in enumerate(labels) if not is_counter(name)), len(labels))
    used = {column for columns in wanted for column in columns}
    words = [c for c, name in enumerate(labels) if c not in used and not is_counter(name)]
    return read_numbers(
        sheet,
        start=header.start,
        columns=Columns(names=_columns(header), counters=counters, markers=wanted, words=words),
    )


def _columns(header: Header) -> Sequence[str]:
    """What the columns are called in messages."""
    if header.above is None:
        return header.labels
    name, names = "", []
    for over, label in zip(
        [*header.above, *[""] * len(header.labels)], header.labels, strict=False
    ):
        name = over or name
        names.append(label if label == name else f"{name} {label}")
    return names


def _column(header: Header, names: frozenset[str]) -> int | None:
    """The first column that has one of these names, in lower case."""
    return next((c for c, name in enumerate(header.labels) if name.lower() in names), None)


def _timing(sheet: Sheet, header: Header, table: Numbers, options: Options) -> Timing:
    """From a column of times, or one of frames and a rate."""
    seconds = seconds_of(sheet, header, table, options)
    if seconds is not None:
        return from_times(sheet.path, seconds, options, where=table.place)
    return counted(sheet, header, table, options)


def seconds_of(
    sheet: Sheet, header: Header, table: Numbers, options: Options
) -> Float[np.ndarray, " t"] | None:
    """The column of times [s]; None where there is none."""
    time = _column(header, TIMES)
    if time is None:
        return None
    unit = bare_unit(header.units[time]) or "s"
    if unit not in TIME_UNITS:
        raise RecordingError("csv.time_unit", sheet.path, unit=unit, remedy=options.rate)
    return np.asarray(table.values[:, time] * TIME_UNITS[unit])


def counted(sheet: Sheet, header: Header, table: Numbers, options: Options) -> Timing:
    """Times by a rate, of rows that are numbered or only counted."""
    path, frames = sheet.path, _column(header, FRAMES)
    if frames is not None:
        refuse_uncounted(path, table.values[:, frames], table.place)
    return from_rate(path, options, frames=len(table), stated_rate_hz=header.rate_hz(sheet))


def _stated_degrees(header: Header, columns: Sequence[int]) -> bool | None:
    units = {bare_unit(header.units[column]) for column in columns}
    if units <= DEGREES:
        return True
    return False if units <= RADIANS else None


FORMAT: Final = Format(
    name="plain CSV",
    suffixes=(".csv", ".tsv"),
    sniff=lambda source: bool(source.text.lines),
    read=_read,
    read_analogs=_read_analogs,
    has_mark=False,
)
