"""Small tables of words and numbers below one row of names, such as lists of muscles."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from nuchal.errors import Place, RecordingError
from nuchal.io.sheet import Sheet, sheet_of
from nuchal.io.text import read_text
from nuchal.plain_text import plain_line

_LONGEST_SHOWN: Final = 20


@dataclass(frozen=True)
class WordTable:
    """A table.

    Attributes:
        names: Of the columns, in lower case.
        rows: Cells, as many as there are columns.
        lines: Of the rows in the file, from one.
    """

    sheet: Sheet
    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]

    def column(self, names: tuple[str, ...], *, needed: bool = True) -> int | None:
        """Where the column of one of these names is.

        Raises:
            RecordingError: it is needed and not there.
        """
        for name in names:
            if name in self.names:
                return self.names.index(name)
        if needed:
            raise RecordingError(
                "joint.no_column", self.sheet.path, column=names[0], columns=self.names
            )
        return None

    def word(self, row: int, column: int | None) -> str:
        """A cell that is not empty.

        Raises:
            RecordingError: it is.
        """
        found = self.rows[row][column or 0]
        if not found:
            raise RecordingError("joint.empty", self.sheet.path, place=self._place(row, column))
        return found

    def number(self, row: int, column: int) -> float:
        """A cell that holds a number.

        Raises:
            RecordingError: it does not.
        """
        text = self.word(row, column)
        value = self.sheet.dialect.number(text)
        if value is None or not np.isfinite(value):
            shown = text[:_LONGEST_SHOWN]
            place = self._place(row, column)
            raise RecordingError("joint.not_a_number", self.sheet.path, place=place, cell=shown)
        return value

    def _place(self, row: int, column: int | None) -> Place:
        return Place(line=self.lines[row], column=self.names[column or 0])


def read_words(path: Path) -> WordTable:
    """Read a table of words and numbers below one row of names.

    Raises:
        RecordingError: the file cannot be read, has no rows, or a row has too many cells.
    """
    sheet = sheet_of(read_text(path))
    filled = [k for k in range(len(sheet)) if sheet.file.lines[k].strip(' \t,;"')]
    if len(filled) < 2:
        raise RecordingError("joint.no_rows", path)
    names = tuple(plain_line(cell).lower() for cell in sheet.cells(filled[0]))
    rows = []
    for k in filled[1:]:
        cells = [plain_line(cell) for cell in sheet.cells(k)]
        if len(cells) > len(names) and any(cells[len(names) :]):
            place = Place(line=k + 1)
            raise RecordingError(
                "joint.width", path, place=place, found=len(cells), wanted=len(names)
            )
        rows.append(tuple((cells + [""] * len(names))[: len(names)]))
    return WordTable(sheet, names, tuple(rows), tuple(k + 1 for k in filled[1:]))
