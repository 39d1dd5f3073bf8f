# ruff: noqa: N815 - units keep their capitals: N, Nm
"""The keys of ``deep_emg.json``: what each number is and in which unit.

Excitations and channels are shares of the maximum, 0 to 1. ``null`` stands where a number could not
be found; every other number is finite.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Finite = Annotated[float, Field(allow_inf_nan=False)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MomentPart(_Part):
    """A coordinate's moments from excitations, against inverse dynamics."""

    rmse_Nm: Finite
    share_of_range: Finite | None
    """RMSE over the range of the moment by inverse dynamics."""
    synergies_rmse_Nm: Finite
    synergies_share_of_range: Finite | None


class ChannelPart(_Part):
    """How well a channel is told."""

    r: Finite | None
    rmse: Finite
    unseen_r: Finite | None
    """By a model that was never told of this channel: what to expect of a hidden muscle."""
    unseen_rmse: Finite | None


class MusclePart(_Part):
    """One muscle in one recording."""

    mean: Finite
    peak: Finite
    """95th percentile."""
    interval_width: Finite | None
    """Mean width of the interval made to hold 95 %."""
    beyond_channels: Finite
    """Share of the variance that no weighted sum of the channels follows."""
    r_with_synergies: Finite | None
    """Correlation with what muscle synergy extrapolation says."""


class RecordingPart(_Part):
    """What was found in one recording."""

    held_out: bool
    """Whether the person's model was fitted without it."""
    load_kg: Finite
    known_s: Finite
    """How much of it could be told."""
    moments: dict[str, MomentPart]
    channels: dict[str, ChannelPart]
    muscles: dict[str, MusclePart]


class SynergyPart(_Part):
    """Muscle synergy extrapolation, fitted to the same trials."""

    factorisation: str
    count: int
    variance_accounted_for: Finite


class FitPart(_Part):
    """How the person's model was fitted."""

    fitted_s: Finite
    steps: int
    first_loss: Finite
    last_loss: Finite
    traits: dict[str, Finite]
    """Of the person's recruitment."""
    relative_error: Finite | None
    """Of channels that a model was not told of: median of root mean square over mean plus 0.02."""
    seconds: dict[str, Finite]


class DeepEmgSummary(_Part):
    """Everything in ``deep_emg.json``."""

    software: str
    notice: str
    channels: dict[str, list[str]]
    """The muscles beneath each electrode."""
    hidden: list[str]
    """Muscles that no electrode sees."""
    fit: FitPart
    synergies: SynergyPart
    recordings: dict[str, RecordingPart]
    assumptions: list[str]
