"""Rigid bodies and bones of OptiTrack Motive's CSV: quaternions X, Y, Z, W in axes with Y up."""

from typing import Final

from nuchal.errors import RecordingError, Setting
from nuchal.io.orientations.assemble import Axes, assemble, stated
from nuchal.io.orientations.bodies import ANGLES, QUATERNION, Body, turns_of
from nuchal.io.orientations.format import Options, OrientationFormat
from nuchal.io.orientations.frames import every_row
from nuchal.io.recordings.format import Source
from nuchal.io.recordings.motive_csv import (
    Head,
    has_markers,
    is_motive,
    numbers_of,
    read_head,
    timing_of,
)
from nuchal.orientations import OrientationRecording

_AXES: Final = Axes("+Y")
_BODIES: Final = frozenset({"rigid body", "bone"})
_ROTATION: Final = "rotation"


def _holds(source: Source) -> bool:
    try:
        head = read_head(source.sheet)
    except RecordingError:
        return False
    return bool(_bodies(head)) and not has_markers(head)


def _read(source: Source, options: Options) -> OrientationRecording:
    sheet, head = source.sheet, read_head(source.sheet)
    bodies = _bodies(head)
    if not bodies:
        raise RecordingError("motive.no_bodies", sheet.path)
    space = head.facts.get("coordinate space", "Global")
    if space.lower() != "global":
        raise RecordingError("motive.local", sheet.path, space=space)
    order = head.facts.get("rotation type", "")
    angles = any(len(body.columns) == ANGLES for body in bodies)
    if angles and options.euler is None:
        raise RecordingError("motive.euler", sheet.path, order=order, remedy=Setting("euler"))
    if angles and order and options.euler and options.euler.upper() != order.upper():
        given = Setting("euler", options.euler)
        raise RecordingError("motive.euler_differs", sheet.path, order=order, given=given)
    if not angles and options.euler:
        given = Setting("euler", options.euler)
        raise RecordingError(
            "orientation.said_by_format", sheet.path, given=given, format=FORMAT.name
        )
    table = numbers_of(sheet, head, [body.columns for body in bodies])
    timing = timing_of(sheet, head, table, options.of_times).noting(*sheet.file.notes)
    turns = turns_of(
        sheet.path, bodies, table.values, stated(options, in_degrees=True), table.place
    )
    return assemble(sheet.path, tuple(b.name for b in bodies), turns, every_row(timing), _AXES)


def _bodies(head: Head) -> list[Body]:
    """Bodies whose rotation is whole, in the order of the file."""
    found: dict[str, dict[str, int]] = {}
    for column, label in enumerate(head.axes):
        kind, part = head.types[column].lower(), label.strip().lower()
        if kind in _BODIES and head.kinds[column].lower() == _ROTATION and part in set("wxyz"):
            found.setdefault(head.names[column], {}).setdefault(part, column)
    return [
        Body(name=name, columns=tuple(parts.values()), letters="".join(parts))
        for name, parts in found.items()
        if len(parts) == QUATERNION or set(parts) == set("xyz")
    ]


FORMAT: Final = OrientationFormat(
    name="Motive CSV",
    suffixes=(".csv",),
    sniff=is_motive,
    read=_read,
    device="rigid bodies",
    holds=_holds,
    takes=frozenset({"euler"}),
)
