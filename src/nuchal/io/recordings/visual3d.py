"""Visual3D's text: rows of file, name, type and folder over ITEM X Y Z, then one row a frame."""

from collections.abc import Sequence
from typing import Final

from nuchal.errors import Place, RecordingError
from nuchal.io.recordings.assemble import assemble, markers_in_columns
from nuchal.io.recordings.columns import is_axis, markers_under_names
from nuchal.io.recordings.counts import refuse_uncounted
from nuchal.io.recordings.format import Format, Options, Source, Timing
from nuchal.io.recordings.timing import from_rate, from_times
from nuchal.io.sheet import Columns, Numbers, Sheet, read_numbers
from nuchal.records import Recording

_ITEM: Final = "item"
# Types of signals that are places of markers, and those that are times.
_MARKERS: Final = frozenset({"target", "landmark"})
_TIMES: Final = "frame_numbers"
# Rows above the axes, and lines that are searched for them.
_ROWS: Final = 4
_TOP: Final = 8


def _axes_row(sheet: Sheet) -> int | None:
    """Index of the row of axes below four rows of labels; None in any other text."""
    top = sheet.top(_TOP)
    rows = [sheet.cells(index) for index in top]
    for k, (index, row) in enumerate(zip(top, rows, strict=True)):
        if k >= _ROWS and row[0].lower() == _ITEM and any(map(is_axis, row[1:])):
            return index if not any(above[0] for above in rows[k - _ROWS : k]) else None
    return None


def _read(source: Source, options: Options) -> Recording:
    sheet = source.sheet
    at = _axes_row(sheet) or 0
    axes = sheet.cells(at)
    above = [sheet.cells(i) for i in sheet.top(_TOP) if i < at][-_ROWS:]
    files, names, types = ([*row, *[""] * len(axes)][: len(axes)] for row in above[:3])
    trials = list(dict.fromkeys(filter(None, files)))
    if len(trials) > 1:
        raise RecordingError("visual3d.several_trials", sheet.path, trials=trials)
    kinds = [kind.lower() for kind in types]
    of_markers = [axis if kind in _MARKERS else "" for axis, kind in zip(axes, kinds, strict=True)]
    markers = markers_under_names(sheet.path, _kept(names, of_markers), of_markers, _place(at))
    if not markers:
        raise RecordingError("visual3d.no_markers", sheet.path)
    triples = [columns for _, columns in markers]
    known = {column for columns in triples for column in columns} | {0}
    time = kinds.index(_TIMES) if _TIMES in kinds else None
    columns = Columns(
        names=[f"{name} {axis}".strip() for name, axis in zip(names, axes, strict=True)],
        counters=1,
        markers=triples,
        words=[column for column in range(len(axes)) if column not in known and column != time],
    )
    table = read_numbers(sheet, start=at + 1, columns=columns)
    timing = _timing(sheet, table, time, options)
    units, notes = [""] * len(axes), sheet.file.notes
    raw = markers_in_columns(sheet.path, table.values, markers, units, timing=timing, notes=notes)
    return assemble(sheet.path, raw, options)


def _kept(names: Sequence[str], axes: Sequence[str]) -> list[str]:
    """Names over columns of markers alone."""
    return [name if axis else "" for name, axis in zip(names, axes, strict=True)]


def _place(at: int) -> Place:
    """Of the row of names, which has two more below it before the axes."""
    return Place(line=at - 2)


def _timing(sheet: Sheet, table: Numbers, time: int | None, options: Options) -> Timing:
    if time is not None:
        return from_times(sheet.path, table.values[:, time], options, where=table.place)
    refuse_uncounted(sheet.path, table.values[:, 0], table.place)
    return from_rate(sheet.path, options, frames=len(table))


FORMAT: Final = Format(
    name="Visual3D text",
    suffixes=(".txt", ".tsv", ".csv"),
    sniff=lambda source: _axes_row(source.sheet) is not None,
    read=_read,
)
