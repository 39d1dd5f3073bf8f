"""Which range of motion is normal at an age, how people vary, and which change is detectable.

Means are of Swinkels and Swinkels-Meewisse (Spine 2014, 39:362-367) and reviews: from the twenties
to the sixties flexion falls from 63 to 53 degrees, extension from 81 to 46, bending from 45 to 26
and rotation from 74 to 54; sex does not matter. Between these ages we go in a straight line, and
beyond them not at all. Standard deviations within an age are our rounding of what studies with the
CROM device report for healthy adults (Youdas et al. 1992, doi 10.1093/ptj/72.11.770), and part of
that is between sessions. The smallest detectable change is the upper end of the 3.5 to 6.8
degrees of such studies.

How far one person moves in different directions is correlated as in 14 people with a goniometer
(``tables/range_correlations.csv``). Virtual people are drawn with correlations that were assumed
before: 0.75 between mirrored sides and 0.35 between all others.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from jaxtyping import Float

from nuchal.model.tables import names, numbers

_YOUNG_YEARS: Final = 25.0
_OLD_YEARS: Final = 65.0
_YOUNG_DEG: Final = np.array([63.0, 81.0, 45.0, 45.0, 74.0, 74.0])
_OLD_DEG: Final = np.array([53.0, 46.0, 26.0, 26.0, 54.0, 54.0])
_SD_DEG: Final = np.array([10.0, 12.0, 8.0, 8.0, 8.0, 8.0])
SMALLEST_CHANGE_DEG: Final = 6.8
_FARTHEST_SDS: Final = 3.0
# Of virtual people: those who set limits, and those from whose movements networks learn.
_DRAWN_MIRRORED: Final = 0.75
_DRAWN_APART: Final = 0.35
_TABLE: Final = "range_correlations"


@dataclass(frozen=True, kw_only=True)
class Norm:
    """Range of motion of healthy people, in the order of ``DIRECTIONS``.

    Attributes:
        age_years: None where it is not known: then people of all ages from 25 to 65 are meant.
    """

    mean_deg: Float[np.ndarray, "6"]
    sd_deg: Float[np.ndarray, "6"]
    covariance_deg2: Float[np.ndarray, "6 6"]
    age_years: float | None

    def scores(self, reach_deg: Float[np.ndarray, "6"]) -> Float[np.ndarray, "6"]:
        """How many standard deviations a reach is above the mean."""
        return np.asarray((reach_deg - self.mean_deg) / self.sd_deg)


def norm_of(age_years: float | None, alike: Float[np.ndarray, "6 6"] | None = None) -> Norm:
    """What is normal at an age, or at any if it is not known.

    ``alike`` are the correlations of directions within an age; the measured ones if not given.
    """
    within = (correlation() if alike is None else alike) * np.outer(_SD_DEG, _SD_DEG)
    if age_years is None:
        across = np.abs(_YOUNG_DEG - _OLD_DEG) / np.sqrt(12.0)
        return Norm(
            mean_deg=0.5 * (_YOUNG_DEG + _OLD_DEG),
            sd_deg=np.hypot(_SD_DEG, across),
            covariance_deg2=within + np.outer(across, across),
            age_years=None,
        )
    share = np.clip((age_years - _YOUNG_YEARS) / (_OLD_YEARS - _YOUNG_YEARS), 0.0, 1.0)
    mean = _YOUNG_DEG + share * (_OLD_DEG - _YOUNG_DEG)
    return Norm(mean_deg=mean, sd_deg=_SD_DEG.copy(), covariance_deg2=within, age_years=age_years)


def farthest_deg(age_years: float | None) -> Float[np.ndarray, "6"]:
    """Farther than this nobody of an age turns the head: three standard deviations above the mean.

    In the order of ``DIRECTIONS``.
    """
    norm = norm_of(age_years)
    return np.asarray(norm.mean_deg + _FARTHEST_SDS * norm.sd_deg)


@cache
def correlation() -> Float[np.ndarray, "6 6"]:
    """Of how far one person goes to the six sides, as measured."""
    found = numbers(_TABLE, names(_TABLE, "direction"))
    found.flags.writeable = False
    return found


@cache
def repetition_sd_deg() -> Float[np.ndarray, "6"]:
    """Of one person's movement as far as it goes, from one time to the next in a session."""
    found = numbers(_TABLE, ("repetition_sd_deg",))[:, 0]
    found.flags.writeable = False
    return found


def drawn_correlation(
    mirrored: float = _DRAWN_MIRRORED, apart: float = _DRAWN_APART
) -> Float[np.ndarray, "6 6"]:
    """The same of virtual people."""
    found = np.full((6, 6), apart)
    for right, left in ((2, 3), (4, 5)):
        found[right, left] = found[left, right] = mirrored
    np.fill_diagonal(found, 1.0)
    return found
