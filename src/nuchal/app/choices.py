"""What a visitor chose: the person's measures, and how the recordings are to be read."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from nuchal.io.subject import read_subject
from nuchal.motion.prepare import TrackingSettings

PERSON_FILE: Final = "person.toml"
_MASSES: Final = ("body_mass_kg", "head_mass_kg")


@dataclass(kw_only=True)
class Choices:
    """Everything that can be chosen on the page; plain values, so that a worker can be told."""

    person: dict[str, Any] = field(default_factory=dict)
    """What ``person.toml`` says, in its words and units."""
    static: str | None = None
    """Name of the recording at rest."""
    markers: dict[str, str] = field(default_factory=dict)
    """The recording's name of our markers."""
    swap_sides: bool = False
    up: str | None = None
    forward: str | None = None
    units: str | None = None

    @property
    def tracking(self) -> TrackingSettings:
        """How recordings are to be read."""
        return TrackingSettings(
            markers=MappingProxyType(dict(self.markers)),
            swap_sides=self.swap_sides,
            up=self.up,
            forward=self.forward,
        )

    def measure(self, name: str, value: float | str | None) -> None:
        """Set one measure, in the words and units of ``person.toml``; None removes it."""
        if name in _MASSES:
            for mass in _MASSES:
                self.person.pop(mass, None)
        if value is None or value == "":
            self.person.pop(name, None)
        else:
            self.person[name] = value

    def write_person(self, folder: Path) -> Path:
        """Write ``person.toml`` into a folder."""
        path = folder / PERSON_FILE
        path.write_text(_toml(self.person), "utf-8")
        return path

    def take_person(self, path: Path) -> None:
        """Take over what a ``person.toml`` says, its markers too.

        Raises:
            SubjectError: it says something that no person's file can.
        """
        read_subject(path)
        said = tomllib.loads(path.read_text("utf-8-sig"))
        self.markers.update(said.pop("markers", {}))
        self.person = said


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
