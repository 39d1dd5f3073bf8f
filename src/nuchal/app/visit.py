"""What one visitor brought and chose, in a private folder and within limits."""

import filecmp
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path

from nuchal.app.answers import CHANGES, Analysed
from nuchal.app.choices import Choices
from nuchal.app.limits import MEGABYTE, PageLimits
from nuchal.app.names import goes_with_another, plain_name
from nuchal.app.study_folder import StudyFolder
from nuchal.errors import NuchalError
from nuchal.io.output.private import PRIVATE_FILE, PRIVATE_FOLDER


@dataclass(kw_only=True)
class Visit:
    """One visitor: a private folder, the files in it, and what was chosen.

    Attributes:
        has_entered: Whether a page of theirs was ever connected, or something was brought.
        pages: How to close each page that was made for them, by its client's name.
        connected: Which of them were opened in a browser, until they are closed.
        arriving_bytes: Of uploads that are under way.
        arriving: How many they are.
        busy: Whether an analysis is under way.
        found: What the last analysis left.
        refused: Why the last analysis was not done.
        is_old: Whether something was changed since then.
        study: What they brought of many people.
    """

    key: str
    folder: Path
    limits: PageLimits
    choices: Choices = field(default_factory=Choices)
    has_entered: bool = False
    pages: dict[str, Callable[[], None]] = field(default_factory=dict)
    connected: set[str] = field(default_factory=set)
    arriving: int = 0
    arriving_bytes: int = 0
    busy: bool = False
    found: Analysed | None = None
    refused: str | None = None
    is_old: bool = False
    study: StudyFolder = field(init=False)
    last_seen: float = field(default_factory=time.monotonic)
    _numbers: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.study = StudyFolder(home=self.folder, limits=self.limits)

    @property
    def inbox(self) -> Path:
        """Where uploads lie."""
        return self._made("files")

    @property
    def result(self) -> Path:
        """Where the analysis writes."""
        return self.folder / "result"

    @property
    def first(self) -> Path:
        """Where an earlier visit of the same person is kept."""
        return self.folder / "first"

    @property
    def has_first(self) -> bool:
        """Whether one is."""
        return self.first.is_dir()

    @property
    def work(self) -> Path:
        """Where workers write for the page."""
        return self._made("work")

    @property
    def uploads(self) -> tuple[Path, ...]:
        """All of them, in the order in which they came."""
        if not self.folder.exists():
            return ()
        return tuple(sorted(self.inbox.iterdir(), key=lambda path: self.number_of(path.name)))

    @property
    def recordings(self) -> tuple[Path, ...]:
        """Those that are recordings, the static trial included."""
        return tuple(path for path in self.uploads if not goes_with_another(path.name))

    @property
    def trials(self) -> tuple[Path, ...]:
        """Recordings of movement."""
        return tuple(path for path in self.recordings if path.name != self.choices.static)

    @property
    def static(self) -> Path | None:
        """The recording at rest, if one was chosen."""
        name = self.choices.static
        return next((path for path in self.recordings if path.name == name), None)

    @property
    def is_idle(self) -> bool:
        """Whether the visitor has gone and left nothing."""
        return not (self.connected or self.is_at_work or self.folder.exists())

    @property
    def is_at_work(self) -> bool:
        """Whether something of theirs arrives or is worked out."""
        return bool(self.busy or self.arriving or self.study.busy or self.study.arriving)

    def number_of(self, name: str) -> int:
        """A number for an upload that stays with it."""
        return self._numbers.setdefault(name, max(self._numbers.values(), default=-1) + 1)

    def picture_of(self, name: str) -> Path:
        """Where the markers of an upload are drawn."""
        return self.work / f"markers-{self.number_of(name)}.json"

    def draft(self) -> Path:
        """A new place for something that arrives, for :meth:`keep`."""
        return self._made("arriving") / secrets.token_hex(8)

    @contextmanager
    def receiving(self, size: int) -> Iterator[None]:
        """Room for an upload while it is under way.

        Args:
            size: [bytes], at most.

        Raises:
            NuchalError: there is none.
        """
        if self.arriving >= self.limits.files:
            raise NuchalError("page.too_many_at_once", most=self.limits.files)
        self._refuse_beyond(None, size + self.arriving_bytes)
        self.arriving, self.arriving_bytes = self.arriving + 1, self.arriving_bytes + size
        try:
            yield
        finally:
            self.arriving, self.arriving_bytes = self.arriving - 1, self.arriving_bytes - size

    def keep(self, name: str, arrived: Path) -> Path:
        """Keep an upload; one of the same name and other content gets a number.

        Args:
            name: as the visitor's machine calls it; only its last part is used.
            arrived: where it lies; it is moved.

        Raises:
            NuchalError: it is too large, or there are too many; it is removed.
        """
        try:
            path = self._place_for(plain_name(name), arrived)
            if not path.exists():
                self._refuse_one_more(path.name, arrived.stat().st_size)
            arrived.chmod(PRIVATE_FILE)
            arrived.replace(path)
        finally:
            arrived.unlink(missing_ok=True)
        self.number_of(path.name)
        return path

    def remove(self, name: str) -> None:
        """Remove one upload."""
        (self.inbox / plain_name(name)).unlink(missing_ok=True)
        self.picture_of(name).unlink(missing_ok=True)
        self._numbers.pop(name, None)
        self.choices.turns.forget(name)
        if self.choices.static == name:
            self.choices.static = None

    def touch(self) -> None:
        """Note that the visitor was here just now."""
        self.last_seen = time.monotonic()

    def forget_result(self) -> None:
        """Remove what an analysis wrote."""
        self.found, self.refused, self.is_old = None, None, False
        shutil.rmtree(self.result, ignore_errors=True)

    def keep_as_first(self) -> None:
        """Keep what the last analysis wrote as a first visit, and make room for a second one."""
        shutil.rmtree(self.first, ignore_errors=True)
        shutil.rmtree(self.result / CHANGES, ignore_errors=True)
        self.result.rename(self.first)
        for path in self.uploads:
            self.remove(path.name)
        self.found, self.refused, self.is_old = None, None, False

    def forget_first(self) -> None:
        """Compare with no earlier visit any more."""
        shutil.rmtree(self.first, ignore_errors=True)

    def empty(self) -> None:
        """Remove everything that the visitor brought and chose."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.__post_init__()
        self.choices = Choices()
        self._numbers.clear()
        self.found, self.refused, self.is_old = None, None, False

    def _place_for(self, plain: str, arrived: Path) -> Path:
        """Where nothing lies yet, or the same."""
        stem, dot, suffix = plain.rpartition(".")
        numbered = (f"{stem} ({n}){dot}{suffix}" if dot else f"{suffix} {n}" for n in count(2))
        for name in (plain, *islice(numbered, self.limits.files)):
            path = self.inbox / name
            if not path.exists() or filecmp.cmp(path, arrived, shallow=False):
                return path
        return self.inbox / plain_name(f"{secrets.token_hex(4)} {plain}")

    def _refuse_one_more(self, name: str, size: int) -> None:
        if size > self.limits.file_bytes:
            most = self.limits.file_bytes / MEGABYTE
            raise NuchalError("page.file_too_large", name, size_mb=size / MEGABYTE, most_mb=most)
        if len(self.uploads) >= self.limits.files:
            raise NuchalError("page.too_many_files", name, most=self.limits.files)
        self._refuse_beyond(name, size)

    def _refuse_beyond(self, name: str | None, more: int) -> None:
        if more + sum(path.stat().st_size for path in self.uploads) > self.limits.total_bytes:
            what = "page.all_too_large" if name is None else "page.files_too_large"
            raise NuchalError(what, name, most_mb=self.limits.total_bytes / MEGABYTE)

    def _made(self, name: str) -> Path:
        for folder in (self.folder, self.folder / name):
            folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        return self.folder / name
