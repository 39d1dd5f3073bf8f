"""In step 3: which marker is which, and which way is up."""

from collections.abc import Mapping
from typing import Final

from nicegui import ui
from nicegui.element import Element

from nuchal.app.access import part
from nuchal.app.desk import Desk
from nuchal.app.elements import MarkerView
from nuchal.app.labels import AXES, FOUND, LABELS, given, on_the_page
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
_NOBODY: Final = "none"


class MarkersPart:
    """The markers of one recording in space, and what they are taken for."""

    def __init__(self, desk: Desk, side: Element) -> None:
        """Add the picture to the page.

        Args:
            desk: the page's.
            side: where the fields go, for whichever part is shown.
        """
        self._desk, self._side = desk, side
        self._look: Look | None = None
        self._picked: str | None = None
        with ui.column().classes("w-full") as self._stage:
            ui.label(
                "Check that the markers are taken for the right ones: blue markers are used, grey "
                "ones are not. Turn the picture with the mouse or arrow keys; click a marker, or "
                "use the fields, to name it. Three markers on the head suffice; markers on the "
                "trunk keep its movement apart from the neck's."
            ).classes("lead")
            self._view = MarkerView(self._pick).classes("stage")
            self._says = ui.label().props('role="status"')

    def show(self, look: Look | None) -> None:
        """Show a recording of markers; None hides everything."""
        before, self._look = self._look, look
        self._stage.visible = look is not None
        if look is None:
            return
        if before is None or before.name != look.name:
            self._view.show(self._desk.picture_of(look.name))
        self._tell(look)

    def _tell(self, look: Look) -> None:
        """Scene, sentence and table of the recording that is shown."""
        self._says.classes(replace="problem" if look.problem else "good")
        self._says.text = self._sentence(look)
        up, forward = look.axis("up"), look.axis("forward")
        self._view.tell(found=look.found, up=up, forward=forward, picked=self._picked)
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
        part(f"Chosen: {picked}")
        ui.select(
            {_NOBODY: "not used", **{name: f"{name}, {_WORDS[name]}" for name in _WORDS}},
            value=ours.get(picked, _NOBODY),
            label="This marker is",
            on_change=lambda event: self._name(event.value, picked),
        ).props("dense outlined").classes("w-full").mark("picked")

    def _table(self, look: Look, title: str, ours: tuple[str, ...]) -> None:
        part(title)
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
                ).props(f'dense outlined options-dense aria-label="{name}, {_WORDS[name]}"').mark(
                    f"marker-{name}"
                )

    def _axes(self, look: Look) -> None:
        choices = self._desk.visit.choices
        part("Sides, axes and neutral pose")
        ui.switch(
            LABELS["swap_sides"],
            value=choices.swap_sides,
            on_change=lambda event: self._set("swap_sides", bool(event.value)),
        ).mark("swap-sides")
        for name in ("up", "forward"):
            found = look.axis(name)
            ui.select(
                {FOUND: f"{FOUND}: {found}" if found else FOUND, **{a: a for a in AXES}},
                value=getattr(choices, name) or FOUND,
                label=LABELS[name],
                on_change=lambda event, name=name: self._set(name, given(event.value)),
            ).props("dense outlined").classes("w-full").mark(name)
        ui.select(
            {FOUND: "none", "X": "X", "Y": "Y", "Z": "Z"},
            value=choices.mirror or FOUND,
            label=LABELS["mirror"],
            on_change=lambda event: self._set("mirror", given(event.value)),
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
        if self._look is not None:
            self._tell(self._look)

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
