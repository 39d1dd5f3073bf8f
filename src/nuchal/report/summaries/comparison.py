"""``comparison.json``: what two visits or two people say, in numbers for other programs.

``null`` stands where there is nothing to say.
"""

from typing import Literal

from pydantic import Field

from nuchal.assessment.envelopes.records import MarkerName
from nuchal.assessment.muscles.flags import Asked
from nuchal.assessment.visits.changes import Verdict
from nuchal.assessment.visits.measures import Basis, Measure
from nuchal.assessment.visits.muscles import MuscleVerdict
from nuchal.conventions import Preset
from nuchal.model.clinical import Side
from nuchal.report.summaries.movement import MarkerTestPart
from nuchal.report.summaries.parts import Document, FindingPart, Part, ParticipantSummary
from nuchal.report.summaries.readings import TimesPart


class VisitPart(Part):
    """One of both.

    Attributes:
        folder: The name of the folder that it was read from.
        mean_iou: Of the markers' envelopes with the best match.
    """

    folder: str
    subject: ParticipantSummary
    recordings: int
    usable_frames: int
    mean_iou: float | None


class RepeatabilityPart(Part):
    """How visits of an unchanged person are taken to differ.

    Attributes:
        standard_error_deg: Of the mean of three attempts into one direction.
        shift_share: Of its variance, by the neutral pose, on both directions of a plane.
        effort_share: Of its variance, by what moves all directions together.
    """

    standard_error_deg: float
    shift_share: float
    effort_share: float


class ChangePart(Part):
    """Of one direction, from the first to the second.

    Attributes:
        before_deg: Mean reach of the attempts; ``null`` where the direction was not tested.
        change_deg: Second less first.
        interval_deg: What the true change is within, nine times of ten, by this direction alone.
        smallest_detectable_deg: Smallest detectable change of this direction alone, with 95 %
            confidence.
        probability_worse: That the reach has truly become shorter, judged with all directions.
        probability_better: Likewise longer.
        chance: Share of unchanged people who seem as much changed in this direction.
        chance_of_any: Share of unchanged people who seem as much changed in any direction.
        verdict: ``null`` between two people, for whom nothing becomes better or worse.
        likelihoods_of_restriction: Of either, by its own assessment.
    """

    attempts: tuple[int, int]
    before_deg: float | None
    after_deg: float | None
    change_deg: float | None
    interval_deg: tuple[float, float] | None
    smallest_detectable_deg: float | None
    probability_worse: float | None
    probability_better: float | None
    chance: float | None
    chance_of_any: float | None
    verdict: Verdict | None
    likelihoods_of_restriction: tuple[float, float]
    restrictions: tuple[str, str]


class MeasurePart(Part):
    """Of one measure and direction.

    Attributes:
        smallest_detectable: 95 % of changes stay within, if nothing has changed.
        basis: ``published`` repeatability, or the scatter of ``attempts`` within the visits, which
            is less than from day to day.
        detected: Whether the change is more than that.
    """

    measure: Measure
    direction: str
    before: float
    after: float
    change: float
    smallest_detectable: float
    basis: Basis
    detected: bool


class TwoEnvelopesPart(Part):
    """Of one marker.

    Attributes:
        before_cm3: Volume of the motion envelope.
        iou: Of both, intersection over union; ``null`` where one is no volume.
        iou_match: Of either, with its best match.
    """

    before_cm3: float
    after_cm3: float
    iou: float | None
    iou_match: tuple[float | None, float | None]


class TwoMusclesPart(Part):
    """Of one muscle, in the postures of the common range through which both go.

    Attributes:
        ratio: Second over first; ``null`` where it does too little there.
        interval: What the ratio is sought within, as far as healthy people differ.
        chance: Share of healthy people of whom some muscle differs as much from another's.
        peak_ratios: Of either, of peak forces over those of the best match, as He, Liu and Li do.
        findings: Of either, by its own assessment.
        probabilities: Of either, that it is truly asked much less, or much more of; ``null`` where
            that is not known.
    """

    name: str
    side: Side
    group: str
    before_N: float | None
    after_N: float | None
    ratio: float | None
    interval: tuple[float, float] | None
    chance: float | None
    verdict: MuscleVerdict | None
    peak_ratios: tuple[float | None, float | None]
    findings: tuple[Asked | None, Asked | None]
    probabilities: dict[Asked, tuple[float | None, float | None]]


class TwoReadingsPart(Part):
    """What measured EMG and predicted forces say of one channel, of either.

    Attributes:
        readings: ``null`` where there was no such channel.
        measured_over_healthy: EMG over the model's activation in the healthy movement.
    """

    readings: tuple[str | None, str | None]
    measured_over_healthy: tuple[TimesPart | None, TimesPart | None]


class TwoLoadsPart(Part):
    """Compression of one joint: mean over all recordings, and its peak."""

    before_mean_N: float
    after_mean_N: float
    before_peak_N: float
    after_peak_N: float


class ComparisonSummary(Document):
    """Everything in ``comparison.json``.

    Attributes:
        people: 1 where both are visits of one person.
        text: The answer in a few sentences.
        changed: Directions that are worse or better, the likeliest first.
        chance_of_any: Share of unchanged people who seem as much changed in any direction.
        muscles: All of them.
        marker_test: Overlaps with the best match, first against second.
    """

    schema_version: Literal[1] = 1
    people: Literal[1, 2]
    preset: Preset
    before: VisitPart
    after: VisitPart
    repeatability: RepeatabilityPart
    text: list[str] = Field(default_factory=list)
    changed: list[str]
    chance_of_any: float | None
    directions: dict[str, ChangePart]
    measures: list[MeasurePart]
    envelopes: dict[MarkerName, TwoEnvelopesPart]
    muscles: dict[str, TwoMusclesPart]
    loads: dict[str, TwoLoadsPart]
    emg: dict[str, TwoReadingsPart]
    marker_test: MarkerTestPart | None
    assumptions: list[FindingPart]
