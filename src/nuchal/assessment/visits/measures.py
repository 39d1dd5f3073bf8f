"""What therapists judge beside range, in two visits: speed, smoothness, sense of position.

How much a measure differs between visits of an unchanged person is published of some. Of the others
only the scatter of attempts within the two visits is known, which is less than from day to day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
import scipy
from jaxtyping import Float

from nuchal.assessment.attempts.attempts import Attempt
from nuchal.assessment.attempts.relocation import Relocation, errors_deg
from nuchal.model.clinical import DIRECTIONS

Measure: TypeAlias = Literal[
    "peak_speed_deg_s", "mean_speed_deg_s", "smoothness", "position_error_deg"
]
MEASURES: Final[tuple[Measure, ...]] = (
    "peak_speed_deg_s",
    "mean_speed_deg_s",
    "smoothness",
    "position_error_deg",
)
Basis: TypeAlias = Literal["published", "attempts"]
# Standard errors from one visit to another. Speeds: minimal detectable changes of 41 to 53 and of
# 20 to 25 degrees a second over directions (Sarig Bahat 2016, Eur Spine J 25:2139), the middle over
# 1.96 times the root of two. Position: 1.2 to 3.5 degrees, sitting or standing (Strimpakos 2006,
# Gait Posture 23:22), the middle.
PUBLISHED: Final[dict[Measure, float]] = {
    "peak_speed_deg_s": 47.0 / 2.772,
    "mean_speed_deg_s": 22.5 / 2.772,
    "position_error_deg": 2.35,
}
_FARTHEST_SDS: Final = 1.96


@dataclass(frozen=True, kw_only=True)
class MeasureChange:
    """Of one measure into one direction, from the first to the second visit.

    Attributes:
        direction: One of ``DIRECTIONS``.
        smallest_detectable: 95 % of changes stay within, if nothing has changed.
        basis: Where that is from.
    """

    measure: Measure
    direction: str
    before: float
    after: float
    smallest_detectable: float
    basis: Basis

    @property
    def change(self) -> float:
        """Second less first."""
        return self.after - self.before

    @property
    def detected(self) -> bool:
        """Whether it is more than what may be nothing."""
        return abs(self.change) > self.smallest_detectable


Values: TypeAlias = Float[np.ndarray, " _"]


def measure_changes(
    before: tuple[Sequence[Attempt], Sequence[Relocation]],
    after: tuple[Sequence[Attempt], Sequence[Relocation]],
) -> tuple[MeasureChange, ...]:
    """Of every measure and direction that both visits tell of.

    Args:
        before: attempts and returns of the first visit.
        after: of the second.
    """
    found = []
    for measure in MEASURES:
        values = {
            way: [_values(visit, measure, way) for visit in (before, after)] for way in DIRECTIONS
        }
        both = {way: those for way, those in values.items() if all(len(x) for x in those)}
        for way, (first, second) in both.items():
            least = _smallest_detectable(measure, (first, second), values.values())
            if least is not None:
                found.append(
                    MeasureChange(
                        measure=measure,
                        direction=way,
                        before=float(first.mean()),
                        after=float(second.mean()),
                        smallest_detectable=least,
                        basis="published" if measure in PUBLISHED else "attempts",
                    )
                )
    return tuple(found)


def _values(
    visit: tuple[Sequence[Attempt], Sequence[Relocation]], measure: Measure, way: str
) -> Values:
    attempts, relocations = visit
    if measure == "position_error_deg":
        return np.asarray(np.abs(errors_deg(relocations, way)))
    each = (getattr(one, measure) for one in attempts if one.direction == way)
    return np.array([x for x in each if x is not None])


def _smallest_detectable(
    measure: Measure, both: tuple[Values, Values], every: Iterable[Sequence[Values]]
) -> float | None:
    """None where attempts are too few to tell how they scatter.

    Their scatter is pooled over all directions and both visits.
    """
    if measure in PUBLISHED:
        return float(_FARTHEST_SDS * np.sqrt(2.0) * PUBLISHED[measure])
    groups = [those for visits in every for those in visits if len(those) > 1]
    free = sum(len(those) - 1 for those in groups)
    if not free:
        return None
    variance = sum(float(((those - those.mean()) ** 2).sum()) for those in groups) / free
    fewer = sum(1.0 / len(those) for those in both)
    return float(scipy.stats.t.ppf(0.975, free) * np.sqrt(variance * fewer))
