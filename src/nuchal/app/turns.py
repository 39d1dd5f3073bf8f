"""Whose turn it is: some places, one at most for each visitor, and nobody waits for ever."""

import asyncio
from dataclasses import dataclass
from itertools import count
from pathlib import Path


@dataclass(frozen=True)
class _Waiting:
    who: Path
    turn: asyncio.Future[None]


class Turns:
    """Places that visitors take in turns.

    Those who were served longest ago come first, then those who came first: someone with many
    files does not keep others waiting for all of them.
    """

    def __init__(self, places: int) -> None:
        self.places = places
        self._taken: set[Path] = set()
        self._waiting: list[_Waiting] = []
        self._served: dict[Path, int] = {}
        self._numbers = count(1)

    def has(self, who: Path) -> bool:
        """Whether a visitor has a place now."""
        return who in self._taken

    async def come(self, who: Path) -> None:
        """Wait for a place and take it; :meth:`leave` gives it back."""
        waiting = _Waiting(who, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._call()
        try:
            await waiting.turn
        except asyncio.CancelledError:
            if waiting in self._waiting:
                self._waiting.remove(waiting)
            else:
                self.leave(who)
            raise

    def leave(self, who: Path) -> None:
        """Give a place to whoever is next."""
        self._taken.discard(who)
        self._call()

    def forget(self, who: Path) -> None:
        """Someone does not come again."""
        self._served.pop(who, None)

    def _call(self) -> None:
        while len(self._taken) < self.places:
            free = [one for one in self._waiting if one.who not in self._taken]
            if not free:
                return
            one = min(free, key=lambda waiting: self._served.get(waiting.who, 0))
            self._waiting.remove(one)
            self._taken.add(one.who)
            self._served[one.who] = next(self._numbers)
            if not one.turn.done():
                one.turn.set_result(None)
