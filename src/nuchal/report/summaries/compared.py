"""A comparison becomes the parts of ``comparison.json``."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final, Literal

from nuchal.assessment.visits.changes import Change
from nuchal.assessment.visits.records import Comparison
from nuchal.assessment.visits.space import TwoEnvelopes
from nuchal.errors import Setting
from nuchal.findings import Assumed, Finding, Warned, finding
from nuchal.model.generic import MUSCLES
from nuchal.records import Subject
from nuchal.report.summaries.assessment import AssessmentSummary
from nuchal.report.summaries.comparison import (
    ChangePart,
    ComparisonSummary,
    MeasurePart,
    RepeatabilityPart,
    TwoEnvelopesPart,
    TwoLoadsPart,
    TwoMusclesPart,
    TwoReadingsPart,
    VisitPart,
)
from nuchal.report.summaries.movement import MarkerTestPart
from nuchal.report.summaries.parts import findings_part
from nuchal.report.summaries.readings import TimesPart

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
