"""What a person's sex, size and range of motion say of their neck, beyond its lengths and masses.

Of necks with curves of passive tissue alone: those of the source stay as they are.
"""

from typing import Final

import equinox as eqx
import numpy as np
from jaxtyping import Float

from nuchal.model.anatomy import Anatomy
from nuchal.model.clinical import DIRECTIONS
from nuchal.model.norms import farthest_deg, norm_of
from nuchal.model.passive import stretched
from nuchal.records import Subject

# Women's strength over that of men of the same height and neck length: 20 % less in extension, 32 %
# in flexion (Vasavada, Danaraj and Siegmund 2008). Bending and rotation were not measured so.
_WOMEN_EXTENDING: Final = 0.80
_WOMEN_ELSE: Final = 0.68
_EXTENSORS: Final = (
    "trapezius",
    "splenius",
    "semispinalis",
    "levator scapulae",
    "longissimus and iliocostalis",
    "suboccipitals",
)
# Force grows with the section of a muscle, so with the mass of alike bodies to the power of 2/3
# (Jaric 2002, Sports Med 32: 615). The generic neck is that of the mean man of ANSUR II.
_SIZE_POWER: Final = 2.0 / 3.0
_MEAN_MAN_KG: Final = 85.5
# Names of ``DIRECTIONS`` in a person's file.
RANGE_KEYS: Final = tuple(name.replace(" ", "_") for name in DIRECTIONS)
# Axis (x, y, z) and direction of the curves for each of ``DIRECTIONS``.
_CURVES: Final = ((2, 0), (2, 1), (0, 1), (0, 0), (1, 0), (1, 1))


def strength_by_role(subject: Subject) -> tuple[float, float]:
    """Maximal isometric forces over the generic neck's: of extensors, and of all other muscles.

    By sex and body mass. A person of unknown sex counts as a man, and one of unknown body mass as
    the mean one.
    """
    mass = subject.body_mass_kg
    size = 1.0 if mass is None else (mass / _MEAN_MAN_KG) ** _SIZE_POWER
    if subject.sex == "female":
        return _WOMEN_EXTENDING * size, _WOMEN_ELSE * size
    return size, size


def range_stretch(subject: Subject) -> Float[np.ndarray, "6"]:
    """How much farther than the mean of their age a person goes, to each of ``DIRECTIONS``.

    One where their range is not known or less: a short range does not tell whether a neck is stiff
    or its owner stops early, so that the mean's curves stand.
    """
    norm = norm_of(subject.age_years).mean_deg
    return np.asarray(np.maximum(_own_range_deg(subject) / norm, 1.0))


def _own_range_deg(subject: Subject) -> Float[np.ndarray, "6"]:
    """To each of ``DIRECTIONS``; zero where it is not known."""
    return np.array([subject.range_deg.get(name, 0.0) for name in RANGE_KEYS])


def stretch_by_direction(stretch: Float[np.ndarray, "6"]) -> Float[np.ndarray, "3 2"]:
    """By axis (x, y, z) and direction, as curves have it, of what goes by ``DIRECTIONS``."""
    factor = np.ones((3, 2))
    for (axis, way), of_direction in zip(_CURVES, stretch, strict=True):
        factor[axis, way] = of_direction
    return factor


def own_neck(subject: Subject, anatomy: Anatomy) -> Anatomy:
    """A neck of living people with a person's strength, and curves that their range stretches."""
    factor = stretch_by_direction(range_stretch(subject))
    extending, others = strength_by_role(subject)
    extends = np.isin(anatomy.system.groups, _EXTENSORS)
    person: Anatomy = eqx.tree_at(
        lambda a: (a.max_isometric_force, a.head_range),
        stretched(anatomy, factor, factor),
        (
            anatomy.max_isometric_force * np.where(extends, extending, others),
            np.radians(np.maximum(farthest_deg(subject.age_years), _own_range_deg(subject))),
        ),
    )
    return person
