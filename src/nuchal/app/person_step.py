"""Step 1: who the person is, with drawings of how to take the measures."""

from typing import Final, NamedTuple

from nicegui import events, ui

from nuchal.app.access import alert
from nuchal.app.answers import Refusal
from nuchal.app.choices import person_said
from nuchal.app.desk import Desk
from nuchal.app.names import plain_name
from nuchal.app.style import drawing
from nuchal.app.upload import Dropbox
from nuchal.io.measures import LIMITS

_MOST_BYTES: Final = 100_000


class _Measure(NamedTuple):
    """A number that is asked for.

    Attributes:
        name: In ``person.toml``.
        per_unit: How many of the page's units make one of the file's.
    """

    name: str
    label: str
    per_unit: float
    step: float


_NECK: Final = _Measure("neck_length_m", "Neck length [cm]", 100.0, 0.1)
_SHOULDERS: Final = _Measure("shoulder_width_m", "Shoulder width [cm]", 100.0, 0.1)
_MASS: Final = _Measure("body_mass_kg", "Body mass [kg]", 1.0, 0.5)
_HEADS: Final = {
    "head_and_neck_mass_kg": "the mass of head and neck",
    "head_alone_mass_kg": "the mass of the head alone",
}
_AGE: Final = _Measure("age_years", "Age [years]", 1.0, 1.0)


class PersonStep:
    """The form, and the file that fills it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._fields: dict[str, ui.number] = {}
        ui.label(
            "Three measures make the neck this person's own; age chooses the norms that ranges of "
            "motion are compared with; sex and body mass say how strong muscles are. Measure the "
            "person sitting upright and looking straight ahead."
        ).classes("lead")
        with ui.element("div").classes("row-of-cards"):
            self._card(
                drawing("neck_length"),
                "Neck length: the vertical distance from the spinous process of C7 to the tragion. "
                "A spirit level or set square held at the ear helps; do not follow the skin.",
                (_NECK,),
            )
            self._card(
                drawing("shoulder_width"),
                "Shoulder width (biacromial): straight from acromion to acromion, arms hanging, "
                "with a large calliper. Without one, mark both edges on a wall behind the person.",
                (_SHOULDERS,),
            )
            self._about()
        self._told = alert()
        self._told.visible = False
        self._file()

    def _card(self, drawing: str, text: str, measures: tuple[_Measure, ...]) -> None:
        with ui.element("div").classes("card"):
            ui.html(drawing, sanitize=False).classes("drawing")
            ui.label(text).classes("small")
            for one in measures:
                self._field(one)

    def _about(self) -> None:
        with ui.element("div").classes("card"):
            ui.html(drawing("body_mass"), sanitize=False).classes("drawing")
            self._mass = ui.label().classes("small")
            self._explain_mass()
            self._field(_MASS)
            with ui.element("div").classes("pair"):
                self._field(_AGE)
                self._sex = ui.select(
                    {"": "not given", "female": "female", "male": "male"},
                    value=self._desk.visit.choices.person.get("sex", ""),
                    label="Sex",
                    on_change=lambda event: self._set("sex", event.value or None),
                )

    def _explain_mass(self) -> None:
        person = self._desk.visit.choices.person
        own = [f"{what} as {person[name]:g} kg" for name, what in _HEADS.items() if name in person]
        self._mass.text = "Weighed in light clothing; the head and neck are taken as 8 % of it." + (
            f" The file gives {own[0]}, which goes first." if own else ""
        )

    def _field(self, one: _Measure) -> None:
        low, high = LIMITS[one.name]
        self._fields[one.name] = ui.number(
            one.label,
            value=self._value(one),
            min=low * one.per_unit,
            max=high * one.per_unit,
            step=one.step,
            on_change=lambda event: self._set(
                one.name, None if event.value is None else round(event.value / one.per_unit, 6)
            ),
        ).props(f'hint="between {low * one.per_unit:g} and {high * one.per_unit:g}"')

    def _value(self, one: _Measure) -> float | None:
        said = self._desk.visit.choices.person.get(one.name)
        return None if said is None else round(float(said) * one.per_unit, 4)

    def _set(self, name: str, value: float | str | None) -> None:
        choices = self._desk.visit.choices
        if choices.person.get(name) == value:
            return
        if value is None and name not in choices.person:
            return
        choices.measure(name, value)
        self._explain_mass()
        self._tell()
        self._desk.visit.is_old = True
        self._desk.changed()

    def _tell(self, problem: str | None = None) -> None:
        """Say what is wrong with the measures, once all are there."""
        person = self._desk.visit.choices.person
        asked = {"neck_length_m", "shoulder_width_m"} <= person.keys() and (
            {_MASS.name, *_HEADS} & person.keys()
        )
        said = problem or (self._desk.person_problem() if asked else None)
        self._told.text = said or ""
        self._told.visible = said is not None

    def _file(self) -> None:
        with ui.row().classes("items-center"):
            self._upload = (
                Dropbox(
                    label="Have a person.toml already? Drop it here or press +",
                    button="Choose a person.toml",
                    most_bytes=_MOST_BYTES,
                    on_upload=self._taken,
                    on_rejected=lambda: self._tell("A person's file is short; give the right one."),
                )
                .props('accept=".toml" flat hide-upload-btn')
                .classes("drop small-drop")
                .mark("person-file")
            )

    async def _taken(self, event: events.UploadEventArguments) -> None:
        visit = self._desk.visit
        path = visit.draft().with_name(plain_name(event.file.name))
        await event.file.save(path)
        said = await self._desk.workers.do(person_said, visit.folder, path)
        path.unlink(missing_ok=True)
        if isinstance(said, Refusal):
            self._tell(said.sentence)
            return
        visit.choices.take_person(said)
        self._fill()
        await self._desk.look()

    def _fill(self) -> None:
        """Show what the file said."""
        self._explain_mass()
        for one in (_NECK, _SHOULDERS, _MASS, _AGE):
            self._fields[one.name].value = self._value(one)
        self._sex.value = self._desk.visit.choices.person.get("sex", "")
        self._tell()
        self._desk.visit.is_old = True
        self._desk.changed()
