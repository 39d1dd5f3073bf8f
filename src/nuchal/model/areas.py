"""Physiological cross-sectional areas of muscles [cm^2], and the force of an area.

Maximal isometric force is area times specific tension times what the source scaled its muscles by
so that the neck has a man's strength (``force_scale`` of ``muscles.csv``, see ``SOURCE.md``).
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

import numpy as np

from nuchal.arrays import Muscles
from nuchal.conventions import LEFT_SUFFIX
from nuchal.model import tables
from nuchal.model.generic import generic_anatomy, generic_system

# The generic neck's (Vasavada, Li, Delp 1998, doi 10.1097/00007632-199802150-00002).
SPECIFIC_TENSION_N_CM2: Final = 35.0


@cache
def force_per_area() -> Muscles:
    """Maximal isometric force of a square centimetre of every muscle [N/cm^2]."""
    return SPECIFIC_TENSION_N_CM2 * tables.numbers("muscles", ["force_scale"])[:, 0]


@cache
def generic_areas() -> Mapping[str, float]:
    """Areas of the generic neck's muscles [cm^2], short rotators as large as is dissected."""
    force = np.asarray(generic_anatomy("living").max_isometric_force)
    areas = (force / force_per_area()).tolist()
    return MappingProxyType(dict(zip(generic_system().muscles, areas, strict=True)))


@cache
def muscles_by_name() -> Mapping[str, tuple[str, ...]]:
    """Muscles by every name that an area may have, both sides where it names none.

    A muscle or a group without a side, with ``right_`` or ``left_`` before it, or a left muscle by
    the name that results have for it.
    """
    system = generic_system()
    found: dict[str, tuple[str, ...]] = {}
    for muscle, group in zip(system.muscles, system.groups, strict=True):
        own, is_left = muscle.removesuffix(LEFT_SUFFIX), muscle.endswith(LEFT_SUFFIX)
        side = "left" if is_left else "right"
        for name in (own, group.replace(" ", "_")):
            for called in (name, f"{side}_{name}"):
                found[called] = (*found.get(called, ()), muscle)
        if is_left:
            found[muscle] = (muscle,)
    return MappingProxyType(found)


def sides_of(muscles: tuple[str, ...]) -> set[str]:
    """Whether there are muscles of the right, of the left, or of both sides among them."""
    return {"left" if muscle.endswith(LEFT_SUFFIX) else "right" for muscle in muscles}


def generic_area(name: str) -> float:
    """Area of one side of what a name of :func:`muscles_by_name` means, in the generic neck."""
    muscles = muscles_by_name()[name]
    total = sum(generic_areas()[muscle] for muscle in muscles)
    return total / len(sides_of(muscles))


def shared_out(name: str, area_cm2: float) -> dict[str, float]:
    """Areas of the muscles that a name means, in the generic neck's proportions.

    Args:
        name: of :func:`muscles_by_name`.
        area_cm2: of one side.
    """
    ratio = area_cm2 / generic_area(name)
    return {muscle: ratio * generic_areas()[muscle] for muscle in muscles_by_name()[name]}


def with_areas(force: Muscles, area_cm2: Mapping[str, float]) -> Muscles:
    """Maximal isometric forces [N], those of the muscles whose areas are known by their areas."""
    index = generic_system().index
    places = np.array([index[name] for name in area_cm2], dtype=int)
    own = np.array(force)
    own[places] = np.array([*area_cm2.values()]) * force_per_area()[places]
    return own
