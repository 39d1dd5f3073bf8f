"""From a person to their neck, and from the recording's file to its motion."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeAlias

from nuchal.commands.options import RecordingOptions
from nuchal.errors import Phrase, RecordingError, Setting, phrase
from nuchal.io.orientations import format as orientations
from nuchal.io.orientations.read import holds_orientations, orientations_in
from nuchal.io.recordings import format as recordings
from nuchal.io.recordings.format import Source
from nuchal.io.recordings.read import recording_in
from nuchal.io.text import read_bytes
from nuchal.model.anatomy import Anatomy
from nuchal.orientations import OrientationRecording
from nuchal.records import CoordinateRecording, Recording, Subject
from nuchal.tracking.motion import TrackedMotion
from nuchal.tracking.pipeline import track, track_standing

AnyRecording: TypeAlias = Recording | CoordinateRecording | OrientationRecording

_DEFAULT: Final = RecordingOptions()
_AXES: Final = ("static", "up", "forward", "neutral_window_s")
_MARKERS: Final = ("units", "person", "markers", "swap_sides", "mirror")
_ORIENTATIONS: Final = (
    "head_name", "torso_name", "device", "nod_window_s", "quaternion", "euler", "left_handed",
    "columns",
)  # fmt: skip
# Options that have no effect on a kind of recording.
_IDLE: Final[Mapping[type[AnyRecording], tuple[str, ...]]] = {
    Recording: ("in_degrees", *_ORIENTATIONS),
    CoordinateRecording: (*_AXES, *_MARKERS, *_ORIENTATIONS),
    OrientationRecording: _MARKERS,
}
_CONTENT: Final[Mapping[type[AnyRecording], Phrase]] = {
    Recording: phrase("laboratory.holds_markers"),
    CoordinateRecording: phrase("laboratory.holds_coordinates"),
    OrientationRecording: phrase("laboratory.holds_orientations"),
}


def read_and_track(
    path: Path, person: Subject, anatomy: Anatomy, options: RecordingOptions
) -> TrackedMotion:
    """Read a recording, of markers, orientations or coordinates, and find the motion in it.

    Raises:
        RecordingError: it cannot be read or understood, or an option has no effect on it.
    """
    options = options.of(path)
    read = read_any(path, options)
    refuse_idle(path, read, options)
    static = None if options.static is None else read_static(options.static, options)
    return track(read, anatomy, settings=with_own_names(person, options), static=static)


def track_again(
    tracked: TrackedMotion, person: Subject, anatomy: Anatomy, options: RecordingOptions
) -> TrackedMotion:
    """The motion of a recording on another neck of the same person, which is seen as before.

    Raises:
        RecordingError: it cannot be understood on that neck.
    """
    options = options.of(tracked.source)
    if tracked.observation is None or tracked.location is None:
        return read_and_track(tracked.source, person, anatomy, options)
    seen, standing = tracked.observation, tracked.location.standing
    return track_standing(seen, standing, anatomy, cutoff_hz=options.cutoff_hz)


def with_own_names(person: Subject, options: RecordingOptions) -> RecordingOptions:
    """The options with the person's names of markers, over which stated ones go."""
    markers = MappingProxyType({**person.markers, **options.markers})
    return dataclasses.replace(options, markers=markers)


def stated_of_turns(options: RecordingOptions, *, still: bool = False) -> orientations.Options:
    """What the user states of orientations, as their readers take it."""
    return orientations.Options(
        rate_hz=options.rate_hz,
        quaternion=options.quaternion,
        euler=options.euler,
        in_degrees=options.in_degrees,
        left_handed=options.left_handed or None,
        columns=options.columns,
        still=still,
    )


def read_any(path: Path, options: RecordingOptions, *, still: bool = False) -> AnyRecording:
    """Markers, orientations or coordinates, whichever a file holds.

    Args:
        path: the file.
        options: what the user states about it.
        still: whether a single frame will do.

    Raises:
        RecordingError: it cannot be read; the message says how to mend it.
    """
    source = Source(path, read_bytes(path))
    if options.columns or options.euler or options.quaternion or holds_orientations(source):
        return orientations_in(source, stated_of_turns(options, still=still))
    placed = recordings.Options(
        units=options.units,
        rate_hz=options.rate_hz,
        in_degrees=options.in_degrees,
        person=options.person,
        still=still,
    )
    return recording_in(source, placed)


def refuse_idle(path: Path, read: AnyRecording, options: RecordingOptions) -> None:
    """Refuse options that would have no effect, for whoever gives them expects one."""
    for name in _IDLE[type(read)]:
        if getattr(options, name) != getattr(_DEFAULT, name):
            setting, content = Setting(name), _CONTENT[type(read)]
            raise RecordingError("laboratory.no_effect", path, remedy=setting, content=content)


def with_effect(read: AnyRecording, options: RecordingOptions) -> RecordingOptions:
    """The options but for those that have no effect on what was read."""
    idle = {name: getattr(_DEFAULT, name) for name in _IDLE[type(read)]}
    return dataclasses.replace(options, **idle)


def read_static(path: Path, options: RecordingOptions) -> Recording | OrientationRecording:
    """A static trial.

    Raises:
        RecordingError: it cannot be read, or holds coordinates.
    """
    read = read_any(path, options, still=True)
    if isinstance(read, CoordinateRecording):
        raise RecordingError("neutral.no_markers", path, remedy=Setting("static"))
    return read
