"""The person in a recording: head and torso markers picked out, gaps filled."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float

from nuchal.errors import RecordingError
from nuchal.motion.gaps import Filled, fill_gaps
from nuchal.motion.laboratory import check_size
from nuchal.motion.naming import MarkerNames, recognise
from nuchal.motion.smoothing import MIN_FRAMES, usable_cutoff
from nuchal.records import Recording


@dataclass(frozen=True, kw_only=True)
class Scene:
    """The markers of one person in one recording, in laboratory axes."""

    source: Path
    time: Float[np.ndarray, " t"]
    """[s]."""
    names: MarkerNames
    head: Filled
    thorax: Filled

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
    names = [name for name, there in zip(recording.names, seen, strict=True) if there]
    return recognise(names, source=recording.source, explicit=explicit, swap_sides=swap_sides)


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
    """Pick the named markers and fill their gaps.

    Raises:
        RecordingError: an unlikely unit, or markers of which no frame sees enough.
    """
    time = np.asarray(recording.time, dtype=float)
    cutoff = usable_cutoff(cutoff_hz, time)
    bodies = [
        _pick(recording, names.files_names(ours), max_gap_s, cutoff)
        for ours in (names.head, names.thorax)
    ]
    scene = Scene(source=recording.source, time=time, names=names, head=bodies[0], thorax=bodies[1])
    if not scene.known.any():
        raise RecordingError(
            recording.source,
            f"no frame has all of {', '.join(names.head + names.thorax)}, even with gaps of "
            f"{max_gap_s:g} s filled; leave the worst one out, or raise --max-gap.",
        )
    _check_unit(scene, recording.units)
    return scene


def check_time(time: Float[np.ndarray, " t"], source: Path) -> None:
    """Refuse too few frames, and time that stands still or goes back.

    Raises:
        RecordingError: naming the frame.
    """
    if len(time) < MIN_FRAMES:
        raise RecordingError(
            source,
            f"the recording has {len(time)} frame{'' if len(time) == 1 else 's'}; at least "
            f"{MIN_FRAMES} are needed for velocity and acceleration.",
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
    recording: Recording, names: tuple[str, ...], max_gap_s: float, cutoff_hz: float
) -> Filled:
    columns = [recording.names.index(name) for name in names]
    return fill_gaps(
        np.asarray(recording.time, dtype=float),
        np.asarray(recording.positions, dtype=float)[:, columns],
        np.asarray(recording.visible)[:, columns],
        max_gap_s=max_gap_s,
        cutoff_hz=cutoff_hz,
    )


def _check_unit(scene: Scene, units: str) -> None:
    middle = scene.head.positions[np.flatnonzero(scene.known)]
    head = dict(zip(scene.names.head, np.median(middle - middle[:, :1], axis=0), strict=True))
    check_size(head, source=scene.source, units=units)
