"""What stands above the numbers of a ``.trc`` file: facts of the trial, names and axes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np

from nuchal.errors import Place, RecordingError
from nuchal.io.recordings.columns import is_axis, is_counter, markers_under_names
from nuchal.io.sheet import Sheet

RATE: Final = "datarate"


@dataclass(frozen=True, kw_only=True)
class Labels:
    """The rows of labels.

    Attributes:
        names: Line by line, as cells.
        counters: How many of the first columns count frames or time.
        time: Which of them has times; None where none has.
        markers: Columns of X, Y and Z of each, without a name where it has none.
        width: How many columns have a label.
        start: Index of the line behind.
    """

    names: Sequence[str]
    counters: int
    time: int | None
    markers: Sequence[tuple[str, list[int]]]
    width: int
    start: int


@dataclass(frozen=True)
class Facts:
    """The header's facts by their names in lower case, and the number of their line."""

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
            raise RecordingError("trc.header_number", sheet.path, place=place, text=text, key=key)
        return value


def read_facts(sheet: Sheet, above: Sequence[int]) -> Facts:
    """What stands between the first line and the labels: names of facts, and facts below.

    Args:
        sheet: The file.
        above: Indices of the filled lines above the labels.

    Raises:
        RecordingError: There are lines, but no facts.
    """
    for index, below in pairwise(above):
        keys, values = sheet.cells(index), sheet.cells(below)
        if len(keys) == 1:
            keys, values = sheet.file.lines[index].split(), sheet.file.lines[below].split()
        lower = [key.lower() for key in keys]
        if RATE in lower:
            return Facts(dict(zip(lower, values, strict=False)), below + 1)
    if above:
        raise RecordingError("trc.no_header", sheet.path, place=Place(line=above[0] + 1))
    return Facts({}, 1)


def read_labels(sheet: Sheet, at: int) -> Labels:
    """Names, and the axes below them.

    Args:
        sheet: The file.
        at: Index of the line of names.

    Raises:
        RecordingError: No marker has a name, or names and axes don't go together.
    """
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
    counted = sheet.dialect.has_empty_cells
    if not whole and (len(axes) % 3 or 3 * len(names) > len(axes) or not counted):
        facts: dict[str, Any] = {
            "found": len(axes),
            "wanted": 3 * len(names),
            "markers": len(names),
        }
        raise RecordingError("trc.components", sheet.path, place=place, **facts)
    over = ["", *[""] * (counters - 1), *(names if whole else row[counters:])]
    axes = [*row[:counters], *axes]
    markers = markers_under_names(sheet.path, over, axes, place)
    time = next((c for c in range(counters) if row[c].lower().startswith("time")), None)
    return Labels(
        names=names, counters=counters, time=time, markers=markers, width=len(axes), start=start
    )
