"""What a visitor chose: the person's measures, and how the recordings are to be read."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from nuchal.commands.folder import PERSON_FILE
from nuchal.commands.options import RecordingOptions
from nuchal.conventions import Device
from nuchal.errors import NuchalError
from nuchal.io.subject import read_subject


@dataclass(kw_only=True)
class Span:
    """From when to when something was done in a recording [s]; nothing until both are given."""

    from_s: float | None = None
    to_s: float | None = None

    def window_s(self, ends_early: str) -> tuple[float, float] | None:
        """Both ends.

        Raises:
            NuchalError: ``ends_early``, as the end comes before the start.
        """
        if self.from_s is None or self.to_s is None:
            return None
        if not self.to_s > self.from_s:
            raise NuchalError(ends_early, start_s=self.from_s, end_s=self.to_s)
        return self.from_s, self.to_s


@dataclass(kw_only=True)
class TurnChoices:
    """What can be chosen of recordings of orientations, all of them but for the times.

    Attributes:
        head: Which body it is.
        head_columns: What its columns start with, in a plain table.
        nods: When the person nods, by recordings.
        neutrals: When the person is upright and at rest, by recordings.
    """

    head: str | None = None
    torso: str | None = None
    up: str | None = None
    forward: str | None = None
    device: Device | None = None
    quaternion: str | None = None
    euler: str | None = None
    left_handed: bool = False
    head_columns: str | None = None
    torso_columns: str | None = None
    nods: dict[str, Span] = field(default_factory=dict)
    neutrals: dict[str, Span] = field(default_factory=dict)

    @property
    def columns(self) -> Mapping[str, str]:
        """What columns start with, by bodies."""
        said = {"head": self.head_columns, "torso": self.torso_columns}
        return MappingProxyType({body: begins for body, begins in said.items() if begins})

    def neutral_s(self, name: str) -> tuple[float, float] | None:
        """When the person is upright and at rest in a recording [s], if it was said.

        Raises:
            NuchalError: the end comes before the start.
        """
        return self.neutrals.get(name, Span()).window_s("page.neutral_ends_early")

    def nod_s(self, name: str) -> tuple[float, float] | None:
        """When the person nods in a recording [s], if it was said.

        Raises:
            NuchalError: the end comes before the start.
        """
        return self.nods.get(name, Span()).window_s("page.nod_ends_early")

    def forget(self, name: str) -> None:
        """Forget the times of a recording."""
        self.nods.pop(name, None)
        self.neutrals.pop(name, None)


@dataclass(kw_only=True)
class Choices:
    """Everything that can be chosen on the page; plain values, so that a worker can be told.

    Attributes:
        person: What ``person.toml`` says, in its words and units.
        static: Name of the recording at rest.
        markers: The recording's name of our markers.
        mirror: Axis of the laboratory that the files have pointing the wrong way.
        neutral_to_s: When the person is upright and at rest, if both are given.
        person_in_file: Whose markers, where a recording holds several people.
        turns: Of recordings of orientations, to which names and axes of markers mean nothing.
    """

    person: dict[str, Any] = field(default_factory=dict)
    static: str | None = None
    markers: dict[str, str] = field(default_factory=dict)
    swap_sides: bool = False
    up: str | None = None
    forward: str | None = None
    mirror: str | None = None
    neutral_from_s: float | None = None
    neutral_to_s: float | None = None
    units: str | None = None
    rate_hz: float | None = None
    in_degrees: bool | None = None
    person_in_file: str | None = None
    turns: TurnChoices = field(default_factory=TurnChoices)

    @property
    def reading(self) -> RecordingOptions:
        """How markers or coordinates are to be read, but for times and the static trial."""
        return RecordingOptions(
            units=self.units,
            rate_hz=self.rate_hz,
            in_degrees=self.in_degrees,
            person=self.person_in_file,
            markers=MappingProxyType(dict(self.markers)),
            swap_sides=self.swap_sides,
            up=self.up,
            forward=self.forward,
            mirror=self.mirror,
        )

    @property
    def reading_turns(self) -> RecordingOptions:
        """How orientations are to be read, but for times and the static trial."""
        turns = self.turns
        return RecordingOptions(
            rate_hz=self.rate_hz,
            in_degrees=self.in_degrees,
            head_name=turns.head,
            torso_name=turns.torso,
            up=turns.up,
            forward=turns.forward,
            device=turns.device,
            quaternion=turns.quaternion,
            euler=turns.euler,
            left_handed=turns.left_handed,
            columns=turns.columns,
        )

    @property
    def neutral_s(self) -> tuple[float, float] | None:
        """When the person with markers is upright and at rest [s], if it was said.

        Raises:
            NuchalError: the end comes before the start.
        """
        said = Span(from_s=self.neutral_from_s, to_s=self.neutral_to_s)
        return said.window_s("page.neutral_ends_early")

    def measure(self, name: str, value: float | str | None) -> None:
        """Set one measure, in the words and units of ``person.toml``; None removes it."""
        if value is None or value == "":
            self.person.pop(name, None)
        else:
            self.person[name] = value

    def write_person(self, folder: Path) -> Path:
        """Write ``person.toml`` into a folder."""
        path = folder / PERSON_FILE
        path.write_text(_toml(self.person), "utf-8")
        return path

    def take_person(self, said: Mapping[str, Any]) -> None:
        """Take over what a ``person.toml`` says, its markers too."""
        self.person = dict(said)
        self.markers.update(self.person.pop("markers", {}))


def person_said(path: Path) -> dict[str, Any]:
    """What a ``person.toml`` says.

    Raises:
        SubjectError: it says something that no person's file can.
    """
    read_subject(path)
    return tomllib.loads(path.read_text("utf-8-sig"))


def _toml(entries: dict[str, Any]) -> str:
    plain = [f"{name} = {_value(v)}" for name, v in entries.items() if not isinstance(v, dict)]
    for name, table in entries.items():
        if isinstance(table, dict):
            plain += [f"[{name}]", *(f"{_value(k)} = {_value(v)}" for k, v in table.items())]
    return "\n".join([*plain, ""])


def _value(value: str | float) -> str:
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return '"' + "".join(c if c.isprintable() else " " for c in escaped) + '"'
    return repr(float(value)) if isinstance(value, float) else str(value)
