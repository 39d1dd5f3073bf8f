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
    """A coordinate's moments from excitations, against inverse dynamics.

    Attributes:
        share_of_range: RMSE over the range of the moment by inverse dynamics.
    """

    rmse_Nm: Finite
    share_of_range: Finite | None
    synergies_rmse_Nm: Finite
    synergies_share_of_range: Finite | None


class ChannelPart(_Part):
    """How well a channel is told.

    Attributes:
        unseen_r: By a model that was never told of this channel: what to expect of a hidden muscle.
    """

    r: Finite | None
    rmse: Finite
    unseen_r: Finite | None
    unseen_rmse: Finite | None


class MusclePart(_Part):
    """One muscle in one recording.

    Attributes:
        peak: 95th percentile.
        interval_width: Mean width of the interval made to hold 95 %.
        beyond_channels: Share of the variance that no weighted sum of the channels follows.
        r_with_synergies: Correlation with what muscle synergy extrapolation says.
    """

    mean: Finite
    peak: Finite
    interval_width: Finite | None
    beyond_channels: Finite
    r_with_synergies: Finite | None


class RecordingPart(_Part):
    """What was found in one recording.

    Attributes:
        held_out: Whether the person's model was fitted without it.
        known_s: How much of it could be told.
    """

    held_out: bool
    load_kg: Finite
    known_s: Finite
    moments: dict[str, MomentPart]
    channels: dict[str, ChannelPart]
    muscles: dict[str, MusclePart]


class SynergyPart(_Part):
    """Muscle synergy extrapolation, fitted to the same trials."""

    factorisation: str
    count: int
    variance_accounted_for: Finite


class FitPart(_Part):
    """How the person's model was fitted.

    Attributes:
        traits: Of the person's recruitment.
        relative_error: Of channels that a model was not told of: median of root mean square over
            mean plus 0.02.
    """

    fitted_s: Finite
    steps: int
    first_loss: Finite
    last_loss: Finite
    traits: dict[str, Finite]
    relative_error: Finite | None
    seconds: dict[str, Finite]


class DeepEmgSummary(_Part):
    """Everything in ``deep_emg.json``.

    Attributes:
        channels: The muscles beneath each electrode.
        hidden: Muscles that no electrode sees.
    """

    software: str
    notice: str
    channels: dict[str, list[str]]
    hidden: list[str]
    fit: FitPart
    synergies: SynergyPart
    recordings: dict[str, RecordingPart]
    assumptions: list[str]
