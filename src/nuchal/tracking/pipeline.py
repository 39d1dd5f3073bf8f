"""A recording and a neck become a motion: the one door into this room."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float

from nuchal.arrays import Array, CoordsT, StatusT
from nuchal.conventions import COORDINATES, GRAVITY_M_S2
from nuchal.errors import RecordingError, Status
from nuchal.findings import Finding
from nuchal.model.anatomy import Anatomy, beyond_range
from nuchal.model.kinematics import marker_positions
from nuchal.records import CoordinateRecording, Motion, Recording, Tracking
from nuchal.tracking.axes import mirrored
from nuchal.tracking.calibration import Calibration, calibrate, head_markers, thorax_poses
from nuchal.tracking.found import (
    filter_sentence,
    found_sentence,
    gap_sentences,
    marker_sentences,
    misfit_sentences,
    neutral_sentence,
    rhythm_sentence,
)
from nuchal.tracking.inverse_kinematics import Postures, Precision, track_postures
from nuchal.tracking.laboratory import Laboratory, StatedAxes, detect_laboratory
from nuchal.tracking.naming import MarkerNames
from nuchal.tracking.neutral import NeutralPose, check_same_head, find_neutral
from nuchal.tracking.observation import (
    Scene,
    check_time,
    common_names,
    name_markers,
    observe,
)
from nuchal.tracking.outliers import refuse_unreachable
from nuchal.tracking.smoothing import smooth_segments, usable_cutoff

_traces = eqx.filter_jit(jax.vmap(marker_positions, (None, 0)))
_LARGEST_ANGLE_RAD = 2.5


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
        precision: What to believe about the markers and the rhythm.
    """

    markers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    up: str | None = None
    forward: str | None = None
    mirror: str | None = None
    swap_sides: bool = False
    max_gap_s: float = 0.25
    cutoff_hz: float = 6.0
    neutral_window_s: tuple[float, float] | None = None
    precision: Precision = field(default_factory=Precision)


@dataclass(frozen=True, kw_only=True)
class TrackedMotion:
    """The motion found in a recording, and all that had to be found on the way.

    Attributes:
        markers: TP, LH, RH in the thorax frame [m]: as measured, not smoothed; origin at the T1-C7
            joint.
        gravity: Gravity in the thorax frame [m/s^2]; turns as the trunk leans.
        filled: Frames in which a marker was filled.
        assumptions: What was assumed or found, one sentence each.
    """

    source: Path
    rate_hz: float
    motion: Motion
    markers: Float[Array, "t 3 3"]
    gravity: Float[Array, "t 3"]
    filled: Bool[Array, " t"]
    tracking: Tracking | None
    laboratory: Laboratory | None
    marker_names: MarkerNames | None
    neutral: NeutralPose | None
    calibration: Calibration | None
    cutoff_hz: float
    assumptions: tuple[Finding | str, ...]


def track(
    recording: Recording | CoordinateRecording,
    anatomy: Anatomy,
    *,
    settings: TrackingSettings,
    static: Recording | None = None,
) -> TrackedMotion:
    """Find the six coordinates and their derivatives in a recording.

    Args:
        recording: markers in laboratory axes [m], or the coordinates themselves [rad].
        anatomy: the neck of the person.
        settings: names, axes, filter and errors.
        static: a recording of the same person and markers in the neutral pose; without it the
            neutral pose is looked for in the recording itself.

    Raises:
        RecordingError: anything in the recording that cannot be understood, with the remedy.
    """
    if isinstance(recording, CoordinateRecording):
        return _track_coordinates(recording, anatomy, settings)
    if settings.mirror is not None:
        recording = mirrored(recording, settings.mirror)
        static = None if static is None else mirrored(static, settings.mirror)
    scene, neutral = _observe_both(recording, static, settings)
    laboratory = _laboratory(scene.names, neutral, anatomy, recording, settings)
    poses, thorax_how = thorax_poses(neutral.thorax, scene.thorax.positions)
    axes = laboratory.rotation
    calibration = _calibration(anatomy, scene.names, neutral, axes)
    measured = poses.local(scene.head.positions) @ axes.T + calibration.offset
    postures = track_postures(anatomy, calibration.local, measured, precision=settings.precision)
    refuse_unreachable(
        scene.time,
        np.asarray(postures.misfit),
        scene.known,
        scene.names.files_names(scene.names.head),
        source=recording.source,
    )
    cutoff = usable_cutoff(settings.cutoff_hz, scene.time)
    curve, known = smooth_segments(
        scene.time, np.asarray(postures.q), scene.known, cutoff_hz=cutoff
    )
    status = _status(anatomy, curve.value, known, np.asarray(postures.converged))
    tracking = _tracking(scene.names, postures, known)
    return TrackedMotion(
        source=recording.source,
        rate_hz=recording.rate_hz,
        motion=_motion(scene.time, curve.value, curve.rate, curve.acceleration, status),
        markers=head_markers(anatomy, scene.names.head, calibration, measured),
        gravity=-GRAVITY_M_S2 * (axes[1] @ poses.rotation) @ axes.T,
        filled=scene.filled,
        tracking=tracking,
        laboratory=laboratory,
        marker_names=scene.names,
        neutral=neutral,
        calibration=calibration,
        cutoff_hz=cutoff,
        assumptions=(
            *recording.notes,
            found_sentence(laboratory),
            neutral_sentence(neutral),
            *marker_sentences(scene.names, thorax_how),
            *gap_sentences(scene, settings.max_gap_s),
            filter_sentence(settings.cutoff_hz, scene.time),
            rhythm_sentence(settings.precision),
            *misfit_sentences(calibration, tracking, poses.residual),
        ),
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


def _observe_both(
    recording: Recording, static: Recording | None, settings: TrackingSettings
) -> tuple[Scene, NeutralPose]:
    def named(one: Recording) -> MarkerNames:
        return name_markers(one, explicit=settings.markers, swap_sides=settings.swap_sides)

    def seen(one: Recording, names: MarkerNames) -> Scene:
        return observe(one, names, max_gap_s=settings.max_gap_s, cutoff_hz=settings.cutoff_hz)

    names = named(recording)
    if static is None:
        scene = seen(recording, names)
        return scene, find_neutral(scene, window_s=settings.neutral_window_s)
    there = named(static)
    scene = seen(recording, common_names(names, there, static.source))
    still = seen(static, common_names(there, names, static.source))
    neutral = find_neutral(still, window_s=settings.neutral_window_s)
    check_same_head(scene, neutral)
    return scene, neutral


def _laboratory(
    names: MarkerNames,
    neutral: NeutralPose,
    anatomy: Anatomy,
    recording: Recording,
    settings: TrackingSettings,
) -> Laboratory:
    return detect_laboratory(
        dict(zip(names.head, neutral.head, strict=True)),
        dict(zip(names.thorax, neutral.thorax, strict=True)),
        source=neutral.source,
        model_head=np.asarray(anatomy.markers),
        stated=StatedAxes(vertical=recording.vertical, up=settings.up, forward=settings.forward),
    )


def _calibration(
    anatomy: Anatomy, names: MarkerNames, neutral: NeutralPose, axes: Float[np.ndarray, "3 3"]
) -> Calibration:
    head = dict(zip(names.head, neutral.head @ axes.T, strict=True))
    thorax = dict(zip(names.thorax, neutral.thorax @ axes.T, strict=True))
    return calibrate(anatomy, head, thorax.get("C7"))


def _track_coordinates(
    recording: CoordinateRecording, anatomy: Anatomy, settings: TrackingSettings
) -> TrackedMotion:
    time, q = np.asarray(recording.time, dtype=float), np.asarray(recording.q, dtype=float)
    check_time(time, recording.source)
    frame, k = np.unravel_index(int(np.abs(q).argmax()), q.shape)
    if abs(q[frame, k]) > _LARGEST_ANGLE_RAD:
        raise RecordingError(
            recording.source,
            f"{COORDINATES[k]} reaches {np.degrees(q[frame, k]):.0f} degrees in frame {frame + 1}, "
            "which no neck can: it looks like degrees under a header that says radians; say so "
            "with --degrees.",
        )
    cutoff = usable_cutoff(settings.cutoff_hz, time)
    everywhere = np.ones(len(time), dtype=bool)
    curve, known = smooth_segments(time, q, everywhere, cutoff_hz=cutoff)
    status = _status(anatomy, curve.value, known, everywhere)
    return TrackedMotion(
        source=recording.source,
        rate_hz=recording.rate_hz,
        motion=_motion(time, curve.value, curve.rate, curve.acceleration, status),
        markers=_traces(anatomy, jnp.asarray(q)),
        gravity=np.broadcast_to(np.asarray(anatomy.gravity), (len(time), 3)),
        filled=~everywhere,
        tracking=None,
        laboratory=None,
        marker_names=None,
        neutral=None,
        calibration=None,
        cutoff_hz=cutoff,
        assumptions=(*recording.notes, filter_sentence(settings.cutoff_hz, time)),
    )


def _status(
    anatomy: Anatomy,
    q: Float[np.ndarray, "t 6"],
    known: Bool[np.ndarray, " t"],
    converged: Bool[np.ndarray, " t"],
) -> StatusT:
    status = np.where(beyond_range(anatomy, q), Status.BEYOND_RANGE, Status.OK)
    status = np.where(converged, status, Status.NOT_CONVERGED)
    return np.where(known, status, Status.GAP).astype(np.int64)


def _motion(
    time: Float[np.ndarray, " t"], q: CoordsT, qd: CoordsT, qdd: CoordsT, status: StatusT
) -> Motion:
    return Motion(*(jnp.asarray(x) for x in (time, q, qd, qdd, status)))


def _tracking(names: MarkerNames, postures: Postures, known: Bool[np.ndarray, " t"]) -> Tracking:
    misfit = np.asarray(postures.misfit)
    worst = int((misfit[known] ** 2).mean(axis=0).argmax()) if known.any() else 0
    return Tracking(
        residual=np.sqrt((misfit**2).mean(axis=1)),
        worst_marker=names.in_file[names.head[worst]],
        undetermined=np.asarray(postures.from_rhythm).mean(axis=0),
        coordinate_sd=np.sqrt(np.asarray(postures.variance).mean(axis=0)),
    )
