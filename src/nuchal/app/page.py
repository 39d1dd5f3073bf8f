"""The page: four steps from a person and recordings to a report."""

from typing import Final

from fastapi import Request
from nicegui import Client, ui

from nuchal.app.access import unseen_heading
from nuchal.app.checks_step import ChecksStep
from nuchal.app.desk import Desk
from nuchal.app.guard import visit_of
from nuchal.app.opening import open_page
from nuchal.app.person_step import PersonStep
from nuchal.app.recordings_step import RecordingsStep
from nuchal.app.result_step import ResultStep
from nuchal.app.work import Workers

# Icon and content of each step, under its title.
_STEPS: Final = {
    "1 Person": ("straighten", PersonStep),
    "2 Recordings": ("upload_file", RecordingsStep),
    "3 Markers or sensors": ("control_camera", ChecksStep),
    "4 Result": ("assignment", ResultStep),
}
_TITLES: Final = tuple(_STEPS)
_SAYS: Final = "What a neck can and cannot do, from recordings of markers or sensors"


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
    open_page(desk.visit, client, name="nuchal", says=_SAYS)
    with ui.stepper().props(
        "header-nav animated=false keep-alive flat inactive-color=secondary done-color=primary"
    ) as stepper:
        for title, (icon, content) in _STEPS.items():
            with ui.step(title, icon=icon):
                unseen_heading(title[2:])
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


def _forget(desk: Desk) -> None:
    if desk.visit.busy:
        ui.notify("An analysis is under way; wait until it is done.", type="warning")
        return
    desk.workers.forget(desk.visit.folder)
    desk.visit.empty()
    ui.navigate.reload()
