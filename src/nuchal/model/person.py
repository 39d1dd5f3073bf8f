"""What a person's sex, size and range of motion say of their neck, beyond its lengths and masses.

Of necks with curves of passive tissue alone: those of the source stay as they are.
"""

from typing import Final

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array
from nuchal.model.anatomy import Anatomy
from nuchal.model.areas import with_areas
from nuchal.model.clinical import DIRECTIONS
from nuchal.model.norms import farthest_deg, norm_of
from nuchal.model.passive import stretched
from nuchal.model.traits import known_by_range, trait_names
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
# Which of ``DIRECTIONS`` the curves about x, y and z resist, by direction.
_REACHES: Final = ((3, 2), (4, 5), (0, 1))


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


def in_range(anatomy: Anatomy, reach: Float[Array, "6"]) -> Anatomy:
    """A neck with curves as much longer as its owner goes beyond the mean of their age.

    ``reach`` is how far they go over that mean, to each of ``DIRECTIONS``; below one it makes the
    neck of somebody whose range is short because they are stiff. A neck without curves stays as it
    is.
    """
    if anatomy.passive_curves is None:
        return anatomy
    factor = jnp.stack([jnp.stack([reach[k] for k in ways]) for ways in _REACHES])
    return stretched(anatomy, factor, factor)


def traits_in_doubt(subject: Subject, anatomy: Anatomy) -> Float[np.ndarray, " traits"]:
    """What is not known of a person's traits, as a share of how people differ.

    Less about an axis about which their own range is known to reach the mean of their age: it has
    stretched the curves. A shorter one does not tell of the neck.
    """
    told = _own_range_deg(subject) >= norm_of(subject.age_years).mean_deg
    pitch, roll, yaw = (bool(one or other) for one, other in told.reshape(3, 2))
    if anatomy.passive_curves is None:
        return np.ones(len(trait_names(anatomy)))
    by_trait = np.array([pitch, roll, yaw, pitch, roll, yaw, yaw])
    return np.where(by_trait, known_by_range(anatomy), 1.0)


def own_neck(subject: Subject, anatomy: Anatomy) -> Anatomy:
    """A neck of living people with a person's strength, and curves that their range stretches.

    Muscles whose areas were measured have the force of that area, all others that of sex and size.
    """
    extending, others = strength_by_role(subject)
    extends = np.isin(anatomy.system.groups, _EXTENSORS)
    by_size = anatomy.max_isometric_force * np.where(extends, extending, others)
    person: Anatomy = eqx.tree_at(
        lambda a: (a.max_isometric_force, a.head_range),
        in_range(anatomy, range_stretch(subject)),
        (
            with_areas(by_size, subject.muscle_area_cm2),
            np.radians(np.maximum(farthest_deg(subject.age_years), _own_range_deg(subject))),
        ),
    )
    return person
