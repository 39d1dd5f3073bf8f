"""What the page and its workers tell each other of a study: what was wished, seen, done, found."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

# A person and a session of theirs.
Who = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What was chosen on the page beside what the study's file says.

    Attributes:
        groups: Each person's; empty for none, and None for the file's own.
        sessions: Folders in each person's, in order; None for the file's own.
    """

    groups: Mapping[str, str] | None = None
    sessions: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class PersonSeen:
    """A person of a study before it is begun.

    Attributes:
        group: As the study's file says; empty where it names none.
        visits: Recordings of each session that can be assessed, by its name.
    """

    name: str
    group: str
    visits: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class StudySeen:
    """What was found in a folder.

    Attributes:
        file: The study's file; None where there is none.
        groups: In order, the one that others are compared with first.
        sessions: Names, in order; empty where there is but one.
        folders: That hold recordings of everybody, by name; empty where the file names sessions.
        missing: A sentence for each of those who take no part, or only in part.
    """

    file: str | None
    people: tuple[PersonSeen, ...]
    groups: tuple[str, ...]
    sessions: tuple[str, ...]
    folders: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def visits(self) -> tuple[Who, ...]:
        """Who is assessed, in order."""
        return tuple((one.name, session) for one in self.people for session in one.visits)


@dataclass(frozen=True, kw_only=True)
class StudyDone:
    """What a study left.

    Attributes:
        visits: Who was assessed.
        reports: Their reports, in that order, by paths in the folder of results.
        left_out: A sentence for each thing that took no part.
        kept: How many assessments were there from before.
        tests: How many comparisons there are.
    """

    visits: tuple[Who, ...]
    reports: tuple[str, ...]
    left_out: tuple[str, ...]
    kept: int
    tests: int


class Over(NamedTuple):
    """A visit that is over.

    Attributes:
        lost: Why it, or something of it, was left out; empty if nothing was.
    """

    person: str
    session: str
    lost: str


@dataclass(frozen=True, kw_only=True)
class Doing:
    """How far a study is.

    Attributes:
        workers: How many people are assessed at a time; 0 before any is.
    """

    doing: str
    share: float = 0.0
    workers: int = 0
    over: Sequence[Over] = ()


def tell_study(path: Path, doing: Doing) -> None:
    """Say how far the work is, for :func:`told_of_study` in another process."""
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(asdict(doing)), "utf-8")
    draft.replace(path)


def told_of_study(path: Path) -> Doing:
    """How far the work is."""
    try:
        said = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return Doing(doing="starting")
    return Doing(**{**said, "over": [Over(*one) for one in said["over"]]})
