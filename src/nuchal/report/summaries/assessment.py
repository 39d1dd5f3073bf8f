# ruff: noqa: N815 - units keep their capitals: N
"""``assessment.json``: what an assessment found, in numbers that another program can read.

``null`` stands where there is nothing to say.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from nuchal.assessment.envelopes.records import MarkerName
from nuchal.assessment.muscles.ratios import Exertion, Ratios
from nuchal.assessment.ranges.norms import SMALLEST_CHANGE_DEG
from nuchal.assessment.records import Assessment, exertion_of
from nuchal.emg.compare import EmgComparison
from nuchal.model.anatomy import MUSCLE_GROUPS, MUSCLES
from nuchal.model.clinical import side_of
from nuchal.report.summaries.emg import Agreement, summarise_agreement
from nuchal.report.summaries.movement import (
    AlignmentPart,
    DirectionPart,
    EnvelopePart,
    MarkerTestPart,
    MatchPart,
    TrialPart,
    alignment_part,
    direction_parts,
    envelope_part,
    marker_test_part,
    match_part,
    trial_part,
)
from nuchal.report.summaries.parts import (
    Document,
    FindingPart,
    Part,
    ParticipantSummary,
    RangeSummary,
    findings_part,
    participant,
    range_summary,
)
from nuchal.report.text import muscle_name


class RatioPart(Part):
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
    peak_ratio: float | None
    mean_ratio: float | None
    matched_peak_ratio: float | None
    healthy_low: float
    healthy_high: float
    finding: Literal["reduced", "compensating"] | None
    q: float | None
    peak_N: float | None
    healthy_peak_N: float | None


class AssessmentSummary(Document):
    """Everything in ``assessment.json``.

    Attributes:
        range_of_motion_deg: The farthest of all recordings.
        hardly_used: Directions into which the head hardly went: not asked for, or not possible.
        norm_age_years: ``null`` where the age is not known, and people of 25 to 65 years are meant.
        emg: By recording: measured EMG beside modelled activations, as in ``agreement.json``.
    """

    schema_version: Literal[2] = 2
    subject: ParticipantSummary
    preset: Literal["paper", "recommended", "classical"]
    trials: list[TrialPart]
    range_of_motion_deg: RangeSummary
    hardly_used: list[str]
    directions: dict[str, DirectionPart]
    norm_age_years: float | None
    smallest_detectable_change_deg: float
    mean_iou: float | None
    envelopes: dict[MarkerName, EnvelopePart]
    match: MatchPart | None
    alignment: AlignmentPart | None
    muscles: dict[str, RatioPart]
    marker_test: MarkerTestPart | None
    emg: dict[str, Agreement]
    assumptions: list[FindingPart]


def summarise_assessment(
    found: Assessment, *, emg: Sequence[EmgComparison | None] = ()
) -> AssessmentSummary:
    """Everything worth quoting."""
    agreements = {
        trial.name: summarise_agreement(one, estimate)
        for trial, estimate, one in zip(found.trials, found.estimates, emg, strict=False)
        if one is not None
    }
    geometry = found.geometry
    return AssessmentSummary(
        subject=participant(found.subject),
        preset=found.estimates[0].preset,
        trials=[trial_part(*both) for both in zip(found.trials, found.estimates, strict=True)],
        range_of_motion_deg=range_summary(geometry.ranges.reach_deg),
        hardly_used=list(geometry.ranges.hardly_used),
        directions=direction_parts(found),
        norm_age_years=geometry.healthy.norm.age_years,
        smallest_detectable_change_deg=SMALLEST_CHANGE_DEG,
        mean_iou=geometry.mean_iou,
        envelopes={one.marker: envelope_part(one) for one in geometry.envelopes},
        match=match_part(found),
        alignment=alignment_part(found),
        muscles=_muscles(found),
        marker_test=marker_test_part(found),
        emg=agreements,
        assumptions=findings_part(found.assumptions),
    )


def _muscles(found: Assessment) -> dict[str, RatioPart]:
    flags = {flag.muscle: flag for flag in found.flags}
    actual, normal = (_peaks(x) for x in (exertion_of(found.trials), found.healthy.exertion))
    low, high = found.limits.range
    return {
        name: RatioPart(
            name=muscle_name(name),
            side=side_of(name),
            group=MUSCLE_GROUPS[m],
            peak_ratio=_ratio(found.ratios, "peak", m),
            mean_ratio=_ratio(found.ratios, "mean", m),
            matched_peak_ratio=_ratio(found.matched_ratios, "peak", m),
            healthy_low=float(low[m]),
            healthy_high=float(high[m]),
            finding=flags[m].kind if m in flags else None,
            q=flags[m].q if m in flags else None,
            peak_N=None if actual is None else float(actual[m]),
            healthy_peak_N=None if normal is None else float(normal[m]),
        )
        for m, name in enumerate(MUSCLES)
    }


def _peaks(exertion: Exertion) -> np.ndarray | None:
    used = np.asarray(exertion.force)[np.asarray(exertion.usable)]
    return used.max(axis=0) if len(used) else None


def _ratio(ratios: Ratios | None, which: str, muscle: int) -> float | None:
    if ratios is None or not ratios.defined[muscle]:
        return None
    return float(getattr(ratios, which)[muscle])
