"""The header and the parameters of a C3D file, from any maker, on any processor.

They are read here because makers leave out, round off or count wrongly what ezc3d insists on.
Layout: C3D User Guide, Motion Lab Systems, https://www.c3d.org.
"""

import math
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
from jaxtyping import Float, Int

from nuchal.errors import Place, RecordingError
from nuchal.io.recordings.format import Source
from nuchal.plain_text import plain_line

BLOCK: Final = 512
INTEL, _DEC, _MIPS = 84, 85, 86

_MARK: Final = 0x50
_FIRST_LETTER: Final = 32
# Where the header says in which block the frames start [bytes].
_DATA_BLOCK: Final = 16
_TEXT, _BYTES, _INTEGERS, _FLOATS = -1, 1, 2, 4


@dataclass(frozen=True, kw_only=True)
class Header:
    """The first block of the file.

    Attributes:
        analogs: Analog values of all channels in one frame of markers.
        first_frame: Its number; ``last_frame`` likewise.
        scale: Negative where positions are floats.
        samples: Of each analog channel in one frame of markers.
        data: Where the frames start [bytes].
        processor: Whose numbers these are.
    """

    points: int
    analogs: int
    first_frame: int
    last_frame: int
    scale: float
    samples: int
    rate_hz: float
    data: int
    processor: int


@dataclass(frozen=True)
class Parameters:
    """The parameters of a file, by group and name in capitals."""

    groups: Mapping[str, Mapping[str, Sequence[Any]]]

    def values(self, group: str, name: str) -> list[Any]:
        """All values, which go on in NAME2, NAME3 and so on, as more than 255 do not fit."""
        found, names, page = self.groups.get(group, {}), [name], 2
        while f"{name}{page}" in found:
            names.append(f"{name}{page}")
            page += 1
        return [value for name in names for value in found.get(name, ())]

    def numbers(self, group: str, name: str) -> list[float]:
        """The values as numbers; empty where they are texts."""
        return [float(v) for v in self.values(group, name) if not isinstance(v, str)]

    def texts(self, group: str, name: str) -> list[str]:
        """The values as texts; empty where they are numbers."""
        return [v for v in self.values(group, name) if isinstance(v, str)]

    def number(self, group: str, name: str) -> float | None:
        """The first number; None where there is none."""
        return next(iter(self.numbers(group, name)), None)

    def count(self, group: str, name: str) -> int | None:
        """A number of things; 16 bits that were taken for a negative number count on from 32767."""
        value = self.number(group, name)
        if value is None or not math.isfinite(value):
            return None
        return int(value) if value >= 0 else int(value) % 2**16

    def rate_hz(self, group: str) -> float | None:
        """The rate of the points or of the analog channels [Hz]."""
        value = self.number(group, "RATE")
        return value if value is not None and value > 0.0 else None


Sections: TypeAlias = tuple[Header, Parameters]


class _Record(NamedTuple):
    """A group (its number is negative) or a parameter of one, as bytes."""

    name: str
    group: int
    body: bytes


def is_c3d(source: Source) -> bool:
    """Whether the content starts with the mark of C3D, and not with text such as ``TP_x``."""
    content = source.content
    if len(content) <= 2 or content[1] != _MARK or not 1 < content[0] < 128:
        return False
    return content[0] < _FIRST_LETTER or b"\0" in content[:BLOCK]


def read_sections(source: Source) -> Sections:
    """The header and the parameters of a C3D file.

    The number of blocks that the parameters state is not relied on: they end with their own
    mark, or where the frames start. Only what lies beyond the stated blocks may be nonsense.

    Raises:
        RecordingError: The file ends too early, or a part lies inside another.
    """
    path, content = source.path, source.content
    if len(content) < 2 * BLOCK:
        raise RecordingError("c3d.header_cut", path)
    start = (content[0] - 1) * BLOCK
    if start + 4 > len(content):
        raise RecordingError("c3d.parameters_cut", path)
    processor = content[start + 3]
    if processor not in (INTEL, _DEC, _MIPS):
        place = Place(byte=start + 3)
        raise RecordingError("c3d.processor", path, place=place, processor=processor)
    words = (integers(content[:24], processor).astype(int) % 2**16).tolist()
    numbers = floats(content[:24], processor).tolist()
    data = (words[8] - 1) * BLOCK
    end = data if start < data < len(content) else len(content)
    stated = start + content[start + 2] * BLOCK
    records = _records(path, content, start + 4, stated, end, processor)
    parameters = _parameters(list(records), processor)
    if data <= start:
        data = ((parameters.count("POINT", "DATA_START") or 0) - 1) * BLOCK
    if data <= start:
        raise RecordingError("c3d.frames_in_parameters", path, place=Place(byte=_DATA_BLOCK))
    header = Header(
        points=words[1],
        analogs=words[2],
        first_frame=words[3],
        last_frame=words[4],
        scale=numbers[3],
        data=data,
        samples=words[9],
        rate_hz=numbers[5],
        processor=processor,
    )
    return header, parameters


def integers(content: bytes, processor: int) -> Int[np.ndarray, " n"]:
    """Integers of 16 bits as a processor keeps them; a rest that is too short is left out."""
    order = ">i2" if processor == _MIPS else "<i2"
    return np.frombuffer(content, order, len(content) // 2).astype("<i2")


def floats(content: bytes, processor: int) -> Float[np.ndarray, " n"]:
    """Numbers of 32 bits as a processor keeps them; a rest that is too short is left out.

    DEC's have their halves in the other order and an exponent that is greater by two.
    """
    count = len(content) // 4
    if processor != _DEC:
        return np.frombuffer(content, ">f4" if processor == _MIPS else "<f4", count).astype("<f4")
    halves = np.frombuffer(content, "<u2", 2 * count).reshape(count, 2)
    with np.errstate(invalid="ignore"):
        return halves[:, ::-1].copy().view("<f4").ravel() / np.float32(4.0)


def _records(
    path: Path, content: bytes, at: int, stated: int, end: int, processor: int
) -> Iterator[_Record]:
    """Groups and parameters, each of which says where the next one starts."""
    order = ">H" if processor == _MIPS else "<H"
    while at + 2 <= end:
        length, group = struct.unpack_from("bb", content, at)
        if length == 0 or group == 0:
            return
        name = content[at + 2 : at + 2 + abs(length)]
        after = at + 2 + abs(length)
        step = struct.unpack_from(order, content, after)[0] if after + 2 <= end else 2**16
        if after + step > end:
            if at >= stated:
                return
            cut = "c3d.parameters_cut" if end == len(content) else "c3d.frames_in_parameters"
            raise RecordingError(cut, path, place=Place(byte=at))
        yield _Record(
            name.decode("latin-1").strip().upper(),
            group,
            content[after + 2 : after + step if step else end],
        )
        if step == 0:
            return
        at = after + step


def _parameters(records: Sequence[_Record], processor: int) -> Parameters:
    names = {-group: name for name, group, _ in records if group < 0}
    groups: dict[str, dict[str, Sequence[Any]]] = {name: {} for name in names.values()}
    for name, group, body in records:
        if group > 0 and group in names:
            groups[names[group]][name] = _values(body, processor)
    return Parameters(groups)


def _values(body: bytes, processor: int) -> Sequence[Any]:
    """Values of a parameter; those that do not fit into its record are not there."""
    if len(body) < 2:
        return ()
    kind, dimensions = struct.unpack_from("bB", body)
    sizes, content = list(body[2 : 2 + dimensions]), body[2 + dimensions :]
    if kind == _TEXT:
        width = (sizes or [1])[0]
        content = content[: math.prod(sizes)]
        return [_text(content[k : k + width]) for k in range(0, len(content), width or 1)]
    content = content[: math.prod(sizes) * max(kind, 0)]
    if kind in (_FLOATS, _INTEGERS):
        return list((floats if kind == _FLOATS else integers)(content, processor).tolist())
    return list(content) if kind == _BYTES else ()


def _text(content: bytes) -> str:
    bare = content.partition(b"\0")[0]
    try:
        text = bare.decode("utf-8")
    except UnicodeDecodeError:
        text = bare.decode("latin-1")
    return plain_line(text.strip())
