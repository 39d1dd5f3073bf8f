"""What a visitor chose: the person's measures, and how the recordings are to be read."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from nuchal.commands.options import RecordingOptions
from nuchal.errors import NuchalError
from nuchal.io.subject import read_subject

PERSON_FILE: Final = "person.toml"


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

    @property
    def reading(self) -> RecordingOptions:
        """How recordings are to be read, but for the static trial."""
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
            neutral_window_s=self._window,
        )

    @property
    def _window(self) -> tuple[float, float] | None:
        if self.neutral_from_s is None or self.neutral_to_s is None:
            return None
        if not self.neutral_to_s > self.neutral_from_s:
            raise NuchalError(
                "page.neutral_ends_early", start_s=self.neutral_from_s, end_s=self.neutral_to_s
            )
        return self.neutral_from_s, self.neutral_to_s

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
