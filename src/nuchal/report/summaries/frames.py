"""The parts of ``summary.json`` on frames: what became of them, what markers and moments miss."""

import numpy as np

from nuchal.conventions import COORDINATES
from nuchal.errors import Status
from nuchal.model.clinical import frame_status, solved_frames, tracked_frames
from nuchal.records import Estimate
from nuchal.report.summaries.parts import Part
from nuchal.report.text import status_meaning
from nuchal.tracking.smoothing import segments


class StatusSummary(Part):
    """How many frames have a status, and what to do about them."""

    count: int
    meaning: str


class StretchSummary(Part):
    """Frames in a row with one status other than ``ok``, from the first to the last of them."""

    status: str
    start_s: float
    end_s: float
    count: int


class FrameSummary(Part):
    """The frames of the recording.

    Attributes:
        usable: Frames whose forces can be used.
        duration_s: From the first frame to the last.
        flagged: In the order of time.
    """

    count: int
    usable: int
    duration_s: float
    rate_hz: float | None
    by_status: dict[str, StatusSummary]
    flagged: list[StretchSummary]


class CoordinateSummary(Part):
    """How well the markers determine one coordinate.

    Attributes:
        share_from_rhythm: What the physiological rhythm supplied and the markers did not, 0 to 1.
    """

    share_from_rhythm: float
    sd_deg: float


class TrackingSummary(Part):
    """How well the coordinates explain the markers."""

    residual_rms_mm: float
    residual_max_mm: float
    worst_marker: str
    coordinates: dict[str, CoordinateSummary]


class ReserveSummary(Part):
    """The part of the net moment about one coordinate that the muscles do not supply.

    Optimisation leaves none unless the muscles cannot; a network's forces miss a little.

    Attributes:
        worst_Nm: Of the largest size, with its sign; extension, right bending, left rotation
            positive.
    """

    worst_Nm: float | None
    rms_Nm: float | None
    worst_time_s: float | None


def frames_summary(estimate: Estimate) -> FrameSummary:
    """What became of the frames."""
    time, status = np.asarray(estimate.motion.time), frame_status(estimate)
    duration = float(time[-1] - time[0])
    flagged = [
        StretchSummary(
            status=member.name.lower(),
            start_s=float(time[first]),
            end_s=float(time[end - 1]),
            count=end - first,
        )
        for member in Status
        if member is not Status.OK
        for first, end in segments(status == member)
    ]
    return FrameSummary(
        count=time.size,
        usable=int(np.asarray(estimate.quality).sum()),
        duration_s=duration,
        rate_hz=(time.size - 1) / duration if duration > 0 else None,
        by_status={
            member.name.lower(): StatusSummary(
                count=int(np.sum(status == member)), meaning=status_meaning(member)
            )
            for member in Status
        },
        flagged=sorted(flagged, key=lambda stretch: stretch.start_s),
    )


def tracking_summary(estimate: Estimate) -> TrackingSummary | None:
    """How well the coordinates explain the markers; None without markers or known frames."""
    tracking, known = estimate.tracking, tracked_frames(estimate)
    if tracking is None or not known.any():
        return None
    residual_mm = 1e3 * np.asarray(tracking.residual)[known]
    each = zip(COORDINATES, tracking.undetermined, tracking.coordinate_sd, strict=True)
    return TrackingSummary(
        residual_rms_mm=float(np.sqrt(np.mean(residual_mm**2))),
        residual_max_mm=float(residual_mm.max()),
        worst_marker=tracking.worst_marker,
        coordinates={
            name: CoordinateSummary(share_from_rhythm=float(share), sd_deg=float(np.rad2deg(sd)))
            for name, share, sd in each
        },
    )


def reserves_summary(estimate: Estimate) -> dict[str, ReserveSummary]:
    """What the muscles do not supply, by coordinate."""
    solved, time = solved_frames(estimate), np.asarray(estimate.motion.time)
    if not solved.any():
        none = ReserveSummary(worst_Nm=None, rms_Nm=None, worst_time_s=None)
        return dict.fromkeys(COORDINATES, none)
    reserve = np.asarray(estimate.forces.reserve)
    worst = np.argmax(np.where(solved[:, None], np.abs(reserve), -1.0), axis=0)
    return {
        name: ReserveSummary(
            worst_Nm=float(reserve[worst[k], k]),
            rms_Nm=float(np.sqrt(np.mean(reserve[solved, k] ** 2))),
            worst_time_s=float(time[worst[k]]),
        )
        for k, name in enumerate(COORDINATES)
    }
