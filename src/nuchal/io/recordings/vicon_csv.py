"""Vicon Nexus's CSV: sections of trajectories, model outputs and devices in one file."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import numpy as np
from jaxtyping import Float

from nuchal.errors import Place, RecordingError, phrase
from nuchal.io.recordings.assemble import assemble, markers_in_columns
from nuchal.io.recordings.format import Analogs, Format, Options, Source
from nuchal.io.recordings.marker_names import refuse_twice
from nuchal.io.recordings.timing import from_rate, refuse_uncounted
from nuchal.io.text import TextFile, as_number, cells, first_filled, read_numbers
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


@dataclass(frozen=True)
class _Section:
    """One section: its header, column by column, and its block of numbers.

    Attributes:
        first_row: Index of its first line of numbers in the file.
        names: Column by column, carried on to the right.
    """

    first_row: int
    rate_hz: float | None
    names: tuple[str, ...]
    components: tuple[str, ...]
    units: tuple[str, ...]
    table: Float[np.ndarray, "t n"]

    def triples(self) -> dict[str, list[int]]:
        """Columns of X, Y, Z by name."""
        found: dict[str, list[int]] = {}
        for column, (name, component) in enumerate(zip(self.names, self.components, strict=True)):
            if name and component in ("X", "Y", "Z"):
                found.setdefault(name, []).append(column)
        return {name: columns for name, columns in found.items() if len(columns) >= 3}

    def place(self, row: int) -> Place:
        """Where a row of numbers, counted from 0, is in the file."""
        return Place(line=self.first_row + row + 1)


def _read(source: Source, options: Options) -> Recording:
    """The section of trajectories."""
    file = source.text
    section = _section(file, "Trajectories")
    triples = section.triples()
    if not triples:
        raise RecordingError("vicon.no_markers", file.path)
    twice = [name for name, columns in triples.items() if len(columns) != 3]
    refuse_twice(file.path, [*triples, *twice])
    frames = section.table[:, 0]
    refuse_uncounted(file.path, frames, section.place)
    timing = from_rate(
        file.path,
        options,
        frames=len(section.table),
        stated_rate_hz=section.rate_hz,
        first_frame=float(frames[0]) if len(frames) else 1.0,
    )
    raw = markers_in_columns(
        file.path, section.table, triples, section.units, timing=timing, notes=file.notes
    )
    return assemble(file.path, raw, options)


def _read_analogs(source: Source, options: Options) -> Analogs:
    """The section of devices: analog channels with their own rate."""
    file = source.text
    section = _section(file, "Devices")
    components = [c.lower() for c in section.components]
    counters = 2 if len(components) > 1 and components[1].startswith("sub") else 1
    if len(components) == counters or not len(section.table):
        raise RecordingError("vicon.no_channels", file.path)
    first = section.table[0, 0]
    marker_rate = None
    if "Trajectories" in _titles(file):
        marker_rate = _section(file, "Trajectories").rate_hz
    late = first - 1.0 if np.isfinite(first) else 0.0
    return Analogs(
        names=section.components[counters:],
        units=section.units[counters:],
        values=section.table[:, counters:],
        timing=from_rate(
            file.path,
            options,
            frames=len(section.table),
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
    part = TextFile(file.path, file.lines[: min(later, default=len(file.lines))])
    delimiter = max(",;\t", key="".join(part.lines[start + 1 : start + 5]).count)
    (rate, names, components, units), first = _header_rows(part, start, wanted, delimiter)
    width = len(components)
    labels = _carried(names, width)
    columns = [f"{n} {c}".strip() for n, c in zip(labels, components, strict=True)]
    table = read_numbers(part, start=first, columns=columns, delimiter=delimiter)
    return _Section(
        first_row=first_filled(part.lines, first),
        rate_hz=as_number(rate[0]),
        names=labels,
        components=tuple(components),
        units=tuple((units + [""] * width)[:width]),
        table=table,
    )


def _header_rows(
    file: TextFile, start: int, section: str, delimiter: str
) -> tuple[tuple[list[str], list[str], list[str], list[str]], int]:
    """Rate, names, components and units, and where the numbers start."""
    indices: list[int] = []
    at = start + 1
    while len(indices) < 3:
        at = first_filled(file.lines, at)
        if at == len(file.lines):
            raise RecordingError("vicon.header_cut", file.path, section=section)
        indices.append(at)
        at += 1
    rate, names, components = (cells(file.lines[index], delimiter) for index in indices)
    if not components[0].lower().startswith(("frame", "field")):
        raise RecordingError("vicon.no_frame_column", file.path, place=Place(line=indices[2] + 1))
    while len(components) > 1 and not components[-1]:
        components.pop()
    unit_row = cells(file.lines[at], delimiter) if at < len(file.lines) else [""]
    if unit_row[0] == "" and any(unit_row):
        return (rate, names, components, unit_row), at + 1
    return (rate, names, components, [""]), at


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
