"""How well hidden muscles were told, and how methods compare over people."""

from typing import NamedTuple

import numpy as np
from scipy.stats import wilcoxon

FURTHEST_S = 0.5


class Score(NamedTuple):
    """Of one hidden muscle of one person, over the held-out trials."""

    r: float
    rmse: float
    r2: float
    onset_s: float
    """Median distance of a rise to the nearest rise that was told."""


def score(told: np.ndarray, true: np.ndarray, step_s: float) -> Score:
    """Courses of one muscle, shape (n, t)."""
    x, y = told.ravel(), true.ravel()
    r = float(np.corrcoef(x, y)[0, 1]) if x.std() > 1e-6 else 0.0
    error = float(np.sqrt(np.mean((x - y) ** 2)))
    r2 = 1.0 - error**2 / float(np.var(y))
    gaps = [_onset_gap(a, b, step_s) for a, b in zip(told, true, strict=True)]
    return Score(r, error, r2, float(np.median(np.concatenate(gaps))))


def _onset_gap(told: np.ndarray, true: np.ndarray, step_s: float) -> np.ndarray:
    """Distance of each rise to the nearest one told; at most half a second."""
    there, here = _rises(true), _rises(told)
    if not len(here):
        return np.full(len(there), FURTHEST_S)
    nearest = np.abs(np.subtract.outer(there, here)).min(axis=1) * step_s
    return np.minimum(nearest, FURTHEST_S)


def _rises(course: np.ndarray) -> np.ndarray:
    """Frames in which a course comes above the middle of its range."""
    low, high = np.percentile(course, [5, 95])
    above = course > 0.5 * (low + high)
    return np.flatnonzero(~above[:-1] & above[1:])


def moment_errors(told: np.ndarray, known: np.ndarray) -> tuple[float, float]:
    """RMSE [N m], and as a share of each coordinate's range, mean over coordinates."""
    error = np.sqrt(np.mean((told - known) ** 2, axis=(0, 1)))
    size = np.ptp(known.reshape(-1, known.shape[-1]), axis=0)
    return float(error.mean()), float(np.mean(error / size))


def paired(mine: np.ndarray, theirs: np.ndarray) -> float:
    """p of Wilcoxon's signed-rank test over people, two-sided."""
    return float(wilcoxon(mine, theirs).pvalue) if np.any(mine != theirs) else 1.0
