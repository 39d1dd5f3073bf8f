"""The study under way, and what comes of it: its page, everybody's report, all files."""

from typing import Final

from nicegui import ui

from nuchal.app.study_desk import StudyDesk
from nuchal.app.study_records import StudyDone, told_of_study

_POLL_S: Final = 0.4
_PAGE, _REPORT, _ALL = "/mine/study", "/mine/study/report", "/mine/study/all"
_ARCHIVE: Final = "nuchal-study.zip"


class ResultPart:
    """The button, the bar, and what comes of it."""

    def __init__(self, desk: StudyDesk) -> None:
        self._desk = desk
        self._part = ui.column().classes("w-full")
        with self._part:
            with ui.element("div").classes("foot"):
                self._run = ui.button(icon="play_arrow", on_click=desk.start).props(
                    "unelevated size=lg"
                )
                self._run.mark("start")
                self._stop = ui.button("Cancel", icon="stop", on_click=desk.stop).props("outline")
                self._stop.mark("stop")
            with ui.column().classes("w-full") as self._under_way:
                self._doing = ui.label().classes("lead")
                self._bar = ui.linear_progress(value=0.0, show_value=False, size="14px")
                ui.label(
                    "Each person takes a minute or a few. Keep this page open. If you cancel, what "
                    "is done is kept for the next start."
                ).classes("small")
            self._told = ui.label().classes("problem")
            self._old = ui.label(
                "Something was changed since this was worked out; start again."
            ).classes("advice")
            self._result = ui.column().classes("w-full")
        self._shown: StudyDone | None = None
        self._was_busy = False
        ui.timer(_POLL_S, self._watch)
        self._refresh()
        desk.on_change(self._refresh)

    def _watch(self) -> None:
        """Show how far the work is, also on a page that was opened meanwhile."""
        study = self._desk.study
        if study.busy:
            doing = told_of_study(study.progress)
            self._doing.text, self._bar.value = doing.doing, doing.share
            moving = "indeterminate"
            self._bar.props(add="" if doing.share else moving, remove=moving if doing.share else "")
        if study.busy != self._was_busy or study.found is not self._shown:
            self._desk.changed()

    def _refresh(self) -> None:
        study = self._desk.study
        self._was_busy = study.busy
        can_start = study.seen is not None and not study.problem and bool(study.seen.visits)
        self._part.visible = study.seen is not None
        again = study.found is not None or study.refused is not None
        self._run.text = "Start again" if again else "Start the study"
        self._run.props(
            add="outline" if study.found else "", remove="" if study.found else "outline"
        )
        self._run.set_enabled(can_start and not study.busy)
        self._run.visible, self._stop.visible = not study.busy, study.busy
        self._under_way.visible = study.busy
        self._told.text, self._told.visible = study.refused or "", study.refused is not None
        self._old.visible = study.found is not None and study.is_old and not study.busy
        if study.found is not self._shown:
            self._shown = study.found
            self._show()

    def _show(self) -> None:
        self._result.clear()
        found = self._shown
        if found is None:
            return
        with self._result:
            ui.label(_in_short(found)).classes("good")
            if found.left_out:
                with ui.element("div").classes("advice").mark("left-out"):
                    ui.label("Left out:").style("font-weight: 600")
                    for sentence in found.left_out:
                        ui.label(sentence)
            with ui.element("div").classes("foot"):
                self._choose(found)
                ui.element("div").classes("push")
                ui.button(
                    "Download everything (zip)",
                    icon="folder_zip",
                    on_click=lambda: ui.download(_ALL, _ARCHIVE),
                ).props("unelevated")
                ui.button(
                    "Download this page",
                    icon="download",
                    on_click=lambda: ui.download(f"{self._address}?download=1"),
                ).props("outline")
            self._frame = (
                ui.element("iframe")
                .props(f'src="{_PAGE}" title="Study" sandbox="allow-scripts allow-downloads"')
                .classes("report")
            )

    def _choose(self, found: StudyDone) -> None:
        """The study, or somebody's report."""
        self._address = _PAGE
        persons = [name for name, _ in found.visits]
        names = {-1: "The study"} | {
            k: name if persons.count(name) == 1 else f"{name}, {session}"
            for k, (name, session) in enumerate(found.visits)
        }
        ui.select(
            names, value=-1, label="Shown", on_change=lambda event: self._look_at(int(event.value))
        ).props("dense outlined").style("min-width: 14rem").mark("shown")

    def _look_at(self, number: int) -> None:
        self._address = _PAGE if number < 0 else f"{_REPORT}/{number}"
        self._frame.props(f'src="{self._address}"')


def _in_short(found: StudyDone) -> str:
    people, sessions = len({name for name, _ in found.visits}), len(found.visits)
    kept = f", {found.kept} of them kept from before" if found.kept else ""
    more = f" in {sessions} sessions" if sessions != people else ""
    tests = f" {found.tests} comparisons between groups or sessions." if found.tests else ""
    whom = "1 person" if people == 1 else f"{people} people"
    return f"{whom}{more} assessed{kept}.{tests}"
