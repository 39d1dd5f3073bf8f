"""Recordings tell how far their person goes, and with that how soft their neck is."""

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from nuchal.commands.plan import Plan
from nuchal.commands.tracked import read_and_track, track_again
from nuchal.errors import Status
from nuchal.model.clinical import reach_deg
from nuchal.model.norms import norm_of
from nuchal.model.person import RANGE_KEYS
from nuchal.optimisation.own_strength import neck_of
from nuchal.records import Subject
from nuchal.tracking.motion import TrackedMotion

Told = Callable[[int], None]


class Recorded(NamedTuple):
    """The motions in a person's recordings, and the plan with the range that they show."""

    plan: Plan
    motions: list[TrackedMotion]


def track_recordings(
    recordings: Sequence[Path], plan: Plan, told: Told = lambda _: None
) -> Recorded:
    """Find the motions in a person's recordings, and how far they go.

    A person who goes farther than the mean of their age has a softer neck, which shares out what it
    does otherwise; so their recordings are tracked again on it. A neck without curves of passive
    tissue stays as it is.

    Args:
        recordings: files of one person.
        plan: whose neck, and how it is to be tracked.
        told: is told which recording comes next.

    Raises:
        RecordingError: one cannot be read or understood.
    """
    tracked = []
    for k, path in enumerate(recordings):
        told(k)
        tracked.append(read_and_track(path, plan.person, plan.anatomy, plan.options))
    own = with_range(plan, tracked)
    if own is plan:
        return Recorded(plan, tracked)
    again = []
    for k, one in enumerate(tracked):
        told(k)
        again.append(track_again(one, own.person, own.anatomy, own.options))
    return Recorded(own, again)


def with_range(plan: Plan, tracked: Sequence[TrackedMotion]) -> Plan:
    """A plan with the range that its person's recordings show; the same if that is no news."""
    if plan.anatomy.passive_curves is None:
        return plan
    person = _wider(plan.person, np.max([_reach(one, plan) for one in tracked], axis=0))
    if person is plan.person:
        return plan
    return plan._replace(person=person, anatomy=neck_of(person, plan.options.preset))


def _reach(tracked: TrackedMotion, plan: Plan) -> np.ndarray:
    seen = np.asarray(tracked.motion.status) == Status.OK
    return reach_deg(tracked.head_angles_deg(plan.anatomy)[seen])


def _wider(person: Subject, reach: np.ndarray) -> Subject:
    """With what was seen where it is more than the mean of their age, and was not given."""
    usual = norm_of(person.age_years).mean_deg
    seen = {
        name: float(own)
        for name, own, mean in zip(RANGE_KEYS, reach, usual, strict=True)
        if own > mean and name not in person.range_deg
    }
    if not seen:
        return person
    return dataclasses.replace(person, range_deg=MappingProxyType({**person.range_deg, **seen}))
