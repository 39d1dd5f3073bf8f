"""The parameters of a C3D file as bytes, walked without trust in what they say of their length."""

import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nuchal.errors import RecordingError

BLOCK: Final = 512
CUT: Final = "the file was cut off or damaged, so export it again."
"""End of the sentences about damage."""
_SIZES: Final = {-1: 1, 1: 1, 2: 2, 4: 4}
"""Bytes of an element: characters, bytes, 16-bit integers, floats."""


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
