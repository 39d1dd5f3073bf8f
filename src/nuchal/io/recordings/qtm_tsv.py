"""Qualisys Track Manager's TSV: a fact a line, names of markers, then one row a frame, in mm."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from nuchal.errors import Place, RecordingError
from nuchal.findings import Finding, Found, finding
from nuchal.io.recordings.assemble import assemble, markers_in_columns
from nuchal.io.recordings.columns import is_counter, markers_in_labels
from nuchal.io.recordings.counts import compare_count, refuse_uncounted
from nuchal.io.recordings.format import Format, Options, Source, Timing
from nuchal.io.recordings.timing import from_rate, from_times
from nuchal.io.sheet import Columns, Numbers, Sheet, read_numbers
from nuchal.records import Recording

_MARK: Final = "no_of_frames"
_NAMES: Final = "marker_names"
_UNIT: Final = "mm"
# Lines that may stand between the names and the numbers.
_BETWEEN: Final = ("trajectory_types",)
# Lines that are searched for the names.
_TOP: Final = 40


@dataclass(frozen=True)
class Head:
    """Facts by name in lower case, names of markers or bodies, and where what follows starts."""

    facts: Mapping[str, str]
    names: Sequence[str]
    start: int

    @property
    def has_bodies(self) -> bool:
        """Whether the file says that it holds poses of rigid bodies."""
        return "6d" in self.facts.get("data_included", "").lower()

    def number(self, sheet: Sheet, key: str) -> float | None:
        """One of the facts; None where it is not stated."""
        return sheet.dialect.number(self.facts.get(key, "x"))


def is_qtm(source: Source) -> bool:
    """Whether a text starts as QTM's do."""
    sheet = source.sheet
    return any(sheet.cells(index)[0].lower() == _MARK for index in sheet.top(1))


def _read(source: Source, options: Options) -> Recording:
    sheet = source.sheet
    head = _head_of_markers(sheet)
    labels, markers, start = _layout(sheet, head)
    counters = next((c for c, label in enumerate(labels) if not is_counter(label)), 0)
    triples = [columns for _, columns in markers]
    columns = Columns(names=labels, counters=counters, markers=triples)
    table = read_numbers(sheet, start=start, columns=columns)
    notes = compare_frames(sheet, head, table)
    promised = head.number(sheet, "no_of_markers")
    if promised is not None and promised != len(markers):
        notes += (finding(Found.OTHER_MARKER_COUNT, promised=promised, found=len(markers)),)
    raw = markers_in_columns(
        sheet.path,
        table.values,
        markers,
        [_UNIT] * len(labels),
        timing=timing_of(sheet, head, labels[:counters], table, options),
        notes=sheet.file.notes + notes,
    )
    return assemble(sheet.path, raw, options)


def _head_of_markers(sheet: Sheet) -> Head:
    head = read_head(sheet, _NAMES)
    if head.names:
        return head
    raise RecordingError("qtm.bodies" if head.has_bodies else "qtm.no_names", sheet.path)


def read_head(sheet: Sheet, key: str) -> Head:
    """The lines of facts down to the one that has names behind a key in lower case."""
    facts: dict[str, str] = {}
    for index in sheet.top(_TOP):
        row = sheet.cells(index)
        fact, names = row[0].lower(), filled(row[1:])
        if fact == key and names:
            return Head(facts, names, sheet.filled(index + 1))
        facts[fact] = row[1] if len(row) > 1 else ""
    return Head(facts, (), len(sheet))


def compare_frames(sheet: Sheet, head: Head, table: Numbers) -> tuple[Finding, ...]:
    """``compare_count`` of the frames that the head promises."""
    return compare_count(sheet, head.number(sheet, _MARK), len(table))


def filled(row: list[str]) -> list[str]:
    """A row without the empty cells at its end."""
    while row and not row[-1]:
        row.pop()
    return row


def _layout(sheet: Sheet, head: Head) -> tuple[Sequence[str], Sequence[tuple[str, list[int]]], int]:
    """Labels of the columns, those of each marker, and where the numbers start."""
    at = head.start
    while at < len(sheet) and sheet.cells(at)[0].lower() in _BETWEEN:
        at = sheet.filled(at + 1)
    if at < len(sheet) and not sheet.dialect.is_numbers(sheet.cells(at)):
        labels = filled(sheet.cells(at))
        found = markers_in_labels(sheet.path, labels, Place(line=at + 1))
        if found is None:
            raise RecordingError("qtm.no_names", sheet.path)
        return labels, list(found.markers.items()), at + 1
    widths = [len(sheet.cells(k)) for k in range(at, min(at + _TOP, len(sheet)))]
    whole = Counter(width for width in widths if width >= 3 * len(head.names))
    extra = whole.most_common(1)[0][0] - 3 * len(head.names) if whole else 0
    counters = ["Frame", "Time"][:extra] if extra in (1, 2) else []
    labels = [*counters, *(f"{name} {axis}" for name in head.names for axis in "XYZ")]
    first = range(len(counters), len(labels), 3)
    triples = [[column, column + 1, column + 2] for column in first]
    return labels, list(zip(head.names, triples, strict=True)), at


def timing_of(
    sheet: Sheet, head: Head, counters: Sequence[str], table: Numbers, options: Options
) -> Timing:
    """Times of the rows by the columns that count them, the first of the table, or by the rate."""
    stated = head.number(sheet, "frequency")
    column = {label.lower().split("(")[0].strip(): k for k, label in enumerate(counters)}
    if "time" in column:
        time = table.values[:, column["time"]]
        return from_times(sheet.path, time, options, where=table.place, stated_rate_hz=stated)
    first = 1.0
    if "frame" in column and len(table):
        numbers = table.values[:, column["frame"]]
        refuse_uncounted(sheet.path, numbers, table.place)
        first = float(numbers[0])
    return from_rate(
        sheet.path, options, frames=len(table), stated_rate_hz=stated, first_frame=first
    )


FORMAT: Final = Format(name="QTM TSV", suffixes=(".tsv", ".csv"), sniff=is_qtm, read=_read)
