"""The neutral pose: where the recording holds still with the head straight ahead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.ndimage import uniform_filter1d

from nuchal.errors import RecordingError, Setting
from nuchal.findings import Assumed, Finding, Found, finding
from nuchal.tracking.gaps import SeenMarkers
from nuchal.tracking.names.marker_sets import SHOULDERS, TRUNK, MarkerNames, pairs_among
from nuchal.tracking.rigid import Points, distances, thorax_poses

QUIET_WINDOW_S = 0.5
# A window is quiet where no head marker leaves a box of this size.
QUIET_SPREAD_M = 0.005
# The head looks straight ahead where its left-right line is that close to the trunk's.
STRAIGHT_RAD = float(np.radians(15.0))
# Part of the window over which markers are averaged before their movement counts.
_CALM_SHARE = 0.2
_LARGEST_SHAPE_CHANGE_M = 0.015


@dataclass(frozen=True, kw_only=True)
class NeutralPose:
    """The markers' mean places in the neutral pose, in laboratory axes [m].

    Attributes:
        last_frame: Zero-based, included.
        found: Which frames these are and how they were chosen.
    """

    source: Path
    first_frame: int
    last_frame: int
    found: Finding
    head: Float[np.ndarray, "h 3"]
    thorax: Float[np.ndarray, "m 3"]

    def by_name(self, names: MarkerNames) -> tuple[Points, Points]:
        """Places of the head's and of the torso's markers, by our names."""
        head = dict(zip(names.head, self.head, strict=True))
        return head, dict(zip(names.thorax, self.thorax, strict=True))


class _Window(NamedTuple):
    """Frames from first to last, included, and how they were chosen."""

    first: int
    last: int
    what: Found | Assumed
    values: Mapping[str, Any]


def find_neutral(seen: SeenMarkers, *, window_s: tuple[float, float] | None) -> NeutralPose:
    """The neutral pose of a recording.

    A window that the user states goes first. Else it is the first half second in which no head
    marker moves by more than 5 mm against the thorax and the head faces where the trunk does,
    as far as the markers tell; else the best there is, and the finding says so.

    Raises:
        RecordingError: a window without usable frames, or no half second of them at all.
    """
    window = _quiet_window(seen) if window_s is None else _given_window(seen, window_s)
    frames = np.arange(window.first, window.last + 1)
    chosen = frames[seen.known[frames]]
    frames_from_one = {"first": window.first + 1, "last": window.last + 1}
    return NeutralPose(
        source=seen.source,
        first_frame=window.first,
        last_frame=window.last,
        found=finding(window.what, **frames_from_one, file=seen.source.name, **window.values),
        head=seen.head.positions[chosen].mean(axis=0),
        thorax=seen.thorax.positions[chosen].mean(axis=0),
    )


def check_same_head(seen: SeenMarkers, neutral: NeutralPose) -> None:
    """Refuse a static trial whose head markers are placed otherwise.

    Raises:
        RecordingError: naming the two markers whose distance differs most.
    """
    here = np.median(distances(seen.head.positions[seen.known]), axis=0)
    there = distances(neutral.head)
    a, b = np.unravel_index(int(np.abs(here - there).argmax()), here.shape)
    if abs(here[a, b] - there[a, b]) > _LARGEST_SHAPE_CHANGE_M:
        names, mend = seen.names.head, Setting("static")
        facts: dict[str, Any] = {"there_mm": there[a, b] * 1e3, "here_mm": here[a, b] * 1e3}
        facts |= {"one": names[a], "other": names[b], "recording": seen.source}
        raise RecordingError("neutral.other_places", neutral.source, remedy=mend, **facts)


def quiet_windows(seen: SeenMarkers) -> tuple[Int[np.ndarray, " w"], int]:
    """First frames of all windows in which no head marker moves, and how many frames they last."""
    length = _window_length(seen)
    return np.flatnonzero(_window_spread(seen, length) <= QUIET_SPREAD_M), length


def _window_length(seen: SeenMarkers) -> int:
    frame_s = float(np.median(np.diff(seen.time)))
    return min(len(seen.time), max(2, round(QUIET_WINDOW_S / frame_s)))


def _head_turn(seen: SeenMarkers) -> Float[np.ndarray, " t"] | None:
    """Angle between the left-right lines of head and trunk [rad], if there are markers for both."""
    thorax = seen.thorax.positions
    across = _pair_lines(seen.names.head, seen.head.positions)
    sideways = _pair_lines(seen.names.thorax, thorax)
    trunk = [k for k, name in enumerate(seen.names.thorax) if name in TRUNK]
    if len(trunk) >= 3:
        spread = thorax[:, trunk] - thorax[:, trunk].mean(axis=1, keepdims=True)
        sideways = np.asarray(np.linalg.svd(spread)[2][:, 2])
    if across is None or sideways is None:
        return None
    cosine = np.abs((across * sideways).sum(axis=1))
    size = np.linalg.norm(across, axis=1) * np.linalg.norm(sideways, axis=1)
    return np.asarray(np.arccos(np.clip(cosine / np.maximum(size, 1e-12), 0.0, 1.0)))


def _pair_lines(
    names: Sequence[str], positions: Float[np.ndarray, "t m 3"]
) -> Float[np.ndarray, "t 3"] | None:
    column = {name: k for k, name in enumerate(names)}
    pairs = pairs_among(names)
    if all(name in column for name in SHOULDERS):
        pairs.append(SHOULDERS)
    lines = [positions[:, column[right]] - positions[:, column[left]] for left, right in pairs]
    return np.mean(lines, axis=0) if lines else None


def _given_window(seen: SeenMarkers, window_s: tuple[float, float]) -> _Window:
    first, last = given_frames(seen.source, seen.time, seen.known, window_s)
    return _Window(first, last, Found.NEUTRAL_GIVEN, {})


def given_frames(
    source: Path,
    time: Float[np.ndarray, " t"],
    known: Bool[np.ndarray, " t"],
    window_s: tuple[float, float],
) -> tuple[int, int]:
    """First and last known frame of the window that the user states.

    Raises:
        RecordingError: there is none.
    """
    start, end = window_s
    inside = np.flatnonzero((time >= start) & (time <= end) & known)
    if inside.size == 0:
        mend, facts = Setting("neutral_window_s"), {"start_s": time[0], "end_s": time[-1]}
        raise RecordingError(
            "neutral.empty_window", source, remedy=mend, from_s=start, to_s=end, **facts
        )
    return int(inside[0]), int(inside[-1])


def _quiet_window(seen: SeenMarkers) -> _Window:
    """The first quiet half second that faces ahead, or the nearest to it."""
    frame_s = float(np.median(np.diff(seen.time)))
    length = _window_length(seen)
    spread = _window_spread(seen, length)
    turn = _head_turn(seen)
    turned = np.zeros(len(spread)) if turn is None else _rolling_mean(turn, length)
    quiet = np.flatnonzero(spread <= QUIET_SPREAD_M)
    straight = quiet[turned[quiet] <= STRAIGHT_RAD]
    what: Found | Assumed
    values: dict[str, Any] = {"lasts_s": length * frame_s}
    if straight.size:
        start, what = int(straight[0]), Found.NEUTRAL_QUIET if turn is None else Found.NEUTRAL_AHEAD
        values["within_mm"] = QUIET_SPREAD_M * 1e3
    elif quiet.size:
        start, what = int(quiet[turned[quiet].argmin()]), Assumed.NEUTRAL_TURNED
        values |= {"within_mm": QUIET_SPREAD_M * 1e3, "turned_deg": np.degrees(turned[start])}
    else:
        start, what = int(np.argmin(spread)), Assumed.NEUTRAL_MOVING
        values["moves_mm"] = spread[start] * 1e3
    if isinstance(what, Assumed):
        values |= {"neutral": Setting("neutral_window_s"), "static": Setting("static")}
    return _Window(start, start + length - 1, what, values)


def _window_spread(seen: SeenMarkers, length: int) -> Float[np.ndarray, " w"]:
    """How far head markers move in the thorax in each window [m]; infinite with gaps.

    Raises:
        RecordingError: there is no window without gaps.
    """
    first = int(np.flatnonzero(seen.known)[0])
    thorax, _ = thorax_poses(seen.thorax.positions[first], seen.thorax.positions)
    head = thorax.local(seen.head.positions)
    calm = uniform_filter1d(head, max(1, round(length * _CALM_SHARE)), axis=0)
    windows = np.lib.stride_tricks.sliding_window_view(calm, length, axis=0)
    spread = np.ptp(windows, axis=-1).max(axis=(1, 2))
    whole = np.lib.stride_tricks.sliding_window_view(seen.known, length).all(axis=1)
    if not whole.any():
        mend = {"max_gap": Setting("max_gap_s"), "static": Setting("static")}
        facts = {"length": length, **mend, **seen.rarest()}
        raise RecordingError("neutral.no_quiet_frames", seen.source, **facts)
    return np.where(whole, spread, np.inf)


def _rolling_mean(values: Float[np.ndarray, " t"], length: int) -> Float[np.ndarray, " w"]:
    return np.asarray(np.lib.stride_tricks.sliding_window_view(values, length).mean(axis=1))
