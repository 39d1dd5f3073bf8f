"""From the recording's file to the motion of a neck."""

import dataclasses
from pathlib import Path
from types import MappingProxyType

from nuchal.commands.estimate_options import EstimateOptions
from nuchal.errors import RecordingError, Setting, phrase
from nuchal.io.recordings.read import read_recording
from nuchal.model.anatomy import Anatomy
from nuchal.records import Recording, Subject
from nuchal.tracking.pipeline import TrackedMotion, track


def read_and_track(
    path: Path, person: Subject, anatomy: Anatomy, options: EstimateOptions
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
    markers = MappingProxyType({**person.markers, **options.tracking.markers})
    settings = dataclasses.replace(options.tracking, markers=markers)
    return track(read, anatomy, settings=settings, static=static)


def _refuse_idle(path: Path, of_markers: bool, options: EstimateOptions) -> None:
    """Refuse options that would have no effect, for whoever gives them expects one."""
    given = options.tracking
    idle: dict[str, object] = (
        {"in_degrees": options.in_degrees is not None}
        if of_markers
        else {
            "static": options.static,
            "units": options.units,
            "person": options.person,
            "markers": given.markers,
            "swap_sides": given.swap_sides,
            "mirror": given.mirror,
            "up": given.up,
            "forward": given.forward,
            "neutral_window_s": given.neutral_window_s,
        }
    )
    contents = phrase("laboratory.holds_markers"), phrase("laboratory.holds_coordinates")
    for name, value in idle.items():
        if value:
            content = contents[0 if of_markers else 1]
            setting = Setting(name)
            raise RecordingError("laboratory.no_effect", path, remedy=setting, content=content)


def _static(path: Path, options: EstimateOptions) -> Recording:
    read = read_recording(path, units=options.units, rate_hz=options.rate_hz, person=options.person)
    if not isinstance(read, Recording):
        raise RecordingError("neutral.no_markers", path, remedy=Setting("static"))
    return read
