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


def _half() -> int:
    """Memory for a study [bytes]: half of this machine's, where that is enough."""
    return max(_NEEDED_BYTES, int(psutil.virtual_memory().total) // 2)


@dataclass(frozen=True, kw_only=True)
class PageLimits:
    """How much one server takes in, and how much work it does.

    Attributes:
        files: Of one visitor.
        total_bytes: Of one visitor.
        visitors: Who have the page open, or left files.
        begun: Who asked for the page and have not opened it yet; they make room for each other.
        idle_s: How long files stay after the last of a visitor's pages was closed [s].
        looks_at_once: Visitors whose files are read at a time, each in a process of its own.
        analyses_at_once: Visitors whose analyses run at a time, each in a process of its own.
        look_s: For reading one file [s].
        look_memory_bytes: For reading one file, in all processes that takes.
        analysis_s: For one analysis [s].
        analysis_memory_bytes: For one analysis, in all processes that takes; by default a quarter
            of this machine's, between 2.5 GB and 4 GB.
        study_files: Of one visitor's study.
        study_bytes: Of one visitor's study.
        studies_at_once: Visitors whose studies run at a time.
        study_s: For one study [s].
        study_memory_bytes: For one study, in all processes that takes, as many people being
            assessed at a time as it allows; by default half of this machine's.
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
    look_s: float = 60.0
    look_memory_bytes: int = 2 * GIGABYTE
    analysis_s: float = 1800.0
    analysis_memory_bytes: int = field(default_factory=_suitable)
    study_files: int = 2000
    study_bytes: int = 2 * GIGABYTE
    studies_at_once: int = 1
    study_s: float = 12 * 3600.0
    study_memory_bytes: int = field(default_factory=_half)
    rest_s: float = 30.0

    @property
    def look(self) -> Allowance:
        """What reading one file may take."""
        return Allowance(seconds=self.look_s, memory_bytes=self.look_memory_bytes)

    @property
    def analysis(self) -> Allowance:
        """What one analysis may take."""
        return Allowance(seconds=self.analysis_s, memory_bytes=self.analysis_memory_bytes)

    @property
    def study(self) -> Allowance:
        """What one study may take."""
        return Allowance(seconds=self.study_s, memory_bytes=self.study_memory_bytes)
