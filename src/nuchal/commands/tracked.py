"""From the recording's file to the motion of a neck."""

import dataclasses
from pathlib import Path
from types import MappingProxyType

from nuchal.commands.options import RecordingOptions
from nuchal.errors import RecordingError
from nuchal.io.recordings.read import read_recording
from nuchal.model.anatomy import Anatomy
from nuchal.records import Recording, Subject
from nuchal.tracking.pipeline import TrackedMotion, track


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
    markers = MappingProxyType({**person.markers, **options.markers})
    settings = dataclasses.replace(options, markers=markers)
    return track(read, anatomy, settings=settings, static=static)


def _refuse_idle(path: Path, of_markers: bool, options: RecordingOptions) -> None:
    """Refuse options that would have no effect, for whoever gives them expects one."""
    idle = (
        {
            "--degrees or --radians": options.in_degrees is not None,
        }
        if of_markers
        else {
            "--static": options.static is not None,
            "--units": options.units is not None,
            "--person": options.person is not None,
            "--marker": bool(options.markers),
            "--swap-sides": options.swap_sides,
            "--mirror": options.mirror is not None,
            "--up": options.up is not None,
            "--forward": options.forward is not None,
            "--neutral": options.neutral_window_s is not None,
        }
    )
    holds = "markers" if of_markers else "the coordinates themselves"
    for option, is_given in idle.items():
        if is_given:
            raise RecordingError(
                path, f"holds {holds}, on which {option} has no effect; leave it out."
            )


def _static(path: Path, options: RecordingOptions) -> Recording:
    read = read_recording(path, units=options.units, rate_hz=options.rate_hz, person=options.person)
    if not isinstance(read, Recording):
        raise RecordingError(path, "--static needs a recording of markers, not of coordinates.")
    return read
