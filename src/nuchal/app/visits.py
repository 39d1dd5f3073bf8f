"""All visitors of one server: who is there, for how many there is room, and who has left."""

import hmac
import secrets
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from nuchal.app.limits import PageLimits
from nuchal.app.visit import Visit
from nuchal.errors import NuchalError
from nuchal.io.output.hidden import passing_folder

# A browser that asked for the page has it open by then.
_OPENS_S: Final = 60.0


class Visits:
    """All visitors of one server.

    A visit begins when someone asks for the page, and enters when that page is opened or something
    is brought. Only those who entered are counted; those who merely began are few and make room
    for each other.
    """

    def __init__(self, limits: PageLimits | None = None) -> None:
        self.limits = limits or PageLimits()
        self._leaving = ExitStack()
        self._root = self._leaving.enter_context(passing_folder())
        self._by_key: dict[str, Visit] = {}
        self._on_end: list[Callable[[Path], object]] = []

    @property
    def root(self) -> Path:
        """The folder of all private folders: it goes with this process, or at the next start."""
        return self._root

    def __len__(self) -> int:
        return len(self._by_key)

    def on_end(self, listener: Callable[[Path], object]) -> None:
        """Have someone told the private folder of a visitor whose visit ends."""
        self._on_end.append(listener)

    def find(self, key: str | None) -> Visit | None:
        """The visitor of a key, told apart in constant time."""
        given, found = (key or "").encode("utf-8", "replace"), None
        for known, visit in self._by_key.items():
            if hmac.compare_digest(known.encode(), given):
                found = visit
        if found is not None:
            found.touch()
        return found

    def begin(self) -> Visit:
        """A new visitor, who has not entered yet."""
        self.sweep()
        begun = [visit for visit in self._by_key.values() if not visit.has_entered]
        if len(begun) >= self.limits.begun:
            self.end(_longest_ago(begun))
        key = secrets.token_urlsafe(32)
        visit = Visit(key=key, folder=self.root / secrets.token_hex(16), limits=self.limits)
        self._by_key[key] = visit
        return visit

    def make_room(self, visit: Visit) -> None:
        """See to it that a visitor can enter.

        Raises:
            NuchalError: there are as many as the server takes.
        """
        if visit.has_entered:
            return
        inside = [other for other in self._by_key.values() if other.has_entered]
        if len(inside) < self.limits.visitors:
            return
        idle = [other for other in inside if other.is_idle]
        if not idle:
            raise NuchalError("page.too_many_visitors", count=len(inside))
        self.end(_longest_ago(idle))

    def enter(self, visit: Visit) -> None:
        """Take one of the places, and keep it.

        Raises:
            NuchalError: there are as many as the server takes.
        """
        self.make_room(visit)
        visit.has_entered = True

    def sweep(self) -> None:
        """End the visits of those who have left."""
        now = time.monotonic()
        for visit in list(self._by_key.values()):
            patience_s = self.limits.idle_s if visit.has_entered else _OPENS_S
            is_here = visit.connected or visit.is_at_work
            if not is_here and visit.last_seen < now - patience_s:
                self.end(visit)

    def end(self, visit: Visit) -> None:
        """Remove a visitor and everything that they brought."""
        self._by_key.pop(visit.key, None)
        for listener in self._on_end:
            listener(visit.folder)
        for close in list(visit.pages.values()):
            close()
        visit.empty()

    def close(self) -> None:
        """Remove everything of everyone."""
        self._by_key.clear()
        self._leaving.close()


def _longest_ago(visits: Iterable[Visit]) -> Visit:
    return min(visits, key=lambda visit: visit.last_seen)
