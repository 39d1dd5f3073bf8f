"""Which of several measured numbers are lower than they should be, and by how much.

Healthy numbers are jointly normal. Any of them may be short: with a probability known beforehand,
and by a normal amount. So every set of short ones gives the measured numbers a normal density of
its own, and Bayes' theorem says how likely each set is (a spike and slab prior, Mitchell and
Beauchamp 1988, doi 10.1080/01621459.1988.10478694).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Bool, Float
from scipy.special import logsumexp

from nuchal.assessment.ranges.reached import ALL_DIRECTIONS, CORNERS, HARDLY_DEG, Ranges
from nuchal.assessment.records import Healthy, Restriction, Verdict
from nuchal.model.clinical import DIRECTIONS
from nuchal.model.norms import SMALLEST_CHANGE_DEG


@dataclass(frozen=True, kw_only=True)
class ShortnessPrior:
    """What is believed beforehand of being short.

    Attributes:
        share: Of all numbers, how many are.
        sd: Of what is missing of them.
    """

    share: float
    mean: float
    sd: float


class Shortness(NamedTuple):
    """What measured numbers say.

    Attributes:
        short: How likely each is short, 0 to 1; as beforehand where it was not measured.
        expected: What each would be in health, by the others alone.
        sd: Standard deviation of healthy people about that.
    """

    short: Float[np.ndarray, " n"]
    expected: Float[np.ndarray, " n"]
    sd: Float[np.ndarray, " n"]


def find_shortness(
    found: Float[np.ndarray, " n"],
    mean: Float[np.ndarray, " n"],
    covariance: Float[np.ndarray, "n n"],
    measured: Bool[np.ndarray, " n"],
    prior: ShortnessPrior,
) -> Shortness:
    """Judge each number by all of them, and say what to expect of it by the others.

    Args:
        found: the numbers; where they were not measured, anything.
        mean: in health.
        covariance: in health.
        measured: which of them were.
        prior: what is believed beforehand.
    """
    expected, sd = mean.astype(float).copy(), np.sqrt(np.diag(covariance))
    short = np.full(len(found), prior.share)
    which = np.flatnonzero(measured)
    if len(which):
        sets, weight = _sets(found[which], mean[which], covariance[np.ix_(which, which)], prior)
        short[which] = weight @ sets
    for k in range(len(found)):
        others = which[which != k]
        if not len(others):
            continue
        inside = covariance[np.ix_(others, others)]
        sets, weight = _sets(found[others], mean[others], inside, prior)
        spread = inside + prior.sd**2 * sets[:, :, None] * np.eye(len(others))
        off = found[others] - mean[others] + prior.mean * sets
        towards = np.linalg.solve(
            spread, np.broadcast_to(covariance[others, k], off.shape)[..., None]
        )
        guess = mean[k] + np.einsum("si,si->s", towards[..., 0], off)
        left = covariance[k, k] - towards[..., 0] @ covariance[others, k]
        expected[k] = weight @ guess
        sd[k] = np.sqrt(weight @ (left + (guess - expected[k]) ** 2))
    return Shortness(short, expected, sd)


def _sets(
    found: Float[np.ndarray, " n"],
    mean: Float[np.ndarray, " n"],
    covariance: Float[np.ndarray, "n n"],
    prior: ShortnessPrior,
) -> tuple[Float[np.ndarray, "s n"], Float[np.ndarray, " s"]]:
    """All sets of short numbers, 1 where one is, and how likely each set is."""
    count = len(found)
    sets = (np.arange(2**count)[:, None] >> np.arange(count) & 1).astype(float)
    spread = covariance + prior.sd**2 * sets[:, :, None] * np.eye(count)
    off = found - mean + prior.mean * sets
    square = np.einsum("si,si->s", off, np.linalg.solve(spread, off[..., None])[..., 0])
    many = sets.sum(axis=1)
    before = many * np.log(prior.share) + (count - many) * np.log1p(-prior.share)
    log = before - 0.5 * (square + np.linalg.slogdet(spread)[1])
    return sets, np.exp(log - logsumexp(log))


# So likely a restriction has to be to be called one: see ``benchmarks/virtual_patients/run.py``.
LIKELY_FROM: Final = 0.4
# Of what is expected: a plane, or the corners, of which no side reaches so far was not asked for.
ASKED_SHARE: Final = 0.5
# Of directions and degrees.
_PRIOR: Final = ShortnessPrior(share=0.05, mean=18.0, sd=8.0)
_CORNER_SHARE: Final = 0.91
_CORNER_SD: Final = 0.13
# Of how far healthy virtual people go to a corner, over the ellipse through their sides.
_CORNER_CORRELATION: Final = 0.23
_NO_ERROR: Final = np.zeros(len(ALL_DIRECTIONS))
# Which of ``DIRECTIONS`` each corner lies between.
_SIDES_OF: Final = np.array([[0, 2], [0, 3], [1, 2], [1, 3]])


def restrictions_of(
    ranges: Ranges, healthy: Healthy, error_deg2: Float[np.ndarray, "10"] = _NO_ERROR
) -> tuple[Restriction, ...]:
    """Of every direction, in the order of ``ALL_DIRECTIONS``.

    Args:
        ranges: how far the head went.
        healthy: the movement that is normal.
        error_deg2: variance of ``ranges`` by what measured them, beyond that of markers.
    """
    norm, reach = healthy.norm, np.asarray(ranges.reach_deg, float)
    sides_tested = tested(ranges, norm.mean_deg)
    of_sides, of_corners = np.split(np.asarray(error_deg2), [len(DIRECTIONS)])
    covariance = norm.covariance_deg2 + np.diag(of_sides)
    sides = find_shortness(reach, norm.mean_deg, covariance, sides_tested, _PRIOR)
    own = np.where(sides_tested, reach, sides.expected)
    corners, corners_tested = _corners(ranges.corner_deg, own, sides_tested, of_corners)
    likely, normal, spread = (np.concatenate(x) for x in zip(sides, corners, strict=True))
    asked = np.concatenate([sides_tested, corners_tested])
    found = np.concatenate([reach, ranges.corner_deg])
    return tuple(
        Restriction(
            direction=direction,
            reach_deg=float(found[k]),
            normal_deg=float(normal[k]),
            sd_deg=float(spread[k]),
            probability=float(likely[k]),
            verdict=_verdict(bool(asked[k]), float(likely[k]), float(normal[k] - found[k])),
        )
        for k, direction in enumerate(ALL_DIRECTIONS)
    )


def count_tested(restrictions: Sequence[Restriction]) -> int:
    """How many of the six directions were tested, corners left out."""
    sides = [one for one in restrictions if one.direction in DIRECTIONS]
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
    error_deg2: Float[np.ndarray, "4"],
) -> tuple[Shortness, Bool[np.ndarray, "4"]]:
    """Corners by how far the person goes to the sides; and which of them were asked for."""
    own = ellipse_deg(sides_deg)
    asked = (found_deg >= HARDLY_DEG) & sides_tested[_SIDES_OF].all(axis=1)
    asked &= bool((found_deg >= ASKED_SHARE * own).any())
    alike = np.full((len(CORNERS), len(CORNERS)), _CORNER_CORRELATION)
    np.fill_diagonal(alike, 1.0)
    spread = _CORNER_SD * own
    covariance = alike * np.outer(spread, spread) + np.diag(error_deg2)
    return find_shortness(found_deg, _CORNER_SHARE * own, covariance, asked, _PRIOR), asked


def _verdict(asked: bool, likely: float, short_deg: float) -> Verdict:
    if not asked:
        return "not tested"
    sure = likely >= LIKELY_FROM and short_deg > SMALLEST_CHANGE_DEG
    return "restricted" if sure else "not restricted"
