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


def _by_direction(
    flexion: tuple[float, float],
    extension: tuple[float, float],
    bending: tuple[float, float],
    rotation: tuple[float, float],
) -> Mapping[str, tuple[float, float]]:
    sides = {
        f"{side}{name}": limits
        for name, limits in (("bending", bending), ("rotation", rotation))
        for side in ("", "right_", "left_")
    }
    return MappingProxyType({"flexion": flexion, "extension": extension, **sides})


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
        "strength_lever_m": (0.05, 0.5),
    }
)
# Least and greatest range and strength of a person, a child and an athlete included; both sides of
# bending and rotation have one name each as well.
DIRECTION_LIMITS: Final[Mapping[str, Mapping[str, tuple[float, float]]]] = MappingProxyType(
    {
        "range_deg": _by_direction((5.0, 100.0), (5.0, 120.0), (5.0, 75.0), (5.0, 110.0)),
        "strength_Nm": _by_direction((1.0, 90.0), (1.0, 150.0), (1.0, 110.0), (0.5, 45.0)),
        "strength_N": _by_direction((5.0, 450.0), (5.0, 750.0), (5.0, 550.0), (5.0, 400.0)),
    }
)

MAX_BYTES: Final = 1_000_000
# Mistaken units: their size in the right one, and their names.
_MISTAKEN: Final = {
    "m": ((1e-3, "subject.millimetres"), (1e-2, "subject.centimetres"), (0.0254, "subject.inches")),
    "kg": ((1e-3, "subject.grams"), (0.45359237, "subject.pounds")),
}
_UNITS: Final = {
    "m": "subject.metres",
    "kg": "subject.kilograms",
    "years": "subject.years",
    "deg": "subject.degrees",
    "Nm": "subject.newton_metres",
    "N": "subject.newtons",
}


class _SubjectFile(BaseModel):
    """What a person's file may say.

    Attributes:
        range_deg: How far the head turns on the thorax, by direction.
        strength_Nm: Isometric strength by direction: the moment about C7-T1.
        strength_N: The same as a force, which acts ``strength_lever_m`` from C7-T1.
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
    range_deg: dict[str, float] = Field(default_factory=dict)
    strength_Nm: dict[str, float] = Field(default_factory=dict)
    strength_N: dict[str, float] = Field(default_factory=dict)
    strength_lever_m: float | None = None
    markers: dict[str, str] = Field(default_factory=dict)
    emg: dict[str, str] = Field(default_factory=dict)


def read_subject(path: Path) -> Subject:
    """Read a person's measures.

    Args:
        path: A TOML file with ``neck_length_m``, ``shoulder_width_m`` and either ``body_mass_kg``
            or ``head_mass_kg``; ``[range_deg]`` and ``[strength_Nm]``, or ``[strength_N]`` and
            ``strength_lever_m``, may say how far and how strong by direction; ``[markers]`` may map
            our marker names to the recording's, and ``[emg]`` sites of electrodes or muscles to its
            channels.

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
    simple = {name for name in LIMITS if name not in ("head_mass_kg", "strength_lever_m")}
    return Subject(
        **given.model_dump(include={*simple, "sex"}),
        head_mass_kg=_head_mass_kg(path, given),
        range_deg=MappingProxyType(_by_side(path, "range_deg", given.range_deg)),
        strength_Nm=MappingProxyType(_strength(path, given)),
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


def _by_side(path: Path, table: str, given: Mapping[str, float]) -> dict[str, float]:
    """What a table says of each direction; ``bending`` and ``rotation`` mean both sides."""
    limits = DIRECTION_LIMITS[table]
    found: dict[str, float] = {}
    for name, value in given.items():
        if name not in limits:
            raise SubjectError("subject.direction", path, table=table, name=name, names=[*limits])
        low, high = limits[name]
        if not low <= value <= high:
            full, unit = f"{table}.{name}", table.rpartition("_")[2]
            facts: dict[str, Any] = {"name": full, "value": value, "low": low, "high": high}
            hint = phrase("subject.measure", unit=phrase(_UNITS[unit]), name=full)
            raise SubjectError("subject.impossible", path, unit=unit, hint=hint, **facts)
        both = name in ("bending", "rotation")
        found |= {f"{side}{name}": value for side in (("right_", "left_") if both else ("",))}
    return found


def _strength(path: Path, given: _SubjectFile) -> dict[str, float]:
    """Moments by direction [N m], as given or from forces and their lever."""
    moments = _by_side(path, "strength_Nm", given.strength_Nm)
    forces = _by_side(path, "strength_N", given.strength_N)
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


def _head_mass_kg(path: Path, given: _SubjectFile) -> float:
    if given.head_mass_kg is not None and given.body_mass_kg is not None:
        raise SubjectError("subject.two_masses", path, share=HEAD_MASS_SHARE)
    if given.head_mass_kg is not None:
        return given.head_mass_kg
    if given.body_mass_kg is None:
        raise SubjectError("subject.no_mass", path)
    return HEAD_MASS_SHARE * given.body_mass_kg
