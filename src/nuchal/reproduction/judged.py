"""A person beside the averaged movement: overlap, peak forces and EMG, as the paper judges them.

All frames whose posture is known and whose forces balance count, and all forces of networks, as the
paper leaves none out: those beyond the generic neck's range too, and those unlike the training.
"""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Float

from nuchal.assessment.envelopes.geometry import geometry_of
from nuchal.assessment.healthy import as_tracked
from nuchal.assessment.muscles.exertion import Exertion
from nuchal.assessment.muscles.ratios import LEAST_SHARE, Ratio
from nuchal.assessment.records import Geometry, Healthy, exertion_of
from nuchal.assessment.trial import kinematics_of, trial_of
from nuchal.commands.emg_signals import EmgReading, read_signals
from nuchal.commands.forces import Estimated, estimate_tracked
from nuchal.commands.options import ForceOptions
from nuchal.commands.own_range import track_recordings
from nuchal.commands.plan import Plan, plan_of
from nuchal.emg.comparison import compare
from nuchal.emg.records import ComparisonSettings, EmgComparison
from nuchal.errors import Status
from nuchal.io.subject import read_subject
from nuchal.model.angles import head_angles_deg
from nuchal.model.norms import norm_of
from nuchal.model.scaling import GENERIC_SUBJECT
from nuchal.records import Motion
from nuchal.reproduction.recorded import MVC_FILE
from nuchal.tracking.motion import TrackedMotion

_COUNTED: Final = (Status.OK, Status.BEYOND_RANGE, Status.OUTSIDE_TRAINING)


class Judged(NamedTuple):
    """One person.

    Attributes:
        peaks: Largest forces on the own movement over those of the best match in the averaged one.
        emg: Of each recording.
    """

    geometry: Geometry
    estimates: tuple[Estimated, ...]
    peaks: Ratio
    emg: tuple[EmgComparison, ...]


def judge(
    folder: Path, emg: Path, motion: Motion, necks: Float[np.ndarray, " n"], options: ForceOptions
) -> Judged:
    """Judge the person whose recordings lie in a folder.

    Args:
        folder: recordings and ``person.toml``.
        emg: EMG of each recording under its name, and of maximal contractions.
        motion: the averaged movement of healthy people.
        necks: scales of the neck lengths of a population.
        options: how forces are found.
    """
    files = sorted(folder.glob("*.trc"))
    recorded = track_recordings(files, plan_of(read_subject(folder / "person.toml"), options))
    plan = recorded.plan
    done = tuple(_estimated(one, plan) for one in recorded.motions)
    trials = tuple(
        trial_of(kinematics_of(path.stem, one.tracked, plan.anatomy), one.estimate)
        for path, one in zip(files, done, strict=True)
    )
    geometry = geometry_of(
        trials,
        reference_of(plan, motion),
        anatomy=plan.anatomy,
        own_neck=plan.person.neck_length_m / GENERIC_SUBJECT.neck_length_m,
        necks=necks,
    )
    return Judged(
        geometry=geometry,
        estimates=done,
        peaks=_peaks(plan, geometry, motion, exertion_of(trials)),
        emg=_compared(files, emg, done, plan),
    )


def reference_of(plan: Plan, motion: Motion) -> Healthy:
    """The averaged movement in the place of the one that is normal at an age."""
    norm = norm_of(plan.person.age_years)
    return Healthy(norm=norm, motion=motion, angles_deg=head_angles_deg(plan.anatomy, motion.q))


def _estimated(tracked: TrackedMotion, plan: Plan) -> Estimated:
    estimate = estimate_tracked(tracked, plan).estimate
    counted = np.isin(np.asarray(estimate.forces.status), _COUNTED)
    return Estimated(dataclasses.replace(estimate, quality=counted), tracked)


def _peaks(plan: Plan, geometry: Geometry, motion: Motion, actual: Exertion) -> Ratio:
    assert geometry.match is not None
    length = geometry.match.neck * GENERIC_SUBJECT.neck_length_m
    matched = plan_of(dataclasses.replace(plan.person, neck_length_m=length), plan.options)
    there = _estimated(as_tracked(matched.anatomy, motion), matched).estimate
    ideal = np.asarray(there.forces.force)[np.asarray(there.quality)].max(axis=0)
    least = LEAST_SHARE * np.asarray(plan.anatomy.max_isometric_force)
    return Ratio(actual=actual.used.max(axis=0), healthy=ideal, defined=ideal >= least)


def _compared(
    files: Sequence[Path], emg: Path, done: Sequence[Estimated], plan: Plan
) -> tuple[EmgComparison, ...]:
    reading, found = EmgReading(mvc=(emg / MVC_FILE,)), []
    for path, one in zip(files, done, strict=True):
        signals = read_signals(path, emg / f"{path.stem}.csv", plan.person, reading)
        beside = plan.anatomy, signals, plan.settings, ComparisonSettings()
        found.append(compare(path, one.estimate, *beside))
    return tuple(found)
