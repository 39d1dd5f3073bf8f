"""Failures that a person can mend, and statuses that say what happened to a frame."""

from enum import IntEnum
from pathlib import Path


class NuchalError(Exception):
    """Something the user gave cannot be used; the message is one sentence that says what to do."""


class SubjectError(NuchalError):
    """A person whose measures are missing, misnamed or impossible."""


class PopulationError(NuchalError):
    """A population that cannot be drawn or read."""


class RecordingError(NuchalError):
    """A recording that cannot be read or understood."""

    def __init__(self, path: Path | str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = Path(path)


class OutputError(NuchalError):
    """A place that cannot be written."""


class DatasetError(NuchalError):
    """A dataset that cannot be made, continued or read."""


class NetworkError(NuchalError):
    """A file of networks that cannot be read."""


class EngineError(NuchalError):
    """An engine that is missing or failed."""


class Status(IntEnum):
    """What became of one frame. Zero is good; every other member says what to do."""

    OK = 0
    GAP = 1
    BEYOND_RANGE = 2
    INFEASIBLE = 3
    NOT_CONVERGED = 4
    OUTSIDE_TRAINING = 5

    @property
    def sentence(self) -> str:
        """What happened and what to do about it."""
        return _SENTENCES[self]


_SENTENCES = {
    Status.OK: "Solved.",
    Status.GAP: "A head marker is missing for longer than the gap limit; fill the gap in the "
    "motion-capture software or raise --max-gap.",
    Status.BEYOND_RANGE: "The posture lies outside the generic neck's range of motion; forces "
    "there lean on extrapolated passive stiffness, so read them with care.",
    Status.INFEASIBLE: "The muscles cannot balance this frame; the missing moment is in the "
    "reserves. Check the body measures, the load and the recording for jumps.",
    Status.NOT_CONVERGED: "The solver stopped short of its tolerance; report this frame.",
    Status.OUTSIDE_TRAINING: "The network was trained on nothing like this frame; its forces "
    "balance the moments, but their interval may be too narrow.",
}
