"""A recording and a neck become a motion: observe, stand, locate, solve, smooth."""

from collections.abc import Iterator
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool

from nuchal.conventions import COORDINATES
from nuchal.errors import RecordingError, Setting
from nuchal.findings import Assumed, Finding, Warned, finding
from nuchal.model.anatomy import Anatomy
from nuchal.orientations import OrientationRecording
from nuchal.records import CoordinateRecording, Recording, Tracking
from nuchal.tracking.inverse_kinematics import USUAL_PRECISION, Postures, Precision, track_postures
from nuchal.tracking.lies.outliers import refuse_unreachable
from nuchal.tracking.location import Location, Standing, locate, stand
from nuchal.tracking.markers import check_time
from nuchal.tracking.motion import SmoothMotion, TrackedMotion, smooth_motion
from nuchal.tracking.names.marker_sets import MarkerNames
from nuchal.tracking.observation import Observation, observe
from nuchal.tracking.observation import TrackingSettings as TrackingSettings
from nuchal.tracking.place.calibration import head_markers, marker_traces
from nuchal.tracking.turned.pipeline import track_turned

_LARGEST_ANGLE_RAD = 2.5
_LARGEST_MISFIT_M = 0.04


def track(
    recording: Recording | CoordinateRecording | OrientationRecording,
    anatomy: Anatomy,
    *,
    settings: TrackingSettings,
    static: Recording | OrientationRecording | None = None,
    precision: Precision = USUAL_PRECISION,
) -> TrackedMotion:
    """Find the six coordinates and their derivatives in a recording.

    Args:
        recording: markers in laboratory axes [m], orientations of head and torso, or the
            coordinates themselves [rad].
        anatomy: the neck of the person.
        settings: names, axes, gaps and filter.
        static: a recording of the same person and markers in the neutral pose; without it the
            neutral pose is looked for in the recording itself.
        precision: errors of markers and rhythm.

    Raises:
        RecordingError: anything in the recording that cannot be understood, with the remedy.
    """
    if isinstance(recording, CoordinateRecording):
        return _track_coordinates(recording, anatomy, settings.cutoff_hz)
    if isinstance(recording, OrientationRecording):
        if isinstance(static, Recording):
            mend = Setting("static")
            raise RecordingError("turned.static_of_markers", static.source, remedy=mend)
        return track_turned(recording, anatomy, settings, static)
    if isinstance(static, OrientationRecording):
        raise RecordingError("neutral.no_markers", static.source, remedy=Setting("static"))
    observation = observe(recording, settings, static=static)
    standing = stand(observation, settings)
    return track_standing(
        observation, standing, anatomy, cutoff_hz=settings.cutoff_hz, precision=precision
    )


def track_standing(
    observation: Observation,
    standing: Standing,
    anatomy: Anatomy,
    *,
    cutoff_hz: float,
    precision: Precision = USUAL_PRECISION,
) -> TrackedMotion:
    """:func:`track` after its first stages, which know no neck: what was seen serves any.

    Raises:
        RecordingError: head markers lie where no neck can bring them.
    """
    location = locate(standing, anatomy)
    postures = solve(observation, location, anatomy, precision)
    seen, solved = observation.markers, np.asarray(postures.converged)
    smoothed = smooth_motion(
        anatomy, seen.time, np.asarray(postures.q), seen.known, solved, cutoff_hz=cutoff_hz
    )
    return _tracked(anatomy, observation, location, postures, smoothed, precision)


def solve(
    observation: Observation,
    location: Location,
    anatomy: Anatomy,
    precision: Precision = USUAL_PRECISION,
) -> Postures:
    """Fourth stage: the coordinates of every frame, each for itself, before smoothing.

    Raises:
        RecordingError: head markers lie where no neck can bring them.
    """
    local, seen = location.calibration.local, observation.markers
    postures = track_postures(anatomy, local, location.head, precision=precision)
    refuse_unreachable(seen, np.asarray(postures.misfit))
    return postures


def _tracked(
    anatomy: Anatomy,
    observation: Observation,
    location: Location,
    postures: Postures,
    smoothed: SmoothMotion,
    precision: Precision,
) -> TrackedMotion:
    recording, seen = observation.recording, observation.markers
    tracking = _tracking(seen.names, postures, smoothed.known)
    found = (*observation.findings, *location.findings, *smoothed.findings)
    return TrackedMotion(
        source=recording.source,
        rate_hz=recording.rate_hz,
        motion=smoothed.motion,
        markers=head_markers(anatomy, seen.names.head, location.calibration, location.head),
        gravity=location.gravity,
        filled=seen.filled,
        cutoff_hz=smoothed.cutoff_hz,
        assumptions=(*found, *_fit_findings(anatomy, tracking, precision)),
        tracking=tracking,
        observation=observation,
        location=location,
    )


def _track_coordinates(
    recording: CoordinateRecording, anatomy: Anatomy, cutoff_hz: float
) -> TrackedMotion:
    time, q = np.asarray(recording.time, dtype=float), np.asarray(recording.q, dtype=float)
    check_time(time, recording.source)
    frame, k = np.unravel_index(int(np.abs(q).argmax()), q.shape)
    if abs(q[frame, k]) > _LARGEST_ANGLE_RAD:
        mend = Setting("in_degrees", True)
        facts: dict[str, Any] = {"coordinate": COORDINATES[k], "degrees": np.degrees(q[frame, k])}
        raise RecordingError(
            "frames.degrees", recording.source, remedy=mend, frame=int(frame) + 1, **facts
        )
    everywhere = np.ones(len(time), dtype=bool)
    known = everywhere if recording.known is None else np.asarray(recording.known)
    smoothed = smooth_motion(anatomy, time, q, known, everywhere, cutoff_hz=cutoff_hz)
    return TrackedMotion(
        source=recording.source,
        rate_hz=recording.rate_hz,
        motion=smoothed.motion,
        markers=marker_traces(anatomy, jnp.asarray(q)),
        gravity=np.broadcast_to(np.asarray(anatomy.gravity), (len(time), 3)),
        filled=~everywhere,
        cutoff_hz=smoothed.cutoff_hz,
        assumptions=(*recording.notes, *smoothed.findings),
    )


def _tracking(names: MarkerNames, postures: Postures, known: Bool[np.ndarray, " t"]) -> Tracking:
    misfit = np.asarray(postures.misfit)
    worst = int((misfit[known] ** 2).mean(axis=0).argmax()) if known.any() else 0
    return Tracking(
        residual=np.sqrt((misfit**2).mean(axis=1)),
        worst_marker=names.in_file[names.head[worst]],
        undetermined=np.asarray(postures.from_rhythm).mean(axis=0),
        coordinate_sd=np.sqrt(np.asarray(postures.variance).mean(axis=0)),
    )


def _fit_findings(anatomy: Anatomy, tracking: Tracking, precision: Precision) -> Iterator[Finding]:
    """What shares the neck out, and a warning where the markers lie far from the neck's."""
    if anatomy.passive_curves is None:
        spread = tuple(float(sd) for sd in np.degrees(precision.rhythm_sd_rad))
        yield finding(
            Assumed.RHYTHM, share=tuple(map(float, np.asarray(anatomy.rhythm))), sd_deg=spread
        )
    else:
        yield finding(Assumed.LEAST_ENERGY, stretch=float(precision.stretch_sd))
    if anatomy.thorax_share is not None:
        share = tuple(float(part) for part in anatomy.thorax_share)
        yield finding(Assumed.UPPER_THORAX, share=share)
    typical = float(np.sqrt(np.median(np.asarray(tracking.residual) ** 2)))
    if typical > _LARGEST_MISFIT_M:
        worst, swap = tracking.worst_marker, Setting("swap_sides", True)
        yield finding(Warned.HEAD_MISFIT, misfit_mm=typical * 1e3, worst=worst, swap=swap)
