"""All that an assessment finds of one person."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from nuchal.arrays import MusclesT
from nuchal.assessment.envelopes.geometry import Geometry
from nuchal.assessment.envelopes.overlap import PairedTest
from nuchal.assessment.muscles.limits import Flag, Limits
from nuchal.assessment.muscles.ratios import Exertion, Ratios
from nuchal.assessment.ranges.restriction import Restriction
from nuchal.assessment.trial import Trial
from nuchal.findings import Finding
from nuchal.records import Estimate, Subject


@dataclass(frozen=True, kw_only=True)
class HealthyForces:
    """Of one neck in the movement that is normal.

    Attributes:
        whose: ``matched`` or ``own``.
        exertion: In the frames of ``Healthy.motion``.
    """

    whose: str
    exertion: Exertion
    activation: MusclesT


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """What a neck can and cannot do.

    Attributes:
        trials: In the order of the recordings.
        estimates: Of the same recordings.
        necks: Among how many people the best match was looked for.
        seed: Which population they are of.
        restrictions: In the order of ``ALL_DIRECTIONS``.
        healthy: Of the person's own neck; what muscles are compared with.
        matched: Of the matched length with the person's own width and mass, as the paper compares.
        ratios: Against ``healthy``; None where one side has no frame that can be used.
        flags: Muscles whose ratio is beyond what is healthy, the surest first.
        healthy_iou: Mean overlaps of healthy virtual people with their best match.
        marker_test: The person's overlaps against those, marker by marker.
        assumptions: Made by the assessment, beside those of every estimate.
    """

    subject: Subject
    trials: tuple[Trial, ...]
    estimates: tuple[Estimate, ...]
    geometry: Geometry
    necks: int
    seed: int
    restrictions: tuple[Restriction, ...]
    healthy: HealthyForces
    matched: HealthyForces
    ratios: Ratios | None
    matched_ratios: Ratios | None
    limits: Limits
    flags: tuple[Flag, ...]
    healthy_iou: Float[np.ndarray, "3"]
    marker_test: PairedTest | None
    assumptions: tuple[Finding, ...]
