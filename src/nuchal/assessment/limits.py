"""Which muscles stand out: ratios of forces beyond what healthy people have."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from jaxtyping import Float
from scipy.stats import false_discovery_control, norm

from nuchal.assessment.deficits import Ratios

FALSE_DISCOVERY_RATE: Final = 0.05
"""Of the muscles that are said to stand out, the share that may be chance."""

HEALTHY_IOU: Final = (0.9275, 0.9275, 0.9275)
"""Mean overlap of healthy people with their match, by marker."""
_HEALTHY_RATIOS: Final = (0.7866, 1.1732)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What is healthy, measured on virtual people: logarithms of ratios."""

    mean: Float[np.ndarray, "72"]
    sd: Float[np.ndarray, "72"]

    @property
    def range(self) -> tuple[Float[np.ndarray, "72"], Float[np.ndarray, "72"]]:
        """Between these ratios are 95 % of healthy people."""
        return np.exp(self.mean - 1.96 * self.sd), np.exp(self.mean + 1.96 * self.sd)


@dataclass(frozen=True, kw_only=True)
class Flag:
    """A muscle that stands out."""

    muscle: int
    """Which of ``MUSCLES``."""
    kind: Literal["reduced", "compensating"]
    ratio: float
    """Of peak forces, actual over healthy."""
    low: float
    high: float
    """Between these are 95 % of healthy people."""
    q: float
    """Share of chance findings among muscles that stand out as far or farther."""


def healthy_limits() -> Limits:
    """The range of healthy people's ratios in He, Liu, Li 2026, the same for every muscle."""
    low, high = np.log(_HEALTHY_RATIOS)
    each = np.ones(72)
    return Limits(mean=0.5 * (low + high) * each, sd=(high - low) / (2.0 * 1.96) * each)


def flags_of(ratios: Ratios, limits: Limits) -> tuple[Flag, ...]:
    """Muscles beyond what is healthy, the surest first, corrected for testing all at once.

    By Benjamini and Hochberg 1995 (doi 10.1111/j.2517-6161.1995.tb02031.x).
    """
    tested = np.flatnonzero(ratios.defined & (ratios.peak > 0.0))
    if not len(tested):
        return ()
    low, high = limits.range
    score = (np.log(ratios.peak[tested]) - limits.mean[tested]) / limits.sd[tested]
    q = false_discovery_control(2.0 * norm.sf(np.abs(score)))
    found = [
        Flag(
            muscle=int(muscle),
            kind="reduced" if score[k] < 0.0 else "compensating",
            ratio=float(ratios.peak[muscle]),
            low=float(low[muscle]),
            high=float(high[muscle]),
            q=float(q[k]),
        )
        for k, muscle in enumerate(tested)
        if q[k] <= FALSE_DISCOVERY_RATE
    ]
    return tuple(sorted(found, key=lambda one: one.q))
