"""OptiTrack Motive's CSV: a line of facts, rows of types and names, then one row a frame.

Labelled markers are taken; those that Motive places by a rigid body only where nothing else has
their name, and the poses of rigid bodies and bones not at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from nuchal.errors import RecordingError
from nuchal.io.recordings.assemble import assemble, markers_in_columns
from nuchal.io.recordings.columns import is_axis
from nuchal.io.recordings.counts import refuse_uncounted
from nuchal.io.recordings.format import Format, Options, Source, Timing
from nuchal.io.recordings.timing import from_rate, from_times
from nuchal.io.sheet import Columns, Numbers, Sheet, read_numbers
from nuchal.records import Recording

_MARK: Final = "format version"
_MARKER: Final = "marker"
_RIGID_MARKERS: Final = ("rigid body marker", "bone marker")
_TYPES: Final = frozenset(
    {_MARKER, *_RIGID_MARKERS, "rigid body", "bone", "skeleton", "force plate", "asset marker"}
)
_KINDS: Final = frozenset({"position", "rotation", "mean marker error", "marker quality"})
# Lines that are searched for the row of axes.
_TOP: Final = 12


@dataclass(frozen=True)
class Head:
    """Facts by name in lower case, and the rows of the table's header, column by column."""

    facts: Mapping[str, str]
    types: Sequence[str]
    names: Sequence[str]
    kinds: Sequence[str]
    axes: Sequence[str]
    line: int


def is_motive(source: Source) -> bool:
    """Whether a text starts as Motive's do."""
    sheet = source.sheet
    return any(sheet.cells(index)[0].lower() == _MARK for index in sheet.top(1))


def _read(source: Source, options: Options) -> Recording:
    sheet = source.sheet
    head = read_head(sheet)
    markers = _markers(head)
    if not markers:
        raise RecordingError("motive.no_markers", sheet.path)
    table = numbers_of(sheet, head, [columns for _, columns in markers])
    unit = head.facts.get("length units", "")
    raw = markers_in_columns(
        sheet.path,
        table.values,
        markers,
        [unit] * len(head.axes),
        timing=timing_of(sheet, head, table, options),
        notes=sheet.file.notes,
    )
    return assemble(sheet.path, raw, options)


def read_head(sheet: Sheet) -> Head:
    """What stands above the numbers.

    Raises:
        RecordingError: The row of axes is not there.
    """
    top = sheet.top(_TOP)
    first = sheet.cells(top[0])
    facts = {key.lower(): value for key, value in zip(first[::2], first[1::2], strict=False)}
    at = next((i for i in top[1:] if sheet.cells(i)[0].lower() == "frame"), None)
    if at is None:
        raise RecordingError("motive.header_cut", sheet.path)
    axes = sheet.cells(at)
    while (
        len(axes) > 1
        and not axes[-1]
        and not any(map(str.strip, _below(sheet, at)[len(axes) - 1 :]))
    ):
        axes.pop()
    width = len(axes)
    above = [(sheet.cells(i) + [""] * width)[:width] for i in top[1:] if i < at]
    types = next((row for row in above if _says(row, _TYPES)), [""] * width)
    kinds = next((row for row in above if _says(row, _KINDS)), [""] * width)
    behind = above[above.index(types) + 1 :] if types in above else above
    names = next((row for row in behind if row is not kinds), [""] * width)
    return Head(facts, types, names, kinds, axes, at + 1)


def _below(sheet: Sheet, at: int) -> list[str]:
    below = sheet.filled(at + 1)
    return sheet.cells(below) if below < len(sheet) else []


def _says(row: Sequence[str], words: frozenset[str]) -> bool:
    """Whether a row holds nothing but some words, besides its own label in front."""
    filled = [cell.lower() for cell in row[2:] if cell]
    return bool(filled) and all(cell in words for cell in filled)


def has_markers(head: Head) -> bool:
    """Whether a file names markers."""
    return bool(_markers(head))


def _markers(head: Head) -> list[tuple[str, list[int]]]:
    """Columns of the markers that have names."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    for column, label in enumerate(head.axes):
        axis, name, kind = is_axis(label), head.names[column], head.kinds[column].lower()
        if column > 1 and axis and kind in ("", "position"):
            of_name = found.setdefault((head.types[column].lower(), name), {})
            of_name.setdefault(axis, column)
    whole = [
        (kind, name, [axes[a] for a in "xyz"])
        for (kind, name), axes in found.items()
        if len(axes) == 3 and not name.lower().startswith("unlabeled")
    ]
    markers = [(name, columns) for kind, name, columns in whole if kind in ("", _MARKER)]
    have = {_bare(name) for name, _ in markers}
    placed = [(_bare(name), c) for kind, name, c in whole if kind in _RIGID_MARKERS]
    return markers + [(name, columns) for name, columns in placed if name not in have]


def _bare(name: str) -> str:
    return name.rpartition(":")[2]


def numbers_of(sheet: Sheet, head: Head, groups: Sequence[Sequence[int]]) -> Numbers:
    """The numbers of some groups of columns, and of those that count frames."""
    wanted = {column for columns in groups for column in columns} | {0, 1}
    names = [f"{n} {a}" if n else a for n, a in zip(head.names, head.axes, strict=True)]
    words = [column for column in range(len(names)) if column not in wanted]
    columns = Columns(names=names, counters=2, markers=groups, words=words)
    return read_numbers(sheet, start=head.line, columns=columns)


def timing_of(sheet: Sheet, head: Head, table: Numbers, options: Options) -> Timing:
    """Times of the rows, or of the frames that they count."""
    rates = (head.facts.get(f"{which} frame rate", "") for which in ("export", "capture"))
    stated = next((sheet.dialect.number(text) for text in rates if text), None)
    label = head.axes[1].lower()
    if label.startswith("time") and "code" not in label:
        return from_times(
            sheet.path, table.values[:, 1], options, where=table.place, stated_rate_hz=stated
        )
    refuse_uncounted(sheet.path, table.values[:, 0], table.place)
    return from_rate(sheet.path, options, frames=len(table), stated_rate_hz=stated)


FORMAT: Final = Format(name="Motive CSV", suffixes=(".csv",), sniff=is_motive, read=_read)
