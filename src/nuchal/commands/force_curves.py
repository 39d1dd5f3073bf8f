"""A file's forces on the frames of a motion: one clock, gaps bridged, smoothed as the motion is.

Force and moment are smoothed, not the point: where little pulls, a point is mostly noise. Both get
the cut-off of the coordinates, for accelerations and forces that are filtered differently make
moments that nobody has (Bisseling and Hof 2006, doi 10.1016/j.jbiomech.2005.07.021).
"""

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from jaxtyping import Bool, Float

from nuchal.dynamics.external import MeasuredForces
from nuchal.errors import RecordingError, Setting
from nuchal.io.recordings.forces import ForceRecording
from nuchal.tracking.motion import TrackedMotion
from nuchal.tracking.place.axes import parse_axis
from nuchal.tracking.smoothing import MIN_FRAMES, segments, smooth, usable_cutoff

# Time beside the motion that smoothing leans on, in periods of the cut-off.
_CONTEXT_PERIODS: Final = 4.0
# Frames, or samples if these are farther apart, for which the first and last force are held.
_HELD: Final = 1.5


def forces_on_frames(
    read: ForceRecording, tracked: TrackedMotion, *, delay_s: float, apart: bool, max_gap_s: float
) -> MeasuredForces:
    """Forces at the times of the frames, smoothed.

    Args:
        read: As the file has them.
        tracked: The motion, for its times and its filter.
        delay_s: How late the file's clock is.
        apart: Whether points have a frame of reference of their own.
        max_gap_s: Longest gap that is bridged.

    Raises:
        RecordingError: The forces lie elsewhere in time, or a gap is too long.
    """
    frames = np.asarray(tracked.motion.time)
    time = read.time - delay_s
    _refuse_elsewhere(read, time, frames)
    cutoff = usable_cutoff(tracked.cutoff_hz, time)
    _refuse_gaps(read.source, time, read.known, frames, max_gap_s)
    beside = _CONTEXT_PERIODS / cutoff + max_gap_s
    near = np.abs(time - np.clip(time, frames[0], frames[-1])) <= beside
    near[max(int(np.argmax(near)) - MIN_FRAMES, 0) : int(np.argmax(near)) + MIN_FRAMES] = True
    some = _part(read, near)
    time, known = time[near], read.known[near]
    point = np.zeros_like(some.force) if some.point is None else some.point
    moment = some.torque if apart else some.torque + np.cross(point, some.force)
    count = len(read.names)
    columns = np.concatenate([some.force, moment], axis=1).reshape(len(time), -1)
    at = np.clip(frames, time[known][0], time[known][-1])
    bridged = _bridged(time, columns, known)
    smoothed = smooth(time, bridged, cutoff_hz=cutoff, at=at).value.reshape(len(at), 2 * count, 3)
    placed, seen = _points(time, point, some.point_known, at)
    return MeasuredForces(
        force=smoothed[:, :count], point=placed, moment=smoothed[:, count:], known=seen
    )


def mirrored_forces(
    read: ForceRecording, mirror: str, forces: bool, points: bool
) -> ForceRecording:
    """Forces of a laboratory with one axis of its file reversed; a torque keeps that axis.

    ``forces`` and ``points`` say which of both the laboratory's axes are for.
    """
    flip = 1.0 - 2.0 * np.abs(parse_axis(Setting("mirror", mirror), read.source))
    of_force, of_point = (flip if told else np.ones(3) for told in (forces, points))
    turn = -flip if forces else np.ones(3)
    point = None if read.point is None else read.point * of_point
    return replace(read, force=read.force * of_force, point=point, torque=read.torque * turn)


def _refuse_elsewhere(
    read: ForceRecording, time: Float[np.ndarray, " n"], frames: Float[np.ndarray, " t"]
) -> None:
    """Refuse forces that are not known from the first frame to the last."""
    if not read.known.any():
        raise RecordingError("force.nothing_known", read.source)
    if len(time) < MIN_FRAMES:
        raise RecordingError("force.too_few", read.source, found=len(time), least=MIN_FRAMES)
    start, end = time[read.known][[0, -1]]
    step = float(np.median(np.diff(frames))) if len(frames) > 1 else 0.0
    held = _HELD * max(step, float(np.median(np.diff(time))))
    if start > frames[0] + held or end < frames[-1] - held:
        apart = start > frames[-1] or end < frames[0]
        raise RecordingError(
            "force.elsewhere" if apart else "force.too_short",
            read.source,
            remedy=Setting("force_delay_s"),
            from_s=float(start),
            to_s=float(end),
            first_s=float(frames[0]),
            last_s=float(frames[-1]),
        )


def _refuse_gaps(
    path: Path,
    time: Float[np.ndarray, " n"],
    known: Bool[np.ndarray, " n"],
    frames: Float[np.ndarray, " t"],
    max_gap_s: float,
) -> None:
    """Refuse gaps beside or between which no straight line may go."""
    for start, stop in segments(~known):
        if start == 0 or stop == len(time):
            continue
        begin, end = float(time[start - 1]), float(time[stop])
        if end - begin > max_gap_s and begin < frames[-1] and end > frames[0]:
            remedy = Setting("max_gap_s")
            facts: dict[str, Any] = {"from_s": begin, "to_s": end, "longest_s": max_gap_s}
            raise RecordingError("force.gap", path, remedy=remedy, **facts)


def _part(read: ForceRecording, some: Bool[np.ndarray, " n"]) -> ForceRecording:
    return replace(
        read,
        force=read.force[some],
        point=None if read.point is None else read.point[some],
        torque=read.torque[some],
        point_known=read.point_known[some],
    )


def _bridged(
    time: Float[np.ndarray, " n"], columns: Float[np.ndarray, "n c"], known: Bool[np.ndarray, " n"]
) -> Float[np.ndarray, "n c"]:
    """Columns with straight lines over what is not known, held at the ends."""
    if known.all():
        return columns
    return np.stack([np.interp(time, time[known], one[known]) for one in columns.T], axis=1)


def _points(
    time: Float[np.ndarray, " n"],
    point: Float[np.ndarray, "n k 3"],
    known: Bool[np.ndarray, "n k"],
    at: Float[np.ndarray, " t"],
) -> tuple[Float[np.ndarray, "t k 3"], Bool[np.ndarray, "t k"]]:
    """Points at the frames by straight lines, and whether one is known there."""
    placed = np.zeros((len(at), *point.shape[1:]))
    seen = np.zeros(placed.shape[:2], dtype=bool)
    for k in range(point.shape[1]):
        there = known[:, k]
        if there.any():
            of = point[there, k]
            placed[:, k] = np.stack([np.interp(at, time[there], one) for one in of.T], axis=1)
            seen[:, k] = np.interp(at, time, there.astype(float)) == 1.0
    return placed, seen
