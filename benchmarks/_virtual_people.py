"""Virtual people taken through the pipeline, person by person, and what is kept of each.

Cut short in two ways that change no figure: the intervals of networks are left out, which no force
hangs on, and the best match is looked for only where it is asked for, among fewer necks.
"""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np

from nuchal.assessment.deficits import Exertion
from nuchal.assessment.geometry import geometry_of
from nuchal.assessment.ranges import ranges_of, together
from nuchal.assessment.trial import exertion_of, farthest
from nuchal.assessment.virtual import VirtualPerson
from nuchal.assessment.virtual_recording import Conditions, recordings_of, true_trials
from nuchal.assessment.virtual_weakness import in_range, true_forces
from nuchal.errors import Status
from nuchal.model.personalise import GENERIC_SUBJECT
from nuchal.model.population import Population, draw_people
from nuchal.motion.prepare import TrackingSettings, track
from nuchal.report.clinic import head_angles_deg
from nuchal.workflows.assess import trial_of
from nuchal.workflows.estimate import estimate_tracked, plan_of
from nuchal.workflows.estimate_options import EstimateOptions
from nuchal.workflows.healthy import healthy_forces, healthy_movement

NECKS: Final = 20_000
TOLERANCE: Final = 0.02
TRACKING: Final = TrackingSettings(neutral_window_s=(0.1, 1.1))
"""The examiner says when the head was neutral, before it moved."""
LEVELS: Final = (95.0, 99.0, 100.0)
Kept = dict[str, np.ndarray]


def kept(folder: Path, name: str, make: Callable[[], Kept]) -> Kept:
    """What was kept of a person, made now if it is not there yet."""
    path = folder / f"{name}.npz"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part.npz")
        np.savez(part, **make())
        part.rename(path)
    with np.load(path) as stored:
        return dict(stored)


def assessed(
    person: VirtualPerson,
    conditions: Conditions,
    *,
    match: bool = False,
    method: str = "auto",
) -> Kept:
    """Ranges, and forces on the person's movement and on the healthy one."""
    options: Any = EstimateOptions(method=method)  # type: ignore[arg-type]
    plan = plan_of(person.subject, options)
    seen = recordings_of(person, true_trials(person, conditions.rate_hz), conditions)
    tracked = [track(one, plan.anatomy, settings=TRACKING) for one in seen]
    done = [estimate_tracked(dataclasses.replace(one, tracking=None), plan) for one in tracked]
    trials = tuple(
        trial_of(recording.source.stem, one) for recording, one in zip(seen, done, strict=True)
    )
    healthy = healthy_movement(person.subject.age_years)
    own = healthy_forces(plan, healthy.motion, "own")
    ranges = farthest(trials)
    found = {
        "reach": ranges.reach_deg,
        "corner": ranges.corner_deg,
        "true_reach": person.reached_deg,
        "speed": speeds(trials),
        "healthy_speed": speed_of(healthy.angles_deg, 100.0),
        "mine": levels_of(exertion_of(trials)),
        "healthy": levels_of(own.exertion),
        "age": np.asarray(person.subject.age_years),
        "strength": np.asarray(plan.anatomy.max_isometric_force),
        "networks": np.asarray([one.estimate.method == "network" for one in done]),
    }
    if match:
        own_neck = person.subject.neck_length_m / GENERIC_SUBJECT.neck_length_m
        geometry = geometry_of(
            trials,
            healthy,
            anatomy=plan.anatomy,
            own_neck=own_neck,
            necks=necks(),
            tolerance=TOLERANCE,
        )
        length = own_neck if geometry.match is None else geometry.match.neck
        other = dataclasses.replace(
            plan.person, neck_length_m=length * GENERIC_SUBJECT.neck_length_m
        )
        matched = healthy_forces(plan_of(other, options), healthy.motion, "matched")
        found |= {
            "iou": np.array([one.with_match.iou or 0.0 for one in geometry.envelopes]),
            "own_iou": np.array([one.with_own.iou or 0.0 for one in geometry.envelopes]),
            "matched": levels_of(matched.exertion),
            "missing": np.array([one.share for one in geometry.missing]),
            "matched_neck": np.array([length, own_neck]),
        }
    return found


def levels_of(exertion: Exertion) -> np.ndarray:
    """Forces at some percentiles and their mean, by muscle; zero with no usable frame."""
    used = np.asarray(exertion.force)[np.asarray(exertion.usable)]
    if not len(used):
        return np.zeros((len(LEVELS) + 1, 72))
    return np.concatenate([np.percentile(used, LEVELS, axis=0), used.mean(axis=0)[None]])


def speed_of(angles_deg: np.ndarray, rate_hz: float) -> np.ndarray:
    """Of the head, at 50, 90 and 99 % of frames [deg/s]."""
    turning = np.linalg.norm(np.gradient(angles_deg, 1.0 / rate_hz, axis=0), axis=1)
    return np.asarray(np.percentile(turning, [50.0, 90.0, 99.0]))


def speeds(trials: tuple[Any, ...]) -> np.ndarray:
    """The same over all trials."""
    found = [speed_of(one.angles_deg[one.known], one.rate_hz) for one in trials]
    return np.max(found, axis=0)


_NECKS: dict[int, np.ndarray] = {}


def necks() -> np.ndarray:
    """Scales of neck length among which matches are looked for; drawn once."""
    if not _NECKS:
        people = draw_people(Population(seed=1), np.arange(NECKS))
        _NECKS[0] = np.asarray(people.neck_length_m) / GENERIC_SUBJECT.neck_length_m
    return _NECKS[0]


def true_levels(person: VirtualPerson, conditions: Conditions) -> np.ndarray:
    """Of true forces, as :func:`levels_of`."""
    trials = true_trials(person, conditions.rate_hz)
    found = true_forces(person, trials)
    return levels_of(Exertion(np.asarray(found.force), in_range(person, trials)))


def ranges_only(person: VirtualPerson, conditions: Conditions) -> Kept:
    """Ranges alone, for which no forces are needed."""
    plan = plan_of(person.subject, EstimateOptions(method="optimisation"))
    seen = recordings_of(person, true_trials(person, conditions.rate_hz), conditions)
    found = []
    for one in seen:
        tracked = track(one, plan.anatomy, settings=TRACKING)
        known = np.asarray(tracked.motion.status) != Status.GAP
        found.append(ranges_of(head_angles_deg(tracked.motion.q), known))
    ranges = together(found)
    return {
        "reach": ranges.reach_deg,
        "corner": ranges.corner_deg,
        "true_reach": person.reached_deg,
        "age": np.asarray(person.subject.age_years),
    }
