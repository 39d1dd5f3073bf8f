"""From a person to their neck, and from the recording's file to its motion."""

import dataclasses
from pathlib import Path
from types import MappingProxyType
from typing import Final

from nuchal.commands.options import RecordingOptions
from nuchal.errors import RecordingError, Setting, phrase
from nuchal.io.recordings.read import read_recording
from nuchal.model.anatomy import Anatomy
from nuchal.records import Recording, Subject
from nuchal.tracking.motion import TrackedMotion
from nuchal.tracking.pipeline import track, track_standing

_DEFAULT: Final = RecordingOptions()
# Options that have an effect on recordings of coordinates alone, and of markers alone.
_OF_COORDINATES: Final = ("in_degrees",)
_OF_MARKERS: Final = (
    "static", "units", "person", "markers", "swap_sides", "mirror", "up", "forward",
    "neutral_window_s",
)  # fmt: skip


def read_and_track(
    path: Path, person: Subject, anatomy: Anatomy, options: RecordingOptions
) -> TrackedMotion:
    """Read a recording, of markers or of coordinates, and find the motion in it.

    Raises:
        RecordingError: it cannot be read or understood, or an option has no effect on it.
    """
    read = read_recording(
        path,
        units=options.units,
        rate_hz=options.rate_hz,
        in_degrees=options.in_degrees,
        person=options.person,
    )
    _refuse_idle(path, isinstance(read, Recording), options)
    static = None if options.static is None else _static(options.static, options)
    return track(read, anatomy, settings=_settings(person, options), static=static)


def track_again(
    tracked: TrackedMotion, person: Subject, anatomy: Anatomy, options: RecordingOptions
) -> TrackedMotion:
    """The motion of a recording on another neck of the same person, which is seen as before.

    Raises:
        RecordingError: it cannot be understood on that neck.
    """
    if tracked.observation is None or tracked.location is None:
        return read_and_track(tracked.source, person, anatomy, options)
    seen, standing = tracked.observation, tracked.location.standing
    return track_standing(seen, standing, anatomy, cutoff_hz=options.cutoff_hz)


def _settings(person: Subject, options: RecordingOptions) -> RecordingOptions:
    """The options with the person's names of markers, over which stated ones go."""
    markers = MappingProxyType({**person.markers, **options.markers})
    return dataclasses.replace(options, markers=markers)


def _refuse_idle(path: Path, of_markers: bool, options: RecordingOptions) -> None:
    """Refuse options that would have no effect, for whoever gives them expects one."""
    content = phrase("laboratory.holds_markers")
    if not of_markers:
        content = phrase("laboratory.holds_coordinates")
    for name in _OF_COORDINATES if of_markers else _OF_MARKERS:
        if getattr(options, name) != getattr(_DEFAULT, name):
            setting = Setting(name)
            raise RecordingError("laboratory.no_effect", path, remedy=setting, content=content)


def _static(path: Path, options: RecordingOptions) -> Recording:
    read = read_recording(
        path, units=options.units, rate_hz=options.rate_hz, person=options.person, still=True
    )
    if not isinstance(read, Recording):
        raise RecordingError("neutral.no_markers", path, remedy=Setting("static"))
    return read
