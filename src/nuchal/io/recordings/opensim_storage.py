"""The six coordinates, or analog channels, in OpenSim's tables (``.sto``, ``.mot``)."""

from pathlib import Path
from typing import Final

from nuchal.conventions import COORDINATES
from nuchal.errors import Place, RecordingError
from nuchal.findings import Assumed, Found, finding
from nuchal.io.opensim.storage import Storage, header_end, storage_from_text
from nuchal.io.recordings.coordinates import assemble_coordinates
from nuchal.io.recordings.format import Analogs, Format, Options, Source
from nuchal.io.recordings.left_out import whole_rows
from nuchal.io.recordings.timing import from_times
from nuchal.records import CoordinateRecording

_SHOWN: Final = 6


def _read(source: Source, options: Options) -> CoordinateRecording:
    """Pick the six coordinates out of a table whose labels may be paths."""
    path, storage = source.path, storage_from_text(source.text)
    columns = _columns(path, storage.labels)
    even = options.rate_hz is not None
    rows = whole_rows(storage.time, storage.data[:, columns], evenly_spaced=even)

    def where(frame: int) -> Place:
        row = int(rows.row[frame])
        return Place(line=int(storage.lines[row]), row=row + 1)

    timing = from_times(path, rows.time, options, where=where)
    silent = "indegrees" not in map(str.lower, storage.header)
    others = [
        label
        for column, label in enumerate(storage.labels)
        if column not in columns and not label.endswith("/speed")
    ]
    if others:
        timing = timing.noting(finding(Found.OTHER_COLUMNS, count=len(others)))
    if silent and storage.in_degrees:
        timing = timing.noting(finding(Assumed.OLD_MOT_DEGREES))
    return assemble_coordinates(
        path,
        values=rows.values,
        known=rows.known,
        timing=timing,
        stated_degrees=None if silent and not storage.in_degrees else storage.in_degrees,
        in_degrees=options.in_degrees,
    )


def _columns(path: Path, labels: tuple[str, ...]) -> list[int]:
    names = [_coordinate(label) for label in labels]
    for name in COORDINATES:
        if name not in names:
            shown = [*labels[:_SHOWN], *(["..."] if len(labels) > _SHOWN else [])]
            raise RecordingError(
                "coordinates.lacking", path, name=name, columns=shown, needed=COORDINATES
            )
    twice = [name for name in COORDINATES if names.count(name) > 1]
    if twice:
        raise RecordingError("coordinates.same_columns", path, name=twice[0])
    return [names.index(name) for name in COORDINATES]


def _coordinate(label: str) -> str:
    """``pitch1`` of ``/jointset/aux2jnt/pitch1/value`` or ``pitch1``; "" for speeds."""
    parts = [part for part in label.split("/") if part]
    if len(parts) > 1 and parts[-1] == "value":
        return parts[-2]
    return label if len(parts) == 1 else ""


def _read_analogs(source: Source, options: Options) -> Analogs:
    table: Storage = storage_from_text(source.text)
    lines = table.lines
    return Analogs(
        names=table.labels,
        units=("",) * len(table.labels),
        values=table.data,
        timing=from_times(
            source.path, table.time, options, where=lambda row: Place(line=int(lines[row]))
        ),
        notes=source.text.notes,
    )


FORMAT: Final = Format(
    name="OpenSim storage",
    suffixes=(".mot", ".sto"),
    sniff=lambda source: header_end(source.text) is not None,
    read=_read,
    read_analogs=_read_analogs,
)
