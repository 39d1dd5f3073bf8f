"""Which muscles stand out: of whom the movement asks more or less than of anybody healthy.

Muscles are named for what the common range asks of them, in postures that everybody reaches. What
the whole movement and its ends ask follows the range, of which an assessment speaks anyway.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from nuchal.assessment.muscles.limits import Limits
from nuchal.assessment.muscles.ratios import Kind, Ratio, Ratios

# The ratios that name muscles.
NAMING: Final[Kind] = "common"
# Of the six directions have to be tested before anything is said of muscles.
FEWEST: Final = 5
# Of healthy people, how many may have a muscle that is said to stand out, or several.
CHANCE_OF_ANY: Final = 0.05
Asked = Literal["less", "more"]
ASKED: Final[tuple[Asked, Asked]] = ("less", "more")


@dataclass(frozen=True, kw_only=True)
class Flag:
    """A muscle that stands out.

    Attributes:
        muscle: Its index.
        kind: Whether the movement asks less or more of it than of healthy people's.
        ratio: Of forces in the common range, actual over healthy.
        high: Between these are 95 % of healthy people whose mirrored muscle does what this person's
            does.
        q: Share of healthy people of whom some muscle stands out as far.
    """

    muscle: int
    kind: Asked
    ratio: float
    low: float
    high: float
    q: float


def flags_of(ratios: Ratios, limits: Limits) -> tuple[Flag, ...]:
    """Muscles beyond what is healthy, the surest first, corrected for testing all at once.

    Args:
        ratios: of which those of the kind :data:`NAMING` are judged; none where there are none.
        limits: of the same kind. Where a mirrored muscle has no ratio it is taken for that of the
            mean person.
    """
    ratio = ratios.of(NAMING)
    return () if ratio is None else flags_in(ratio, limits)


def flags_in(ratio: Ratio, limits: Limits) -> tuple[Flag, ...]:
    """:func:`flags_of` where there is a ratio of the kind that names muscles."""
    value, defined = ratio.value, ratio.defined & (ratio.value > 0.0)
    tested = np.flatnonzero(defined)
    if not len(tested):
        return ()
    own = np.where(defined, np.log(np.where(defined, value, 1.0)), limits.mean)
    mirrored = own[np.array(limits.partners)]
    low, high = limits.range_beside(mirrored)
    score = limits.score(own, mirrored)[tested]
    q = limits.chance(score)
    found = [
        Flag(
            muscle=int(muscle),
            kind="less" if score[k] < 0.0 else "more",
            ratio=float(value[muscle]),
            low=float(low[muscle]),
            high=float(high[muscle]),
            q=float(q[k]),
        )
        for k, muscle in enumerate(tested)
        if q[k] <= CHANCE_OF_ANY
    ]
    order = {int(m): -abs(x) for m, x in zip(tested, score, strict=True)}
    return tuple(sorted(found, key=lambda one: order[one.muscle]))
