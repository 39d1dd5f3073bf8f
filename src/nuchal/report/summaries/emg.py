"""``agreement.json``: measured against modelled activation, for another program to read."""

import dataclasses
from importlib.metadata import version

import numpy as np
from jaxtyping import Float

from nuchal.emg.compare import EmgComparison
from nuchal.model.clinical import RESEARCH_USE
from nuchal.records import Estimate
from nuchal.report.schemas.emg import (
    Agreement,
    ChannelPart,
    ClockPart,
    ConditioningPart,
    NormalisationPart,
    PairPart,
    QualityPart,
    SwapPart,
    TimingPart,
)
from nuchal.report.text import sentence

_KEPT = tuple(name for name in QualityPart.model_fields if name not in ("channel", "flags"))


def summarise_agreement(found: EmgComparison, estimate: Estimate) -> Agreement:
    """Everything worth quoting; see :mod:`nuchal.report.schemas.emg` for the keys."""
    maxima = found.maxima
    return Agreement(
        software=f"nuchal {version('nuchal')}",
        notice=RESEARCH_USE,
        recording=found.recording.name,
        emg_file=found.emg_file.name,
        emg_rate_hz=found.emg_rate_hz,
        forces_by=estimate.method,
        preset=estimate.preset,
        conditioning=ConditioningPart(**dataclasses.asdict(found.conditioning)),
        normalisation=NormalisationPart(
            origin=maxima.origin,
            files=[file.name for file in found.mvc_files],
            window_s=maxima.window_s,
        ),
        clock=ClockPart(**dataclasses.asdict(found.clock)),
        coverage=found.settings.coverage,
        mean_r=found.mean_r,
        heart_per_min=found.quality.heart_per_min,
        channels={m.label: _channel(found, c) for c, m in enumerate(found.mapped)},
        quality=[
            QualityPart(
                channel=q.name,
                flags=[sentence(one) for one in q.flags],
                **{name: getattr(q, name) for name in _KEPT},
            )
            for q in found.quality.channels
        ],
        co_contraction=[PairPart(**dataclasses.asdict(pair)) for pair in found.pairs],
        likely_swaps=[SwapPart(**dataclasses.asdict(swap)) for swap in found.swaps],
        assumptions=[sentence(one) for one in found.assumptions],
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
