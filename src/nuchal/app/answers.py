"""What comes back from work in another process: a result, or one sentence; and how far it is."""

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nuchal.app.labels import on_the_page
from nuchal.errors import NuchalError

_LOG: Final = logging.getLogger("nuchal.app")
REPORT: Final = "report.html"
CHANGES: Final = "changes"
COMPARISON: Final = "comparison.html"
NECK: Final = "neck-{number}.json"


@dataclass(frozen=True, kw_only=True)
class Analysed:
    """What an analysis left: names of what the page can show and hand over.

    Attributes:
        trials: The recordings, in the order of their necks in motion.
        files: What can be downloaded, by paths in the folder of results.
        compared: Whether it was compared with a first visit.
    """

    trials: tuple[str, ...]
    files: tuple[str, ...]
    compared: bool = False


@dataclass(frozen=True)
class Refusal:
    """Why something was not done: one sentence, the same that the command prints."""

    sentence: str


@dataclass(frozen=True)
class Fault:
    """An error in the program, for the server's log."""

    name: str
    details: str


def refusal(problem: NuchalError, home: Path) -> Refusal:
    """A problem as a visitor is told of it.

    Args:
        problem: what a person can mend.
        home: the visitor's private folder, which no sentence names.
    """
    return Refusal(without_folders(problem.text(on_the_page), home))


def without_folders(sentence: str, home: Path) -> str:
    """A sentence without the folders of the server, which are nothing to a visitor."""
    for folder in sorted({str(home), str(home.resolve())}, key=len, reverse=True):
        for inner in ("files", "work", "result", "first", "arriving", "people", "study"):
            sentence = sentence.replace(f"{folder}/{inner}/", "")
        sentence = sentence.replace(f"{folder}/", "").replace(folder, "the results")
    return " ".join(sentence.split())


def our_fault(fault: Fault) -> Refusal:
    """What a visitor is told of an error in the program; the details go to the server's log."""
    _LOG.error("fault on the page: %s", fault.details)
    return Refusal(NuchalError("page.our_fault", name=fault.name).text(on_the_page))


def tell(path: Path, doing: str, share: float) -> None:
    """Say how far the work is, for :func:`told` in another process."""
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps([doing, min(1.0, max(0.0, share))]), "utf-8")
    draft.replace(path)


def told(path: Path) -> tuple[str, float]:
    """What is being done and which share of it is."""
    try:
        doing, share = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return "starting", 0.0
    return str(doing), float(share)
