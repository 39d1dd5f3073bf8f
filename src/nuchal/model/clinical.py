"""Clinical names of directions, sides and groups of muscles, and which frames can be used."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from jaxtyping import Bool, Float, Int

from nuchal.arrays import MusclesT
from nuchal.conventions import LEFT_SUFFIX
from nuchal.errors import Status
from nuchal.model.generic import generic_system
from nuchal.records import Estimate

# Positive and negative direction of each clinical angle in turn.
DIRECTIONS: Final = (
    "flexion",
    "extension",
    "right bending",
    "left bending",
    "right rotation",
    "left rotation",
)
# The groups of muscles, in the order in which the generic neck lists them.
GROUPS: Final = tuple(dict.fromkeys(generic_system().groups))
Side = Literal["right", "left"]
SIDES: Final[tuple[Side, Side]] = ("right", "left")
# Travels with files that others may open without us.
RESEARCH_USE: Final = "Research use; not a medical device."
_WITHOUT_FORCES: Final = (Status.GAP, Status.NOT_CONVERGED)


def side_of(muscle: str) -> Side:
    """``right`` or ``left``."""
    return "left" if muscle.endswith(LEFT_SUFFIX) else "right"


@dataclass(frozen=True, kw_only=True)
class MusclePair:
    """A muscle of both sides: its name on the right, and where both stand in the system."""

    name: str
    group: str
    right: int
    left: int


def muscle_pairs() -> tuple[MusclePair, ...]:
    """All muscles, group by group in the order of ``GROUPS``."""
    system = generic_system()
    found = [
        MusclePair(name=name, group=group, right=m, left=system.partners[m])
        for m, (name, group) in enumerate(zip(system.muscles, system.groups, strict=True))
        if not system.left[m]
    ]
    return tuple(sorted(found, key=lambda one: GROUPS.index(one.group)))


def members(group: str, side: Side) -> np.ndarray:
    """Places in the system of one group on one side."""
    system = generic_system()
    every = enumerate(zip(system.muscles, system.groups, strict=True))
    return np.array([m for m, (name, its) in every if its == group and side_of(name) == side])


def group_force(force: MusclesT, group: str, side: Side) -> Float[np.ndarray, " t"]:
    """Sum of the forces of one group on one side, frame by frame [N]."""
    return np.asarray(np.asarray(force)[:, members(group, side)].sum(axis=1))


def reach_deg(angles_deg: Float[np.ndarray, "t 3"]) -> Float[np.ndarray, "6"]:
    """How far clinical angles went to each of ``DIRECTIONS``; never below zero [degrees]."""
    ends = np.stack([angles_deg.max(axis=0, initial=0.0), (-angles_deg).max(axis=0, initial=0.0)])
    return np.asarray(ends.T.ravel())


def frame_status(estimate: Estimate) -> Int[np.ndarray, " t"]:
    """One status per frame: a gap before all else, then the forces', then the motion's."""
    motion, forces = np.asarray(estimate.motion.status), np.asarray(estimate.forces.status)
    gap = (motion == Status.GAP) | (forces == Status.GAP)
    return np.where(gap, int(Status.GAP), np.where(forces != Status.OK, forces, motion))


def usable_frames(estimate: Estimate) -> Bool[np.ndarray, " t"]:
    """Frames whose forces can be used."""
    return np.asarray(estimate.quality)


def doubtful_frames(estimate: Estimate) -> Bool[np.ndarray, " t"]:
    """Frames that have forces which are to be read with care: solved, but not usable."""
    return np.asarray(solved_frames(estimate) & ~usable_frames(estimate))


def solved_frames(estimate: Estimate) -> Bool[np.ndarray, " t"]:
    """Frames that have forces: all but gaps and those where the solver stopped short."""
    return np.asarray(~np.isin(frame_status(estimate), _WITHOUT_FORCES))


def tracked_frames(estimate: Estimate) -> Bool[np.ndarray, " t"]:
    """Frames whose posture is known: all but gaps."""
    return np.asarray(frame_status(estimate) != Status.GAP)
