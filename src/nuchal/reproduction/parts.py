"""What the overlap with a reference is made of: one thing is changed at a time.

The overlap (intersection over union, mean of the three markers) hangs on more than the neck that is
judged: on the movement that it is compared with, how far that goes, whose neck's length it is drawn
for, and how closely envelopes follow the path.
"""

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Float

from nuchal.assessment.assess import necks_of
from nuchal.assessment.envelopes.envelope import along_path, common_radius, envelope_of
from nuchal.assessment.envelopes.geometry import aligned_traces, geometry_of, paths_of
from nuchal.assessment.envelopes.overlap import overlap
from nuchal.assessment.healthy import as_tracked, healthy_movement
from nuchal.assessment.kinematics import Kinematics, farthest
from nuchal.assessment.records import Geometry, Healthy
from nuchal.assessment.trial import kinematics_of
from nuchal.commands.options import ForceOptions
from nuchal.commands.plan import Plan, plan_of
from nuchal.commands.virtual import tracked_trials
from nuchal.model.norms import norm_of
from nuchal.model.scaling import GENERIC_SUBJECT
from nuchal.movements.average_people import PersonsTrial, average_people
from nuchal.movements.examination import ideal_movement
from nuchal.records import Motion
from nuchal.reproduction.judged import reference_of
from nuchal.reproduction.keeping import made_once
from nuchal.synthetic.people import VirtualPerson
from nuchal.synthetic.recording import Conditions
from nuchal.tracking.motion import TrackedMotion

# Ways to work the overlap out: the protocol of the paper, then one thing changed.
WAYS: Final = (
    "averaged_match",
    "averaged_own",
    "age_match",
    "as_far_own",
    "own_average_own",
    "averaged_match_hull",
    "averaged_match_half",
    "averages_match",
)
# So large that all of the convex hull is kept [m].
_HULL_M: Final = 1e3
Paths = list[Float[np.ndarray, "_ 3"]]


class _Seen(NamedTuple):
    """A person, and the paths of TP, LH and RH [m]."""

    plan: Plan
    tracked: tuple[TrackedMotion, ...]
    trials: tuple[Kinematics, ...]
    paths: Paths
    necks: Float[np.ndarray, " n"]


def take_apart(
    pairs: Sequence[tuple[VirtualPerson, VirtualPerson]],
    averaged: Motion,
    folder: Path,
    necks: int,
    told: Callable[[float], None],
) -> None:
    """Write the overlaps of healthy people and patients, a file each."""
    folder.mkdir(exist_ok=True)
    options = ForceOptions(preset="paper", method="optimisation")

    def write(person: VirtualPerson, place: Path) -> None:
        found = overlaps_of(person, averaged, options, necks)
        place.write_text(json.dumps(found, indent=2), "utf-8")

    for k, pair in enumerate(pairs):
        for j, (kind, person) in enumerate(zip(("healthy", "patient"), pair, strict=True)):
            told((2 * k + j) / (2 * len(pairs)))
            made_once(folder / f"{kind}_{k:02d}.json", partial(write, person))


def overlaps_of(
    person: VirtualPerson, averaged: Motion, options: ForceOptions, necks: int
) -> dict[str, float]:
    """The overlap of one person by each of ``WAYS``."""
    seen = _see(person, options, necks)
    own = seen.plan.person.neck_length_m / GENERIC_SUBJECT.neck_length_m
    by_average = _geometry(seen, reference_of(seen.plan, averaged), own)
    by_age = _geometry(seen, healthy_movement(person.subject.age_years, seen.plan.anatomy), own)
    reach = np.radians(farthest(seen.trials).reach_deg)
    as_far = ideal_movement(reach, anatomy=seen.plan.anatomy)

    def with_neck(motion: Motion, neck: float, radius: float = 1.0) -> float:
        return _overlap(seen, by_average, motion, neck, radius)

    own_average = _own_average(seen)
    only_average = seen._replace(trials=(_averaged_trial(own_average, seen.plan),))
    both = _geometry(only_average, reference_of(seen.plan, averaged), own)
    best = by_average.match.neck if by_average.match else own
    found = (
        by_average.mean_iou or 0.0,
        with_neck(averaged, own),
        by_age.mean_iou or 0.0,
        with_neck(as_far, own),
        with_neck(own_average, own),
        with_neck(averaged, best, _HULL_M),
        with_neck(averaged, best, 0.5),
        both.mean_iou or 0.0,
    )
    return dict(zip(WAYS, found, strict=True))


def _see(person: VirtualPerson, options: ForceOptions, necks: int) -> _Seen:
    plan = plan_of(person.subject, options)
    tracked = tracked_trials(person, plan, Conditions())
    trials = tuple(kinematics_of(one.source.stem, one, plan.anatomy) for one in tracked)
    return _Seen(plan, tracked, trials, paths_of(trials), necks_of(necks, 1))


def _averaged_trial(motion: Motion, plan: Plan) -> Kinematics:
    """An averaged movement as if it had been the only recording."""
    return kinematics_of("averaged", as_tracked(plan.anatomy, motion), plan.anatomy)


def _geometry(seen: _Seen, reference: Healthy, own: float) -> Geometry:
    return geometry_of(
        seen.trials, reference, anatomy=seen.plan.anatomy, own_neck=own, necks=seen.necks
    )


def _own_average(seen: _Seen) -> Motion:
    """The person's own movements, averaged as those of several people are."""
    anatomy = seen.plan.anatomy
    trials = [
        PersonsTrial(person="own", motion=one.motion, angles_deg=one.head_angles_deg(anatomy))
        for one in seen.tracked
    ]
    return average_people(trials, norm_of(seen.plan.person.age_years).mean_deg).motion


def _overlap(seen: _Seen, laid: Geometry, motion: Motion, neck: float, radius: float) -> float:
    """Mean overlap of the markers with a movement of a neck; radius in shares of the usual one."""
    ideal = aligned_traces(np.asarray(motion.q), seen.plan.anatomy, laid.alignment).of(neck)
    found = []
    for k, mine in enumerate(seen.paths):
        theirs = along_path(ideal[:, k])
        size = radius * common_radius([mine, theirs])
        found.append(overlap(envelope_of(mine, size), envelope_of(theirs, size)).iou or 0.0)
    return float(np.mean(found))
