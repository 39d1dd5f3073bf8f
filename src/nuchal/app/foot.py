"""The foot of a page that takes files: how long they stay, and how to be rid of them at once."""

from nicegui import ui

from nuchal.app.visit import Visit
from nuchal.app.work import Workers


def add_foot(visit: Visit, workers: Workers) -> None:
    """Add it to the page.

    Args:
        visit: whose files they are.
        workers: who works on them.
    """
    with ui.element("div").classes("foot"):
        ui.label(
            "Your files stay on the machine that runs nuchal, in a folder of your own. They are "
            f"removed {visit.limits.idle_s / 60:.0f} minutes after you close the page, and "
            "when nuchal is stopped."
        ).classes("small")
        ui.element("div").classes("push")
        ui.button(
            "Remove my files now", icon="delete", on_click=lambda: _forget(visit, workers)
        ).props("flat dense color=secondary")


def _forget(visit: Visit, workers: Workers) -> None:
    if visit.busy or visit.study.busy:
        ui.notify("An analysis is under way; wait until it is done.", type="warning")
        return
    workers.forget(visit.folder)
    visit.empty()
    ui.navigate.reload()
