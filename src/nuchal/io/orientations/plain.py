"""Plain CSV with the rotations of bodies beside times: logs of headsets, sensors and scripts."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from nuchal.conventions import COORDINATES
from nuchal.errors import RecordingError, Setting, phrase
from nuchal.io.orientations.assemble import assemble
from nuchal.io.orientations.bodies import Body, turns_of
from nuchal.io.orientations.format import Options, OrientationFormat
from nuchal.io.orientations.frames import of_table
from nuchal.io.orientations.labels import are_of_bodies, bodies_in_labels, listed
from nuchal.io.recordings.csv_header import Header, read_header
from nuchal.io.recordings.format import Source
from nuchal.io.recordings.plain_csv import read_columns
from nuchal.orientations import OrientationRecording


def _holds(source: Source) -> bool:
    try:
        header = read_header(source.sheet)
        turns = are_of_bodies(source.path, header.labels, header.units)
    except RecordingError:
        return False
    lower = {label.lower() for label in header.labels}
    return turns and header.above is None and not lower >= set(COORDINATES)


def _read(source: Source, options: Options) -> OrientationRecording:
    path, sheet = source.path, source.sheet
    header = read_header(sheet, phrase("orientation.columns_of_bodies"))
    bodies = _bodies(source, header, options)
    table = read_columns(sheet, header, [body.columns for body in bodies])
    frames = of_table(sheet, header, table, options)
    frames = replace(frames, timing=frames.timing.noting(*sheet.file.notes))
    turns = turns_of(path, bodies, table.values, options, table.place)
    names = tuple(body.name for body in bodies)
    return assemble(path, names, turns, frames, left_handed=options.left_handed)


def _bodies(source: Source, header: Header, options: Options) -> Sequence[Body]:
    """Those that the user names, or all whose columns are called as usual."""
    path, labels, units = source.path, header.labels, header.units
    if not options.columns:
        bodies = bodies_in_labels(path, labels, units, header.place)
        if not bodies:
            raise RecordingError("orientation.no_bodies", path, remedy=Setting("columns"))
        return bodies
    found = []
    for name, wanted in options.columns.items():
        if isinstance(wanted, str):
            found.append(replace(_begun(source, header, wanted), name=name))
        else:
            found.append(listed(path, name, wanted, labels, units))
    return found


def _begun(source: Source, header: Header, prefix: str) -> Body:
    """The one body whose columns start with a prefix."""
    path, labels = source.path, header.labels
    mine = [label.lower().startswith(prefix.lower()) for label in labels]
    kept = [label if own else "" for label, own in zip(labels, mine, strict=True)]
    bodies = bodies_in_labels(path, kept, header.units, header.place)
    same = [body for body in bodies if body.name.lower() == prefix.lower()]
    if len(bodies) == 1 or len(same) == 1:
        return (same or bodies)[0]
    every = bodies_in_labels(path, labels, header.units, header.place)
    raise RecordingError(
        "orientation.no_such_prefix",
        path,
        prefix=prefix,
        found=[body.name for body in every] or [phrase("orientation.none")],
    )


FORMAT: Final = OrientationFormat(
    name="plain CSV",
    suffixes=(".csv", ".tsv"),
    sniff=lambda source: bool(source.text.lines),
    read=_read,
    holds=_holds,
    has_mark=False,
    takes=frozenset({"quaternion", "euler", "in_degrees", "left_handed", "columns"}),
)
