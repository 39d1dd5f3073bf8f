"""Which of several measured numbers are lower than they should be, and by how much.

Healthy numbers are jointly normal. Any of them may be short: with a probability known beforehand,
and by a normal amount. So every set of short ones gives the measured numbers a normal density of
its own, and Bayes' theorem says how likely each set is (a spike and slab prior, Mitchell and
Beauchamp 1988, doi 10.1080/01621459.1988.10478694).
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float
from scipy.special import logsumexp


@dataclass(frozen=True, kw_only=True)
class Shortness:
    """What is believed beforehand of being short."""

    share: float
    """Of all numbers, how many are."""
    mean: float
    sd: float
    """Of what is missing of them."""


class Judged(NamedTuple):
    """What measured numbers say."""

    short: Float[np.ndarray, " n"]
    """How likely each is short, 0 to 1; as beforehand where it was not measured."""
    expected: Float[np.ndarray, " n"]
    """What each would be in health, by the others alone."""
    sd: Float[np.ndarray, " n"]
    """Standard deviation of healthy people about that."""


def judge(
    found: Float[np.ndarray, " n"],
    mean: Float[np.ndarray, " n"],
    covariance: Float[np.ndarray, "n n"],
    measured: Bool[np.ndarray, " n"],
    prior: Shortness,
) -> Judged:
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
    return Judged(short, expected, sd)


def _sets(
    found: Float[np.ndarray, " n"],
    mean: Float[np.ndarray, " n"],
    covariance: Float[np.ndarray, "n n"],
    prior: Shortness,
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
