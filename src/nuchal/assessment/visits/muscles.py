"""Whether a muscle is asked less or more of in the second visit, in postures of both.

How one person's ratio differs from visit to visit is not published. It is not more than what two
healthy people differ by, of which a part is between them: so that is taken, the spread of healthy
people times the root of two, and findings are fewer than they could be.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
from jaxtyping import Bool, Float

from nuchal.assessment.muscles.common import cells_of, in_both
from nuchal.assessment.muscles.exertion import Exertion
from nuchal.assessment.muscles.limits import LEAST_CHANGE, Limits
from nuchal.assessment.muscles.ratios import LEAST_SHARE

MuscleVerdict: TypeAlias = Literal["less", "more", "unchanged", "cannot be told", "too little"]
CHANCE: Final = 0.05
# Of the common range, in both visits: half of those through which the normal movement goes.
FEWEST_CELLS: Final = 8
# A muscle that fell silent.
_LEAST_RATIO: Final = 1e-3
# Between these a ratio is no change that matters: a quarter less, a third more.
SMALL: Final = (0.75, 4.0 / 3.0)
_FARTHEST_SDS: Final = 1.96


@dataclass(frozen=True, kw_only=True)
class MuscleChanges:
    """Of every muscle, in the postures of the common range through which both visits go.

    Attributes:
        before_n: Mean force [N].
        after_n: Mean force [N].
        defined: Whether a muscle does enough there for a ratio.
        low: What the ratio is sought between, of an unchanged person about the one that was found.
        chance: Of healthy people, how many have any muscle that differs as much from another's.
    """

    before_n: Float[np.ndarray, " muscles"]
    after_n: Float[np.ndarray, " muscles"]
    defined: Bool[np.ndarray, " muscles"]
    low: Float[np.ndarray, " muscles"]
    high: Float[np.ndarray, " muscles"]
    chance: Float[np.ndarray, " muscles"]

    @property
    def ratio(self) -> Float[np.ndarray, " muscles"]:
        """Second over first visit; 1 where it is not defined."""
        below = np.where(self.defined, self.before_n, 1.0)
        return np.asarray(np.where(self.defined, self.after_n / below, 1.0))

    def verdict(self, muscle: int) -> MuscleVerdict:
        """What is said of one."""
        if not self.defined[muscle]:
            return "too little"
        ratio = float(self.ratio[muscle])
        if self.chance[muscle] <= CHANCE and abs(np.log(ratio)) >= np.log(LEAST_CHANGE):
            return "less" if ratio < 1.0 else "more"
        low, high = SMALL
        inside = low <= self.low[muscle] and self.high[muscle] <= high
        return "unchanged" if inside else "cannot be told"


def muscle_changes(
    before: Exertion,
    after: Exertion,
    strength: Float[np.ndarray, " muscles"],
    mean_deg: Float[np.ndarray, "6"],
    limits: Limits,
) -> MuscleChanges | None:
    """What has changed of all muscles.

    Args:
        before: forces of the first visit.
        after: forces of the second.
        strength: maximal isometric force [N].
        mean_deg: mean range of the person's age, in the order of ``DIRECTIONS``.
        limits: of ratios in the common range.

    Returns:
        None where the visits have too few postures in common.
    """
    first, second = in_both(cells_of(before, mean_deg), cells_of(after, mean_deg))
    if len(first.place) < FEWEST_CELLS:
        return None
    before_n, after_n = first.force.mean(axis=0), second.force.mean(axis=0)
    defined = first.force.max(axis=0) >= LEAST_SHARE * strength
    ratio = np.where(defined, after_n / np.where(defined, before_n, 1.0), 1.0)
    log = np.log(np.maximum(ratio, _LEAST_RATIO))
    sd = np.sqrt(2.0) * limits.sd
    off = (log - 0.5 * log[np.asarray(limits.partners)]) / (np.sqrt(2.0) * limits.beside_sd)
    return MuscleChanges(
        before_n=before_n,
        after_n=after_n,
        defined=defined,
        low=np.exp(log - _FARTHEST_SDS * sd),
        high=np.exp(log + _FARTHEST_SDS * sd),
        chance=limits.chance(off),
    )
