"""A recording and a neck become a motion: observe, stand, locate, solve, smooth."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float

from nuchal.arrays import Array
from nuchal.conventions import COORDINATES
from nuchal.errors import RecordingError, Setting, Status
from nuchal.findings import Assumed, Finding, Warned, finding
from nuchal.model.anatomy import Anatomy
from nuchal.model.angles import beyond_range, head_angles_deg
from nuchal.orientations import OrientationRecording
from nuchal.records import CoordinateRecording, Motion, Recording, Tracking
from nuchal.tracking.inverse_kinematics import USUAL_PRECISION, Postures, Precision, track_postures
from nuchal.tracking.lies.outliers import refuse_unreachable
from nuchal.tracking.location import Location, Standing, locate, stand
from nuchal.tracking.markers import check_time
from nuchal.tracking.names.marker_sets import MarkerNames
from nuchal.tracking.observation import Observation, observe
from nuchal.tracking.observation import TrackingSettings as TrackingSettings
from nuchal.tracking.place.calibration import head_markers, marker_traces
from nuchal.tracking.smoothing import filter_findings, smooth_segments, usable_cutoff
from nuchal.tracking.turned.drift import drift_findings, find_drift
from nuchal.tracking.turned.seen import Turned, see_turned
from nuchal.tracking.turned.track import USUAL_TURN_SD_RAD, turned_postures

_LARGEST_ANGLE_RAD = 2.5
_LARGEST_MISFIT_M = 0.04


@dataclass(frozen=True, kw_only=True)
class SmoothMotion:
    """A motion without noise, with its derivatives.

    Attributes:
        known: Frames that are no gap.
        cutoff_hz: Of the filter: as much of what was asked as the frame rate bears [Hz].
    """

    motion: Motion
    known: Bool[np.ndarray, " t"]
    cutoff_hz: float
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True)
class TrackedMotion:
    """The motion found in a recording, and all that had to be found on the way.

    Attributes:
        markers: TP, LH, RH in the thorax frame [m]: as measured, not smoothed; origin at the T1-C7
            joint.
        gravity: Gravity in the thorax frame [m/s^2]; turns as the trunk leans.
        filled: Frames in which a marker was filled.
        assumptions: What was found, assumed or looks wrong.
        tracking: None where the recording gave the coordinates themselves, as the next two.
    """

    source: Path
    rate_hz: float
    motion: Motion
    markers: Float[Array, "t 3 3"]
    gravity: Float[Array, "t 3"]
    filled: Bool[Array, " t"]
    cutoff_hz: float
    assumptions: tuple[Finding, ...]
    tracking: Tracking | None = None
    observation: Observation | None = None
    location: Location | None = None

    def head_angles_deg(self, anatomy: Anatomy) -> Float[np.ndarray, "t 3"]:
        """Clinical angles of the head on the thorax, of a neck that moves so [degrees]."""
        return head_angles_deg(anatomy, self.motion.q)


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
            raise RecordingError("turned.static_of_markers", static.source, remedy=Setting("static"))
        return _track_turned(see_turned(recording, settings, static), anatomy, settings)
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


def smooth_motion(
    anatomy: Anatomy,
    time: Float[np.ndarray, " t"],
    q: Float[np.ndarray, "t 6"],
    known: Bool[np.ndarray, " t"],
    solved: Bool[np.ndarray, " t"],
    *,
    cutoff_hz: float,
) -> SmoothMotion:
    """Fifth stage: coordinates without noise, their derivatives, and what became of each frame.

    Args:
        anatomy: the neck of the person, for its range of motion.
        time: of the frames [s].
        q: the coordinates [rad].
        known: frames that are no gap.
        solved: frames in which the solver converged.
        cutoff_hz: frequency that passes with -3 dB [Hz].
    """
    usable = usable_cutoff(cutoff_hz, time)
    curve, known = smooth_segments(time, q, known, cutoff_hz=usable)
    status = np.where(beyond_range(anatomy, curve.value), Status.BEYOND_RANGE, Status.OK)
    status = np.where(solved, status, Status.NOT_CONVERGED)
    status = np.where(known, status, Status.GAP).astype(np.int64)
    columns = (time, curve.value, curve.rate, curve.acceleration, status)
    return SmoothMotion(
        motion=Motion(*map(jnp.asarray, columns)),
        known=known,
        cutoff_hz=usable,
        findings=tuple(filter_findings(cutoff_hz, usable, time)),
    )


def smoothed_markers(
    tracked: TrackedMotion,
) -> tuple[Float[np.ndarray, "t 3 3"], Bool[np.ndarray, " t"]]:
    """TP, LH and RH smoothed as the motion is [m], and the frames in which they are known."""
    time, status = np.asarray(tracked.motion.time), np.asarray(tracked.motion.status)
    seen = (status != Status.GAP) & (status != Status.NOT_CONVERGED)
    flat = np.asarray(tracked.markers).reshape(len(time), -1)
    curve, known = smooth_segments(time, flat, seen, cutoff_hz=tracked.cutoff_hz)
    return curve.value.reshape(-1, 3, 3), known


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


def _track_turned(turned: Turned, anatomy: Anatomy, settings: TrackingSettings) -> TrackedMotion:
    recording, time = turned.source, np.asarray(turned.source.time)
    sd = USUAL_TURN_SD_RAD if settings.turn_sd_rad is None else settings.turn_sd_rad
    postures = turned_postures(anatomy, turned.head, sd)
    smoothed = smooth_motion(
        anatomy,
        time,
        np.asarray(postures.q),
        turned.known,
        np.asarray(postures.converged),
        cutoff_hz=settings.cutoff_hz,
    )
    drift = find_drift(time, turned.head, turned.known, recording.rate_hz)
    return TrackedMotion(
        source=recording.source,
        rate_hz=recording.rate_hz,
        motion=smoothed.motion,
        markers=np.asarray(marker_traces(anatomy, smoothed.motion.q)),
        gravity=turned.gravity,
        filled=turned.filled,
        cutoff_hz=smoothed.cutoff_hz,
        assumptions=(
            *turned.findings,
            drift_findings(drift, float(time[-1] - time[0])),
            *smoothed.findings,
        ),
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
