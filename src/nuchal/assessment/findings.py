"""All that an assessment finds of one person."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from nuchal.arrays import MusclesT
from nuchal.assessment.deficits import Exertion, Ratios
from nuchal.assessment.geometry import Geometry
from nuchal.assessment.limits import Flag, Limits
from nuchal.assessment.restriction import Restriction
from nuchal.assessment.statistics import PairedTest
from nuchal.assessment.trial import Trial
from nuchal.records import Estimate, Subject


@dataclass(frozen=True, kw_only=True)
class HealthyForces:
    """Of one neck in the movement that is normal."""

    whose: str
    """``matched`` or ``own``."""
    exertion: Exertion
    """In the frames of ``Healthy.motion``."""
    activation: MusclesT


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """What a neck can and cannot do."""

    subject: Subject
    trials: tuple[Trial, ...]
    """In the order of the recordings."""
    estimates: tuple[Estimate, ...]
    """Of the same recordings."""
    geometry: Geometry
    necks: int
    """Among how many people the best match was looked for."""
    seed: int
    """Which population they are of."""
    restrictions: tuple[Restriction, ...]
    """In the order of ``WAYS``."""
    healthy: HealthyForces
    """Of the person's own neck; what muscles are compared with."""
    matched: HealthyForces
    """Of the matched length with the person's own width and mass, as the paper compares."""
    ratios: Ratios | None
    """Against ``healthy``; None where one side has no frame that can be used."""
    matched_ratios: Ratios | None
    limits: Limits
    flags: tuple[Flag, ...]
    """Muscles whose ratio is beyond what is healthy, the surest first."""
    healthy_iou: Float[np.ndarray, "3"]
    """Mean overlaps of healthy virtual people with their best match."""
    marker_test: PairedTest | None
    """The person's overlaps against those, marker by marker."""
    assumptions: tuple[str, ...]
    """Made by the assessment, beside those of every estimate."""
