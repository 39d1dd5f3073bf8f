"""Places of markers in OpenSim's tables (``.sto``): ``LFHD_tx`` as columns, or vectors."""

from dataclasses import dataclass, replace
from typing import Final

from nuchal.errors import RecordingError
from nuchal.io.opensim.storage import Head, header_end, refuse_miscounted, storage_head
from nuchal.io.recordings.assemble import assemble, markers_in_columns
from nuchal.io.recordings.columns import markers_in_labels
from nuchal.io.recordings.format import Format, Options, Source
from nuchal.io.recordings.timing import from_times
from nuchal.io.sheet import Columns, Numbers, read_numbers
from nuchal.records import Recording

_VECTORS: Final = "vec3"
_UNIT: Final = "m"
# A table of markers has as many of them, and no more columns of other things.
_FEWEST: Final = 3
_MOST_OTHERS: Final = 3


@dataclass(frozen=True)
class _Table:
    """Labels of the columns, and which are those of a marker."""

    head: Head
    labels: tuple[str, ...]
    markers: tuple[tuple[str, list[int]], ...]


def _sniff(source: Source) -> bool:
    if header_end(source.text) is None:
        return False
    try:
        return _table(source) is not None
    except RecordingError:
        return False


def _table(source: Source) -> _Table | None:
    """The columns of a table of markers; None where it holds something else."""
    head = storage_head(source.text)
    if head.elements == _VECTORS:
        names = head.labels[1:]
        labels = ("time", *(f"{name} {axis}" for name in names for axis in "XYZ"))
        starts = range(1, len(labels), 3)
        triples = [[column, column + 1, column + 2] for column in starts]
        return _Table(head, labels, tuple(zip(names, triples, strict=True)))
    found = markers_in_labels(source.path, head.labels, None)
    if found is None or len(found.markers) < _FEWEST or len(found.others) > _MOST_OTHERS:
        return None
    return _Table(head, head.labels, tuple(found.markers.items()))


def _read(source: Source, options: Options) -> Recording:
    table = _table(source)
    assert table is not None
    head = table.head
    numbers = _numbers(table)
    columns = len(head.labels)
    refuse_miscounted(source.path, head.header, rows=len(numbers), columns=columns)
    rate = head.sheet.dialect.number(head.header.get("DataRate", "?"))
    raw = markers_in_columns(
        source.path,
        numbers.values,
        table.markers,
        [head.header.get("Units") or _UNIT] * len(table.labels),
        timing=from_times(
            source.path,
            numbers.values[:, 0],
            options,
            where=numbers.place,
            stated_rate_hz=rate or None,
        ),
        notes=source.text.notes,
    )
    return assemble(source.path, raw, options)


def _numbers(table: _Table) -> Numbers:
    sheet = table.head.sheet
    if table.head.elements == _VECTORS:
        mark = sheet.dialect.separator
        lines = tuple(line.replace(",", mark) for line in sheet.file.lines)
        sheet = replace(sheet, file=replace(sheet.file, lines=lines))
    triples = [columns for _, columns in table.markers]
    columns = Columns(names=table.labels, counters=1, markers=triples)
    return read_numbers(sheet, start=table.head.start, columns=columns)


FORMAT: Final = Format(name="OpenSim markers", suffixes=(".sto", ".mot"), sniff=_sniff, read=_read)
