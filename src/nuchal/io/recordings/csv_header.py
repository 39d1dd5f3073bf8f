"""What stands above the numbers of a plain CSV: facts, names, axes and units."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from types import MappingProxyType
from typing import Final

from nuchal.errors import Phrase, Place, RecordingError, phrase
from nuchal.io.recordings.columns import is_axis, is_counter
from nuchal.io.recordings.units import (
    DEGREES,
    FORCES,
    MOMENTS,
    RADIANS,
    TIME_UNITS,
    VOLTAGES,
    bare_unit,
    length_unit,
)
from nuchal.io.sheet import Sheet

_COMMENT: Final = "#"
_BRACKETS: Final = re.compile(r"^(?P<name>.*?)\s*[\[(](?P<unit>[^\])]*)[\])]$")
_SUFFIX: Final = re.compile(r"^(?P<name>.*[xyzXYZ])[_ ](?P<unit>mm|cm|m|k?N|N ?m?m)$")
_TIME_SUFFIX: Final = re.compile(r"^(?P<name>time|t|timestamp)[_ ](?P<unit>[a-z]+)$", re.IGNORECASE)
_FACT: Final = re.compile(r"^(?P<key>[^:=]+?)\s*[:=]\s*(?P<value>.+)$")
_RATE: Final = re.compile(r"rate|frequency|freq|fps|\bhz\b", re.IGNORECASE)
_UNIT: Final = re.compile(r"unit", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Header:
    """The rows above the numbers.

    Attributes:
        labels: Of the columns, without units; axes where ``above`` has the names.
        units: Of the columns, empty where none is stated.
        above: Names of markers over their axes; None where the labels say both.
        line: Number of the line of the labels, or of the names above them.
        start: Index of the line behind.
        facts: Further up, by name.
    """

    labels: tuple[str, ...]
    units: tuple[str, ...]
    above: tuple[str, ...] | None
    line: int
    start: int
    facts: Mapping[str, str]

    @property
    def place(self) -> Place:
        """Where the labels are."""
        return Place(line=self.line)

    def fact(self, pattern: re.Pattern[str]) -> str:
        """The value of the first fact whose name is like a pattern."""
        return next((v for k, v in self.facts.items() if pattern.search(k)), "")

    @property
    def length_unit(self) -> str:
        """The unit of length among the facts; empty where there is none."""
        return length_unit(self.fact(_UNIT)) or ""

    def rate_hz(self, sheet: Sheet) -> float | None:
        """The rate among the facts [Hz]."""
        return sheet.dialect.number(self.fact(_RATE) or "?")


def read_header(sheet: Sheet, wanted: Phrase | None = None) -> Header:
    """Find the names of the columns.

    ``wanted`` are such names for the message that asks for them; those of markers if not given.

    Raises:
        RecordingError: There are none.
    """
    numbers, rows = _rows_above(sheet)
    if not rows:
        if numbers == len(sheet):
            raise RecordingError("csv.no_names", sheet.path)
        place, columns = Place(line=numbers + 1), wanted or phrase("csv.columns_of_markers")
        raise RecordingError("csv.numbers_for_names", sheet.path, place=place, columns=columns)
    head = [_cells(sheet, index) for index in rows]
    start, units = rows[-1] + 1, [""]
    if len(head) > 1 and _are_units(head[-1]):
        units = head.pop()
    if len(head) > 1 and is_counter(head[-1][0]) and not any(head[-1][1:]):
        index = head.pop()
        head[-1][0] = head[-1][0] or index[0]
    labels, above = head.pop(), None
    line = rows[len(head)] + 1
    if head and _are_axes(labels):
        above = head.pop()
        line = rows[len(head)] + 1
    while len(labels) > 1 and not labels[-1]:
        labels.pop()
    if len(labels) == 1:
        raise RecordingError("csv.one_column", sheet.path, place=Place(line=line))
    if above is not None:
        labels = [
            label or over
            for label, over in zip(labels, [*above, *[""] * len(labels)], strict=False)
        ]
    split = [_name_and_unit(label) for label in labels]
    under = [*units, *[""] * len(labels)]
    return Header(
        labels=tuple(name for name, _ in split),
        units=tuple(stated or unit for stated, (_, unit) in zip(under, split, strict=False)),
        above=None if above is None else tuple(above),
        line=line,
        start=start,
        facts=MappingProxyType(_facts(sheet, head, rows[0])),
    )


def _rows_above(sheet: Sheet) -> tuple[int, list[int]]:
    """Where the numbers start, and the rows above them, comments only where there is nothing else.

    Without numbers the first row is all that is above them.
    """
    comments: list[int] = []
    rows: list[int] = []
    at = sheet.filled()
    while at < len(sheet):
        row = sheet.cells(at)
        if sheet.file.lines[at].lstrip().startswith(_COMMENT):
            comments.append(at)
        elif len(row) > 1 and sheet.dialect.is_numbers(row):
            return at, rows or comments[-1:]
        else:
            rows.append(at)
        at = sheet.filled(at + 1)
    return at, rows[:1]


def _cells(sheet: Sheet, index: int) -> list[str]:
    line = sheet.file.lines[index].strip()
    if line.startswith(_COMMENT):
        return sheet.dialect.cells(line.lstrip(f"{_COMMENT} "))
    return sheet.cells(index)


def _facts(sheet: Sheet, head: Iterable[Sequence[str]], first: int) -> dict[str, str]:
    """Facts of the rows above the names, and of comments."""
    comments = (line.lstrip("# ") for line in sheet.file.lines[:first] if line[:1] == _COMMENT)
    facts: dict[str, str] = {}
    for row in chain(head, map(sheet.dialect.cells, comments)):
        filled = [cell for cell in row if cell]
        match = _FACT.match(" ".join(filled))
        if match:
            facts.setdefault(match["key"], match["value"])
        elif len(filled) > 1:
            facts.setdefault(filled[0], filled[1])
    return facts


def _are_axes(row: Sequence[str]) -> bool:
    """Whether a row names axes alone, besides what counts frames."""
    named = [cell for cell in row if cell and not is_counter(cell)]
    return len(named) >= 3 and all(map(is_axis, named))


def _are_units(row: Sequence[str]) -> bool:
    return any(row) and all(_is_unit(cell) for cell in row if cell)


def _name_and_unit(label: str) -> tuple[str, str]:
    for pattern in (_BRACKETS, _TIME_SUFFIX, _SUFFIX):
        match = pattern.match(label)
        if match and (match["unit"] == "" or _is_unit(match["unit"])):
            return match["name"], match["unit"]
    return label, ""


def _is_unit(text: str) -> bool:
    known = DEGREES | RADIANS | VOLTAGES.keys() | TIME_UNITS.keys() | FORCES.keys() | MOMENTS.keys()
    return length_unit(text) is not None or bare_unit(text) in known
