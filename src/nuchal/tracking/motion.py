"""What tracking gives, of whatever was recorded: a motion without noise, and how it was found."""

from dataclasses import dataclass
from pathlib import Path

import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float

from nuchal.arrays import Array
from nuchal.errors import Status
from nuchal.findings import Finding
from nuchal.model.anatomy import Anatomy
from nuchal.model.angles import beyond_range, head_angles_deg
from nuchal.records import Motion, Tracking
from nuchal.tracking.location import Location
from nuchal.tracking.observation import Observation
from nuchal.tracking.smoothing import filter_findings, smooth_segments, usable_cutoff


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
        tracking: None where the recording gave the coordinates themselves or orientations, as the
            next two.
        likely: Other motions that are as likely, of a recording of orientations.
        likely_angles_deg: Clinical angles of the head in them [degrees].
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
    likely: tuple[Motion, ...] = ()
    likely_angles_deg: tuple[Float[np.ndarray, "t 3"], ...] = ()

    def head_angles_deg(self, anatomy: Anatomy) -> Float[np.ndarray, "t 3"]:
        """Clinical angles of the head on the thorax, of a neck that moves so [degrees]."""
        return head_angles_deg(anatomy, self.motion.q)


def smooth_motion(
    anatomy: Anatomy,
    time: Float[np.ndarray, " t"],
    q: Float[np.ndarray, "t 6"],
    known: Bool[np.ndarray, " t"],
    solved: Bool[np.ndarray, " t"],
    *,
    cutoff_hz: float,
) -> SmoothMotion:
    """The last stage: coordinates without noise, their derivatives, and what became of each frame.

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
