"""Text files as lines, and lines as numbers, with the place named where something is wrong."""

import codecs
import csv
import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
from jaxtyping import Float

from nuchal.errors import NuchalError, Phrase, Place, RecordingError, phrase
from nuchal.findings import Assumed, Finding, finding

# Larger files are refused; an hour of fifty markers at 200 Hz as text takes 1 GB.
MAX_BYTES: Final = 4 * 2**30
# No number in a recording is greater, time stamps in milliseconds since 1970 included.
LARGEST: Final = 1e15
# Cells that say that there is no value, in lower case.
MISSING: Final = frozenset({"", "nan", "na", "n/a", "null", "none", "-", "--", "."})

# How files of well-known other kinds start, and what they are called.
_FOREIGN: Final = (
    (b"PK\x03\x04", "file.zip"),
    (b"%PDF", "file.pdf"),
    (b"\x1f\x8b", "file.gzip"),
    (b"\x89HDF", "file.hdf5"),
    (b"MATLAB", "file.matlab"),
    (b"\x89PNG", "file.image"),
    (b"\xff\xd8\xff", "file.image"),
)
# Bytes that no text holds.
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1f]")
# Such bytes before this place say that the file never was text.
_OPENING: Final = 256

ErrorKind: TypeAlias = type[NuchalError]


@dataclass(frozen=True)
class TextFile:
    """The lines of a text file, without their ends."""

    path: Path
    lines: tuple[str, ...]
    notes: tuple[Finding, ...] = ()


def read_bytes(path: Path, kind: ErrorKind = RecordingError) -> bytes:
    """The whole file.

    Args:
        path: The file.
        kind: Class of the errors.

    Raises:
        NuchalError: The file is missing, no regular file, unreadable, empty or far too large.
    """
    try:
        if path.is_dir():
            raise kind("file.folder", path)
        if not path.exists():
            if path.is_symlink():
                raise kind("file.link_to_nowhere", path)
            raise kind("file.missing", path, hint=_similar(path))
        if not path.is_file():
            raise kind("file.special", path)
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise kind("file.large", path, size_gb=size / 2**30)
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise kind("file.unopened", path, reason=reason) from error
    if not content:
        raise kind("file.empty", path)
    return content


def _similar(path: Path) -> Phrase:
    if not path.parent.is_dir():
        return phrase("file.missing_folder", folder=path.parent)
    names = [entry.name for entry in path.parent.iterdir()]
    close = difflib.get_close_matches(path.name, names, n=1)
    return phrase("file.similar", name=close[0]) if close else phrase("file.check_name")


def decode(path: Path, content: bytes, kind: ErrorKind = RecordingError) -> TextFile:
    """Bytes as lines: UTF-8 (with or without its mark), UTF-16 with its mark, else Latin-1.

    Raises:
        NuchalError: The bytes are not text.
    """
    for magic, what in _FOREIGN:
        if content.startswith(magic):
            raise kind("file.foreign", path, kind=phrase(what))
    notes: tuple[Finding, ...] = ()
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            text = content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise kind("file.utf16_damaged", path) from error
    else:
        content = content.rstrip(b"\x1a")  # end of file, as DOS wrote it
        _refuse_binary(path, content, kind)
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            text = content.decode("latin-1")
            notes = (finding(Assumed.LATIN_1, line=line),)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return TextFile(path, tuple(text.split("\n")), notes)


def _refuse_binary(path: Path, content: bytes, kind: ErrorKind) -> None:
    control = _CONTROL.search(content)
    if control is None:
        return
    at = control.start()
    if at < _OPENING:
        raise kind("file.not_text", path, place=Place(byte=at), value=content[at])
    raise kind("file.binary", path, place=Place(line=content.count(b"\n", 0, at) + 1))


def read_text(path: Path, kind: ErrorKind = RecordingError) -> TextFile:
    """``read_bytes`` and ``decode`` in one."""
    return decode(path, read_bytes(path, kind), kind)


def cells(line: str, delimiter: str | None) -> list[str]:
    """The stripped cells of one line; None splits at any white space."""
    if delimiter is None:
        return line.split()
    if '"' in line and len(line) < csv.field_size_limit():
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter))]
    return [cell.strip() for cell in line.split(delimiter)]


def as_number(text: str) -> float | None:
    """The number that a text says; None if it says none."""
    try:
        return float(text)
    except ValueError:
        return None


def first_filled(lines: Sequence[str], start: int = 0) -> int:
    """Index of the first line from ``start`` on that is not blank; len(lines) if none is."""
    for index in range(start, len(lines)):
        if lines[index].strip(" \t,;\f"):
            return index
    return len(lines)


def read_numbers(
    file: TextFile, *, start: int, columns: Sequence[str], delimiter: str | None
) -> Float[np.ndarray, "t n"]:
    """The block of numbers that starts at a line and ends at a blank line or the file's end.

    Args:
        file: The text.
        start: Index of the first line of the block; blank lines before it are passed over.
        columns: What the columns are called, for the messages; their count is the row width.
        delimiter: Between cells; with ";" a decimal comma is understood.

    Returns:
        One row a line, NaN where a cell is blank.

    Raises:
        RecordingError: A row has too few or too many cells, or a cell is no finite number.
    """
    first = first_filled(file.lines, start)
    rows: list[list[float]] = []
    for index in range(first, len(file.lines)):
        line = file.lines[index]
        if not line.strip(" \t,;\f"):
            _refuse_more(file, index)
            break
        row = cells(line, delimiter)
        if len(row) != len(columns):
            row = _fitted(file, index, row, len(columns))
        rows.append(_numbers(file, index, row, columns, decimal_comma=delimiter == ";"))
    return np.array(rows, dtype=np.float64).reshape(-1, len(columns))


def _refuse_more(file: TextFile, blank: int) -> None:
    later = first_filled(file.lines, blank)
    if later < len(file.lines):
        place = Place(line=blank + 1)
        raise RecordingError("table.blank_line", file.path, place=place, later=later + 1)


def _fitted(file: TextFile, index: int, row: list[str], wanted: int) -> list[str]:
    if len(row) > wanted and not any(row[wanted:]):
        return row[:wanted]
    last, place = index + 1 >= len(file.lines) - 1, Place(line=index + 1)
    how = phrase("table.unfinished") if last else phrase("table.edited")
    raise RecordingError(
        "table.width", file.path, place=place, found=len(row), wanted=wanted, how=how
    )


def _numbers(
    file: TextFile, index: int, row: list[str], columns: Sequence[str], *, decimal_comma: bool
) -> list[float]:
    values = []
    for cell, column in zip(row, columns, strict=True):
        text = cell.replace(",", ".") if decimal_comma else cell
        value = as_number(text)
        if value is None:
            value = np.nan if text.lower() in MISSING else np.inf
        if abs(value) > LARGEST or "_" in text:
            shown = cell if len(cell) <= 20 else f"{cell[:20]}..."
            place = Place(line=index + 1, column=column)
            raise RecordingError("table.not_a_number", file.path, place=place, cell=shown)
        values.append(value)
    return values
