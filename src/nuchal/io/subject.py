"""The person, from a TOML file of five numbers or so."""

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nuchal.conventions import HEAD_MASS_SHARE
from nuchal.errors import RecordingError, SubjectError
from nuchal.io.text import read_text
from nuchal.records import Subject

# Least and greatest measure of a person. Wider than the 6068 adults of the ANSUR II survey (Gordon
# et al. 2014, Natick/TR-15/007), down to a child; head mass as 8 % of body mass.
LIMITS: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {
        "neck_length_m": (0.05, 0.18),
        "shoulder_width_m": (0.25, 0.55),
        "body_mass_kg": (25.0, 250.0),
        "head_mass_kg": (2.0, 20.0),
        "head_breadth_m": (0.11, 0.20),
        "head_length_m": (0.14, 0.25),
        "head_height_m": (0.09, 0.18),
        "age_years": (2.0, 120.0),
    }
)

MAX_BYTES: Final = 1_000_000
_SCALES: Final = {
    "m": (
        (1e-3, "millimetres"),
        (1e-2, "centimetres"),
        (0.0254, "inches"),
    ),
    "kg": ((1e-3, "grams"), (0.45359237, "pounds")),
}
_UNIT_NAMES: Final = {"m": "metres", "kg": "kilograms", "years": "years"}
_EXAMPLE: Final = (
    "neck_length_m = 0.108, shoulder_width_m = 0.399 and body_mass_kg = 79.7 (or head_mass_kg)"
)


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
    measures = _load(path)
    try:
        given = _SubjectFile.model_validate(measures)
    except ValidationError as error:
        raise SubjectError(f"{path}: {_sentence(error)}") from error
    for name in LIMITS:
        value = getattr(given, name)
        if value is not None:
            _refuse_impossible(path, name, value)
    _refuse_markers(path, given.markers)
    return Subject(
        neck_length_m=given.neck_length_m,
        shoulder_width_m=given.shoulder_width_m,
        head_mass_kg=_head_mass_kg(path, given),
        head_breadth_m=given.head_breadth_m,
        head_length_m=given.head_length_m,
        head_height_m=given.head_height_m,
        sex=given.sex,
        age_years=given.age_years,
        markers=MappingProxyType(dict(given.markers)),
        emg=MappingProxyType(dict(given.emg)),
    )


def _load(path: Path) -> dict[str, Any]:
    try:
        file = read_text(path)
    except RecordingError as error:
        sentence = str(error).replace("export the recording again", f"write {_EXAMPLE}")
        raise SubjectError(sentence) from error
    text = "\n".join(file.lines)
    if path.suffix.lower() != ".toml":
        raise SubjectError(f"{path}: is not named .toml; give the person as a TOML file.")
    if len(text) > MAX_BYTES:
        raise SubjectError(f"{path}: is far too long for a person; give the right file.")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SubjectError(
            f"{path}: is not valid TOML: {str(error)[:200]}; write one name = number a line, with "
            "a decimal point."
        ) from error
    except (RecursionError, ValueError) as error:
        raise SubjectError(f"{path}: is not a person's file; write {_EXAMPLE}.") from error


def _sentence(error: ValidationError) -> str:
    """One sentence for the first of the problems that pydantic found."""
    problems = error.errors(include_url=False)
    unknown = [p for p in problems if p["type"] == "extra_forbidden"]
    first = (unknown or problems)[0]
    name = ".".join(str(part) for part in first["loc"])
    match first["type"]:
        case "extra_forbidden":
            known = list(_SubjectFile.model_fields)
            close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"did you mean {close[0]}" if close else f"it may say {', '.join(known)}"
            return f'"{name}" is not known here; {hint}.'
        case "missing":
            return f"{name} is missing; a person needs {_EXAMPLE}."
        case "literal_error":
            return f'{name} = "{first["input"]}" is not known; write "female" or "male".'
        case "float_type":
            return f"{name} = {first['input']!r:.40} has to be a number without quotes."
        case "dict_type":
            return f"{name} has to be a table; write [{name}] and its entries below."
        case _:
            return f"{name} = {first['input']!r:.40} has to be a text in quotes."


def _refuse_impossible(path: Path, name: str, value: float) -> None:
    low, high = LIMITS[name]
    if low <= value <= high:
        return
    unit = name.rpartition("_")[2]
    raise SubjectError(
        f"{path}: {name} = {value:g} is impossible, for it lies between {low:g} and {high:g} "
        f"{unit}{_mistake(name, value)}."
    )


def _mistake(name: str, value: float) -> str:
    """What the number looks like, and what to write instead."""
    unit = name.rpartition("_")[2]
    low, high = LIMITS[name]
    if name == "head_mass_kg" and value <= LIMITS["body_mass_kg"][1] and value > high:
        return f"; it looks like the body's mass: write body_mass_kg = {value:g}"
    if name == "body_mass_kg" and LIMITS["head_mass_kg"][0] <= value < low:
        return f"; it looks like the head's mass: write head_mass_kg = {value:g}"
    for scale, meant in _SCALES.get(unit, ()):
        if low <= value * scale <= high:
            return f"; it looks like {meant}: write {name} = {value * scale:.4g}"
    return f"; measure it in {_UNIT_NAMES[unit]} and write {name} = NUMBER"


def _refuse_markers(path: Path, markers: Mapping[str, str]) -> None:
    empty = [ours for ours, theirs in markers.items() if not theirs.strip()]
    if empty:
        raise SubjectError(f"{path}: [markers] {empty[0]} is empty; name the marker or remove it.")
    by_theirs: dict[str, str] = {}
    for ours, theirs in markers.items():
        if theirs in by_theirs:
            raise SubjectError(
                f'{path}: [markers] gives "{theirs}" to both {by_theirs[theirs]} and {ours}; every '
                "marker is one only."
            )
        by_theirs[theirs] = ours


def _head_mass_kg(path: Path, given: _SubjectFile) -> float:
    if given.head_mass_kg is not None and given.body_mass_kg is not None:
        raise SubjectError(
            f"{path}: gives both body_mass_kg and head_mass_kg; keep one, for the head's mass is "
            f"{HEAD_MASS_SHARE:.0%} of the body's where only that is known."
        )
    if given.head_mass_kg is not None:
        return given.head_mass_kg
    if given.body_mass_kg is None:
        raise SubjectError(
            f"{path}: gives neither body_mass_kg nor head_mass_kg; add one, such as "
            "body_mass_kg = 79.7."
        )
    return HEAD_MASS_SHARE * given.body_mass_kg
