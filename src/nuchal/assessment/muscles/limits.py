"""What is healthy: how ratios of forces spread between healthy people.

What healthy people have is measured on virtual ones, who differ from the normal movement in their
range, rhythm, tempo and habits, and are measured with error
(``tables/SOURCE.md``, ``scripts/healthy_limits.py``). Logarithms of ratios are near normal, with
heavier tails, and those of one person are correlated; so what is too far is counted rather than
computed: how many healthy people have any muscle that is as far off (the single-step procedure of
Westfall and Young 1993, ISBN 0-471-55761-7).
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import scipy
from jaxtyping import Float

from nuchal.assessment.muscles.ratios import Kind
from nuchal.conventions import Preset
from nuchal.model import tables
from nuchal.model.anatomy import Partners, System

_ROOM: Final = "assessment"
_MARKERS: Final = ("iou_TP", "iou_LH", "iou_RH")
# How much of the other side's logarithm is taken off a muscle's: what moves both sides, range and
# tempo of the whole person, counts half, and what moves one side counts whole.
_SIDE: Final = 0.5
# Muscles of which a quarter less or a third more is truly asked are to be found. A ratio nearer to
# 1 than halfway there, as a logarithm, names no muscle, however little it varies between people.
LEAST_CHANGE: Final = float(np.sqrt(4.0 / 3.0))


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What is healthy: logarithms of ratios.

    Attributes:
        beside_sd: Of a muscle's less half of its mirrored muscle's; infinite if it never varies.
        farthest: Of every one of them, the largest score of any muscle by the limits that the
            others set.
        partners: Index of the same muscle on the other side.
    """

    mean: Float[np.ndarray, " muscles"]
    sd: Float[np.ndarray, " muscles"]
    beside_mean: Float[np.ndarray, " muscles"]
    beside_sd: Float[np.ndarray, " muscles"]
    farthest: Float[np.ndarray, " n"]
    partners: Partners

    @property
    def people(self) -> int:
        """On how many that was measured."""
        return len(self.farthest)

    @property
    def range(self) -> tuple[Float[np.ndarray, " muscles"], Float[np.ndarray, " muscles"]]:
        """Between these ratios are 95 % of healthy people."""
        wide = self._another(0.975) * self.sd
        return np.exp(self.mean - wide), np.exp(self.mean + wide)

    def range_beside(
        self, mirrored: Float[np.ndarray, " muscles"]
    ) -> tuple[Float[np.ndarray, " muscles"], Float[np.ndarray, " muscles"]]:
        """The same of people whose mirrored muscles have given logarithms of ratios."""
        middle, wide = self.beside_mean + _SIDE * mirrored, self._another(0.975) * self.beside_sd
        return np.exp(middle - wide), np.exp(middle + wide)

    def score(
        self, log_ratio: Float[np.ndarray, " muscles"], mirrored: Float[np.ndarray, " muscles"]
    ) -> Float[np.ndarray, " muscles"]:
        """How many standard deviations of another person a muscle is above the mean.

        0 of a muscle whose ratio is nearer to 1 than :data:`LEAST_CHANGE`, or to the other side.
        """
        off = self.beside(log_ratio, mirrored)
        return _if_changed(off / self.beside_sd / self._more, log_ratio)

    def beside(
        self, log_ratio: Float[np.ndarray, " muscles"], mirrored: Float[np.ndarray, " muscles"]
    ) -> Float[np.ndarray, " muscles"]:
        """How far a muscle's logarithm, less half of its mirrored one's, is above the mean."""
        return np.asarray(log_ratio - _SIDE * mirrored - self.beside_mean)

    def chance(self, score: Float[np.ndarray, " m"]) -> Float[np.ndarray, " m"]:
        """How likely any muscle of a healthy person is as far off, to either side."""
        as_far = (self.farthest >= np.abs(score)[:, None]).sum(axis=1)
        return np.asarray((1.0 + as_far) / (1.0 + self.people))

    @property
    def _more(self) -> float:
        """Of another person, about a mean that is known from so many only."""
        return float(np.sqrt(1.0 + 1.0 / self.people))

    def _another(self, quantile: float) -> float:
        return self._more * float(scipy.stats.t.ppf(quantile, self.people - 1))


@cache
def healthy_limits(preset: Preset, system: System, kind: Kind) -> Limits:
    """Of one kind of ratios, against the person's own neck in the movement normal at their age.

    Forces of every preset spread otherwise, so each has its own.
    """
    people = tables.numbers(f"healthy_ratios_{preset}_{kind}", system.muscles, _ROOM)
    return limits_of(people, system.partners)


@cache
def healthy_iou(preset: Preset) -> tuple[float, float, float]:
    """Mean overlap of healthy virtual people with their match, by marker."""
    overlaps = tables.numbers(f"healthy_matched_{preset}", _MARKERS, _ROOM)
    top, left, right = overlaps.mean(axis=0).tolist()
    return top, left, right


def limits_of(people: Float[np.ndarray, "n muscles"], partners: Partners) -> Limits:
    """Of healthy people's logarithms of ratios."""
    beside = people - _SIDE * people[:, partners]
    scores = []
    for k, one in enumerate(beside):
        others = np.delete(beside, k, axis=0)
        spread = _spread(others) * np.sqrt(1.0 + 1.0 / len(others))
        scores.append(_if_changed((one - others.mean(axis=0)) / spread, people[k]))
    return Limits(
        mean=people.mean(axis=0),
        sd=people.std(axis=0, ddof=1),
        beside_mean=beside.mean(axis=0),
        beside_sd=_spread(beside),
        farthest=np.abs(scores).max(axis=1),
        partners=partners,
    )


def _if_changed(
    score: Float[np.ndarray, " muscles"], log_ratio: Float[np.ndarray, " muscles"]
) -> Float[np.ndarray, " muscles"]:
    changed = log_ratio * np.sign(score) >= np.log(LEAST_CHANGE)
    return np.asarray(np.where(changed, score, 0.0))


def _spread(logs: Float[np.ndarray, "n muscles"]) -> Float[np.ndarray, " muscles"]:
    """Standard deviations; infinite of a muscle that works in nobody, which can't stand out."""
    sd = logs.std(axis=0, ddof=1)
    return np.asarray(np.where(sd > 0.0, sd, np.inf))
