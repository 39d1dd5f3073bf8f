"""The parameters of a C3D file as bytes, walked without trust in what they say of their length."""

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nuchal.errors import RecordingError

BLOCK: Final = 512
# End of the sentences about damage.
CUT: Final = "the file was cut off or damaged, so export it again."
# Bytes of an element: characters, bytes, 16-bit integers, floats.
_SIZES: Final = {-1: 1, 1: 1, 2: 2, 4: 4}


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

    def real(self) -> float:
        """The first element as a float; NaN where it is none."""
        if self.kind != 4 or self.count < 1:
            return math.nan
        return float(struct.unpack_from(f"{self.byte_order}f", self.content)[0])

    def integer(self) -> int | None:
        """The first element as an unsigned number; None where it is no number or missing."""
        if self.count < 1 or self.kind == -1:
            return None
        if self.kind == 4:
            value = struct.unpack_from(f"{self.byte_order}f", self.content)[0]
            return int(value) if math.isfinite(value) else None
        code = "B" if self.kind == 1 else "H"
        return int(struct.unpack_from(f"{self.byte_order}{code}", self.content)[0])


def read_parameters(
    path: Path, content: bytes, start: int, end: int, order: str
) -> dict[str, Parameter]:
    """Walk the parameter block.

    Args:
        path: For the messages.
        content: The whole file.
        start: Byte of the first group or parameter.
        end: Byte after the block.
        order: ``<`` or ``>``.

    Returns:
        Parameters by ``GROUP:NAME`` in capitals.

    Raises:
        RecordingError: A record is damaged or runs out of the block.
    """
    groups: dict[int, str] = {}
    found: list[tuple[int, str, Parameter]] = []
    at = start
    while True:
        name, identity, after, jump = _record(path, content, at, end, order)
        if not name:
            break
        if identity < 0:
            groups[-identity] = name
            text = after + 2
        else:
            problem = RecordingError(path, f'has a damaged parameter "{name}"; {CUT}')
            parameter, text = _parameter(content, after + 2, end, order, problem)
            found.append((identity, name, parameter))
        described = text + 1 + (content[text] if text < end else BLOCK)
        at = after + jump if jump else end
        if described > end or (jump and not described <= at < end):
            raise RecordingError(path, f'has a damaged parameter "{name}"; {CUT}')
        if jump == 0:
            break
    orphans = [name for identity, name, _ in found if identity not in groups]
    if orphans:
        raise RecordingError(path, f'has the parameter "{orphans[0]}" without a group; {CUT}')
    return {f"{groups[identity]}:{name}".upper(): p for identity, name, p in found}


def _record(path: Path, content: bytes, at: int, end: int, order: str) -> tuple[str, int, int, int]:
    """Name, group number (negative for a group), place after the name, and the way to the next."""
    if at + 2 > end:
        raise RecordingError(path, f"has parameters that run out of their block; {CUT}")
    length, identity = struct.unpack_from("bb", content, at)
    after = at + 2 + abs(length)
    if length == 0:
        return "", 0, after, 0
    if identity == 0 or after + 2 > end:
        raise RecordingError(path, f"has a damaged parameter at byte {at}; {CUT}")
    name = content[at + 2 : after]
    if not name.isascii() or not name.decode("ascii").isprintable():
        raise RecordingError(path, f"has a damaged parameter name at byte {at + 2}; {CUT}")
    return name.decode("ascii"), identity, after, struct.unpack_from(f"{order}H", content, after)[0]


def _parameter(
    content: bytes, at: int, end: int, order: str, problem: RecordingError
) -> tuple[Parameter, int]:
    """The parameter whose type stands at ``at``, and where its description's length stands."""
    if at + 2 > end:
        raise problem
    kind, rank = struct.unpack_from("bB", content, at)
    values = at + 2 + rank
    if kind not in _SIZES or rank > 7 or values > end or (kind == -1 and rank == 0):
        raise problem
    dimensions = tuple(content[at + 2 : values])
    last = values + math.prod(dimensions) * _SIZES[kind]
    if last >= end:
        raise problem
    return Parameter(kind, dimensions, content[values:last], order), last


MAGIC: Final = 0x50
MAX_POINTS: Final = 4096
MAX_ROTATION_RATIO: Final = 100
# Intel and MIPS.
_BYTE_ORDERS: Final = {84: "<", 86: ">"}
_DEC: Final = 85
_FIRST_LETTER: Final = 32
# Where they are present, readers count on a number in them.
_SCALARS: Final = (
    "POINT:USED",
    "POINT:SCALE",
    "POINT:RATE",
    "POINT:FRAMES",
    "ANALOG:USED",
    "ANALOG:RATE",
    "ANALOG:GEN_SCALE",
    "ROTATION:USED",
    "ROTATION:DATA_START",
    "ROTATION:RATIO",
)
# What 16 bits say where there are more frames than they can count.
_MANY: Final = 65535


@dataclass(frozen=True)
class Layout:
    """Counts that have been checked against the length of the file.

    Attributes:
        first_frame: As the header numbers it.
        rate_hz: As the header states it.
        analogs: Analog channels.
        samples_a_frame: Of each analog channel.
        parameters: By ``GROUP:NAME`` in capitals.
    """

    points: int
    frames: int
    first_frame: int
    rate_hz: float
    analogs: int
    samples_a_frame: int
    parameters: Mapping[str, Parameter]


def is_c3d(content: bytes) -> bool:
    """Whether the content starts with the mark of C3D, and not with text such as ``TP_x``."""
    if len(content) <= 2 or content[1] != MAGIC or not 1 < content[0] < 128:
        return False
    return content[0] < _FIRST_LETTER or b"\0" in content[:BLOCK]


def check_layout(path: Path, content: bytes, *, of_markers: bool = True) -> Layout:
    """Compare everything that states a size with what is there.

    Args:
        path: For the messages.
        content: The whole file.
        of_markers: Whether the file has to hold markers; else it has to hold analog channels.

    Raises:
        RecordingError: A part lies beyond the end, counts are impossible, or what the file has to
            hold is not there.
    """
    if len(content) < 2 * BLOCK:
        raise RecordingError(path, f"ends inside its C3D header; {CUT}")
    start = (content[0] - 1) * BLOCK
    if start + 4 > len(content):
        raise RecordingError(path, f"ends before its parameters (byte {start}); {CUT}")
    blocks, processor = content[start + 2], content[start + 3]
    if processor == _DEC:
        raise RecordingError(
            path, "holds DEC floating-point numbers; save it again in Intel format."
        )
    order = _BYTE_ORDERS.get(processor)
    if order is None:
        raise RecordingError(
            path, f"has the unknown processor type {processor} at byte {start + 3}; {CUT}"
        )
    end = start + blocks * BLOCK
    if blocks == 0 or end > len(content):
        raise RecordingError(path, f"ends inside its parameters; {CUT}")
    parameters = read_parameters(path, content, start + 4, end, order)
    _check_scalars(path, parameters)
    points, analog, first, last = struct.unpack_from(f"{order}HHHH", content, 2)
    scale, data_block = struct.unpack_from(f"{order}fH", content, 12)
    _check_counts(path, parameters, points, scale)
    if points == 0 and of_markers:
        raise RecordingError(
            path, "holds no markers, only analog channels; give a recording with head markers."
        )
    if analog == 0 and not of_markers:
        raise RecordingError(
            path, "holds no analog channels; export it with them, or give the EMG with --emg."
        )
    samples = struct.unpack_from(f"{order}H", content, 18)[0]
    channels = _channels(path, parameters, analog, samples) if not of_markers else 0
    data = (data_block - 1) * BLOCK
    if data < end:
        raise RecordingError(path, f"places its frames inside its parameters; {CUT}")
    size = (points * 4 + analog) * (4 if scale < 0 else 2)
    held = max(0, len(content) - data) // size
    frames = _frames(path, parameters, first, last, held)
    if held < frames:
        raise RecordingError(
            path, f"promises {frames} frames but has room for {held} of them; {CUT}"
        )
    rate = struct.unpack_from(f"{order}f", content, 20)[0]
    return Layout(points, frames, first, rate, channels, samples, parameters)


def _frames(
    path: Path, parameters: Mapping[str, Parameter], first: int, last: int, held: int
) -> int:
    """Number of frames; where 16 bits do not hold it, the trial's end or the file's length does."""
    stated = parameters["POINT:FRAMES"].integer() if "POINT:FRAMES" in parameters else None
    frames = last - first + 1
    if last == _MANY and stated == _MANY:
        end = parameters.get("TRIAL:ACTUAL_END_FIELD")
        if end is None or end.kind != 2 or end.count < 2:
            return held
        low, high = struct.unpack_from(f"{end.byte_order}HH", end.content)
        return int(low + 65536 * high - first + 1)
    if frames < 1:
        raise RecordingError(path, "has a header but no frames; export the trial again.")
    if stated not in (None, 0, frames):
        raise RecordingError(
            path, f"counts {frames} frames in its header but {stated} in POINT:FRAMES; {CUT}"
        )
    return frames


def _channels(path: Path, parameters: Mapping[str, Parameter], analog: int, samples: int) -> int:
    """Number of analog channels, by the header and by ANALOG:USED."""
    used = parameters.get("ANALOG:USED")
    stated = used.integer() if used else None
    if not stated or samples == 0 or stated * samples != analog:
        raise RecordingError(
            path,
            f"counts {analog} analog values a frame in its header but {stated} channels of "
            f"{samples} samples; {CUT}",
        )
    return stated


def _check_scalars(path: Path, parameters: Mapping[str, Parameter]) -> None:
    wanted = [key for key in _SCALARS if key in parameters]
    if "ROTATION:RATE" in parameters and "ROTATION:RATIO" not in parameters:
        wanted.append("ROTATION:RATE")
    for key in wanted:
        if parameters[key].kind not in (2, 4) or parameters[key].count < 1:
            raise RecordingError(path, f"has no number in {key}; {CUT}")
    if "POINT:FRAMES" in parameters and parameters["POINT:FRAMES"].kind != 2:
        raise RecordingError(
            path, "counts its frames in POINT:FRAMES as a float; export it as TRC or CSV instead."
        )
    ratio = parameters.get("ROTATION:RATIO")
    if ratio is not None and (ratio.integer() or 0) > MAX_ROTATION_RATIO:
        raise RecordingError(path, f"has the impossible ROTATION:RATIO; {CUT}")


def _check_counts(
    path: Path, parameters: Mapping[str, Parameter], points: int, scale: float
) -> None:
    used = parameters.get("POINT:USED")
    stated = used.integer() if used else None
    if stated is None:
        raise RecordingError(path, f"lacks the parameter POINT:USED; {CUT}")
    if stated != points or points > MAX_POINTS:
        raise RecordingError(
            path, f"counts {points} markers in its header but {stated} in POINT:USED; {CUT}"
        )
    stated_scale = parameters["POINT:SCALE"].real() if "POINT:SCALE" in parameters else scale
    if not (math.isfinite(scale) and math.isfinite(stated_scale) and scale * stated_scale > 0):
        raise RecordingError(
            path,
            f"states the scale {scale:g} in its header but {stated_scale:g} in POINT:SCALE; {CUT}",
        )
    labels = parameters.get("POINT:LABELS")
    if points and (labels is None or labels.kind != -1 or len(labels.dimensions) != 2):
        raise RecordingError(path, f"lacks the marker names (POINT:LABELS); {CUT}")
