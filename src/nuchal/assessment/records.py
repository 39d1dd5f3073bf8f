"""The nouns of an assessment, from one recording to all that is found of a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np
from jaxtyping import Float

from nuchal.arrays import MusclesT
from nuchal.assessment.attempts.attempts import Attempt
from nuchal.assessment.attempts.relocation import Relocation
from nuchal.assessment.envelopes.overlap import PairedTest
from nuchal.assessment.envelopes.records import (
    Alignment,
    Apart,
    MarkerEnvelopes,
    Match,
    MissingPlaces,
    MissingVolume,
    Reaching,
)
from nuchal.assessment.kinematics import Kinematics
from nuchal.assessment.muscles.changed import Changes
from nuchal.assessment.muscles.coactivity import Coactivity
from nuchal.assessment.muscles.exertion import Exertion, one_after_another
from nuchal.assessment.muscles.flags import Flag
from nuchal.assessment.muscles.limits import Limits
from nuchal.assessment.muscles.ratios import Kind, Ratio, Ratios
from nuchal.assessment.ranges.reached import ALL_DIRECTIONS, Ranges, ranges_of
from nuchal.findings import Finding
from nuchal.model.norms import Norm
from nuchal.records import Estimate, Motion, Subject

Verdict = Literal["restricted", "not restricted", "not tested"]


@dataclass(frozen=True, kw_only=True)
class Trial(Kinematics):
    """One recording of one person: how they moved, and with what forces.

    Attributes:
        exertion: Forces in the same frames.
    """

    exertion: Exertion


def exertion_of(trials: tuple[Trial, ...]) -> Exertion:
    """Forces of all of them, one after another."""
    return one_after_another([one.exertion for one in trials])


@dataclass(frozen=True, kw_only=True)
class Healthy:
    """The movement that is normal at the person's age, which every neck is compared by.

    Attributes:
        angles_deg: Flexion, right bending and right rotation.
    """

    norm: Norm
    motion: Motion
    angles_deg: Float[np.ndarray, "t 3"]

    @property
    def ranges(self) -> Ranges:
        """How far the head goes."""
        return ranges_of(self.angles_deg)


@dataclass(frozen=True, kw_only=True)
class Geometry:
    """Where the head went, and where healthy heads go.

    Attributes:
        own_neck: Scale of the person's own neck length, from body measures.
        alignment: None where there was no frame to align by; then nothing was laid on anything.
        match: None where no marker has an envelope to compare.
        envelopes: Of TP, LH and RH.
        missing: Of the own neck's healthy envelopes, by direction.
        places: The same as places to be shown, of TP, LH and RH.
        apart: What spontaneous movement adds to the tasks; None where there is only one of both.
    """

    ranges: Ranges
    healthy: Healthy
    own_neck: float
    alignment: Alignment | None
    match: Match | None
    envelopes: tuple[MarkerEnvelopes, ...]
    missing: tuple[MissingVolume, ...]
    places: tuple[MissingPlaces, ...]
    apart: Apart | None = None

    @property
    def mean_iou(self) -> float | None:
        """With the match, over the markers that have one."""
        found = [one.with_match.iou for one in self.envelopes if one.with_match.iou is not None]
        return float(np.mean(found)) if found else None


@dataclass(frozen=True, kw_only=True)
class Restriction:
    """What there is to say of one direction.

    Attributes:
        direction: One of ``ALL_DIRECTIONS``.
        normal_deg: What is expected of this person, by age and by the other directions.
        sd_deg: Of healthy people about that.
        probability: How likely movement is restricted there, 0 to 1; as beforehand where it was not
            tested.
    """

    direction: str
    reach_deg: float
    normal_deg: float
    sd_deg: float
    probability: float
    verdict: Verdict

    @property
    def restricted(self) -> bool:
        """Whether that is the verdict."""
        return self.verdict == "restricted"

    @property
    def short_deg(self) -> float:
        """What is missing; negative where the head goes farther."""
        return self.normal_deg - self.reach_deg


@dataclass(frozen=True, kw_only=True)
class HealthyForces:
    """Of one neck in the movement that is normal.

    Attributes:
        whose: ``matched`` or ``own``.
        exertion: In the frames of ``Healthy.motion``.
        moment_arms: [m/rad].
    """

    whose: str
    exertion: Exertion
    activation: MusclesT
    moment_arms: Float[np.ndarray, "t 6 muscles"]


@dataclass(frozen=True, kw_only=True)
class StiffReading:
    """What would hold if a short range were that of a stiff neck, and not of one that stops early.

    Attributes:
        share: The person's own range over the mean of their age, to each of ``DIRECTIONS``; one
            where it is not short.
        ratio: In the common range, of both movements on the stiff neck.
        judged: Whether enough directions were tested to say anything of muscles.
        flags: Muscles that would stand out.
    """

    share: Float[np.ndarray, "6"]
    ratio: Ratio
    judged: bool
    flags: tuple[Flag, ...]


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
        limits: Of every kind of ratios.
        flags: Muscles whose ratio in the common range is beyond what is healthy, the surest first.
        changes: How likely each muscle is truly asked much less or more of; None where that is not
            known: for a preset without a law, or where nothing is said of muscles.
        healthy_iou: Mean overlaps of healthy virtual people with their best match.
        marker_test: The person's overlaps against those, marker by marker.
        assumptions: Made by the assessment, beside those of every estimate.
        active_end_deg: How far the neck's muscles can turn the head, to those of ``DIRECTIONS`` in
            which they are what ends the movement.
        stiff: The other reading of a short range; None where no range is short.
        coactivity: Which muscles work together.
        reaching: What reaching farther asks for, of the directions that are not reached.
        attempts: Each time that the head went as far as it goes.
        relocations: Each time that it came back, in the recordings that are of that.
        measuring_sd_deg: Of each of ``ALL_DIRECTIONS``, by what measured how far the head went.
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
    limits: Mapping[Kind, Limits]
    flags: tuple[Flag, ...]
    changes: Changes | None
    healthy_iou: Float[np.ndarray, "3"]
    marker_test: PairedTest | None
    assumptions: tuple[Finding, ...]
    active_end_deg: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    stiff: StiffReading | None = None
    coactivity: Coactivity | None = None
    reaching: tuple[Reaching, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    relocations: tuple[Relocation, ...] = ()
    measuring_sd_deg: Float[np.ndarray, "10"] = field(
        default_factory=lambda: np.zeros(len(ALL_DIRECTIONS))
    )
