r"""OpenSim's tables, ``.sto`` and ``.mot``.

A table that this module wrote has seven lines of header, so pandas reads it with
``pandas.read_csv(path, sep="\t", skiprows=7)``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
from jaxtyping import Float

from nuchal.errors import Place, RecordingError, phrase
from nuchal.io.text import TextFile, cells, first_filled, read_numbers, read_text

END_OF_HEADER: Final = "endheader"
_LONGEST_HEADER: Final = 1000


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
        first_line: Number of the file's line that holds the first row.
    """

    name: str
    labels: tuple[str, ...]
    time: Float[np.ndarray, " t"]
    data: Float[np.ndarray, "t n"]
    in_degrees: bool
    header: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    first_line: int = 1


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


def storage_from_text(file: TextFile) -> Storage:
    """``read_storage`` for a file that has been read.

    Raises:
        RecordingError: As ``read_storage``.
    """
    path, end = file.path, header_end(file)
    if end is None:
        raise RecordingError("storage.no_endheader", path)
    name, header = _header(file.lines[:end])
    kind = header.get("DataType", "double")
    if kind.lower() != "double":
        raise RecordingError("storage.elements", path, kind=kind)
    at = first_filled(file.lines, end + 1)
    if at == len(file.lines):
        raise RecordingError("storage.no_rows", path)
    delimiter = "\t" if "\t" in file.lines[at].strip() else None
    labels = cells(file.lines[at].strip(), delimiter)
    if labels[0].lower() != "time":
        place = Place(line=at + 1)
        raise RecordingError("storage.no_time", path, place=place, found=labels[0][:40])
    first = first_filled(file.lines, at + 1)
    table = read_numbers(file, start=at + 1, columns=labels, delimiter=delimiter)
    _refuse_miscounted(path, header, rows=len(table), columns=len(labels))
    _refuse_blank(path, table, labels, first)
    return Storage(
        name=name,
        labels=tuple(labels[1:]),
        time=table[:, 0],
        data=table[:, 1:],
        in_degrees=_in_degrees(path, header),
        header=MappingProxyType(header),
        first_line=first + 1,
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


def _refuse_miscounted(path: Path, header: Mapping[str, str], *, rows: int, columns: int) -> None:
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


def _refuse_blank(
    path: Path, table: Float[np.ndarray, "t n"], labels: Sequence[str], first: int
) -> None:
    blank = np.isnan(table)
    if blank.any():
        row, column = np.argwhere(blank)[0]
        place = Place(line=int(first + row) + 1, column=labels[column])
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
    broken = [label for label in labels if not label or set(label) & set("\t\n\r")]
    if broken:
        raise ValueError(f"labels that would break the table: {broken}")
    lines = [
        " ".join(name.split()),
        "version=1",
        f"nRows={len(time)}",
        f"nColumns={len(labels) + 1}",
        f"inDegrees={'yes' if in_degrees else 'no'}",
        " ".join(note.split()),
        END_OF_HEADER,
        "\t".join(("time", *labels)),
    ]
    table = np.column_stack([time, data]).tolist()
    lines += ["\t".join(map(repr, row)) for row in table]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
