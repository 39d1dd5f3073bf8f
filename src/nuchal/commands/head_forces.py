"""Forces on the head from a file: whose axes they are in, and what there is to say of them."""

import dataclasses
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from nuchal.commands.force_curves import forces_on_frames, mirrored_forces
from nuchal.commands.options import ForceFrame, HeadForceOptions
from nuchal.dynamics.external import FramePoses, on_skull, skull_frames, unmoved
from nuchal.errors import NuchalError, RecordingError, Setting, phrase
from nuchal.findings import Assumed, Finding, Found, Warned, finding
from nuchal.io.recordings.forces import ForceRecording, read_forces
from nuchal.model.anatomy import Anatomy
from nuchal.records import HeadForces
from nuchal.tracking.motion import TrackedMotion
from nuchal.tracking.observation import TrackingSettings

# Beyond these a unit or a frame of reference is likelier to be wrong than a neck to bear it.
LARGEST_N: Final = 1000.0
FARTHEST_M: Final = 0.5
# A force that counts in judging where it acts, as a share of its own greatest.
_COUNTS: Final = 0.1


class Pushed(NamedTuple):
    """Forces on the head over the frames of a motion, and what there is to say of them."""

    forces: HeadForces
    findings: tuple[Finding, ...]


class _Frames(NamedTuple):
    force: ForceFrame
    point: ForceFrame

    @property
    def apart(self) -> bool:
        return self.force != self.point


def head_forces_of(
    tracked: TrackedMotion, anatomy: Anatomy, options: HeadForceOptions, settings: TrackingSettings
) -> Pushed | None:
    """The forces that a file names, on the head of a tracked neck; None where there is no file.

    Args:
        tracked: The motion, and where the thorax is in the laboratory.
        anatomy: The neck that it was tracked on.
        options: The file, and how it is meant.
        settings: How markers were read; their mirrored axis and longest gap are the forces' too.

    Raises:
        NuchalError: The file cannot be used, or what is said of it does not fit.
    """
    refuse_unfit(options)
    if options.force is None or options.force_frame is None:
        return None
    read = _placed(
        read_forces(options.force, units=options.force_units, rate_hz=options.force_rate_hz),
        options,
    )
    frames = _Frames(options.force_frame, _point_frame(options))
    _refuse_laboratory(read, tracked, frames)
    if settings.mirror is not None:
        of_laboratory = (one == "laboratory" for one in frames)
        read = mirrored_forces(read, settings.mirror, *of_laboratory)
    delay_s = _delay(read, tracked, options)
    measured = forces_on_frames(
        read, tracked, delay_s=delay_s, apart=frames.apart, max_gap_s=settings.max_gap_s
    )
    poses = [_seen_from_skull(one, tracked, anatomy) for one in frames]
    found = on_skull(measured, *poses, apart=frames.apart)
    forces = HeadForces(source=read.source, names=read.names, delay_s=delay_s, **found._asdict())
    said = (
        *read.notes,
        _frame_finding(frames),
        _clock_finding(read, options),
        *_described(forces, np.asarray(tracked.motion.time)),
        *_doubts(forces, anatomy),
    )
    return Pushed(forces, said)


def refuse_unfit(options: HeadForceOptions) -> None:
    """Refuse settings of forces where there are none, and forces without a frame of reference.

    Raises:
        NuchalError: One or the other.
    """
    if options.force is None:
        for field in dataclasses.fields(HeadForceOptions):
            if getattr(options, field.name) is not None:
                given, remedy = Setting(field.name), Setting("force")
                raise NuchalError("force.setting_alone", given=given, remedy=remedy)
    elif options.force_frame is None:
        raise NuchalError("force.no_frame", options.force, remedy=Setting("force_frame"))
    if options.force_delay_s is not None and not np.isfinite(options.force_delay_s):
        raise NuchalError("force.no_delay", given=Setting("force_delay_s", options.force_delay_s))


def _placed(read: ForceRecording, options: HeadForceOptions) -> ForceRecording:
    """With the place that was given for all, or the points of the file: never both or neither."""
    place, remedy = options.force_place_m, Setting("force_place_m")
    if read.point is None and place is None:
        raise RecordingError("force.no_point", read.source, remedy=remedy)
    if place is None:
        return read
    if read.point is not None:
        raise RecordingError("force.two_points", read.source, remedy=remedy)
    if options.point_frame is not None:
        remedy = Setting("point_frame")
        raise RecordingError("force.place_is_on_skull", read.source, remedy=remedy)
    return dataclasses.replace(read, point=np.broadcast_to(np.array(place), read.force.shape))


def _point_frame(options: HeadForceOptions) -> ForceFrame:
    if options.force_place_m is not None:
        return "skull"
    return options.point_frame or options.force_frame or "laboratory"


def _refuse_laboratory(read: ForceRecording, tracked: TrackedMotion, frames: _Frames) -> None:
    if "laboratory" in frames and tracked.location is None:
        remedy = Setting("force_frame")
        raise RecordingError("force.no_laboratory", read.source, remedy=remedy)


def _seen_from_skull(frame: ForceFrame, tracked: TrackedMotion, anatomy: Anatomy) -> FramePoses:
    """A frame of reference as the skull sees it."""
    alone, skull = unmoved(len(tracked.motion.time)), skull_frames(anatomy, tracked.motion.q)
    if frame == "skull":
        return alone
    if frame == "thorax" or tracked.location is None:
        return alone.seen_from(skull)
    thorax = tracked.location.in_laboratory
    return alone.seen_from(FramePoses(thorax.rotation, thorax.origin)).seen_from(skull)


def _delay(read: ForceRecording, tracked: TrackedMotion, options: HeadForceOptions) -> float:
    """How late the forces' clock is against the motion's [s]."""
    if options.force_delay_s is not None:
        return options.force_delay_s
    return 0.0 if read.timed else float(read.time[0] - np.asarray(tracked.motion.time)[0])


def _frame_finding(frames: _Frames) -> Finding:
    words = [phrase(f"force_frame.{one}") for one in frames]
    return finding(Assumed.FORCE_FRAME, forces=words[0], points=words[1])


def _clock_finding(read: ForceRecording, options: HeadForceOptions) -> Finding:
    if options.force_delay_s is not None:
        return finding(Found.FORCE_DELAY_GIVEN, delay_s=options.force_delay_s)
    what = Assumed.FORCE_TIMES_STATED if read.timed else Assumed.FORCE_STARTS_WITH_MOTION
    return finding(what, delay=Setting("force_delay_s"))


def _described(forces: HeadForces, time: np.ndarray) -> Iterator[Finding]:
    """How large each force is, and where it acts on average."""
    for k, name in enumerate(forces.names):
        size = np.linalg.norm(forces.force[:, k], axis=1)
        place = np.average(forces.point[:, k], axis=0, weights=size + (size.max() == 0.0))
        yield finding(
            Found.HEAD_FORCE,
            name=name,
            file=forces.source.name,
            peak_N=float(size.max()),
            peak_s=float(time[size.argmax()]),
            mean_N=float(size.mean()),
            impulse_Ns=float(np.trapezoid(size, time)),
            place_mm=tuple(float(x) for x in 1e3 * place),
        )


def _doubts(forces: HeadForces, anatomy: Anatomy) -> Iterator[Finding]:
    """Forces that no neck bears, and points that are not near a head."""
    centre = np.asarray(anatomy.mass_centre[-1])
    for k, name in enumerate(forces.names):
        size = np.linalg.norm(forces.force[:, k], axis=1)
        if size.max() > LARGEST_N:
            yield finding(Warned.FORCE_LARGE, name=name, peak_N=float(size.max()))
        away = np.linalg.norm(forces.point[:, k] - centre, axis=1)
        farthest = float(away[size >= _COUNTS * size.max()].max())
        if size.max() > 0.0 and farthest > FARTHEST_M:
            yield finding(Warned.FORCE_FAR, name=name, distance_m=farthest)
