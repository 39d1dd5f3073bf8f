"""Second and third stages of tracking: how the person stands, and where that puts the neck."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from nuchal.conventions import GRAVITY_M_S2
from nuchal.findings import Assumed, Finding, Found, finding
from nuchal.model.anatomy import Anatomy
from nuchal.tracking.observation import Observation, TrackingSettings
from nuchal.tracking.place.calibration import Calibration, calibrate
from nuchal.tracking.place.elsewhere import find_elsewhere
from nuchal.tracking.place.laboratory import Laboratory, detect_laboratory
from nuchal.tracking.place.landmarks import Seen
from nuchal.tracking.place.misnamed import refuse_misnamed
from nuchal.tracking.place.neutral import NeutralPose
from nuchal.tracking.place.pivot import Pivot, find_pivot
from nuchal.tracking.place.stance import below_origin, find_stance, misfits
from nuchal.tracking.place.vertical import Claims
from nuchal.tracking.rigid import Poses, thorax_poses


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How the person stands in the laboratory, whatever their neck.

    Attributes:
        axes: Rows forward, up and right of the neck in the neutral pose, in laboratory axes: level
            but where trunk and head lean together.
        thorax: Pose against the neutral one, in laboratory axes.
        head: Head markers as seen from the thorax, in laboratory axes of the neutral pose [m].
        neutral_head: Head markers in the neutral pose, in the neck's axes [m], by our names.
        c7: Likewise, where there is one.
    """

    laboratory: Laboratory
    axes: Float[np.ndarray, "3 3"]
    thorax: Poses
    head: Float[np.ndarray, "t h 3"]
    neutral_head: Mapping[str, Float[np.ndarray, "3"]]
    c7: Float[np.ndarray, "3"] | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True)
class Location:
    """Where head and thorax are in every frame, on a neck.

    Attributes:
        head: Head markers in the thorax frame [m].
    """

    standing: Standing
    calibration: Calibration
    head: Float[np.ndarray, "t h 3"]
    findings: tuple[Finding, ...]

    @property
    def laboratory(self) -> Laboratory:
        """The laboratory's axes, as the person faces in the neutral pose."""
        return self.standing.laboratory

    @property
    def in_laboratory(self) -> Poses:
        """The thorax frame of the neck, as it is in the laboratory."""
        thorax, axes = self.standing.thorax, self.standing.axes
        rotation = thorax.rotation @ axes.T
        return Poses(rotation, thorax.origin - rotation @ self.calibration.offset, thorax.residual)

    @property
    def gravity(self) -> Float[np.ndarray, "t 3"]:
        """Gravity in the thorax frame [m/s^2]; turns as the trunk leans."""
        up = self.laboratory.rotation[1] @ self.standing.thorax.rotation
        return np.asarray(-GRAVITY_M_S2 * up @ self.standing.axes.T)


def stand(observation: Observation, settings: TrackingSettings) -> Standing:
    """Find the axes of the laboratory, and head and thorax in them.

    Args:
        observation: the first stage's.
        settings: the axes that the user states.

    Raises:
        RecordingError: axes that the markers leave open, or places that no person's markers have.
    """
    neutral, thorax, elsewhere = _settled(observation, settings)
    markers, torso = observation.markers, neutral.by_name(observation.markers.names)[1]
    in_thorax = thorax.poses.local(markers.head.positions)
    pivot = find_pivot(neutral.head, in_thorax[markers.known])
    laboratory = _laboratory(observation, neutral, pivot, settings)
    stance = find_stance(markers, neutral, in_thorax, laboratory, pivot)
    axes = stance.axes
    names = {"names": markers.names.files_names(markers.names.thorax)} if torso else {}
    return Standing(
        laboratory=laboratory,
        axes=axes,
        thorax=thorax.poses,
        head=in_thorax,
        neutral_head=dict(zip(markers.names.head, neutral.head @ axes.T, strict=True)),
        c7=axes @ torso["C7"] if "C7" in torso else None,
        findings=(
            laboratory.finding,
            finding(thorax.what, **names),
            *elsewhere,
            *stance.findings,
            *below_origin(neutral, laboratory, stated=settings.up is not None),
        ),
    )


def locate(standing: Standing, anatomy: Anatomy) -> Location:
    """Lay a recording on a neck in the neutral pose."""
    calibration = calibrate(anatomy, standing.neutral_head, standing.c7)
    return Location(
        standing=standing,
        calibration=calibration,
        head=standing.head @ standing.axes.T + calibration.offset,
        findings=(*standing.findings, *misfits(calibration, standing.thorax)),
    )


class _Thorax(NamedTuple):
    poses: Poses
    what: Found | Assumed


def _settled(
    observation: Observation, settings: TrackingSettings
) -> tuple[NeutralPose, _Thorax, tuple[Finding, ...]]:
    """The neutral pose where the person is in the recording, and the thorax against it."""
    seen, neutral = observation.markers, observation.neutral
    thorax = _Thorax(*thorax_poses(neutral.thorax, seen.thorax.positions))
    if neutral.source == seen.source or thorax.what is Found.THORAX_FITTED:
        return neutral, thorax, ()
    pivot = find_pivot(neutral.head, thorax.poses.local(seen.head.positions)[seen.known])
    up = _laboratory(observation, neutral, pivot, settings).rotation[1]
    moved = find_elsewhere(seen, neutral, thorax.poses, up)
    if moved is None:
        return neutral, thorax, ()
    thorax = _Thorax(*thorax_poses(moved.neutral.thorax, seen.thorax.positions))
    return moved.neutral, thorax, (moved.finding,)


def _laboratory(
    observation: Observation, neutral: NeutralPose, pivot: Pivot, settings: TrackingSettings
) -> Laboratory:
    seen = observation.markers
    head, torso = neutral.by_name(seen.names)
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
