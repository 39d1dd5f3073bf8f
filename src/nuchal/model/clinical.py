"""What a recording means in the clinic's words: angles in degrees, sides, groups, frames.

The numerical rooms count extension, right bending and left rotation positive. Reports for
people count flexion, right bending and right rotation positive and name the side besides.
"""

from typing import Final, Literal

import jax
import numpy as np
from jaxtyping import Bool, Float, Int

from nuchal.arrays import Array, Coords, CoordsT, MusclesT, Vec3
from nuchal.batches import in_chunks
from nuchal.conventions import LEFT_SUFFIX
from nuchal.errors import Status
from nuchal.model.anatomy import MUSCLE_GROUPS, MUSCLES, Anatomy, generic_anatomy
from nuchal.model.kinematics import body_poses
from nuchal.records import Estimate
from nuchal.spatial import angles_zxy

# In the clinic's words, positive and negative of each angle in turn.
DIRECTIONS: Final = (
    "flexion",
    "extension",
    "right bending",
    "left bending",
    "right rotation",
    "left rotation",
)
# The eleven groups of muscles, in the order in which the generic neck lists them.
GROUPS: Final = tuple(dict.fromkeys(MUSCLE_GROUPS))
Side = Literal["right", "left"]
SIDES: Final[tuple[Side, Side]] = ("right", "left")
# Positive and negative direction of the three clinical angles.
MOVEMENTS: Final = tuple(zip(DIRECTIONS[::2], DIRECTIONS[1::2], strict=True))
# Turns (extension, right bending, left rotation) into the clinic's positive directions.
CLINICAL_SIGNS: Final = np.array([-1.0, 1.0, -1.0])
_SOLVED: Final = (
    Status.OK,
    Status.BEYOND_RANGE,
    Status.INFEASIBLE,
    Status.OUTSIDE_TRAINING,
)
RESEARCH_USE: Final = "Research use; not a medical device."

_WORDS: Final = {
    "digastric_post": "Digastric, posterior belly",
    "digastric_ant": "Digastric, anterior belly",
    "Geniohyoid": "Geniohyoid",
    "Mylohyoid_Post": "Mylohyoid, posterior",
    "Mylohyoid_Ant": "Mylohyoid, anterior",
    "Stylohyoid_Lat": "Stylohyoid, lateral",
    "Stylohyoid_Med": "Stylohyoid, medial",
    "Sterno_hyoid": "Sternohyoid",
    "SternoThyroid": "Sternothyroid",
    "Omo_hyoid": "Omohyoid",
    "stern_mast": "Sternomastoid",
    "cleid_mast": "Cleidomastoid",
    "cleid_occ": "Cleido-occipital",
    "scalenus_ant": "Anterior scalene",
    "scalenus_med": "Middle scalene",
    "scalenus_post": "Posterior scalene",
    "long_cap_sklc4": "Longus capitis",
    "long_col_c1thx": "Longus colli, vertical",
    "long_col_c1c5": "Longus colli, upper oblique",
    "long_col_c5thx": "Longus colli, lower oblique",
    "trap_cl": "Trapezius, clavicular",
    "trap_acr": "Trapezius, acromial",
    "splen_cap_sklc6": "Splenius capitis, C6",
    "splen_cap_sklthx": "Splenius capitis, thoracic",
    "splen_cerv_c3thx": "Splenius cervicis",
    "semi_cap_sklc5": "Semispinalis capitis, C5",
    "semi_cap_sklthx": "Semispinalis capitis, thoracic",
    "semi_cerv_c3thx": "Semispinalis cervicis",
    "levator_scap": "Levator scapulae",
    "longissi_cap_sklc6": "Longissimus capitis",
    "longissi_cerv_c4thx": "Longissimus cervicis",
    "iliocost_cerv_c5rib": "Iliocostalis cervicis",
    "rectcap_post_maj": "Rectus capitis post. major",
    "rectcap_post_min": "Rectus capitis post. minor",
    "obl_cap_sup": "Obliquus capitis superior",
    "obl_cap_inf": "Obliquus capitis inferior",
}


def side_of(muscle: str) -> Side:
    """``right`` or ``left``."""
    return "left" if muscle.endswith(LEFT_SUFFIX) else "right"


def words_of(muscle: str) -> str:
    """Anatomical name without the side, e.g. ``Sternomastoid`` for ``stern_mast_L``."""
    return _WORDS[muscle.removesuffix(LEFT_SUFFIX)]


def members(group: str, side: Side) -> np.ndarray:
    """Indices in ``MUSCLES`` of one group on one side."""
    return np.array(
        [m for m, name in enumerate(MUSCLES) if MUSCLE_GROUPS[m] == group and side_of(name) == side]
    )


def group_force(force: MusclesT, group: str, side: Side) -> Float[np.ndarray, " t"]:
    """Sum of the forces of one group on one side, frame by frame [N]."""
    return np.asarray(np.asarray(force)[:, members(group, side)].sum(axis=1))


@jax.jit
def _head_on_thorax(anatomy: Anatomy, q: CoordsT) -> Float[Array, "t 3"]:
    def one(q1: Coords) -> Vec3:
        return angles_zxy(body_poses(anatomy, q1).rotation[-1])

    return jax.vmap(one)(q)


def head_angles_deg(q: CoordsT) -> Float[np.ndarray, "t 3"]:
    """Head on thorax in degrees: flexion, right bending and right rotation positive.

    Cardan angles of the skull in the thorax frame in the order flexion, bending, rotation
    (z, x, y), as the International Society of Biomechanics advises for the spine
    (Wu et al. 2002, doi 10.1016/S0021-9290(01)00222-6).
    """
    # The couplers turn every neck alike, so the generic neck serves for all.
    generic = generic_anatomy()
    angles = np.asarray(in_chunks(lambda part: _head_on_thorax(generic, part), np.asarray(q)))
    return np.asarray(np.rad2deg(angles) * CLINICAL_SIGNS)


def part_angles_deg(q: CoordsT) -> Float[np.ndarray, "2 t 3"]:
    """Upper and lower neck in degrees, signs as in :func:`head_angles_deg`."""
    both = np.asarray(q).reshape(-1, 2, 3).transpose(1, 0, 2)
    return np.asarray(np.rad2deg(both) * CLINICAL_SIGNS)


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
    return np.isin(frame_status(estimate), _SOLVED)


def tracked_frames(estimate: Estimate) -> Bool[np.ndarray, " t"]:
    """Frames whose posture is known: all but gaps."""
    return np.asarray(frame_status(estimate) != Status.GAP)
