"""The person in a recording: head and torso markers picked out, gaps filled."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from nuchal.conventions import MARKERS
from nuchal.errors import RecordingError, Setting
from nuchal.findings import Assumed, Finding, Found, finding
from nuchal.records import Recording
from nuchal.tracking.gaps import Filled, fill_gaps
from nuchal.tracking.naming import MarkerNames, naming, recognise
from nuchal.tracking.outliers import LARGEST_STRAY_M, drop_strays, refuse_exchanged
from nuchal.tracking.placement import check_size
from nuchal.tracking.smoothing import MIN_FRAMES, segments, usable_cutoff

# Half an hour at 100 Hz; solving takes 25 kB of memory a frame.
MOST_FRAMES = 200_000


@dataclass(frozen=True, kw_only=True)
class SeenMarkers:
    """The markers of one person in one recording, in laboratory axes.

    Attributes:
        time: [s].
        strays: Head markers that were astray, by their names in the file, and in how many frames.
    """

    source: Path
    time: Float[np.ndarray, " t"]
    names: MarkerNames
    head: Filled
    thorax: Filled
    strays: Mapping[str, int]

    @property
    def known(self) -> Bool[np.ndarray, " t"]:
        """Frames in which every marker is seen or filled."""
        return np.asarray(self.head.known.all(axis=1) & self.thorax.known.all(axis=1))

    @property
    def filled(self) -> Bool[np.ndarray, " t"]:
        """Frames that are known, but in which some marker was filled."""
        some = self.head.filled.any(axis=1) | self.thorax.filled.any(axis=1)
        return np.asarray(some & self.known)

    def rarest(self) -> dict[str, Any]:
        """The marker that is seen least: its name, in how many frames, and of how many."""
        names = self.names.files_names((*self.names.head, *self.names.thorax))
        seen = [part.known & ~part.filled for part in (self.head, self.thorax)]
        counts = np.concatenate(seen, axis=1).sum(axis=0)
        k = int(counts.argmin())
        return {"rarest": names[k], "seen": int(counts[k]), "frames": len(self.time)}


def name_markers(
    recording: Recording, *, explicit: Mapping[str, str], swap_sides: bool
) -> MarkerNames:
    """Recognise the markers that are seen at least once.

    Raises:
        RecordingError: too few frames or markers, or a mapped marker that is never seen.
    """
    check_time(np.asarray(recording.time, dtype=float), recording.source)
    seen = np.atleast_1d(np.asarray(recording.visible).any(axis=0))
    there = dict(zip(recording.names, seen, strict=True))
    for ours, name in explicit.items():
        if not there.get(name, True):
            raise RecordingError(
                "markers.never_seen", recording.source, remedy=naming(ours), name=name, ours=ours
            )
    return recognise(
        [name for name in recording.names if there[name]],
        source=recording.source,
        explicit=explicit,
        swap_sides=swap_sides,
        unseen=[name for name in recording.names if not there[name]],
    )


def common_names(trial: MarkerNames, static: MarkerNames, source: Path) -> MarkerNames:
    """The markers of the trial that the static trial has too.

    Raises:
        RecordingError: fewer than three head markers in common.
    """
    head = tuple(name for name in trial.head if name in static.head)
    if len(head) < 3:
        raise RecordingError(
            "neutral.other_markers",
            source,
            remedy=Setting("static"),
            common=len(head),
            names=trial.head,
        )
    thorax = tuple(name for name in trial.thorax if name in static.thorax)
    return MarkerNames(in_file=trial.in_file, head=head, thorax=thorax)


def pick_markers(
    recording: Recording, names: MarkerNames, *, max_gap_s: float, cutoff_hz: float
) -> SeenMarkers:
    """Pick the named markers, drop what is astray and fill the gaps.

    Raises:
        RecordingError: an unlikely unit, exchanged or loose markers, or no frame with enough.
    """
    time, source = np.asarray(recording.time, dtype=float), recording.source
    in_file, heads = names.files_names((*names.head, *names.thorax)), len(names.head)
    columns = [recording.names.index(name) for name in in_file]
    positions = np.asarray(recording.positions, dtype=float)[:, columns]
    visible = np.asarray(recording.visible)[:, columns]
    head, thorax = positions[:, :heads], positions[:, heads:]
    _check_unit(names.head, head, visible[:, :heads], recording)
    refuse_exchanged(time, in_file, positions, visible, source=source)
    kept, strays = drop_strays(time, in_file[:heads], head, visible[:, :heads], source=source)
    cutoff = usable_cutoff(cutoff_hz, time)
    seen = SeenMarkers(
        source=source,
        time=time,
        names=names,
        head=fill_gaps(time, head, kept, max_gap_s=max_gap_s, cutoff_hz=cutoff),
        thorax=fill_gaps(time, thorax, visible[:, heads:], max_gap_s=max_gap_s, cutoff_hz=cutoff),
        strays=strays,
    )
    if not seen.known.any():
        raise RecordingError(
            "frames.none_whole",
            source,
            remedy=Setting("max_gap_s"),
            names=in_file,
            max_gap_s=max_gap_s,
            **seen.rarest(),
        )
    return seen


def marker_findings(seen: SeenMarkers, max_gap_s: float) -> Iterator[Finding]:
    """Which head markers are used, which were astray, what was filled and what stays open."""
    names = seen.names
    carried = not set(MARKERS) <= set(names.head)
    what = Found.HEAD_MARKERS_CARRY if carried else Found.HEAD_MARKERS
    yield finding(what, names=names.files_names(names.head))
    for name, frames in seen.strays.items():
        yield finding(Assumed.STRAY, name=name, limit_mm=LARGEST_STRAY_M * 1e3, frames=frames)
    if seen.filled.any():
        yield finding(Assumed.FILLED, frames=int(seen.filled.sum()), max_gap_s=max_gap_s)
    open_parts = segments(~seen.known)
    if open_parts:
        frames = sum(stop - start for start, stop in open_parts)
        yield finding(Found.OPEN_GAPS, frames=frames, gaps=len(open_parts))


def check_time(time: Float[np.ndarray, " t"], source: Path) -> None:
    """Refuse too few or too many frames, and time that stands still or goes back.

    Raises:
        RecordingError: naming the frame.
    """
    frames = len(time)
    if frames < MIN_FRAMES:
        raise RecordingError("frames.too_few", source, frames=frames, least=MIN_FRAMES)
    if frames > MOST_FRAMES:
        raise RecordingError("frames.too_many", source, frames=frames, most=MOST_FRAMES)
    wrong = np.flatnonzero(np.diff(time) <= 0.0)
    if wrong.size:
        k = int(wrong[0])
        raise RecordingError(
            "frames.time_stands",
            source,
            frame=k + 1,
            from_s=time[k],
            next_frame=k + 2,
            to_s=time[k + 1],
        )


def _check_unit(
    names: tuple[str, ...],
    positions: Float[np.ndarray, "t h 3"],
    visible: Bool[np.ndarray, "t h"],
    recording: Recording,
) -> None:
    together = positions[visible.all(axis=1)]
    if len(together):
        places = np.median(together - together[:, :1], axis=0)
        head = dict(zip(names, places, strict=True))
        check_size(head, source=recording.source, units=recording.units)
