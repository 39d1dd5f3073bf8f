"""The neutral pose: where the recording holds still with the head straight ahead."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float
from scipy.ndimage import uniform_filter1d

from nuchal.errors import RecordingError
from nuchal.tracking.calibration import PAIRS, thorax_poses
from nuchal.tracking.naming import TRUNK
from nuchal.tracking.observation import Scene, rarest

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
        how: How the frames were chosen, as the end of a sentence.
    """

    source: Path
    first_frame: int
    last_frame: int
    how: str
    head: Float[np.ndarray, "h 3"]
    thorax: Float[np.ndarray, "m 3"]


def find_neutral(scene: Scene, *, window_s: tuple[float, float] | None) -> NeutralPose:
    """The neutral pose of a recording.

    A window that the user states goes first. Else it is the first half second in which no head
    marker moves by more than 5 mm against the thorax and the head faces where the trunk does,
    as far as the markers tell; else the best there is, and the sentence says so.

    Raises:
        RecordingError: a window without usable frames, or no half second of them at all.
    """
    known = scene.known
    first = int(np.flatnonzero(known)[0])
    still = thorax_poses(scene.thorax.positions[first], scene.thorax.positions)[0]
    if window_s is None:
        start, stop, how = _quiet_window(scene, still.local(scene.head.positions))
    else:
        start, stop = _given_window(scene, window_s)
        how = "the window that was given"
    chosen = np.arange(start, stop + 1)[known[start : stop + 1]]
    return NeutralPose(
        source=scene.source,
        first_frame=start,
        last_frame=stop,
        how=how,
        head=scene.head.positions[chosen].mean(axis=0),
        thorax=scene.thorax.positions[chosen].mean(axis=0),
    )


def check_same_head(scene: Scene, neutral: NeutralPose) -> None:
    """Refuse a static trial whose head markers are placed otherwise.

    Raises:
        RecordingError: naming the two markers whose distance differs most.
    """
    here = np.median(_distances(scene.head.positions[scene.known]), axis=0)
    there = _distances(neutral.head[None])[0]
    a, b = np.unravel_index(int(np.abs(here - there).argmax()), here.shape)
    if abs(here[a, b] - there[a, b]) > _LARGEST_SHAPE_CHANGE_M:
        raise RecordingError(
            neutral.source,
            f"{scene.names.head[a]} and {scene.names.head[b]} lie {there[a, b] * 1e3:.0f} mm apart "
            f"in the static trial and {here[a, b] * 1e3:.0f} mm in {scene.source}, so the markers "
            "were placed or named otherwise; give the static trial of the same session, or leave "
            "out --static.",
        )


def head_turn(
    head_names: Sequence[str],
    head: Float[np.ndarray, "t h 3"],
    thorax_names: Sequence[str],
    thorax: Float[np.ndarray, "t m 3"],
) -> Float[np.ndarray, " t"] | None:
    """Angle between the left-right lines of head and trunk [rad], if there are markers for both."""
    across = _pair_lines(head_names, head)
    trunk = [k for k, name in enumerate(thorax_names) if name in TRUNK]
    if len(trunk) >= 3:
        spread = thorax[:, trunk] - thorax[:, trunk].mean(axis=1, keepdims=True)
        sideways: Float[np.ndarray, "t 3"] | None = np.linalg.svd(spread)[2][:, 2]
    else:
        sideways = _pair_lines(thorax_names, thorax)
    if across is None or sideways is None:
        return None
    cosine = np.abs((across * sideways).sum(axis=1))
    size = np.linalg.norm(across, axis=1) * np.linalg.norm(sideways, axis=1)
    return np.asarray(np.arccos(np.clip(cosine / np.maximum(size, 1e-12), 0.0, 1.0)))


def _pair_lines(
    names: Sequence[str], positions: Float[np.ndarray, "t m 3"]
) -> Float[np.ndarray, "t 3"] | None:
    column = {name: k for k, name in enumerate(names)}
    lines = [
        positions[:, column[right]] - positions[:, column[left]]
        for left, right in (*PAIRS, ("LSHO", "RSHO"))
        if left in column and right in column
    ]
    return np.mean(lines, axis=0) if lines else None


def _given_window(scene: Scene, window_s: tuple[float, float]) -> tuple[int, int]:
    time = scene.time
    inside = np.flatnonzero((time >= window_s[0]) & (time <= window_s[1]) & scene.known)
    if inside.size == 0:
        raise RecordingError(
            scene.source,
            f"no frame with all its markers lies between {window_s[0]:g} and {window_s[1]:g} s "
            f"(the recording lasts from {time[0]:.2f} to {time[-1]:.2f} s); choose another "
            "--neutral window.",
        )
    return int(inside[0]), int(inside[-1])


def _quiet_window(scene: Scene, relative: Float[np.ndarray, "t h 3"]) -> tuple[int, int, str]:
    """The first quiet half second that faces ahead, or the nearest to it."""
    time = scene.time
    length = min(len(time), max(2, round(QUIET_WINDOW_S / float(np.median(np.diff(time))))))
    calm = uniform_filter1d(relative, max(1, round(length * _CALM_SHARE)), axis=0)
    spread = _window_spread(calm, scene.known, length)
    if not np.isfinite(spread).any():
        raise RecordingError(
            scene.source,
            f"there are no {length} frames on end with all the markers, so that no neutral pose "
            f"can be found ({_rarest(scene)}); fill the gaps in the motion-capture software, raise "
            "--max-gap, or give a static trial with --static.",
        )
    turn = head_turn(
        scene.names.head, scene.head.positions, scene.names.thorax, scene.thorax.positions
    )
    middle = np.zeros(len(spread)) if turn is None else _rolling_mean(turn, length)
    quiet = np.flatnonzero(spread <= QUIET_SPREAD_M)
    straight = quiet[middle[quiet] <= STRAIGHT_RAD]
    lasts = "half second" if len(time) > length else "moment (the whole recording)"
    if straight.size:
        start = int(straight[0])
        facing = "" if turn is None else " and faces ahead"
        how = f"the first {lasts} in which the head stays within 5 mm{facing}"
    elif quiet.size:
        start = int(quiet[middle[quiet].argmin()])
        how = (
            "the half second in which the head stays within 5 mm and turns away least, by "
            f"{np.degrees(middle[start]):.0f} degrees (if that is not the neutral pose, state it "
            "with --neutral or --static)"
        )
    else:
        start = int(np.argmin(spread))
        how = (
            f"the half second of least movement, which still is {spread[start] * 1e3:.0f} mm (if "
            "that is not the neutral pose, state it with --neutral or --static)"
        )
    return start, start + length - 1, how


def _rarest(scene: Scene) -> str:
    names = scene.names.files_names((*scene.names.head, *scene.names.thorax))
    return rarest(names, np.concatenate([scene.head.known, scene.thorax.known], axis=1))


def _window_spread(
    head: Float[np.ndarray, "t h 3"], known: Bool[np.ndarray, " t"], length: int
) -> Float[np.ndarray, " w"]:
    """Largest edge of the box that any marker fills in each window; infinite with gaps."""
    windows = np.lib.stride_tricks.sliding_window_view(head, length, axis=0)
    spread = np.ptp(windows, axis=-1).max(axis=(1, 2))
    whole = np.lib.stride_tricks.sliding_window_view(known, length).all(axis=1)
    return np.where(whole, spread, np.inf)


def _rolling_mean(values: Float[np.ndarray, " t"], length: int) -> Float[np.ndarray, " w"]:
    return np.asarray(np.lib.stride_tricks.sliding_window_view(values, length).mean(axis=1))


def _distances(points: Float[np.ndarray, "t m 3"]) -> Float[np.ndarray, "t m m"]:
    return np.asarray(np.linalg.norm(points[:, :, None] - points[:, None], axis=3))
