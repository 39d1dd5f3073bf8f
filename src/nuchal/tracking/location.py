"""The second stage of tracking: where head and thorax are, and how gravity pulls on them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from nuchal.conventions import GRAVITY_M_S2
from nuchal.errors import Setting
from nuchal.findings import Assumed, Finding, Found, Warned, finding
from nuchal.model.anatomy import Anatomy
from nuchal.tracking.calibration import Calibration, calibrate
from nuchal.tracking.elsewhere import find_elsewhere
from nuchal.tracking.gaps import SeenMarkers
from nuchal.tracking.laboratory import Laboratory, detect_laboratory
from nuchal.tracking.landmarks import Seen
from nuchal.tracking.lean import find_lean, with_c7
from nuchal.tracking.misnamed import refuse_misnamed
from nuchal.tracking.neutral import NeutralPose
from nuchal.tracking.observation import Observation, TrackingSettings
from nuchal.tracking.pivot import find_pivot
from nuchal.tracking.placement import Points
from nuchal.tracking.rests import bent_neutral
from nuchal.tracking.rigid import Poses, thorax_poses
from nuchal.tracking.upright import turn_of
from nuchal.tracking.vertical import Claims

_LARGEST_THORAX_CHANGE_M = 0.015
_LARGEST_DISPLACEMENT_M = 0.08
_FARTHEST_BELOW_M = 0.3


@dataclass(frozen=True, kw_only=True)
class Location:
    """Where head and thorax are in every frame.

    Attributes:
        axes: Rows forward, up and right of the neck in the neutral pose, in laboratory axes: level
            but where trunk and head lean together.
        thorax: Pose against the neutral one, in laboratory axes.
        head: Head markers in the thorax frame [m].
    """

    laboratory: Laboratory
    axes: Float[np.ndarray, "3 3"]
    calibration: Calibration
    thorax: Poses
    head: Float[np.ndarray, "t h 3"]
    findings: tuple[Finding, ...]

    @property
    def gravity(self) -> Float[np.ndarray, "t 3"]:
        """Gravity in the thorax frame [m/s^2]; turns as the trunk leans."""
        up = self.laboratory.rotation[1] @ self.thorax.rotation
        return np.asarray(-GRAVITY_M_S2 * up @ self.axes.T)


def locate(observation: Observation, anatomy: Anatomy, settings: TrackingSettings) -> Location:
    """Find the axes of the laboratory and lay the recording on the neck in the neutral pose.

    Args:
        observation: the first stage's.
        anatomy: the neck of the person.
        settings: the axes that the user states.

    Raises:
        RecordingError: axes that the markers leave open, or places that no person's markers have.
    """
    neutral, thorax, elsewhere = _settled(observation, settings)
    markers, torso = observation.markers, _named(neutral, observation.markers)[1]
    laboratory = _laboratory(observation, neutral, thorax.poses, settings)
    in_thorax = thorax.poses.local(markers.head.positions)
    stance = _stance(markers, neutral, in_thorax, laboratory)
    axes = stance.axes
    head = dict(zip(markers.names.head, neutral.head @ axes.T, strict=True))
    c7 = axes @ torso["C7"] if "C7" in torso else None
    calibration = calibrate(anatomy, head, c7)
    names = {"names": markers.names.files_names(markers.names.thorax)} if torso else {}
    return Location(
        laboratory=laboratory,
        axes=axes,
        calibration=calibration,
        thorax=thorax.poses,
        head=in_thorax @ axes.T + calibration.offset,
        findings=(
            laboratory.finding,
            finding(thorax.what, **names),
            *elsewhere,
            *stance.findings,
            *_warnings(calibration, thorax.poses),
            *_below(neutral, laboratory, settings),
        ),
    )


class _Thorax(NamedTuple):
    poses: Poses
    what: Found | Assumed


class _Stance(NamedTuple):
    """The axes of the neck in the laboratory, and what was found of the trunk and the head."""

    axes: Float[np.ndarray, "3 3"]
    findings: tuple[Finding, ...]


def _settled(
    observation: Observation, settings: TrackingSettings
) -> tuple[NeutralPose, _Thorax, tuple[Finding, ...]]:
    """The neutral pose where the person is in the recording, and the thorax against it."""
    seen, neutral = observation.markers, observation.neutral
    thorax = _Thorax(*thorax_poses(neutral.thorax, seen.thorax.positions))
    if neutral.source == seen.source or thorax.what is Found.THORAX_FITTED:
        return neutral, thorax, ()
    up = _laboratory(observation, neutral, thorax.poses, settings).rotation[1]
    moved = find_elsewhere(seen, neutral, thorax.poses, up)
    if moved is None:
        return neutral, thorax, ()
    thorax = _Thorax(*thorax_poses(moved.neutral.thorax, seen.thorax.positions))
    return moved.neutral, thorax, (moved.finding,)


def _named(neutral: NeutralPose, seen: SeenMarkers) -> tuple[Points, Points]:
    head = dict(zip(seen.names.head, neutral.head, strict=True))
    return head, dict(zip(seen.names.thorax, neutral.thorax, strict=True))


def _laboratory(
    observation: Observation, neutral: NeutralPose, thorax: Poses, settings: TrackingSettings
) -> Laboratory:
    seen = observation.markers
    head, torso = _named(neutral, seen)
    pivot = find_pivot(neutral.head, thorax.local(seen.head.positions)[seen.known])
    if settings.up is None or settings.forward is None:
        on_head = Seen("head", seen.names.head, neutral.head, pivot)
        refuse_misnamed(on_head, seen.names, settings.markers.keys(), seen.source)
    return detect_laboratory(
        head,
        torso,
        source=neutral.source,
        pivot=pivot,
        claims=Claims(observation.recording.vertical, settings.up, settings.forward),
    )


def _stance(
    seen: SeenMarkers,
    neutral: NeutralPose,
    in_thorax: Float[np.ndarray, "t h 3"],
    laboratory: Laboratory,
) -> _Stance:
    """How the person holds trunk and head in the neutral pose."""
    torso, axes = _named(neutral, seen)[1], laboratory.rotation
    pivot = find_pivot(neutral.head, in_thorax[seen.known])
    head = Seen("head", seen.names.head, neutral.head, pivot)
    held = turn_of(with_c7(head, torso), laboratory.up, upright=False)
    lean = find_lean(torso, axes, held.pitch_deg)
    if lean is not None:
        return _Stance(lean.turn @ axes, (lean.finding,))
    bent = bent_neutral(seen, neutral, in_thorax, axes, held)
    return _Stance(axes, () if bent is None else (bent,))


def _below(
    neutral: NeutralPose, laboratory: Laboratory, settings: TrackingSettings
) -> Iterator[Finding]:
    """A head below the origin, from which laboratories count upwards, unless that was said."""
    above_m = float(neutral.head.mean(axis=0) @ laboratory.rotation[1])
    if settings.up is None and above_m < -_FARTHEST_BELOW_M:
        mend = {"up": Setting("up"), "mirror": Setting("mirror", laboratory.up[1])}
        yield finding(Warned.BELOW_ORIGIN, axis=laboratory.up, below_m=-above_m, **mend)


def _warnings(calibration: Calibration, thorax: Poses) -> Iterator[Finding]:
    """What looks wrong where markers, head and neck don't go together."""
    moved = float(np.median(thorax.residual))
    if moved > _LARGEST_THORAX_CHANGE_M:
        yield finding(Warned.THORAX_MOVED, moved_mm=moved * 1e3)
    ahead, above = calibration.from_head[:2] * 1e3
    if np.hypot(ahead, above) > _LARGEST_DISPLACEMENT_M * 1e3:
        mend = {"neutral": Setting("neutral_window_s"), "static": Setting("static")}
        yield finding(Warned.HEAD_DISPLACED, ahead_mm=ahead, above_mm=above, **mend)
