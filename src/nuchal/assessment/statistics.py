"""Two sets of overlaps compared marker by marker, as the paper does, and what that is worth."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy import stats


@dataclass(frozen=True, kw_only=True)
class PairedTest:
    """A paired t-test over markers.

    Attributes:
        difference: Mean of first minus second.
        high: 95 % confidence interval of it.
        p: Two-sided.
        effect_size: Mean difference over the standard deviation of differences (Cohen's d_z).
    """

    difference: float
    low: float
    high: float
    t: float
    degrees_of_freedom: int
    p: float
    effect_size: float


def paired_test(
    first: Float[np.ndarray, " n"], second: Float[np.ndarray, " n"]
) -> PairedTest | None:
    """Student's test of the differences of two sets of overlaps.

    Args:
        first: of one person, marker by marker.
        second: of another, of the same markers.

    Returns:
        None with fewer than two markers, or where all differences are the same.
    """
    off = np.asarray(first) - np.asarray(second)
    if len(off) < 2 or np.ptp(off) == 0.0:
        return None
    found = stats.ttest_rel(first, second)
    interval = found.confidence_interval(0.95)
    return PairedTest(
        difference=float(off.mean()),
        low=float(interval.low),
        high=float(interval.high),
        t=float(found.statistic),
        degrees_of_freedom=int(found.df),
        p=float(found.pvalue),
        effect_size=float(off.mean() / off.std(ddof=1)),
    )
