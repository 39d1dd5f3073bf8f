"""Virtual people and patients: whose neck, how far it goes, how it moves, and what ails it.

Nothing here is measured. A healthy person has a neck of the population, ranges of motion that
spread as published (``model.norms``), and traits, a tempo and habits of their own. Body measures
are taken with error. A patient is a healthy person with a fault, so that every patient has a
healthy twin who differs in nothing else.
"""

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from jaxtyping import Float

from nuchal.assessment.ranges.reached import ALL_DIRECTIONS
from nuchal.conventions import HEAD_MASS_SHARE
from nuchal.model.generic import Form, generic_anatomy
from nuchal.model.norms import Norm, drawn_correlation, norm_of
from nuchal.model.population import LIMITS, Population, draw_person
from nuchal.model.traits import known_by_range, trait_sd
from nuchal.records import Subject

AGES_YEARS: Final = (25.0, 65.0)
# Nobody healthy goes less far.
LEAST_REACH_DEG: Final = 15.0
# How far healthy people go to a corner, as a share of the ellipse through the sides: mean, and
# standard deviations of people and of their single corners.
CORNERS_SHARE: Final = (0.95, 0.06, 0.10)
_NEUTRAL_SD_DEG: Final = 2.0
# Median peak speed of a move of 60 degrees [deg/s], and spread of its logarithm.
_TEMPO: Final = (80.0, 0.3)
_MEASURED_SD: Final = {
    "neck_length_m": 0.005,
    "shoulder_width_m": 0.008,
    "head_and_neck_mass_kg": 0.08,
}
_OWN_HEAD_MASS: Final = 0.08
# So many are drawn for every form of neck, so that all else stays the same.
_MOST_TRAITS: Final = 7


@dataclass(frozen=True, kw_only=True)
class Weakness:
    """Muscles that have lost strength.

    Attributes:
        group: One of ``MUSCLE_GROUPS``.
        strength: What is left of maximal isometric force; 0 is silent.
    """

    group: str
    left: bool
    strength: float


@dataclass(frozen=True, kw_only=True)
class Avoidance:
    """Muscles that are sore, and how their owner moves so that less is asked of them.

    Attributes:
        group: One of ``MUSCLE_GROUPS``.
        beside: Flexion, right bending and right rotation that come along with a move to each of
            ``DIRECTIONS``, per angle of the move.
    """

    group: str
    left: bool
    beside: Float[np.ndarray, "6 3"] = field(default_factory=lambda: np.zeros((6, 3)))


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What ails a patient.

    Attributes:
        less_deg: What is missing of each of ``ALL_DIRECTIONS``.
        slowness: How many times as long every move takes.
    """

    less_deg: Float[np.ndarray, "10"] = field(default_factory=lambda: np.zeros(len(ALL_DIRECTIONS)))
    slowness: float = 1.0
    weakness: Weakness | None = None
    avoidance: Avoidance | None = None


@dataclass(frozen=True, kw_only=True)
class VirtualPerson:
    """Someone who can be recorded.

    Attributes:
        subject: As measured: what an assessment is told.
        true: As it is.
        reach_deg: Without the fault.
        form: Of the neck.
        softness: How much longer the curves of the neck are than the mean person's, to each of
            ``DIRECTIONS``.
        traits: Of the neck beyond that (``model.traits``).
        coupling: Right rotation per right bending, right bending per right rotation, and extension
            per rotation to either side.
    """

    index: int
    subject: Subject
    true: Subject
    reach_deg: Float[np.ndarray, "6"]
    corner_share: Float[np.ndarray, "4"]
    speed_deg_s: float
    coupling: Float[np.ndarray, "3"]
    softness: Float[np.ndarray, "6"]
    traits: Float[np.ndarray, " traits"]
    form: Form = "living"
    fault: Fault = field(default_factory=Fault)
    seed: int

    @property
    def reached_deg(self) -> Float[np.ndarray, "6"]:
        """How far to the six sides, with the fault."""
        return np.asarray(np.maximum(self.reach_deg - self.fault.less_deg[:6], 0.0))


def draw_healthy(seed: int, index: int, *, form: Form = "living") -> VirtualPerson:
    """One healthy person; the same for the same numbers, whoever else is drawn.

    Args:
        seed: of the population of necks and of all else.
        index: which person, from 0.
        form: of the neck. One with curves has them of its own: who goes far has long ones; of those
            who go less far than the mean half are stiff, and half stop before they have to.
    """
    dice = np.random.default_rng([seed, index])
    age = float(np.round(dice.uniform(*AGES_YEARS)))
    drawn = draw_person(Population(seed=seed), index)
    heavier = float(np.exp(_OWN_HEAD_MASS * dice.normal()))
    norm = norm_of(age)
    reach = _reach(norm, dice)
    mean, of_people, of_corners = CORNERS_SHARE
    corners = mean + of_people * dice.normal() + of_corners * dice.normal(size=4)
    neck = generic_anatomy(form)
    sd = known_by_range(neck) * trait_sd(neck)
    traits = sd * dice.normal(size=_MOST_TRAITS).clip(-3, 3)[: len(sd)]
    return VirtualPerson(
        index=index,
        subject=_measured(drawn, age, dice),
        true=replace(
            drawn, age_years=age, head_and_neck_mass_kg=heavier * drawn.head_and_neck_mass_kg
        ),
        reach_deg=reach,
        corner_share=corners.clip(0.5, 1.2),
        speed_deg_s=float(_TEMPO[0] * np.exp(_TEMPO[1] * dice.normal())),
        coupling=np.array([0.1, 0.0, 0.05]) + np.array([0.1, 0.07, 0.05]) * dice.normal(size=3),
        softness=_softness(reach / norm.mean_deg, dice),
        traits=traits,
        form=form,
        seed=seed,
    )


def _reach(norm: Norm, dice: np.random.Generator) -> Float[np.ndarray, "6"]:
    """How far someone goes to the six sides.

    The published spread is of measured ranges, a part of which is where neutral was taken to be.
    """
    spread = np.sqrt(norm.sd_deg**2 - _NEUTRAL_SD_DEG**2)
    reach = norm.mean_deg + spread * (np.linalg.cholesky(drawn_correlation()) @ dice.normal(size=6))
    return np.asarray(np.maximum(reach, LEAST_REACH_DEG))


def _softness(far: Float[np.ndarray, "6"], dice: np.random.Generator) -> Float[np.ndarray, "6"]:
    """Of the curves of someone whose range is so much of the mean."""
    stiff = dice.random() < 0.5
    return np.where((far < 1.0) & (not stiff), 1.0, far)


def patient_of(healthy: VirtualPerson, fault: Fault) -> VirtualPerson:
    """The same person with a fault."""
    return replace(healthy, fault=fault)


def twin_of(patient: VirtualPerson) -> VirtualPerson:
    """The same person without a fault."""
    return replace(patient, fault=Fault())


def restricted(*directions: tuple[str, float], slowness: float = 1.0) -> Fault:
    """A fault of movement: by how many degrees in which of ``ALL_DIRECTIONS``.

    Raises:
        ValueError: there is no such direction.
    """
    less = np.zeros(len(ALL_DIRECTIONS))
    for direction, degrees in directions:
        less[ALL_DIRECTIONS.index(direction)] = degrees
    return Fault(less_deg=less, slowness=slowness)


def neutral_error_deg(dice: np.random.Generator) -> Float[np.ndarray, "3"]:
    """How far off someone's neutral pose is in one recording."""
    return np.asarray(_NEUTRAL_SD_DEG * dice.normal(size=3))


def _measured(drawn: Subject, age: float, dice: np.random.Generator) -> Subject:
    """Measures with error, inside of what people can have; head and neck from body mass."""
    low, high = LIMITS["neck_length_m"]
    neck = drawn.neck_length_m + _MEASURED_SD["neck_length_m"] * dice.normal()
    width = drawn.shoulder_width_m + _MEASURED_SD["shoulder_width_m"] * dice.normal()
    mass = drawn.head_and_neck_mass_kg + _MEASURED_SD["head_and_neck_mass_kg"] * dice.normal()
    return replace(
        drawn,
        age_years=age,
        neck_length_m=float(np.clip(neck, low, high)),
        shoulder_width_m=float(np.clip(width, *LIMITS["shoulder_width_m"])),
        head_and_neck_mass_kg=float(max(mass, HEAD_MASS_SHARE * LIMITS["body_mass_kg"][0])),
    )
