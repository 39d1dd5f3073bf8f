"""``summary.json``: what an estimate found, in numbers that another program can read.

Forces, activations and joint loads are taken over the usable frames; postures over all frames
but gaps; reserves and optimality over all solved frames, since they say what was not usable.
``null`` stands where no frame could be taken.
"""

from typing import Any, Literal

import numpy as np

from nuchal.conventions import LEVELS, Preset
from nuchal.model.angles import part_angles_deg
from nuchal.model.clinical import (
    GROUPS,
    SIDES,
    group_force,
    members,
    reach_deg,
    side_of,
    solved_frames,
    tracked_frames,
)
from nuchal.model.generic import MUSCLE_GROUPS, MUSCLE_LAYERS, MUSCLES
from nuchal.plain_text import file_name
from nuchal.records import Estimate, Method
from nuchal.report.summaries.assisted import AssistanceSummary, assistance_summary
from nuchal.report.summaries.frames import (
    FrameSummary,
    ReserveSummary,
    TrackingSummary,
    frames_summary,
    reserves_summary,
    tracking_summary,
)
from nuchal.report.summaries.head_forces import HeadForceSummary, head_forces_summary
from nuchal.report.summaries.intervals import IntervalSummary, interval_summary, peak_interval
from nuchal.report.summaries.network import NetworkSummary, network_summary
from nuchal.report.summaries.paper import PaperSummary, paper_summary
from nuchal.report.summaries.parts import (
    Document,
    FindingPart,
    Part,
    ParticipantSummary,
    RangeSummary,
    findings_part,
    participant,
    range_summary,
)
from nuchal.report.text import muscle_name, sentence


class ForceSummary(Part):
    """A force over the usable frames."""

    peak_N: float | None
    mean_N: float | None
    peak_time_s: float | None


class MuscleSummary(ForceSummary):
    """One muscle.

    Attributes:
        name: Anatomical name without the side.
        peak_interval_N: Where the peak's true force is sought, if there are intervals.
        saturated_frames: Frames at full activation, flagged ones included.
    """

    name: str
    side: Literal["right", "left"]
    group: str
    layer: str
    peak_activation: float | None
    peak_interval_N: tuple[float, float] | None
    saturated_frames: int


class GroupSummary(Part):
    """The summed force of a group on either side."""

    right: ForceSummary
    left: ForceSummary
    muscles: dict[Literal["right", "left"], list[str]]


class LevelSummary(Part):
    """The load on one joint.

    Attributes:
        peak_time_s: When compression peaks.
        peak_shear_N: Size of forward and sideways shear together.
    """

    peak_compression_N: float | None
    mean_compression_N: float | None
    peak_time_s: float | None
    peak_shear_N: float | None
    mean_shear_N: float | None


class Summary(Document):
    """Everything in ``summary.json``.

    Attributes:
        recording: Name of the file.
        method_reason: Why this method, as the end of a sentence.
        tracking: ``null`` where the recording gave the coordinates themselves.
        range_of_motion_deg: ``head_on_thorax``, ``upper_neck``, ``lower_neck``.
        reserves: By coordinate.
        levels: By joint, C7-T1 to C0-C1.
        worst_optimality: Largest KKT residual of the recruitment, dimensionless; ``null`` where
            none was solved.
        intervals: Of a network's forces, and of those of recorded orientations.
        network: Of method ``network`` only.
        paper: Of method ``paper`` only.
        head_forces: From outside, by name; ``null`` where none act.
        emg: ``null`` where it took no part.
    """

    schema_version: Literal[2] = 2
    recording: str
    subject: ParticipantSummary
    preset: Preset
    engine: Literal["jax", "opensim"]
    method: Method
    method_reason: str
    assumptions: list[FindingPart]
    frames: FrameSummary
    tracking: TrackingSummary | None
    range_of_motion_deg: dict[str, RangeSummary]
    muscles: dict[str, MuscleSummary]
    groups: dict[str, GroupSummary]
    reserves: dict[str, ReserveSummary]
    levels: dict[str, LevelSummary]
    worst_optimality: float | None
    intervals: IntervalSummary | None
    network: NetworkSummary | None
    paper: PaperSummary | None
    head_forces: dict[str, HeadForceSummary] | None
    emg: AssistanceSummary | None


def summary(estimate: Estimate) -> dict[str, Any]:
    """:func:`summarise` as a dictionary of plain numbers, strings, lists and dictionaries."""
    return summarise(estimate).model_dump(mode="json")


def summarise(estimate: Estimate) -> Summary:
    """Everything worth quoting about an estimate."""
    solved = solved_frames(estimate) & (estimate.paper is None)
    optimality = np.asarray(estimate.forces.optimality)[solved]
    known = tracked_frames(estimate)
    parts = ("upper_neck", "lower_neck")
    angles = {"head_on_thorax": estimate.head_angles_deg}
    angles |= dict(zip(parts, part_angles_deg(estimate.motion.q), strict=True))
    return Summary(
        recording=file_name(estimate.source),
        subject=participant(estimate.subject),
        preset=estimate.preset,
        engine=estimate.engine,
        method=estimate.method,
        method_reason=sentence(estimate.method_reason),
        assumptions=findings_part(estimate.assumptions),
        frames=frames_summary(estimate),
        tracking=tracking_summary(estimate),
        range_of_motion_deg={k: range_summary(reach_deg(x[known])) for k, x in angles.items()},
        muscles={name: _muscle(estimate, m) for m, name in enumerate(MUSCLES)},
        groups={group: _group(estimate, group) for group in GROUPS},
        reserves=reserves_summary(estimate),
        levels={name: _level(estimate, k) for k, name in enumerate(LEVELS)},
        worst_optimality=float(optimality.max()) if optimality.size else None,
        intervals=interval_summary(estimate),
        network=network_summary(estimate),
        paper=paper_summary(estimate),
        head_forces=head_forces_summary(estimate.head_forces, np.asarray(estimate.motion.time)),
        emg=assistance_summary(estimate),
    )


def _force(estimate: Estimate, force: np.ndarray) -> ForceSummary:
    usable = np.asarray(estimate.quality)
    if not usable.any():
        return ForceSummary(peak_N=None, mean_N=None, peak_time_s=None)
    highest = int(np.argmax(np.where(usable, force, -np.inf)))
    return ForceSummary(
        peak_N=float(force[highest]),
        mean_N=float(force[usable].mean()),
        peak_time_s=float(np.asarray(estimate.motion.time)[highest]),
    )


def _muscle(estimate: Estimate, m: int) -> MuscleSummary:
    forces = estimate.forces
    activation = np.asarray(forces.activation)[np.asarray(estimate.quality), m]
    return MuscleSummary(
        name=muscle_name(MUSCLES[m]),
        side=side_of(MUSCLES[m]),
        group=MUSCLE_GROUPS[m],
        layer=MUSCLE_LAYERS[m],
        peak_activation=float(activation.max()) if activation.size else None,
        saturated_frames=int(np.sum(np.asarray(forces.saturated)[:, m] & tracked_frames(estimate))),
        peak_interval_N=peak_interval(estimate, m),
        **_force(estimate, np.asarray(forces.force)[:, m]).model_dump(),
    )


def _group(estimate: Estimate, group: str) -> GroupSummary:
    right, left = (
        _force(estimate, group_force(estimate.forces.force, group, side)) for side in SIDES
    )
    names = {side: [MUSCLES[m] for m in members(group, side)] for side in SIDES}
    return GroupSummary(right=right, left=left, muscles=names)


def _level(estimate: Estimate, k: int) -> LevelSummary:
    usable, loads = np.asarray(estimate.quality), estimate.reactions
    compression = _force(estimate, np.asarray(loads.compression)[:, k])
    shear = np.hypot(np.asarray(loads.anterior_shear), np.asarray(loads.right_shear))[usable, k]
    return LevelSummary(
        peak_compression_N=compression.peak_N,
        mean_compression_N=compression.mean_N,
        peak_time_s=compression.peak_time_s,
        peak_shear_N=float(shear.max()) if shear.size else None,
        mean_shear_N=float(shear.mean()) if shear.size else None,
    )
