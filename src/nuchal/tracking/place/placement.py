"""Head and torso markers that can't sit where they are on a person: size, names, sides, axes."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from nuchal.errors import RecordingError, Setting
from nuchal.tracking.names.marker_sets import (
    BAND,
    HEAD,
    SHOULDERS,
    SIDES,
    MarkerNames,
    marker_setting,
    pairs_among,
)
from nuchal.tracking.names.same_head import LARGEST_HEAD_M
from nuchal.tracking.rigid import Points, distances, flatness

# Which torso marker lies ahead of which, and above which.
AHEAD = (("CLAV", "C7"), ("STRN", "T10"), ("STRN", "T8"))
_ABOVE = (("C7", "T10"), ("C7", "T8"), ("CLAV", "STRN"))
# So far a marker may lie on the wrong side of another before it counts.
_SLACK_M = 0.02
# Head markers that lie closer to one line than this don't show how the head turns about it.
_FLATTEST_HEAD_M = 0.015
_CLOSEST_M = 0.01
# Distances of the head markers that lie farthest apart which a person can have [m].
_HEAD_SPREAD_M = (0.06, LARGEST_HEAD_M)
# Words that say where on a head a marker sits, but not on which side.
_PLACES = ("front", "fore", "back", "side", "top", "vertex", "nose")
_PER_METRE = {"mm": 1e3, "cm": 1e2}


def check_size(head: Points, *, source: Path, units: str) -> None:
    """Refuse head markers that are a thousand times too far apart or too close.

    Raises:
        RecordingError: naming the unit that the numbers look like.
    """
    names, gaps = list(head), distances(np.stack(list(head.values())))
    a, b = np.unravel_index(int(gaps.argmax()), gaps.shape)
    spread, (low, high) = float(gaps.max()), _HEAD_SPREAD_M
    if low <= spread <= high:
        return
    facts: dict[str, Any] = {"one": names[a], "other": names[b], "apart_m": spread, "units": units}
    for unit, factor in _PER_METRE.items():
        for likely, taken_for, size in (("m", unit, spread * factor), (unit, "m", spread / factor)):
            if low <= size <= high:
                mend, facts = Setting("units", likely), {**facts, "likely": likely}
                raise RecordingError(
                    "laboratory.unit_mistaken", source, remedy=mend, taken_for=taken_for, **facts
                )
    facts["markers"] = Setting("markers")
    raise RecordingError("laboratory.no_head", source, remedy=Setting("units"), **facts)


def check_pairs(names: MarkerNames, given: Collection[str], source: Path) -> None:
    """Refuse a left and a right marker that were given and by their names in the file are no pair.

    Args:
        names: the markers that are used.
        given: those of ours that were named by the user.
        source: the recording, for messages.

    Raises:
        RecordingError: such as one at the front and one at the side.
    """
    for pair in pairs_among(names.head):
        one, other = names.files_names(pair)
        places = [{word for word in _PLACES if word in name.lower()} for name in (one, other)]
        if places[0] != places[1] and not set(pair).isdisjoint(given):
            facts: dict[str, Any] = {"left": pair[0], "right": pair[1], "known": HEAD}
            mend = marker_setting(*pair)
            raise RecordingError(
                "markers.no_pair", source, remedy=mend, one=one, other=other, **facts
            )


def check_places(
    head: Points,
    thorax: Points,
    *,
    right: Float[np.ndarray, "3"],
    up: Float[np.ndarray, "3"],
    source: Path,
) -> None:
    """Refuse markers in places that contradict the axes in the neutral pose.

    Markers by our names in laboratory axes [m]; ``right`` and ``up`` are unit vectors.

    Raises:
        RecordingError: a left marker on the right, a top below, a spine in front of the sternum,
            a head band back to front, or head markers in one place or line.
    """
    ahead = np.cross(up, right)
    _check_head_shape(head, source)
    _check_order(thorax, AHEAD, ahead, "markers.not_ahead", source)
    _check_order(thorax, _ABOVE, up, "markers.not_above", source)
    _check_sides({**thorax, **head}, right, source)
    _check_top(head, up, source)
    if head.keys() >= set(BAND) and band_forward(head) @ ahead < 0.0:
        raise RecordingError(
            "markers.back_to_front", source, markers=Setting("markers"), forward=Setting("forward")
        )


def band_forward(head: Points) -> Float[np.ndarray, "3"]:
    """From back to front of a head band."""
    return np.asarray(head["LFHD"] + head["RFHD"] - head["LBHD"] - head["RBHD"])


def _check_head_shape(head: Points, source: Path) -> None:
    names, places = list(head), np.stack(list(head.values()))
    gaps = distances(places) + np.eye(len(head))
    a, b = np.unravel_index(int(gaps.argmin()), gaps.shape)
    if gaps[a, b] < _CLOSEST_M:
        one, other, apart_mm = names[a], names[b], gaps[a, b] * 1e3
        mend = marker_setting(other)
        raise RecordingError(
            "markers.one_place", source, remedy=mend, one=one, other=other, apart_mm=apart_mm
        )
    if flatness(places) < _FLATTEST_HEAD_M:
        mend = Setting("markers")
        raise RecordingError("markers.on_a_line", source, remedy=mend, names=tuple(names))


def _check_order(
    thorax: Points,
    order: tuple[tuple[str, str], ...],
    direction: Float[np.ndarray, "3"],
    what: str,
    source: Path,
) -> None:
    for one, other in order:
        if one in thorax and other in thorax:
            step = (thorax[one] - thorax[other]) @ direction
            if step < -_SLACK_M:
                facts: dict[str, Any] = {"one": one, "other": other, "wrong_mm": -step * 1e3}
                facts |= {"markers": marker_setting(one, other)}
                facts |= {"up": Setting("up"), "forward": Setting("forward")}
                raise RecordingError(what, source, **facts)


def _check_sides(points: Points, right: Float[np.ndarray, "3"], source: Path) -> None:
    for left, other in (*SIDES, SHOULDERS):
        both = left in points and other in points
        if both and (points[other] - points[left]) @ right < 0.0:
            facts: dict[str, Any] = {"left": left, "right": other, "forward": Setting("forward")}
            facts |= {"swap": Setting("swap_sides", True), "mirror": Setting("mirror", "X")}
            raise RecordingError("markers.sides", source, **facts)


def _check_top(head: Points, up: Float[np.ndarray, "3"], source: Path) -> None:
    if "TP" not in head:
        return
    above = tuple(name for name in head if (head[name] - head["TP"]) @ up > _SLACK_M)
    if above:
        raise RecordingError(
            "markers.top_below", source, names=above, markers=marker_setting("TP"), up=Setting("up")
        )
