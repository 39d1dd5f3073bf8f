"""Step 3: which marker is which, and which way is up."""

from collections.abc import Mapping
from typing import Final

from nicegui import events, ui

from nuchal.app.desk import Desk
from nuchal.app.elements import MarkerView
from nuchal.app.labels import LABELS, on_the_page
from nuchal.app.look import Look
from nuchal.report.text import sentence
from nuchal.tracking.names.marker_sets import HEAD, THORAX

_WORDS: Final[Mapping[str, str]] = {
    "TP": "top of the head",
    "LH": "left side of the head",
    "RH": "right side of the head",
    "LFHD": "left front of the head",
    "RFHD": "right front of the head",
    "LBHD": "left back of the head",
    "RBHD": "right back of the head",
    "LEAR": "left ear",
    "REAR": "right ear",
    "NASION": "bridge of the nose",
    "FOREHEAD": "middle of the forehead",
    "INION": "middle of the back of the head",
    "NOSE": "tip of the nose",
    "LEYE": "left eye",
    "REYE": "right eye",
    "C7": "seventh cervical vertebra",
    "T10": "tenth thoracic vertebra",
    "T8": "eighth thoracic vertebra",
    "CLAV": "notch of the sternum",
    "STRN": "lower end of the sternum",
    "LSHO": "left shoulder",
    "RSHO": "right shoulder",
}
_AXES: Final = ("+X", "-X", "+Y", "-Y", "+Z", "-Z")
_FOUND: Final = "as found"
_NOBODY: Final = "none"


class MarkersStep:
    """The markers in space, and what they are taken for."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._shown: str | None = None
        self._picked: str | None = None
        ui.label(
            "Check that the markers are taken for the right ones: blue markers are used, grey ones "
            "are not. Turn the picture with the mouse; click a marker to name it. Three markers on "
            "the head suffice; markers on the trunk keep its movement apart from the neck's."
        ).classes("lead")
        with ui.element("div").classes("two"):
            with ui.column().classes("w-full"):
                self._choose = ui.select([], label="Recording", on_change=self._other).props(
                    "dense outlined"
                )
                self._choose.style("min-width: 18rem")
                self._view = MarkerView(self._pick).classes("stage")
                self._says = ui.label()
                self._others = ui.column().classes("w-full")
            self._side = ui.element("div").classes("card")
        self._refresh()
        desk.on_change(self._refresh)

    def _look(self) -> Look | None:
        """What was seen in the recording that is shown."""
        seen = self._desk.seen.get(self._shown or "")
        return seen if isinstance(seen, Look) and seen.has_markers else None

    def _refresh(self) -> None:
        names = [
            name
            for name, seen in self._desk.seen.items()
            if isinstance(seen, Look) and seen.has_markers
        ]
        if self._shown not in names:
            self._shown = names[0] if names else None
            if self._shown is not None:
                self._view.show(self._desk.picture_of(self._shown))
        self._choose.set_options(names, value=self._shown)
        self._choose.visible = len(names) > 1
        self._say_of_others(names)
        self._view.visible = self._shown is not None
        self._tell()

    def _say_of_others(self, names: list[str]) -> None:
        """What is wrong with recordings that are not shown."""
        self._others.clear()
        with self._others:
            for name in names:
                problem = self._desk.problem_of(name)
                if name != self._shown and problem is not None:
                    ui.label(problem).classes("problem")

    def _other(self, event: events.ValueChangeEventArguments[str | None]) -> None:
        if event.value is None or event.value == self._shown:
            return
        self._shown = event.value
        self._view.show(self._desk.picture_of(event.value))
        self._refresh()

    def _tell(self) -> None:
        """Scene, sentence and table of the recording that is shown."""
        look = self._look()
        if look is None:
            self._says.classes(replace="advice")
            self._says.text = (
                "No markers yet: drop recordings in step 2. Files with the six coordinates need "
                "no markers."
            )
            self._side.visible = False
            return
        self._says.classes(replace="problem" if look.problem else "good")
        self._says.text = self._sentence(look)
        up, forward = look.axis("up"), look.axis("forward")
        self._view.tell(found=look.found, up=up, forward=forward, picked=self._picked)
        self._side.visible = True
        self._side.clear()
        with self._side:
            self._picked_part(look)
            self._table(look, "Head", HEAD)
            self._table(look, "Trunk", THORAX)
            self._axes(look)

    def _sentence(self, look: Look) -> str:
        problem = self._desk.problem_of(look.name)
        return problem or ("" if look.axes is None else sentence(look.axes, naming=on_the_page))

    def _picked_part(self, look: Look) -> None:
        if self._picked not in look.names:
            return
        picked = self._picked
        ours = {theirs: name for name, theirs in look.found.items()}
        ui.label(f"Chosen: {picked}").classes("part")
        ui.select(
            {_NOBODY: "not used", **{name: f"{name}, {_WORDS[name]}" for name in _WORDS}},
            value=ours.get(picked, _NOBODY),
            label="This marker is",
            on_change=lambda event: self._name(event.value, picked),
        ).props("dense outlined").classes("w-full").mark("picked")

    def _table(self, look: Look, title: str, ours: tuple[str, ...]) -> None:
        ui.label(title).classes("part")
        with ui.element("div").classes("mapping"):
            for name in ours:
                with ui.element("div").classes("what"):
                    ui.label(name).style("font-weight: 600")
                    ui.label(_WORDS[name]).classes("small").style("font-size: .8rem")
                ui.select(
                    {"": "–", **{theirs: theirs for theirs in look.names}},
                    value=look.found.get(name, ""),
                    with_input=len(look.names) > 12,
                    on_change=lambda event, name=name: self._map(name, event.value or None),
                ).props(f'dense outlined options-dense aria-label="{name}"').mark(f"marker-{name}")

    def _axes(self, look: Look) -> None:
        choices = self._desk.visit.choices
        ui.label("Sides, axes and neutral pose").classes("part")
        ui.switch(
            LABELS["swap_sides"],
            value=choices.swap_sides,
            on_change=lambda event: self._set("swap_sides", bool(event.value)),
        ).mark("swap-sides")
        for name in ("up", "forward"):
            found = look.axis(name)
            ui.select(
                {_FOUND: f"{_FOUND}: {found}" if found else _FOUND, **{a: a for a in _AXES}},
                value=getattr(choices, name) or _FOUND,
                label=LABELS[name],
                on_change=lambda event, name=name: self._set(name, _given(event.value)),
            ).props("dense outlined").classes("w-full").mark(name)
        ui.select(
            {_FOUND: "none", "X": "X", "Y": "Y", "Z": "Z"},
            value=choices.mirror or _FOUND,
            label=LABELS["mirror"],
            on_change=lambda event: self._set("mirror", _given(event.value)),
        ).props("dense outlined").classes("w-full").mark("mirror")
        with ui.element("div").classes("pair"):
            for name, label in (("neutral_from_s", "from [s]"), ("neutral_to_s", "to [s]")):
                ui.number(
                    f"Neutral {label}",
                    value=getattr(choices, name),
                    min=0.0,
                    on_change=lambda event, name=name: self._set(name, event.value),
                ).props("dense outlined debounce=600").mark(name)
        ui.button("Back to what was found", icon="undo", on_click=self._undo).props(
            "flat dense color=secondary"
        )

    def _pick(self, name: str) -> None:
        self._picked = None if name == self._picked else name
        self._tell()

    async def _name(self, ours: str, theirs: str) -> None:
        markers = self._desk.visit.choices.markers
        for known in [known for known, name in markers.items() if name == theirs]:
            del markers[known]
        if ours != _NOBODY:
            markers[ours] = theirs
        await self._again()

    async def _map(self, ours: str, theirs: str | None) -> None:
        markers = self._desk.visit.choices.markers
        if theirs is None:
            markers.pop(ours, None)
        else:
            for known in [known for known, name in markers.items() if name == theirs]:
                del markers[known]
            markers[ours] = theirs
        await self._again()

    async def _set(self, name: str, value: str | float | None) -> None:
        setattr(self._desk.visit.choices, name, value)
        await self._again()

    async def _undo(self) -> None:
        choices = self._desk.visit.choices
        choices.markers, choices.swap_sides = {}, False
        choices.up = choices.forward = choices.mirror = None
        choices.neutral_from_s = choices.neutral_to_s = None
        await self._again()

    async def _again(self) -> None:
        self._desk.visit.is_old = True
        await self._desk.look()


def _given(value: str) -> str | None:
    return None if value == _FOUND else value
