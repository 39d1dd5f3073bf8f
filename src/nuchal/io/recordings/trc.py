"""Marker files of OpenSim and Cortex (``.trc``)."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from jaxtyping import Float

from nuchal.errors import Place, RecordingError, Setting
from nuchal.findings import Finding, Found, finding
from nuchal.io.recordings.assemble import RawMarkers, assemble
from nuchal.io.recordings.counts import compare_count, refuse_uncounted
from nuchal.io.recordings.format import Format, Options, Source, Timing
from nuchal.io.recordings.timing import from_rate, from_times
from nuchal.io.recordings.trc_header import RATE, Facts, Labels, read_facts, read_labels
from nuchal.io.recordings.units import LENGTH_UNITS
from nuchal.io.sheet import Columns, Numbers, Sheet, read_numbers
from nuchal.plain_text import file_name
from nuchal.records import Recording

_MARK: Final = "pathfiletype"
_COUNTERS: Final = ("frame", "time")
# Filled lines that are searched for the header.
_TOP: Final = 8


def _sniff(source: Source) -> bool:
    """Whether the header is there, or the file is named so and starts with the labels."""
    sheet = source.sheet
    firsts = [sheet.cells(index)[0].lower() for index in sheet.top(2)]
    named = source.path.suffix.lower() == ".trc"
    labels = named and firsts != [] and firsts[0].startswith(_COUNTERS[0])
    return labels or any(f.startswith(_MARK) or f == RATE for f in firsts)


def _read(source: Source, options: Options) -> Recording:
    """The header, then frame number, time and x, y, z by marker."""
    sheet = source.sheet
    top = sheet.top(_TOP)
    at = next((i for i in top if sheet.cells(i)[0].lower().startswith(_COUNTERS)), None)
    if at is None or sheet.filled(at + 1) == len(sheet):
        raise RecordingError("trc.header_cut", sheet.path)
    facts = read_facts(sheet, [index for index in top if index < at])
    if not facts.texts and options.units is None:
        raise RecordingError("trc.headless", sheet.path, remedy=Setting("units"))
    labels = read_labels(sheet, at)
    table = _table(sheet, labels, facts)
    notes = _compare_counts(sheet, facts, labels, frames=len(table))
    order = [column for _, columns in labels.markers for column in columns]
    return assemble(
        sheet.path,
        RawMarkers(
            names=tuple(name for name, _ in labels.markers),
            positions=table.values[:, order].reshape(len(table), len(labels.markers), 3),
            unit=facts.texts.get("units") or None,
            timing=_timing(table, labels, facts.number(sheet, RATE), sheet.path, options),
            notes=sheet.file.notes + notes,
        ),
        options,
    )


def _table(sheet: Sheet, labels: Labels, facts: Facts) -> Numbers:
    """The numbers; unlabelled trajectories may follow those with labels."""
    triples = [triple for _, triple in labels.markers]
    columns = ["Frame#", *[""] * (labels.width - 1)]
    if labels.time is not None:
        columns[labels.time] = "Time"
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
            markers=triples,
            spare=max(stated - labels.width, _usual_extra(sheet, labels)),
        ),
    )


def _usual_extra(sheet: Sheet, labels: Labels) -> int:
    """By how many cells both the first and the last row are longer than the labels."""
    first = sheet.filled(labels.start)
    last = next((i for i in range(len(sheet) - 1, first, -1) if sheet.filled(i) == i), first)
    ends = [len(sheet.cells(index)) for index in (first, last) if index < len(sheet)]
    return max(0, min(ends, default=0) - labels.width)


def _timing(
    table: Numbers, labels: Labels, stated_hz: float | None, path: Path, options: Options
) -> Timing:
    numbers = table.values[:, 0]
    has_frames, rate = labels.time != 0, stated_hz or None

    def where(row: int) -> Place:
        known = has_frames and np.isfinite(numbers[row])
        return replace(table.place(row), frame=int(numbers[row]) if known else None)

    if labels.time is None:
        refuse_uncounted(path, numbers, where)
        return from_rate(path, options, frames=len(table), stated_rate_hz=rate)
    counted = has_frames and bool((np.diff(numbers) == 1).all())
    time = table.values[:, labels.time]
    return from_times(path, time, options, where=where, stated_rate_hz=rate, counted=counted)


def _compare_counts(
    sheet: Sheet, facts: Facts, labels: Labels, *, frames: int
) -> tuple[Finding, ...]:
    notes = compare_count(sheet, facts.number(sheet, "numframes"), frames)
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
        f"PathFileType\t4\t(X/Y/Z)\t{file_name(path)}",
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
