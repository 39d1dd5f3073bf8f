"""Markers that can't sit where they are on a person: names, sides and axes that contradict."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from jaxtyping import Float

from nuchal.errors import RecordingError
from nuchal.tracking.calibration import flatness

SIDES = (("LH", "RH"), ("LFHD", "RFHD"), ("LBHD", "RBHD"))
BAND = frozenset({"LFHD", "RFHD", "LBHD", "RBHD"})
_TRUNK_ORDER = (("CLAV", "C7", "ahead of"), ("STRN", "T10", "ahead of"), ("C7", "T10", "above"),
                ("CLAV", "STRN", "above"))  # fmt: skip
# So far a marker may lie on the wrong side of another before it counts.
_SLACK_M = 0.02
# Head markers that lie closer to one line than this don't show how the head turns about it.
_FLATTEST_HEAD_M = 0.015
_CLOSEST_M = 0.01

Points = Mapping[str, Float[np.ndarray, "3"]]


def check_places(
    head: Points,
    thorax: Points,
    *,
    right: Float[np.ndarray, "3"],
    up: Float[np.ndarray, "3"],
    source: Path,
) -> None:
    """Refuse markers in places that contradict the axes in the neutral pose.

    Args:
        head: head markers by our names [m], in laboratory axes.
        thorax: torso markers likewise.
        right: where the person's right is, unit vector.
        up: unit vector.
        source: the recording, for messages.

    Raises:
        RecordingError: a left marker on the right, a top below, a spine in front of the sternum,
            a head band back to front, or head markers in one place or line.
    """
    _check_head_shape(head, source)
    _check_trunk(thorax, np.cross(up, right), up, source)
    everything = {**thorax, **head}
    for left, other in (*SIDES, ("LSHO", "RSHO")):
        if not {left, other} <= everything.keys():
            continue
        if (everything[other] - everything[left]) @ right < 0.0:
            raise RecordingError(
                source,
                f"{left} lies to the right of {other}, judged by the direction that the person "
                "faces: the sides look swapped, or the axes mirrored; give --swap-sides if the "
                "names are exchanged, --mirror X (or Y, or Z) if that axis of the file points the "
                "wrong way, or --forward if the direction is wrong.",
            )
    _check_top(head, up, source)
    if head.keys() >= BAND and band_forward(head) @ np.cross(up, right) < 0.0:
        raise RecordingError(
            source,
            "the front head markers LFHD and RFHD lie behind LBHD and RBHD, judged by the "
            "direction that the person faces; correct the names with --marker, or give the "
            "direction with --forward.",
        )


def band_forward(head: Points) -> Float[np.ndarray, "3"]:
    """From back to front of a head band."""
    return np.asarray(head["LFHD"] + head["RFHD"] - head["LBHD"] - head["RBHD"])


def _check_head_shape(head: Points, source: Path) -> None:
    names, points = list(head), np.stack(list(head.values()))
    gaps = np.linalg.norm(points[:, None] - points[None], axis=2) + np.eye(len(names))
    a, b = np.unravel_index(int(gaps.argmin()), gaps.shape)
    if gaps[a, b] < _CLOSEST_M:
        raise RecordingError(
            source,
            f"{names[a]} and {names[b]} lie {gaps[a, b] * 1e3:.0f} mm apart, as one marker under "
            f"two names would; name the right one with --marker {names[b]}=NAME.",
        )
    if flatness(points) < _FLATTEST_HEAD_M:
        raise RecordingError(
            source,
            f"the head markers {', '.join(names)} lie nearly on one line, which hides how the "
            "head turns about it; check their names with --marker, or use another marker.",
        )


def _check_trunk(
    thorax: Points, ahead: Float[np.ndarray, "3"], up: Float[np.ndarray, "3"], source: Path
) -> None:
    for one, other, where in _TRUNK_ORDER:
        if one in thorax and other in thorax:
            step = (thorax[one] - thorax[other]) @ (ahead if where == "ahead of" else up)
            if step < -_SLACK_M:
                raise RecordingError(
                    source,
                    f"{one} should lie {where} {other} but lies {-step * 1e3:.0f} mm to the other "
                    f"side; if the names are exchanged, correct them with --marker {one}=NAME and "
                    f"--marker {other}=NAME, and if not, check --up and --forward.",
                )


def _check_top(head: Points, up: Float[np.ndarray, "3"], source: Path) -> None:
    if "TP" not in head:
        return
    above = [name for name in head if (head[name] - head["TP"]) @ up > _SLACK_M]
    if above:
        raise RecordingError(
            source,
            f"TP, the top of the head, lies below {', '.join(above)} in the neutral pose; "
            "correct the names with --marker TP=NAME, or give the axis that points up with "
            "--up.",
        )
