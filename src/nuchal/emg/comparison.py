"""One recording's EMG beside the activations that the model finds for the same muscles."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from nuchal.emg.activation import activations_of_forces, group_activation
from nuchal.emg.agreement import AgreementSettings
from nuchal.emg.clock import (
    clock_finding,
    estimated_clock,
    overlap_findings,
    refuse_apart,
    span,
    stated_clock,
)
from nuchal.emg.compare import (
    EmgComparison,
    Swap,
    Tracks,
    agreements,
    co_contractions,
    likely_swaps,
)
from nuchal.emg.filters import ConditioningSettings
from nuchal.emg.mapping import MappedChannel
from nuchal.emg.normalise import Maxima
from nuchal.emg.onsets import Burst, emg_bursts
from nuchal.emg.quality import Quality
from nuchal.emg.signals import Clock, EmgRecording, LinearEnvelopes, at_times
from nuchal.errors import Setting
from nuchal.findings import Finding, Warned, finding
from nuchal.model.anatomy import Anatomy
from nuchal.optimisation.settings import RecruitmentSettings
from nuchal.records import Estimate


class Signals(NamedTuple):
    """The channels of one recording that can be compared.

    Attributes:
        envelopes: Shares of the maximum.
        quality: Of all mapped channels, dead ones included.
    """

    raw: EmgRecording
    mapped: tuple[MappedChannel, ...]
    envelopes: LinearEnvelopes
    maxima: Maxima
    quality: Quality
    conditioning: ConditioningSettings
    mvc_files: tuple[Path, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True)
class ComparisonSettings:
    """How EMG and model are brought together.

    Attributes:
        delay_s: How late the EMG's clock is [s]; ``auto`` finds it by correlation; None trusts the
            files' clocks.
        largest_delay_s: Delays up to this are tried by ``auto`` [s].
        agreement: How their agreement is measured.
    """

    delay_s: float | Literal["auto"] | None = None
    largest_delay_s: float = 2.0
    agreement: AgreementSettings = field(default_factory=AgreementSettings)


def compare(
    recording: Path,
    estimate: Estimate,
    anatomy: Anatomy,
    signals: Signals,
    recruitment: RecruitmentSettings,
    settings: ComparisonSettings,
) -> EmgComparison:
    """Put both on one clock and measure how well they agree.

    Raises:
        RecordingError: They have no time in common, or no delay can be found.
    """
    model = model_activations(estimate, anatomy, signals.mapped, recruitment)
    time, usable = np.asarray(estimate.motion.time), np.asarray(estimate.quality)
    raw = signals.raw
    if settings.delay_s == "auto":
        span_s = settings.largest_delay_s
        clock = estimated_clock(signals.envelopes, time, model, usable, raw.source, span_s)
    else:
        clock = stated_clock(recording, raw, float(time[0]), settings.delay_s)
    values, known = at_times(signals.envelopes, time, delay_s=clock.delay_s)
    tracks = Tracks(time=time, emg=values, known=known, model=model, usable=usable)
    refuse_apart(raw, tracks, clock)
    swaps = likely_swaps(signals.mapped, tracks)
    return EmgComparison(
        recording=recording,
        emg_file=raw.source,
        mvc_files=signals.mvc_files,
        mapped=signals.mapped,
        tracks=tracks,
        agreement=agreements(tracks, settings.agreement),
        bursts=_raw_bursts(raw, clock, settings.agreement),
        pairs=co_contractions(signals.mapped, tracks),
        swaps=swaps,
        quality=signals.quality,
        maxima=signals.maxima,
        clock=clock,
        conditioning=signals.conditioning,
        settings=settings.agreement,
        emg_rate_hz=raw.rate_hz,
        assumptions=(
            *signals.findings,
            clock_finding(clock),
            *overlap_findings(raw, tracks, clock),
            *map(_swap_finding, swaps),
        ),
    )


def model_activations(
    estimate: Estimate,
    anatomy: Anatomy,
    mapped: tuple[MappedChannel, ...],
    settings: RecruitmentSettings,
) -> np.ndarray:
    """Forces through the Hill relation to activations, one column a channel; cut to 0 to 1."""
    found = activations_of_forces(
        anatomy,
        length=estimate.length,
        moment_arms=estimate.moment_arms,
        qd=estimate.motion.qd,
        force=estimate.forces.force,
        passive=estimate.forces.passive,
        family=settings.curves,
        projection=settings.projection,
    )
    activation = np.clip(found.activation, 0.0, 1.0)
    return np.stack([group_activation(anatomy, activation, m.muscles) for m in mapped], axis=1)


def _swap_finding(swap: Swap) -> Finding:
    return finding(
        Warned.CHANNELS_SWAPPED,
        first=swap.first.replace("_", " "),
        second=swap.second.replace("_", " "),
        r=swap.r,
        r_swapped=swap.r_swapped,
        remedy=Setting("channels"),
    )


def _raw_bursts(
    raw: EmgRecording, clock: Clock, settings: AgreementSettings
) -> tuple[tuple[Burst, ...], ...]:
    start, _ = span(raw, clock)
    return tuple(
        tuple(emg_bursts(column, raw.rate_hz, start_s=start, settings=settings.onsets))
        for column in raw.values.T
    )
