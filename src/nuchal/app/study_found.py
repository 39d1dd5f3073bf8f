"""Who was found in a folder: people, their groups and sessions, and how far each of them is."""

from typing import Final

from nicegui import ui

from nuchal.app.study_desk import StudyDesk
from nuchal.app.study_records import Doing, PersonSeen, StudySeen, Who, Wishes, told_of_study

_POLL_S: Final = 0.4
_GROUPS: Final = (
    "Groups are compared with one another, the first with each of the others. Leave all fields "
    "empty for one group; whoever is in no group while others are takes no part."
)


class FoundPart:
    """The list of people, and what can be chosen of them."""

    def __init__(self, desk: StudyDesk) -> None:
        self._desk = desk
        self._key = ""
        self._states: dict[str, ui.label] = {}
        self._visits: dict[str, ui.label] = {}
        self._groups: dict[str, ui.input] = {}
        self._card = ui.element("div").classes("card")
        with self._card:
            self._title = ui.label().classes("part")
            self._lead = ui.label().classes("lead")
            self._missing = ui.element("div").classes("advice").mark("missing")
            self._sessions = ui.element("div")
            self._list = ui.element("div").style("width: 100%")
        ui.timer(_POLL_S, self._tell)
        self._show()
        desk.on_change(self._show)

    def _show(self) -> None:
        study = self._desk.study
        seen = study.seen
        self._card.visible = seen is not None
        if seen is None:
            self._key = ""
            return
        self._title.text = f"Found in {study.name}" if study.name else "Found"
        self._lead.text = summary(seen)
        self._missing.clear()
        self._missing.visible = bool(seen.missing)
        with self._missing:
            ui.label("Takes no part:").style("font-weight: 600")
            for sentence in seen.missing:
                ui.label(sentence)
        if self._key != study.key:
            self._key = study.key
            self._anew(seen)
        for person in seen.people:
            self._visits[person.name].text = _recordings(person, seen)
        for field in self._groups.values():
            field.set_enabled(not study.busy)
            field.set_autocomplete(list(seen.groups))
        self._tell()

    def _anew(self, seen: StudySeen) -> None:
        """The list of another folder."""
        wished = self._desk.study.wishes
        self._sessions.clear()
        with self._sessions:
            self._ask_sessions(seen)
        self._list.clear()
        self._states, self._visits, self._groups = {}, {}, {}
        with self._list:
            ui.label(_GROUPS).classes("small")
            for person in seen.people:
                given = (
                    person.group if wished.groups is None else wished.groups.get(person.name, "")
                )
                self._line(person, given)

    def _line(self, person: PersonSeen, group: str) -> None:
        with ui.element("div").classes("line person"):
            ui.label(person.name).classes("file")
            self._groups[person.name] = (
                ui.input(value=group, label="Group", on_change=self._regrouped)
                .props(f'dense outlined debounce=500 aria-label="Group of {_plain(person.name)}"')
                .mark(f"group-{person.name}")
            )
            self._visits[person.name] = ui.label().classes("small")
            self._states[person.name] = ui.label().classes("small")

    def _ask_sessions(self, seen: StudySeen) -> None:
        """Folders that everybody has may be sessions, and only the user knows in which order."""
        if not seen.folders:
            return
        ui.label(
            f"Everybody has the folders {', '.join(seen.folders)}. If they are sessions, write "
            "their names in order; otherwise all of a person's recordings are taken together."
        ).classes("small")
        ui.input(
            "Sessions, the first one first",
            value=", ".join(self._desk.study.wishes.sessions or ()),
            placeholder="before, after",
            on_change=lambda event: self._in_sessions(str(event.value or "")),
        ).props("dense outlined debounce=600").mark("sessions").style("max-width: 28rem")

    async def _in_sessions(self, typed: str) -> None:
        names = tuple(one for one in map(str.strip, typed.split(",")) if one)
        await self._desk.wish(Wishes(groups=self._desk.study.wishes.groups, sessions=names))

    async def _regrouped(self) -> None:
        groups = {name: str(one.value or "").strip() for name, one in self._groups.items()}
        await self._desk.wish(Wishes(groups=groups, sessions=self._desk.study.wishes.sessions))

    def _tell(self) -> None:
        """How far each person is, also on a page that was opened meanwhile."""
        study = self._desk.study
        if study.seen is None or self._key != study.key:
            return
        begun = study.busy or study.found is not None or study.refused is not None
        doing = told_of_study(study.progress) if begun else Doing(doing="")
        states = _states(study.seen, doing, is_busy=study.busy)
        for person in study.seen.people:
            said = {s: states[person.name, s] for s in person.visits}
            self._states[person.name].text = _joined(said)


def summary(seen: StudySeen) -> str:
    """How much there is, in a sentence or two."""
    people, visits = len({name for name, _ in seen.visits}), len(seen.visits)
    recordings = sum(sum(one.visits.values()) for one in seen.people)
    words = [_counted(people, "person", "people"), _counted(recordings, "recording", "recordings")]
    if seen.sessions:
        words[1:1] = [f"{_counted(visits, 'session', 'sessions')} ({', '.join(seen.sessions)})"]
    groups = f" Groups: {', '.join(seen.groups)}." if seen.groups else " Everybody is in one group."
    file = f", as {seen.file} says" if seen.file else ""
    return f"{', '.join(words)}{file}.{groups}"


def _counted(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"


def _recordings(person: PersonSeen, seen: StudySeen) -> str:
    counts = {s: _counted(n, "recording", "recordings") for s, n in person.visits.items()}
    if not seen.sessions:
        return ", ".join(counts.values()) or "nothing to assess"
    return "; ".join(f"{s}: {n}" for s, n in counts.items()) or "nothing to assess"


def _states(seen: StudySeen, doing: Doing, *, is_busy: bool) -> dict[Who, str]:
    """What has become of each visit; people are taken in order, as many at a time as fit."""
    over = {(one.person, one.session): one.lost for one in doing.over}
    waiting = [who for who in seen.visits if who not in over]
    now = set(waiting[: doing.workers]) if is_busy else set()
    later = "waiting" if is_busy else ""
    found = {who: ("being assessed" if who in now else later) for who in seen.visits}
    return found | {who: f"Left out: {lost}" if lost else "assessed" for who, lost in over.items()}


def _joined(states: dict[str, str]) -> str:
    if len(states) == 1:
        return next(iter(states.values()))
    return "; ".join(f"{session}: {state}" for session, state in states.items() if state)


def _plain(name: str) -> str:
    return name.replace('"', "'")
