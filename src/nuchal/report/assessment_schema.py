# ruff: noqa: N815 - units keep their capitals: N
"""The keys of ``assessment.json``: what each number is, in which unit.

``null`` stands where there is nothing to say. Every other number is finite.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from nuchal.assessment.geometry import MarkerName
from nuchal.report.emg_schema import Agreement
from nuchal.report.schema import ParticipantSummary, RangeSummary

Finite = Annotated[float, Field(allow_inf_nan=False)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TrialPart(_Part):
    """One recording."""

    recording: str
    """Name of the file."""
    frames: int
    known_frames: int
    """Frames whose posture is known."""
    usable_frames: int
    """Frames whose forces can be used."""
    duration_s: Finite
    rate_hz: Finite
    method: Literal["optimisation", "network"]
    method_reason: str
    residual_rms_mm: Finite | None
    """Of markers about the tracked skull; ``null`` where the file held coordinates."""
    mainly: str | None
    """The direction or plane that the head moved in most; ``null`` where it hardly moved."""
    range_of_motion_deg: RangeSummary


class DirectionPart(_Part):
    """One direction of movement."""

    reach_deg: Finite
    """How far the head went."""
    expected_deg: Finite
    """What is expected of this person were nothing restricted."""
    expected_sd_deg: Finite
    short_deg: Finite
    """What is missing; negative where the head goes farther."""
    likelihood_of_restriction: Finite
    """0 to 1."""
    verdict: Literal["restricted", "not restricted", "not tested"]
    """``not tested``: the recordings do not show that the head was asked to go there."""
    missing_volume_cm3: Finite
    """Of the healthy motion envelopes there, what the person's have not; all markers together."""
    missing_share: Finite
    """The same over the healthy volume there, 0 to 1."""


class EnvelopePart(_Part):
    """One marker's motion envelope and what it has in common with healthy ones."""

    volume_cm3: Finite
    surface_cm2: Finite
    radius_mm: Finite
    """Of the alpha shape, the same on both sides of a comparison."""
    status: str
    iou_match: Finite | None
    iou_own: Finite | None
    """With the person's own neck length in the healthy movement."""
    iou_error: Finite
    """Of either, numerical."""


class MatchPart(_Part):
    """The neck whose three overlaps sum highest."""

    person: int
    """Its number in the population: ``nuchal personalise --population ... --index``."""
    among: int
    seed: int
    neck_length_m: Finite
    own_neck_length_m: Finite
    """As measured."""
    missed_by: Finite
    """No neck's sum of three overlaps is higher by more."""


class AlignmentPart(_Part):
    """How markers and model were laid on one another."""

    skull_offset_mm: tuple[Finite, Finite, Finite]
    """Of the markers on the skull: forward, up, right."""
    thorax_offset_mm: tuple[Finite, Finite, Finite]
    """Of the neck's foot on the thorax."""
    before_rms_mm: Finite
    after_rms_mm: Finite


class RatioPart(_Part):
    """One muscle's force on the person's own movements over that in the healthy movement."""

    name: str
    side: Literal["right", "left"]
    group: str
    peak_ratio: Finite | None
    """``null`` where the muscle does too little in the healthy movement."""
    mean_ratio: Finite | None
    matched_peak_ratio: Finite | None
    """Against the best match instead of the own neck, as He, Liu and Li do."""
    healthy_low: Finite
    healthy_high: Finite
    """Between these are 95 % of healthy virtual people."""
    finding: Literal["reduced", "compensating"] | None
    q: Finite | None
    """Of a finding: the share of healthy people of whom some muscle is as far off."""
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
    """Everything in ``assessment.json``."""

    schema_version: Literal[1] = 1
    software: str
    notice: str
    subject: ParticipantSummary
    preset: Literal["paper", "recommended", "classical"]
    trials: list[TrialPart]
    range_of_motion_deg: RangeSummary
    """The farthest of all recordings."""
    hardly_used: list[str]
    """Directions into which the head hardly went: not asked for, or not possible."""
    directions: dict[str, DirectionPart]
    norm_age_years: Finite | None
    """``null`` where the age is not known, and people of 25 to 65 years are meant."""
    smallest_detectable_change_deg: Finite
    mean_iou: Finite | None
    envelopes: dict[MarkerName, EnvelopePart]
    match: MatchPart | None
    alignment: AlignmentPart | None
    muscles: dict[str, RatioPart]
    marker_test: MarkerTestPart | None
    emg: dict[str, Agreement]
    """By recording: measured EMG beside modelled activations, as in ``agreement.json``."""
    assumptions: list[str]
