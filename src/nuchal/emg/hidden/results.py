"""The hidden muscles of one person in every recording, and how far that can be trusted."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from nuchal.emg.agreement import pearson
from nuchal.emg.hidden.mse import Extrapolation
from nuchal.emg.hidden.muscles import MuscleSystem
from nuchal.emg.hidden.nmm_fit import Fit
from nuchal.emg.hidden.nmm_intervals import Committee
from nuchal.findings import Finding


@dataclass(frozen=True, kw_only=True)
class TrialFindings:
    """One recording, read with a person's model; t frames that are known, m muscles.

    Attributes:
        time: [s]; jumps where something is missing in between.
        low: Of an interval made to hold 95 % of the excitations; the excitation itself without one.
        by_synergies: What muscle synergy extrapolation says instead.
        measured: Channels as shares of the MVC.
        channels: What the model says they should be.
        blind: What a model that was fitted without a channel predicts of it.
        moment: By inverse dynamics, for the muscles to supply [N m].
        moment_model: By activation dynamics and muscles, run forward [N m].
        moment_by_synergies: [N m].
    """

    source: Path
    held_out: bool
    load_kg: float
    time: Float[np.ndarray, " t"]
    excitation: Float[np.ndarray, "t m"]
    low: Float[np.ndarray, "t m"]
    high: Float[np.ndarray, "t m"]
    by_synergies: Float[np.ndarray, "t m"]
    measured: Float[np.ndarray, "t c"]
    channels: Float[np.ndarray, "t c"]
    blind: Float[np.ndarray, "t c"] | None
    moment: Float[np.ndarray, "t d"]
    moment_model: Float[np.ndarray, "t d"]
    moment_by_synergies: Float[np.ndarray, "t d"]


@dataclass(frozen=True, kw_only=True)
class DeepEmg:
    """A person's model, and what it says of every recording.

    Attributes:
        system: Generic muscles on the person's skeleton.
        labels: Of the channels.
        fitted_s: How much was fitted [s].
        seconds: How long fitting took, and reading [s].
    """

    system: MuscleSystem
    labels: tuple[str, ...]
    fit: Fit
    committee: Committee | None
    mse: Extrapolation
    trials: tuple[TrialFindings, ...]
    fitted_s: float
    seconds: dict[str, float]
    assumptions: tuple[Finding, ...]


def correlation(a: Float[np.ndarray, " t"], b: Float[np.ndarray, " t"]) -> float | None:
    """Pearson's r; None where either does not change."""
    return None if min(np.std(a), np.std(b)) < 1e-9 else pearson(a, b)


def beyond_channels(
    excitation: Float[np.ndarray, "t m"], channels: Float[np.ndarray, "t c"]
) -> Float[np.ndarray, " m"]:
    """Share of each excitation's variance that no fixed mixture of the channels follows, 0 to 1.

    What is left after least squares on all channels and a constant: zero for a muscle that a
    weighted sum of the channels follows exactly, and for one that does not change.
    """
    basis = np.column_stack([channels, np.ones(len(channels))])
    weights, *_ = np.linalg.lstsq(basis, excitation, rcond=None)
    left = np.var(excitation - basis @ weights, axis=0)
    all_of_it = np.var(excitation, axis=0)
    return np.asarray(np.where(all_of_it > 1e-12, left / np.maximum(all_of_it, 1e-12), 0.0))


def rmse_of(
    model: Float[np.ndarray, "t k"], known: Float[np.ndarray, "t k"]
) -> Float[np.ndarray, " k"]:
    """Root mean square error of each column."""
    return np.asarray(np.sqrt(np.mean((model - known) ** 2, axis=0)))
