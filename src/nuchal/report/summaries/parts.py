"""What all JSON files share: how a part behaves, findings, the person, ranges of motion."""

from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from nuchal.errors import Phrase, Setting, in_python
from nuchal.findings import Finding, Level
from nuchal.model.clinical import DIRECTIONS
from nuchal.plain_text import plain_line
from nuchal.records import Subject
from nuchal.report.text import Language, say, sentence


class Part(BaseModel):
    """A part of a JSON file; every number is finite, and ``null`` stands where there is none."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, from_attributes=True
    )


class Document(Part):
    """What every JSON file begins with.

    Attributes:
        software: Name and version.
        notice: What the numbers may be used for.
    """

    software: str = Field(default_factory=lambda: f"nuchal {version('nuchal')}")
    notice: str = Field(default_factory=lambda: say("report.notice"))

    def write(self, path: Path) -> None:
        """Write it as indented JSON.

        Raises:
            OSError: where ``path`` cannot be written.
        """
        path.write_text(self.model_dump_json(indent=2) + "\n", encoding="utf-8")


class FindingPart(Part):
    """One thing that was found, assumed or is wrong.

    Attributes:
        what: Its code.
        values: The numbers and names that belong to it, in the units that their names end in.
        text: The same as a sentence.
    """

    level: Level
    what: str
    values: dict[str, Any]
    text: str


def findings_part(found: Iterable[Finding]) -> list[FindingPart]:
    """Findings as their codes, values and sentences."""
    return [
        FindingPart(
            level=one.level,
            what=str(one.what),
            values=_values(one),
            text=sentence(one),
        )
        for one in found
    ]


def _values(one: Finding) -> dict[str, Any]:
    about = {} if one.about is None else {"about": plain_line(one.about)}
    return about | {name: plain(value) for name, value in one.values.items()}


def plain(value: Any) -> Any:
    """A value of a finding as JSON has it: settings by their Python names, phrases in words."""
    if isinstance(value, Setting):
        return in_python(value)
    if isinstance(value, Phrase):
        return say(value.what, **value.values)
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, str) or not isinstance(value, Sequence):
        return value if isinstance(value, bool | int | float | None) else plain_line(str(value))
    return [plain(one) for one in value]


class ParticipantSummary(Part):
    """The measures of the person.

    Attributes:
        head_and_neck_mass_kg: Head and neck together.
    """

    neck_length_m: float
    shoulder_width_m: float
    head_and_neck_mass_kg: float
    head_breadth_m: float | None
    head_length_m: float | None
    head_height_m: float | None
    sex: Literal["female", "male"] | None
    age_years: float | None


def participant(person: Subject) -> ParticipantSummary:
    """The measures of a person."""
    return ParticipantSummary.model_validate(person)


class RangeSummary(Part):
    """The farthest angle in each direction from the neutral posture [degrees]."""

    flexion: float
    extension: float
    right_bending: float
    left_bending: float
    right_rotation: float
    left_rotation: float


def range_summary(reach_deg: np.ndarray) -> RangeSummary:
    """Of how far the head went to each of ``DIRECTIONS`` [degrees]."""
    pairs = zip(DIRECTIONS, reach_deg, strict=True)
    return RangeSummary(**{way.replace(" ", "_"): float(reach) for way, reach in pairs})


def person_words(person: Subject, language: Language = "en") -> list[str]:
    """Sex and age, where they are known, and the three measures."""
    known = [] if person.sex is None else [say(f"person.{person.sex}", language)]
    if person.age_years is not None:
        known.append(say("person.years", language, years=float(person.age_years)))
    return [
        *known,
        say("person.neck", language, cm=100.0 * person.neck_length_m),
        say("person.shoulders", language, cm=100.0 * person.shoulder_width_m),
        say("person.mass", language, kg=float(person.head_and_neck_mass_kg)),
    ]
