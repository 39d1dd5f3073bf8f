"""``assessment.json``: what an assessment found, in numbers that another program can read.

``null`` stands where there is nothing to say.
"""

from collections.abc import Sequence
from typing import Literal

from nuchal.assessment.envelopes.records import MarkerName
from nuchal.assessment.records import Assessment
from nuchal.conventions import Preset
from nuchal.emg.records import EmgComparison
from nuchal.model.norms import SMALLEST_CHANGE_DEG
from nuchal.report.summaries.attempts import (
    AttemptPart,
    MovedPart,
    RelocatedPart,
    RelocationPart,
    attempt_parts,
    moved_parts,
    relocated_parts,
    relocation_parts,
)
from nuchal.report.summaries.coactivity import CoactivityPart, coactivity_part
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
from nuchal.report.summaries.muscles import (
    CandidatesPart,
    MusclePart,
    candidates_part,
    muscle_parts,
)
from nuchal.report.summaries.parts import (
    Document,
    FindingPart,
    ParticipantSummary,
    RangeSummary,
    findings_part,
    participant,
    range_summary,
)
from nuchal.report.summaries.reaching import NotReachedPart, not_reached_parts
from nuchal.report.summaries.spontaneous import SpontaneousPart, spontaneous_part
from nuchal.report.summaries.stiff import StiffPart, stiff_part


class AssessmentSummary(Document):
    """Everything in ``assessment.json``.

    Attributes:
        range_of_motion_deg: The farthest of all recordings.
        hardly_used: Directions into which the head hardly went: not asked for, or not possible.
        not_reached: By direction, which muscles carry the moment where healthy heads go farther.
        movement: How the head moves into each direction, over the attempts.
        attempts: Each time that the head went as far as it goes.
        relocated: How near it comes back, of recordings that are of that.
        relocations: Each time that it came back.
        norm_age_years: ``null`` where the age is not known, and people of 25 to 65 years are meant.
        candidates: Muscles that may truly be asked much less or more of; ``null`` where the
            probability is not known.
        spontaneous: What spontaneous movement adds to the tasks; ``null`` where only one of both
            was recorded.
        if_stiff: The other reading of a short range; ``null`` where no range is short.
        coactivity: Which muscles work together, as networks.
        emg: By recording: measured EMG beside modelled activations, as in ``agreement.json``.
    """

    schema_version: Literal[4] = 4
    subject: ParticipantSummary
    preset: Preset
    trials: list[TrialPart]
    range_of_motion_deg: RangeSummary
    hardly_used: list[str]
    directions: dict[str, DirectionPart]
    not_reached: dict[str, NotReachedPart]
    movement: dict[str, MovedPart]
    attempts: list[AttemptPart]
    relocated: dict[str, RelocatedPart]
    relocations: list[RelocationPart]
    norm_age_years: float | None
    smallest_detectable_change_deg: float
    mean_iou: float | None
    envelopes: dict[MarkerName, EnvelopePart]
    match: MatchPart | None
    alignment: AlignmentPart | None
    spontaneous: SpontaneousPart | None
    muscles: dict[str, MusclePart]
    candidates: CandidatesPart | None
    if_stiff: StiffPart | None
    coactivity: CoactivityPart | None
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
    geometry, muscles = found.geometry, muscle_parts(found)
    attempts, relocations = attempt_parts(found.attempts), relocation_parts(found.relocations)
    return AssessmentSummary(
        subject=participant(found.subject),
        preset=found.estimates[0].preset,
        trials=[trial_part(*both) for both in zip(found.trials, found.estimates, strict=True)],
        range_of_motion_deg=range_summary(geometry.ranges.reach_deg),
        hardly_used=list(geometry.ranges.hardly_used),
        directions=direction_parts(found),
        not_reached=not_reached_parts(found),
        movement=moved_parts(attempts),
        attempts=attempts,
        relocated=relocated_parts(relocations),
        relocations=relocations,
        norm_age_years=geometry.healthy.norm.age_years,
        smallest_detectable_change_deg=SMALLEST_CHANGE_DEG,
        mean_iou=geometry.mean_iou,
        envelopes={one.marker: envelope_part(one) for one in geometry.envelopes},
        match=match_part(found),
        alignment=alignment_part(found),
        spontaneous=spontaneous_part(found.geometry),
        muscles=muscles,
        candidates=candidates_part(found, muscles),
        if_stiff=stiff_part(found),
        coactivity=coactivity_part(found.coactivity),
        marker_test=marker_test_part(found),
        emg=agreements,
        assumptions=findings_part(found.assumptions),
    )
