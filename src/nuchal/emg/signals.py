"""The nouns of surface EMG: a recording of channels, and the linear envelopes made of it.

Linear envelope is a rectified and smoothed signal; "motion envelope" is another thing.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
from jaxtyping import Bool, Float

from nuchal.findings import Finding

# One value, or one flag, for each of n samples, and of c channels.
Samples: TypeAlias = Float[np.ndarray, " n"]
SamplesKnown: TypeAlias = Bool[np.ndarray, " n"]
Channels: TypeAlias = Float[np.ndarray, "n c"]
ChannelsKnown: TypeAlias = Bool[np.ndarray, "n c"]
# The unit of every channel whose file states a voltage.
MICROVOLTS: Final = "uV"


@dataclass(frozen=True, kw_only=True)
class EmgRecording:
    """Channels of one recording, as the amplifier gave them, with their own sampling rate.

    n samples, c channels.

    Attributes:
        values: Each in its unit; zero where not known.
        known: False where the file has no finite number.
        start_s: Time of the first sample on the file's own clock [s].
        units: Of each channel: ``uV`` where the file states a voltage, else its own word; empty
            where it states none.
        timed: Whether the file states times; where it only counts samples, its clock starts at
            zero.
        notes: What had to be assumed or repaired in reading.
    """

    source: Path
    names: tuple[str, ...]
    values: Channels
    known: ChannelsKnown
    rate_hz: float
    start_s: float = 0.0
    units: tuple[str, ...]
    timed: bool = True
    notes: tuple[Finding, ...] = ()

    @property
    def time(self) -> Samples:
        """Of every sample [s]."""
        return np.asarray(self.start_s + np.arange(len(self.values)) / self.rate_hz)

    @property
    def duration_s(self) -> float:
        """From the first sample to the end of the last [s]."""
        return len(self.values) / self.rate_hz


@dataclass(frozen=True, kw_only=True)
class LinearEnvelopes:
    """Linear envelopes of some channels over time.

    Attributes:
        values: Never negative; zero where not known. Shares of the MVC once normalised, else in the
            unit of the recording.
    """

    names: tuple[str, ...]
    values: Channels
    known: ChannelsKnown
    rate_hz: float
    start_s: float = 0.0

    @property
    def time(self) -> Samples:
        """Of every sample [s]."""
        return np.asarray(self.start_s + np.arange(len(self.values)) / self.rate_hz)


def channels(recording: EmgRecording, names: tuple[str, ...]) -> EmgRecording:
    """Some channels of a recording, in the order of the names.

    Raises:
        ValueError: A name is not one of the recording's.
    """
    columns = [recording.names.index(name) for name in names]
    return replace(
        recording,
        names=names,
        values=recording.values[:, columns],
        known=recording.known[:, columns],
        units=tuple(recording.units[c] for c in columns),
    )


def at_times(
    envelopes: LinearEnvelopes, time: Float[np.ndarray, " t"], *, delay_s: float = 0.0
) -> tuple[Float[np.ndarray, "t c"], Bool[np.ndarray, "t c"]]:
    """Linear envelopes at other times, by straight lines between samples.

    Args:
        envelopes: With their own clock.
        time: Of another clock [s].
        delay_s: How late the envelopes' clock is: its times less the delay are the other's.

    Returns:
        Values, zero where not known, and whether they are known: a value is where both samples
        around it are, and never outside the recording.
    """
    place = (time + delay_s - envelopes.start_s) * envelopes.rate_hz
    last = len(envelopes.values) - 1
    inside = (place >= -1e-9) & (place <= last + 1e-9)
    left = np.clip(np.floor(place), 0, max(last - 1, 0)).astype(int)
    right = np.minimum(left + 1, last)
    part = np.clip(place - left, 0.0, 1.0)[:, None]
    known = envelopes.known[left] & envelopes.known[right] & inside[:, None]
    values = envelopes.values[left] * (1.0 - part) + envelopes.values[right] * part
    return np.where(known, values, 0.0), known
