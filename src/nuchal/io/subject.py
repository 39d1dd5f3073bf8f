"""The person, from a TOML file of five numbers or so."""

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nuchal.conventions import HEAD_MASS_SHARE
from nuchal.errors import Phrase, SubjectError, phrase
from nuchal.io.measures import LIMITS, areas, by_side, refuse_impossible
from nuchal.io.recordings.units import LENGTH_UNITS
from nuchal.io.text import read_text
from nuchal.model.generic import head_share
from nuchal.plain_text import plain_within
from nuchal.records import Subject

MAX_BYTES: Final = 1_000_000
# What the mass of head and neck was called, which readers took for that of the head.
_OLD_HEAD: Final = "head_mass_kg"


class _SubjectFile(BaseModel):
    """What a person's file may say.

    Attributes:
        range_deg: How far the head turns on the thorax, by direction.
        strength_Nm: Isometric strength by direction: the moment about C7-T1.
        strength_N: The same as a force, which acts ``strength_lever_m`` from C7-T1.
        muscle_area_cm2: By muscle or group, of one side.
        emg: Channels of a recording of muscle activity; the names are checked where they are used.
    """

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=True)

    neck_length_m: float
    shoulder_width_m: float
    body_mass_kg: float | None = None
    head_and_neck_mass_kg: float | None = None
    head_alone_mass_kg: float | None = None
    head_breadth_m: float | None = None
    head_length_m: float | None = None
    head_height_m: float | None = None
    sex: Literal["female", "male"] | None = None
    age_years: float | None = None
    range_deg: dict[str, float] = Field(default_factory=dict)
    strength_Nm: dict[str, float] = Field(default_factory=dict)
    strength_N: dict[str, float] = Field(default_factory=dict)
    strength_lever_m: float | None = None
    muscle_area_cm2: dict[str, float] = Field(default_factory=dict)
    markers: dict[str, str] = Field(default_factory=dict)
    emg: dict[str, str] = Field(default_factory=dict)


def read_subject(path: Path) -> Subject:
    """Read a person's measures.

    Args:
        path: A TOML file with ``neck_length_m``, ``shoulder_width_m`` and at least one of
            ``body_mass_kg``, ``head_and_neck_mass_kg`` and ``head_alone_mass_kg``; ``[range_deg]``
            and ``[strength_Nm]``, or ``[strength_N]`` and ``strength_lever_m``, may say how far and
            how strong by direction, and ``[muscle_area_cm2]`` how thick muscles are; ``[markers]``
            may map our marker names to the recording's, and ``[emg]`` sites of electrodes or
            muscles to its channels.

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
            refuse_impossible(path, name, value)
    _refuse_markers(path, given.markers)
    other = {"head_and_neck_mass_kg", "head_alone_mass_kg", "strength_lever_m"}
    return Subject(
        **given.model_dump(include={*LIMITS, "sex"} - other),
        head_and_neck_mass_kg=_head_and_neck_mass_kg(path, given),
        range_deg=MappingProxyType(by_side(path, "range_deg", given.range_deg)),
        strength_Nm=MappingProxyType(_strength(path, given)),
        muscle_area_cm2=MappingProxyType(areas(path, given.muscle_area_cm2)),
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
        return dict(plain_within(tomllib.loads(text)))
    except tomllib.TOMLDecodeError as error:
        raise SubjectError("subject.bad_toml", path, reason=str(error)) from error
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
            return _unknown(path, name, first["input"])
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


def _unknown(path: Path, name: str, given: object) -> SubjectError:
    if name == _OLD_HEAD:
        return SubjectError("subject.old_head_mass", path, name=name)
    known = list(_SubjectFile.model_fields)
    base, _, unit = name.rpartition("_")
    if unit in LENGTH_UNITS and f"{base}_m" in known and isinstance(given, int | float):
        right = given * LENGTH_UNITS[unit]
        hint = phrase("subject.in_metres", name=f"{base}_m", right=right)
        return SubjectError("subject.unknown", path, name=name, hint=hint)
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    similar = phrase("subject.similar", name=close[0] if close else "")
    hint = similar if close else phrase("subject.known", names=known)
    return SubjectError("subject.unknown", path, name=name, hint=hint)


def _strength(path: Path, given: _SubjectFile) -> dict[str, float]:
    """Moments by direction [N m], as given or from forces and their lever."""
    moments = by_side(path, "strength_Nm", given.strength_Nm)
    forces = by_side(path, "strength_N", given.strength_N)
    if forces and given.strength_lever_m is None:
        raise SubjectError("subject.no_lever", path)
    twice = sorted(moments.keys() & forces.keys())
    if twice:
        raise SubjectError("subject.two_strengths", path, names=twice)
    lever = given.strength_lever_m or 0.0
    return moments | {name: force * lever for name, force in forces.items()}


def _refuse_markers(path: Path, markers: Mapping[str, str]) -> None:
    by_theirs: dict[str, str] = {}
    for ours, theirs in markers.items():
        if not theirs.strip():
            raise SubjectError("subject.empty_marker", path, marker=ours)
        if theirs in by_theirs:
            both = [by_theirs[theirs], ours]
            raise SubjectError("subject.same_marker", path, theirs=theirs, both=both)
        by_theirs[theirs] = ours


def _head_and_neck_mass_kg(path: Path, given: _SubjectFile) -> float:
    """Everything above T1; the body's mass tells it where nothing nearer does."""
    if given.head_and_neck_mass_kg is not None and given.head_alone_mass_kg is not None:
        raise SubjectError("subject.two_masses", path)
    if given.head_and_neck_mass_kg is not None:
        return given.head_and_neck_mass_kg
    if given.head_alone_mass_kg is not None:
        return given.head_alone_mass_kg / head_share()
    if given.body_mass_kg is None:
        raise SubjectError("subject.no_mass", path)
    return HEAD_MASS_SHARE * given.body_mass_kg
