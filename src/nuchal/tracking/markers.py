"""The person in a recording: head and torso markers picked out, gaps filled."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from nuchal.conventions import MARKERS
from nuchal.errors import RecordingError, Setting
from nuchal.findings import Assumed, Finding, Found, finding
from nuchal.records import Recording
from nuchal.tracking.gaps import SeenMarkers, fill_gaps
from nuchal.tracking.lies.exchanged import exchange_back
from nuchal.tracking.lies.mending import mended_head, mended_thorax, refuse_too_little
from nuchal.tracking.lies.outliers import some_markers
from nuchal.tracking.names.marker_sets import MarkerNames, marker_setting
from nuchal.tracking.names.naming import recognise
from nuchal.tracking.names.same_head import LARGEST_HEAD_M, leave_out_far_off
from nuchal.tracking.place.placement import check_size
from nuchal.tracking.smoothing import MIN_FRAMES, segments, usable_cutoff

# Half an hour at 100 Hz; solving takes 25 kB of memory a frame.
MOST_FRAMES = 200_000


def name_markers(
    recording: Recording, *, explicit: Mapping[str, str], swap_sides: bool
) -> MarkerNames:
    """Recognise the markers that are seen at least once.

    Raises:
        RecordingError: too few frames or markers, a mapped marker that is never seen, or a name
            that several markers have.
    """
    check_time(np.asarray(recording.time, dtype=float), recording.source)
    seen = np.atleast_1d(np.asarray(recording.visible).any(axis=0))
    there = dict(zip(recording.names, seen, strict=True))
    for ours, name in explicit.items():
        if not there.get(name, True):
            source, mend = recording.source, marker_setting(ours)
            raise RecordingError("markers.never_seen", source, remedy=mend, name=name, ours=ours)
    found = recognise(
        [name for name in recording.names if there[name]],
        source=recording.source,
        explicit=explicit,
        swap_sides=swap_sides,
        unseen=[name for name in recording.names if not there[name]],
    )
    found = leave_out_far_off(recording, found, explicit)
    used = found.files_names((*found.head, *found.thorax))
    twice = [name for name in recording.twice if name in used]
    if twice:
        raise _same_names(recording, twice)
    return found


def _same_names(recording: Recording, names: Sequence[str]) -> RecordingError:
    """Names of two markers each: of two people, if one of them has a prefix that was removed."""
    for note in recording.notes:
        if note.what is Found.PREFIX_REMOVED:
            prefix = str(note.values["prefix"])
            mend = Setting("person", prefix.rstrip(":"))
            facts: dict[str, Any] = {"names": names, "prefix": prefix}
            return RecordingError("recording.also_bare", recording.source, remedy=mend, **facts)
    return RecordingError("recording.same_names", recording.source, names=names)


def common_names(trial: MarkerNames, static: MarkerNames, source: Path) -> MarkerNames:
    """The markers of the trial that the static trial has too.

    Raises:
        RecordingError: fewer than three head markers in common.
    """
    head = tuple(name for name in trial.head if name in static.head)
    if len(head) < 3:
        common, mend = len(head), Setting("static")
        raise RecordingError(
            "neutral.other_markers", source, remedy=mend, common=common, names=trial.head
        )
    thorax = tuple(name for name in trial.thorax if name in static.thorax)
    return replace(trial, head=head, thorax=thorax)


def pick_markers(
    recording: Recording, names: MarkerNames, *, max_gap_s: float, cutoff_hz: float
) -> SeenMarkers:
    """Pick the named markers, mend or drop what is false and fill the gaps.

    Raises:
        RecordingError: an unlikely unit, exchanged or loose markers, or no frame with enough.
    """
    there = some_markers(recording, names.files_names((*names.head, *names.thorax)))
    _check_unit(names.head, some_markers(there, there.names[: len(names.head)]))
    there, exchanged = exchange_back(there)
    head = some_markers(there, there.names[: len(names.head)])
    thorax = some_markers(there, there.names[len(names.head) :])
    head, of_head = mended_head(head, max_gap_s=max_gap_s)
    thorax, of_thorax = mended_thorax(thorax, max_gap_s=max_gap_s)
    time, found = np.asarray(head.time), (*exchanged, *of_head, *of_thorax)
    bridged = {"max_gap_s": max_gap_s, "cutoff_hz": usable_cutoff(cutoff_hz, time)}
    filled = [
        fill_gaps(time, np.asarray(part.positions), np.asarray(part.visible), **bridged)
        for part in (head, thorax)
    ]
    seen = SeenMarkers(recording.source, time, names, filled[0], filled[1], found)
    refuse_too_little(seen, found)
    if not seen.known.any():
        facts = {"names": there.names, "max_gap_s": max_gap_s, **seen.rarest()}
        raise RecordingError("frames.none_whole", seen.source, remedy=Setting("max_gap_s"), **facts)
    return seen


def marker_findings(seen: SeenMarkers, max_gap_s: float) -> Iterator[Finding]:
    """Which head markers are used, what was mended, what was filled and what stays open."""
    names = seen.names
    carried = not set(MARKERS) <= set(names.head)
    what = Found.HEAD_MARKERS_CARRY if carried else Found.HEAD_MARKERS
    yield finding(what, names=names.files_names(names.head))
    if names.far_off:
        yield finding(Assumed.NOT_ON_HEAD, names=names.far_off, limit_m=LARGEST_HEAD_M)
    yield from seen.mended
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
        frame = int(wrong[0]) + 1
        facts: dict[str, Any] = {"from_s": time[frame - 1], "to_s": time[frame]}
        raise RecordingError(
            "frames.time_stands", source, frame=frame, next_frame=frame + 1, **facts
        )


def _check_unit(names: tuple[str, ...], head: Recording) -> None:
    together = head.positions[head.visible.all(axis=1)]
    if len(together):
        places = np.median(together - together[:, :1], axis=0)
        check_size(dict(zip(names, places, strict=True)), source=head.source, units=head.units)
