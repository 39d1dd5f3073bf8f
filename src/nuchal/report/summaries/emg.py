"""``agreement.json``: measured against modelled activation, for another program to read.

Shares are of the MVC, or of a channel's own maximum where ``normalisation.origin`` says so. Lags
and differences are the model's time less the EMG's: positive where the model comes later.
"""

from typing import Literal

import numpy as np
from jaxtyping import Float

from nuchal.emg.filters import ConditioningSettings
from nuchal.emg.records import Clock, CoContraction, EmgComparison, Swap
from nuchal.plain_text import file_name
from nuchal.records import Estimate
from nuchal.report.summaries.parts import Document, FindingPart, Part, findings_part
from nuchal.report.summaries.readings import ReadingPart, reading_part
from nuchal.report.text import sentence


class NormalisationPart(Part):
    """What envelopes were divided by."""

    origin: Literal["mvc", "own maximum"]
    files: list[str]
    window_s: float


class QualityPart(Part):
    """Figures of one raw channel; ``emg.quality.ChannelQuality`` says what each is."""

    channel: str
    alive: bool
    flags: list[str]
    unknown_share: float
    flat_share: float
    clipped_share: float
    mains_share: float
    mains_hz: float
    motion_db: float
    signal_db: float
    noise: float
    loud: float
    median_hz: float
    spikes_per_min: float
    ecg: bool
    ecg_share: float


class TimingPart(Part):
    """Onsets or offsets of the model against those of the EMG."""

    count: int
    mean_s: float | None
    sd_s: float | None


class ChannelPart(Part):
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
    maximum: float
    maximum_from: str
    peak: float
    frames: int
    r: float | None
    r_low: float | None
    r_high: float | None
    block_s: float | None
    lag_s: float | None
    r_at_lag: float | None
    lag_at_limit: bool | None
    rmse: float | None
    gain: float | None
    rmse_scaled: float | None
    onsets: TimingPart
    offsets: TimingPart
    bursts_of_emg_only: int
    bursts_of_model_only: int
    raw_bursts_s: list[tuple[float, float]]


class Agreement(Document):
    """Everything in ``agreement.json``.

    Attributes:
        forces_by: ``network`` or ``optimisation``.
        conditioning: How raw EMG became linear envelopes.
        clock: How EMG and motion were brought onto one clock.
        coverage: Of the intervals of r.
        quality: Of all channels of the neck, those left out included.
        readings: What EMG and predicted forces together say of each channel's muscles; in an
            assessment, of all its recordings with EMG together.
        co_contraction: Activity that two channels share: Falconer and Winter (1985), 0 to 1.
        likely_swaps: Channels that would agree better the other way round.
        assumptions: Of the EMG; what the forces assume is in ``summary.json``.
    """

    recording: str
    emg_file: str
    emg_rate_hz: float
    forces_by: str
    preset: str
    conditioning: ConditioningSettings
    normalisation: NormalisationPart
    clock: Clock
    coverage: float
    mean_r: float | None
    heart_per_min: float | None
    channels: dict[str, ChannelPart]
    readings: dict[str, ReadingPart]
    quality: list[QualityPart]
    co_contraction: list[CoContraction]
    likely_swaps: list[Swap]
    assumptions: list[FindingPart]


_QUALITY = tuple(name for name in QualityPart.model_fields if name not in ("channel", "flags"))


def summarise_agreement(found: EmgComparison, estimate: Estimate) -> Agreement:
    """Everything worth quoting."""
    maxima = found.maxima
    return Agreement(
        recording=file_name(found.recording),
        emg_file=file_name(found.emg_file),
        emg_rate_hz=found.emg_rate_hz,
        forces_by=estimate.method,
        preset=estimate.preset,
        conditioning=found.conditioning,
        normalisation=NormalisationPart(
            origin=maxima.origin,
            files=[file_name(file) for file in found.mvc_files],
            window_s=maxima.window_s,
        ),
        clock=found.clock,
        coverage=found.settings.coverage,
        mean_r=found.mean_r,
        heart_per_min=found.quality.heart_per_min,
        channels={m.label: _channel(found, c) for c, m in enumerate(found.mapped)},
        readings={
            m.label: reading_part(m, one)
            for m, one in zip(found.mapped, found.readings, strict=True)
        },
        quality=[
            QualityPart(
                channel=q.name,
                flags=[sentence(one) for one in q.flags],
                **{name: getattr(q, name) for name in _QUALITY},
            )
            for q in found.quality.channels
        ],
        co_contraction=list(found.pairs),
        likely_swaps=list(found.swaps),
        assumptions=findings_part(found.assumptions),
    )


def _channel(found: EmgComparison, c: int) -> ChannelPart:
    m, a = found.mapped[c], found.agreement[c]
    r, lag, timing = a.correlation, a.lag, a.timing
    compared = found.tracks.compared[:, c]
    return ChannelPart(
        channel=m.channel,
        site=m.site,
        side=m.side,
        muscles=list(m.muscles),
        guessed=m.guessed,
        unit=found.maxima.units[c],
        maximum=float(found.maxima.value[c]),
        maximum_from=found.maxima.trial[c],
        peak=float(found.tracks.emg[compared, c].max(initial=0.0)),
        frames=a.frames,
        r=None if r is None else r.r,
        r_low=None if r is None else r.low,
        r_high=None if r is None else r.high,
        block_s=None if r is None else r.block_s,
        lag_s=None if lag is None else lag.lag_s,
        r_at_lag=None if lag is None else lag.r,
        lag_at_limit=None if lag is None else lag.at_limit,
        rmse=a.rmse,
        gain=a.gain,
        rmse_scaled=a.rmse_scaled,
        onsets=_timing(timing.onset_s),
        offsets=_timing(timing.offset_s),
        bursts_of_emg_only=timing.only_first,
        bursts_of_model_only=timing.only_second,
        raw_bursts_s=[(burst.on, burst.off) for burst in found.bursts[c]],
    )


def _timing(differences: Float[np.ndarray, " k"]) -> TimingPart:
    count = len(differences)
    return TimingPart(
        count=count,
        mean_s=float(differences.mean()) if count else None,
        sd_s=float(differences.std(ddof=1)) if count > 1 else None,
    )
