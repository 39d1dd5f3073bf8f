"""How a text file is cut into cells, and what the cells say: found once, used by every format."""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

# No number in a recording is greater, time stamps in nanoseconds since 1970 included.
LARGEST: Final = 1e19
# Cells that say that there is no value, in lower case; see also ``_NO_NUMBER``.
MISSING: Final = frozenset(
    {"", "na", "n/a", "null", "none", "nil", "missing", "occluded", "-", "--", "---", ".", "*"}
) | {"#n/a", "#na", "#nv", "#num!", "#value!", "#wert!", "#div/0!", "#ref!", "n.a.", "n.d."}
# What Northern Digital's systems write for a marker that was not seen.
_NDI_MISSING: Final = -3.697314e28
# What C's printf, MATLAB and others write for no number: -nan(ind), 1.#QNAN, -1.#IND00, Inf.
_NO_NUMBER: Final = re.compile(r"[+-]?(1[.,])?#?(nan|qnan|snan|ind|inf|infinity)\d*(\(\w*\))?")
_LIKE_NUMBER: Final = re.compile(r"[+-]?[.,]?\d")
_DECIMAL_COMMA: Final = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?")
_DECIMAL_POINT: Final = re.compile(r"[+-]?\d*\.\d+([eE][+-]?\d+)?")
_THOUSANDS: Final = re.compile(r"[+-]?\d{1,3}(,\d{3})+")
_MARKS: Final = re.compile(r"[\s;,]+")
_WIDE: Final = re.compile(r"\s{2,}")
# Lines of numbers that tell the dialect, and how many lines are searched for them.
_SAMPLE: Final = 40
_SEARCHED: Final = 5000
_NEARLY_ALL: Final = 0.9
ANY_SPACE: Final = " "
TWO_SPACES: Final = "  "


@dataclass(frozen=True)
class Dialect:
    """How cells are separated and numbers written.

    Attributes:
        separator: A comma, semicolon or tab; one space means any white space, two spaces mean two
            or more.
        decimal_comma: Whether numbers have a comma where others have a point.
    """

    separator: str
    decimal_comma: bool = False

    @property
    def has_empty_cells(self) -> bool:
        """Whether a cell can be left empty and still be counted."""
        return self.separator.strip(" ") != ""

    def cells(self, line: str) -> list[str]:
        """The cells of one line without blanks and quotes around them."""
        if self.separator == ANY_SPACE:
            return [cell.strip('"') for cell in line.split()]
        if self.separator == TWO_SPACES:
            return [cell.strip('"') for cell in _WIDE.split(line.strip())]
        found = self._cut(line)
        return self._cut(found[0]) if len(found) == 1 and self.separator in found[0] else found

    def _cut(self, line: str) -> list[str]:
        if '"' in line and len(line) < csv.field_size_limit():
            return [cell.strip() for cell in next(csv.reader([line], delimiter=self.separator))]
        return [cell.strip() for cell in line.split(self.separator)]

    def number(self, text: str) -> float | None:
        """The number that a cell holds; NaN if it says that there is none, None if it is a word."""
        plain = text.replace(",", ".") if self.decimal_comma and text.count(",") == 1 else text
        try:
            value = float(plain)
        except ValueError:
            return np.nan if is_missing(text) else None
        if np.isclose(value, _NDI_MISSING, rtol=1e-4):
            return np.nan
        if np.isfinite(value):
            return None if abs(value) > LARGEST or "_" in text else value
        return np.nan if is_missing(text) else None

    def is_numbers(self, row: Sequence[str]) -> bool:
        """Whether a row is one of numbers: most of its filled cells look like some."""
        filled = [cell for cell in row if cell]
        like = sum(is_like_number(cell) for cell in filled)
        words = sum(not is_like_number(cell) and not is_missing(cell) for cell in filled)
        return like > words


def is_missing(text: str) -> bool:
    """Whether a cell says that there is no value."""
    lower = text.strip().lower()
    return lower in MISSING or _NO_NUMBER.fullmatch(lower) is not None


def is_like_number(text: str) -> bool:
    """Whether a cell starts as numbers do, damaged ones included."""
    return _LIKE_NUMBER.match(text) is not None


def dialect_of(lines: Sequence[str]) -> Dialect:
    """The dialect of a text, by its lines of numbers, or by all lines where there are none."""
    sample = _number_lines(lines[:_SEARCHED])
    if not sample:
        head = "\n".join(lines[:_SAMPLE])
        return Dialect(max(",;\t", key=head.count))
    dialect = Dialect(_separator(sample))
    found = [cell for line in sample for cell in dialect.cells(line)]
    return replace(dialect, decimal_comma=_has_decimal_commas(found))


def _number_lines(lines: Iterable[str]) -> list[str]:
    """Some lines most of which is numbers."""
    found: list[str] = []
    for line in lines:
        parts = [part for part in _MARKS.split(line.replace('"', "")) if part]
        like = sum(is_like_number(part) for part in parts)
        if len(parts) > 1 and 2 * like >= len(parts):
            found.append(line.strip())
            if len(found) == _SAMPLE:
                break
    return found


def _separator(sample: Sequence[str]) -> str:
    def common(mark: str) -> bool:
        return 2 * sum(mark in line for line in sample) > len(sample)

    for mark in "\t;":
        if common(mark):
            return mark
    spaced = [line.split() for line in sample]
    if common(",") and not _are_decimal_commas(spaced):
        return ","
    wide = all(len(_WIDE.split(line)) == len(row) for line, row in zip(sample, spaced, strict=True))
    return TWO_SPACES if wide else ANY_SPACE


def _are_decimal_commas(rows: Sequence[Sequence[str]]) -> bool:
    """Whether commas stand in numbers between blanks, so that they separate nothing."""
    with_comma = [row for row in rows if any("," in cell for cell in row)]
    cells = [cell for row in with_comma for cell in row if "," in cell]
    decimal = sum(_DECIMAL_COMMA.fullmatch(cell) is not None for cell in cells)
    return decimal > _NEARLY_ALL * len(cells) and all(len(row) > 1 for row in with_comma)


def _has_decimal_commas(cells: Sequence[str]) -> bool:
    commas = [cell for cell in cells if _DECIMAL_COMMA.fullmatch(cell)]
    if not any(_DECIMAL_POINT.fullmatch(cell) for cell in cells):
        return bool(commas)
    return any(_THOUSANDS.fullmatch(cell) is None for cell in commas)
