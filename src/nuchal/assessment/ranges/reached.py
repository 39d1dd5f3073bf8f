"""How far a head went: to the six sides, to the four corners, and where it was hardly asked to go.

Angles are the clinic's: flexion, right bending and right rotation positive, in degrees.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

import numpy as np
from jaxtyping import Bool, Float

from nuchal.model.clinical import DIRECTIONS, reach_deg

# Bending and flexion or extension together.
CORNERS: Final = ("right forward", "left forward", "right backward", "left backward")
# All directions that movement can be missing in.
ALL_DIRECTIONS: Final = (*DIRECTIONS, *CORNERS)
# Of flexion and right bending.
CORNER_SIGNS: Final = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])
# A posture belongs to a corner if its direction is no farther from it.
_CORNER_WIDTH: Final = np.radians(22.5)
# Less than this is hardly any use of a direction.
HARDLY_DEG: Final = 10.0
# How far people of 45 years go, in the order of ``DIRECTIONS``.
_USUAL_DEG: Final = np.array([58.0, 63.5, 35.5, 35.5, 64.0, 64.0])
# Of the farthest, as shares of what is usual: from there on another direction counts too.
_SEVERAL: Final = 0.6

# A recording that shows several planes.
COMBINED: Final = "combined movement"

# What stops the head before its muscles do, by direction; the model has none of it.
StoppedBy: TypeAlias = Literal["chin", "facets", "muscles"]
STOPPED_BY: Final = MappingProxyType[str, StoppedBy](
    {
        "flexion": "chin",
        "extension": "facets",
        "right bending": "muscles",
        "left bending": "muscles",
    }
)


@dataclass(frozen=True, kw_only=True)
class Ranges:
    """How far the head went from the neutral pose.

    Attributes:
        reach_deg: To each of ``DIRECTIONS``; never below zero.
        corner_deg: Farthest tilt to each of ``CORNERS``, flexion and bending together.
    """

    reach_deg: Float[np.ndarray, "6"]
    corner_deg: Float[np.ndarray, "4"]

    @property
    def hardly_used(self) -> tuple[str, ...]:
        """Directions into which the head hardly went: not asked for, or not possible."""
        pairs = zip(DIRECTIONS, self.reach_deg, strict=True)
        return tuple(name for name, reach in pairs if reach < HARDLY_DEG)

    @property
    def asymmetry_deg(self) -> Float[np.ndarray, "2"]:
        """Right minus left, of bending and of rotation."""
        return np.asarray(self.reach_deg[[2, 4]] - self.reach_deg[[3, 5]])


def ranges_of(
    angles_deg: Float[np.ndarray, "t 3"], known: Bool[np.ndarray, " t"] | None = None
) -> Ranges:
    """How far the head went in a recording.

    Args:
        angles_deg: flexion, right bending and right rotation of the head on the thorax.
        known: frames that can be used; all of them if not given.
    """
    angles = np.asarray(angles_deg)
    if known is not None:
        angles = angles[np.asarray(known)]
    tilt = np.concatenate([np.zeros((1, 2)), angles[:, :2]])
    return Ranges(reach_deg=reach_deg(angles), corner_deg=_corners(tilt))


def farthest_ranges(ranges: list[Ranges]) -> Ranges:
    """The farthest of several recordings."""
    return Ranges(
        reach_deg=np.max([one.reach_deg for one in ranges], axis=0),
        corner_deg=np.max([one.corner_deg for one in ranges], axis=0),
    )


def _corners(tilt: Float[np.ndarray, "t 2"]) -> Float[np.ndarray, "4"]:
    size = np.linalg.norm(tilt, axis=1)
    along = tilt @ CORNER_SIGNS.T / np.sqrt(2.0)
    inside = along >= size[:, None] * np.cos(_CORNER_WIDTH)
    return np.asarray(np.where(inside, size[:, None], 0.0).max(axis=0))


def movement_kind(ranges: Ranges) -> str | None:
    """What a recording shows: a direction, both directions of a plane, or several planes.

    Returns:
        None where the head hardly moved.
    """
    share = ranges.reach_deg / _USUAL_DEG
    planes = share.reshape(3, 2).max(axis=1)
    most = int(planes.argmax())
    if len(ranges.hardly_used) == len(DIRECTIONS):
        return None
    if np.sort(planes)[-2] >= _SEVERAL * planes[most]:
        return COMBINED
    if most > 0:
        return ("bending", "rotation")[most - 1]
    if min(share[:2]) >= _SEVERAL * planes[0]:
        return "flexion and extension"
    return DIRECTIONS[int(share[:2].argmax())]
