"""Rigid bodies of Qualisys Track Manager's 6D TSV: a matrix column by column, zeros where lost."""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from nuchal.errors import RecordingError
from nuchal.io.orientations.assemble import assemble
from nuchal.io.orientations.bodies import MATRIX, Body, turns_of
from nuchal.io.orientations.format import Options, OrientationFormat
from nuchal.io.orientations.frames import every_row
from nuchal.io.recordings.columns import is_counter
from nuchal.io.recordings.format import Source
from nuchal.io.recordings.qtm_tsv import compare_frames, filled, is_qtm, read_head, timing_of
from nuchal.io.sheet import Columns, read_numbers
from nuchal.orientations import OrientationRecording

_NAMES: Final = "body_names"
_CELL: Final = re.compile(r".*\brot\s*\[(?P<k>[0-8])\]$", re.IGNORECASE)
# Rot[0], Rot[1] and Rot[2] are the matrix's first column.
_ROW_BY_ROW: Final = np.arange(MATRIX).reshape(3, 3).T.ravel().tolist()


def _read(source: Source, options: Options) -> OrientationRecording:
    sheet = source.sheet
    head = read_head(sheet, _NAMES)
    if not head.names:
        raise RecordingError("qtm.no_bodies", sheet.path)
    at = head.start
    while at < len(sheet) and not any(map(_CELL.match, sheet.cells(at))):
        at = sheet.filled(at + 1)
    if at >= len(sheet):
        raise RecordingError("qtm.no_rotations", sheet.path)
    labels = filled(sheet.cells(at))
    bodies = _bodies(head.names, labels)
    if bodies is None:
        raise RecordingError("qtm.bodies_differ", sheet.path, bodies=len(head.names))
    counters = next((c for c, label in enumerate(labels) if not is_counter(label)), 0)
    groups = [body.columns for body in bodies]
    used = {column for columns in groups for column in columns}
    words = [c for c in range(counters, len(labels)) if c not in used]
    columns = Columns(names=labels, counters=counters, markers=groups, words=words)
    table = read_numbers(sheet, start=at + 1, columns=columns)
    notes = (*sheet.file.notes, *compare_frames(sheet, head, table))
    timing = timing_of(sheet, head, labels[:counters], table, options.of_times).noting(*notes)
    turns = turns_of(sheet.path, bodies, table.values, options, table.place)
    return assemble(sheet.path, tuple(b.name for b in bodies), turns, every_row(timing))


def _bodies(names: Sequence[str], labels: Sequence[str]) -> list[Body] | None:
    """Nine columns for each name, in order; None where they are not as many."""
    found: list[list[int]] = []
    for column, label in enumerate(labels):
        match = _CELL.match(label)
        if match is None:
            continue
        if match["k"] == "0":
            found.append([])
        if not found or len(found[-1]) != int(match["k"]):
            return None
        found[-1].append(column)
    if len(found) != len(names) or any(len(columns) != MATRIX for columns in found):
        return None
    return [
        Body(name=name, columns=tuple(columns[k] for k in _ROW_BY_ROW))
        for name, columns in zip(names, found, strict=True)
    ]


FORMAT: Final = OrientationFormat(
    name="QTM 6D TSV",
    suffixes=(".tsv", ".csv"),
    sniff=is_qtm,
    read=_read,
    device="rigid bodies",
    holds=lambda source: bool(read_head(source.sheet, _NAMES).names),
)
