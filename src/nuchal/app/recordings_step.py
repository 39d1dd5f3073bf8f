"""Step 2: the recordings, dropped onto the page."""

from typing import Final

from nicegui import events, ui

from nuchal.app.access import alert
from nuchal.app.answers import Refusal
from nuchal.app.desk import Desk
from nuchal.app.dropped import RECORDINGS
from nuchal.app.labels import LABELS, on_the_page
from nuchal.app.limits import MEGABYTE
from nuchal.app.look import Look
from nuchal.app.names import goes_with_another
from nuchal.app.upload import Dropbox
from nuchal.errors import NuchalError

_SUFFIXES: Final = ",".join(RECORDINGS)
_TAKEN: Final = {
    "Markers": "C3D, TRC, CSV or TSV of Vicon, Motive, Qualisys and others, any plain table.",
    "Sensors, headsets, markerless video": "how head and trunk are turned: Xsens MVNX and MT "
    "Manager, OpenSense STO, APDM, C3D of Theia3D, rigid bodies of Motive or Qualisys, BVH, "
    "OpenFace, BIDS motion with its channels file, any table of quaternions or angles.",
    "Coordinates": "the six of the neck as MOT or STO.",
}
_MOVEMENT, _REST = "a movement", LABELS["static"]
_UNITS: Final = {None: "as the files say", "mm": "mm", "cm": "cm", "m": "m"}
_ANGLES: Final = {None: "as the files say", True: "degrees", False: "radians"}


_COLUMNS: Final = {
    "head_columns": LABELS["columns"],
    "torso_columns": "Columns of the trunk start with",
}
_NO_REST: Final = (
    "No recording at rest: neutral is looked for in each recording itself, in the first half "
    "second in which the head is still and straight."
)
_OTHERWISE: Final = "neutral is looked for in the recording itself"
_BESIDE: Final = "explains the recording beside it"


class RecordingsStep:
    """The place to drop files, and the list of those that are here."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        limits = desk.visit.limits
        ui.label(
            "Drop one or more recordings of the same person. The more movements, the better the "
            "picture of what the neck can do. A recording at rest, upright and looking straight "
            "ahead, tells where neutral is."
        ).classes("lead")
        for what, formats in _TAKEN.items():
            with ui.element("div").classes("taken"):
                ui.label(what).style("font-weight: 600")
                ui.label(formats)
        self._upload = (
            Dropbox(
                label=f"Drop recordings here, or press + (at most {limits.files} files of "
                f"{limits.file_bytes / MEGABYTE:.0f} MB)",
                button="Choose recordings",
                multiple=True,
                most_bytes=limits.file_bytes,
                max_files=limits.files,
                on_upload=self._taken,
                on_rejected=self._rejected,
            )
            .props(f'accept="{_SUFFIXES}" flat hide-upload-btn')
            .classes("drop")
            .mark("recordings")
        )
        self._list = ui.element("div").style("width: 100%")
        self._show()
        self._options()
        desk.on_change(self._show)

    def _options(self) -> None:
        """What files may leave open, or say wrongly."""
        choices = self._desk.visit.choices
        with (
            ui.expansion("Unit, frame rate, person or columns not as the files say", icon="tune")
            .classes("w-full")
            .props("dense"),
            ui.element("div").classes("row-of-cards"),
        ):
            for name, options, value in (
                ("units", _UNITS, choices.units),
                ("in_degrees", _ANGLES, choices.in_degrees),
            ):
                ui.select(
                    options,
                    value=value,
                    label=LABELS[name],
                    on_change=lambda event, name=name: self._read_as(name, event.value),
                ).props("dense outlined").mark(name)
            ui.number(
                LABELS["rate_hz"],
                value=choices.rate_hz,
                min=1.0,
                on_change=lambda event: self._read_as("rate_hz", event.value),
            ).props("dense outlined debounce=600").mark("rate_hz")
            ui.input(
                LABELS["person"],
                value=choices.person_in_file or "",
                on_change=lambda event: self._read_as("person_in_file", event.value or None),
            ).props("dense outlined debounce=600").mark("person_in_file")
            for name, label in _COLUMNS.items():
                ui.input(
                    label,
                    value=getattr(choices.turns, name) or "",
                    on_change=lambda event, name=name: self._columns(name, event.value or None),
                ).props('dense outlined debounce=600 hint="such as HMD_Rotation"').mark(name)

    async def _read_as(self, name: str, value: str | float | None) -> None:
        setattr(self._desk.visit.choices, name, value)
        self._changed()
        await self._desk.look()

    async def _columns(self, name: str, begin: str | None) -> None:
        setattr(self._desk.visit.choices.turns, name, begin)
        self._changed()
        await self._desk.look()

    async def _taken(self, event: events.UploadEventArguments) -> None:
        visit = self._desk.visit
        arrived = visit.draft()
        await event.file.save(arrived)
        try:
            path = visit.keep(event.file.name, arrived)
        except NuchalError as problem:
            self._upload.tell(problem.text(on_the_page))
            return
        self._upload.tell(None)
        self._desk.seen.pop(path.name, None)
        if visit.choices.static is None and "static" in path.stem.lower():
            visit.choices.static = path.name
        self._changed()
        await self._desk.look()

    def _rejected(self) -> None:
        limits = self._desk.visit.limits
        self._upload.tell(
            f"A file was refused: recordings are named {_SUFFIXES.replace(',', ', ')} and have "
            f"{limits.file_bytes / MEGABYTE:.0f} MB at most."
        )

    def _changed(self) -> None:
        self._desk.visit.is_old = True
        self._desk.changed()

    def _show(self) -> None:
        """The list, anew."""
        self._list.clear()
        visit = self._desk.visit
        with self._list:
            for path in visit.uploads:
                self._line(path.name)
            hint = _NO_REST if visit.static is None else self._other_kind(visit.static.name)
            if visit.recordings and hint:
                ui.label(hint).classes("small").style("padding: .6rem .3rem")

    def _other_kind(self, static: str) -> str | None:
        """What is said where the recording at rest is not of the kind of all others."""
        looks = {k: one for k, one in self._desk.seen.items() if isinstance(one, Look)}
        if static not in looks:
            return None
        of_turns = looks[static].turns is not None
        others = [
            name
            for name, one in looks.items()
            if (one.turns is not None) is not of_turns and (one.turns or one.has_markers)
        ]
        what = "sensors" if of_turns else "markers"
        named = ", ".join(others)
        return f"{static} holds {what}; in {named} {_OTHERWISE}." if others else None

    def _line(self, name: str) -> None:
        seen, problem = self._desk.seen.get(name), self._desk.problem_of(name)
        with ui.element("div").classes("line"):
            ui.label(name).classes("file")
            says = _BESIDE if goes_with_another(name) else _described(seen)
            ui.label(says).classes("small")
            if goes_with_another(name):
                ui.element("div")
                self._bin(name)
                return
            is_static = name == self._desk.visit.choices.static
            ui.select(
                [_MOVEMENT, _REST],
                value=_REST if is_static else _MOVEMENT,
                on_change=lambda event: self._use(name, event.value == _REST),
            ).props(f'dense outlined aria-label="What {name} is"')
            self._bin(name)
        if problem is not None:
            alert(problem).style("margin: .3rem 0")

    def _bin(self, name: str) -> None:
        ui.button(icon="delete", on_click=lambda: self._remove(name)).props(
            f'flat round dense color=secondary aria-label="Remove {name}"'
        )

    async def _use(self, name: str, at_rest: bool) -> None:
        choices = self._desk.visit.choices
        if at_rest:
            choices.static = name
        elif choices.static == name:
            choices.static = None
        self._changed()
        await self._desk.look()

    async def _remove(self, name: str) -> None:
        self._desk.visit.remove(name)
        self._changed()
        await self._desk.look()


def _described(seen: Look | Refusal | None) -> str:
    """A recording in a few words."""
    if seen is None:
        return "reading ..."
    if isinstance(seen, Refusal):
        return "cannot be used"
    if not seen.frames:
        return "orientations; see step 3"
    count = len(seen.names)
    what = f"{count} markers" if seen.has_markers else "the six coordinates"
    if seen.turns is not None:
        what = "orientations of " + (f"{count} bodies" if count > 1 else "one body")
    return f"{seen.duration_s:.1f} s, {seen.frames} frames at {seen.rate_hz:g} Hz, {what}"
