"""OpenFace's CSV: the head before a camera, in its axes: X right, Y down, Z away from it.

The rotation is Rx Ry Rz in radians, and none in someone who faces the camera (Baltrusaitis et al.
2018, doi 10.1109/FG.2018.00019).
"""

from typing import Final

import numpy as np

from nuchal.errors import RecordingError
from nuchal.findings import Found, finding
from nuchal.io.orientations.assemble import Axes, assemble, stated
from nuchal.io.orientations.bodies import Body, turns_of
from nuchal.io.orientations.format import Options, OrientationFormat
from nuchal.io.orientations.frames import of_table
from nuchal.io.orientations.rotations import Turns
from nuchal.io.recordings.csv_header import read_header
from nuchal.io.recordings.format import Source
from nuchal.io.recordings.plain_csv import read_columns
from nuchal.orientations import OrientationRecording, SegmentAxes

_AXES: Final = Axes("-Y", SegmentAxes("-Z", "-Y"))
_POSE: Final = ("pose_rx", "pose_ry", "pose_rz")
_HEAD: Final = "head"
# Below it the tracker itself is not sure of the face.
LEAST_CONFIDENCE: Final = 0.7


def _sniff(source: Source) -> bool:
    sheet = source.sheet
    return any(
        set(_POSE) <= {cell.lower() for cell in sheet.cells(index)} for index in sheet.top(1)
    )


def _read(source: Source, options: Options) -> OrientationRecording:
    path, sheet = source.path, source.sheet
    header = read_header(sheet)
    column = {label.lower(): k for k, label in enumerate(header.labels)}
    for name in _POSE:
        if name not in column:
            raise RecordingError(
                "orientation.column_lacking", path, place=header.place, body=_HEAD, column=name
            )
    pose = tuple(column[name] for name in _POSE)
    doubts = [[column[name]] for name in ("confidence", "success", "face_id") if name in column]
    table = read_columns(sheet, header, [pose, *doubts])
    if "face_id" in column and len(np.unique(table.values[:, column["face_id"]])) > 1:
        raise RecordingError("orientation.several_faces", path)
    frames = of_table(sheet, header, table, options)
    settled = stated(options, euler="XYZ", in_degrees=False)
    body = Body(name=_HEAD, columns=pose, letters="xyz")
    turns = turns_of(path, [body], table.values, settled, table.place)
    sure = np.ones(len(table), dtype=bool)
    if "success" in column:
        sure &= table.values[:, column["success"]] > 0.5
    if "confidence" in column:
        sure &= table.values[:, column["confidence"]] >= LEAST_CONFIDENCE
    notes = turns.notes
    if not sure.all():
        count = int((~sure).sum())
        notes += (finding(Found.FACE_UNSURE, frames=count, confidence=LEAST_CONFIDENCE),)
    turns = Turns(turns.rotation, turns.known & sure[:, None], notes)
    return assemble(path, (_HEAD,), turns, frames, _AXES)


FORMAT: Final = OrientationFormat(
    name="OpenFace CSV", suffixes=(".csv",), sniff=_sniff, read=_read, device="camera"
)
