"""Recordings of one person become an assessment: what the neck can and cannot do."""

import dataclasses
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from nuchal.assessment.assess import AssessmentSettings, Normal, assess, lay_on_healthy, necks_of
from nuchal.assessment.envelopes.geometry import compare_laid
from nuchal.assessment.envelopes.records import Match
from nuchal.assessment.healthy import healthy_movement
from nuchal.assessment.kinematics import Kinematics
from nuchal.assessment.records import Healthy, HealthyForces
from nuchal.assessment.trial import kinematics_of, trial_of
from nuchal.commands.assess_files import (
    Assessed,
    AssessmentFiles,
    check_files,
    file_names,
    folders_of,
    said_of,
    write_assessment,
)
from nuchal.commands.beside_range import with_own_range
from nuchal.commands.coactivity import coactivity_of
from nuchal.commands.emg_of_recordings import EmgOfRecordings, compare_all, signals_of
from nuchal.commands.forces import estimate_tracked, healthy_forces
from nuchal.commands.options import ForceOptions
from nuchal.commands.own_range import Recorded, track_recordings
from nuchal.commands.plan import Plan, plan_of
from nuchal.commands.run import Progress, Result, run_into, silent
from nuchal.io.subject import read_subject
from nuchal.model.scaling import GENERIC_SUBJECT
from nuchal.records import Estimate, Subject
from nuchal.report.summaries.assessment import AssessmentSummary


@dataclass(frozen=True, kw_only=True)
class AssessOptions(ForceOptions, EmgOfRecordings, AssessmentSettings, AssessmentFiles):
    """What :func:`run_assess` may be told beside the recordings and the person.

    Attributes:
        spontaneous: Those recordings that show spontaneous movement and none of the tasks; found by
            their planes if not given.
        relocation: Those in which the head goes to a side and comes back to where it was, with eyes
            closed.
    """

    spontaneous: tuple[Path, ...] = ()
    relocation: tuple[Path, ...] = ()


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
    check_files(options)
    given = (subject, *options.emg, *options.mvc, options.static, options.network)
    return run_into(
        out,
        inputs=(*recordings, *given, *(one.static for one in options.each.values())),
        names=file_names(folders),
        find=lambda: assess_recordings(recordings, read_subject(subject), options, progress),
        write=lambda found, place: write_assessment(found, place, folders, options),
        progress=progress,
    )


def assess_recordings(
    recordings: Sequence[Path], person: Subject, options: AssessOptions, progress: Progress = silent
) -> Assessed:
    """Assess recordings; nothing is written.

    Raises:
        NuchalError: something given cannot be used; the message says what to do.
    """
    names = folders_of(recordings)
    signals = signals_of(recordings, person, options)
    # Envelopes need no forces, and so another core compares them beside these.
    with ThreadPoolExecutor(max_workers=1) as beside:
        beside.submit(necks_of, options.necks, options.seed)  # which are kept
        recorded, moved = _tracked(recordings, names, person, options, progress)
        plan = recorded.plan
        healthy = healthy_movement(plan.person.age_years, plan.anatomy)
        laid = beside.submit(lay_on_healthy, moved, healthy, plan.person, plan.anatomy, options)
        geometry = beside.submit(lambda: compare_laid(moved, healthy, laid.result()))
        estimates = _estimated(recorded, names, progress)
        trials = [trial_of(*one) for one in zip(moved, estimates, strict=True)]
        normal = Normal(healthy, healthy_forces(plan, healthy.motion, "own"))
        emg = compare_all(recordings, signals, estimates, plan, options, normal)
        networks = coactivity_of(trials, estimates, normal, emg)
        progress("matching", 0.6)
        match = laid.result().match
        progress("forces of the match", 0.8)
        matched = normal.own if match is None else _matched_forces(match, plan, options, healthy)
        progress("ends of range", 0.88)
        found = assess(
            trials,
            estimates,
            geometry.result(),
            normal,
            matched,
            options,
            anatomy=plan.anatomy,
            own_poses=options.static is None and len(trials) > 1,
        )
    whole = with_own_range(found, plan, recorded.motions)
    return Assessed(dataclasses.replace(whole, coactivity=networks), emg)


def _tracked(
    recordings: Sequence[Path],
    names: Sequence[str],
    person: Subject,
    options: AssessOptions,
    progress: Progress,
) -> tuple[Recorded, tuple[Kinematics, ...]]:
    """The motions in the recordings, and what an assessment has to know of them."""
    free = said_of(recordings, options.spontaneous, "spontaneous")
    returning = said_of(recordings, options.relocation, "relocation")
    found = track_recordings(
        recordings,
        plan_of(person, options),
        lambda k: progress(f"tracking {names[k]}", 0.05 + 0.15 * k / len(names)),
    )
    return found, tuple(
        kinematics_of(name, motion, found.plan.anatomy, free=free[k], returning=returning[k])
        for k, (name, motion) in enumerate(zip(names, found.motions, strict=True))
    )


def _matched_forces(
    match: Match, plan: Plan, options: AssessOptions, healthy: Healthy
) -> HealthyForces:
    """Of the matched length; shoulder width and mass, which no envelope tells, are the person's."""
    length = match.neck * GENERIC_SUBJECT.neck_length_m
    neck = dataclasses.replace(plan.person, neck_length_m=length)
    return healthy_forces(plan_of(neck, options), healthy.motion, "matched")


def _estimated(recorded: Recorded, names: Sequence[str], progress: Progress) -> list[Estimate]:
    done = []
    for k, motion in enumerate(recorded.motions):
        progress(f"forces of {names[k]}", 0.2 + 0.4 * k / len(names))
        done.append(estimate_tracked(motion, recorded.plan).estimate)
    return done
