"""Which way is up, forward and right in a laboratory, found from the person standing in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from jaxtyping import Float

from nuchal.conventions import MARKERS
from nuchal.errors import RecordingError
from nuchal.motion.rigid import fit_poses

_HIGHEST_TILT_DEG = 40.0
_SIDES = (("LH", "RH"), ("LFHD", "RFHD"), ("LBHD", "RBHD"))
_FRONT, _BACK = ("CLAV", "STRN"), ("C7", "T10")
_BAND = {"LFHD", "RFHD", "LBHD", "RBHD"}
_HEAD_SPREAD_M = (0.06, 0.35)
"""Largest distance between head markers that a person can have [m]."""
_SCALES = {"mm": 1e3, "cm": 1e2}

Points = Mapping[str, Float[np.ndarray, "3"]]


@dataclass(frozen=True, kw_only=True)
class StatedAxes:
    """What is known of the laboratory without looking at the markers."""

    vertical: Literal["X", "Y", "Z"] | None = None
    """The vertical axis, where the file states it."""
    up: str | None = None
    """The axis that points up, e.g. ``"+Z"``, where the user states it."""
    forward: str | None = None
    """The axis that the person faces, where the user states it."""


@dataclass(frozen=True, kw_only=True)
class Laboratory:
    """The laboratory's axes, as the person faces in the neutral pose."""

    rotation: Float[np.ndarray, "3 3"]
    """Rows forward, up and right: ``x_ours = rotation @ x_laboratory``; proper."""
    up: str
    """Axis of the laboratory, e.g. ``+Z``."""
    forward: str
    """Nearest axis of the laboratory."""
    right: str
    heading_rad: float
    """From the nearest axis to where the person really faces, positive to the left [rad]."""
    evidence: tuple[str, ...]
    """How each was found."""

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
    if stated.up is not None:
        up_axis, how_up = parse_axis(stated.up, option="--up", source=source), "up as given"
    else:
        up_axis, how_up = _up_axis(_rough_up(head, thorax, source, model_head), stated, source)
    ahead, how_forward = _forward_axis(head, thorax, source, up_axis, stated.forward)
    ahead = ahead - up_axis * (ahead @ up_axis)
    length = float(np.linalg.norm(ahead))
    if length < 1e-9:
        raise RecordingError(
            source, "forward cannot be found, for it comes out along up; give --up and --forward."
        )
    ahead = ahead / length
    right = np.cross(ahead, up_axis)
    _check_places(head, thorax, right, up_axis, source)
    nearest = _nearest_axis(ahead)
    axis = _axis_vector(nearest)
    heading = np.arctan2(ahead @ np.cross(up_axis, axis), ahead @ axis)
    return Laboratory(
        rotation=np.stack([ahead, up_axis, right]),
        up=_nearest_axis(up_axis),
        forward=nearest,
        right=_nearest_axis(np.cross(axis, up_axis)),
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


def parse_axis(text: str, *, option: str, source: Path) -> Float[np.ndarray, "3"]:
    """The unit vector of ``+X``, ``-y`` or ``Z``.

    Raises:
        RecordingError: anything else.
    """
    name = text.strip().upper()
    name = name if name[:1] in "+-" else f"+{name}"
    if name not in {sign + letter for sign in "+-" for letter in "XYZ"}:
        raise RecordingError(
            source, f"{option} {text} is not an axis; give one of +X, -X, +Y, -Y, +Z, -Z."
        )
    return _axis_vector(name)


def _up_axis(
    rough: tuple[Float[np.ndarray, "3"], str], stated: StatedAxes, source: Path
) -> tuple[Float[np.ndarray, "3"], str]:
    guess, how = rough
    if stated.vertical is not None:
        axis = _axis_vector(f"+{stated.vertical}")
        sign = 1.0 if guess @ axis >= 0.0 else -1.0
        return sign * axis, f"up: {stated.vertical} by the file, {how}"
    axis = _axis_vector(_nearest_axis(guess))
    tilt = float(np.degrees(np.arccos(np.clip(guess @ axis, -1.0, 1.0))))
    if tilt > _HIGHEST_TILT_DEG:
        raise RecordingError(
            source,
            f"which way is up is unclear, for in the neutral pose {how} points {tilt:.0f} degrees "
            f"away from the nearest axis ({_nearest_axis(guess)}): the laboratory is rotated or "
            "the person leans; say which axis points up with --up, e.g. --up +Z.",
        )
    return axis, f"up: {how}"


def _rough_up(
    head: Points, thorax: Points, source: Path, model_head: np.ndarray
) -> tuple[np.ndarray, str]:
    if thorax:
        step = _mean(head) - _mean(thorax)
        return step / np.linalg.norm(step), "from the torso to the head"
    if all(name in head for name in MARKERS):
        shape = np.stack([head[name] for name in MARKERS])
        return fit_poses(model_head, shape[None]).rotation[0][:, 1], "from temples to top of head"
    pairs = [pair for pair in _SIDES if pair[0] in head and pair[1] in head]
    if {"LFHD", "LBHD"} <= head.keys() and pairs:
        left, right = pairs[0]
        normal = np.cross(head[right] - head[left], head["LFHD"] - head["LBHD"])
    elif {"RFHD", "RBHD"} <= head.keys() and pairs:
        left, right = pairs[0]
        normal = np.cross(head[right] - head[left], head["RFHD"] - head["RBHD"])
    else:
        raise RecordingError(
            source, "these head markers don't tell which way is up; say it with --up, e.g. --up +Z."
        )
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
    if head.keys() >= _BAND:
        return _band_forward(head), "forward: from back to front of the head band"
    pairs = [pair for pair in _SIDES if pair[0] in head and pair[1] in head]
    if not pairs:
        raise RecordingError(
            source, "these markers don't tell which way is forward; say it with --forward."
        )
    across = np.mean([head[right] - head[left] for left, right in pairs], axis=0)
    return np.cross(up, across), (
        "forward: square to the line from left to right head marker, so that sides that were "
        "swapped would look like a person facing the other way"
    )


def _check_places(
    head: Points, thorax: Points, right: np.ndarray, up: np.ndarray, source: Path
) -> None:
    """Refuse a left marker on the right, a top below, and a head band back to front."""
    everything = {**thorax, **head}
    for left, other in (*_SIDES, ("LSHO", "RSHO")):
        if left in everything and other in everything:
            step = everything[other] - everything[left]
            if step @ right < 0.0:
                raise RecordingError(
                    source,
                    f"{left} lies to the right of {other}, judged by the direction that the "
                    "person faces: the sides look swapped, or the axes mirrored; exchange the "
                    "names with --swap-sides, or give the direction with --forward.",
                )
    if "TP" in head:
        above = [name for name in head if (head[name] - head["TP"]) @ up > 0.0]
        if len(above) == len(head) - 1:
            raise RecordingError(
                source,
                f"TP, the top of the head, lies below {', '.join(above)} in the neutral pose; "
                "correct the names with --marker TP=NAME, or give the axis that points up with "
                "--up.",
            )
    if head.keys() >= _BAND:
        ahead = _band_forward(head)
        if ahead @ np.cross(up, right) < 0.0:
            raise RecordingError(
                source,
                "the front head markers LFHD and RFHD lie behind LBHD and RBHD, judged by the "
                "direction that the person faces; correct the names with --marker, or give the "
                "direction with --forward.",
            )


def _band_forward(head: Points) -> Float[np.ndarray, "3"]:
    return np.asarray(head["LFHD"] + head["RFHD"] - head["LBHD"] - head["RBHD"])


def _mean(points: Points) -> np.ndarray:
    return np.asarray(np.mean(list(points.values()), axis=0))


def _nearest_axis(vector: Float[np.ndarray, "3"]) -> str:
    k = int(np.abs(vector).argmax())
    return ("+" if vector[k] > 0.0 else "-") + "XYZ"[k]


def _axis_vector(name: str) -> Float[np.ndarray, "3"]:
    return np.asarray(np.eye(3)["XYZ".index(name[1])] * (1.0 if name[0] == "+" else -1.0))


def _length(metres: float) -> str:
    return f"{metres:.3g} m" if metres >= 1e-3 else f"{metres * 1e3:.2g} mm"
