"""The parts of ``assessment.json`` on movement: recordings, directions, envelopes, the match."""

import dataclasses
from typing import Literal

import numpy as np
from pydantic import Field

from nuchal.assessment.envelopes.records import MarkerEnvelopes
from nuchal.assessment.ranges.reached import STOPPED_BY, StoppedBy
from nuchal.assessment.records import Assessment, Trial
from nuchal.model.clinical import DIRECTIONS
from nuchal.model.scaling import GENERIC_SUBJECT
from nuchal.records import Estimate, Method
from nuchal.report.summaries.parts import Part, RangeSummary, range_summary
from nuchal.report.text import say, sentence


class TrialPart(Part):
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
    duration_s: float
    rate_hz: float
    method: Method
    method_reason: str
    residual_rms_mm: float | None
    mainly: str | None
    range_of_motion_deg: RangeSummary


class DirectionPart(Part):
    """One direction of movement.

    Attributes:
        reach_deg: How far the head went.
        measuring_sd_deg: Standard deviation of that by what measured it, beyond that of markers.
        mean_deg: Mean of the person's age; ``null`` of the corners.
        active_end_deg: How far the muscles can turn the head against passive tissue; ``null`` where
            something else ends the movement, and in presets without measured passive curves.
        stopped_by: What ends it there, which the model lacks; ``null`` where muscles do.
        expected_deg: What is expected of this person were nothing restricted.
        short_deg: What is missing; negative where the head goes farther.
        likelihood_of_restriction: 0 to 1.
        verdict: ``not tested``: the recordings do not show that the head was asked to go there.
        missing_volume_cm3: Of the healthy motion envelopes there, what the person's have not; all
            markers together.
        missing_share: The same over the healthy volume there, 0 to 1.
    """

    reach_deg: float
    measuring_sd_deg: float
    mean_deg: float | None
    active_end_deg: float | None
    stopped_by: StoppedBy | None
    expected_deg: float
    expected_sd_deg: float
    short_deg: float
    likelihood_of_restriction: float
    verdict: Literal["restricted", "not restricted", "not tested"]
    missing_volume_cm3: float
    missing_share: float


class EnvelopePart(Part):
    """One marker's motion envelope and what it has in common with healthy ones.

    Attributes:
        radius_mm: Of the alpha shape, the same on both sides of a comparison.
        iou_own: With the person's own neck length in the healthy movement.
        iou_error: Of either, numerical.
    """

    volume_cm3: float
    surface_cm2: float
    radius_mm: float
    status: str
    iou_match: float | None
    iou_own: float | None
    iou_error: float


class MatchPart(Part):
    """The neck whose three overlaps sum highest.

    Attributes:
        person: Its number in the population.
        own_neck_length_m: As measured.
        missed_by: No neck's sum of three overlaps is higher by more.
        at_border: Whether it is one of the longest or shortest of all, which tells nothing of the
            person's neck; else ``null``.
    """

    person: int
    among: int
    seed: int
    neck_length_m: float
    own_neck_length_m: float
    missed_by: float
    at_border: Literal["longest", "shortest"] | None


class AlignmentPart(Part):
    """How markers and model were laid on one another.

    Attributes:
        skull_offset_mm: Of the markers on the skull: forward, up, right.
        thorax_offset_mm: Of the neck's foot on the thorax.
    """

    skull_offset_mm: tuple[float, float, float]
    thorax_offset_mm: tuple[float, float, float]
    before_rms_mm: float
    after_rms_mm: float


class MarkerTestPart(Part):
    """Paired t-test of the three overlaps against healthy people's mean."""

    difference: float
    low: float
    high: float
    t: float
    degrees_of_freedom: int
    p: float
    effect_size: float
    remark: str = Field(default_factory=lambda: say("remark.marker_test"))


def trial_part(trial: Trial, estimate: Estimate) -> TrialPart:
    """One recording."""
    tracking, known = estimate.tracking, trial.known
    residual = None
    if tracking is not None and known.any():
        residual = 1e3 * float(np.sqrt(np.mean(np.asarray(tracking.residual)[known] ** 2)))
    return TrialPart(
        recording=trial.name,
        frames=len(known),
        known_frames=int(known.sum()),
        usable_frames=int(np.asarray(trial.exertion.usable).sum()),
        duration_s=float(estimate.motion.time[-1] - estimate.motion.time[0]),
        rate_hz=trial.rate_hz,
        method=estimate.method,
        method_reason=sentence(estimate.method_reason),
        residual_rms_mm=residual,
        mainly=trial.mainly,
        range_of_motion_deg=range_summary(trial.ranges.reach_deg),
    )


def direction_parts(found: Assessment) -> dict[str, DirectionPart]:
    """Every direction of movement."""
    pairs = zip(found.restrictions, found.measuring_sd_deg, found.geometry.missing, strict=True)
    mean = dict(zip(DIRECTIONS, found.geometry.healthy.norm.mean_deg.tolist(), strict=True))
    return {
        one.direction: DirectionPart(
            reach_deg=one.reach_deg,
            measuring_sd_deg=float(measuring),
            mean_deg=mean.get(one.direction),
            active_end_deg=found.active_end_deg.get(one.direction),
            stopped_by=STOPPED_BY.get(one.direction) if found.active_end_deg else None,
            expected_deg=one.normal_deg,
            expected_sd_deg=one.sd_deg,
            short_deg=one.short_deg,
            likelihood_of_restriction=one.probability,
            verdict=one.verdict,
            missing_volume_cm3=1e6 * float(missing.missing_m3.sum()),
            missing_share=missing.share,
        )
        for one, measuring, missing in pairs
    }


def envelope_part(one: MarkerEnvelopes) -> EnvelopePart:
    """Of one marker."""
    return EnvelopePart(
        volume_cm3=1e6 * one.person.volume_m3,
        surface_cm2=1e4 * one.person.surface_m2,
        radius_mm=1e3 * one.person.radius_m,
        status=say(f"envelope.{one.person.status.name.lower()}"),
        iou_match=one.with_match.iou,
        iou_own=one.with_own.iou,
        iou_error=max(one.with_match.error, one.with_own.error),
    )


def match_part(found: Assessment) -> MatchPart | None:
    """The best match; None where no marker has an envelope."""
    match = found.geometry.match
    if match is None:
        return None
    return MatchPart(
        person=match.index,
        among=found.necks,
        seed=found.seed,
        neck_length_m=match.neck * GENERIC_SUBJECT.neck_length_m,
        own_neck_length_m=found.subject.neck_length_m,
        missed_by=match.missed_by,
        at_border=match.border,
    )


def alignment_part(found: Assessment) -> AlignmentPart | None:
    """How markers and model were laid on one another, where they were."""
    laid = found.geometry.alignment
    if laid is None:
        return None
    return AlignmentPart(
        skull_offset_mm=tuple((1e3 * laid.skull_offset_m).tolist()),
        thorax_offset_mm=tuple((1e3 * laid.thorax_offset_m).tolist()),
        before_rms_mm=1e3 * laid.before_m,
        after_rms_mm=1e3 * laid.after_m,
    )


def marker_test_part(found: Assessment) -> MarkerTestPart | None:
    """The test over three markers, where there is one."""
    test = found.marker_test
    return None if test is None else MarkerTestPart(**dataclasses.asdict(test))
