"""The page: four steps from a person and recordings to a report."""

from typing import Final

from fastapi import Request
from nicegui import Client, ui

from nuchal.app.access import unseen_heading
from nuchal.app.checks_step import ChecksStep
from nuchal.app.desk import Desk
from nuchal.app.foot import add_foot
from nuchal.app.guard import visit_of
from nuchal.app.knock import STUDY
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
    open_page(
        desk.visit, client, name="nuchal", says=_SAYS, beside=("Many people: drop a folder", STUDY)
    )
    with ui.stepper().props(
        "header-nav animated=false keep-alive flat inactive-color=secondary done-color=primary"
    ) as stepper:
        for title, (icon, content) in _STEPS.items():
            with ui.step(title, icon=icon):
                unseen_heading(title[2:])
                content(desk)
                _way_on(title, stepper)
    stepper.value = _TITLES[-1 if desk.visit.found else 0]
    add_foot(desk.visit, desk.workers)
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
