"""A visit: what a comparison needs of an assessment, made now or read from its folder."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Float

from nuchal.arrays import CoordsT
from nuchal.assessment.attempts.attempts import Attempt
from nuchal.assessment.attempts.relocation import Relocation
from nuchal.assessment.muscles.exertion import Exertion, exerted, one_after_another
from nuchal.assessment.visits.records import Load, Visit
from nuchal.assessment.visits.space import MARKERS
from nuchal.commands.assess_files import SUMMARY_FILE, Assessed
from nuchal.commands.read_back import Frames, read_document, read_frames, read_rows
from nuchal.commands.tables import HEAD_ANGLES, STATUS_FILE
from nuchal.conventions import COORDINATES, LEVELS
from nuchal.errors import RecordingError, Status
from nuchal.io.measures import refuse_impossible
from nuchal.model.angles import CLINICAL_SIGNS
from nuchal.model.clinical import DIRECTIONS, frame_status
from nuchal.model.generic import MUSCLES
from nuchal.plain_text import plain_line
from nuchal.records import Subject
from nuchal.report.summaries.assessment import AssessmentSummary, summarise_assessment
from nuchal.report.summaries.attempts import AttemptPart, RelocationPart
from nuchal.report.summaries.estimate import Summary, summarise

_UNKNOWN: Final = (Status.GAP, Status.NOT_CONVERGED)


class Seen(NamedTuple):
    """A visit and all figures of its assessment."""

    visit: Visit
    summary: AssessmentSummary


class _Recorded(NamedTuple):
    """Of one recording: known postures [rad], forces, and the figures of its estimate."""

    q: CoordsT
    exertion: Exertion
    summary: Summary


def visit_of(found: Assessed) -> Seen:
    """A visit that was assessed just now."""
    assessment = found.assessment
    each = []
    for trial, estimate in zip(assessment.trials, assessment.estimates, strict=True):
        known = ~np.isin(frame_status(estimate), _UNKNOWN)
        each.append(_Recorded(np.asarray(trial.q)[known], trial.exertion, summarise(estimate)))
    return _seen(each, summarise_assessment(assessment, emg=found.emg))


def read_visit(folder: Path) -> Seen:
    """A visit whose assessment was written before.

    Raises:
        RecordingError: a file of the assessment is missing, cut off, of another version, or not of
            an assessment.
    """
    path = folder / SUMMARY_FILE
    summary = read_document(path, AssessmentSummary)
    _refuse_incomplete(path, summary)
    each = [_read(folder, one.recording) for one in summary.trials]
    return _seen(each, summary)


def _refuse_incomplete(path: Path, summary: AssessmentSummary) -> None:
    """What an assessment writes of every direction, muscle and marker is there, of a possible neck.

    Raises:
        NuchalError: it is not.
    """
    kinds: dict[str, tuple[Collection[str], Collection[str]]] = {
        "directions": (summary.directions, DIRECTIONS),
        "muscles": (summary.muscles, MUSCLES),
        "envelopes": (summary.envelopes, MARKERS),
    }
    missing = [kind for kind, (there, every) in kinds.items() if not set(every) <= set(there)]
    if not summary.trials:
        missing.append("trials")
    if any(len(one.beside_deg) != 2 for one in summary.attempts):
        missing.append("attempts")
    if missing:
        raise RecordingError("compare.document", path, at=missing[0])
    for name in ("neck_length_m", "shoulder_width_m", "head_and_neck_mass_kg"):
        refuse_impossible(path, name, getattr(summary.subject, name))


def _read(folder: Path, recording: str) -> _Recorded:
    place = folder / recording
    if place.parent != folder or not place.is_dir():
        name = plain_line(recording)
        raise RecordingError("compare.no_tables", folder / SUMMARY_FILE, recording=name)
    frames = read_frames(place / STATUS_FILE)
    q, head, force = (
        _in_frames(frames, read_rows(place / file, labels, frames))
        for file, labels in (
            ("coordinates.mot", COORDINATES),
            ("head_on_thorax.mot", HEAD_ANGLES),
            ("forces.sto", MUSCLES),
        )
    )
    known = ~np.isin(frames.status, _UNKNOWN)
    exertion = exerted(force, frames.usable, head * CLINICAL_SIGNS)
    summary = read_document(place / "summary.json", Summary)
    if not set(LEVELS) <= set(summary.levels):
        raise RecordingError("compare.document", place / "summary.json", at="levels")
    return _Recorded(np.radians(q[known]), exertion, summary)


def _in_frames(frames: Frames, data: Float[np.ndarray, "r n"]) -> Float[np.ndarray, "t n"]:
    """Rows of a table at their frames; zero where there is none."""
    whole = np.zeros((len(frames.status), data.shape[1]))
    whole[frames.rows] = data
    return whole


def _seen(each: Sequence[_Recorded], summary: AssessmentSummary) -> Seen:
    person = Subject(**summary.subject.model_dump())
    return Seen(
        Visit(
            person=person,
            q=tuple(one.q for one in each),
            exertion=one_after_another([one.exertion for one in each]),
            attempts=tuple(map(_attempt, summary.attempts)),
            relocations=tuple(map(_relocation, summary.relocations)),
            measuring_sd_deg=np.array(
                [summary.directions[way].measuring_sd_deg for way in DIRECTIONS]
            ),
            loads=_loads([one.summary for one in each]),
            iou=_overlaps(summary),
        ),
        summary,
    )


def _attempt(one: AttemptPart) -> Attempt:
    first, second = one.beside_deg.values()
    return Attempt(**one.model_dump(exclude={"beside_deg"}), beside_deg=(first, second))


def _relocation(one: RelocationPart) -> Relocation:
    return Relocation(**one.model_dump())


def _overlaps(summary: AssessmentSummary) -> tuple[float | None, float | None, float | None]:
    top, left, right = (summary.envelopes[marker].iou_match for marker in MARKERS)
    return top, left, right


def _loads(summaries: Sequence[Summary]) -> Mapping[str, Load]:
    """Of every joint, over the recordings in which its load is known."""
    found = {}
    for level in LEVELS:
        those = [(one.levels[level], one.frames.duration_s) for one in summaries]
        known = [
            (part.mean_compression_N, part.peak_compression_N, seconds)
            for part, seconds in those
            if part.mean_compression_N is not None and part.peak_compression_N is not None
        ]
        if known:
            mean, peak, seconds = np.array(known).T
            found[level] = Load(
                mean_n=float(np.average(mean, weights=seconds)), peak_n=float(peak.max())
            )
    return found
