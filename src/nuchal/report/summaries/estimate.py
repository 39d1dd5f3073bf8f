"""``summary.json``: what an estimate found, in numbers that another program can read."""

from importlib.metadata import version
from typing import Any

import numpy as np

from nuchal.conventions import COORDINATES, LEVELS
from nuchal.errors import Status
from nuchal.model.anatomy import MUSCLE_GROUPS, MUSCLE_LAYERS, MUSCLES
from nuchal.model.clinical import (
    GROUPS,
    MOVEMENTS,
    RESEARCH_USE,
    SIDES,
    frame_status,
    group_force,
    head_angles_deg,
    members,
    part_angles_deg,
    side_of,
    solved_frames,
    tracked_frames,
    usable_frames,
    words_of,
)
from nuchal.records import Estimate, Subject
from nuchal.report.schemas.estimate import (
    CoordinateSummary,
    ForceSummary,
    FrameSummary,
    GroupSummary,
    LevelSummary,
    MuscleSummary,
    ParticipantSummary,
    RangeSummary,
    ReserveSummary,
    StatusSummary,
    StretchSummary,
    Summary,
    TrackingSummary,
)
from nuchal.report.summaries.network import network_summary, peak_interval
from nuchal.report.text import sentence, status_meaning
from nuchal.tracking.smoothing import segments


def summary(estimate: Estimate) -> dict[str, Any]:
    """:func:`summarise` as a dictionary of plain numbers, strings, lists and dictionaries."""
    return summarise(estimate).model_dump(mode="json")


def summarise(estimate: Estimate) -> Summary:
    """Everything worth quoting about an estimate; keys as in ``report.schemas.estimate``."""
    solved = solved_frames(estimate)
    optimality = np.asarray(estimate.forces.optimality)[solved]
    return Summary(
        software=f"nuchal {version('nuchal')}",
        notice=RESEARCH_USE,
        recording=estimate.source.name,
        subject=participant(estimate.subject),
        preset=estimate.preset,
        engine=estimate.engine,
        method=estimate.method,
        method_reason=sentence(estimate.method_reason),
        assumptions=[sentence(one) for one in estimate.assumptions],
        frames=_frames(estimate),
        tracking=_tracking(estimate),
        range_of_motion_deg=_ranges(estimate),
        muscles={name: _muscle(estimate, m) for m, name in enumerate(MUSCLES)},
        groups={group: _group(estimate, group) for group in GROUPS},
        reserves=_reserves(estimate, solved),
        levels={name: _level(estimate, k) for k, name in enumerate(LEVELS)},
        worst_optimality=float(optimality.max()) if optimality.size else None,
        network=network_summary(estimate),
    )


def participant(person: Subject) -> ParticipantSummary:
    """The measures of a person."""
    return ParticipantSummary(
        neck_length_m=person.neck_length_m,
        shoulder_width_m=person.shoulder_width_m,
        head_mass_kg=person.head_mass_kg,
        head_breadth_m=person.head_breadth_m,
        head_length_m=person.head_length_m,
        head_height_m=person.head_height_m,
        sex=person.sex,
        age_years=person.age_years,
    )


def _frames(estimate: Estimate) -> FrameSummary:
    time, status = np.asarray(estimate.motion.time), frame_status(estimate)
    duration = float(time[-1] - time[0])
    return FrameSummary(
        count=time.size,
        usable=int(usable_frames(estimate).sum()),
        duration_s=duration,
        rate_hz=(time.size - 1) / duration if duration > 0 else None,
        by_status={
            member.name.lower(): StatusSummary(
                count=int(np.sum(status == member)), meaning=status_meaning(member)
            )
            for member in Status
        },
        flagged=_stretches(time, status),
    )


def _stretches(time: np.ndarray, status: np.ndarray) -> list[StretchSummary]:
    found = [
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
    return sorted(found, key=lambda stretch: stretch.start_s)


def _tracking(estimate: Estimate) -> TrackingSummary | None:
    tracking = estimate.tracking
    residual = None if tracking is None else np.asarray(tracking.residual)[tracked_frames(estimate)]
    if tracking is None or residual is None or not residual.size:
        return None
    return TrackingSummary(
        residual_rms_mm=1e3 * float(np.sqrt(np.mean(residual**2))),
        residual_max_mm=1e3 * float(residual.max()),
        worst_marker=tracking.worst_marker,
        coordinates={
            name: CoordinateSummary(
                share_from_rhythm=float(tracking.undetermined[k]),
                sd_deg=float(np.rad2deg(tracking.coordinate_sd[k])),
            )
            for k, name in enumerate(COORDINATES)
        },
    )


def _ranges(estimate: Estimate) -> dict[str, RangeSummary]:
    tracked = tracked_frames(estimate)
    upper, lower = part_angles_deg(estimate.motion.q)
    parts = {
        "head_on_thorax": head_angles_deg(estimate.motion.q),
        "upper_neck": upper,
        "lower_neck": lower,
    }
    return {part: _range(angles[tracked]) for part, angles in parts.items()}


def _range(angles: np.ndarray) -> RangeSummary:
    """How far the angles went in each of the six directions [degrees]; never below zero."""
    reach: dict[str, float] = {}
    for k, (positive, negative) in enumerate(MOVEMENTS):
        reach[positive.replace(" ", "_")] = float(np.max(angles[:, k], initial=0.0))
        reach[negative.replace(" ", "_")] = float(np.max(-angles[:, k], initial=0.0))
    return RangeSummary(**reach)


def _force(estimate: Estimate, force: np.ndarray) -> ForceSummary:
    usable = usable_frames(estimate)
    if not usable.any():
        return ForceSummary(peak_N=None, mean_N=None, peak_time_s=None)
    highest = int(np.argmax(np.where(usable, force, -np.inf)))
    return ForceSummary(
        peak_N=float(force[highest]),
        mean_N=float(force[usable].mean()),
        peak_time_s=float(np.asarray(estimate.motion.time)[highest]),
    )


def _muscle(estimate: Estimate, m: int) -> MuscleSummary:
    usable, forces = usable_frames(estimate), estimate.forces
    activation = np.asarray(forces.activation)[usable, m]
    return MuscleSummary(
        name=words_of(MUSCLES[m]),
        side=side_of(MUSCLES[m]),
        group=MUSCLE_GROUPS[m],
        layer=MUSCLE_LAYERS[m],
        peak_activation=float(activation.max()) if activation.size else None,
        saturated_frames=int(np.sum(np.asarray(forces.saturated)[:, m] & tracked_frames(estimate))),
        peak_interval_N=peak_interval(estimate, m),
        **_force(estimate, np.asarray(forces.force)[:, m]).model_dump(),
    )


def _group(estimate: Estimate, group: str) -> GroupSummary:
    sides = {
        side: _force(estimate, group_force(estimate.forces.force, group, side)) for side in SIDES
    }
    names = {side: [MUSCLES[m] for m in members(group, side)] for side in SIDES}
    return GroupSummary(right=sides["right"], left=sides["left"], muscles=names)


def _reserves(estimate: Estimate, solved: np.ndarray) -> dict[str, ReserveSummary]:
    reserve = np.asarray(estimate.forces.reserve)
    time = np.asarray(estimate.motion.time)
    out: dict[str, ReserveSummary] = {}
    for k, name in enumerate(COORDINATES):
        if not solved.any():
            out[name] = ReserveSummary(worst_Nm=None, rms_Nm=None, worst_time_s=None)
            continue
        worst = int(np.argmax(np.where(solved, np.abs(reserve[:, k]), -1.0)))
        out[name] = ReserveSummary(
            worst_Nm=float(reserve[worst, k]),
            rms_Nm=float(np.sqrt(np.mean(reserve[solved, k] ** 2))),
            worst_time_s=float(time[worst]),
        )
    return out


def _level(estimate: Estimate, k: int) -> LevelSummary:
    usable, loads = usable_frames(estimate), estimate.reactions
    compression = _force(estimate, np.asarray(loads.compression)[:, k])
    shear = np.hypot(np.asarray(loads.anterior_shear), np.asarray(loads.right_shear))[usable, k]
    return LevelSummary(
        peak_compression_N=compression.peak_N,
        mean_compression_N=compression.mean_N,
        peak_time_s=compression.peak_time_s,
        peak_shear_N=float(shear.max()) if shear.size else None,
        mean_shear_N=float(shear.mean()) if shear.size else None,
    )
