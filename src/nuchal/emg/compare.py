"""Measured EMG beside what a model says of the same muscles: all channels of one recording."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Final, Literal

import numpy as np
from jaxtyping import Bool, Float

from nuchal.emg.agreement import (
    FEWEST_FRAMES,
    AgreementSettings,
    ChannelAgreement,
    Curve,
    Known,
    agreement,
    pearson,
)
from nuchal.emg.filters import ConditioningSettings
from nuchal.emg.mapping import MappedChannel
from nuchal.emg.normalise import Maxima
from nuchal.emg.onsets import Burst
from nuchal.emg.quality import Quality
from nuchal.emg.signals import Clock
from nuchal.emg.sites import site_named
from nuchal.findings import Finding

# How much higher the mean r of two channels has to be the other way round.
_SWAP_GAIN: Final = 0.3
# What it has to be then.
_SWAP_R: Final = 0.5


@dataclass(frozen=True, kw_only=True)
class Tracks:
    """Both curves of every channel, on the frames of the motion.

    Attributes:
        time: [s].
        emg: Shares of the maximum; zero where not known.
        model: Activations, each channel's muscles weighted by strength.
        usable: Frames whose forces can be used.
    """

    time: Float[np.ndarray, " t"]
    emg: Float[np.ndarray, "t c"]
    known: Bool[np.ndarray, "t c"]
    model: Float[np.ndarray, "t c"]
    usable: Bool[np.ndarray, " t"]

    @property
    def compared(self) -> Bool[np.ndarray, "t c"]:
        """Frames that count for a channel."""
        return np.asarray(self.known & self.usable[:, None])

    @property
    def rate_hz(self) -> float:
        """Of the frames."""
        return (len(self.time) - 1) / float(self.time[-1] - self.time[0])


@dataclass(frozen=True, kw_only=True)
class CoContraction:
    """The activity that two channels share, measured and modelled."""

    first: str
    second: str
    kind: Literal["left and right", "flexor and extensor"]
    emg: float | None
    model: float | None


@dataclass(frozen=True, kw_only=True)
class Swap:
    """Two channels that would agree better the other way round.

    Attributes:
        r: Mean correlation of the two as they are.
    """

    first: str
    second: str
    r: float
    r_swapped: float


@dataclass(frozen=True, kw_only=True)
class EmgComparison:
    """Everything that ``nuchal emg`` found out.

    Attributes:
        agreement: One a channel.
        bursts: Of the raw EMG, a channel each, on the motion's clock.
        assumptions: What was found, assumed or is wrong.
    """

    recording: Path
    emg_file: Path
    mvc_files: tuple[Path, ...]
    mapped: tuple[MappedChannel, ...]
    tracks: Tracks
    agreement: tuple[ChannelAgreement, ...]
    bursts: tuple[tuple[Burst, ...], ...]
    pairs: tuple[CoContraction, ...]
    swaps: tuple[Swap, ...]
    quality: Quality
    maxima: Maxima
    clock: Clock
    conditioning: ConditioningSettings
    settings: AgreementSettings
    emg_rate_hz: float
    assumptions: tuple[Finding, ...]

    @property
    def mean_r(self) -> float | None:
        """Of the channels that could be compared; None where none could."""
        found = [a.correlation.r for a in self.agreement if a.correlation is not None]
        return float(np.mean(found)) if found else None


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
