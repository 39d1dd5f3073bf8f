"""Which way is up, forward and right in a laboratory, found from the person standing in it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from jaxtyping import Float

from nuchal.conventions import MARKERS
from nuchal.errors import Phrase, RecordingError, Setting, phrase
from nuchal.findings import Finding, Found, finding
from nuchal.tracking.marker_sets import BAND, SHOULDERS, pairs_among
from nuchal.tracking.placement import Points, band_forward, check_places
from nuchal.tracking.rigid import fit_poses

# So far from a vertical axis a person's own upward direction may point in the neutral pose.
_HIGHEST_TILT_DEG = 35.0
# So far from an axis that was stated it may point before the statement is doubted.
_WRONG_TILT_DEG = 60.0
_FRONT, _BACK = ("CLAV", "STRN"), ("C7", "T10", "T8")
_SIGNED = frozenset(sign + letter for sign in "+-" for letter in "XYZ")


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


class Direction(NamedTuple):
    """A direction, not necessarily of unit length, and how it was found."""

    vector: Float[np.ndarray, "3"]
    by: Phrase


def parse_axis(setting: Setting, source: Path) -> Float[np.ndarray, "3"]:
    """The unit vector of a setting's ``+X``, ``-y`` or ``Z``.

    Raises:
        RecordingError: anything else.
    """
    name = setting.value.strip().upper()
    name = name if name[:1] in "+-" else f"+{name}"
    if name not in _SIGNED:
        raise RecordingError("laboratory.no_axis", source, remedy=setting)
    return axis_vector(name)


def axis_vector(name: str) -> Float[np.ndarray, "3"]:
    """The unit vector of ``+X``, ``-Y`` and so on."""
    return np.asarray(np.eye(3)["XYZ".index(name[1])] * (1.0 if name[0] == "+" else -1.0))


def nearest_axis(vector: Float[np.ndarray, "3"]) -> str:
    """The name of the axis that a vector is closest to."""
    k = int(np.abs(vector).argmax())
    return ("+" if vector[k] > 0.0 else "-") + "XYZ"[k]


def detect_laboratory(
    head: Points,
    thorax: Points,
    *,
    source: Path,
    model_head: Float[np.ndarray, "3 3"],
    vertical: Literal["X", "Y", "Z"] | None = None,
    up: str | None = None,
    forward: str | None = None,
) -> Laboratory:
    """Find up, forward and right from the markers in the neutral pose.

    Args:
        head: head markers in the neutral pose [m], by our names, in laboratory axes.
        thorax: torso markers likewise; may be empty.
        source: the recording, for messages.
        model_head: TP, LH, RH of the neutral neck, forward-up-right [m].
        vertical: the vertical axis, where the file states it.
        up: the axis that points up, e.g. ``"+Z"``, where the user states it.
        forward: the axis that the person faces, where the user states it.

    Raises:
        RecordingError: markers that contradict one another, or too little to go by.
    """
    upwards = _up(_rough_up(head, thorax, model_head), vertical, up, source)
    forwards = _forward(head, thorax, upwards.vector, forward, source)
    ahead = _level(forwards.vector, upwards.vector, source)
    right = np.cross(ahead, upwards.vector)
    check_places(head, thorax, right=right, up=upwards.vector, source=source)
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


def _rough_up(head: Points, thorax: Points, model_head: np.ndarray) -> Direction | None:
    """Roughly where the person's up is, as far as the markers tell."""
    if thorax:
        step = _mean(head) - _mean(thorax)
        return Direction(step / np.linalg.norm(step), phrase("laboratory.torso_to_head"))
    if all(name in head for name in MARKERS):
        shape = np.stack([head[name] for name in MARKERS])
        upright = fit_poses(model_head, shape[None]).rotation[0][:, 1]
        return Direction(upright, phrase("laboratory.temples_to_top"))
    pairs = pairs_among(head)
    edge = next((e for e in (("LFHD", "LBHD"), ("RFHD", "RBHD")) if head.keys() >= set(e)), None)
    if edge is None or not pairs:
        return None
    left, right = pairs[0]
    normal = np.cross(head[right] - head[left], head[edge[0]] - head[edge[1]])
    return Direction(normal / np.linalg.norm(normal), phrase("laboratory.square_to_band"))


def _up(
    rough: Direction | None, vertical: str | None, stated: str | None, source: Path
) -> Direction:
    """The axis that points up: as the user says, as the file says, or as the person stands."""
    if stated is not None:
        setting = Setting("up", stated)
        axis = parse_axis(setting, source)
        if rough is not None:
            _refuse_lying(rough, axis, setting, source)
        return Direction(axis, phrase("laboratory.as_given"))
    if rough is None:
        raise RecordingError("laboratory.up_unknown", source, remedy=Setting("up", "+Z"))
    if vertical is not None:
        axis = axis_vector(f"+{vertical}")
        axis = axis if rough.vector @ axis >= 0.0 else -axis
        claim = phrase("laboratory.file_vertical", axis=vertical)
        _refuse_lying(rough, axis, claim, source)
        by = phrase("laboratory.vertical_of_file", axis=vertical, line=rough.by)
        return Direction(axis, by)
    nearest = nearest_axis(rough.vector)
    axis = axis_vector(nearest)
    tilt = _degrees_apart(rough.vector, axis)
    if tilt > _HIGHEST_TILT_DEG:
        line, mend = rough.by, Setting("up", "+Z")
        raise RecordingError(
            "laboratory.up_unclear", source, remedy=mend, line=line, tilt_deg=tilt, nearest=nearest
        )
    return Direction(axis, rough.by)


def _refuse_lying(
    rough: Direction, axis: Float[np.ndarray, "3"], stated: Setting | Phrase, source: Path
) -> None:
    """Refuse an axis that was stated to point up but along which no upright person stands."""
    tilt = _degrees_apart(rough.vector, axis)
    if tilt > _WRONG_TILT_DEG:
        mend, swap = Setting("up", nearest_axis(rough.vector)), Setting("swap_sides", True)
        by_sides = rough.by.what != "laboratory.torso_to_head"
        or_swap = phrase("laboratory.or_swap", swap=swap) if by_sides else None
        facts: dict[str, Any] = {"line": rough.by, "tilt_deg": tilt, "swap": or_swap}
        raise RecordingError("laboratory.lies_down", source, remedy=mend, stated=stated, **facts)


def _degrees_apart(one: Float[np.ndarray, "3"], other: Float[np.ndarray, "3"]) -> float:
    return float(np.degrees(np.arccos(np.clip(one @ other, -1.0, 1.0))))


def _forward(
    head: Points, thorax: Points, up: np.ndarray, stated: str | None, source: Path
) -> Direction:
    """Roughly where the person faces: as the user says, or as the markers tell."""
    if stated is not None:
        setting = Setting("forward", stated)
        axis = parse_axis(setting, source)
        if abs(axis @ up) > 0.5:
            remedy = Setting("forward")
            raise RecordingError("laboratory.forward_is_up", source, remedy=remedy, forward=setting)
        return Direction(axis, phrase("laboratory.as_given"))
    front = [thorax[name] for name in _FRONT if name in thorax]
    back = [thorax[name] for name in _BACK if name in thorax]
    if front and back:
        ahead = np.mean(front, axis=0) - np.mean(back, axis=0)
        return Direction(ahead, phrase("laboratory.spine_to_sternum"))
    left, right = SHOULDERS
    if left in thorax and right in thorax:
        across = thorax[right] - thorax[left]
        return Direction(np.cross(up, across), phrase("laboratory.square_to_shoulders"))
    if head.keys() >= set(BAND):
        return Direction(band_forward(head), phrase("laboratory.back_to_front"))
    pairs = pairs_among(head)
    if not pairs:
        raise RecordingError("laboratory.forward_unknown", source, remedy=Setting("forward"))
    across = np.mean([head[right] - head[left] for left, right in pairs], axis=0)
    return Direction(np.cross(up, across), phrase("laboratory.square_to_sides"))


def _level(ahead: np.ndarray, up: np.ndarray, source: Path) -> Float[np.ndarray, "3"]:
    """The horizontal unit vector of a direction."""
    ahead = ahead - up * (ahead @ up)
    length = float(np.linalg.norm(ahead))
    if length < 1e-9:
        axes = Setting("up"), Setting("forward")
        raise RecordingError("laboratory.forward_along_up", source, up=axes[0], forward=axes[1])
    return ahead / length


def _mean(points: Points) -> np.ndarray:
    return np.asarray(np.mean(list(points.values()), axis=0))
