"""One recording's EMG beside the activations that the model finds for the same muscles."""

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Final, Literal

import numpy as np

from nuchal.emg.activation import activations_of_forces, group_activation
from nuchal.emg.agreement import (
    FEWEST_FRAMES,
    AgreementSettings,
    ChannelAgreement,
    Curve,
    Known,
    agreement,
    pearson,
)
from nuchal.emg.clock import (
    clock_finding,
    estimated_clock,
    overlap_findings,
    refuse_apart,
    span,
    stated_clock,
)
from nuchal.emg.mapping import MappedChannel
from nuchal.emg.onsets import Burst, emg_bursts
from nuchal.emg.records import (
    Clock,
    CoContraction,
    ComparisonSettings,
    EmgComparison,
    Signals,
    Swap,
    Tracks,
)
from nuchal.emg.signals import EmgRecording, at_times
from nuchal.emg.sites import site_named
from nuchal.errors import Setting
from nuchal.findings import Finding, Warned, finding
from nuchal.model.anatomy import Anatomy
from nuchal.optimisation.settings import RecruitmentSettings
from nuchal.records import Estimate

# How much higher the mean r of two channels has to be the other way round.
_SWAP_GAIN: Final = 0.3
# What it has to be then.
_SWAP_R: Final = 0.5


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


def agreements(tracks: Tracks, settings: AgreementSettings) -> tuple[ChannelAgreement, ...]:
    """Agreement of every channel."""
    compared = tracks.compared
    return tuple(
        agreement(
            tracks.emg[:, c],
            tracks.model[:, c],
            compared[:, c],
            rate_hz=tracks.rate_hz,
            start_s=float(tracks.time[0]),
            settings=settings,
        )
        for c in range(tracks.emg.shape[1])
    )


def co_contractions(mapped: Sequence[MappedChannel], tracks: Tracks) -> tuple[CoContraction, ...]:
    """Left and right of every site; flexors and extensors of every side."""
    found = []
    for (i, a), (j, b) in combinations(enumerate(mapped), 2):
        kind = _pair_kind(a, b)
        if kind is None:
            continue
        both = tracks.compared[:, i] & tracks.compared[:, j]
        found.append(
            CoContraction(
                first=a.label,
                second=b.label,
                kind=kind,
                emg=co_contraction(tracks.emg[:, i], tracks.emg[:, j], both),
                model=co_contraction(tracks.model[:, i], tracks.model[:, j], both),
            )
        )
    return tuple(found)


def co_contraction(a: Curve, b: Curve, known: Known) -> float | None:
    """The activity that two muscles share: ``2 sum(min(a, b)) / sum(a + b)``, 0 to 1.

    Falconer and Winter (1985), Electromyogr Clin Neurophysiol 25:135-149. None where neither works.
    """
    x, y = np.maximum(a[known], 0.0), np.maximum(b[known], 0.0)
    total = float((x + y).sum())
    return float(2.0 * np.minimum(x, y).sum() / total) if total > 1e-9 else None


def likely_swaps(mapped: Sequence[MappedChannel], tracks: Tracks) -> tuple[Swap, ...]:
    """Pairs of channels whose EMG suits one another's muscles clearly better than their own."""
    found = []
    for i, j in combinations(range(len(mapped)), 2):
        both = tracks.compared[:, i] & tracks.compared[:, j]
        if both.sum() < FEWEST_FRAMES:
            continue
        emg, model = tracks.emg[both], tracks.model[both]
        own = 0.5 * (pearson(emg[:, i], model[:, i]) + pearson(emg[:, j], model[:, j]))
        other = 0.5 * (pearson(emg[:, i], model[:, j]) + pearson(emg[:, j], model[:, i]))
        if other > own + _SWAP_GAIN and other > _SWAP_R:
            found.append(
                Swap(first=mapped[i].label, second=mapped[j].label, r=own, r_swapped=other)
            )
    return tuple(found)


def _pair_kind(
    a: MappedChannel, b: MappedChannel
) -> Literal["left and right", "flexor and extensor"] | None:
    first, second = site_named(a.site or ""), site_named(b.site or "")
    if first is None or second is None:
        return None
    if first is second and a.side != b.side:
        return "left and right"
    if a.side == b.side and first.bends != second.bends:
        return "flexor and extensor"
    return None
