"""Recordings of one person become an assessment: what the neck can and cannot do."""

import dataclasses
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from nuchal.assessment.assess import AssessmentSettings, Normal, assess, compare_envelopes
from nuchal.assessment.healthy import healthy_movement
from nuchal.assessment.kinematics import kinematics_of
from nuchal.assessment.records import HealthyForces
from nuchal.assessment.trial import trial_of
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
from nuchal.commands.plan import plan_of
from nuchal.commands.run import Progress, Result, run_into, silent
from nuchal.io.subject import read_subject
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
    said = zip(
        said_of(recordings, options.spontaneous, "spontaneous"),
        said_of(recordings, options.relocation, "relocation"),
        strict=True,
    )
    signals = signals_of(recordings, person, options)
    recorded = track_recordings(
        recordings,
        plan_of(person, options),
        lambda k: progress(f"tracking {names[k]}", 0.05 + 0.15 * k / len(names)),
    )
    plan = recorded.plan
    moved = [
        kinematics_of(name, motion, plan.anatomy, free=free, returning=returning)
        for name, motion, (free, returning) in zip(names, recorded.motions, said, strict=True)
    ]
    with ThreadPoolExecutor(max_workers=1) as beside:
        healthy = healthy_movement(plan.person.age_years, plan.anatomy)
        # Needs no forces, and so another core does it beside them.
        envelopes = beside.submit(
            compare_envelopes, moved, healthy, plan.person, plan.anatomy, options
        )
        estimates = _estimated(recorded, names, progress)
        trials = [trial_of(*one) for one in zip(moved, estimates, strict=True)]
        normal = Normal(healthy, healthy_forces(plan, healthy.motion, "own"))
        emg = compare_all(recordings, signals, estimates, plan, options, normal)
        networks = coactivity_of(trials, estimates, normal, emg)
        progress("matching", 0.6)
        geometry = envelopes.result()

    def forces_of(neck: Subject) -> HealthyForces:
        progress("forces of the match", 0.8)
        return healthy_forces(plan_of(neck, options), normal.healthy.motion, "matched")

    found = assess(
        trials,
        estimates,
        geometry,
        normal,
        forces_of,
        options,
        anatomy=plan.anatomy,
        own_poses=options.static is None and len(trials) > 1,
    )
    progress("ends of range", 0.88)
    whole = with_own_range(found, plan, recorded.motions)
    return Assessed(dataclasses.replace(whole, coactivity=networks), emg)


def _estimated(recorded: Recorded, names: Sequence[str], progress: Progress) -> list[Estimate]:
    done = []
    for k, motion in enumerate(recorded.motions):
        progress(f"forces of {names[k]}", 0.2 + 0.4 * k / len(names))
        done.append(estimate_tracked(motion, recorded.plan).estimate)
    return done
