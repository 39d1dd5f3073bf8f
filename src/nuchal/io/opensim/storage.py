r"""OpenSim's tables, ``.sto`` and ``.mot``.

A table that this module wrote has seven lines of header, so pandas reads it with
``pandas.read_csv(path, sep="\t", skiprows=7)``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
from jaxtyping import Float, Int
from pydantic_core import to_json

from nuchal.errors import Place, RecordingError, phrase
from nuchal.io.cells import ANY_SPACE, dialect_of
from nuchal.io.sheet import Columns, Numbers, Sheet, read_numbers
from nuchal.io.text import TextFile, read_text
from nuchal.plain_text import plain_line

END_OF_HEADER: Final = "endheader"
_LONGEST_HEADER: Final = 1000
_NUMBER: Final = "double"


@dataclass(frozen=True, kw_only=True)
class Storage:
    """An OpenSim table.

    Attributes:
        labels: Of the data columns, without ``time``.
        time: [s].
        data: In the table's own units; never NaN.
        in_degrees: As the header states. Without a word on it, radians; but a ``.mot`` file that
            states no version either is in degrees, as OpenSim takes it.
        header: The ``key=value`` lines as they are.
        lines: Numbers of the file's lines that hold the rows.
    """

    name: str
    labels: tuple[str, ...]
    time: Float[np.ndarray, " t"]
    data: Float[np.ndarray, "t n"]
    in_degrees: bool
    header: Mapping[str, str]
    lines: Int[np.ndarray, " t"]


def header_end(file: TextFile) -> int | None:
    """Index of the line ``endheader``; None where there is none near the top."""
    for index, line in enumerate(file.lines[:_LONGEST_HEADER]):
        if line.strip().lower() == END_OF_HEADER:
            return index
    return None


def read_storage(path: Path) -> Storage:
    """Read a ``.sto`` or ``.mot`` table of numbers.

    Raises:
        RecordingError: It is no such table, was cut off, or a cell is missing or not finite.
    """
    return storage_from_text(read_text(path))


@dataclass(frozen=True, kw_only=True)
class Head:
    """What stands above the numbers of a table.

    Attributes:
        header: The ``key=value`` lines as they are.
        labels: Of all columns, ``time`` among them.
        start: Index of the line behind.
    """

    name: str
    header: Mapping[str, str]
    labels: tuple[str, ...]
    sheet: Sheet
    start: int

    @property
    def elements(self) -> str:
        """What the cells hold, in lower case."""
        return self.header.get("DataType", _NUMBER).lower()


def storage_head(file: TextFile) -> Head:
    """The header and the labels of a table.

    Raises:
        RecordingError: It has no header, or nothing below it.
    """
    path, end = file.path, header_end(file)
    if end is None:
        raise RecordingError("storage.no_endheader", path)
    name, header = _header(file.lines[:end])
    dialect = dialect_of(file.lines[end + 1 :])
    separator = dialect.separator if dialect.has_empty_cells else ANY_SPACE
    sheet = Sheet(file, replace(dialect, separator=separator))
    at = sheet.filled(end + 1)
    if at == len(sheet):
        raise RecordingError("storage.no_rows", path)
    labels = tuple(map(plain_line, sheet.dialect.cells(file.lines[at].strip())))
    if labels[0].lower() != "time":
        place = Place(line=at + 1)
        raise RecordingError("storage.no_time", path, place=place, found=labels[0][:40])
    return Head(name=name, header=header, labels=labels, sheet=sheet, start=at + 1)


def storage_from_text(file: TextFile) -> Storage:
    """``read_storage`` for a file that has been read.

    Raises:
        RecordingError: As ``read_storage``.
    """
    head = storage_head(file)
    path, labels, header = file.path, head.labels, head.header
    if head.elements != _NUMBER:
        raise RecordingError("storage.elements", path, kind=header["DataType"])
    columns = Columns(names=labels, counters=1)
    numbers = read_numbers(head.sheet, start=head.start, columns=columns)
    refuse_miscounted(path, header, rows=len(numbers), columns=len(labels))
    _refuse_blank(path, numbers, labels)
    return Storage(
        name=head.name,
        labels=labels[1:],
        time=numbers.values[:, 0],
        data=numbers.values[:, 1:],
        in_degrees=_in_degrees(path, header),
        header=MappingProxyType(header),
        lines=numbers.lines,
    )


def _header(lines: Sequence[str]) -> tuple[str, dict[str, str]]:
    filled = [line.strip() for line in lines if line.strip()]
    header: dict[str, str] = {}
    for line in filled:
        key, equals, value = line.partition("=")
        if equals and " " not in key.strip():
            header[key.strip()] = value.strip()
            continue
        words = line.split()
        if len(words) == 2 and words[0].lower() in ("datacolumns", "datarows"):
            header[words[0].lower()] = words[1]
    first = filled[0] if filled else ""
    name = first.removeprefix("name ").strip() if "=" not in first else header.get("name", "")
    return name, header


def refuse_miscounted(path: Path, header: Mapping[str, str], *, rows: int, columns: int) -> None:
    """Refuse a table of more or fewer rows or columns than its header says.

    Raises:
        RecordingError: It is one.
    """
    lower = {key.lower(): value for key, value in header.items()}
    for keys, count, what in (
        (("nrows", "datarows"), rows, "storage.rows"),
        (("ncolumns", "datacolumns"), columns, "storage.columns"),
    ):
        text = next((lower[key] for key in keys if key in lower), str(count))
        if text != str(count):
            raise RecordingError(
                "storage.miscounted", path, promised=text[:20], what=phrase(what), found=count
            )


def _refuse_blank(path: Path, table: Numbers, labels: Sequence[str]) -> None:
    blank = np.isnan(table.values)
    if blank.any():
        row, column = np.argwhere(blank)[0]
        place = Place(line=int(table.lines[row]), column=labels[column])
        raise RecordingError("storage.gap", path, place=place)


def _in_degrees(path: Path, header: Mapping[str, str]) -> bool:
    lower = {key.lower(): value for key, value in header.items()}
    old_motion = path.suffix.lower() == ".mot" and "version" not in lower
    text = lower.get("indegrees", "yes" if old_motion else "no").lower()
    if text in ("yes", "y", "true", "1"):
        return True
    if text in ("no", "n", "false", "0"):
        return False
    raise RecordingError("storage.in_degrees", path, found=text[:20])


def write_storage(
    path: Path,
    *,
    name: str,
    labels: Sequence[str],
    time: Float[np.ndarray, " t"],
    data: Float[np.ndarray, "t n"],
    in_degrees: bool = False,
    note: str = "",
) -> None:
    """Write a ``.sto`` or ``.mot`` table that OpenSim opens; every number reads back exactly.

    Args:
        path: The file to write.
        name: Title of the table, its first line.
        labels: Of the data columns, without ``time``.
        time: [s].
        data: In the unit that ``in_degrees`` or the note states; converted by the caller.
        in_degrees: What the header states.
        note: One line of the header for people, such as the unit.

    Raises:
        ValueError: Shapes disagree, or a label would break the table.
        OSError: The file cannot be written.
    """
    if data.shape != (len(time), len(labels)):
        raise ValueError(f"{data.shape} numbers for {len(time)} times and {len(labels)} labels")
    broken = [label for label in labels if not label or label != plain_line(label)]
    if broken:
        raise ValueError(f"labels break tables: {broken}")
    lines = [
        plain_line(" ".join(name.split())),
        "version=1",
        f"nRows={len(time)}",
        f"nColumns={len(labels) + 1}",
        f"inDegrees={'yes' if in_degrees else 'no'}",
        plain_line(" ".join(note.split())),
        END_OF_HEADER,
        "\t".join(("time", *labels)),
    ]
    head = "\n".join(lines) + "\n"
    path.write_text(head + _rows(np.column_stack([time, data])), encoding="utf-8")


def _rows(table: Float[np.ndarray, "t n"]) -> str:
    """A line a row, numbers as short as they read back exactly; by pydantic, for it is quick."""
    if not len(table):
        return ""
    text = to_json(table.tolist(), inf_nan_mode="constants").decode()
    return text[2:-2].replace("],[", "\n").replace(",", "\t") + "\n"
