"""The keys of ``agreement.json``: what each number is and in which unit.

Shares are of the MVC, or of a channel's own maximum where ``normalisation.origin`` says so. Lags
and differences are the model's time less the EMG's: positive where the model comes later. ``null``
stands where a number could not be found; every other number is finite.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Finite = Annotated[float, Field(allow_inf_nan=False)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ConditioningPart(_Part):
    """How raw EMG became linear envelopes.

    Attributes:
        order: Of one pass at each edge; filters run forward and backward.
    """

    source: str
    band_hz: tuple[Finite, Finite]
    lowpass_hz: Finite
    order: int
    mains_hz: Finite | None
    notch_width_hz: Finite
    drift_window_s: Finite | None
    mvc_window_s: Finite


class NormalisationPart(_Part):
    """What envelopes were divided by."""

    origin: Literal["mvc", "own maximum"]
    files: list[str]
    window_s: Finite


class ClockPart(_Part):
    """How EMG and motion were brought onto one clock.

    Attributes:
        delay_s: The EMG's times less this are the motion's.
    """

    kind: str
    delay_s: Finite
    r: Finite | None
    second_s: Finite | None
    second_r: Finite | None
    ambiguous: bool


class QualityPart(_Part):
    """Figures of one raw channel; ``emg.quality.ChannelQuality`` says what each is."""

    channel: str
    alive: bool
    flags: list[str]
    unknown_share: Finite
    flat_share: Finite
    clipped_share: Finite
    mains_share: Finite
    mains_hz: Finite
    motion_db: Finite
    signal_db: Finite
    noise: Finite
    loud: Finite
    median_hz: Finite
    spikes_per_min: Finite
    ecg: bool
    ecg_share: Finite


class TimingPart(_Part):
    """Onsets or offsets of the model against those of the EMG."""

    count: int
    mean_s: Finite | None
    sd_s: Finite | None


class ChannelPart(_Part):
    """One channel and the model's muscles beneath it.

    Attributes:
        maximum: What the envelope was divided by, in ``unit``.
        peak: Largest share over the frames compared.
        raw_bursts_s: From when to when the raw EMG was active.
    """

    channel: str
    site: str | None
    side: Literal["right", "left"]
    muscles: list[str]
    guessed: bool
    unit: str
    maximum: Finite
    maximum_from: str
    peak: Finite
    frames: int
    r: Finite | None
    r_low: Finite | None
    r_high: Finite | None
    block_s: Finite | None
    lag_s: Finite | None
    r_at_lag: Finite | None
    lag_at_limit: bool | None
    rmse: Finite | None
    gain: Finite | None
    rmse_scaled: Finite | None
    onsets: TimingPart
    offsets: TimingPart
    bursts_of_emg_only: int
    bursts_of_model_only: int
    raw_bursts_s: list[tuple[Finite, Finite]]


class PairPart(_Part):
    """Activity that two channels share: Falconer and Winter (1985), 0 to 1."""

    first: str
    second: str
    kind: str
    emg: Finite | None
    model: Finite | None


class SwapPart(_Part):
    """Channels that would agree better the other way round."""

    first: str
    second: str
    r: Finite
    r_swapped: Finite


class Agreement(_Part):
    """Everything in ``agreement.json``.

    Attributes:
        forces_by: ``network`` or ``optimisation``.
        coverage: Of the intervals of r.
        quality: Of all channels of the neck, those left out included.
        assumptions: What was found, assumed or is wrong with the EMG, one sentence each; what the
            forces assume is in ``summary.json``.
    """

    software: str
    notice: str
    recording: str
    emg_file: str
    emg_rate_hz: Finite
    forces_by: str
    preset: str
    conditioning: ConditioningPart
    normalisation: NormalisationPart
    clock: ClockPart
    coverage: Finite
    mean_r: Finite | None
    heart_per_min: Finite | None
    channels: dict[str, ChannelPart]
    quality: list[QualityPart]
    co_contraction: list[PairPart]
    likely_swaps: list[SwapPart]
    assumptions: list[str]
