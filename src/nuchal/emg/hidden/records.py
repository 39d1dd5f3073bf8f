"""The nouns of hidden EMG: a person's model, and how it is fitted."""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

import equinox as eqx
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array
from nuchal.emg.hidden.encoder import Encoder
from nuchal.emg.hidden.muscles import MuscleSystem
from nuchal.emg.hidden.personal import Personal, PersonalMuscles, personalised
from nuchal.emg.hidden.recruitment import Control
from nuchal.emg.hidden.synergy import Factorisation, Synergies

# Relative error of a hidden muscle's level: its own strength and A, which no electrode tells.
LEVEL_ERROR: Final = 0.3


class Model(eqx.Module):
    """One person's neural musculoskeletal model.

    Attributes:
        moment_scale: [N m].
    """

    system: MuscleSystem
    person: Personal
    control: Control
    encoder: Encoder
    moment_scale: Float[Array, " d"]

    @property
    def muscles(self) -> PersonalMuscles:
        """The person's muscles."""
        return personalised(self.system, self.person)


class Corrections(eqx.Module):
    """What trials do beside what the network expects, in standard deviations; zero is nothing.

    Attributes:
        moment: What inverse dynamics is wrong by.
    """

    co_contraction: Float[Array, "n t"]
    deviation: Float[Array, "n t c"]
    moment: Float[Array, "n t d"]


class Reconstruction(eqx.Module):
    """Excitations of all muscles, and the moments that the forward model makes of them.

    Attributes:
        channels: What electrodes should have seen.
        moment: By activation dynamics and muscles, run forward [N m].
    """

    excitation: Float[Array, "n t m"]
    activation: Float[Array, "n t m"]
    channels: Float[Array, "n t c"]
    moment: Float[Array, "n t d"]


@dataclass(frozen=True, kw_only=True)
class NmmSettings:
    """How a model is built and fitted.

    Attributes:
        stride: Frames a token.
        channel_sd: Error of a channel that is silent, over maximal contraction.
        channel_sd_share: What it grows by with the signal.
        smoothness_s: Corrections that change by one standard deviation in this time cost as much as
            they do.
    """

    width: int = 32
    heads: int = 4
    layers: int = 2
    stride: int = 5
    steps: int = 300
    reading_steps: int = 120
    network_rate: float = 2e-3
    parameter_rate: float = 2e-2
    correction_rate: float = 5e-2
    channel_sd: float = 0.005
    channel_sd_share: float = 0.1
    smoothness_s: float = 0.15
    network_decay: float = 1e-3


class Fit(NamedTuple):
    """A model fitted to a person's trials."""

    model: Model
    corrections: Corrections
    loss: Float[np.ndarray, " s"]


@dataclass(frozen=True, kw_only=True)
class MseSettings:
    """How hidden excitations are extrapolated.

    Attributes:
        synergies: None: the fewest that account for 90 % of the variance.
        personal: Whether muscle parameters are calibrated along with the weights.
        residual_sd: Of residual excitations of measured muscles; zero leaves them out.
        moment_sd_share: Of the moments' scale.
        weight_sd: Keeps hidden excitations small where moments don't ask for them.
    """

    factorisation: Factorisation = "nmf"
    synergies: int | None = None
    personal: bool = True
    residual_sd: float = 0.05
    moment_sd_share: float = 0.02
    weight_sd: float = 0.1
    memory_s: float = 0.1
    rounds: int = 400


class Weights(NamedTuple):
    """What is fitted."""

    hidden: Float[Array, "k h"]
    residual: Float[Array, "k c"]
    person: Personal


@dataclass(frozen=True, kw_only=True)
class Extrapolation:
    """A fitted extrapolation.

    Attributes:
        moment_scale: [N m].
    """

    system: MuscleSystem
    synergies: Synergies
    weights: Weights
    moment_scale: Float[np.ndarray, " d"]
    settings: MseSettings
    loss: float


class Committee(NamedTuple):
    """Models of one person that saw all channels, and all but one.

    Attributes:
        error: Relative error of channels that were hidden: root mean square over their mean plus
            floor.
        errors: The same of each channel.
    """

    whole: Fit
    without: tuple[Fit, ...]
    error: float
    errors: Float[np.ndarray, " c"]

    @property
    def doubt(self) -> float:
        """Relative error of hidden muscles, beside what members differ by."""
        return float(np.hypot(self.error, LEVEL_ERROR))


@dataclass(frozen=True, kw_only=True)
class Extrapolated:
    """What an extrapolation says of n trials.

    Attributes:
        moment: EMG-driven [N m].
    """

    excitation: Float[np.ndarray, "n t m"]
    moment: Float[np.ndarray, "n t d"]


@dataclass(frozen=True, kw_only=True)
class HiddenSettings:
    """How a person's model is fitted.

    Attributes:
        intervals: Fit a model without each channel too, for intervals and errors.
        fitted_s: At most this much of the recordings is fitted, evenly spread; all of them is
            read [s].
    """

    intervals: bool = True
    seed: int = 0
    nmm: NmmSettings = field(default_factory=lambda: NmmSettings(steps=200))
    mse: MseSettings = field(default_factory=MseSettings)
    fitted_s: float = 32.0
