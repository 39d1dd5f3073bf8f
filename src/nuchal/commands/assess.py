"""Recordings of one person become an assessment: what the neck can and cannot do."""

import dataclasses
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Float

from nuchal.assessment.envelopes.geometry import Geometry, Healthy, geometry_of
from nuchal.assessment.envelopes.overlap import PairedTest, paired_test
from nuchal.assessment.findings import Assessment, HealthyForces
from nuchal.assessment.muscles.limits import FEWEST, HEALTHY_IOU, flags_of, healthy_limits
from nuchal.assessment.muscles.ratios import Exertion, ratios_of
from nuchal.assessment.ranges.restriction import count_tested, restrictions_of
from nuchal.assessment.trial import Trial, exertion_of
from nuchal.commands.assess_assumed import assessment_sentences
from nuchal.commands.assess_emg import emg_of
from nuchal.commands.assess_options import AssessOptions
from nuchal.commands.estimate import (
    Estimated,
    Plan,
    Progress,
    estimate_tracked,
    plan_of,
)
from nuchal.commands.healthy import healthy_forces, healthy_movement
from nuchal.commands.tables import TABLES, write_tables
from nuchal.commands.tracked import read_and_track
from nuchal.errors import RecordingError
from nuchal.io.output import check_writable, staged
from nuchal.io.subject import read_subject
from nuchal.model.clinical import head_angles_deg
from nuchal.model.population import Population, draw_people
from nuchal.model.scaling import GENERIC_SUBJECT
from nuchal.records import Subject
from nuchal.report.html.document import report_html, write_report
from nuchal.report.html.pdf import check_pdf, write_pdf
from nuchal.report.summaries.assessment import write_assessment
from nuchal.report.summaries.estimate import write_summary
from nuchal.tracking.pipeline import smoothed_markers

ASSESSMENT_FILES: Final = ("assessment.json", "report.html", "report.pdf")


class Normal(NamedTuple):
    """What a person is compared with, whatever they did.

    Attributes:
        own: Of the person's own neck in that movement.
        necks: Scales of the neck lengths of a population.
    """

    healthy: Healthy
    own: HealthyForces
    necks: Float[np.ndarray, " n"]


def normal_of(plan: Plan, options: AssessOptions) -> Normal:
    """What a person is compared with."""
    healthy = healthy_movement(plan.person.age_years)
    own = healthy_forces(plan, healthy.motion, "own")
    return Normal(healthy, own, necks_of(options.necks, options.seed))


def run_assess(
    recordings: Sequence[Path],
    *,
    subject: Path,
    out: Path,
    options: AssessOptions,
    progress: Progress = lambda _doing, _share: None,
) -> Assessment:
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
    given = (options.estimate.static, options.estimate.network)
    inputs = [*recordings, subject, *options.emg.mvc, *(path for path in given if path is not None)]
    folders = folders_of(recordings)
    each = (*TABLES, "summary.json")
    names = (*ASSESSMENT_FILES, *(f"{folder}/{file}" for folder in folders for file in each))
    check_writable(out, inputs=inputs, names=names)
    if options.pdf:
        check_pdf()
    progress("reading", 0.0)
    person = read_subject(subject)
    plan = plan_of(person, options.estimate)
    done, normal = _estimated(recordings, plan, options, progress)
    emg = emg_of(recordings, done, plan, options)
    assessment = assess_estimated(done, plan, options, normal, progress)
    progress("writing", 0.9)
    with staged(out, inputs=inputs, ours=names) as place:
        write_assessment(assessment, place / "assessment.json", emg=emg)
        write_report(assessment, place / "report.html", emg=emg)
        if options.pdf:
            write_pdf(report_html(assessment, emg=emg, live=False), place / "report.pdf")
        if options.tables:
            for folder, estimate in zip(folders, assessment.estimates, strict=True):
                (place / folder).mkdir()
                write_tables(estimate, place / folder, diagnostics=options.estimate.diagnostics)
                write_summary(estimate, place / folder / "summary.json")
    progress("done", 1.0)
    return assessment


def assess_recordings(
    recordings: Sequence[Path],
    person: Subject,
    options: AssessOptions,
    progress: Progress = lambda _doing, _share: None,
) -> Assessment:
    """Assess recordings; nothing is written.

    Raises:
        NuchalError: something given cannot be used; the message says what to do.
    """
    plan = plan_of(person, options.estimate)
    done, normal = _estimated(recordings, plan, options, progress)
    return assess_estimated(done, plan, options, normal, progress)


def assess_estimated(
    done: Sequence[Estimated],
    plan: Plan,
    options: AssessOptions,
    normal: Normal,
    progress: Progress = lambda _doing, _share: None,
) -> Assessment:
    """Assess recordings whose forces are known.

    Args:
        done: of every recording, at least one; all by the same plan.
        plan: whose they are.
        options: what else the assessment may be told.
        normal: from :func:`normal_of`.
        progress: told what is being done and which share of it is.
    """
    names = folders_of([one.estimate.source for one in done])
    trials = tuple(trial_of(*one) for one in zip(names, done, strict=True))
    progress("matching", 0.6)
    geometry = geometry_of(
        trials,
        normal.healthy,
        anatomy=plan.anatomy,
        own_neck=_scale(plan.person),
        necks=normal.necks,
        tolerance=options.tolerance,
    )
    progress("forces of the match", 0.8)
    matched = _matched_forces(plan, geometry, normal.own)
    actual, limits = exertion_of(trials), healthy_limits(plan.anatomy.system)
    strength = np.asarray(plan.anatomy.max_isometric_force)
    ratios = ratios_of(actual, normal.own.exertion, strength)
    restrictions = restrictions_of(geometry.ranges, normal.healthy)
    enough = count_tested(restrictions) >= FEWEST
    return Assessment(
        subject=plan.person,
        trials=trials,
        estimates=tuple(one.estimate for one in done),
        geometry=geometry,
        necks=options.necks,
        seed=options.seed,
        restrictions=restrictions,
        healthy=normal.own,
        matched=matched,
        ratios=ratios,
        matched_ratios=ratios_of(actual, matched.exertion, strength),
        limits=limits,
        flags=flags_of(ratios, limits) if ratios is not None and enough else (),
        healthy_iou=np.array(HEALTHY_IOU),
        marker_test=_marker_test(geometry),
        assumptions=assessment_sentences(done, geometry, options),
    )


def folders_of(recordings: Sequence[Path]) -> tuple[str, ...]:
    """One name for each recording: its file's, after its folder's where several are called alike.

    Raises:
        RecordingError: one recording is given twice.
    """
    whole = [path.resolve() for path in recordings]
    for k, path in enumerate(whole):
        if path in whole[:k]:
            raise RecordingError(recordings[k], "is given twice; give every recording once.")
    for depth in range(1, 1 + max(len(path.parts) for path in whole)):
        names = ["_".join([*path.parts[-depth:-1], path.stem]) for path in whole]
        if len(set(names)) == len(names):
            break
    else:
        names = [f"{path.stem}_{k}" for k, path in enumerate(whole, start=1)]
    return tuple(names)


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
        normal = beside.submit(normal_of, plan, options)
        done = []
        for k, motion in enumerate(tracked):
            progress(f"forces of {names[k]}", 0.2 + 0.4 * k / len(names))
            done.append(estimate_tracked(motion, plan))
        return done, normal.result()


def _matched_forces(plan: Plan, geometry: Geometry, own: HealthyForces) -> HealthyForces:
    """Of the matched length; shoulder width and mass, which no envelope tells, are the person's."""
    if geometry.match is None:
        return own
    length = geometry.match.neck * GENERIC_SUBJECT.neck_length_m
    person = dataclasses.replace(plan.person, neck_length_m=length)
    return healthy_forces(plan_of(person, plan.options), geometry.healthy.motion, "matched")


def _marker_test(geometry: Geometry) -> PairedTest | None:
    found = [one.with_match.iou for one in geometry.envelopes]
    both = [(mine, HEALTHY_IOU[k]) for k, mine in enumerate(found) if mine is not None]
    mine, theirs = np.array(both).reshape(-1, 2).T
    return paired_test(mine, theirs)


def trial_of(name: str, done: Estimated) -> Trial:
    """One recording, for an assessment."""
    motion, estimate = done.estimate.motion, done.estimate
    markers, known = smoothed_markers(done.tracked)
    return Trial(
        name=name,
        rate_hz=done.tracked.rate_hz,
        q=motion.q,
        angles_deg=head_angles_deg(motion.q),
        markers=markers,
        known=known,
        exertion=Exertion(np.asarray(estimate.forces.force), np.asarray(estimate.quality)),
    )


@lru_cache(maxsize=2)
def necks_of(count: int, seed: int) -> Float[np.ndarray, " n"]:
    """Scales of the neck lengths of a population, the same for whoever is assessed."""
    people = draw_people(Population(seed=seed), np.arange(count))
    scales = np.asarray(people.neck_length_m) / GENERIC_SUBJECT.neck_length_m
    scales.flags.writeable = False
    return scales


def _scale(person: Subject) -> float:
    return person.neck_length_m / GENERIC_SUBJECT.neck_length_m
