"""The nouns of EMG beside a model: signals, both curves, clocks, and all that is found out."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from nuchal.emg.agreement import AgreementSettings, ChannelAgreement
from nuchal.emg.compensation import MuscleReading
from nuchal.emg.filters import ConditioningSettings
from nuchal.emg.mapping import MappedChannel
from nuchal.emg.normalise import Maxima
from nuchal.emg.onsets import Burst
from nuchal.emg.quality import Quality
from nuchal.emg.signals import EmgRecording, LinearEnvelopes
from nuchal.findings import Finding


@dataclass(frozen=True, kw_only=True)
class Clock:
    """How the EMG's times were brought onto the motion's.

    Attributes:
        delay_s: How late the EMG's clock is: its times less this are the motion's [s].
        r: Mean correlation of the channels at an estimated delay.
        second_s: The next best delay that is another peak, if there is one [s].
        ambiguous: Whether that is nearly as good, or the best lies at the end of what was tried.
    """

    kind: Literal["same file", "stated times", "both from the start", "given", "estimated"]
    delay_s: float
    r: float | None = None
    second_s: float | None = None
    second_r: float | None = None
    ambiguous: bool = False


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
        readings: What EMG and forces together say, one a channel, of all recordings of an
            assessment; empty until forces were set beside healthy ones.
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
    readings: tuple[MuscleReading, ...] = ()

    @property
    def mean_r(self) -> float | None:
        """Of the channels that could be compared; None where none could."""
        found = [a.correlation.r for a in self.agreement if a.correlation is not None]
        return float(np.mean(found)) if found else None
