"""Recordings of one person become an assessment: what the neck can and cannot do."""

import dataclasses
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from nuchal.assessment.assess import AssessmentSettings, Normal, assess, necks_of
from nuchal.assessment.healthy import as_tracked, healthy_movement
from nuchal.assessment.muscles.ratios import Exertion
from nuchal.assessment.records import Assessment, HealthyForces
from nuchal.assessment.trial import trial_of
from nuchal.commands.emg_signals import EmgReading, read_signals
from nuchal.commands.estimate import Estimated, Plan, estimate_tracked, plan_of
from nuchal.commands.options import ForceOptions, recruitment_settings
from nuchal.commands.run import Progress, Result, run_into, silent
from nuchal.commands.tables import TABLES, write_tables
from nuchal.commands.tracked import read_and_track
from nuchal.emg.compare import EmgComparison
from nuchal.emg.comparison import ComparisonSettings, compare
from nuchal.errors import NuchalError, RecordingError, Setting
from nuchal.io.recordings.emg import has_analogs
from nuchal.io.subject import read_subject
from nuchal.model.anatomy import beyond_range
from nuchal.records import Motion, Subject
from nuchal.report.html.document import report_html, write_report
from nuchal.report.html.pdf import check_pdf, write_pdf
from nuchal.report.summaries.assessment import AssessmentSummary, summarise_assessment
from nuchal.report.summaries.estimate import summarise
from nuchal.report.text import Language

ASSESSMENT_FILES: Final = ("assessment.json", "report.html", "report.pdf")


@dataclass(frozen=True, kw_only=True)
class AssessOptions(ForceOptions, EmgReading, ComparisonSettings, AssessmentSettings):
    """What :func:`run_assess` may be told beside the recordings and the person.

    Attributes:
        pdf: Write the report as PDF too.
        tables: Write every recording's tables too.
        diagnostics: Write muscle lengths and moment arms among them.
        language: Of the report's first page and of the directions; the rest is in English.
    """

    pdf: bool = False
    tables: bool = True
    diagnostics: bool = False
    language: Language = "en"


class Assessed(NamedTuple):
    """An assessment, and a comparison with EMG for each recording that holds any."""

    assessment: Assessment
    emg: tuple[EmgComparison | None, ...]


def run_assess(
    recordings: Sequence[Path],
    *,
    subject: Path,
    out: Path,
    options: AssessOptions,
    progress: Progress = silent,
) -> Result[Assessed, AssessmentSummary]:
    """Assess one person's recordings, and write a report, its figures as JSON and all tables.

    Args:
        recordings: at least one, of markers or coordinates, each of the same person.
        subject: the person's measures, a ``person.toml``.
        out: the folder for the results; whole or not at all.
        options: everything else.
        progress: told what is being done and which share of it is.

    Raises:
        NuchalError: something given cannot be used; the message says what to do.
    """
    folders = folders_of(recordings)
    if options.pdf:
        check_pdf()

    def find() -> Assessed:
        plan = plan_of(read_subject(subject), options)
        done, normal = _estimated(recordings, plan, options, progress)
        emg = _emg_of(recordings, done, plan, options)
        return Assessed(_assess(done, normal, plan, options, progress), emg)

    each = [f"{folder}/{file}" for folder in folders for file in (*TABLES, "summary.json")]
    return run_into(
        out,
        inputs=(*recordings, subject, *options.mvc, options.static, options.network),
        names=(*ASSESSMENT_FILES, *each),
        find=find,
        write=lambda found, place: _write(found, place, folders, options),
        progress=progress,
    )


def _write(
    found: Assessed, place: Path, folders: Sequence[str], options: AssessOptions
) -> AssessmentSummary:
    assessment, emg = found
    summary = summarise_assessment(assessment, emg=emg)
    summary.write(place / "assessment.json")
    language = options.language
    write_report(assessment, summary, place / "report.html", emg=emg, language=language)
    if options.pdf:
        page = report_html(assessment, summary, emg=emg, live=False, language=language)
        write_pdf(page, place / "report.pdf")
    if options.tables:
        for folder, estimate in zip(folders, assessment.estimates, strict=True):
            (place / folder).mkdir()
            write_tables(estimate, place / folder, diagnostics=options.diagnostics)
            summarise(estimate).write(place / folder / "summary.json")
    return summary


def assess_recordings(
    recordings: Sequence[Path], person: Subject, options: AssessOptions, progress: Progress = silent
) -> Assessment:
    """Assess recordings; nothing is written.

    Raises:
        NuchalError: something given cannot be used; the message says what to do.
    """
    plan = plan_of(person, options)
    done, normal = _estimated(recordings, plan, options, progress)
    return _assess(done, normal, plan, options, progress)


def _assess(
    done: Sequence[Estimated],
    normal: Normal,
    plan: Plan,
    options: AssessOptions,
    progress: Progress,
) -> Assessment:
    names = folders_of([one.estimate.source for one in done])
    progress("matching", 0.6)

    def forces_of(person: Subject) -> HealthyForces:
        progress("forces of the match", 0.8)
        return healthy_forces(plan_of(person, options), normal.healthy.motion, "matched")

    return assess(
        [trial_of(name, *one) for name, one in zip(names, done, strict=True)],
        [one.estimate for one in done],
        plan.anatomy,
        normal,
        forces_of,
        options,
        own_poses=options.static is None and len(done) > 1,
    )


def healthy_forces(plan: Plan, motion: Motion, whose: str) -> HealthyForces:
    """Forces of a plan's neck in a movement, found as those of the person's recordings are.

    Postures beyond the generic neck's range cannot be used there, and so not here either.
    """
    as_predicted = plan._replace(options=dataclasses.replace(plan.options, correct=False))
    estimate = estimate_tracked(as_tracked(plan.anatomy, motion), as_predicted).estimate
    usable = np.asarray(estimate.quality) & ~beyond_range(plan.anatomy, motion.q)
    return HealthyForces(
        whose=whose,
        exertion=Exertion(np.asarray(estimate.forces.force), usable),
        activation=np.asarray(estimate.forces.activation),
    )


def folders_of(recordings: Sequence[Path]) -> tuple[str, ...]:
    """One name for each recording: its file's, after its folder's where several are called alike.

    Raises:
        RecordingError: one recording is given twice.
    """
    whole = [path.resolve() for path in recordings]
    for k, path in enumerate(whole):
        if path in whole[:k]:
            raise RecordingError("options.recording_twice", recordings[k])
    for depth in range(1, 1 + max(len(path.parts) for path in whole)):
        names = ["_".join([*path.parts[-depth:-1], path.stem]) for path in whole]
        if len(set(names)) == len(names):
            return tuple(names)
    return tuple(f"{path.stem}_{k}" for k, path in enumerate(whole, start=1))


def _estimated(
    recordings: Sequence[Path], plan: Plan, options: AssessOptions, progress: Progress
) -> tuple[list[Estimated], Normal]:
    """Forces of all recordings, and beside them on another core what they are compared with."""
    names = folders_of(recordings)
    tracked = []
    for k, path in enumerate(recordings):
        progress(f"tracking {names[k]}", 0.05 + 0.15 * k / len(names))
        tracked.append(read_and_track(path, plan.person, plan.anatomy, plan.options))
    with ThreadPoolExecutor(max_workers=1) as beside:
        normal = beside.submit(_normal_of, plan, options)
        done = []
        for k, motion in enumerate(tracked):
            progress(f"forces of {names[k]}", 0.2 + 0.4 * k / len(names))
            done.append(estimate_tracked(motion, plan))
        return done, normal.result()


def _normal_of(plan: Plan, options: AssessOptions) -> Normal:
    healthy = healthy_movement(plan.person.age_years)
    necks_of(options.necks, options.seed)  # kept, and so drawn on this core
    return Normal(healthy, healthy_forces(plan, healthy.motion, "own"))


def _emg_of(
    recordings: Sequence[Path], done: Sequence[Estimated], plan: Plan, options: AssessOptions
) -> tuple[EmgComparison | None, ...]:
    """One comparison for each recording that holds EMG; None for the others.

    EMG is looked for where the person's file or an option says what its channels are, or an MVC
    trial is given.

    Raises:
        NuchalError: EMG was asked for and no recording holds any, or it cannot be used.
    """
    asked = bool(options.channels or options.mvc)
    if not (asked or plan.person.emg):
        return (None,) * len(done)
    held = [has_analogs(path) for path in recordings]
    if asked and not any(held):
        raise NuchalError(
            "options.no_recording_holds_emg", mvc=Setting("mvc"), channels=Setting("channels")
        )
    settings = recruitment_settings(options)
    found: list[EmgComparison | None] = []
    for path, one, holds in zip(recordings, done, held, strict=True):
        if not holds:
            found.append(None)
            continue
        signals = read_signals(path, None, plan.person, options)
        found.append(compare(path, one.estimate, plan.anatomy, signals, settings, options))
    return tuple(found)
