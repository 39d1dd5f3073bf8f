"""Step 3: what the recordings are taken for, one of them at a time."""

from nicegui import events, ui

from nuchal.app.access import alert
from nuchal.app.desk import Desk
from nuchal.app.look import Look
from nuchal.app.markers_step import MarkersPart
from nuchal.app.turns_step import TurnsPart


class ChecksStep:
    """A recording to choose, and the part of the page that suits what it holds."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._shown: str | None = None
        self._nothing = ui.label(
            "Nothing to check yet: drop recordings in step 2, which says what cannot be read. "
            "Files with the six coordinates need no check."
        ).classes("advice")
        with ui.element("div").classes("two") as self._both:
            with ui.column().classes("w-full"):
                self._choose = ui.select([], label="Recording", on_change=self._other).props(
                    "dense outlined"
                )
                self._choose.style("min-width: min(18rem, 100%)").mark("checked")
                stages = ui.column().classes("w-full")
                self._others = ui.column().classes("w-full")
            side = ui.element("div").classes("card")
        with stages:
            self._markers, self._turns = MarkersPart(desk, side), TurnsPart(desk, side)
        self._refresh()
        desk.on_change(self._refresh)

    def _looks(self) -> dict[str, Look]:
        """Recordings in which there is something to be checked."""
        seen = self._desk.seen
        return {
            name: one
            for name, one in seen.items()
            if isinstance(one, Look) and (one.has_markers or one.turns is not None)
        }

    def _refresh(self) -> None:
        looks = self._looks()
        if self._shown not in looks:
            wrong = [name for name, one in looks.items() if one.problem is not None]
            self._shown = next(iter([*wrong, *looks]), None)
        self._choose.set_options(list(looks), value=self._shown)
        self._choose.visible = len(looks) > 1
        self._nothing.visible, self._both.visible = not looks, bool(looks)
        look = looks.get(self._shown or "")
        self._markers.show(look if look is not None and look.turns is None else None)
        self._turns.show(look if look is not None and look.turns is not None else None)
        self._say_of_others(looks)

    def _say_of_others(self, looks: dict[str, Look]) -> None:
        """What is wrong with recordings that are not shown."""
        self._others.clear()
        with self._others:
            for name in looks:
                problem = self._desk.problem_of(name)
                if name != self._shown and problem is not None:
                    alert(problem)

    def _other(self, event: events.ValueChangeEventArguments[str | None]) -> None:
        if event.value is None or event.value == self._shown:
            return
        self._shown = event.value
        self._refresh()
