"""A text file as rows of cells, and its block of numbers, with the place named where one is wrong.

Blank lines are passed over where rows go on behind them as they did before. Cells that a program
left away behind the last value of a row are empty ones, as long as no marker is cut in two.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
from jaxtyping import Float, Int

from nuchal.errors import Phrase, Place, RecordingError, phrase
from nuchal.io.cells import LARGEST, Dialect, dialect_of
from nuchal.io.text import TextFile

_BLANK: Final = ' \t,;\f"'
# Rows that count go on where the next number differs from the one expected by less than this share
# of the step between them.
_SAME_STEP: Final = 0.1
_LONGEST_SHOWN: Final = 20


@dataclass(frozen=True)
class Sheet:
    """The lines of a text, or of a part of it, and how they are cut into cells."""

    file: TextFile
    dialect: Dialect

    @property
    def path(self) -> Path:
        """The file."""
        return self.file.path

    def __len__(self) -> int:
        return len(self.file.lines)

    def cells(self, index: int) -> list[str]:
        """The cells of the line of an index."""
        return self.dialect.cells(self.file.lines[index])

    def filled(self, start: int = 0) -> int:
        """Index of the first line from ``start`` on that is not blank; the length if none is."""
        for index in range(start, len(self)):
            if self.file.lines[index].strip(_BLANK):
                return index
        return len(self)

    def top(self, count: int) -> list[int]:
        """Indices of the first lines that are not blank."""
        found: list[int] = []
        at = self.filled()
        while at < len(self) and len(found) < count:
            found.append(at)
            at = self.filled(at + 1)
        return found

    @cached_property
    def double_spaced(self) -> bool:
        """Whether every second line is blank throughout."""
        return len(self) > 3 and not any(line.strip(_BLANK) for line in self.file.lines[1::2])

    @cached_property
    def whole(self) -> bool:
        """Whether the last line has an end, so that nothing was cut from it."""
        return not self.file.lines[-1].strip("\x1a")


def sheet_of(file: TextFile) -> Sheet:
    """The rows of a text in the dialect of its numbers."""
    return Sheet(file, dialect_of(file.lines))


@dataclass(frozen=True, kw_only=True)
class Columns:
    """What the columns of a block of numbers are.

    Attributes:
        names: For the messages; their count is the width of a row.
        counters: How many of the first columns count frames or time.
        markers: Columns that belong together, so that a row ends before or behind all of them.
        spare: How many unlabelled columns, three a marker, may follow.
        words: Columns that are not read.
    """

    names: Sequence[str]
    counters: int = 0
    markers: Sequence[Sequence[int]] = ()
    spare: int = 0
    words: Collection[int] = ()

    def ends_well(self, width: int) -> bool:
        """Whether a row of this width cuts no marker in two."""
        whole = all(min(m) >= width or max(m) < width for m in self.markers)
        return whole and any(min(m) < width for m in self.markers)


@dataclass(frozen=True)
class Numbers:
    """A block of numbers.

    Attributes:
        values: One row a line; NaN where there is no number.
        lines: Of the rows in the file, from one.
    """

    values: Float[np.ndarray, "t n"]
    lines: Int[np.ndarray, " t"]

    def __len__(self) -> int:
        return len(self.values)

    def place(self, row: int) -> Place:
        """Where a row, counted from 0, is in the file."""
        return Place(line=int(self.lines[row]))


def read_numbers(sheet: Sheet, *, start: int, columns: Columns) -> Numbers:
    """The block of numbers that starts at a line and goes on to the sheet's end.

    Args:
        sheet: The text.
        start: Index of the first line of the block; blank lines before it are passed over.
        columns: What they are.

    Raises:
        RecordingError: A row has too few or too many cells, a cell is a word, or a blank line
            stands where a frame may have been.
    """
    rows: list[list[float]] = []
    lines: list[int] = []
    at, blank = sheet.filled(start), False
    for index in range(at, _end(sheet, at, columns)):
        if not sheet.file.lines[index].strip(_BLANK) and not _is_empty_frame(sheet, index, columns):
            blank = True
            continue
        row = _numbers(sheet, index, _fitted(sheet, index, columns), columns)
        if blank and not (sheet.double_spaced or _goes_on(rows, row, columns)):
            place = Place(line=lines[-1] + 1)
            raise RecordingError("table.blank_line", sheet.path, place=place, later=index + 1)
        blank = False
        rows.append(row)
        lines.append(index + 1)
    values = np.array(rows, dtype=np.float64).reshape(-1, len(columns.names))
    return Numbers(values, np.array(lines, dtype=int))


def _end(sheet: Sheet, start: int, columns: Columns) -> int:
    """Index behind the last line that holds anything."""
    for index in range(len(sheet) - 1, start - 1, -1):
        if sheet.file.lines[index].strip(_BLANK) or _is_empty_frame(sheet, index, columns):
            return index + 1
    return start


def _is_empty_frame(sheet: Sheet, index: int, columns: Columns) -> bool:
    """Whether a line of separators alone is a frame in which nothing was seen."""
    if columns.counters or not sheet.dialect.has_empty_cells:
        return False
    return len(sheet.cells(index)) == len(columns.names) > 1


def _goes_on(rows: Sequence[Sequence[float]], row: Sequence[float], columns: Columns) -> bool:
    """Whether a row counts on from those before it."""
    if not columns.counters or len(rows) < 2:
        return not rows
    for counter in range(columns.counters):
        step = rows[-1][counter] - rows[-2][counter]
        if step > 0:
            return abs(row[counter] - rows[-1][counter] - step) <= _SAME_STEP * step
    return False


def _fitted(sheet: Sheet, index: int, columns: Columns) -> list[str]:
    """The cells of a row, as many as there are columns."""
    row, wanted = sheet.cells(index), len(columns.names)
    found = len(row)
    if found == wanted:
        return row
    extra = found - wanted
    if extra > 0:
        if not any(row[wanted:]) or (extra <= columns.spare and extra % 3 == 0):
            return row[:wanted]
    elif columns.ends_well(found) and sheet.dialect.has_empty_cells and _is_complete(sheet, index):
        return row + [""] * -extra
    how = _how(sheet, index, row, wanted)
    place = Place(line=index + 1)
    raise RecordingError(
        "table.width", sheet.path, place=place, found=found, wanted=wanted, how=how
    )


def _is_complete(sheet: Sheet, index: int) -> bool:
    """Whether a line has an end, so that nothing was cut from it."""
    return sheet.whole or sheet.filled(index + 1) < len(sheet)


def _how(sheet: Sheet, index: int, row: Sequence[str], wanted: int) -> Phrase:
    """What may have happened to a row that is too short or too long."""
    whole = all(cell.lstrip("+-").isdigit() for cell in row if cell)
    if sheet.dialect.separator == "," and whole and 2 * len(row) > 3 * wanted:
        return phrase("table.commas_in_numbers")
    if not sheet.dialect.has_empty_cells:
        return phrase("table.spaces")
    last = index + 1 >= len(sheet) - 1
    return phrase("table.unfinished") if last else phrase("table.edited")


def _numbers(sheet: Sheet, index: int, row: Sequence[str], columns: Columns) -> list[float]:
    if not columns.words:
        plain = _plain(row, decimal_comma=sheet.dialect.decimal_comma)
        if plain is not None:
            return plain
    values = []
    for column, cell in enumerate(row):
        value = np.nan if column in columns.words else sheet.dialect.number(cell)
        if value is None:
            cut = len(cell) > _LONGEST_SHOWN
            shown = f"{cell[:_LONGEST_SHOWN]}..." if cut else cell
            place = Place(line=index + 1, column=columns.names[column])
            raise RecordingError("table.not_a_number", sheet.path, place=place, cell=shown)
        values.append(value)
    return values


def _plain(row: Sequence[str], *, decimal_comma: bool) -> list[float] | None:
    """A row of nothing but usual numbers, which most are; None for any other."""
    text = "\t".join(row)
    if "_" in text:
        return None
    try:
        values = [
            float(cell) for cell in (text.replace(",", ".") if decimal_comma else text).split("\t")
        ]
    except ValueError:
        return None
    return values if all(abs(value) <= LARGEST for value in values) else None
