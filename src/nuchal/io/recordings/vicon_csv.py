"""Vicon Nexus's CSV: sections of trajectories, model outputs and devices in one file."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import numpy as np

from nuchal.errors import Place, RecordingError, phrase
from nuchal.io.cells import dialect_of
from nuchal.io.recordings.assemble import assemble, markers_in_columns
from nuchal.io.recordings.columns import axes_in_threes, markers_under_names
from nuchal.io.recordings.counts import refuse_uncounted
from nuchal.io.recordings.format import Analogs, Format, Options, Source
from nuchal.io.recordings.timing import from_rate
from nuchal.io.sheet import Columns, Numbers, Sheet, read_numbers
from nuchal.io.text import TextFile
from nuchal.records import Recording

SECTIONS: Final = (
    "Trajectories",
    "Model Outputs",
    "Devices",
    "Joints",
    "Segments",
    "Events",
    "Global Angles",
    "Local Angles",
    "Analog EMG",
)
_TITLES: Final = {title.casefold(): title for title in SECTIONS}
_COUNTERS: Final = ("frame", "field")


@dataclass(frozen=True, kw_only=True)
class _Section:
    """One section: its header, column by column, and its block of numbers.

    Attributes:
        names: Each over the first of its columns.
        names_line: Number of their line in the file.
    """

    rate_hz: float | None
    names: tuple[str, ...]
    names_line: int
    components: tuple[str, ...]
    units: tuple[str, ...]
    table: Numbers


def _read(source: Source, options: Options) -> Recording:
    """The section of trajectories."""
    file = source.text
    section = _section(file, "Trajectories")
    place = Place(line=section.names_line)
    markers = markers_under_names(file.path, section.names, section.components, place)
    if not any(name for name, _ in markers):
        raise RecordingError("vicon.no_markers", file.path)
    values = section.table.values
    refuse_uncounted(file.path, values[:, 0], section.table.place)
    timing = from_rate(
        file.path,
        options,
        frames=len(values),
        stated_rate_hz=section.rate_hz,
        first_frame=float(values[0, 0]) if len(values) else 1.0,
    )
    raw = markers_in_columns(
        file.path, values, markers, section.units, timing=timing, notes=file.notes
    )
    return assemble(file.path, raw, options)


def _read_analogs(source: Source, options: Options) -> Analogs:
    """The section of devices: analog channels with their own rate."""
    file = source.text
    section = _section(file, "Devices")
    values = section.table.values
    components = [c.lower() for c in section.components]
    counters = 2 if len(components) > 1 and components[1].startswith("sub") else 1
    if len(components) == counters or not len(values):
        raise RecordingError("vicon.no_channels", file.path)
    first = values[0, 0]
    marker_rate = None
    if "Trajectories" in _titles(file):
        marker_rate = _section(file, "Trajectories").rate_hz
    late = first - 1.0 if np.isfinite(first) else 0.0
    return Analogs(
        names=section.components[counters:],
        units=section.units[counters:],
        values=values[:, counters:],
        timing=from_rate(
            file.path,
            options,
            frames=len(values),
            stated_rate_hz=section.rate_hz,
            start_s=float(late) / marker_rate if marker_rate else 0.0,
        ),
        notes=file.notes,
    )


def _titles(file: TextFile) -> dict[str, list[int]]:
    """The lines on which sections start, by title in order; empty for any other text."""
    found: dict[str, list[int]] = {}
    for index, line in enumerate(file.lines):
        title = _TITLES.get(line.strip(' \t,;"').casefold())
        if title:
            found.setdefault(title, []).append(index)
    return found


def _section(file: TextFile, wanted: str) -> _Section:
    titles = _titles(file)
    starts = titles.get(wanted, [])
    if len(starts) != 1:
        many = phrase("vicon.more_than_one") if starts else phrase("vicon.none")
        raise RecordingError(
            "vicon.section", file.path, many=many, section=wanted, sections=list(titles)
        )
    start = starts[0]
    later = [index for lines in titles.values() for index in lines if index > start]
    lines = file.lines[: min(later, default=len(file.lines))]
    sheet = Sheet(TextFile(file.path, lines), dialect_of(lines[start + 1 :]))
    rows = _header_rows(sheet, start, wanted)
    rate, names, components = (sheet.cells(row) for row in rows)
    while len(components) > 1 and not components[-1]:
        components.pop()
    width = len(components)
    below = sheet.filled(rows[-1] + 1)
    units = sheet.cells(below) if below < len(sheet) else ["1"]
    has_units = units[0] == "" and any(units)
    labels = zip(_carried(names, width), components, strict=True)
    table = read_numbers(
        sheet,
        start=below + 1 if has_units else below,
        columns=Columns(
            names=[f"{name} {component}".strip() for name, component in labels],
            counters=1,
            markers=axes_in_threes(components),
        ),
    )
    return _Section(
        rate_hz=sheet.dialect.number(rate[0]),
        names=tuple(names),
        names_line=rows[1] + 1,
        components=tuple(components),
        units=tuple(([*units, *[""] * width] if has_units else [""] * width)[:width]),
        table=table,
    )


def _header_rows(sheet: Sheet, start: int, section: str) -> list[int]:
    """Indices of the lines of rate, names and components."""
    rows: list[int] = []
    for _ in range(3):
        at = sheet.filled((rows[-1] if rows else start) + 1)
        if at == len(sheet):
            raise RecordingError("vicon.header_cut", sheet.path, section=section)
        rows.append(at)
    if not sheet.cells(rows[2])[0].lower().startswith(_COUNTERS):
        place = Place(line=rows[2] + 1)
        raise RecordingError("vicon.no_frame_column", sheet.path, place=place)
    return rows


def _carried(names: Sequence[str], width: int) -> tuple[str, ...]:
    """Names repeated to the right until the next one; the first two columns count frames."""
    padded = [*names, *[""] * width][:width]
    return tuple(accumulate(padded, lambda current, name: name or current))


FORMAT: Final = Format(
    name="Vicon CSV",
    suffixes=(".csv", ".tsv"),
    sniff=lambda source: bool(_titles(source.text)),
    read=_read,
    read_analogs=_read_analogs,
    analogs_beside_markers=lambda source: "Devices" in _titles(source.text),
)
