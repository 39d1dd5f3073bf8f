"""A static trial in which the person stood elsewhere, without torso markers that tell so."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy.spatial.transform import Rotation

from nuchal.errors import phrase
from nuchal.findings import Finding, Found, Warned, finding
from nuchal.tracking.gaps import SeenMarkers
from nuchal.tracking.place.neutral import NeutralPose, find_neutral
from nuchal.tracking.place.pivot import find_pivot
from nuchal.tracking.rigid import Poses, fit_poses

# A head that turns about a neck that stays within this is turned itself, and not the person [m].
_SAME_PLACE_M = 0.03
# So far nobody turns the head at rest [degrees].
_FARTHEST_DEG = 60.0
# Who went that far may have turned as well, and is seen to by that much.
_WALKED_M, _TURNED_TOO_DEG = 0.1, 10.0
_AT_REST = (Found.NEUTRAL_QUIET, Found.NEUTRAL_AHEAD)


class Elsewhere(NamedTuple):
    """A neutral pose moved to where the person is in the recording, and what was done."""

    neutral: NeutralPose
    finding: Finding


def find_elsewhere(
    seen: SeenMarkers,
    neutral: NeutralPose,
    thorax: Poses,
    up: Float[np.ndarray, "3"],
) -> Elsewhere | None:
    """Where the recording rests in another place than its static trial, or facing another way.

    The head's tilt is the static trial's; place and heading are those of the recording at rest.

    Args:
        seen: the recording.
        neutral: the pose of the static trial.
        thorax: of the recording against that pose, as far as one or two torso markers tell.
        up: unit vector in laboratory axes.
    """
    if not seen.known.any():
        return None
    rest = find_neutral(seen, window_s=None)
    if rest.found.what not in _AT_REST:
        return None
    in_thorax = thorax.local(seen.head.positions)
    frames = slice(rest.first_frame, rest.last_frame + 1)
    pose = fit_poses(neutral.head, in_thorax[frames].mean(axis=0)[None])
    there = find_pivot(neutral.head, in_thorax[seen.known]).point
    here = pose.rotation[0] @ there + pose.origin[0]
    turned_rad = _about(up, pose.rotation[0])
    moved_m = float(np.linalg.norm(here - there))
    walked_m = moved_m + float(np.linalg.norm(thorax.origin[frames].mean(axis=0)))
    if moved_m < _SAME_PLACE_M and abs(turned_rad) < np.radians(_least_deg(walked_m)):
        return None
    turn = Rotation.from_rotvec(turned_rad * up).as_matrix()
    moved = replace(
        neutral,
        head=(neutral.head - there) @ turn.T + here,
        thorax=(neutral.thorax - there) @ turn.T + here,
    )
    side = phrase("laboratory.to_left" if turned_rad >= 0.0 else "laboratory.to_right")
    facts = {"first": rest.first_frame + 1, "last": rest.last_frame + 1, "file": seen.source.name}
    turned = {"turned_deg": float(np.degrees(abs(turned_rad))), "side": side}
    what = finding(Warned.STATIC_ELSEWHERE, moved_mm=walked_m * 1e3, **turned, **facts)
    return Elsewhere(moved, what)


def _least_deg(walked_m: float) -> float:
    """By how much a person has to have turned: a little, if they went elsewhere [degrees]."""
    return _TURNED_TOO_DEG if walked_m > _WALKED_M else _FARTHEST_DEG


def _about(up: Float[np.ndarray, "3"], rotation: Float[np.ndarray, "3 3"]) -> float:
    """The part of a rotation that turns about the vertical, to the left [rad]."""
    x, y, z, w = Rotation.from_matrix(rotation).as_quat()
    angle = 2.0 * np.arctan2(np.array([x, y, z]) @ up, w)
    return float((angle + np.pi) % (2.0 * np.pi) - np.pi)
