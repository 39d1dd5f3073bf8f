"""The frames of any C3D file as the plainest C3D file that holds them, which ezc3d reads.

What is left out, wrong or odd in a file's own parameters can't reach ezc3d: it gets numbers of
Intel's kind, either points or analog values, and those parameters that it can't do without.
"""

import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from nuchal.io.recordings.c3d_sections import BLOCK, INTEL, Header, floats, integers

# What 16 bits say where there are more frames than they can count.
MANY: Final = 65535

_LONGEST_LIST: Final = 255
_GAP: Final = 10
_RATE_HZ: Final = 100.0


def frame_bytes(header: Header, scale: float) -> int:
    """Size of a frame, of points and analog values together."""
    return (4 * header.points + header.analogs) * _word(scale)


def only_points(content: bytes, header: Header, frames: int, scale: float) -> bytes:
    """A C3D file of the points of another.

    Args:
        content: Of the other file.
        header: Of the other file.
        frames: How many; the file has room for them.
        scale: Negative where numbers are floats, or what one is worth as an integer.
    """
    size = 4 * header.points * _word(scale)
    data = _intel(_rows(content, header, frames, scale)[:, :size], header.processor, scale)
    return _file(data, frames, scale, points=header.points)


def only_analogs(content: bytes, header: Header, frames: int, scale: float, channels: int) -> bytes:
    """A C3D file of the analog values of another, as they stand there, without scale and offset.

    Args:
        content: Of the other file.
        header: Of the other file.
        frames: How many; the file has room for them.
        scale: Negative where numbers are floats.
        channels: How many; ``header.samples`` of each in a frame are all analog values.
    """
    size = 4 * header.points * _word(scale)
    data = _intel(_rows(content, header, frames, scale)[:, size:], header.processor, scale)
    return _file(data, frames, scale, channels=channels, samples=header.samples)


def _word(scale: float) -> int:
    return 4 if scale < 0 else 2


def _rows(content: bytes, header: Header, frames: int, scale: float) -> np.ndarray:
    size = frame_bytes(header, scale)
    return np.frombuffer(content, np.uint8, frames * size, header.data).reshape(frames, size)


def _intel(rows: np.ndarray, processor: int, scale: float) -> bytes:
    numbers = floats if scale < 0 else integers
    return numbers(rows.tobytes(), processor).tobytes()


def _file(
    data: bytes, frames: int, scale: float, *, points: int = 0, channels: int = 0, samples: int = 0
) -> bytes:
    """The header, the parameters and the frames."""
    ones, zeros = [1.0] * channels, [0] * channels
    groups = {
        "POINT": {
            "USED": _integers(points),
            "FRAMES": _integers(min(frames, MANY)),
            "SCALE": _floats(scale),
            "RATE": _floats(_RATE_HZ),
            "DATA_START": _integers(0),
        },
        "ANALOG": {
            "USED": _integers(channels),
            "RATE": _floats(_RATE_HZ * samples),
            "GEN_SCALE": _floats(1.0),
            **{name: _floats(*part) for name, part in _pages("SCALE", ones)},
            **{name: _integers(*part) for name, part in _pages("OFFSET", zeros)},
        },
    }
    if frames > MANY:
        end = _integers(frames % 2**16, frames // 2**16)
        groups["TRIAL"] = {"ACTUAL_START_FIELD": _integers(1, 0), "ACTUAL_END_FIELD": end}
    section = _section(groups)
    start = 2 + len(section) // BLOCK
    last, analogs = min(frames, MANY), channels * samples
    header = struct.pack(
        "<BBHHHHHfHHf", 2, 0x50, points, analogs, 1, last, _GAP, scale, start, samples, _RATE_HZ
    )
    return header.ljust(BLOCK, b"\0") + section + data + b"\0" * (-len(data) % BLOCK)


def _pages(name: str, values: Sequence[float]) -> Iterable[tuple[str, Sequence[float]]]:
    """Lists of 255 at most: NAME, NAME2, NAME3 and so on."""
    for page, first in enumerate(range(0, len(values), _LONGEST_LIST), start=1):
        yield name if page == 1 else f"{name}{page}", values[first : first + _LONGEST_LIST]


def _section(groups: Mapping[str, Mapping[str, bytes]]) -> bytes:
    body = b""
    for number, (group, parameters) in enumerate(groups.items(), start=1):
        body += _record(group, -number, b"")
        body += b"".join(_record(name, number, value) for name, value in parameters.items())
    blocks = -(-(len(body) + 6) // BLOCK)
    return (bytes((1, 0x50, blocks, INTEL)) + body).ljust(blocks * BLOCK, b"\0")


def _record(name: str, number: int, value: bytes) -> bytes:
    """A group or a parameter, without a description."""
    head = struct.pack("bb", len(name), number) + name.encode("ascii")
    return head + struct.pack("<H", len(value) + 3) + value + b"\0"


def _integers(*values: float) -> bytes:
    return _value(2, len(values), struct.pack(f"<{len(values)}H", *map(int, values)))


def _floats(*values: float) -> bytes:
    return _value(4, len(values), struct.pack(f"<{len(values)}f", *values))


def _value(kind: int, count: int, content: bytes) -> bytes:
    """One number, or a list of them."""
    sizes = bytes(() if count == 1 else (count,))
    return struct.pack("bB", kind, len(sizes)) + sizes + content
