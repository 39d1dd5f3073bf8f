"""The person, from a TOML file of five numbers or so."""

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nuchal.conventions import GIVEN_BODY_MASS_KG, HEAD_MASS_SHARE
from nuchal.errors import Phrase, SubjectError, phrase
from nuchal.io.text import read_text
from nuchal.records import Subject

# Least and greatest measure of a person. Wider than the 6068 adults of the ANSUR II survey (Gordon
# et al. 2014, Natick/TR-15/007), down to a child; head mass as 8 % of body mass.
LIMITS: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {
        "neck_length_m": (0.05, 0.18),
        "shoulder_width_m": (0.25, 0.55),
        "body_mass_kg": GIVEN_BODY_MASS_KG,
        "head_mass_kg": (
            HEAD_MASS_SHARE * GIVEN_BODY_MASS_KG[0],
            HEAD_MASS_SHARE * GIVEN_BODY_MASS_KG[1],
        ),
        "head_breadth_m": (0.11, 0.20),
        "head_length_m": (0.14, 0.25),
        "head_height_m": (0.09, 0.18),
        "age_years": (2.0, 120.0),
    }
)

MAX_BYTES: Final = 1_000_000
# Mistaken units: their size in the right one, and their names.
_MISTAKEN: Final = {
    "m": ((1e-3, "subject.millimetres"), (1e-2, "subject.centimetres"), (0.0254, "subject.inches")),
    "kg": ((1e-3, "subject.grams"), (0.45359237, "subject.pounds")),
}
_UNITS: Final = {"m": "subject.metres", "kg": "subject.kilograms", "years": "subject.years"}


class _SubjectFile(BaseModel):
    """What a person's file may say.

    Attributes:
        emg: Channels of a recording of muscle activity; the names are checked where they are used.
    """

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=True)

    neck_length_m: float
    shoulder_width_m: float
    body_mass_kg: float | None = None
    head_mass_kg: float | None = None
    head_breadth_m: float | None = None
    head_length_m: float | None = None
    head_height_m: float | None = None
    sex: Literal["female", "male"] | None = None
    age_years: float | None = None
    markers: dict[str, str] = Field(default_factory=dict)
    emg: dict[str, str] = Field(default_factory=dict)


def read_subject(path: Path) -> Subject:
    """Read a person's measures.

    Args:
        path: A TOML file with ``neck_length_m``, ``shoulder_width_m`` and either ``body_mass_kg``
            or ``head_mass_kg``; ``[markers]`` may map our marker names to the recording's, and
            ``[emg]`` sites of electrodes or muscles to its channels.

    Raises:
        SubjectError: The file is missing or no TOML, a measure is missing, misnamed or impossible.
    """
    try:
        given = _SubjectFile.model_validate(_load(path))
    except ValidationError as error:
        raise _error(path, error) from error
    for name in LIMITS:
        value = getattr(given, name)
        if value is not None:
            _refuse_impossible(path, name, value)
    _refuse_markers(path, given.markers)
    measures = given.model_dump(exclude={"body_mass_kg", "head_mass_kg", "markers", "emg"})
    return Subject(
        **measures,
        head_mass_kg=_head_mass_kg(path, given),
        markers=MappingProxyType(given.markers),
        emg=MappingProxyType(given.emg),
    )


def _load(path: Path) -> dict[str, Any]:
    if path.is_file() and path.stat().st_size == 0:
        raise SubjectError("subject.empty", path, example=_example())
    text = "\n".join(read_text(path, SubjectError).lines)
    if path.suffix.lower() != ".toml":
        raise SubjectError("subject.not_toml", path)
    if len(text) > MAX_BYTES:
        raise SubjectError("subject.too_long", path)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SubjectError("subject.bad_toml", path, reason=str(error)[:200]) from error
    except (RecursionError, ValueError) as error:
        raise SubjectError("subject.no_person", path, example=_example()) from error


def _example() -> Phrase:
    return phrase("subject.example")


def _error(path: Path, error: ValidationError) -> SubjectError:
    """The first of the problems that pydantic found."""
    problems = error.errors(include_url=False)
    unknown = [p for p in problems if p["type"] == "extra_forbidden"]
    first = (unknown or problems)[0]
    name = ".".join(str(part) for part in first["loc"])
    given = f"{first['input']!r:.40}"
    match first["type"]:
        case "extra_forbidden":
            known = list(_SubjectFile.model_fields)
            close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            similar = phrase("subject.similar", name=close[0] if close else "")
            hint = similar if close else phrase("subject.known", names=known)
            return SubjectError("subject.unknown", path, name=name, hint=hint)
        case "missing":
            return SubjectError("subject.missing", path, name=name, example=_example())
        case "literal_error":
            return SubjectError("subject.sex", path, name=name, given=first["input"])
        case "float_type":
            return SubjectError("subject.no_number", path, name=name, given=given)
        case "dict_type":
            return SubjectError("subject.no_table", path, name=name)
        case _:
            return SubjectError("subject.no_text", path, name=name, given=given)


def _refuse_impossible(path: Path, name: str, value: float) -> None:
    low, high = LIMITS[name]
    if low <= value <= high:
        return
    facts: dict[str, Any] = {"name": name, "value": value, "low": low, "high": high}
    unit, hint = name.rpartition("_")[2], _mistake(name, value)
    raise SubjectError("subject.impossible", path, unit=unit, hint=hint, **facts)


def _mistake(name: str, value: float) -> Phrase:
    """What the number looks like, and what to write instead."""
    unit = name.rpartition("_")[2]
    low, high = LIMITS[name]
    if name == "head_mass_kg" and value <= LIMITS["body_mass_kg"][1] and value > high:
        return phrase("subject.like_body_mass", value_kg=value)
    if name == "body_mass_kg" and LIMITS["head_mass_kg"][0] <= value < low:
        return phrase("subject.like_head_mass", value_kg=value)
    for scale, meant in _MISTAKEN.get(unit, ()):
        if low <= value * scale <= high:
            right = value * scale
            return phrase("subject.like_unit", meant=phrase(meant), name=name, right=right)
    return phrase("subject.measure", unit=phrase(_UNITS[unit]), name=name)


def _refuse_markers(path: Path, markers: Mapping[str, str]) -> None:
    by_theirs: dict[str, str] = {}
    for ours, theirs in markers.items():
        if not theirs.strip():
            raise SubjectError("subject.empty_marker", path, marker=ours)
        if theirs in by_theirs:
            both = [by_theirs[theirs], ours]
            raise SubjectError("subject.same_marker", path, theirs=theirs, both=both)
        by_theirs[theirs] = ours


def _head_mass_kg(path: Path, given: _SubjectFile) -> float:
    if given.head_mass_kg is not None and given.body_mass_kg is not None:
        raise SubjectError("subject.two_masses", path, share=HEAD_MASS_SHARE)
    if given.head_mass_kg is not None:
        return given.head_mass_kg
    if given.body_mass_kg is None:
        raise SubjectError("subject.no_mass", path)
    return HEAD_MASS_SHARE * given.body_mass_kg
