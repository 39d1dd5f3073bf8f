"""What each visitor brought and chose, kept apart and for no longer than needed."""

import hmac
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from nuchal.app.choices import Choices
from nuchal.app.work import Analysed
from nuchal.errors import NuchalError

_PRIVATE: Final = 0o700
_PRIVATE_FILE: Final = 0o600
_NAME: Final = re.compile(r"[^\w.+() -]", re.ASCII)
_LONGEST_NAME: Final = 100
_MEGABYTE: Final = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much one server takes in.

    Attributes:
        files: Of one visitor.
        total_bytes: Of one visitor.
        idle_s: How long files stay after the last of a visitor's pages was closed [s].
    """

    file_bytes: int = 100 * _MEGABYTE
    files: int = 24
    total_bytes: int = 400 * _MEGABYTE
    visitors: int = 32
    idle_s: float = 600.0


@dataclass(kw_only=True)
class Visit:
    """One visitor: a private folder, the files in it, and what was chosen.

    Attributes:
        pages: How many are open in browsers.
        busy: Whether an analysis is under way.
        found: What the last analysis left.
        refused: Why the last analysis was not done.
        is_old: Whether something was changed since then.
    """

    key: str
    folder: Path
    limits: Limits
    choices: Choices = field(default_factory=Choices)
    pages: int = 0
    busy: bool = False
    found: Analysed | None = None
    refused: str | None = None
    is_old: bool = False
    last_seen: float = field(default_factory=time.monotonic)
    _numbers: dict[str, int] = field(default_factory=dict)

    @property
    def inbox(self) -> Path:
        """Where uploads lie."""
        return self._made("files")

    @property
    def result(self) -> Path:
        """Where the analysis writes."""
        return self.folder / "result"

    @property
    def work(self) -> Path:
        """Where workers write for the page."""
        return self._made("work")

    @property
    def recordings(self) -> tuple[Path, ...]:
        """Uploads in the order in which they came, the static trial included."""
        return tuple(sorted(self.inbox.iterdir(), key=lambda path: self.number_of(path.name)))

    @property
    def trials(self) -> tuple[Path, ...]:
        """Recordings of movement."""
        return tuple(path for path in self.recordings if path.name != self.choices.static)

    @property
    def static(self) -> Path | None:
        """The recording at rest, if one was chosen."""
        path = self.inbox / (self.choices.static or "")
        return path if path.is_file() else None

    def number_of(self, name: str) -> int:
        """A number for an upload that stays with it."""
        return self._numbers.setdefault(name, len(self._numbers))

    def keep(self, name: str, content: bytes) -> Path:
        """Keep an upload; one of the same name and other content gets a number.

        Raises:
            NuchalError: it is too large, or there are too many.
        """
        path = self.place_for(name, len(content))
        for number in range(2, self.limits.files + 2):
            if not path.exists() or path.read_bytes() == content:
                break
            stem, dot, suffix = plain_name(name).rpartition(".")
            path = self.inbox / (f"{stem} ({number}){dot}{suffix}" if dot else f"{suffix} {number}")
        path.write_bytes(content)
        path.chmod(_PRIVATE_FILE)
        self.number_of(path.name)
        return path

    def place_for(self, name: str, size: int) -> Path:
        """Where an upload may be written.

        Args:
            name: as the visitor's machine calls it; only its last part is used.
            size: [bytes].

        Raises:
            NuchalError: it is too large, or there are too many.
        """
        plain = plain_name(name)
        kept = [path for path in self.recordings if path.name != plain]
        if size > self.limits.file_bytes:
            most = self.limits.file_bytes / _MEGABYTE
            raise NuchalError("page.file_too_large", plain, size_mb=size / _MEGABYTE, most_mb=most)
        if len(kept) >= self.limits.files:
            raise NuchalError("page.too_many_files", plain, most=self.limits.files)
        if size + sum(path.stat().st_size for path in kept) > self.limits.total_bytes:
            most = self.limits.total_bytes / _MEGABYTE
            raise NuchalError("page.files_too_large", plain, most_mb=most)
        return self.inbox / plain

    def remove(self, name: str) -> None:
        """Remove one upload."""
        (self.inbox / plain_name(name)).unlink(missing_ok=True)
        if self.choices.static == name:
            self.choices.static = None

    def touch(self) -> None:
        """Note that the visitor was here just now."""
        self.last_seen = time.monotonic()

    def forget_result(self) -> None:
        """Remove what an analysis wrote."""
        self.found, self.refused, self.is_old = None, None, False
        shutil.rmtree(self.result, ignore_errors=True)

    def empty(self) -> None:
        """Remove everything that the visitor brought and chose."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.choices = Choices()
        self.found, self.refused, self.is_old = None, None, False

    def _made(self, name: str) -> Path:
        for folder in (self.folder, self.folder / name):
            folder.mkdir(mode=_PRIVATE, exist_ok=True)
        return self.folder / name


class Visits:
    """All visitors of one server."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._root = Path(tempfile.mkdtemp(prefix="nuchal-page-"))
        self._by_key: dict[str, Visit] = {}

    @property
    def root(self) -> Path:
        """The folder of all private folders."""
        return self._root

    def __len__(self) -> int:
        return len(self._by_key)

    def find(self, key: str | None) -> Visit | None:
        """The visitor of a key, told apart in constant time."""
        given, found = (key or "").encode(), None
        for known, visit in self._by_key.items():
            if hmac.compare_digest(known.encode(), given):
                found = visit
        if found is not None:
            found.touch()
        return found

    def begin(self) -> Visit:
        """A new visitor.

        Raises:
            NuchalError: there are as many as the server takes.
        """
        self.sweep()
        if len(self._by_key) >= self.limits.visitors:
            self._make_room()
        key = secrets.token_urlsafe(32)
        folder = self._root / secrets.token_hex(16)
        visit = Visit(key=key, folder=folder, limits=self.limits)
        self._by_key[key] = visit
        return visit

    def sweep(self) -> None:
        """End the visits of those who have left."""
        longest_ago = time.monotonic() - self.limits.idle_s
        for visit in list(self._by_key.values()):
            if not (visit.pages or visit.busy) and visit.last_seen < longest_ago:
                self.end(visit)

    def end(self, visit: Visit) -> None:
        """Remove a visitor and everything that they brought."""
        visit.empty()
        self._by_key.pop(visit.key, None)

    def close(self) -> None:
        """Remove everything of everyone."""
        self._by_key.clear()
        shutil.rmtree(self._root, ignore_errors=True)

    def _make_room(self) -> None:
        """End the visit of someone who opened the page, brought nothing, and left."""
        idle: Sequence[Visit] = [
            visit
            for visit in self._by_key.values()
            if not (visit.pages or visit.busy or visit.folder.exists())
        ]
        if not idle:
            raise NuchalError("page.too_many_visitors", count=len(self._by_key))
        self.end(min(idle, key=lambda visit: visit.last_seen))


def plain_name(name: str) -> str:
    """The last part of a file's name, without what a path or a page could stumble over."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = _NAME.sub("_", last).strip(" .") or "file"
    stem, dot, suffix = plain.rpartition(".")
    room = _LONGEST_NAME - len(suffix) - 1
    return f"{stem[:room]}{dot}{suffix}" if dot and room > 0 else plain[:_LONGEST_NAME]
