"""``comparison.json``: what two visits or two people say, in numbers for other programs.

``null`` stands where there is nothing to say.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final, Literal

from pydantic import Field

from nuchal.assessment.envelopes.records import MarkerName
from nuchal.assessment.muscles.flags import Asked
from nuchal.assessment.visits.changes import Change, Verdict
from nuchal.assessment.visits.measures import Basis, Measure
from nuchal.assessment.visits.muscles import MuscleVerdict
from nuchal.assessment.visits.records import Comparison
from nuchal.assessment.visits.space import TwoEnvelopes
from nuchal.conventions import Preset
from nuchal.errors import Setting
from nuchal.findings import Assumed, Finding, Warned, finding
from nuchal.model.clinical import Side
from nuchal.model.generic import MUSCLES
from nuchal.records import Subject
from nuchal.report.summaries.assessment import AssessmentSummary
from nuchal.report.summaries.movement import MarkerTestPart
from nuchal.report.summaries.parts import (
    Document,
    FindingPart,
    Part,
    ParticipantSummary,
    findings_part,
)
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


# Of measures of one person, from one visit to another.
_DIFFERENT: Final = 0.1
Both = tuple[AssessmentSummary, AssessmentSummary]


def summarise_comparison(
    found: Comparison, of: Both, folders: tuple[str, str], *, people: Literal[1, 2]
) -> ComparisonSummary:
    """Everything worth quoting.

    Args:
        found: the comparison.
        of: all figures of both assessments.
        folders: names of the folders that they are from.
        people: how many; 1 for two visits of one person.
    """
    first, second = (_visit(*one) for one in zip(folders, of, strict=True))
    changed = [one for one in found.changes if one.verdict in ("worse", "better")]
    changed.sort(key=lambda one: -max(one.worse, one.better))
    tested = [one.chance_of_any for one in found.changes if one.change_deg is not None]
    return ComparisonSummary(
        people=people,
        preset=of[0].preset,
        before=first,
        after=second,
        repeatability=RepeatabilityPart.model_validate(found.repeats),
        changed=[one.direction for one in changed] if people == 1 else [],
        chance_of_any=min(tested) if tested and people == 1 else None,
        directions={one.direction: _change(one, of, people) for one in found.changes},
        measures=[MeasurePart.model_validate(one) for one in found.measures],
        envelopes={one.marker: _envelopes(one, of) for one in found.envelopes},
        muscles=dict(_muscles(found, of)),
        loads=_loads(found),
        emg=emg_parts(of),
        marker_test=None if found.markers is None else MarkerTestPart.model_validate(found.markers),
        assumptions=findings_part(_findings(found, people)),
    )


def _visit(folder: str, summary: AssessmentSummary) -> VisitPart:
    return VisitPart(
        folder=folder,
        subject=summary.subject,
        recordings=len(summary.trials),
        usable_frames=sum(one.usable_frames for one in summary.trials),
        mean_iou=summary.mean_iou,
    )


def _change(one: Change, of: Both, people: int) -> ChangePart:
    first, second = (summary.directions[one.direction] for summary in of)
    counts = [sum(x.direction == one.direction for x in summary.attempts) for summary in of]
    told = people == 1 and one.change_deg is not None
    return ChangePart(
        attempts=(counts[0], counts[1]),
        before_deg=one.before_deg,
        after_deg=one.after_deg,
        change_deg=one.change_deg,
        interval_deg=one.interval_deg,
        smallest_detectable_deg=one.smallest_detectable_deg,
        probability_worse=one.worse if told else None,
        probability_better=one.better if told else None,
        chance=one.chance if told else None,
        chance_of_any=one.chance_of_any if told else None,
        verdict=one.verdict if people == 1 else None,
        likelihoods_of_restriction=(
            first.likelihood_of_restriction,
            second.likelihood_of_restriction,
        ),
        restrictions=(first.verdict, second.verdict),
    )


def _envelopes(one: TwoEnvelopes, of: Both) -> TwoEnvelopesPart:
    return TwoEnvelopesPart(
        before_cm3=1e6 * one.before.volume_m3,
        after_cm3=1e6 * one.after.volume_m3,
        iou=one.both.iou,
        iou_match=(of[0].envelopes[one.marker].iou_match, of[1].envelopes[one.marker].iou_match),
    )


def _muscles(found: Comparison, of: Both) -> Iterator[tuple[str, TwoMusclesPart]]:
    told = found.muscles
    for k, name in enumerate(MUSCLES):
        mine, theirs = (summary.muscles[name] for summary in of)
        defined = told is not None and bool(told.defined[k])
        yield (
            name,
            TwoMusclesPart(
                name=mine.name,
                side=mine.side,
                group=mine.group,
                before_N=None if told is None else float(told.before_n[k]),
                after_N=None if told is None else float(told.after_n[k]),
                ratio=float(told.ratio[k]) if told is not None and defined else None,
                interval=(float(told.low[k]), float(told.high[k]))
                if told is not None and defined
                else None,
                chance=float(told.chance[k]) if told is not None and defined else None,
                verdict=None if told is None else told.verdict(k),
                peak_ratios=(mine.matched_end_ratio, theirs.matched_end_ratio),
                findings=(mine.finding, theirs.finding),
                probabilities={
                    "less": (mine.probability_less, theirs.probability_less),
                    "more": (mine.probability_more, theirs.probability_more),
                },
            ),
        )


def emg_parts(of: Both) -> dict[str, TwoReadingsPart]:
    """By channel, those of the first before others of the second."""
    each = [_readings(summary) for summary in of]
    return {
        name: TwoReadingsPart(
            readings=(each[0][name][0], each[1][name][0]),
            measured_over_healthy=(each[0][name][1], each[1][name][1]),
        )
        for name in dict.fromkeys([*each[0], *each[1]])
    }


def _readings(summary: AssessmentSummary) -> Mapping[str, tuple[str | None, TimesPart | None]]:
    """Of each channel; of one that there is not, nothing."""
    found: dict[str, tuple[str | None, TimesPart | None]] = defaultdict(lambda: (None, None))
    for agreement in summary.emg.values():
        for name, one in agreement.readings.items():
            found[name] = one.reading, one.measured_over_healthy
    return found


def _findings(found: Comparison, people: int) -> Iterator[Finding]:
    """What the comparison takes for granted, and what looks wrong."""
    if people == 1:
        yield finding(Assumed.VISITS_REPEAT, **vars(found.repeats))
        yield finding(Assumed.FIRST_VISITS_NECK)
        most = _most_different(found.before.person, found.after.person)
        if most > _DIFFERENT:
            remedy = Setting("two_people")
            yield finding(Warned.MEASURES_DIFFER, most=most, remedy=remedy)
    if found.muscles is None:
        yield finding(Warned.NO_COMMON_RANGE)
    else:
        yield finding(Assumed.MUSCLES_DIFFER_AS_PEOPLE)
    untested = [one.direction for one in found.changes if one.change_deg is None]
    if untested:
        yield finding(Warned.TASKS_DIFFER, ways=untested)


def _most_different(first: Subject, second: Subject) -> float:
    """By what share the three measures differ most."""
    pairs = [
        (first.neck_length_m, second.neck_length_m),
        (first.shoulder_width_m, second.shoulder_width_m),
        (first.head_and_neck_mass_kg, second.head_and_neck_mass_kg),
    ]
    return max(abs(b / a - 1.0) for a, b in pairs)


def _loads(found: Comparison) -> dict[str, TwoLoadsPart]:
    first, second = found.before.loads, found.after.loads
    return {
        level: TwoLoadsPart(
            before_mean_N=one.mean_n,
            after_mean_N=second[level].mean_n,
            before_peak_N=one.peak_n,
            after_peak_N=second[level].peak_n,
        )
        for level, one in first.items()
        if level in second
    }
