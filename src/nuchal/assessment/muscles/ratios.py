"""Forces on a person's own movement against forces on the movement that is normal.

Three ratios are kept apart, for they answer different questions. What the *common* range asks, of
postures that everybody reaches, tells with which muscles somebody moves, whatever their range and
tempo. What the *whole* movement asks depends on its range too. What the *end* of one's range asks
is the ratio of peaks of He, Liu, Li 2026 (doi 10.3390/s26020752): each is one frame, and tells most
of all how far somebody goes.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from jaxtyping import Bool, Float

from nuchal.assessment.muscles.common import LEAST_CELLS, cells_of, in_both
from nuchal.assessment.muscles.exertion import Exertion

Kind = Literal["common", "whole", "end"]
KINDS: Final[tuple[Kind, ...]] = ("common", "whole", "end")
# Of maximal isometric force: below it a muscle does too little in the normal movement for a ratio
# to mean anything.
LEAST_SHARE: Final = 0.01


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """Of one kind, muscle by muscle.

    Attributes:
        actual: On the person's own movement [N].
        healthy: On the normal one [N].
        defined: Whether a muscle does enough there for a ratio.
    """

    actual: Float[np.ndarray, " muscles"]
    healthy: Float[np.ndarray, " muscles"]
    defined: Bool[np.ndarray, " muscles"]

    @property
    def value(self) -> Float[np.ndarray, " muscles"]:
        """Actual over healthy; 1 where it is not defined."""
        below = np.where(self.defined, self.healthy, 1.0)
        return np.asarray(np.where(self.defined, self.actual / below, 1.0))


@dataclass(frozen=True, kw_only=True)
class Ratios:
    """What a movement asks of muscles, over what the normal movement asks.

    Attributes:
        common: Of mean forces in the common range (``muscles.common``); None where the movement
            goes through too few of its postures.
        whole: Of mean forces over all frames.
        end: Of peak forces.
    """

    common: Ratio | None
    whole: Ratio
    end: Ratio

    def of(self, kind: Kind) -> Ratio | None:
        """The one of a kind."""
        found: Ratio | None = getattr(self, kind)
        return found


def ratios_of(
    actual: Exertion,
    healthy: Exertion,
    max_isometric_force: Float[np.ndarray, " muscles"],
    mean_deg: Float[np.ndarray, "6"],
) -> Ratios | None:
    """Ratios of forces.

    Args:
        actual: on the person's own movement.
        healthy: on the normal movement, of the same neck or the matched one.
        max_isometric_force: of the same necks [N].
        mean_deg: mean range of the person's age, in the order of ``DIRECTIONS``.

    Returns:
        None where one of the movements has no frame that can be used.
    """
    mine, theirs = actual.used, healthy.used
    if not len(mine) or not len(theirs):
        return None
    enough = theirs.max(axis=0) >= LEAST_SHARE * max_isometric_force
    return Ratios(
        common=common_ratio(actual, healthy, max_isometric_force, mean_deg),
        whole=Ratio(actual=mine.mean(axis=0), healthy=theirs.mean(axis=0), defined=enough),
        end=Ratio(actual=mine.max(axis=0), healthy=theirs.max(axis=0), defined=enough),
    )


def common_ratio(
    actual: Exertion,
    healthy: Exertion,
    max_isometric_force: Float[np.ndarray, " muscles"],
    mean_deg: Float[np.ndarray, "6"],
) -> Ratio | None:
    """The ratio in the common range alone; as for :func:`ratios_of`."""
    all_theirs = cells_of(healthy, mean_deg)
    mine, theirs = in_both(cells_of(actual, mean_deg), all_theirs)
    if len(mine.place) < max(1.0, LEAST_CELLS * len(all_theirs.place)):
        return None
    return Ratio(
        actual=mine.force.mean(axis=0),
        healthy=theirs.force.mean(axis=0),
        defined=theirs.force.max(axis=0) >= LEAST_SHARE * max_isometric_force,
    )
