"""What the parts of the page for many people share: the visitor, their study, and its work."""

import asyncio
from collections.abc import Callable

from nicegui import background_tasks

from nuchal.app.answers import Refusal, refusal
from nuchal.app.study_folder import StudyFolder
from nuchal.app.study_records import Doing, StudyDone, Wishes, tell_study
from nuchal.app.study_tasks import assess_study, look_at_study
from nuchal.app.visit import Visit
from nuchal.app.work import Workers
from nuchal.errors import NuchalError


class StudyDesk:
    """One open page of one visitor."""

    def __init__(self, visit: Visit, workers: Workers) -> None:
        self.visit, self.workers = visit, workers
        self._listeners: list[Callable[[], object]] = []

    @property
    def study(self) -> StudyFolder:
        """What the visitor brought."""
        return self.visit.study

    def on_change(self, listener: Callable[[], object]) -> None:
        """Have a part told when the folder, what was seen in it, or its results change."""
        self._listeners.append(listener)

    def changed(self) -> None:
        """Tell everyone."""
        for listener in self._listeners:
            listener()

    async def wish(self, wishes: Wishes) -> None:
        """Choose something, and see what comes of it."""
        self.study.wishes, self.study.is_old = wishes, True
        await self.look()

    async def look(self) -> None:
        """See who is in the folder, with what was chosen."""
        study, wishes, key = self.study, self.study.wishes, self.study.key
        if study.is_here and not study.busy:
            found = await self.workers.do(
                look_at_study, self.visit.folder, study.folder, wishes, study.result
            )
            if (study.wishes, study.key) != (wishes, key):
                return
            if isinstance(found, Refusal):
                study.problem = found.sentence
            else:
                study.seen, study.problem = found, None
        self.changed()

    def start(self) -> None:
        """Have everybody assessed."""
        study = self.study
        if study.busy or study.seen is None or study.problem:
            return
        study.found, study.refused, study.rejected, study.is_old = None, None, None, False
        tell_study(study.progress, Doing(doing="waiting for its turn"))
        study.work = background_tasks.create(self._assessed(study), name="study")
        self.changed()

    def stop(self) -> None:
        """End what is under way; whoever is assessed already is kept for the next start."""
        work = self.study.work
        if work is not None and self.study.busy:
            self.workers.stop_study(self.visit.folder)
            work.cancel()

    async def _assessed(self, study: StudyFolder) -> None:
        found: StudyDone | Refusal
        try:
            found = await self.workers.do_study(
                assess_study,
                self.visit.folder,
                study.folder,
                study.wishes,
                study.result,
                told=study.progress,
                memory_bytes=study.limits.study_memory_bytes,
            )
        except asyncio.CancelledError:
            found = refusal(NuchalError("page.study_stopped"), self.visit.folder)
        if isinstance(found, Refusal):
            study.refused = found.sentence
        else:
            study.found = found
        self.visit.touch()
