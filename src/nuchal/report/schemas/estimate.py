# ruff: noqa: N815 - units keep their capitals: N, Nm
"""The keys of ``summary.json``: what each number is, in which unit, over which frames.

Forces, activations and joint loads are taken over the usable frames; postures over all frames
but gaps; reserves and optimality over all solved frames, since they say what was not usable.
``null`` stands where no frame could be taken. Every other number is finite.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Finite = Annotated[float, Field(allow_inf_nan=False)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ParticipantSummary(_Part):
    """The measures of the person.

    Attributes:
        head_mass_kg: Head and neck together.
    """

    neck_length_m: Finite
    shoulder_width_m: Finite
    head_mass_kg: Finite
    head_breadth_m: Finite | None
    head_length_m: Finite | None
    head_height_m: Finite | None
    sex: Literal["female", "male"] | None
    age_years: Finite | None


class StatusSummary(_Part):
    """How many frames have a status, and what to do about them."""

    count: int
    meaning: str


class StretchSummary(_Part):
    """Frames in a row with one status other than ``ok``.

    Attributes:
        start_s: Time of the first of them.
        end_s: Time of the last of them.
    """

    status: str
    start_s: Finite
    end_s: Finite
    count: int


class FrameSummary(_Part):
    """The frames of the recording.

    Attributes:
        usable: Frames whose forces can be used.
        duration_s: From the first frame to the last.
        flagged: In the order of time.
    """

    count: int
    usable: int
    duration_s: Finite
    rate_hz: Finite | None
    by_status: dict[str, StatusSummary]
    flagged: list[StretchSummary]


class CoordinateSummary(_Part):
    """How well the markers determine one coordinate.

    Attributes:
        share_from_rhythm: What the physiological rhythm supplied and the markers did not, 0 to 1.
    """

    share_from_rhythm: Finite
    sd_deg: Finite


class TrackingSummary(_Part):
    """How well the coordinates explain the markers."""

    residual_rms_mm: Finite
    residual_max_mm: Finite
    worst_marker: str
    coordinates: dict[str, CoordinateSummary]


class RangeSummary(_Part):
    """The farthest angle in each direction from the neutral posture [degrees]."""

    flexion: Finite
    extension: Finite
    right_bending: Finite
    left_bending: Finite
    right_rotation: Finite
    left_rotation: Finite


class ForceSummary(_Part):
    """A force over the usable frames."""

    peak_N: Finite | None
    mean_N: Finite | None
    peak_time_s: Finite | None


class MuscleSummary(ForceSummary):
    """One muscle.

    Attributes:
        name: Anatomical name without the side.
        peak_interval_N: Where a network seeks the peak's true force; ``null`` for optimisation.
        saturated_frames: Frames at full activation, flagged ones included.
    """

    name: str
    side: Literal["right", "left"]
    group: str
    layer: str
    peak_activation: Finite | None
    peak_interval_N: tuple[Finite, Finite] | None
    saturated_frames: int


class GroupSummary(_Part):
    """The summed force of a group on either side."""

    right: ForceSummary
    left: ForceSummary
    muscles: dict[Literal["right", "left"], list[str]]


class ReserveSummary(_Part):
    """The part of the net moment about one coordinate that the muscles do not supply.

    Optimisation leaves none unless the muscles cannot; a network's forces miss a little.

    Attributes:
        worst_Nm: Of the largest size, with its sign; extension, right bending, left rotation
            positive.
    """

    worst_Nm: Finite | None
    rms_Nm: Finite | None
    worst_time_s: Finite | None


class LevelSummary(_Part):
    """The load on one joint.

    Attributes:
        peak_time_s: When compression peaks.
        peak_shear_N: Size of forward and sideways shear together.
    """

    peak_compression_N: Finite | None
    mean_compression_N: Finite | None
    peak_time_s: Finite | None
    peak_shear_N: Finite | None
    mean_shear_N: Finite | None


class RespectSummary(_Part):
    """How far the usable postures are from the training frames in one respect.

    Attributes:
        share_outside: Of the frames, 0 to 1.
        worst: Largest distance from the centre; the border is at 1.
    """

    share_outside: Finite
    worst: Finite


class DomainSummary(_Part):
    """Whether the recording is like what the network was trained on.

    Attributes:
        share_outside: Of the frames, in any respect, 0 to 1.
        respects: ``posture``, ``speed``, ``acceleration``, ``body``, ``load``.
    """

    share_outside: Finite
    respects: dict[str, RespectSummary]


class IntervalSummary(_Part):
    """Intervals of every muscle and frame, in ``forces_low.sto`` and ``forces_high.sto``.

    Attributes:
        coverage: Share that they are made to hold of the forces that the person's own rhythm would
            give.
        mean_width_of_strength: The same over maximal isometric force.
    """

    coverage: Finite
    mean_width_N: Finite | None
    mean_width_of_strength: Finite | None


class EquilibriumSummary(_Part):
    """The moments that forces make, set against the net moments, over all solved frames.

    Attributes:
        rms_Nm: Of what is missing, over all coordinates.
        share_of_net: Root mean square of what is missing over that of the net moments.
    """

    rms_Nm: Finite | None
    worst_Nm: Finite | None
    share_of_net: Finite | None


class SharingSummary(_Part):
    """The upper neck's part of the movement in one direction.

    Attributes:
        share: As this recording shows it.
        tracked_share: Of ``coordinates.mot``.
        doubt: Standard deviation about the tracked share that the intervals are made for.
    """

    share: Finite
    sd: Finite
    population_share: Finite
    population_sd: Finite
    tracked_share: Finite
    doubt: Finite


class RhythmSummary(_Part):
    """How upper and lower neck share movement.

    Attributes:
        frames: Frames that it was learnt from, at least a fifth of a second apart.
    """

    frames: int
    pitch: SharingSummary
    roll: SharingSummary
    yaw: SharingSummary


class CorrectionSummary(_Part):
    """What ``--correct`` changed.

    Attributes:
        newton_steps: Mean of a frame.
        newton_steps_unaided: The same for a start from nothing.
    """

    rms_moved_N: Finite
    largest_moved_N: Finite
    largest_moved_muscle: str
    newton_steps: Finite
    newton_steps_unaided: Finite


class NetworkSummary(_Part):
    """What a network tells beside its forces.

    Attributes:
        weights: Where they are from.
        rhythm: ``null`` where the recording gave the coordinates themselves.
    """

    weights: str
    domain: DomainSummary
    intervals: IntervalSummary
    equilibrium: EquilibriumSummary
    rhythm: RhythmSummary | None
    correction: CorrectionSummary | None


class Summary(_Part):
    """Everything in ``summary.json``.

    Attributes:
        recording: Name of the file.
        method_reason: Why this method, as the end of a sentence.
        tracking: ``null`` where the recording gave the coordinates themselves.
        range_of_motion_deg: ``head_on_thorax``, ``upper_neck``, ``lower_neck``.
        reserves: By coordinate.
        levels: By joint, C7-T1 to C0-C1.
        worst_optimality: Largest KKT residual of the recruitment, dimensionless.
        network: ``null`` for forces of optimisation.
    """

    schema_version: Literal[1] = 1
    software: str
    notice: str
    recording: str
    subject: ParticipantSummary
    preset: Literal["paper", "recommended", "classical"]
    engine: Literal["jax", "opensim"]
    method: Literal["optimisation", "network"]
    method_reason: str
    assumptions: list[str]
    frames: FrameSummary
    tracking: TrackingSummary | None
    range_of_motion_deg: dict[str, RangeSummary]
    muscles: dict[str, MuscleSummary]
    groups: dict[str, GroupSummary]
    reserves: dict[str, ReserveSummary]
    levels: dict[str, LevelSummary]
    worst_optimality: Finite | None
    network: NetworkSummary | None
