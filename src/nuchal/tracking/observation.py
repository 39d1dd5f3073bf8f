"""The first stage of tracking: what is seen of the person."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np

from nuchal.conventions import Device
from nuchal.errors import Setting
from nuchal.findings import Assumed, Finding, finding
from nuchal.records import Recording
from nuchal.tracking.gaps import SeenMarkers
from nuchal.tracking.markers import common_names, marker_findings, name_markers, pick_markers
from nuchal.tracking.names.marker_sets import MarkerNames
from nuchal.tracking.place.axes import nearest_axis, parse_axis
from nuchal.tracking.place.neutral import NeutralPose, check_same_head, find_neutral
from nuchal.tracking.place.placement import check_pairs
from nuchal.tracking.place.still import as_recorded, held


@dataclass(frozen=True, kw_only=True)
class TrackingSettings:
    """How a recording is to be read; the defaults suit a recording in order.

    Attributes:
        markers: Names in the recording of our markers, e.g. ``{"TP": "Top.Head"}``.
        up: Laboratory axis that points up, e.g. ``"+Z"``; detected if not given.
        forward: Laboratory axis that the person faces; detected if not given.
        mirror: Laboratory axis, e.g. ``"Y"``, that the file has pointing the wrong way.
        swap_sides: Exchange the left and right markers' names.
        max_gap_s: Longest gap that is bridged [s].
        cutoff_hz: Frequency that the smoothing lets pass with -3 dB [Hz].
        neutral_window_s: From when to when the person holds the neutral pose [s], in the static
            trial if there is one; found if not given.
        head_name: What a recording of orientations calls the head; found if not given.
        torso_name: Likewise of the torso.
        nod_window_s: From when to when the person nods, chin down first [s], which shows where they
            face.
        device: What measured orientations, which says how far they are to be trusted; by the
            file's format if not given.
    """

    markers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    up: str | None = None
    forward: str | None = None
    mirror: str | None = None
    swap_sides: bool = False
    max_gap_s: float = 0.25
    cutoff_hz: float = 6.0
    neutral_window_s: tuple[float, float] | None = None
    head_name: str | None = None
    torso_name: str | None = None
    nod_window_s: tuple[float, float] | None = None
    device: Device | None = None


@dataclass(frozen=True, kw_only=True)
class Observation:
    """What is seen of the person, in laboratory axes.

    Attributes:
        recording: As it is understood: mirrored if the settings say so.
        neutral: Of the recording itself, or of the static trial.
    """

    recording: Recording
    markers: SeenMarkers
    neutral: NeutralPose
    findings: tuple[Finding, ...]


def mirrored(recording: Recording, axis: str) -> Recording:
    """The recording with one axis of its laboratory reversed.

    Raises:
        RecordingError: ``axis`` is not one of X, Y, Z.
    """
    flip = 1.0 - 2.0 * np.abs(parse_axis(Setting("mirror", axis), recording.source))
    note = finding(Assumed.MIRRORED, axis=nearest_axis(1.0 - flip)[1])
    return replace(
        recording, positions=np.asarray(recording.positions) * flip, notes=(*recording.notes, note)
    )


def marker_names(recording: Recording, settings: TrackingSettings) -> MarkerNames:
    """Which marker of a recording is which.

    Raises:
        RecordingError: too few frames or markers, or names that contradict one another.
    """
    names = name_markers(recording, explicit=settings.markers, swap_sides=settings.swap_sides)
    check_pairs(names, {name.upper() for name in settings.markers}, recording.source)
    return names


def observe(
    recording: Recording, settings: TrackingSettings, *, static: Recording | None = None
) -> Observation:
    """Recognise the markers, fill their gaps and find the neutral pose.

    Args:
        recording: markers in laboratory axes [m].
        settings: names, mirrored axis, gaps and neutral pose.
        static: a recording of the same markers in the neutral pose, if there is one; a single
            frame will do.

    Raises:
        RecordingError: markers that are missing, exchanged or loose, or no neutral pose.
    """
    if settings.mirror is not None:
        recording = mirrored(recording, settings.mirror)
        static = None if static is None else mirrored(static, settings.mirror)

    def picked(one: Recording, names: MarkerNames) -> SeenMarkers:
        gaps, cutoff = settings.max_gap_s, settings.cutoff_hz
        return pick_markers(one, names, max_gap_s=gaps, cutoff_hz=cutoff)

    names = marker_names(recording, settings)
    if static is None:
        seen = still = picked(recording, names)
    else:
        pose = held(static)
        there = marker_names(pose, settings)
        seen = picked(recording, common_names(names, there, static.source))
        still = picked(pose, common_names(there, names, static.source))
    neutral = find_neutral(still, window_s=settings.neutral_window_s)
    if static is not None:
        neutral = as_recorded(neutral, static)
        check_same_head(seen, neutral)
    found = (neutral.found, *marker_findings(seen, settings.max_gap_s))
    return Observation(
        recording=recording, markers=seen, neutral=neutral, findings=(*recording.notes, *found)
    )
