"""Which way is up, forward and right in a laboratory, found from the person standing in it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from nuchal.errors import Phrase, RecordingError, Setting, phrase
from nuchal.findings import Finding, Found, finding
from nuchal.tracking.names.marker_sets import BAND, SHOULDERS, TRUNK, pairs_among
from nuchal.tracking.place.axes import Direction, axis_vector, nearest_axis, parse_axis
from nuchal.tracking.place.landmarks import Seen
from nuchal.tracking.place.lean import with_c7
from nuchal.tracking.place.pivot import Pivot
from nuchal.tracking.place.placement import AHEAD, band_forward, check_places
from nuchal.tracking.place.upright import evidence_of_up, turn_of
from nuchal.tracking.place.vertical import NO_CLAIMS, Claims, find_up, refuse_reversed
from nuchal.tracking.rigid import Points

_FRONT, _BACK = ("CLAV", "STRN"), ("C7", "T10", "T8")


@dataclass(frozen=True, kw_only=True)
class Laboratory:
    """The laboratory's axes, as the person faces in the neutral pose.

    Attributes:
        rotation: Rows forward, up and right: ``x_ours = rotation @ x_laboratory``; proper.
        up: Axis of the laboratory, e.g. ``+Z``.
        forward: Nearest axis of the laboratory.
        heading_rad: From the nearest axis to where the person really faces, positive to the left
            [rad].
        up_by: How ``up`` was found.
        forward_by: How ``forward`` was found.
    """

    rotation: Float[np.ndarray, "3 3"]
    up: str
    forward: str
    right: str
    heading_rad: float
    up_by: Phrase
    forward_by: Phrase

    @property
    def finding(self) -> Finding:
        """The axes and how they were found."""
        to_left, to_right = phrase("laboratory.to_left"), phrase("laboratory.to_right")
        return finding(
            Found.LABORATORY,
            up=self.up,
            forward=self.forward,
            right=self.right,
            heading_deg=abs(np.degrees(self.heading_rad)),
            side=to_left if self.heading_rad >= 0.0 else to_right,
            up_by=self.up_by,
            forward_by=self.forward_by,
        )


def detect_laboratory(
    head: Points,
    thorax: Points,
    *,
    source: Path,
    pivot: Pivot | None = None,
    claims: Claims = NO_CLAIMS,
) -> Laboratory:
    """Find up, forward and right from the markers in the neutral pose.

    Args:
        head: head markers in the neutral pose [m], by our names, in laboratory axes.
        thorax: torso markers likewise; may be empty.
        source: the recording, for messages.
        pivot: where the head turns on the neck, as movement shows it.
        claims: what file and user say of the axes.

    Raises:
        RecordingError: markers that contradict one another, or too little to go by.
    """
    bodies = _bodies(head, thorax, pivot)
    evidence = evidence_of_up(bodies)
    upwards = find_up(evidence, bodies, claims, source)
    forwards = _forward(bodies[0], head, thorax, upwards.vector, claims.forward, source)
    ahead = _level(forwards.vector, upwards.vector, source)
    right = np.cross(ahead, upwards.vector)
    check_places(head, thorax, right=right, up=upwards.vector, source=source)
    if claims.up is None or claims.forward is None:
        refuse_reversed(evidence, upwards.vector, source)
    axis = axis_vector(nearest_axis(ahead))
    heading = np.arctan2(ahead @ np.cross(upwards.vector, axis), ahead @ axis)
    return Laboratory(
        rotation=np.stack([ahead, upwards.vector, right]),
        up=nearest_axis(upwards.vector),
        forward=nearest_axis(ahead),
        right=nearest_axis(np.cross(axis, upwards.vector)),
        heading_rad=float(heading),
        up_by=upwards.by,
        forward_by=forwards.by,
    )


def _bodies(head: Points, thorax: Points, pivot: Pivot | None) -> list[Seen]:
    """The head, and the thorax where more than C7 shows it; C7 alone counts with the head."""
    seen = Seen("head", tuple(head), np.stack(list(head.values())), pivot)
    trunk = [name for name in thorax if name in TRUNK]
    torso = tuple(trunk if len(trunk) >= 3 else thorax)
    if set(torso) <= {"C7"}:
        return [with_c7(seen, thorax)]
    return [seen, Seen("thorax", torso, np.stack([thorax[name] for name in torso]))]


def _forward(
    seen: Seen, head: Points, thorax: Points, up: np.ndarray, stated: str | None, source: Path
) -> Direction:
    """Roughly where the person faces: as the user says, or as the markers tell."""
    if stated is not None:
        setting = Setting("forward", stated)
        axis = parse_axis(setting, source)
        if abs(axis @ up) > 0.5:
            remedy = Setting("forward")
            raise RecordingError("laboratory.forward_is_up", source, remedy=remedy, forward=setting)
        return Direction(axis, phrase("laboratory.as_given"))
    ahead = _spine_to_sternum(thorax, up)
    if ahead is not None:
        return Direction(ahead, phrase("laboratory.spine_to_sternum"))
    left, right = SHOULDERS
    if left in thorax and right in thorax:
        across = thorax[right] - thorax[left]
        return Direction(np.cross(up, across), phrase("laboratory.square_to_shoulders"))
    if head.keys() >= set(BAND):
        return Direction(band_forward(head), phrase("laboratory.back_to_front"))
    pairs = pairs_among(head)
    if not pairs:
        ahead = turn_of(seen, nearest_axis(up)).rotation[0]
        return Direction(ahead, phrase("laboratory.front_of_head"))
    across = np.mean([head[right] - head[left] for left, right in pairs], axis=0)
    return Direction(np.cross(up, across), phrase("laboratory.square_to_sides"))


def _spine_to_sternum(thorax: Points, up: np.ndarray) -> Float[np.ndarray, "3"] | None:
    """None where either is not seen, or where upper and lower trunk contradict one another."""
    front = [thorax[name] for name in _FRONT if name in thorax]
    back = [thorax[name] for name in _BACK if name in thorax]
    if not front or not back:
        return None
    ahead = np.mean(front, axis=0) - np.mean(back, axis=0)
    level = ahead - up * (ahead @ up)
    steps = [thorax[one] - thorax[other] for one, other in AHEAD if {one, other} <= thorax.keys()]
    return None if any(step @ level < 0.0 for step in steps) else ahead


def _level(ahead: np.ndarray, up: np.ndarray, source: Path) -> Float[np.ndarray, "3"]:
    """The horizontal unit vector of a direction."""
    ahead = ahead - up * (ahead @ up)
    length = float(np.linalg.norm(ahead))
    if length < 1e-9:
        axes = Setting("up"), Setting("forward")
        raise RecordingError("laboratory.forward_along_up", source, up=axes[0], forward=axes[1])
    return ahead / length
