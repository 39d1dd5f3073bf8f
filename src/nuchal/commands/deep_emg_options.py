"""What ``nuchal deep-emg`` may be told beside the recordings and the person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from nuchal.commands.estimate_options import EstimateOptions
from nuchal.emg.filters import ConditioningSettings
from nuchal.emg.hidden.mse import MseSettings
from nuchal.emg.hidden.nmm_objective import NmmSettings


@dataclass(frozen=True, kw_only=True)
class DeepEmgOptions:
    """What ``nuchal deep-emg`` may be told.

    Attributes:
        mvc: Trials of maximal voluntary contraction; at least one.
        hold_out: Recordings that are told, but not fitted.
        emg: Files of the EMG, one a recording and then one a held-out recording; the recordings
            themselves if not given.
        load_kg: On the head: one for all, or one a recording and then one a held-out recording
            [kg].
        channels: What our sites or muscles are called in the files; beside the person's own
            ``[emg]``.
        delay_s: How late the EMG's clock is in every recording; None trusts the clocks.
        rate_hz: Of the EMG, where its file states none or a wrong one.
        units: Of the EMG, where its file states none or a wrong one.
        intervals: Whether a model without each channel is fitted too, for intervals and errors.
        fitted_s: At most this much of the recordings is fitted, evenly spread; all of them is told
            [s].
        estimate: How recordings are read and tracked; which forces and figures are asked for is
            ignored but for ``figures``.
    """

    mvc: tuple[Path, ...] = ()
    hold_out: tuple[Path, ...] = ()
    emg: tuple[Path, ...] = ()
    load_kg: tuple[float, ...] = (0.0,)
    channels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    delay_s: float | None = None
    rate_hz: float | None = None
    units: str | None = None
    intervals: bool = True
    seed: int = 0
    conditioning: ConditioningSettings = field(default_factory=ConditioningSettings)
    nmm: NmmSettings = field(default_factory=lambda: NmmSettings(steps=200))
    mse: MseSettings = field(default_factory=MseSettings)
    fitted_s: float = 32.0
    estimate: EstimateOptions = field(default_factory=EstimateOptions)
