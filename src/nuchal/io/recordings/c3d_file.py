"""C3D files as bytes: the header, and what ezc3d reads in a process of its own."""

import json
import math
import os
import struct
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from nuchal.errors import Phrase, Place, RecordingError, phrase
from nuchal.io.recordings.format import Source

# What 16 bits say where there are more frames than they can count.
MANY: Final = 65535

_READER: Final = Path(__file__).with_name("c3d_process.py")
# A process reads some 10 MB a second and needs ten times the file's size; tenfold is allowed.
_LIMIT_S: Final = 30.0
_BYTES_A_SECOND: Final = 1e6
_LIMIT_BYTES: Final = 2**30
_BYTES_A_BYTE: Final = 100

_BLOCK: Final = 512
_MARK: Final = 0x50
_FIRST_LETTER: Final = 32
# Processor types: Intel and MIPS, and their byte orders.
_BYTE_ORDERS: Final = {84: "<", 86: ">"}
_DEC: Final = 85


@dataclass(frozen=True)
class Header:
    """The header of the file, as the C3D user guide lays it out.

    Attributes:
        analogs: Analog values of all channels in one frame of markers.
        first_frame: Its number; ``last_frame`` likewise.
        scale: Negative where positions are floats.
        samples: Of each analog channel in one frame of markers.
        held: Frames for which the file has room.
    """

    points: int
    analogs: int
    first_frame: int
    last_frame: int
    scale: float
    samples: int
    rate_hz: float
    held: int


@dataclass(frozen=True)
class Loaded:
    """What ezc3d made of a file."""

    points: Float[np.ndarray, "4 m t"]
    residuals: Float[np.ndarray, "1 m t"]
    analogs: Float[np.ndarray, "1 c n"]
    parameters: Mapping[str, Mapping[str, Any]]

    def values(self, group: str, name: str) -> list[Any]:
        """A parameter's values in one row; empty where it is not there."""
        return list(np.ravel(np.array(self.parameters.get(group, {}).get(name, []))))

    def number(self, group: str, name: str) -> float | None:
        """A parameter's first value; None where there is none or it is no number."""
        values = self.values(group, name)
        return float(values[0]) if values and not isinstance(values[0], str) else None

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

    def texts(self, group: str, name: str) -> list[str]:
        """Texts, which go on in NAME2, NAME3 and so on, as more than 255 do not fit."""
        texts, page = self.values(group, name), 2
        while f"{name}{page}" in self.parameters.get(group, {}):
            texts += self.values(group, f"{name}{page}")
            page += 1
        return [str(text).strip() for text in texts]


def is_c3d(source: Source) -> bool:
    """Whether the content starts with the mark of C3D, and not with text such as ``TP_x``."""
    content = source.content
    if len(content) <= 2 or content[1] != _MARK or not 1 < content[0] < 128:
        return False
    return content[0] < _FIRST_LETTER or b"\0" in content[:_BLOCK]


def read_header(source: Source) -> Header:
    """The header of a C3D file, compared with its length.

    Raises:
        RecordingError: A part lies beyond the end, or the numbers are in DEC's format.
    """
    path, content = source.path, source.content
    if len(content) < 2 * _BLOCK:
        raise RecordingError("c3d.header_cut", path)
    start = (content[0] - 1) * _BLOCK
    if start + 4 > len(content):
        raise RecordingError("c3d.parameters_cut", path)
    blocks, processor = content[start + 2 : start + 4]
    if processor == _DEC:
        raise RecordingError("c3d.dec", path)
    order = _BYTE_ORDERS.get(processor)
    if order is None:
        place = Place(byte=start + 3)
        raise RecordingError("c3d.processor", path, place=place, processor=processor)
    points, analogs, first, last = struct.unpack_from(f"{order}HHHH", content, 2)
    scale, data_block, samples, rate = struct.unpack_from(f"{order}fHHf", content, 12)
    data, end = (data_block - 1) * _BLOCK, start + blocks * _BLOCK
    if blocks == 0 or end > len(content):
        raise RecordingError("c3d.parameters_cut", path)
    if data < end:
        raise RecordingError("c3d.frames_in_parameters", path)
    size = (points * 4 + analogs) * (4 if scale < 0 else 2)
    held = max(0, len(content) - data) // size if size else MANY
    frames = last - first + 1
    if frames < 1:
        raise RecordingError("timing.no_frames", path)
    if last < MANY and held < frames:
        raise RecordingError("c3d.frames_cut", path, frames=frames, held=held)
    return Header(points, analogs, first, last, scale, samples, rate, held)


def load_c3d(path: Path, size: int) -> Loaded:
    """What ezc3d reads in a process of its own.

    Args:
        path: The file.
        size: Of the file, in bytes; it bounds time and memory.

    Raises:
        RecordingError: ezc3d refuses the file, fails on it or takes too much.
    """
    with tempfile.TemporaryDirectory() as folder:
        arrays = Path(folder) / "arrays.npz"
        most = _LIMIT_BYTES + _BYTES_A_BYTE * size
        command = [sys.executable, "-P", str(_READER), str(path.absolute()), str(arrays), str(most)]
        try:
            done = subprocess.run(
                command,
                check=False,
                capture_output=True,
                timeout=_LIMIT_S + size / _BYTES_A_SECOND,
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
            )
        except subprocess.TimeoutExpired as error:
            reason = phrase("c3d.too_long")
            raise RecordingError("c3d.unreadable", path, reason=reason) from error
        if done.returncode != 0:
            raise RecordingError("c3d.unreadable", path, reason=_reason(done))
        with np.load(arrays) as found:
            parts = (found["points"], found["residuals"], found["analogs"])
            parameters = json.loads(str(found["parameters"]))
    if any(part.ndim != 3 for part in parts):
        raise RecordingError("c3d.unreadable", path, reason=phrase("c3d.no_table"))
    return Loaded(*parts, parameters)


def _reason(done: subprocess.CompletedProcess[bytes]) -> str | Phrase:
    """What ended the process: the last line of the interpreter, without the name of the error."""
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    if done.returncode < 0 or not lines:
        return phrase("c3d.crashed")
    return " ".join(lines[-1].partition(": ")[2].split())[:120] or phrase("c3d.crashed")
