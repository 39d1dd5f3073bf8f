"""OpenSense's tables (``.sto``): a quaternion w, x, y, z in every cell, one column a sensor."""

from typing import Final

import numpy as np
from jaxtyping import Float

from nuchal.errors import Place, RecordingError
from nuchal.io.cells import ANY_SPACE
from nuchal.io.opensim.storage import Head, header_end, refuse_miscounted, storage_head
from nuchal.io.orientations.assemble import assemble
from nuchal.io.orientations.format import Options, OrientationFormat
from nuchal.io.orientations.frames import by_times
from nuchal.io.orientations.rotations import Origin, from_quaternions
from nuchal.io.recordings.format import Source
from nuchal.orientations import OrientationRecording

_QUATERNIONS: Final = "quaternion"
_PARTS: Final = 4
_BLANK: Final = " \t"


def _holds(source: Source) -> bool:
    try:
        return storage_head(source.text).elements == _QUATERNIONS
    except RecordingError:
        return False


def _read(source: Source, options: Options) -> OrientationRecording:
    path, head = source.path, storage_head(source.text)
    if head.elements != _QUATERNIONS:
        raise RecordingError("opensense.other_elements", path, kind=head.elements)
    names = head.labels[1:]
    if not names:
        raise RecordingError("opensense.no_sensors", path)
    time, cells, lines = _table(head)
    refuse_miscounted(path, head.header, rows=len(time), columns=len(head.labels))

    def where(row: int) -> Place:
        return Place(line=lines[row])

    rate = head.sheet.dialect.number(head.header.get("DataRate", "?"))
    frames = by_times(path, time, options, where=where, stated_rate_hz=rate or None)
    turns = from_quaternions(Origin(path, names, where), cells)
    return assemble(path, names, turns, frames)


def _table(head: Head) -> tuple[Float[np.ndarray, " t"], Float[np.ndarray, "t n 4"], list[int]]:
    """Times, quaternions and numbers of lines."""
    sheet, width = head.sheet, len(head.labels)
    times, rows, lines = [], [], []
    for index in range(head.start, len(sheet)):
        line = sheet.file.lines[index].strip(_BLANK)
        if not line:
            continue
        place = Place(line=index + 1)
        cells = line.split("\t") if "\t" in line else line.split(ANY_SPACE)
        cells = [cell for cell in cells if cell] if "\t" not in line else cells
        if len(cells) != width:
            raise RecordingError(
                "opensense.width", sheet.path, place=place, found=len(cells), wanted=width
            )
        times.append(_numbers(head, index, 0, cells[0], 1))
        rows.append([_numbers(head, index, k, cells[k], _PARTS) for k in range(1, width)])
        lines.append(index + 1)
    quaternions = np.array(rows, dtype=float).reshape(-1, width - 1, _PARTS)
    return np.array(times, dtype=float).reshape(-1), quaternions, lines


def _numbers(head: Head, index: int, column: int, cell: str, count: int) -> list[float]:
    """The numbers of one cell; all NaN where it is empty."""
    number = head.sheet.dialect.number
    parts = cell.split(",") if cell.strip() else [""] * count
    values = [number(part.strip()) for part in parts]
    found = [value for value in values if value is not None]
    if len(found) != count or len(parts) != count:
        place = Place(line=index + 1, column=head.labels[column])
        raise RecordingError(
            "opensense.cell", head.sheet.path, place=place, cell=cell[:40], count=count
        )
    return found


FORMAT: Final = OrientationFormat(
    name="OpenSense",
    suffixes=(".sto", ".mot"),
    sniff=lambda source: header_end(source.text) is not None,
    read=_read,
    device="inertial",
    holds=_holds,
)
