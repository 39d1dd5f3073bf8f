"""Rotations of segments in C3D files, as Theia3D writes them: a matrix of four by four in mm.

Segments have X to the right, Y forward and Z up along them. The layout of the rotations follows
that of points and analog values: sixteen numbers column by column and a residual, one after the
other (https://www.c3d.org, and Visual3D's documentation of the group ROTATION).
"""

import math
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Float

from nuchal.errors import Place, RecordingError
from nuchal.io.orientations.assemble import Axes, assemble
from nuchal.io.orientations.format import Options, OrientationFormat
from nuchal.io.orientations.frames import every_row
from nuchal.io.orientations.rotations import Origin, from_matrices
from nuchal.io.recordings.c3d_sections import (
    BLOCK,
    Header,
    Parameters,
    floats,
    is_c3d,
    read_sections,
)
from nuchal.io.recordings.format import Source
from nuchal.io.recordings.timing import from_rate
from nuchal.orientations import OrientationRecording, SegmentAxes

_AXES: Final = Axes(None, SegmentAxes("+Y", "+Z"))
_GROUP: Final = "ROTATION"
_SUFFIX: Final = "_4x4"
# The laboratory itself, which is no body.
_WORLD: Final = "worldbody"
# Sixteen numbers and a residual, of four bytes each.
_NUMBERS: Final = 17
_BYTES: Final = 4 * _NUMBERS


class _Block(NamedTuple):
    """How many rotations there are and where they start [bytes]."""

    bodies: int
    frames: int
    start: int


def _holds(source: Source) -> bool:
    try:
        header, parameters = read_sections(source)
    except RecordingError:
        return False
    return header.points == 0 and bool(parameters.count(_GROUP, "USED"))


def _read(source: Source, options: Options) -> OrientationRecording:
    path, (header, parameters) = source.path, read_sections(source)
    labels = parameters.texts(_GROUP, "LABELS")
    count = parameters.count(_GROUP, "USED") or 0
    if not count:
        raise RecordingError("c3d.no_rotations", path)
    if len(labels) < count:
        raise RecordingError("c3d.no_rotation_labels", path, bodies=count, labels=len(labels))
    block = _block(path, source.content, header, parameters, count)
    point_rate = parameters.rate_hz("POINT") or (header.rate_hz if header.rate_hz > 0.0 else None)
    ratio = parameters.number(_GROUP, "RATIO") or 1.0
    rate = parameters.rate_hz(_GROUP) or (point_rate and point_rate * ratio)
    start = max(header.first_frame - 1, 0) / point_rate if point_rate else 0.0
    timing = from_rate(
        path, options.of_times, frames=block.frames, stated_rate_hz=rate, start_s=start
    )
    kept = [k for k, label in enumerate(labels[:count]) if _bare(label).lower() != _WORLD]
    names = tuple(_bare(labels[k]) for k in kept)
    cells = _matrices(source.content, block, header.processor)[:, kept]
    turns = from_matrices(Origin(path, names, lambda row: Place(frame=row + 1)), cells)
    return assemble(path, names, turns, every_row(timing), _AXES)


def _bare(label: str) -> str:
    return label[: -len(_SUFFIX)] if label.lower().endswith(_SUFFIX) else label


def _block(
    path: Path, content: bytes, header: Header, parameters: Parameters, bodies: int
) -> _Block:
    """Where the rotations lie, after a look at whether the file has room for them."""
    ratio = parameters.number(_GROUP, "RATIO")
    ratio = 1.0 if ratio is None or not math.isfinite(ratio) else max(ratio, 1.0)
    stated = parameters.count("POINT", "FRAMES") or 0
    frames = max(header.last_frame - header.first_frame + 1, stated) * int(ratio)
    start = ((parameters.count(_GROUP, "DATA_START") or 0) - 1) * BLOCK
    if frames < 1:
        raise RecordingError("timing.no_frames", path)
    if start < BLOCK:
        raise RecordingError("c3d.rotations_nowhere", path)
    held = max(0, len(content) - start) // (_BYTES * bodies)
    if held < frames:
        raise RecordingError("c3d.frames_cut", path, frames=frames, held=held)
    return _Block(bodies, frames, start)


def _matrices(content: bytes, block: _Block, processor: int) -> Float[np.ndarray, "t n 3 3"]:
    size = _BYTES * block.bodies * block.frames
    numbers = floats(content[block.start : block.start + size], processor).astype(float)
    cells = numbers.reshape(block.frames, block.bodies, _NUMBERS)[..., :16]
    by_columns = cells.reshape(block.frames, block.bodies, 4, 4)
    return np.asarray(np.swapaxes(by_columns, -1, -2)[..., :3, :3])


FORMAT: Final = OrientationFormat(
    name="C3D",
    suffixes=(".c3d",),
    sniff=is_c3d,
    read=_read,
    holds=_holds,
    is_text=False,
    device="markerless",
)
