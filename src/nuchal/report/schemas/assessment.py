# ruff: noqa: N815 - units keep their capitals: N
"""The keys of ``assessment.json``: what each number is, in which unit.

``null`` stands where there is nothing to say. Every other number is finite.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from nuchal.assessment.envelopes.geometry import MarkerName
from nuchal.report.schemas.emg import Agreement
from nuchal.report.schemas.estimate import ParticipantSummary, RangeSummary

Finite = Annotated[float, Field(allow_inf_nan=False)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TrialPart(_Part):
    """One recording.

    Attributes:
        recording: Name of the file.
        known_frames: Frames whose posture is known.
        usable_frames: Frames whose forces can be used.
        residual_rms_mm: Of markers about the tracked skull; ``null`` where the file held
            coordinates.
        mainly: The direction or plane that the head moved in most; ``null`` where it hardly moved.
    """

    recording: str
    frames: int
    known_frames: int
    usable_frames: int
    duration_s: Finite
    rate_hz: Finite
    method: Literal["optimisation", "network"]
    method_reason: str
    residual_rms_mm: Finite | None
    mainly: str | None
    range_of_motion_deg: RangeSummary


class DirectionPart(_Part):
    """One direction of movement.

    Attributes:
        reach_deg: How far the head went.
        expected_deg: What is expected of this person were nothing restricted.
        short_deg: What is missing; negative where the head goes farther.
        likelihood_of_restriction: 0 to 1.
        verdict: ``not tested``: the recordings do not show that the head was asked to go there.
        missing_volume_cm3: Of the healthy motion envelopes there, what the person's have not; all
            markers together.
        missing_share: The same over the healthy volume there, 0 to 1.
    """

    reach_deg: Finite
    expected_deg: Finite
    expected_sd_deg: Finite
    short_deg: Finite
    likelihood_of_restriction: Finite
    verdict: Literal["restricted", "not restricted", "not tested"]
    missing_volume_cm3: Finite
    missing_share: Finite


class EnvelopePart(_Part):
    """One marker's motion envelope and what it has in common with healthy ones.

    Attributes:
        radius_mm: Of the alpha shape, the same on both sides of a comparison.
        iou_own: With the person's own neck length in the healthy movement.
        iou_error: Of either, numerical.
    """

    volume_cm3: Finite
    surface_cm2: Finite
    radius_mm: Finite
    status: str
    iou_match: Finite | None
    iou_own: Finite | None
    iou_error: Finite


class MatchPart(_Part):
    """The neck whose three overlaps sum highest.

    Attributes:
        person: Its number in the population: ``nuchal personalise --population ... --index``.
        own_neck_length_m: As measured.
        missed_by: No neck's sum of three overlaps is higher by more.
    """

    person: int
    among: int
    seed: int
    neck_length_m: Finite
    own_neck_length_m: Finite
    missed_by: Finite


class AlignmentPart(_Part):
    """How markers and model were laid on one another.

    Attributes:
        skull_offset_mm: Of the markers on the skull: forward, up, right.
        thorax_offset_mm: Of the neck's foot on the thorax.
    """

    skull_offset_mm: tuple[Finite, Finite, Finite]
    thorax_offset_mm: tuple[Finite, Finite, Finite]
    before_rms_mm: Finite
    after_rms_mm: Finite


class RatioPart(_Part):
    """One muscle's force on the person's own movements over that in the healthy movement.

    Attributes:
        peak_ratio: ``null`` where the muscle does too little in the healthy movement.
        matched_peak_ratio: Against the best match instead of the own neck, as He, Liu and Li do.
        healthy_high: Between these are 95 % of healthy virtual people.
        q: Of a finding: the share of healthy people of whom some muscle is as far off.
    """

    name: str
    side: Literal["right", "left"]
    group: str
    peak_ratio: Finite | None
    mean_ratio: Finite | None
    matched_peak_ratio: Finite | None
    healthy_low: Finite
    healthy_high: Finite
    finding: Literal["reduced", "compensating"] | None
    q: Finite | None
    peak_N: Finite | None
    healthy_peak_N: Finite | None


class MarkerTestPart(_Part):
    """Paired t-test of the three overlaps against healthy people's mean."""

    difference: Finite
    low: Finite
    high: Finite
    t: Finite
    degrees_of_freedom: int
    p: Finite
    effect_size: Finite
    remark: str


class AssessmentSummary(_Part):
    """Everything in ``assessment.json``.

    Attributes:
        range_of_motion_deg: The farthest of all recordings.
        hardly_used: Directions into which the head hardly went: not asked for, or not possible.
        norm_age_years: ``null`` where the age is not known, and people of 25 to 65 years are meant.
        emg: By recording: measured EMG beside modelled activations, as in ``agreement.json``.
    """

    schema_version: Literal[1] = 1
    software: str
    notice: str
    subject: ParticipantSummary
    preset: Literal["paper", "recommended", "classical"]
    trials: list[TrialPart]
    range_of_motion_deg: RangeSummary
    hardly_used: list[str]
    directions: dict[str, DirectionPart]
    norm_age_years: Finite | None
    smallest_detectable_change_deg: Finite
    mean_iou: Finite | None
    envelopes: dict[MarkerName, EnvelopePart]
    match: MatchPart | None
    alignment: AlignmentPart | None
    muscles: dict[str, RatioPart]
    marker_test: MarkerTestPart | None
    emg: dict[str, Agreement]
    assumptions: list[str]
