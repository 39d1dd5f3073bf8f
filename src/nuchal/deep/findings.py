"""What was found out about one person's deep muscles, and how far it can be trusted."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from nuchal.deep.extrapolation import Extrapolation
from nuchal.deep.muscles import MuscleSystem
from nuchal.deep.nmm_doubt import Committee
from nuchal.deep.nmm_fit import Fit


@dataclass(frozen=True, kw_only=True)
class TrialFindings:
    """One recording, read with a person's model; t frames that are known, m muscles."""

    source: Path
    held_out: bool
    load_kg: float
    time: Float[np.ndarray, " t"]
    """[s]; jumps where something is missing in between."""
    excitation: Float[np.ndarray, "t m"]
    low: Float[np.ndarray, "t m"]
    """Of an interval made to hold 95 % of the excitations; the excitation itself without one."""
    high: Float[np.ndarray, "t m"]
    by_synergies: Float[np.ndarray, "t m"]
    """What muscle synergy extrapolation says instead."""
    measured: Float[np.ndarray, "t c"]
    """Channels as shares of the MVC."""
    channels: Float[np.ndarray, "t c"]
    """What the model says they should be."""
    blind: Float[np.ndarray, "t c"] | None
    """What a model that was never told of a channel says of it."""
    moment: Float[np.ndarray, "t d"]
    """By inverse dynamics, for the muscles to supply [N m]."""
    moment_told: Float[np.ndarray, "t d"]
    """By activation dynamics and muscles, run forward [N m]."""
    moment_by_synergies: Float[np.ndarray, "t d"]
    """[N m]."""


@dataclass(frozen=True, kw_only=True)
class DeepEmg:
    """A person's model, and what it says of every recording."""

    system: MuscleSystem
    """Generic muscles on the person's skeleton."""
    labels: tuple[str, ...]
    """Of the channels."""
    fit: Fit
    committee: Committee | None
    mse: Extrapolation
    trials: tuple[TrialFindings, ...]
    fitted_s: float
    """How much was fitted [s]."""
    seconds: dict[str, float]
    """How long fitting took, and reading [s]."""
    assumptions: tuple[str, ...]


def correlation(a: Float[np.ndarray, " t"], b: Float[np.ndarray, " t"]) -> float | None:
    """Pearson's r; None where either does not change."""
    if min(np.std(a), np.std(b)) < 1e-9:
        return None
    return float(np.corrcoef(a, b)[0, 1])


def beyond_channels(
    excitation: Float[np.ndarray, "t m"], channels: Float[np.ndarray, "t c"]
) -> Float[np.ndarray, " m"]:
    """Share of each excitation's variance that no fixed mixture of the channels follows, 0 to 1.

    What is left after least squares on all channels and a constant: nought for a muscle that a
    weighted sum of the electrodes would tell as well; nought for one that does not change.
    """
    basis = np.column_stack([channels, np.ones(len(channels))])
    weights, *_ = np.linalg.lstsq(basis, excitation, rcond=None)
    left = np.var(excitation - basis @ weights, axis=0)
    all_of_it = np.var(excitation, axis=0)
    return np.asarray(np.where(all_of_it > 1e-12, left / np.maximum(all_of_it, 1e-12), 0.0))


def rmse_of(
    told: Float[np.ndarray, "t k"], known: Float[np.ndarray, "t k"]
) -> Float[np.ndarray, " k"]:
    """Root mean square error of each column."""
    return np.asarray(np.sqrt(np.mean((told - known) ** 2, axis=0)))
