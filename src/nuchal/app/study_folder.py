"""What one visitor brought of many people: a folder that was dropped, and what became of it."""

import asyncio
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from nuchal.app.dropped import Coming, dropped
from nuchal.app.limits import PageLimits
from nuchal.app.study_records import StudyDone, StudySeen, Wishes
from nuchal.errors import NuchalError
from nuchal.io.output.private import PRIVATE_FILE, make_folder


@dataclass(kw_only=True)
class StudyFolder:
    """A study of one visitor, in the visitor's private folder.

    Attributes:
        home: The visitor's private folder.
        name: What the dropped folder is called.
        key: Of the list of files that are expected: uploads of an older list are refused.
        coming: Files that have not arrived yet, by their numbers.
        listed: How many there are in all.
        arriving: How many are under way.
        rejected: Why what was dropped last was not taken; what is here already stays.
        problem: Why what is here cannot be used.
        seen: What was found in it.
        work: The study that is under way.
        found: What the last study left.
        refused: Why the last study was not done.
        is_old: Whether something was changed since then.
    """

    home: Path
    limits: PageLimits
    name: str = ""
    key: str = ""
    coming: dict[int, Coming] = field(default_factory=dict)
    listed: int = 0
    arriving: int = 0
    rejected: str | None = None
    problem: str | None = None
    wishes: Wishes = field(default_factory=Wishes)
    seen: StudySeen | None = None
    work: asyncio.Task[None] | None = None
    found: StudyDone | None = None
    refused: str | None = None
    is_old: bool = False

    @property
    def folder(self) -> Path:
        """Where the people's folders lie."""
        return self.home / "people"

    @property
    def result(self) -> Path:
        """Where the study writes; what is there is used again where it is of the same inputs."""
        return self.home / "study"

    @property
    def progress(self) -> Path:
        """Where the study says how far it is."""
        make_folder(self.home / "work")
        return self.home / "work" / "study.json"

    @property
    def busy(self) -> bool:
        """Whether a study is under way."""
        return self.work is not None and not self.work.done()

    @property
    def is_here(self) -> bool:
        """Whether all files of a folder have arrived."""
        return bool(self.listed) and not self.coming

    def expect(self, listing: bytes) -> None:
        """Take the list of a folder's files; another folder that is here makes room.

        Args:
            listing: as :func:`nuchal.app.dropped.dropped` takes it.

        Raises:
            NuchalError: it cannot be used, or a study is under way.
        """
        if self.busy:
            raise NuchalError("page.study_busy")
        found = dropped(listing, self.limits)
        shutil.rmtree(self.folder, ignore_errors=True)
        make_folder(self.folder)
        self.name, self.key, self.coming = found.name, secrets.token_hex(8), dict(found.files)
        self.listed, self.rejected = len(found.files), None
        self.seen, self.problem = None, None
        self.wishes, self.is_old = Wishes(), True

    @contextmanager
    def receiving(self, key: str, number: int) -> Iterator[Coming]:
        """A file that is expected, while it arrives.

        Raises:
            LookupError: it is not.
        """
        if key != self.key or self.busy:
            raise LookupError(number)
        coming = self.coming[number]
        self.arriving += 1
        try:
            yield coming
        finally:
            self.arriving -= 1

    def keep(self, key: str, number: int, arrived: Path) -> None:
        """Keep a file that has arrived; it is moved.

        Raises:
            LookupError: another folder was dropped meanwhile, or it is here already.
        """
        if key != self.key:
            raise LookupError(number)
        path = self.folder / self.coming.pop(number).path
        make_folder(path.parent)
        arrived.chmod(PRIVATE_FILE)
        arrived.replace(path)
