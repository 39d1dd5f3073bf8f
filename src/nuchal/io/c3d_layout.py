"""The skeleton of a C3D file, checked before a reader is trusted with it.

A C3D file is a 512-byte header, a block of parameters and a block of frames. Damaged counts make
readers allocate without bound or run past the end, so everything that says how long something is
gets compared with the length of the file first. Format: the C3D user guide, www.c3d.org.
"""

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nuchal.errors import RecordingError

BLOCK: Final = 512
MAGIC: Final = 0x50
MAX_POINTS: Final = 4096
MAX_ANALOG_SAMPLES: Final = 65535
_BYTE_ORDERS: Final = {84: "<", 86: ">"}
"""Intel and MIPS."""
_DEC: Final = 85
_SIZES: Final = {-1: 1, 1: 1, 2: 2, 4: 4}
"""Bytes of an element: characters, bytes, 16-bit integers, floats."""
_CUT: Final = "the file was cut off or damaged, so export it again."


@dataclass(frozen=True)
class Parameter:
    """One parameter as bytes."""

    kind: int
    dimensions: tuple[int, ...]
    content: bytes
    byte_order: str

    @property
    def count(self) -> int:
        """Number of elements."""
        return math.prod(self.dimensions)

    def integer(self) -> int | None:
        """The first element as an unsigned number; None where it is no number or missing."""
        if self.count < 1 or self.kind == -1:
            return None
        if self.kind == 4:
            value = struct.unpack_from(f"{self.byte_order}f", self.content)[0]
            return int(value) if math.isfinite(value) else None
        code = "B" if self.kind == 1 else "H"
        return int(struct.unpack_from(f"{self.byte_order}{code}", self.content)[0])


@dataclass(frozen=True)
class Layout:
    """Counts that have been checked against the length of the file."""

    points: int
    frames: int
    first_frame: int
    """As the header numbers it."""
    parameters: Mapping[str, Parameter]
    """By ``GROUP:NAME`` in capitals."""


def is_c3d(content: bytes) -> bool:
    """Whether the content starts with the mark of C3D."""
    return len(content) > 2 and content[1] == MAGIC and 1 < content[0] < 128


def check_layout(path: Path, content: bytes) -> Layout:
    """Compare everything that states a size with what is there.

    Raises:
        RecordingError: A part lies beyond the end, or counts are impossible.
    """
    if len(content) < 2 * BLOCK:
        raise RecordingError(path, f"ends inside its C3D header; {_CUT}")
    start = (content[0] - 1) * BLOCK
    if start + 4 > len(content):
        raise RecordingError(path, f"ends before its parameters (byte {start}); {_CUT}")
    blocks, processor = content[start + 2], content[start + 3]
    if processor == _DEC:
        raise RecordingError(
            path, "holds DEC floating-point numbers; save it again in Intel format."
        )
    order = _BYTE_ORDERS.get(processor)
    if order is None:
        raise RecordingError(
            path, f"has the unknown processor type {processor} at byte {start + 3}; {_CUT}"
        )
    end = start + blocks * BLOCK
    if blocks == 0 or end > len(content):
        raise RecordingError(path, f"ends inside its parameters; {_CUT}")
    parameters = _parameters(path, content, start + 4, end, order)
    points, analog, first, last = struct.unpack_from(f"{order}HHHH", content, 2)
    scale, data_block = struct.unpack_from(f"{order}fH", content, 12)
    frames = _frames(path, parameters, first, last)
    _check_counts(path, parameters, points, analog, scale)
    size = (points * 4 + analog) * (4 if scale < 0 else 2)
    data = (data_block - 1) * BLOCK
    if data < end:
        raise RecordingError(path, f"places its frames inside its parameters; {_CUT}")
    held = max(0, len(content) - data) // size if size else 0
    if held < frames:
        raise RecordingError(
            path, f"promises {frames} frames but has room for {held} of them; {_CUT}"
        )
    return Layout(points, frames, first, parameters)


def _parameters(
    path: Path, content: bytes, start: int, end: int, order: str
) -> dict[str, Parameter]:
    groups: dict[int, str] = {}
    found: list[tuple[int, str, Parameter]] = []
    at = start
    while True:
        name, identity, after, jump = _record(path, content, at, end, order)
        if not name:
            break
        if identity < 0:
            groups[-identity] = name
            needed = after + 2
        else:
            problem = RecordingError(path, f'has a damaged parameter "{name}"; {_CUT}')
            parameter, needed = _parameter(content, after + 2, end, order, problem)
            found.append((identity, name, parameter))
        if jump == 0:
            break
        at = after + jump
        if not needed < at < end:
            raise RecordingError(path, f'has a damaged parameter "{name}"; {_CUT}')
    orphans = [name for identity, name, _ in found if identity not in groups]
    if orphans:
        raise RecordingError(path, f'has the parameter "{orphans[0]}" without a group; {_CUT}')
    return {f"{groups[identity]}:{name}".upper(): p for identity, name, p in found}


def _record(path: Path, content: bytes, at: int, end: int, order: str) -> tuple[str, int, int, int]:
    """Name, group number (negative for a group), place after the name, and the way to the next."""
    if at + 2 > end:
        raise RecordingError(path, f"has parameters that run out of their block; {_CUT}")
    length, identity = struct.unpack_from("bb", content, at)
    after = at + 2 + abs(length)
    if length == 0:
        return "", 0, after, 0
    if identity == 0 or after + 2 > end:
        raise RecordingError(path, f"has a damaged parameter at byte {at}; {_CUT}")
    name = content[at + 2 : after]
    if not name.isascii() or not name.decode("ascii").isprintable():
        raise RecordingError(path, f"has a damaged parameter name at byte {at + 2}; {_CUT}")
    return name.decode("ascii"), identity, after, struct.unpack_from(f"{order}H", content, after)[0]


def _parameter(
    content: bytes, at: int, end: int, order: str, problem: RecordingError
) -> tuple[Parameter, int]:
    """The parameter whose type stands at ``at``, and where its description's length stands."""
    if at + 2 > end:
        raise problem
    kind, rank = struct.unpack_from("bB", content, at)
    values = at + 2 + rank
    if kind not in _SIZES or rank > 7 or values > end:
        raise problem
    dimensions = tuple(content[at + 2 : values])
    last = values + math.prod(dimensions) * _SIZES[kind]
    if last >= end:
        raise problem
    return Parameter(kind, dimensions, content[values:last], order), last


def _frames(path: Path, parameters: Mapping[str, Parameter], first: int, last: int) -> int:
    """Number of frames; where 16 bits do not hold it the parameters do."""
    frames = last - first + 1
    stated = parameters.get("POINT:FRAMES")
    counted = stated.integer() if stated else None
    if last == 65535 and counted is not None and counted > frames:
        frames = counted
    if frames < 1:
        raise RecordingError(path, "has a header but no frames; export the trial again.")
    return frames


def _check_counts(
    path: Path, parameters: Mapping[str, Parameter], points: int, analog: int, scale: float
) -> None:
    used = parameters.get("POINT:USED")
    stated = used.integer() if used else None
    if stated is None:
        raise RecordingError(path, f"lacks the parameter POINT:USED; {_CUT}")
    if stated != points or points > MAX_POINTS or analog > MAX_ANALOG_SAMPLES:
        raise RecordingError(
            path, f"counts {points} markers in its header but {stated} in POINT:USED; {_CUT}"
        )
    if points == 0:
        raise RecordingError(
            path, "holds no markers, only analog channels; give a recording with head markers."
        )
    if not math.isfinite(scale) or scale == 0:
        raise RecordingError(path, f"has the impossible scale {scale}; {_CUT}")
    labels = parameters.get("POINT:LABELS")
    if labels is None or labels.kind != -1 or len(labels.dimensions) != 2:
        raise RecordingError(path, f"lacks the marker names (POINT:LABELS); {_CUT}")
