"""What the steps of one page share: the visitor, what was seen in the files, who is to be told."""

import asyncio
import dataclasses
from asyncio import CancelledError, Future
from collections.abc import Callable
from pathlib import Path

from nuchal.app.answers import Refusal, refusal, without_folders
from nuchal.app.labels import on_the_page
from nuchal.app.look import Look, look_at
from nuchal.app.visit import Visit
from nuchal.app.work import Workers
from nuchal.errors import NuchalError
from nuchal.io.subject import read_subject


class Desk:
    """One open page of one visitor."""

    def __init__(self, visit: Visit, workers: Workers) -> None:
        self.visit, self.workers = visit, workers
        self.seen: dict[str, Look | Refusal] = {}
        self._listeners: list[Callable[[], object]] = []
        self._looking: Future[list[Look | Refusal]] | None = None

    def on_change(self, listener: Callable[[], object]) -> None:
        """Have a step told when files, choices or what was seen change."""
        self._listeners.append(listener)

    def changed(self) -> None:
        """Tell everyone."""
        for listener in self._listeners:
            listener()

    async def look(self) -> None:
        """See what is in the files, all of them, with the present choices."""
        visit = self.visit
        if self._looking is not None:
            self._looking.cancel()
        paths, static = visit.recordings, visit.static
        self.seen = {path.name: self.seen[path.name] for path in paths if path.name in self.seen}
        looking = asyncio.gather(*(self._look_at(path, static) for path in paths))
        self._looking = looking
        try:
            found = await looking
        except CancelledError:
            if self._looking is looking:
                raise
            return
        self.seen = dict(zip((path.name for path in paths), found, strict=True))
        self.changed()

    async def _look_at(self, path: Path, static: Path | None) -> Look | Refusal:
        visit = self.visit
        picture, choices = visit.picture_of(path.name), dataclasses.replace(visit.choices)
        return await self.workers.do(look_at, visit.folder, path, static, choices, picture)

    def picture_of(self, name: str) -> str:
        """Where the page finds the markers of a recording."""
        return f"/mine/scene/{self.visit.picture_of(name).name}"

    def problem_of(self, name: str) -> str | None:
        """What keeps a recording from being used, if anything does."""
        found = self.seen.get(name)
        if isinstance(found, Refusal):
            return found.sentence
        if found is None or found.problem is None:
            return None
        return without_folders(found.problem.text(on_the_page), self.visit.folder)

    def person_problem(self) -> str | None:
        """What is wrong with the measures, or missing, if anything is."""
        try:
            read_subject(self.visit.choices.write_person(self.visit.work))
        except NuchalError as problem:
            return refusal(problem, self.visit.folder).sentence
        return None

    def obstacle(self) -> str | None:
        """What has to be done before an analysis can be run, if anything."""
        if not self.visit.trials:
            return "Drop at least one recording of a movement in step 2."
        problem = self.person_problem()
        if problem is not None:
            return f"Step 1: {problem}"
        wrong = [name for name in self.seen if self.problem_of(name)]
        if wrong:
            return f"Steps 2 and 3: {self.problem_of(wrong[0])}"
        return None
