"""From one sample to how the head is turned on the trunk, by what was found of the person.

The arithmetic of every frame of a recording (``tracking.rigid``, ``tracking.turned.seen``), for a
frame alone. Markers of a body that are not seen are done without where three are left.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from jaxtyping import Bool, Float

from nuchal.conventions import GRAVITY_M_S2
from nuchal.streaming.feed import Sample
from nuchal.tracking.rigid import fit_poses, flatness
from nuchal.tracking.turned.seen import Worn as SensorsWorn

# Markers that lie closer to one line than this don't show how a body turns [m].
_FLATTEST_M: Final = 0.015
# Markers of a body that lie farther from their places are not all where they were [m].
_LOOSE_M: Final = 0.015


class Turn(NamedTuple):
    """How the head is turned.

    Attributes:
        head: Rotation of the head on the trunk, in the axes of the neck.
        gravity: In the axes of the trunk [m/s^2].
    """

    time: float
    head: Float[np.ndarray, "3 3"]
    gravity: Float[np.ndarray, "3"]


class Unseen(NamedTuple):
    """A sample that does not show it.

    Attributes:
        names: What would be needed and is not seen, or is not where it was.
    """

    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class MarkerBody:
    """A rigid body and its markers.

    Attributes:
        names: As the source has them.
        columns: Of the markers in a sample.
        shape: Their places in the neutral pose, in the axes of the neck [m].
    """

    names: tuple[str, ...]
    columns: tuple[int, ...]
    shape: Float[np.ndarray, "m 3"]

    def rotation(
        self, places: Float[np.ndarray, "n 3"], known: Bool[np.ndarray, " n"]
    ) -> Float[np.ndarray, "3 3"] | Unseen:
        """How the body is turned from its neutral pose; or the markers that are lacking."""
        columns = list(self.columns)
        seen = np.asarray(known[columns])
        if not _shows_turning(self.shape[seen]):
            return Unseen(tuple(n for n, there in zip(self.names, seen, strict=True) if not there))
        turned, off_m = _fit(self.shape[seen], places[columns][seen])
        if off_m <= _LOOSE_M:
            return turned
        return self._without_the_loose(places[columns], np.flatnonzero(seen).tolist())

    def _without_the_loose(
        self, places: Float[np.ndarray, "m 3"], seen: Sequence[int]
    ) -> Float[np.ndarray, "3 3"] | Unseen:
        """The turn by all seen markers but one, if the others agree."""
        best, best_off_m = None, _LOOSE_M
        for one in seen:
            rest = [k for k in seen if k != one]
            if _shows_turning(self.shape[rest]):
                turned, off_m = _fit(self.shape[rest], places[rest])
                if off_m <= best_off_m:
                    best, best_off_m = turned, off_m
        return Unseen(tuple(self.names[k] for k in seen)) if best is None else best


@dataclass(frozen=True, kw_only=True)
class MarkersWorn:
    """Markers on a person whose neutral pose is known.

    Attributes:
        trunk: None of a trunk that is not seen to turn: it stays as it was.
        axes: Rows forward, up and right of the neck in the neutral pose, in laboratory axes.
        up: In the axes of the neck, in the neutral pose.
        mirror: Signs of the laboratory axes: -1 where the source has one the wrong way.
    """

    head: MarkerBody
    trunk: MarkerBody | None
    axes: Float[np.ndarray, "3 3"]
    up: Float[np.ndarray, "3"]
    mirror: Float[np.ndarray, "3"]


Worn: TypeAlias = MarkersWorn | SensorsWorn


def unseen_of(worn: Worn, sample: Sample) -> tuple[str, ...]:
    """Markers that are used and not seen in a sample; none of sensors, which are all needed."""
    if not isinstance(worn, MarkersWorn):
        return ()
    bodies = [worn.head] if worn.trunk is None else [worn.head, worn.trunk]
    return tuple(
        name
        for body in bodies
        for name, column in zip(body.names, body.columns, strict=True)
        if not sample.known[column]
    )


def turn_of(worn: Worn, names: Sequence[str], sample: Sample) -> Turn | Unseen:
    """How the head is turned in a sample of things that have these ``names``."""
    if isinstance(worn, MarkersWorn):
        return _by_markers(worn, sample)
    places = list(worn.places)
    lacking = tuple(names[k] for k in places if not sample.known[k])
    if lacking:
        return Unseen(lacking)
    head = sample.values[places[:1]]
    torso = sample.values[places[1:]] if len(places) > 1 else np.eye(3)[None]
    turned, gravity = worn.on_torso(head, torso)
    return Turn(sample.time, turned[0], gravity[0])


def _by_markers(worn: MarkersWorn, sample: Sample) -> Turn | Unseen:
    places = (sample.values * worn.mirror) @ worn.axes.T
    head = worn.head.rotation(places, sample.known)
    trunk = np.eye(3) if worn.trunk is None else worn.trunk.rotation(places, sample.known)
    if isinstance(head, Unseen):
        return head
    if isinstance(trunk, Unseen):
        return trunk
    return Turn(sample.time, trunk.T @ head, -GRAVITY_M_S2 * worn.up @ trunk)


def _shows_turning(shape: Float[np.ndarray, "m 3"]) -> bool:
    return len(shape) >= 3 and flatness(shape) >= _FLATTEST_M


def _fit(
    shape: Float[np.ndarray, "m 3"], places: Float[np.ndarray, "m 3"]
) -> tuple[Float[np.ndarray, "3 3"], float]:
    poses = fit_poses(shape, places[None])
    return poses.rotation[0], float(poses.residual[0])
