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
    """The measures of the person."""

    neck_length_m: Finite
    shoulder_width_m: Finite
    head_mass_kg: Finite
    """Head and neck together."""
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
    """Frames in a row with one status other than ``ok``."""

    status: str
    start_s: Finite
    """Time of the first of them."""
    end_s: Finite
    """Time of the last of them."""
    count: int


class FrameSummary(_Part):
    """The frames of the recording."""

    count: int
    usable: int
    """Frames whose forces can be used."""
    duration_s: Finite
    """From the first frame to the last."""
    rate_hz: Finite | None
    by_status: dict[str, StatusSummary]
    flagged: list[StretchSummary]
    """In the order of time."""


class CoordinateSummary(_Part):
    """How well the markers determine one coordinate."""

    share_from_rhythm: Finite
    """What the physiological rhythm supplied and the markers did not, 0 to 1."""
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
    """One muscle."""

    name: str
    """Anatomical name without the side."""
    side: Literal["right", "left"]
    group: str
    layer: str
    peak_activation: Finite | None
    peak_interval_N: tuple[Finite, Finite] | None
    """Where a network seeks the peak's true force; ``null`` for optimisation."""
    saturated_frames: int
    """Frames at full activation, flagged ones included."""


class GroupSummary(_Part):
    """The summed force of a group on either side."""

    right: ForceSummary
    left: ForceSummary
    muscles: dict[Literal["right", "left"], list[str]]


class ReserveSummary(_Part):
    """The part of the net moment about one coordinate that the muscles do not supply.

    Optimisation leaves none unless the muscles cannot; a network's forces miss a little.
    """

    worst_Nm: Finite | None
    """Of the largest size, with its sign; extension, right bending, left rotation positive."""
    rms_Nm: Finite | None
    worst_time_s: Finite | None


class LevelSummary(_Part):
    """The load on one joint."""

    peak_compression_N: Finite | None
    mean_compression_N: Finite | None
    peak_time_s: Finite | None
    """When compression peaks."""
    peak_shear_N: Finite | None
    """Size of forward and sideways shear together."""
    mean_shear_N: Finite | None


class RespectSummary(_Part):
    """How far the usable postures are from the training frames in one respect."""

    share_outside: Finite
    """Of the frames, 0 to 1."""
    worst: Finite
    """Largest distance from the centre; the border is at 1."""


class DomainSummary(_Part):
    """Whether the recording is like what the network was trained on."""

    share_outside: Finite
    """Of the frames, in any respect, 0 to 1."""
    respects: dict[str, RespectSummary]
    """``posture``, ``speed``, ``acceleration``, ``body``, ``load``."""


class IntervalSummary(_Part):
    """Intervals of every muscle and frame, in ``forces_low.sto`` and ``forces_high.sto``."""

    coverage: Finite
    """Share that they are made to hold of the forces that the person's own rhythm would give."""
    mean_width_N: Finite | None
    mean_width_of_strength: Finite | None
    """The same over maximal isometric force."""


class EquilibriumSummary(_Part):
    """The moments that forces make, set against the net moments, over all solved frames."""

    rms_Nm: Finite | None
    """Of what is missing, over all coordinates."""
    worst_Nm: Finite | None
    share_of_net: Finite | None
    """Root mean square of what is missing over that of the net moments."""


class SharingSummary(_Part):
    """The upper neck's part of the movement in one direction."""

    share: Finite
    """As this recording shows it."""
    sd: Finite
    population_share: Finite
    population_sd: Finite
    tracked_share: Finite
    """Of ``coordinates.mot``."""
    doubt: Finite
    """Standard deviation about the tracked share that the intervals are made for."""


class RhythmSummary(_Part):
    """How upper and lower neck share movement."""

    frames: int
    """Frames that it was learnt from, at least a fifth of a second apart."""
    pitch: SharingSummary
    roll: SharingSummary
    yaw: SharingSummary


class CorrectionSummary(_Part):
    """What ``--correct`` changed."""

    rms_moved_N: Finite
    largest_moved_N: Finite
    largest_moved_muscle: str
    newton_steps: Finite
    """Mean of a frame."""
    newton_steps_unaided: Finite
    """The same for a start from nothing."""


class NetworkSummary(_Part):
    """What a network tells beside its forces."""

    weights: str
    """Where they are from."""
    domain: DomainSummary
    intervals: IntervalSummary
    equilibrium: EquilibriumSummary
    rhythm: RhythmSummary | None
    """``null`` where the recording gave the coordinates themselves."""
    correction: CorrectionSummary | None


class Summary(_Part):
    """Everything in ``summary.json``."""

    schema_version: Literal[1] = 1
    software: str
    notice: str
    recording: str
    """Name of the file."""
    subject: ParticipantSummary
    preset: Literal["paper", "recommended", "classical"]
    engine: Literal["jax", "opensim"]
    method: Literal["optimisation", "network"]
    method_reason: str
    """Why this method, as the end of a sentence."""
    assumptions: list[str]
    frames: FrameSummary
    tracking: TrackingSummary | None
    """``null`` where the recording gave the coordinates themselves."""
    range_of_motion_deg: dict[str, RangeSummary]
    """``head_on_thorax``, ``upper_neck``, ``lower_neck``."""
    muscles: dict[str, MuscleSummary]
    groups: dict[str, GroupSummary]
    reserves: dict[str, ReserveSummary]
    """By coordinate."""
    levels: dict[str, LevelSummary]
    """By joint, C7-T1 to C0-C1."""
    worst_optimality: Finite | None
    """Largest KKT residual of the recruitment, dimensionless."""
    network: NetworkSummary | None
    """``null`` for forces of optimisation."""
