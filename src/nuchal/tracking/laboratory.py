"""Which way is up, forward and right in a laboratory, found from the person standing in it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from jaxtyping import Float

from nuchal.conventions import MARKERS
from nuchal.errors import RecordingError
from nuchal.tracking.axes import axis_vector, nearest_axis
from nuchal.tracking.axes import parse_axis as parse_axis
from nuchal.tracking.calibration import fit_poses
from nuchal.tracking.plausibility import BAND, SIDES, Points, band_forward, check_places

# So far from a vertical axis a person's own upward direction may point in the neutral pose.
_HIGHEST_TILT_DEG = 35.0
# So far from an axis that was stated it may point before the statement is doubted.
_WRONG_TILT_DEG = 60.0
_FRONT, _BACK = ("CLAV", "STRN"), ("C7", "T10")
# Largest distance between head markers that a person can have [m].
_HEAD_SPREAD_M = (0.06, 0.35)
_SCALES = {"mm": 1e3, "cm": 1e2}


@dataclass(frozen=True, kw_only=True)
class StatedAxes:
    """What is known of the laboratory without looking at the markers.

    Attributes:
        vertical: The vertical axis, where the file states it.
        up: The axis that points up, e.g. ``"+Z"``, where the user states it.
        forward: The axis that the person faces, where the user states it.
    """

    vertical: Literal["X", "Y", "Z"] | None = None
    up: str | None = None
    forward: str | None = None


@dataclass(frozen=True, kw_only=True)
class Laboratory:
    """The laboratory's axes, as the person faces in the neutral pose.

    Attributes:
        rotation: Rows forward, up and right: ``x_ours = rotation @ x_laboratory``; proper.
        up: Axis of the laboratory, e.g. ``+Z``.
        forward: Nearest axis of the laboratory.
        heading_rad: From the nearest axis to where the person really faces, positive to the left
            [rad].
        evidence: How each was found.
    """

    rotation: Float[np.ndarray, "3 3"]
    up: str
    forward: str
    right: str
    heading_rad: float
    evidence: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The axes in words."""
        return (
            f"up {self.up}, forward {self.forward}, right {self.right}; the person faces "
            f"{abs(np.degrees(self.heading_rad)):.0f} degrees to the "
            f"{'left' if self.heading_rad >= 0.0 else 'right'} of {self.forward}"
        )


def detect_laboratory(
    head: Points,
    thorax: Points,
    *,
    source: Path,
    model_head: Float[np.ndarray, "3 3"],
    stated: StatedAxes,
) -> Laboratory:
    """Find up, forward and right from the markers in the neutral pose.

    Args:
        head: head markers in the neutral pose [m], by our names, in laboratory axes.
        thorax: torso markers likewise; may be empty.
        source: the recording, for messages.
        model_head: TP, LH, RH of the neutral neck, forward-up-right [m].
        stated: what the file and the user say.

    Raises:
        RecordingError: markers that contradict one another, or too little to go by.
    """
    rough = _rough_up(head, thorax, model_head)
    if stated.up is not None:
        up_axis, how_up = parse_axis(stated.up, option="--up", source=source), "up as given"
        _refuse_lying(rough, up_axis, f"--up {stated.up}", source)
    else:
        up_axis, how_up = _up_axis(rough, stated, source)
    ahead, how_forward = _forward_axis(head, thorax, source, up_axis, stated.forward)
    ahead = ahead - up_axis * (ahead @ up_axis)
    length = float(np.linalg.norm(ahead))
    if length < 1e-9:
        raise RecordingError(
            source, "forward cannot be found, for it comes out along up; give --up and --forward."
        )
    ahead = ahead / length
    right = np.cross(ahead, up_axis)
    check_places(head, thorax, right=right, up=up_axis, source=source)
    nearest = nearest_axis(ahead)
    axis = axis_vector(nearest)
    heading = np.arctan2(ahead @ np.cross(up_axis, axis), ahead @ axis)
    return Laboratory(
        rotation=np.stack([ahead, up_axis, right]),
        up=nearest_axis(up_axis),
        forward=nearest,
        right=nearest_axis(np.cross(axis, up_axis)),
        heading_rad=float(heading),
        evidence=(how_up, how_forward),
    )


def check_size(head: Points, *, source: Path, units: str) -> None:
    """Refuse head markers that are a thousand times too far apart or too close.

    Raises:
        RecordingError: naming the unit that the numbers look like.
    """
    names, points = list(head), np.stack(list(head.values()))
    gaps = np.linalg.norm(points[:, None] - points[None], axis=2)
    a, b = np.unravel_index(int(gaps.argmax()), gaps.shape)
    spread, (low, high) = float(gaps.max()), _HEAD_SPREAD_M
    if low <= spread <= high:
        return
    there = f"the head markers {names[a]} and {names[b]} lie {_length(spread)} apart"
    for unit, factor in _SCALES.items():
        if low <= spread / factor <= high:
            raise RecordingError(
                source,
                f"{there} if the file's unit is {units}, which looks like {unit} taken "
                f"for m; say so with --units {unit}.",
            )
        if low <= spread * factor <= high:
            raise RecordingError(
                source,
                f"{there} if the file's unit is {units}, which looks like m taken for "
                f"{unit}; say so with --units m.",
            )
    raise RecordingError(
        source,
        f"{there}, which no head allows; check the names with --marker, and the unit with --units.",
    )


def _up_axis(
    rough: tuple[Float[np.ndarray, "3"], str] | None, stated: StatedAxes, source: Path
) -> tuple[Float[np.ndarray, "3"], str]:
    if rough is None:
        raise RecordingError(
            source, "these head markers don't tell which way is up; say it with --up, e.g. --up +Z."
        )
    guess, how = rough
    if stated.vertical is not None:
        axis = axis_vector(f"+{stated.vertical}")
        axis = axis if guess @ axis >= 0.0 else -axis
        _refuse_lying(rough, axis, f"the file's vertical axis, {stated.vertical}", source)
        return axis, f"up: {stated.vertical} by the file, {how}"
    axis = axis_vector(nearest_axis(guess))
    tilt = _degrees_apart(guess, axis)
    if tilt > _HIGHEST_TILT_DEG:
        raise RecordingError(
            source,
            f"which way is up is unclear, for in the neutral pose the line {how} points "
            f"{tilt:.0f} degrees away from the nearest axis ({nearest_axis(guess)}): the "
            "laboratory is rotated or the person leans; say which axis points up with --up, e.g. "
            "--up +Z.",
        )
    return axis, f"up: {how}"


def _refuse_lying(
    rough: tuple[Float[np.ndarray, "3"], str] | None,
    axis: Float[np.ndarray, "3"],
    claim: str,
    source: Path,
) -> None:
    """Refuse an axis that was stated to point up but along which no upright person stands."""
    if rough is None:
        return
    guess, how = rough
    tilt = _degrees_apart(guess, axis)
    if tilt > _WRONG_TILT_DEG:
        swap = "" if "torso" in how else ", or --swap-sides if left and right are exchanged"
        raise RecordingError(
            source,
            f"in the neutral pose the line {how} points {tilt:.0f} degrees away from {claim}, "
            f"along which nobody upright stands; try --up {nearest_axis(guess)}{swap}.",
        )


def _degrees_apart(one: Float[np.ndarray, "3"], other: Float[np.ndarray, "3"]) -> float:
    return float(np.degrees(np.arccos(np.clip(one @ other, -1.0, 1.0))))


def _rough_up(
    head: Points, thorax: Points, model_head: np.ndarray
) -> tuple[np.ndarray, str] | None:
    """Roughly where the person's up is, and how it was found, as far as the markers tell."""
    if thorax:
        step = _mean(head) - _mean(thorax)
        return step / np.linalg.norm(step), "from the torso to the head"
    if all(name in head for name in MARKERS):
        shape = np.stack([head[name] for name in MARKERS])
        return fit_poses(model_head, shape[None]).rotation[0][:, 1], "from temples to top of head"
    pairs = [pair for pair in SIDES if pair[0] in head and pair[1] in head]
    edge = next((e for e in (("LFHD", "LBHD"), ("RFHD", "RBHD")) if head.keys() >= set(e)), None)
    if edge is None or not pairs:
        return None
    left, right = pairs[0]
    normal = np.cross(head[right] - head[left], head[edge[0]] - head[edge[1]])
    return normal / np.linalg.norm(normal), "square to the head band"


def _forward_axis(
    head: Points, thorax: Points, source: Path, up: np.ndarray, forward: str | None
) -> tuple[np.ndarray, str]:
    if forward is not None:
        axis = parse_axis(forward, option="--forward", source=source)
        if abs(axis @ up) > 0.5:
            raise RecordingError(
                source, f"forward {forward} is the axis that points up; give another --forward."
            )
        return axis, "forward as given"
    front = [thorax[name] for name in _FRONT if name in thorax]
    back = [thorax[name] for name in _BACK if name in thorax]
    if front and back:
        return np.mean(front, axis=0) - np.mean(back, axis=0), "forward: from spine to sternum"
    if "LSHO" in thorax and "RSHO" in thorax:
        return np.cross(up, thorax["RSHO"] - thorax["LSHO"]), "forward: square to the shoulders"
    if head.keys() >= BAND:
        return band_forward(head), "forward: from back to front of the head band"
    pairs = [pair for pair in SIDES if pair[0] in head and pair[1] in head]
    if not pairs:
        raise RecordingError(
            source, "these markers don't tell which way is forward; say it with --forward."
        )
    across = np.mean([head[right] - head[left] for left, right in pairs], axis=0)
    return np.cross(up, across), (
        "forward: square to the line from left to right head marker, so that sides that were "
        "swapped would look like a person facing the other way"
    )


def _mean(points: Points) -> np.ndarray:
    return np.asarray(np.mean(list(points.values()), axis=0))


def _length(metres: float) -> str:
    return f"{metres:.3g} m" if metres >= 1e-3 else f"{metres * 1e3:.2g} mm"
