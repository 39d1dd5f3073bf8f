"""What ``nuchal emg`` may be told beside the recording and the person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from nuchal.commands.estimate_options import EstimateOptions
from nuchal.emg.agreement import AgreementSettings
from nuchal.emg.filters import ConditioningSettings


@dataclass(frozen=True, kw_only=True)
class EmgOptions:
    """What ``nuchal emg`` may be told.

    Attributes:
        emg: File of the EMG; the recording itself if not given.
        mvc: Trials of maximal voluntary contraction.
        channels: What our sites or muscles are called in the file; beside the person's own
            ``[emg]``.
        delay_s: How late the EMG's clock is; ``auto`` finds it by correlation; None trusts the
            clocks.
        largest_delay_s: Delays up to this are tried by ``auto`` [s].
        rate_hz: Of the EMG, where its file states none or a wrong one.
        units: Of the EMG, where its file states none or a wrong one.
    """

    emg: Path | None = None
    mvc: tuple[Path, ...] = ()
    channels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    delay_s: float | Literal["auto"] | None = None
    largest_delay_s: float = 2.0
    rate_hz: float | None = None
    units: str | None = None
    conditioning: ConditioningSettings = field(default_factory=ConditioningSettings)
    agreement: AgreementSettings = field(default_factory=AgreementSettings)
    estimate: EstimateOptions = field(default_factory=EstimateOptions)
