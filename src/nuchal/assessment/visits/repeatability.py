"""How far what is measured of an unchanged person differs from one visit to the next.

Three errors are in how far a head goes, beside that of the device. The neutral pose that angles
are counted from shifts, so that what flexion gains extension loses. Effort, warmth and daily form
move all directions together. The rest belongs to each direction alone; attempts within a visit
tell of a part of it.

The standard error of a direction is by default 3.4 degrees: the quadratic mean of the middles of
what four studies found from day to day, each a range over directions. 1.6 to 2.8 (Audette 2010, doi
10.2519/jospt.2010.3180), 2.3 to 4.0 (Fletcher and Bandy 2008, doi 10.2519/jospt.2008.2680), 1.5 to
2.9 (Anwar 2022, doi 10.35975/apic.v26i4.1957), and 5.1, from limits of agreement of 14.2 degrees
for one direction (Stenneberg 2023, J Manipulative Physiol Ther 46:125). The last found 20.1 degrees
for both directions of rotation together, 14.2 times the root of two: as if they were independent,
so that shift and effort are about alike. That each of the three errors has a third of the variance
is our assumption; ``docs/compare.md`` shows it beside 14 people who were measured twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float

from nuchal.model.clinical import DIRECTIONS
from nuchal.model.norms import repetition_sd_deg

STANDARD_ERROR_DEG: Final = 3.4
# Attempts a visit of the studies that the standard error is from.
_USUAL_ATTEMPTS: Final = 3
# So many attempts is worth what is known beforehand of how attempts scatter.
_KNOWN_BEFORE: Final = 4.0
# Of the neutral pose, on the two directions of each plane.
_SHIFT: Final = np.kron(np.eye(3), np.array([[1.0, -1.0], [-1.0, 1.0]]))


@dataclass(frozen=True, kw_only=True)
class Repeatability:
    """Of an unchanged person from visit to visit.

    Attributes:
        standard_error_deg: Of the mean of three attempts into one direction, over all directions.
        shift_share: Of its variance, by the neutral pose.
        effort_share: Likewise, by what moves all directions together.
    """

    standard_error_deg: float = STANDARD_ERROR_DEG
    shift_share: float = 1.0 / 3.0
    effort_share: float = 1.0 / 3.0


@dataclass(frozen=True, kw_only=True)
class Reached:
    """How far the head went in one visit, in the order of ``DIRECTIONS``.

    Attributes:
        attempts_deg: Of each direction; none where it was not tested.
        measuring_sd_deg: By what measured it, beyond that of markers.
    """

    attempts_deg: Sequence[Float[np.ndarray, " _"]]
    measuring_sd_deg: Float[np.ndarray, "6"]

    @property
    def count(self) -> Float[np.ndarray, "6"]:
        """Attempts of each direction."""
        return np.array([float(len(those)) for those in self.attempts_deg])

    @property
    def mean_deg(self) -> Float[np.ndarray, "6"]:
        """Of the attempts; zero where there is none."""
        return np.array([float(np.mean(x)) if len(x) else 0.0 for x in self.attempts_deg])


def change_covariance_deg2(
    before: Reached, after: Reached, repeats: Repeatability
) -> Float[np.ndarray, "6 6"]:
    """Covariance of what seems to have changed of an unchanged person.

    Rows of directions without an attempt in both visits mean nothing.
    """
    whole = repeats.standard_error_deg**2
    reach = 0.5 * (before.mean_deg + after.mean_deg)
    size = np.sqrt(np.mean(reach**2))
    effort = np.outer(reach, reach) / size**2 if size > 0.0 else np.eye(len(DIRECTIONS))
    together = whole * (repeats.shift_share * _SHIFT + repeats.effort_share * effort)
    usual = repetition_sd_deg() ** 2
    own = whole * (1.0 - repeats.shift_share - repeats.effort_share) - usual / _USUAL_ATTEMPTS
    again = _scatter_deg2(before, after, usual)
    alone = np.zeros(len(DIRECTIONS))
    for one in (before, after):
        alone += np.maximum(own, 0.0) + again / np.maximum(one.count, 1.0)
        alone += one.measuring_sd_deg**2
    return np.asarray(2.0 * together + np.diag(alone))


def _scatter_deg2(
    before: Reached, after: Reached, usual: Float[np.ndarray, "6"]
) -> Float[np.ndarray, "6"]:
    """Variance of one attempt, from both visits' own and what is known beforehand."""
    squares, free = _KNOWN_BEFORE * usual, np.full(len(usual), _KNOWN_BEFORE)
    for one in (before, after):
        for k, those in enumerate(one.attempts_deg):
            if len(those) > 1:
                squares[k] += float(np.sum((those - np.mean(those)) ** 2))
                free[k] += len(those) - 1
    return np.asarray(squares / free)
