"""The page: four steps from a person and recordings to a report."""

from typing import Final

from fastapi import Request
from nicegui import Client, ui

import nuchal
from nuchal.app import style
from nuchal.app.desk import Desk
from nuchal.app.guard import HERE, visit_of
from nuchal.app.markers_step import MarkersStep
from nuchal.app.person_step import PersonStep
from nuchal.app.recordings_step import RecordingsStep
from nuchal.app.result_step import ResultStep
from nuchal.app.visit import Visit
from nuchal.app.work import Workers
from nuchal.report.text import say

# Icon and content of each step, under its title.
_STEPS: Final = {
    "1 Person": ("straighten", PersonStep),
    "2 Recordings": ("upload_file", RecordingsStep),
    "3 Markers": ("control_camera", MarkersStep),
    "4 Result": ("assignment", ResultStep),
}
_TITLES: Final = tuple(_STEPS)
# A page that has lost its socket looks whether its visit is over: the server may be another one.
_RELOAD: Final = f"""<script>
setInterval(async () => {{
  if (!window.socket || window.socket.connected) return;
  const answer = await fetch("{HERE}").catch(() => null);
  if (answer && !answer.ok) window.location.reload();
}}, 4000);
</script>"""


def add_page(workers: Workers) -> None:
    """Register the page; every opening of it by a visitor is a page of its own.

    Args:
        workers: who does the heavy work.
    """

    @ui.page("/")
    async def front(request: Request, client: Client) -> None:
        visit = visit_of(request.scope)
        if visit is not None:
            await _build(Desk(visit, workers), client)


async def _build(desk: Desk, client: Client) -> None:
    _count(desk.visit, client)
    ui.add_css(style.sheet())
    ui.add_body_html(_RELOAD)
    ui.colors(**style.COLOURS)
    with ui.element("div").classes("top"):
        ui.label("nuchal").classes("name")
        ui.label("What a neck can and cannot do, from a recording of head markers").classes("says")
        ui.label(f"Version {nuchal.__version__}. {say('report.notice')}").classes("small")
    with ui.stepper().props("header-nav animated=false keep-alive flat") as stepper:
        for title, (icon, content) in _STEPS.items():
            with ui.step(title, icon=icon):
                content(desk)
                _way_on(title, stepper)
    stepper.value = _TITLES[-1 if desk.visit.found else 0]
    with ui.element("div").classes("foot"):
        ui.label(
            "Your files stay on the machine that runs nuchal, in a folder of your own. They are "
            f"removed {desk.visit.limits.idle_s / 60:.0f} minutes after you close the page, and "
            "when nuchal is stopped."
        ).classes("small")
        ui.element("div").classes("push")
        ui.button("Remove my files now", icon="delete", on_click=lambda: _forget(desk)).props(
            "flat dense color=secondary"
        )
    client.on_connect(desk.look)


def _way_on(title: str, stepper: ui.stepper) -> None:
    if title == _TITLES[-1]:
        return
    following = _TITLES[_TITLES.index(title) + 1]
    with ui.stepper_navigation():
        ui.button(
            f"Next: {following[2:].lower()}",
            icon="arrow_forward",
            on_click=lambda: stepper.set_value(following),
        ).props("unelevated")


def _count(visit: Visit, client: Client) -> None:
    """Remember that the visitor has a page, and whether it is open, until it is closed."""
    visit.pages[client.id] = client.delete

    def opened() -> None:
        visit.connected.add(client.id)
        visit.has_entered = True

    def closed() -> None:
        visit.pages.pop(client.id, None)
        visit.connected.discard(client.id)
        visit.touch()

    client.on_connect(opened)
    client.on_delete(closed)


def _forget(desk: Desk) -> None:
    if desk.visit.busy:
        ui.notify("An analysis is under way; wait until it is done.", type="warning")
        return
    desk.workers.forget(desk.visit.folder)
    desk.visit.empty()
    ui.navigate.reload()
