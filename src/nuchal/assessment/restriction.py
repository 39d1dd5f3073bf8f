"""Into which directions a head goes less far than it should, and how sure that is.

What to expect of a person in one direction follows from their age and from how far they go in the
others, the mirrored one above all (:mod:`nuchal.assessment.norms`); to the corners, from the
ellipse through their own sides. Any of the directions may be short, several at once, and all sets
of short ones are weighed against one another (:mod:`nuchal.assessment.slab`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from jaxtyping import Bool, Float

from nuchal.assessment.geometry import Healthy
from nuchal.assessment.missing import WAYS
from nuchal.assessment.norms import SMALLEST_CHANGE_DEG
from nuchal.assessment.ranges import CORNERS, HARDLY_DEG, Ranges
from nuchal.assessment.slab import Judged, Shortness, judge
from nuchal.motion.ideal import DIRECTIONS

Verdict = Literal["restricted", "not restricted", "not tested"]
LIKELY_FROM: Final = 0.4
"""So likely a restriction has to be to be called one: see ``benchmarks/virtual_patients.py``."""
ASKED_SHARE: Final = 0.5
"""Of what is expected: a plane, or the corners, of which no side reaches so far was not asked
for."""
_PRIOR: Final = Shortness(share=0.05, mean=18.0, sd=8.0)
"""Of directions and degrees."""
_CORNER_SHARE: Final = 0.91
_CORNER_SD: Final = 0.13
_CORNER_CORRELATION: Final = 0.23
"""Of how far healthy virtual people go to a corner, over the ellipse through their sides."""
_SIDES_OF: Final = np.array([[0, 2], [0, 3], [1, 2], [1, 3]])
"""Which of ``DIRECTIONS`` each corner lies between."""


@dataclass(frozen=True, kw_only=True)
class Restriction:
    """What there is to say of one direction."""

    way: str
    """One of ``WAYS``."""
    reach_deg: float
    normal_deg: float
    """What is expected of this person, by age and by the other directions."""
    sd_deg: float
    """Of healthy people about that."""
    likely: float
    """How likely movement is restricted there, 0 to 1; as beforehand where it was not tested."""
    verdict: Verdict

    @property
    def restricted(self) -> bool:
        """Whether that is the verdict."""
        return self.verdict == "restricted"

    @property
    def short_deg(self) -> float:
        """What is missing; negative where the head goes farther."""
        return self.normal_deg - self.reach_deg


def restrictions_of(ranges: Ranges, healthy: Healthy) -> tuple[Restriction, ...]:
    """Of every direction, in the order of ``WAYS``."""
    norm, reach = healthy.norm, np.asarray(ranges.reach_deg, float)
    sides_tested = tested(ranges, norm.mean_deg)
    sides = judge(reach, norm.mean_deg, norm.covariance_deg2, sides_tested, _PRIOR)
    own = np.where(sides_tested, reach, sides.expected)
    corners, corners_tested = _corners(ranges.corner_deg, own, sides_tested)
    likely, normal, spread = (np.concatenate(x) for x in zip(sides, corners, strict=True))
    asked = np.concatenate([sides_tested, corners_tested])
    found = np.concatenate([reach, ranges.corner_deg])
    return tuple(
        Restriction(
            way=way,
            reach_deg=float(found[k]),
            normal_deg=float(normal[k]),
            sd_deg=float(spread[k]),
            likely=float(likely[k]),
            verdict=_verdict(bool(asked[k]), float(likely[k]), float(normal[k] - found[k])),
        )
        for k, way in enumerate(WAYS)
    )


def count_tested(restrictions: Sequence[Restriction]) -> int:
    """How many of the six directions were tested, corners left out."""
    sides = [one for one in restrictions if one.way in DIRECTIONS]
    return sum(one.verdict != "not tested" for one in sides)


def tested(ranges: Ranges, normal_deg: Float[np.ndarray, "6"]) -> Bool[np.ndarray, "6"]:
    """Directions that the head was asked to go to, as far as the recordings show.

    It went there at all, and in the same plane it went half as far as is normal, to either side.
    """
    share = (ranges.reach_deg / normal_deg).reshape(3, 2).max(axis=1)
    return np.asarray((ranges.reach_deg >= HARDLY_DEG) & np.repeat(share >= ASKED_SHARE, 2))


def ellipse_deg(reach_deg: Float[np.ndarray, "6"]) -> Float[np.ndarray, "4"]:
    """How far the ellipse through the sides goes to ``CORNERS``, half way from side to side."""
    return np.asarray(np.linalg.norm(reach_deg[_SIDES_OF], axis=1) / np.sqrt(2.0))


def _corners(
    found_deg: Float[np.ndarray, "4"],
    sides_deg: Float[np.ndarray, "6"],
    sides_tested: Bool[np.ndarray, "6"],
) -> tuple[Judged, Bool[np.ndarray, "4"]]:
    """Corners by how far the person goes to the sides; and which of them were asked for."""
    own = ellipse_deg(sides_deg)
    asked = (found_deg >= HARDLY_DEG) & sides_tested[_SIDES_OF].all(axis=1)
    asked &= bool((found_deg >= ASKED_SHARE * own).any())
    alike = np.full((len(CORNERS), len(CORNERS)), _CORNER_CORRELATION)
    np.fill_diagonal(alike, 1.0)
    spread = _CORNER_SD * own
    covariance = alike * np.outer(spread, spread)
    return judge(found_deg, _CORNER_SHARE * own, covariance, asked, _PRIOR), asked


def _verdict(asked: bool, likely: float, short_deg: float) -> Verdict:
    if not asked:
        return "not tested"
    sure = likely >= LIKELY_FROM and short_deg > SMALLEST_CHANGE_DEG
    return "restricted" if sure else "not restricted"
