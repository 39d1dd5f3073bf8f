"""What a person's measures can be, and what a number looks like that no person has."""

import difflib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from nuchal.conventions import GIVEN_BODY_MASS_KG, HEAD_MASS_SHARE
from nuchal.errors import Phrase, SubjectError, phrase
from nuchal.model.areas import generic_area, muscles_by_name, shared_out, sides_of


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
# et al. 2014, Natick/TR-15/007), down to a child; head and neck as 8 % of body mass.
LIMITS: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {
        "neck_length_m": (0.05, 0.18),
        "shoulder_width_m": (0.25, 0.55),
        "body_mass_kg": GIVEN_BODY_MASS_KG,
        "head_and_neck_mass_kg": (
            HEAD_MASS_SHARE * GIVEN_BODY_MASS_KG[0],
            HEAD_MASS_SHARE * GIVEN_BODY_MASS_KG[1],
        ),
        "head_alone_mass_kg": (1.5, 8.0),
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
# Least and greatest area of a person's muscle, over that of the generic neck.
AREA_LIMITS: Final = (0.25, 4.0)

_AREAS: Final = "muscle_area_cm2"
_HEADS: Final = ("head_and_neck_mass_kg", "head_alone_mass_kg")
# Mistaken units: their size in the right one, and their names.
_MISTAKEN: Final = {
    "m": ((1e-3, "subject.millimetres"), (1e-2, "subject.centimetres"), (0.0254, "subject.inches")),
    "kg": ((1e-3, "subject.grams"), (0.45359237, "subject.pounds")),
    "cm2": ((1e-2, "subject.square_millimetres"),),
}
_UNITS: Final = {
    "m": "subject.metres",
    "kg": "subject.kilograms",
    "years": "subject.years",
    "deg": "subject.degrees",
    "Nm": "subject.newton_metres",
    "N": "subject.newtons",
    "cm2": "subject.square_centimetres",
}


def refuse_impossible(path: Path, name: str, value: float) -> None:
    """Refuse one of the measures that a person's file may give, if nobody has it.

    Raises:
        SubjectError: it is beyond its limits.
    """
    low, high = LIMITS[name]
    if low <= value <= high:
        return
    hint = _another_mass(name, value) or _another_unit(name, value, LIMITS[name])
    raise _impossible(path, name, value, LIMITS[name], hint)


def by_side(path: Path, table: str, given: Mapping[str, float]) -> dict[str, float]:
    """What a table says of each direction; ``bending`` and ``rotation`` mean both sides.

    Raises:
        SubjectError: a direction that there is not, or a value that nobody has.
    """
    limits = DIRECTION_LIMITS[table]
    found: dict[str, float] = {}
    for name, value in given.items():
        if name not in limits:
            raise SubjectError("subject.direction", path, table=table, name=name, names=[*limits])
        low, high = limits[name]
        if not low <= value <= high:
            full = f"{table}.{name}"
            raise _impossible(path, full, value, limits[name], _measure(full, _unit(table)))
        both = name in ("bending", "rotation")
        found |= {f"{side}{name}": value for side in (("right_", "left_") if both else ("",))}
    return found


def areas(path: Path, given: Mapping[str, float]) -> dict[str, float]:
    """Areas by muscle [cm^2]; a group's is shared out as the generic neck shares it.

    Raises:
        SubjectError: a muscle that there is not, an area that nobody has, or two of one muscle.
    """
    found: dict[str, float] = {}
    said: dict[str, str] = {}
    for name, area in given.items():
        muscles = muscles_by_name().get(name)
        if muscles is None:
            raise SubjectError("subject.no_muscle", path, name=name, hint=_similar_muscles(name))
        low, high = (share * generic_area(name) for share in AREA_LIMITS)
        if not low <= area <= high:
            full, limits = f"{_AREAS}.{name}", (low, high)
            raise _impossible(path, full, area, limits, _another_unit(full, area, limits))
        twice = next((muscle for muscle in muscles if muscle in said), None)
        if twice is not None:
            raise SubjectError("subject.two_areas", path, muscle=twice, names=[said[twice], name])
        found |= shared_out(name, area)
        said |= dict.fromkeys(muscles, name)
    return found


def _similar_muscles(name: str) -> Phrase:
    known = [one for one, muscles in muscles_by_name().items() if len(sides_of(muscles)) > 1]
    plain = {one.casefold(): one for one in known}
    wanted = name.casefold().replace(" ", "_").removeprefix("right_").removeprefix("left_")
    close = difflib.get_close_matches(wanted, plain, n=3, cutoff=0.5)
    if not close:
        return phrase("subject.muscles", names=known)
    return phrase("subject.similar_muscles", names=[plain[one] for one in close])


def _another_mass(name: str, value: float) -> Phrase | None:
    """Whether a mass looks like that of the body or of the head, in the place of the other."""
    low, high = LIMITS["body_mass_kg"]
    if name in _HEADS and LIMITS[name][1] < value <= high:
        return phrase("subject.like_body_mass", value_kg=value)
    if name == "body_mass_kg" and LIMITS[_HEADS[0]][0] <= value < low:
        return phrase("subject.like_head_mass", value_kg=value)
    return None


def _another_unit(name: str, value: float, limits: tuple[float, float]) -> Phrase:
    """What unit the number looks like, and what to write instead."""
    unit = _unit(name)
    for scale, meant in _MISTAKEN.get(unit, ()):
        if limits[0] <= value * scale <= limits[1]:
            right = value * scale
            return phrase("subject.like_unit", meant=phrase(meant), name=name, right=right)
    return _measure(name, unit)


def _measure(name: str, unit: str) -> Phrase:
    return phrase("subject.measure", unit=phrase(_UNITS[unit]), name=name)


def _unit(name: str) -> str:
    """What the name of a measure, or of the table that it stands in, ends in."""
    return name.partition(".")[0].rpartition("_")[2]


def _impossible(
    path: Path, name: str, value: float, limits: tuple[float, float], hint: Phrase
) -> SubjectError:
    low, high = limits
    facts: dict[str, Any] = {"name": name, "value": value, "low": low, "high": high}
    return SubjectError("subject.impossible", path, unit=_unit(name), hint=hint, **facts)
