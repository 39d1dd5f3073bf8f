"""The nouns of an assessment, from one recording to all that is found of a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float

from nuchal.arrays import CoordsT, MusclesT
from nuchal.assessment.attempts.attempts import Angles, Attempt
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
from nuchal.assessment.muscles.changed import Changes
from nuchal.assessment.muscles.coactivity import Coactivity
from nuchal.assessment.muscles.exertion import Exertion, one_after_another
from nuchal.assessment.muscles.flags import Flag
from nuchal.assessment.muscles.limits import Limits
from nuchal.assessment.muscles.ratios import Kind, Ratio, Ratios
from nuchal.assessment.ranges.reached import (
    ALL_DIRECTIONS,
    Ranges,
    farthest_ranges,
    movement_kind,
    ranges_of,
)
from nuchal.findings import Finding
from nuchal.model.norms import Norm
from nuchal.records import Estimate, Motion, Subject

Verdict = Literal["restricted", "not restricted", "not tested"]


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One recording of one person.

    Attributes:
        name: Of its file.
        q: The six coordinates [rad].
        angles_deg: Flexion, right bending and right rotation of the head on the thorax.
        markers: TP, LH and RH in the thorax frame, smoothed [m].
        known: Frames whose posture is known.
        exertion: Forces in the same frames.
        free: Whether it was said to be spontaneous movement, and none of the tasks.
        returning: Whether it was said to be of a head that comes back to where it was.
        likely: How far the head went in other motions that are as likely.
    """

    name: str
    rate_hz: float
    q: CoordsT
    angles_deg: Float[np.ndarray, "t 3"]
    markers: Float[np.ndarray, "t 3 3"]
    known: Bool[np.ndarray, " t"]
    exertion: Exertion
    free: bool = False
    returning: bool = False
    likely: tuple[Ranges, ...] = ()

    @property
    def ranges(self) -> Ranges:
        """How far the head went in this recording."""
        return ranges_of(self.angles_deg, self.known)

    @property
    def turned(self) -> Angles:
        """What attempts are sought in."""
        return Angles(self.name, self.rate_hz, self.angles_deg, self.known)

    @property
    def mainly(self) -> str | None:
        """What kind of movement it is; None where the head hardly moved."""
        return movement_kind(self.ranges)


def farthest(trials: tuple[Trial, ...]) -> Ranges:
    """How far the head went in any of them."""
    return farthest_ranges([one.ranges for one in trials])


def range_error_deg2(trials: tuple[Trial, ...]) -> Float[np.ndarray, "10"]:
    """Variance of how far the head went to each of ``ALL_DIRECTIONS``, by what measured it.

    The squared difference between the recorded motions and those that are as likely, on average;
    zero of markers.
    """
    own, draws = farthest(trials), min((len(one.likely) for one in trials if one.likely), default=0)
    squares = np.zeros((draws, len(ALL_DIRECTIONS)))
    for k in range(draws):
        other = farthest_ranges([one.likely[k] if one.likely else one.ranges for one in trials])
        squares[k] = (_all_deg(other) - _all_deg(own)) ** 2
    return squares.mean(axis=0) if draws else np.zeros(len(ALL_DIRECTIONS))


def _all_deg(ranges: Ranges) -> Float[np.ndarray, "10"]:
    return np.concatenate([ranges.reach_deg, ranges.corner_deg])


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
