"""``assessment.json``: what an assessment found, in numbers that another program can read."""

import dataclasses
from collections.abc import Sequence
from importlib.metadata import version
from typing import Final, Literal

import numpy as np

from nuchal.assessment.envelopes.geometry import MarkerEnvelopes
from nuchal.assessment.findings import Assessment
from nuchal.assessment.muscles.limits import Flag
from nuchal.assessment.muscles.ratios import Exertion, Ratios
from nuchal.assessment.ranges.norms import SMALLEST_CHANGE_DEG
from nuchal.assessment.ranges.reached import Ranges
from nuchal.assessment.trial import Trial, exertion_of
from nuchal.emg.compare import EmgComparison
from nuchal.model.anatomy import MUSCLE_GROUPS, MUSCLES
from nuchal.model.clinical import DIRECTIONS, RESEARCH_USE, side_of, words_of
from nuchal.model.scaling import GENERIC_SUBJECT
from nuchal.records import Estimate
from nuchal.report.schemas.assessment import (
    AlignmentPart,
    AssessmentSummary,
    DirectionPart,
    EnvelopePart,
    MarkerTestPart,
    MatchPart,
    RatioPart,
    TrialPart,
)
from nuchal.report.schemas.estimate import RangeSummary
from nuchal.report.summaries.emg import summarise_agreement
from nuchal.report.summaries.estimate import participant
from nuchal.report.text import say, sentence

_KEYS: Final = tuple(name.replace(" ", "_") for name in DIRECTIONS)


def summarise_assessment(
    found: Assessment, *, emg: Sequence[EmgComparison | None] = ()
) -> AssessmentSummary:
    """Everything worth quoting; see :mod:`nuchal.report.schemas.assessment` for the keys."""
    agreements = {
        trial.name: summarise_agreement(one, estimate)
        for trial, estimate, one in zip(found.trials, found.estimates, emg, strict=False)
        if one is not None
    }
    geometry = found.geometry
    return AssessmentSummary(
        software=f"nuchal {version('nuchal')}",
        notice=RESEARCH_USE,
        subject=participant(found.subject),
        preset=found.estimates[0].preset,
        trials=[_trial(*both) for both in zip(found.trials, found.estimates, strict=True)],
        range_of_motion_deg=_ranges(geometry.ranges),
        hardly_used=list(geometry.ranges.hardly_used),
        directions=_directions(found),
        norm_age_years=geometry.healthy.norm.age_years,
        smallest_detectable_change_deg=SMALLEST_CHANGE_DEG,
        mean_iou=geometry.mean_iou,
        envelopes={one.marker: _envelope(one) for one in geometry.envelopes},
        match=_match(found),
        alignment=_alignment(found),
        muscles=_muscles(found),
        marker_test=_marker_test(found),
        emg=agreements,
        assumptions=[sentence(one) for one in found.assumptions],
    )


def _trial(trial: Trial, estimate: Estimate) -> TrialPart:
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
        range_of_motion_deg=_ranges(trial.ranges),
    )


def _ranges(ranges: Ranges) -> RangeSummary:
    return RangeSummary(**{k: float(x) for k, x in zip(_KEYS, ranges.reach_deg, strict=True)})


def _directions(found: Assessment) -> dict[str, DirectionPart]:
    pairs = zip(found.restrictions, found.geometry.missing, strict=True)
    return {
        one.direction: DirectionPart(
            reach_deg=one.reach_deg,
            expected_deg=one.normal_deg,
            expected_sd_deg=one.sd_deg,
            short_deg=one.short_deg,
            likelihood_of_restriction=one.probability,
            verdict=one.verdict,
            missing_volume_cm3=1e6 * float(missing.missing_m3.sum()),
            missing_share=missing.share,
        )
        for one, missing in pairs
    }


def _envelope(one: MarkerEnvelopes) -> EnvelopePart:
    return EnvelopePart(
        volume_cm3=1e6 * one.person.volume_m3,
        surface_cm2=1e4 * one.person.surface_m2,
        radius_mm=1e3 * one.person.radius_m,
        status=say(f"envelope.{one.person.status.name.lower()}"),
        iou_match=one.with_match.iou,
        iou_own=one.with_own.iou,
        iou_error=max(one.with_match.error, one.with_own.error),
    )


def _match(found: Assessment) -> MatchPart | None:
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
    )


def _alignment(found: Assessment) -> AlignmentPart | None:
    laid = found.geometry.alignment
    if laid is None:
        return None
    skull, thorax = (
        (1e3 * float(x[0]), 1e3 * float(x[1]), 1e3 * float(x[2]))
        for x in (laid.skull_offset_m, laid.thorax_offset_m)
    )
    return AlignmentPart(
        skull_offset_mm=skull,
        thorax_offset_mm=thorax,
        before_rms_mm=1e3 * laid.before_m,
        after_rms_mm=1e3 * laid.after_m,
    )


def _muscles(found: Assessment) -> dict[str, RatioPart]:
    flags = {flag.muscle: flag for flag in found.flags}
    actual, normal = (_peaks(x) for x in (exertion_of(found.trials), found.healthy.exertion))
    low, high = found.limits.range
    return {
        name: RatioPart(
            name=words_of(name),
            side=side_of(name),
            group=MUSCLE_GROUPS[m],
            peak_ratio=_ratio(found.ratios, "peak", m),
            mean_ratio=_ratio(found.ratios, "mean", m),
            matched_peak_ratio=_ratio(found.matched_ratios, "peak", m),
            healthy_low=float(low[m]),
            healthy_high=float(high[m]),
            finding=_kind(flags.get(m)),
            q=None if m not in flags else flags[m].q,
            peak_N=None if actual is None else float(actual[m]),
            healthy_peak_N=None if normal is None else float(normal[m]),
        )
        for m, name in enumerate(MUSCLES)
    }


def _kind(flag: Flag | None) -> Literal["reduced", "compensating"] | None:
    return None if flag is None else flag.kind


def _peaks(exertion: Exertion) -> np.ndarray | None:
    used = np.asarray(exertion.force)[np.asarray(exertion.usable)]
    return used.max(axis=0) if len(used) else None


def _ratio(ratios: Ratios | None, which: str, muscle: int) -> float | None:
    if ratios is None or not ratios.defined[muscle]:
        return None
    return float(getattr(ratios, which)[muscle])


def _marker_test(found: Assessment) -> MarkerTestPart | None:
    test = found.marker_test
    return (
        None
        if test is None
        else MarkerTestPart(**dataclasses.asdict(test), remark=say("remark.marker_test"))
    )
