"""How much one server takes in and gives: visitors, files, time, memory, processes."""

from dataclasses import dataclass, field
from typing import Final

import psutil

MEGABYTE: Final = 1_000_000
GIGABYTE: Final = 1_000_000_000
# Of an analysis: the most that is given by default, and what none of them gets by on.
_AMPLE_BYTES: Final = 4 * GIGABYTE
_NEEDED_BYTES: Final = 5 * GIGABYTE // 2


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """What one piece of work may take: time [s] and memory [bytes], its children's included."""

    seconds: float
    memory_bytes: int


def _suitable() -> int:
    """Memory for an analysis [bytes]: a quarter of this machine's, where that is enough."""
    quarter = int(psutil.virtual_memory().total) // 4
    return min(_AMPLE_BYTES, max(_NEEDED_BYTES, quarter))


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much one server takes in, and how much work it does.

    Attributes:
        files: Of one visitor.
        total_bytes: Of one visitor.
        visitors: Who have the page open, or left files.
        begun: Who asked for the page and have not opened it yet; they make room for each other.
        idle_s: How long files stay after the last of a visitor's pages was closed [s].
        looks_at_once: Visitors whose files are read at a time, each in a process of its own.
        analyses_at_once: Visitors whose analyses run at a time, each in a process of its own.
        look: For reading one file.
        analysis: For one analysis.
        rest_s: How long a process stays for its visitor with nothing to do [s].
    """

    file_bytes: int = 100 * MEGABYTE
    files: int = 24
    total_bytes: int = 400 * MEGABYTE
    visitors: int = 32
    begun: int = 32
    idle_s: float = 600.0
    looks_at_once: int = 2
    analyses_at_once: int = 2
    look: Allowance = field(
        default_factory=lambda: Allowance(seconds=60.0, memory_bytes=_suitable() // 2)
    )
    analysis: Allowance = field(
        default_factory=lambda: Allowance(seconds=1800.0, memory_bytes=_suitable())
    )
    rest_s: float = 30.0
