"""A recording of orientations and a neck become a motion, and others that are as likely."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from jaxtyping import Float

from nuchal.conventions import Device
from nuchal.errors import Phrase, Setting, phrase
from nuchal.findings import Assumed, finding
from nuchal.model.anatomy import Anatomy
from nuchal.model.angles import head_angles_deg
from nuchal.orientations import OrientationRecording
from nuchal.tracking.motion import SmoothMotion, TrackedMotion, smooth_motion
from nuchal.tracking.observation import TrackingSettings
from nuchal.tracking.place.calibration import marker_traces
from nuchal.tracking.turned.doubt import ERRORS, LIKELY, USUAL_DEVICE, TurnErrors, drawn_turns
from nuchal.tracking.turned.drift import believed_drift, drift_findings, find_drift
from nuchal.tracking.turned.seen import Turned, see_turned
from nuchal.tracking.turned.track import turned_postures

_DEVICES: Final[Mapping[Device, Phrase]] = {
    "rigid bodies": phrase("turned.rigid_bodies"),
    "inertial": phrase("turned.inertial"),
    "markerless": phrase("turned.markerless"),
    "headset": phrase("turned.headset"),
    "camera": phrase("turned.camera"),
}


def track_turned(
    recording: OrientationRecording,
    anatomy: Anatomy,
    settings: TrackingSettings,
    static: OrientationRecording | None = None,
) -> TrackedMotion:
    """Find the six coordinates and their derivatives in how head and torso are turned.

    Args:
        recording: of head and torso, or the head alone.
        anatomy: the neck of the person.
        settings: which bodies they are, axes, gaps, filter and neutral pose.
        static: of the same sensors, worn alike, in the neutral pose.

    Raises:
        RecordingError: bodies, axes or a neutral pose that cannot be told.
    """
    turned = see_turned(recording, settings, static)
    time = np.asarray(recording.time)
    device = settings.device or recording.device or USUAL_DEVICE
    errors = ERRORS[device]
    drift = find_drift(time, turned.head, turned.known, recording.rate_hz)
    likely = drawn_turns(
        turned.head,
        time,
        turned.neutral_s,
        errors,
        trunk_seen=turned.trunk_seen,
        count=LIKELY,
        drift_rad_s=believed_drift(drift, errors.drift_rad_s),
    )
    smoothed, *others = (
        _smooth_turned(anatomy, turned, head, errors, settings.cutoff_hz)
        for head in (turned.head, *likely)
    )
    angles = tuple(head_angles_deg(anatomy, one.motion.q) for one in others)
    off = (np.asarray(angles) - head_angles_deg(anatomy, smoothed.motion.q))[:, turned.known]
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
            finding(
                Assumed.TURNS_IN_DOUBT,
                device=_DEVICES[device],
                sd_deg=tuple(np.sqrt((off**2).mean(axis=(0, 1))).tolist()),
                mend=Setting("device"),
            ),
            *smoothed.findings,
        ),
        likely=tuple(one.motion for one in others),
        likely_angles_deg=angles,
    )


def _smooth_turned(
    anatomy: Anatomy,
    turned: Turned,
    head: Float[np.ndarray, "t 3 3"],
    errors: TurnErrors,
    cutoff_hz: float,
) -> SmoothMotion:
    """The motion of a neck whose head is turned so on the torso."""
    postures = turned_postures(anatomy, head, errors.tilt_rad)
    solved = np.asarray(postures.converged)
    time, q = np.asarray(turned.source.time), np.asarray(postures.q)
    return smooth_motion(anatomy, time, q, turned.known, solved, cutoff_hz=cutoff_hz)
