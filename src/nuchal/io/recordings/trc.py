"""Marker files of OpenSim and Cortex (``.trc``)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from nuchal.errors import Place, RecordingError, Setting
from nuchal.findings import Finding, Found, finding
from nuchal.io.recordings.assemble import RawMarkers, assemble
from nuchal.io.recordings.columns import is_axis, is_counter, markers_under_names
from nuchal.io.recordings.counts import compare_count
from nuchal.io.recordings.format import Format, Options, Source, Timing
from nuchal.io.recordings.timing import from_rate, from_times
from nuchal.io.recordings.units import LENGTH_UNITS
from nuchal.io.sheet import Columns, Numbers, Sheet, read_numbers
from nuchal.records import Recording

_MARK: Final = "pathfiletype"
_KEY: Final = "datarate"
# Filled lines that are searched for the header.
_TOP: Final = 8


@dataclass(frozen=True, kw_only=True)
class _Labels:
    """The rows of labels.

    Attributes:
        names: Line by line, as cells.
        counters: How many of the first columns count frames or time.
        markers: Columns of X, Y and Z of each, without a name where it has none.
        width: How many columns have a label.
        start: Index of the line behind.
    """

    names: Sequence[str]
    counters: int
    markers: Sequence[tuple[str, list[int]]]
    width: int
    start: int


@dataclass(frozen=True)
class _Facts:
    """The header's facts by their names in lower case, and the number of their line."""

    path: Path
    texts: Mapping[str, str]
    line: int

    def number(self, sheet: Sheet, key: str) -> float | None:
        """One of them; None where it is not stated."""
        text = self.texts.get(key, "")
        if not text:
            return None
        value = sheet.dialect.number(text)
        if value is None or not (np.isfinite(value) and value >= 0):
            place = Place(line=self.line)
            raise RecordingError("trc.header_number", self.path, place=place, text=text, key=key)
        return value


def _sniff(source: Source) -> bool:
    """Whether the header is there, or the file is named so and starts with the labels."""
    sheet = source.sheet
    firsts = [sheet.cells(index)[0].lower() for index in sheet.top(2)]
    named = source.path.suffix.lower() == ".trc"
    labels = named and firsts != [] and firsts[0].startswith("frame")
    return labels or any(f.startswith(_MARK) or f == _KEY for f in firsts)


def _read(source: Source, options: Options) -> Recording:
    """The header, then frame number, time and x, y, z by marker."""
    sheet = source.sheet
    top = sheet.top(_TOP)
    at = next((i for i in top if sheet.cells(i)[0].lower().startswith("frame")), None)
    if at is None or sheet.filled(at + 1) == len(sheet):
        raise RecordingError("trc.header_cut", sheet.path)
    facts = _facts(sheet, [index for index in top if index < at])
    if not facts.texts and options.units is None:
        raise RecordingError("trc.headless", sheet.path, remedy=Setting("units"))
    labels = _labels(sheet, at)
    table = _table(sheet, labels, facts)
    notes = _compare_counts(sheet, facts, labels, frames=len(table))
    order = [column for _, columns in labels.markers for column in columns]
    return assemble(
        sheet.path,
        RawMarkers(
            names=tuple(name for name, _ in labels.markers),
            positions=table.values[:, order].reshape(len(table), len(labels.markers), 3),
            unit=facts.texts.get("units") or None,
            timing=_timing(table, labels, facts.number(sheet, _KEY), sheet.path, options),
            notes=sheet.file.notes + notes,
        ),
        options,
    )


def _facts(sheet: Sheet, above: Sequence[int]) -> _Facts:
    """What stands between the first line and the labels: names of facts, and facts below."""
    for index, below in pairwise(above):
        keys, values = sheet.cells(index), sheet.cells(below)
        if len(keys) == 1:
            keys, values = sheet.file.lines[index].split(), sheet.file.lines[below].split()
        lower = [key.lower() for key in keys]
        if _KEY in lower:
            return _Facts(sheet.path, dict(zip(lower, values, strict=False)), below + 1)
    if above:
        raise RecordingError("trc.no_header", sheet.path, place=Place(line=above[0] + 1))
    return _Facts(sheet.path, {}, 1)


def _labels(sheet: Sheet, at: int) -> _Labels:
    """Names, and the axes below them."""
    row, place = sheet.cells(at), Place(line=at + 1)
    counters = 1 + (len(row) > 1 and is_counter(row[1]))
    names = [name for name in row[counters:] if name]
    if not names:
        raise RecordingError("trc.no_names", sheet.path, place=place)
    below = sheet.filled(at + 1)
    axes = [cell for cell in sheet.cells(below) if cell]
    start = below + 1
    if is_axis(axes[0]) is None:
        last = max(column for column, name in enumerate(row) if name) - counters
        count = len(names) if last + 1 == len(names) else last // 3 + 1
        axes, start = ["X", "Y", "Z"] * count, at + 1
    whole = 3 * len(names) == len(axes)
    if not whole and (len(axes) % 3 or 3 * len(names) > len(axes) or not _counted(sheet)):
        facts: dict[str, Any] = {
            "found": len(axes),
            "wanted": 3 * len(names),
            "markers": len(names),
        }
        raise RecordingError("trc.components", sheet.path, place=place, **facts)
    over = ["", *[""] * (counters - 1), *(names if whole else row[counters:])]
    axes = [*row[:counters], *axes]
    markers = markers_under_names(sheet.path, over, axes, place)
    return _Labels(names=names, counters=counters, markers=markers, width=len(axes), start=start)


def _counted(sheet: Sheet) -> bool:
    return sheet.dialect.has_empty_cells


def _table(sheet: Sheet, labels: _Labels, facts: _Facts) -> Numbers:
    """The numbers; unlabelled trajectories may follow those with labels."""
    columns = [""] * labels.width
    columns[: labels.counters] = ["Frame#", "Time"][: labels.counters]
    for name, triple in labels.markers:
        for axis, column in zip("XYZ", triple, strict=True):
            columns[column] = f"{name} {axis}"
    stated = labels.counters + 3 * int(facts.number(sheet, "nummarkers") or 0)
    return read_numbers(
        sheet,
        start=labels.start,
        columns=Columns(
            names=columns,
            counters=labels.counters,
            markers=[triple for _, triple in labels.markers],
            spare=max(stated - labels.width, _usual_extra(sheet, labels)),
        ),
    )


def _usual_extra(sheet: Sheet, labels: _Labels) -> int:
    """By how many cells both the first and the last row are longer than the labels."""
    first = sheet.filled(labels.start)
    last = next((i for i in range(len(sheet) - 1, first, -1) if sheet.filled(i) == i), first)
    ends = [len(sheet.cells(index)) for index in (first, last) if index < len(sheet)]
    return max(0, min(ends, default=0) - labels.width)


def _timing(
    table: Numbers, labels: _Labels, stated_hz: float | None, path: Path, options: Options
) -> Timing:
    numbers = table.values[:, 0]

    def where(row: int) -> Place:
        known = np.isfinite(numbers[row])
        return replace(table.place(row), frame=int(numbers[row]) if known else None)

    if labels.counters == 1:
        return from_rate(path, options, frames=len(table), stated_rate_hz=stated_hz or None)
    counted = bool((np.diff(numbers) == 1).all())
    rate = stated_hz or None
    return from_times(
        path, table.values[:, 1], options, where=where, stated_rate_hz=rate, counted=counted
    )


def _compare_counts(
    sheet: Sheet, facts: _Facts, labels: _Labels, *, frames: int
) -> tuple[Finding, ...]:
    promised = facts.number(sheet, "numframes")
    notes = compare_count(sheet, promised, frames)
    markers, names = facts.number(sheet, "nummarkers"), len(labels.names)
    if markers is not None and markers != names:
        notes += (finding(Found.OTHER_MARKER_COUNT, promised=markers, found=names),)
    return notes


FORMAT: Final = Format(
    name="TRC",
    suffixes=(".trc",),
    sniff=_sniff,
    read=_read,
)


def write_trc(
    path: Path,
    *,
    names: Sequence[str],
    time: Float[np.ndarray, " t"],
    positions_m: Float[np.ndarray, "t m 3"],
    units: str = "mm",
) -> None:
    """Write markers as a ``.trc`` file that OpenSim opens, in full precision.

    Args:
        path: The file to write.
        names: Of the markers.
        time: Evenly spaced [s].
        positions_m: Laboratory or ground axes [m]; NaN is written as an empty cell.
        units: ``mm``, ``cm`` or ``m``.

    Raises:
        ValueError: Shapes disagree, the unit is unknown or there are fewer than two frames.
    """
    frames = len(time)
    if positions_m.shape != (frames, len(names), 3) or frames < 2 or units not in LENGTH_UNITS:
        raise ValueError(f"cannot write {positions_m.shape} positions of {len(names)} in {units}")
    rate = repr(round((frames - 1) / float(time[-1] - time[0]), 9))
    lines = [
        f"PathFileType\t4\t(X/Y/Z)\t{path.name}",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame"
        "\tOrigNumFrames",
        f"{rate}\t{rate}\t{frames}\t{len(names)}\t{units}\t{rate}\t1\t{frames}",
        "Frame#\tTime\t" + "".join(f"{name}\t\t\t" for name in names),
        "\t\t" + "".join(f"X{i}\tY{i}\tZ{i}\t" for i in range(1, len(names) + 1)),
        "",
    ]
    rows = (positions_m / LENGTH_UNITS[units]).reshape(frames, -1).tolist()
    for index, (moment, row) in enumerate(zip(time.tolist(), rows, strict=True), start=1):
        filled = ("" if value != value else repr(value) for value in row)  # noqa: PLR0124
        lines.append("\t".join((str(index), repr(moment), *filled)))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
