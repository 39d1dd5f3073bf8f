"""Which directions have changed between two visits, judged by all of them together.

Every direction is the same as before, worse or better. Each set of answers gives what was measured
a normal density of its own, and Bayes' theorem says how likely each set is: so two directions that
move against each other are seen as a shifted neutral pose, and all that move together as effort,
as far as such errors are as likely as changes. Beside that probability stands a chance: how many
unchanged people would seem as much changed, found on drawn ones.
"""

from dataclasses import dataclass
from itertools import product
from typing import Final, Literal, NamedTuple, TypeAlias

import numpy as np
from jaxtyping import Float
from scipy.special import logsumexp

from nuchal.assessment.visits.repeatability import Reached, Repeatability, change_covariance_deg2
from nuchal.model.clinical import DIRECTIONS

Verdict: TypeAlias = Literal["better", "worse", "unchanged", "cannot be told", "not tested"]
# What 95 % of changes stay within, if nothing has changed: 1.96 of their standard deviation.
_DETECTABLE: Final = 1.959963984540054
# Of intervals of 90 %.
_INTERVAL: Final = 1.6448536269514722
# A verdict of a change needs both; the second says of how many unchanged people it is made.
LIKELY_FROM: Final = 0.5
CHANCE: Final = 0.05
# A verdict of no change.
UNCHANGED_BELOW: Final = 0.25
# Beforehand, of a direction: as likely changed as not, by about as much as a restriction takes.
_SHARE: Final = 0.25
_MEAN_DEG: Final = 12.0
_SD_DEG: Final = 8.0
# Unchanged people who are drawn, always the same.
_DRAWN: Final = 4000
_SEED: Final = 27
_AT_A_TIME: Final = 250


@dataclass(frozen=True, kw_only=True)
class Change:
    """Of one direction, from the first to the second visit.

    Attributes:
        direction: One of ``DIRECTIONS``.
        before_deg: Mean reach of the attempts; None where the direction was not tested.
        change_deg: Second less first; None where it was not tested both times.
        sd_deg: Of that in an unchanged person.
        worse: How likely the reach has truly become shorter, 0 to 1.
        better: Likewise longer.
        chance: Of unchanged people, how many seem as much changed in this direction and sense.
        chance_of_any: Of unchanged people, how many seem as much changed in any direction.
    """

    direction: str
    before_deg: float | None
    after_deg: float | None
    change_deg: float | None
    sd_deg: float | None
    worse: float
    better: float
    chance: float
    chance_of_any: float
    verdict: Verdict

    @property
    def smallest_detectable_deg(self) -> float | None:
        """Smallest detectable change of this direction looked at alone, with 95 % confidence."""
        return None if self.sd_deg is None else _DETECTABLE * self.sd_deg

    @property
    def interval_deg(self) -> tuple[float, float] | None:
        """What the true change is within, nine times of ten, by this direction alone."""
        if self.change_deg is None or self.sd_deg is None:
            return None
        about = _INTERVAL * self.sd_deg
        return self.change_deg - about, self.change_deg + about


def find_changes(
    before: Reached, after: Reached, repeats: Repeatability | None = None
) -> tuple[Change, ...]:
    """What has changed, in the order of ``DIRECTIONS``.

    Args:
        before: how far the head went in the first visit.
        after: in the second.
        repeats: how visits of an unchanged person differ.
    """
    tested = np.minimum(before.count, after.count) > 0.0
    covariance = change_covariance_deg2(before, after, repeats or Repeatability())
    which = np.flatnonzero(tested)
    judged = judge_changes(
        (after.mean_deg - before.mean_deg)[which], covariance[np.ix_(which, which)]
    )
    place = {int(k): n for n, k in enumerate(which)}
    sd = np.sqrt(np.diag(covariance))
    return tuple(
        _change(k, before, after, float(sd[k]), judged, place.get(k))
        for k in range(len(DIRECTIONS))
    )


class Judged(NamedTuple):
    """Of every tested direction.

    Attributes:
        worse: How likely it is that.
        better: Likewise.
        chance: Of unchanged people who seem as much changed there, in the likelier sense.
        chance_of_any: In any direction, in either sense.
    """

    worse: Float[np.ndarray, " n"]
    better: Float[np.ndarray, " n"]
    chance: Float[np.ndarray, " n"]
    chance_of_any: Float[np.ndarray, " n"]


def judge_changes(
    change_deg: Float[np.ndarray, " n"], covariance_deg2: Float[np.ndarray, "n n"]
) -> Judged:
    """How likely every direction has changed, and by what chance it would seem so."""
    answers = answers_of(covariance_deg2)
    worse, better = (side[0] for side in sides_of(change_deg[None], answers))
    dice = np.random.default_rng(_SEED).normal(size=(_DRAWN, len(change_deg)))
    drawn = dice @ np.linalg.cholesky(covariance_deg2).T
    theirs = np.stack(sides_of(drawn, answers))
    # Of unchanged people either sense is as common, so both tell of each.
    mine = np.maximum(worse, better)
    chance = (theirs >= mine).mean(axis=(0, 1))
    most = theirs.max(axis=(0, 2), initial=0.0)
    return Judged(worse, better, chance, (most[:, None] >= mine).mean(axis=0))


class Answers(NamedTuple):
    """All sets of answers of the directions, and what is expected of measurements under each.

    Attributes:
        signs: -1 where a direction is worse, 1 where it is better.
        factor: Turns measurements into independent ones, set by set.
        centre: Of those.
        log_before: Logarithm of how likely a set is beforehand, and of its density's factor.
    """

    signs: Float[np.ndarray, "s n"]
    factor: Float[np.ndarray, "s n n"]
    centre: Float[np.ndarray, "s n"]
    log_before: Float[np.ndarray, " s"]


def answers_of(covariance: Float[np.ndarray, "n n"]) -> Answers:
    """All sets of answers, where unchanged people have such a covariance [degrees^2]."""
    count = len(covariance)
    signs = np.array(list(product((-1.0, 0.0, 1.0), repeat=count)))
    signs = signs.reshape(3**count, count)
    changed = np.abs(signs)
    spread = covariance + _SD_DEG**2 * changed[:, :, None] * np.eye(count)
    factor = np.linalg.inv(np.linalg.cholesky(spread))
    many = changed.sum(axis=1)
    before = many * np.log(_SHARE) + (count - many) * np.log(1.0 - 2.0 * _SHARE)
    log = before + np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(axis=1)
    return Answers(signs, factor, np.einsum("sij,sj->si", factor, _MEAN_DEG * signs), log)


def sides_of(
    change_deg: Float[np.ndarray, "p n"], answers: Answers
) -> tuple[Float[np.ndarray, "p n"], Float[np.ndarray, "p n"]]:
    """How likely each direction of several people is worse, and how likely it is better."""
    worse, better = answers.signs < 0.0, answers.signs > 0.0
    found = [np.zeros((2, 0, change_deg.shape[1]))]
    for start in range(0, len(change_deg), _AT_A_TIME):
        part = change_deg[start : start + _AT_A_TIME]
        off = np.einsum("sij,pj->psi", answers.factor, part) - answers.centre
        log = answers.log_before - 0.5 * (off**2).sum(axis=2)
        weight = np.exp(log - logsumexp(log, axis=1, keepdims=True))
        found.append(np.stack([weight @ worse, weight @ better]))
    each = np.concatenate(found, axis=1)
    return each[0], each[1]


def _change(
    k: int, before: Reached, after: Reached, sd: float, judged: Judged, place: int | None
) -> Change:
    earlier, later = (
        float(one.mean_deg[k]) if len(one.attempts_deg[k]) else None for one in (before, after)
    )
    if place is None or earlier is None or later is None:
        return Change(
            direction=DIRECTIONS[k],
            before_deg=earlier,
            after_deg=later,
            change_deg=None,
            sd_deg=None,
            worse=_SHARE,
            better=_SHARE,
            chance=1.0,
            chance_of_any=1.0,
            verdict="not tested",
        )
    worse, better, chance, of_any = (float(x[place]) for x in judged)
    return Change(
        direction=DIRECTIONS[k],
        before_deg=earlier,
        after_deg=later,
        change_deg=later - earlier,
        sd_deg=sd,
        worse=worse,
        better=better,
        chance=chance,
        chance_of_any=of_any,
        verdict=verdict_of(worse, better, chance),
    )


def verdict_of(worse: float, better: float, chance: float) -> Verdict:
    """What is said of a direction that was tested."""
    if max(worse, better) >= LIKELY_FROM and chance <= CHANCE:
        return "worse" if worse > better else "better"
    return "unchanged" if worse + better <= UNCHANGED_BELOW else "cannot be told"
