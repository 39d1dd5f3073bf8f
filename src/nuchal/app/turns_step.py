"""In step 3: which body is the head, which the trunk, and where the person faces."""

from collections.abc import Mapping
from typing import Final

from nicegui import ui
from nicegui.element import Element

from nuchal.app.access import alert, part
from nuchal.app.choices import Span, TurnChoices
from nuchal.app.desk import Desk
from nuchal.app.labels import AXES, FOUND, LABELS, given, on_the_page
from nuchal.app.look import Look
from nuchal.app.turns_look import TurnsSeen
from nuchal.conventions import Device
from nuchal.report.text import sentence
from nuchal.tracking.turned.doubt import USUAL_DEVICE

_DEVICES: Final[Mapping[Device, str]] = {
    "inertial": "inertial sensors (IMU)",
    "rigid bodies": "rigid bodies of motion capture",
    "headset": "a headset",
    "markerless": "markerless video",
    "camera": "a single camera",
}
_QUATERNIONS: Final = {"wxyz": "w, x, y, z (w first)", "xyzw": "x, y, z, w (w last)"}
_NOT_SAID: Final = f"not said; {_DEVICES[USUAL_DEVICE]}"
_NO_TRUNK: Final = "none, so it stands still"
# What a field says where nothing was found, or where something was chosen instead.
_UNKNOWN: Final = {True: "not known: choose", False: FOUND}
# More are searched by typing.
_MANY: Final = 12


class TurnsPart:
    """How head and trunk of one recording turn, and what was found of them."""

    def __init__(self, desk: Desk, side: Element) -> None:
        """Add the picture to the page.

        Args:
            desk: the page's.
            side: where the fields go, for whichever part is shown.
        """
        self._desk, self._side = desk, side
        # What the fields were made for: they stay while that stays, with whatever is typed.
        self._made_for: object = None
        with ui.column().classes("w-full") as self._stage:
            ui.label(
                "Check which body is the head, which the trunk, and where the person faces: that "
                "tells flexion from bending. Segments say it themselves. For sensors, state the "
                "axis, or when the person nods, chin down first: it shows in the picture."
            ).classes("lead")
            self._picture = ui.html("", sanitize=False).classes("w-full")
            self._problem = alert()
            self._found = ui.column().classes("good").style("gap: .35rem")
            self._assumed = ui.column().classes("advice").style("gap: .35rem")

    def show(self, look: Look | None) -> None:
        """Show a recording of orientations; None hides everything."""
        self._stage.visible = look is not None
        if look is None or look.turns is None:
            self._made_for = None
            return
        turns = look.turns
        self._picture.content, self._picture.visible = turns.picture, bool(turns.picture)
        problem = self._desk.problem_of(look.name)
        self._problem.text, self._problem.visible = problem or "", problem is not None
        for column, level in ((self._found, True), (self._assumed, False)):
            said = [one for one in turns.findings if (one.level == "found") is level]
            column.clear()
            column.visible = bool(said)
            with column:
                for one in said:
                    ui.label(sentence(one, naming=on_the_page))
        axes = turns.axis("up"), turns.axis("forward")
        made_for = (look.name, look.names, turns.head, turns.torso, turns.left, axes, self._rest())
        if made_for != self._made_for:
            self._made_for = made_for
            self._fields(look, turns)

    @property
    def _chosen(self) -> TurnChoices:
        return self._desk.visit.choices.turns

    def _rest(self) -> str | None:
        """The recording at rest, if it is one of orientations."""
        name = self._desk.visit.choices.static
        seen = self._desk.seen.get(name or "")
        return name if isinstance(seen, Look) and seen.turns is not None else None

    def _fields(self, look: Look, turns: TurnsSeen) -> None:
        self._side.clear()
        with self._side:
            part("Head and trunk")
            if look.names:
                self._body("head", LABELS["head_name"], turns.head, look.names)
                self._body("torso", LABELS["torso_name"], turns.torso or _NO_TRUNK, look.names)
            self._axes(turns)
            self._times(look.name)
            self._device(turns)
            if turns.left:
                self._table(turns.left)
            ui.button("Back to what was found", icon="undo", on_click=self._undo).props(
                "flat dense color=secondary"
            )

    def _body(self, name: str, label: str, found: str | None, names: tuple[str, ...]) -> None:
        chosen = getattr(self._chosen, name)
        as_found = f"{FOUND}: {found}" if found and chosen is None else _UNKNOWN[chosen is None]
        options = {FOUND: as_found, **{one: one for one in names}}
        if chosen is not None and chosen not in options:
            options[chosen] = f"{chosen} (not in this recording)"
        ui.select(
            options,
            value=chosen or FOUND,
            label=label,
            with_input=len(names) > _MANY,
            on_change=lambda event: self._set(name, given(event.value or FOUND)),
        ).props("dense outlined options-dense").classes("w-full").mark(f"turns-{name}")

    def _axes(self, turns: TurnsSeen) -> None:
        for name in ("up", "forward"):
            chosen, found = getattr(self._chosen, name), turns.axis(name)
            as_found = f"{FOUND}: {found}" if found and chosen is None else _UNKNOWN[chosen is None]
            ui.select(
                {FOUND: as_found, **{axis: axis for axis in AXES}},
                value=chosen or FOUND,
                label=LABELS[name],
                on_change=lambda event, name=name: self._set(name, given(event.value)),
            ).props("dense outlined").classes("w-full").mark(f"turns-{name}")

    def _times(self, recording: str) -> None:
        """When the person nods and is at rest in this recording."""
        rest = self._rest()
        if recording != rest:
            part("Times in this recording")
            self._span("Nod", self._chosen.nods, recording)
        if rest is None or recording == rest:
            self._span("Neutral", self._chosen.neutrals, recording)
        else:
            ui.label(f"Neutral is taken from {rest}.").classes("small")

    def _span(self, what: str, spans: dict[str, Span], recording: str) -> None:
        known = spans.get(recording, Span())
        with ui.element("div").classes("pair"):
            for end, label in (("from_s", "from [s]"), ("to_s", "to [s]")):
                ui.number(
                    f"{what} {label}",
                    value=getattr(known, end),
                    min=0.0,
                    on_change=lambda event, end=end: self._time(spans, recording, end, event.value),
                ).props("dense outlined debounce=600").mark(f"{what.lower()}_{end}")

    def _device(self, turns: TurnsSeen) -> None:
        said = turns.device
        as_found = f"as the file says: {_DEVICES[said]}" if said else _NOT_SAID
        ui.select(
            {FOUND: as_found, **_DEVICES},
            value=self._chosen.device or FOUND,
            label=LABELS["device"],
            on_change=lambda event: self._set("device", given(event.value)),
        ).props("dense outlined").classes("w-full").mark("device")
        ui.label("It says how far the angles, and so the forces, are to be trusted.").classes(
            "small"
        )

    def _table(self, left: frozenset[str]) -> None:
        """What the columns of a table do not say."""
        part("How the table is meant")
        if "quaternion" in left:
            ui.select(
                {FOUND: "as its columns say", **_QUATERNIONS},
                value=self._chosen.quaternion or FOUND,
                label=LABELS["quaternion"],
                on_change=lambda event: self._set("quaternion", given(event.value)),
            ).props("dense outlined").classes("w-full").mark("quaternion")
        if "euler" in left:
            ui.input(
                LABELS["euler"],
                value=self._chosen.euler or "",
                on_change=lambda event: self._set("euler", (event.value or "").strip() or None),
            ).props(
                'dense outlined debounce=600 hint="such as ZXY about its own axes, zxy about '
                'fixed ones"'
            ).classes("w-full").mark("euler")
        if "left_handed" in left:
            ui.switch(
                LABELS["left_handed"],
                value=self._chosen.left_handed,
                on_change=lambda event: self._set("left_handed", bool(event.value)),
            ).mark("left_handed")

    async def _set(self, name: str, value: str | bool | None) -> None:
        setattr(self._chosen, name, value)
        await self._again()

    async def _time(
        self, spans: dict[str, Span], recording: str, end: str, value: float | None
    ) -> None:
        """Note one end; only both together change anything."""
        span = spans.setdefault(recording, Span())
        before = (span.from_s, span.to_s)
        setattr(span, end, value)
        if None not in before or None not in (span.from_s, span.to_s):
            await self._again()

    async def _undo(self) -> None:
        choices, before = self._desk.visit.choices, self._chosen
        choices.turns = TurnChoices(
            head_columns=before.head_columns, torso_columns=before.torso_columns
        )
        self._made_for = None
        await self._again()

    async def _again(self) -> None:
        self._desk.visit.is_old = True
        await self._desk.look()
