"""Clinical angles, directions and sides of a neck's motion, and which frames can be used.

Coordinates count extension, right bending and left rotation positive. Clinical angles count
flexion, right bending and right rotation positive, in degrees.
"""

from dataclasses import dataclass
from typing import Final, Literal

import jax
import numpy as np
from jaxtyping import Bool, Float, Int

from nuchal.arrays import Array, Coords, CoordsT, MusclesT, Vec3
from nuchal.batches import in_chunks
from nuchal.conventions import LEFT_SUFFIX
from nuchal.errors import Status
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_anatomy, generic_system
from nuchal.model.kinematics import body_poses
from nuchal.records import Estimate
from nuchal.spatial import angles_zxy

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
# Turns (extension, right bending, left rotation) into clinical angles, and back.
CLINICAL_SIGNS: Final = np.array([-1.0, 1.0, -1.0])
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


@jax.jit
def _head_on_thorax(anatomy: Anatomy, q: CoordsT) -> Float[Array, "t 3"]:
    def one(q1: Coords) -> Vec3:
        return angles_zxy(body_poses(anatomy, q1).rotation[-1])

    return jax.vmap(one)(q)


def head_angles_deg(q: CoordsT) -> Float[np.ndarray, "t 3"]:
    """Clinical angles of the head on the thorax [degrees].

    Cardan angles of the skull in the thorax frame in the order flexion, bending, rotation
    (z, x, y), as the International Society of Biomechanics advises for the spine
    (Wu et al. 2002, doi 10.1016/S0021-9290(01)00222-6).
    """
    # The couplers turn every neck alike, so the generic neck serves for all.
    generic = generic_anatomy()
    angles = np.asarray(in_chunks(lambda part: _head_on_thorax(generic, part), np.asarray(q)))
    return np.asarray(np.rad2deg(angles) * CLINICAL_SIGNS)


def part_angles_deg(q: CoordsT) -> Float[np.ndarray, "2 t 3"]:
    """Clinical angles of upper and lower neck [degrees]."""
    both = np.asarray(q).reshape(-1, 2, 3).transpose(1, 0, 2)
    return np.asarray(np.rad2deg(both) * CLINICAL_SIGNS)


def reach_deg(angles_deg: Float[np.ndarray, "t 3"]) -> Float[np.ndarray, "6"]:
    """How far clinical angles went to each of ``DIRECTIONS``; never below zero [degrees]."""
    ends = np.stack([angles_deg.max(axis=0, initial=0.0), (-angles_deg).max(axis=0, initial=0.0)])
    return np.asarray(ends.T.ravel())


def range_deg(coordinate_range: Float[Array, "6 2"]) -> Float[np.ndarray, "3 3 2"]:
    """Generic range in degrees of whole, upper and lower neck: (part, angle, low and high)."""
    bounds = np.rad2deg(np.asarray(coordinate_range)).reshape(2, 3, 2)
    bounds = np.sort(bounds * CLINICAL_SIGNS[:, None], axis=-1)
    return np.concatenate([bounds.sum(axis=0)[None], bounds])


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
