"""Step 4: the analysis, the report, the neck in motion, and everything to take away."""

from typing import Final

from nicegui import ui

from nuchal.app.access import alert
from nuchal.app.analysis import analyse
from nuchal.app.answers import COMPARISON, NECK, REPORT, Analysed, Refusal, tell, told
from nuchal.app.desk import Desk
from nuchal.app.elements import NeckView

_POLL_S: Final = 0.4
_REPORT, _CHANGES, _NECK, _FILES = "Report", "Changes", "Neck in motion", "All files"


class ResultStep:
    """The button, the bar, and what comes of it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._first = ui.element("div").style("width: 100%")
        self._obstacle = ui.label().classes("advice")
        self._ready = ui.label().classes("lead")
        self._run = ui.button("Analyse", icon="play_arrow", on_click=self._analyse).props(
            "unelevated size=lg"
        )
        with ui.column().classes("w-full") as self._under_way:
            self._doing = ui.label("starting").classes("lead").props('role="status"')
            self._bar = ui.linear_progress(value=0.0, show_value=False, size="14px").props(
                'aria-label="How far the analysis is"'
            )
        self._told = alert()
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
        self._about_first()
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
                first=visit.first if visit.has_first else None,
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
                if found.compared:
                    ui.tab(_CHANGES, icon="compare_arrows")
                ui.tab(_REPORT, icon="description")
                ui.tab(_NECK, icon="3d_rotation")
                ui.tab(_FILES, icon="folder_zip")
            chosen = _CHANGES if found.compared else _REPORT
            with ui.tab_panels(tabs, value=chosen, animated=False).classes("w-full"):
                if found.compared:
                    with ui.tab_panel(_CHANGES):
                        _framed("/mine/changes", "Changes", COMPARISON)
                with ui.tab_panel(_REPORT):
                    _framed("/mine/report", "Report", REPORT)
                with ui.tab_panel(_NECK):
                    _neck(found)
                with ui.tab_panel(_FILES):
                    _files(found)
            ui.button(
                "Keep this as the first visit, and go on with a second",
                icon="event_repeat",
                on_click=self._go_on,
            ).props("outline").mark("second-visit")

    def _go_on(self) -> None:
        """Make room for the recordings of a second visit."""
        visit = self._desk.visit
        if visit.busy or visit.found is None:
            return
        visit.keep_as_first()
        self._desk.seen.clear()
        self._desk.changed()
        self._show()
        ui.notify("The first visit is kept. Drop the recordings of the second one in step 2.")

    def _about_first(self) -> None:
        """That there is a first visit to compare with, and how to be rid of it."""
        self._first.clear()
        if not self._desk.visit.has_first:
            return
        with self._first, ui.element("div").classes("advice"):
            ui.label("A first visit is kept: what is analysed now is compared with it.")
            ui.button("Forget the first visit", on_click=self._forget_first).props(
                "flat dense color=secondary"
            ).mark("forget-first")

    def _forget_first(self) -> None:
        visit = self._desk.visit
        if not visit.busy:
            visit.forget_first()
            self._desk.changed()


def _framed(address: str, title: str, kept: str) -> None:
    """A page of results in a frame of its own, and a button to keep it."""
    ui.element("iframe").props(
        f'src="{address}" title="{title}" sandbox="allow-scripts allow-downloads"'
    ).classes("report")
    ui.button(
        f"Download the {title.lower()}",
        icon="download",
        on_click=lambda: ui.download(f"{address}?download=1", kept),
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
