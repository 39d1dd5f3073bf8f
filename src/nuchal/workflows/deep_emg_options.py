"""What ``nuchal deep-emg`` may be told beside the recordings and the person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from nuchal.deep.extrapolation import MseSettings
from nuchal.deep.nmm_fit import NmmSettings
from nuchal.emg.conditioning import ConditioningSettings
from nuchal.workflows.estimate_options import EstimateOptions


@dataclass(frozen=True, kw_only=True)
class DeepEmgOptions:
    """What ``nuchal deep-emg`` may be told."""

    mvc: tuple[Path, ...] = ()
    """Trials of maximal voluntary contraction; at least one."""
    hold_out: tuple[Path, ...] = ()
    """Recordings that are told, but not fitted."""
    emg: tuple[Path, ...] = ()
    """Files of the EMG, one a recording and then one a held-out recording; the recordings
    themselves if not given."""
    load_kg: tuple[float, ...] = (0.0,)
    """On the head: one for all, or one a recording and then one a held-out recording [kg]."""
    channels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """What our sites or muscles are called in the files; beside the person's own ``[emg]``."""
    delay_s: float | None = None
    """How late the EMG's clock is in every recording; None trusts the clocks."""
    rate_hz: float | None = None
    """Of the EMG, where its file states none or a wrong one."""
    units: str | None = None
    """Of the EMG, where its file states none or a wrong one."""
    intervals: bool = True
    """Whether a model without each channel is fitted too, for intervals and errors."""
    seed: int = 0
    conditioning: ConditioningSettings = field(default_factory=ConditioningSettings)
    nmm: NmmSettings = field(default_factory=lambda: NmmSettings(steps=200))
    mse: MseSettings = field(default_factory=MseSettings)
    fitted_s: float = 32.0
    """At most this much of the recordings is fitted, evenly spread; all of them is told [s]."""
    estimate: EstimateOptions = field(default_factory=EstimateOptions)
    """How recordings are read and tracked; which forces and figures are asked for is ignored but
    for ``figures``."""
