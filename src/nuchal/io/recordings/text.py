"""Text files as lines, and lines as numbers, with the place named where something is wrong."""

import codecs
import csv
import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from jaxtyping import Float

from nuchal.errors import RecordingError
from nuchal.findings import Finding

# Larger files are refused; an hour of fifty markers at 200 Hz as text takes 1 GB.
MAX_BYTES: Final = 4 * 2**30

# No number in a recording is greater, time stamps in milliseconds since 1970 included.
LARGEST: Final = 1e15

# Cells that say that there is no value, in lower case.
MISSING: Final = frozenset({"", "nan", "na", "n/a", "null", "none", "-", "--", "."})

_FOREIGN: Final = (
    (b"PK\x03\x04", "a ZIP archive or an Excel workbook; save the sheet as CSV"),
    (b"%PDF", "a PDF document; export the recording from the motion-capture software"),
    (b"\x1f\x8b", "compressed with gzip; unpack it first"),
    (b"\x89HDF", "an HDF5 file; export it as C3D, TRC or CSV"),
    (b"MATLAB", "a MATLAB file; export it as C3D, TRC or CSV"),
    (b"\x89PNG", "an image; give the recording itself"),
    (b"\xff\xd8\xff", "an image; give the recording itself"),
)
# Bytes that no text holds.
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1f]")
# Such bytes before this place say that the file never was text.
_OPENING: Final = 256


@dataclass(frozen=True)
class TextFile:
    """The lines of a text file, without their ends."""

    path: Path
    lines: tuple[str, ...]
    notes: tuple[Finding | str, ...] = ()


def read_bytes(path: Path) -> bytes:
    """The whole file.

    Raises:
        RecordingError: The file is missing, no regular file, unreadable, empty or far too large.
    """
    try:
        if path.is_dir():
            raise RecordingError(path, "is a folder; give a file inside it.")
        if not path.exists():
            if path.is_symlink():
                raise RecordingError(path, "is a link to nowhere; give the file itself.")
            raise RecordingError(path, f"does not exist{_similar(path)}.")
        if not path.is_file():
            raise RecordingError(path, "is not a regular file; save it to disk first.")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise RecordingError(path, f"holds {size / 2**30:.1f} GB; cut the trial into parts.")
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise RecordingError(path, f"cannot be opened ({reason}).") from error
    if not content:
        raise RecordingError(path, "is empty; export the recording again.")
    return content


def _similar(path: Path) -> str:
    if not path.parent.is_dir():
        return f", nor does its folder {path.parent}"
    names = [entry.name for entry in path.parent.iterdir()]
    close = difflib.get_close_matches(path.name, names, n=1)
    return f"; did you mean {close[0]}" if close else "; check its name and folder"


def decode(path: Path, content: bytes) -> TextFile:
    """Bytes as lines: UTF-8 (with or without its mark), UTF-16 with its mark, else Latin-1.

    Raises:
        RecordingError: The bytes are not text.
    """
    refuse_foreign(path, content)
    notes: tuple[Finding | str, ...] = ()
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            text = content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise RecordingError(path, "starts as UTF-16 text but is damaged.") from error
    else:
        content = content.rstrip(b"\x1a")  # end of file, as DOS wrote it
        _refuse_binary(path, content)
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            text = content.decode("latin-1")
            notes = (f"Not UTF-8 (line {line}); read as Latin-1.",)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return TextFile(path, tuple(text.split("\n")), notes)


def refuse_foreign(path: Path, content: bytes) -> None:
    """Say what a file of a well-known other kind is.

    Raises:
        RecordingError: The content starts as such a file does.
    """
    for magic, kind in _FOREIGN:
        if content.startswith(magic):
            raise RecordingError(path, f"is {kind}.")


def _refuse_binary(path: Path, content: bytes) -> None:
    control = _CONTROL.search(content)
    if control is None:
        return
    place = control.start()
    if place < _OPENING:
        raise RecordingError(path, f"is not a text file (byte {place} is {content[place]:#04x}).")
    line = content.count(b"\n", 0, place) + 1
    raise RecordingError(path, f"is damaged: line {line} holds binary data, so export it again.")


def read_text(path: Path) -> TextFile:
    """``read_bytes`` and ``decode`` in one."""
    return decode(path, read_bytes(path))


def cells(line: str, delimiter: str | None) -> list[str]:
    """The stripped cells of one line; None splits at any white space."""
    if delimiter is None:
        return line.split()
    if '"' in line and len(line) < csv.field_size_limit():
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter))]
    return [cell.strip() for cell in line.split(delimiter)]


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
            row = _fitted(file, index, row, columns)
        rows.append(_numbers(file, index, row, columns, decimal_comma=delimiter == ";"))
    return np.array(rows, dtype=np.float64).reshape(-1, len(columns))


def _refuse_more(file: TextFile, blank: int) -> None:
    later = first_filled(file.lines, blank)
    if later < len(file.lines):
        raise RecordingError(
            file.path,
            f"line {blank + 1} is blank but line {later + 1} goes on; remove what does not belong.",
        )


def _fitted(file: TextFile, index: int, row: list[str], columns: Sequence[str]) -> list[str]:
    wanted = len(columns)
    if len(row) > wanted and not any(row[wanted:]):
        return row[:wanted]
    where = "before it was complete" if index + 1 >= len(file.lines) - 1 else "or edited"
    raise RecordingError(
        file.path,
        f"line {index + 1} has {len(row)} cells where the header has {wanted} columns; the file "
        f"was cut off {where}, so export it again.",
    )


def _numbers(
    file: TextFile, index: int, row: list[str], columns: Sequence[str], *, decimal_comma: bool
) -> list[float]:
    values = []
    for cell, column in zip(row, columns, strict=True):
        text = cell.replace(",", ".") if decimal_comma else cell
        try:
            value = float(text) if text else np.nan
        except ValueError:
            value = np.nan if text.lower() in MISSING else np.inf
        if abs(value) > LARGEST or "_" in text:
            shown = cell if len(cell) <= 20 else f"{cell[:20]}..."
            raise RecordingError(
                file.path,
                f'line {index + 1}, column "{column}": "{shown}" is not a number that makes '
                "sense; correct it or leave the cell empty where the marker was not seen.",
            )
        values.append(value)
    return values
