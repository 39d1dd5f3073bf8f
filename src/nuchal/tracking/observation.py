"""The person in a recording: head and torso markers picked out, gaps filled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float

from nuchal.errors import RecordingError
from nuchal.records import Recording
from nuchal.tracking.gaps import Filled, fill_gaps
from nuchal.tracking.laboratory import check_size
from nuchal.tracking.naming import MarkerNames, recognise
from nuchal.tracking.outliers import believe, refuse_exchanged
from nuchal.tracking.smoothing import MIN_FRAMES, usable_cutoff

# Half an hour at 100 Hz; solving takes 25 kB of memory a frame.
MOST_FRAMES = 200_000


@dataclass(frozen=True, kw_only=True)
class Scene:
    """The markers of one person in one recording, in laboratory axes.

    Attributes:
        time: [s].
        dropped: Head markers that were astray, by their names in the file, and in how many frames.
    """

    source: Path
    time: Float[np.ndarray, " t"]
    names: MarkerNames
    head: Filled
    thorax: Filled
    dropped: tuple[tuple[str, int], ...] = ()

    @property
    def known(self) -> Bool[np.ndarray, " t"]:
        """Frames in which every marker is seen or filled."""
        return np.asarray(self.head.known.all(axis=1) & self.thorax.known.all(axis=1))

    @property
    def filled(self) -> Bool[np.ndarray, " t"]:
        """Frames that are known, but in which some marker was filled."""
        some = self.head.filled.any(axis=1) | self.thorax.filled.any(axis=1)
        return np.asarray(some & self.known)


def name_markers(
    recording: Recording, *, explicit: Mapping[str, str], swap_sides: bool
) -> MarkerNames:
    """Recognise the markers that are seen at least once.

    Raises:
        RecordingError: too few frames or markers, or a mapped marker that is never seen.
    """
    check_time(np.asarray(recording.time, dtype=float), recording.source)
    seen: Bool[np.ndarray, " m"] = np.atleast_1d(np.asarray(recording.visible).any(axis=0))
    for ours, name in explicit.items():
        if name in recording.names and not seen[recording.names.index(name)]:
            raise RecordingError(
                recording.source,
                f"the marker {name}, given for {ours}, is not seen in any frame; give another "
                f"with --marker {ours}=NAME.",
            )
    shown, unseen = (
        [name for name, there in zip(recording.names, seen, strict=True) if there == wanted]
        for wanted in (True, False)
    )
    return recognise(
        shown, source=recording.source, explicit=explicit, swap_sides=swap_sides, unseen=unseen
    )


def common_names(trial: MarkerNames, static: MarkerNames, source: Path) -> MarkerNames:
    """The markers of the trial that the static trial has too.

    Raises:
        RecordingError: fewer than three head markers in common.
    """
    head = tuple(name for name in trial.head if name in static.head)
    if len(head) < 3:
        raise RecordingError(
            source,
            f"the static trial shares only {', '.join(head) or 'none'} of the head markers "
            f"{', '.join(trial.head)} with the recording, and three are needed; leave out "
            "--static or record one with the same markers.",
        )
    thorax = tuple(name for name in trial.thorax if name in static.thorax)
    return MarkerNames(in_file=trial.in_file, head=head, thorax=thorax)


def observe(
    recording: Recording, names: MarkerNames, *, max_gap_s: float, cutoff_hz: float
) -> Scene:
    """Pick the named markers, drop what is astray and fill the gaps.

    Raises:
        RecordingError: an unlikely unit, exchanged or loose markers, or no frame with enough.
    """
    time, source = np.asarray(recording.time, dtype=float), recording.source
    cutoff = usable_cutoff(cutoff_hz, time)
    in_file = names.files_names((*names.head, *names.thorax))
    positions, visible = _pick(recording, in_file)
    heads = len(names.head)
    _check_unit(names.head, positions[:, :heads], visible[:, :heads], recording)
    refuse_exchanged(time, in_file, positions, visible, source=source)
    kept = believe(time, in_file[:heads], positions[:, :heads], visible[:, :heads], source=source)
    head, thorax = (
        fill_gaps(time, where, seen, max_gap_s=max_gap_s, cutoff_hz=cutoff)
        for where, seen in (
            (positions[:, :heads], kept.visible),
            (positions[:, heads:], visible[:, heads:]),
        )
    )
    scene = Scene(
        source=source, time=time, names=names, head=head, thorax=thorax, dropped=kept.dropped
    )
    if not scene.known.any():
        raise RecordingError(
            source,
            f"no frame has all of {', '.join(in_file)}, even with gaps of {max_gap_s:g} s filled "
            f"({rarest(in_file, visible)}); fill them in the motion-capture software, or raise "
            "--max-gap.",
        )
    return scene


def rarest(names: Sequence[str], visible: Bool[np.ndarray, "t m"]) -> str:
    """The marker that is seen least, in words."""
    counts = visible.sum(axis=0)
    k = int(counts.argmin())
    return f"{names[k]} is seen in {counts[k]} of {len(visible)} frames"


def check_time(time: Float[np.ndarray, " t"], source: Path) -> None:
    """Refuse too few or too many frames, and time that stands still or goes back.

    Raises:
        RecordingError: naming the frame.
    """
    if len(time) < MIN_FRAMES:
        raise RecordingError(
            source,
            f"the recording has {len(time)} frame{'' if len(time) == 1 else 's'}; at least "
            f"{MIN_FRAMES} are needed for velocity and acceleration.",
        )
    if len(time) > MOST_FRAMES:
        raise RecordingError(
            source,
            f"the recording has {len(time)} frames, and at most {MOST_FRAMES} are solved at once; "
            "cut it into parts, or export it at a lower rate.",
        )
    wrong = np.flatnonzero(np.diff(time) <= 0.0)
    if wrong.size:
        k = int(wrong[0])
        raise RecordingError(
            source,
            f"time does not increase from frame {k + 1} ({time[k]:g} s) to frame {k + 2} "
            f"({time[k + 1]:g} s); export the recording again without duplicate frames.",
        )


def _pick(
    recording: Recording, names: Sequence[str]
) -> tuple[Float[np.ndarray, "t m 3"], Bool[np.ndarray, "t m"]]:
    columns = [recording.names.index(name) for name in names]
    positions = np.asarray(recording.positions, dtype=float)[:, columns]
    return positions, np.asarray(recording.visible)[:, columns]


def _check_unit(
    names: Sequence[str],
    positions: Float[np.ndarray, "t h 3"],
    visible: Bool[np.ndarray, "t h"],
    recording: Recording,
) -> None:
    together = positions[visible.all(axis=1)]
    if len(together):
        places = np.median(together - together[:, :1], axis=0)
        head = dict(zip(names, places, strict=True))
        check_size(head, source=recording.source, units=recording.units)
