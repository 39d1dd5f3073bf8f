"""The second stage of tracking: where head and thorax are, and how gravity pulls on them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from nuchal.conventions import GRAVITY_M_S2
from nuchal.findings import Finding, Warned, finding
from nuchal.model.anatomy import Anatomy
from nuchal.tracking.calibration import Calibration, calibrate
from nuchal.tracking.laboratory import Laboratory, detect_laboratory
from nuchal.tracking.observation import Observation, TrackingSettings
from nuchal.tracking.pivot import find_pivot
from nuchal.tracking.rigid import Poses, thorax_poses
from nuchal.tracking.vertical import Claims

_LARGEST_THORAX_CHANGE_M = 0.015
_LARGEST_DISPLACEMENT_M = 0.08


@dataclass(frozen=True, kw_only=True)
class Location:
    """Where head and thorax are in every frame.

    Attributes:
        thorax: Pose against the neutral one, in laboratory axes.
        head: Head markers in the thorax frame [m].
    """

    laboratory: Laboratory
    calibration: Calibration
    thorax: Poses
    head: Float[np.ndarray, "t h 3"]
    findings: tuple[Finding, ...]

    @property
    def gravity(self) -> Float[np.ndarray, "t 3"]:
        """Gravity in the thorax frame [m/s^2]; turns as the trunk leans."""
        axes = self.laboratory.rotation
        return np.asarray(-GRAVITY_M_S2 * (axes[1] @ self.thorax.rotation) @ axes.T)


def locate(observation: Observation, anatomy: Anatomy, settings: TrackingSettings) -> Location:
    """Find the axes of the laboratory and lay the recording on the neck in the neutral pose.

    Args:
        observation: the first stage's.
        anatomy: the neck of the person.
        settings: the axes that the user states.

    Raises:
        RecordingError: axes that the markers leave open, or places that no person's markers have.
    """
    markers, neutral = observation.markers, observation.neutral
    head = dict(zip(markers.names.head, neutral.head, strict=True))
    torso = dict(zip(markers.names.thorax, neutral.thorax, strict=True))
    thorax, what = thorax_poses(neutral.thorax, markers.thorax.positions)
    in_thorax = thorax.local(markers.head.positions)
    laboratory = detect_laboratory(
        head,
        torso,
        source=neutral.source,
        pivot=find_pivot(neutral.head, in_thorax[markers.known]),
        claims=Claims(observation.recording.vertical, settings.up, settings.forward),
    )
    axes = laboratory.rotation
    calibration = calibrate(
        anatomy,
        dict(zip(head, neutral.head @ axes.T, strict=True)),
        dict(zip(torso, neutral.thorax @ axes.T, strict=True)).get("C7"),
    )
    names = {"names": markers.names.files_names(markers.names.thorax)} if torso else {}
    return Location(
        laboratory=laboratory,
        calibration=calibration,
        thorax=thorax,
        head=in_thorax @ axes.T + calibration.offset,
        findings=(laboratory.finding, finding(what, **names), *_warnings(calibration, thorax)),
    )


def _warnings(calibration: Calibration, thorax: Poses) -> Iterator[Finding]:
    """What looks wrong where markers, head and neck don't go together."""
    moved = float(np.median(thorax.residual))
    if moved > _LARGEST_THORAX_CHANGE_M:
        yield finding(Warned.THORAX_MOVED, moved_mm=moved * 1e3)
    ahead, above = calibration.from_head[:2] * 1e3
    if np.hypot(ahead, above) > _LARGEST_DISPLACEMENT_M * 1e3:
        yield finding(Warned.HEAD_DISPLACED, ahead_mm=ahead, above_mm=above)
