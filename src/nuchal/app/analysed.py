"""What an analysis left."""

from dataclasses import dataclass
from typing import Final

REPORT: Final = "report.html"
NECK: Final = "neck-{number}.json"


@dataclass(frozen=True, kw_only=True)
class Analysed:
    """Names of what the page can show and hand over.

    Attributes:
        trials: The recordings, in the order of their necks in motion.
        files: What can be downloaded, by paths in the folder of results.
    """

    trials: tuple[str, ...]
    files: tuple[str, ...]
