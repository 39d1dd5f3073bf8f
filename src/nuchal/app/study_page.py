"""The page for many people: a folder is dropped, its people are assessed, a study comes back."""

from typing import Final

from fastapi import Request
from nicegui import Client, ui

from nuchal.app.folder_upload import FolderDrop
from nuchal.app.foot import add_foot
from nuchal.app.guard import visit_of
from nuchal.app.knock import FRONT, STUDY
from nuchal.app.labels import on_the_page
from nuchal.app.limits import GIGABYTE, MEGABYTE, PageLimits
from nuchal.app.opening import open_page
from nuchal.app.study_desk import StudyDesk
from nuchal.app.study_found import FoundPart
from nuchal.app.study_result import ResultPart
from nuchal.app.work import Workers
from nuchal.errors import NuchalError, need_extra
from nuchal.plain_text import path_words

_SAYS: Final = "Many people at once: drop a folder, get tables, statistics and figures"
_POLL_S: Final = 0.4
_TREE: Final = """my study
  p01
    person.toml
    flexion.trc, rotation.trc
  p02
    ...
  study.toml  (may be left out)"""

_HOW: Final = (
    "In it, a folder for each person with person.toml, as the page for one person writes it, and "
    "the recordings. People are called as their folders are, in every table and figure: choose "
    "names that tell nobody who they are. A study.toml may say groups, sessions and options."
)


def add_study_page(workers: Workers) -> None:
    """Register the page; every opening of it by a visitor is a page of its own.

    Args:
        workers: who does the heavy work.
    """

    @ui.page(STUDY)
    async def study(request: Request, client: Client) -> None:
        visit = visit_of(request.scope)
        if visit is None:
            return
        open_page(visit, client, name="nuchal", says=_SAYS, beside=("One person", FRONT))
        try:
            need_extra("study")
        except NuchalError as problem:
            ui.label(f"For many people {problem.text(on_the_page)}").classes("problem")
            return
        desk = StudyDesk(visit, workers)
        FolderPart(desk)
        FoundPart(desk)
        ResultPart(desk)
        add_foot(visit, workers)
        client.on_connect(desk.look)


class FolderPart:
    """What a study's folder looks like, and the place to drop it."""

    def __init__(self, desk: StudyDesk) -> None:
        self._desk = desk
        self._card = ui.element("div").classes("card")
        with self._card:
            self._title = ui.label("The folder of a study").classes("part")
            with ui.column().classes("w-full gap-2") as self._how:
                ui.label(_HOW).classes("lead")
                ui.label(_TREE).classes("tree").style("width: 100%")
            self._drop = FolderDrop(desk.changed, self._sent)
            self._drop.mark("folder")
            self._limits = ui.label(_taken(desk.visit.limits)).classes("small")
            with ui.column().classes("w-full gap-1") as self._arriving:
                self._count = ui.label().classes("small")
                self._bar = ui.linear_progress(value=0.0, show_value=False, size="10px")
            self._problem = ui.label().classes("problem").mark("folder-problem")
        self._timer = ui.timer(_POLL_S, self._watch)
        self._show()
        desk.on_change(self._show)

    async def _sent(self, lost: str | None) -> None:
        study = self._desk.study
        if lost is not None:
            problem = NuchalError("page.study_lost", path_words(lost))
            study.rejected = problem.text(on_the_page)
        await self._desk.look()

    def _watch(self) -> None:
        """Show how much has arrived, also on a page that was opened meanwhile."""
        study = self._desk.study
        here = study.listed - len(study.coming)
        self._count.text = f"{here} of {study.listed} files are here"
        self._bar.value = here / study.listed if study.listed else 0.0
        self._arriving.visible = bool(study.coming) and study.rejected is None

    def _show(self) -> None:
        study = self._desk.study
        self._watch()
        self._card.visible = not study.busy
        is_first = study.seen is None
        self._how.visible = self._title.visible = self._limits.visible = is_first
        self._timer.active = bool(study.coming)
        self._drop.tell(enabled=not study.busy, another=not is_first)
        problem = study.rejected or study.problem
        self._problem.text, self._problem.visible = problem or "", problem is not None


def _taken(limits: PageLimits) -> str:
    return (
        f"At most {limits.study_files} files of {limits.file_bytes / MEGABYTE:.0f} MB, "
        f"{limits.study_bytes / GIGABYTE:g} GB together. Recordings and TOML files are taken; "
        "hidden files and all others stay where they are."
    )
