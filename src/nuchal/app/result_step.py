"""Step 4: the analysis, the report, the neck in motion, and everything to take away."""

from typing import Final

from nicegui import ui

from nuchal.app.analysis import analyse
from nuchal.app.answers import NECK, REPORT, Analysed, Refusal, tell, told
from nuchal.app.desk import Desk
from nuchal.app.elements import NeckView

_POLL_S: Final = 0.4
_REPORT, _NECK, _FILES = "Report", "Neck in motion", "All files"


class ResultStep:
    """The button, the bar, and what comes of it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._obstacle = ui.label().classes("advice")
        self._ready = ui.label().classes("lead")
        self._run = ui.button("Analyse", icon="play_arrow", on_click=self._analyse).props(
            "unelevated size=lg"
        )
        with ui.column().classes("w-full") as self._under_way:
            self._doing = ui.label("starting").classes("lead")
            self._bar = ui.linear_progress(value=0.0, show_value=False, size="14px")
        self._told = ui.label().classes("problem")
        self._old = ui.label(
            "Something was changed since this was worked out; analyse again."
        ).classes("advice")
        self._result = ui.element("div").style("width: 100%")
        self._timer = ui.timer(_POLL_S, self._watch)
        self._refresh()
        self._show()
        desk.on_change(self._refresh)

    def _refresh(self) -> None:
        visit, obstacle = self._desk.visit, self._desk.obstacle()
        self._obstacle.text, self._obstacle.visible = obstacle or "", obstacle is not None
        count, still = len(visit.trials), visit.static
        self._ready.text = f"{count} recording{'s' if count > 1 else ''} of movement, " + (
            f"neutral from {still.name}." if still else "neutral from each recording itself."
        )
        self._ready.visible = obstacle is None
        self._run.text = "Analyse again" if visit.found else "Analyse"
        self._run.props(
            add="outline" if visit.found else "", remove="" if visit.found else "outline"
        )
        self._run.set_enabled(obstacle is None and not visit.busy)
        self._under_way.visible = visit.busy
        self._timer.active = visit.busy
        self._told.text, self._told.visible = visit.refused or "", visit.refused is not None
        self._old.visible = visit.found is not None and visit.is_old and not visit.busy

    def _watch(self) -> None:
        """Show how far the work is, also on a page that was opened meanwhile."""
        visit = self._desk.visit
        doing, share = told(visit.work / "progress.json")
        self._doing.text, self._bar.value = doing, share
        if not visit.busy:
            self._refresh()
            self._show()

    async def _analyse(self) -> None:
        visit = self._desk.visit
        if visit.busy or self._desk.obstacle() is not None:
            return
        visit.busy, visit.is_old = True, False
        visit.forget_result()
        self._result.clear()
        tell(visit.work / "progress.json", "waiting for its turn", 0.0)
        self._refresh()
        try:
            found = await self._desk.workers.do_long(
                analyse,
                visit.folder,
                visit.trials,
                visit.static,
                visit.choices,
                work=visit.work,
                out=visit.result,
            )
        finally:
            visit.busy = False
        if isinstance(found, Refusal):
            visit.refused = found.sentence
        else:
            visit.found = found
        self._refresh()
        self._show()

    def _show(self) -> None:
        """What the last analysis left."""
        self._result.clear()
        found = self._desk.visit.found
        if found is None:
            return
        with self._result:
            with ui.tabs().props("align=left no-caps") as tabs:
                report = ui.tab(_REPORT, icon="description")
                neck = ui.tab(_NECK, icon="3d_rotation")
                files = ui.tab(_FILES, icon="folder_zip")
            with ui.tab_panels(tabs, value=report, animated=False).classes("w-full"):
                with ui.tab_panel(report):
                    self._report()
                with ui.tab_panel(neck):
                    _neck(found)
                with ui.tab_panel(files):
                    _files(found)

    def _report(self) -> None:
        ui.element("iframe").props(
            'src="/mine/report" title="Report" sandbox="allow-scripts allow-downloads"'
        ).classes("report")
        ui.button(
            "Download the report",
            icon="download",
            on_click=lambda: ui.download("/mine/report?download=1", REPORT),
        ).props("outline")


def _neck(found: Analysed) -> None:
    with ui.column().classes("w-full"):
        names = dict(enumerate(found.trials))
        view: list[NeckView] = []
        choose = ui.select(
            names,
            value=0,
            label="Recording",
            on_change=lambda event: view[0].show(_url(event.value)),
        ).props("dense outlined")
        choose.style("min-width: 18rem")
        choose.visible = len(names) > 1
        view.append(NeckView(_url(0)))
        view[0].classes("neck-stage-frame")
        ui.label(
            "What is normal is the movement of a healthy person of this age in a neck of the same "
            "measures: at every moment in the posture that is as far along, as a share of the full "
            "reach to that side. Bones are drawn by us around the model's joints, to help the eye. "
            "Muscles run as in the model, straight from point to point, and are drawn thinner than "
            "they are."
        ).classes("small")


def _url(number: int) -> str:
    return f"/mine/scene/{NECK.format(number=number)}"


def _files(found: Analysed) -> None:
    ui.label(
        "Everything in one archive: the report, the numbers behind it as JSON, and tables that "
        "OpenSim opens."
    ).classes("lead")
    ui.button(
        "Download everything (zip)",
        icon="folder_zip",
        on_click=lambda: ui.download("/mine/all", "nuchal-results.zip"),
    ).props("unelevated")
    with ui.column().classes("gap-0"):
        for name in found.files:
            ui.label(name).classes("small")
