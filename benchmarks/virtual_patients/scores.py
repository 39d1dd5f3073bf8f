"""Judgements of virtual people against what is known of them: shares, ROC curves, intervals."""

from typing import Any, Final, NamedTuple

import numpy as np
from people import Kept
from scipy.stats import binomtest, rankdata

from nuchal.assessment.muscles.common import Cells, in_both
from nuchal.assessment.muscles.flags import CHANCE_OF_ANY, NAMING
from nuchal.assessment.muscles.limits import Limits, healthy_limits
from nuchal.assessment.ranges.reached import ALL_DIRECTIONS, Ranges
from nuchal.assessment.ranges.restriction import restrictions_of
from nuchal.assessment.records import Healthy, Restriction
from nuchal.model.generic import generic_system
from nuchal.model.norms import SMALLEST_CHANGE_DEG, norm_of
from nuchal.records import Motion

_RESAMPLES: Final = 1000
_STILL: Final = Motion(np.zeros(1), *[np.zeros((1, 6))] * 3, status=np.zeros(1, int))


class Share(NamedTuple):
    """A share of people with its 95 % interval (Wilson 1927)."""

    found: int
    of: int

    def __str__(self) -> str:
        if not self.of:
            return "-"
        found = binomtest(self.found, self.of).proportion_ci(0.95, "wilson")
        return f"{self.found / self.of:.2f} ({found.low:.2f} to {found.high:.2f})"


class Area(NamedTuple):
    """Under a ROC curve, with a 95 % interval by drawing people anew."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f})"


def judged(kept: Kept, alike: np.ndarray | None = None) -> tuple[Restriction, ...]:
    """What is said of a person's directions, by correlations of ranges or by the measured ones."""
    norm = norm_of(float(kept["age"]), alike)
    healthy = Healthy(norm=norm, motion=_STILL, angles_deg=np.zeros((1, 3)))
    ranges = Ranges(reach_deg=kept["reach"], corner_deg=kept["corner"])
    return restrictions_of(ranges, healthy)


def likely(found: tuple[Restriction, ...]) -> np.ndarray:
    """Of every way; zero where it was not tested or lacks too little to be told."""
    return np.array(
        [
            one.probability
            if one.verdict != "not tested" and one.short_deg > SMALLEST_CHANGE_DEG
            else 0.0
            for one in found
        ]
    )


def restricted(found: tuple[Restriction, ...]) -> np.ndarray:
    """Of every way, whether it is called restricted."""
    return np.array([one.restricted for one in found])


def unused(found: tuple[Restriction, ...]) -> np.ndarray:
    """Of every way, whether it is called hardly used."""
    return np.array([one.verdict == "not tested" for one in found])


def muscle_scores(kept: Kept) -> np.ndarray:
    """Of every muscle, in standard deviations; below zero does less."""
    ratio = np.log(np.maximum(kept["common"], 1e-6))
    return _limits().score(ratio, ratio[np.array(generic_system().partners)])


def flagged(scores: np.ndarray) -> np.ndarray:
    """Which muscles are said to stand out."""
    return np.asarray(_limits().chance(scores) <= CHANCE_OF_ANY)


def said_of(kept: Kept) -> np.ndarray:
    """Of every muscle: -1 for less, 1 for more, 0 for nothing."""
    scores = muscle_scores(kept)
    return np.where(flagged(scores), np.sign(scores), 0.0)


def truly(patient: Kept, twin: Kept) -> np.ndarray:
    """True forces of a patient in the common range over those of the healthy twin."""
    cells = [Cells(place=one["true_place"], force=one["true_force"]) for one in (patient, twin)]
    mine, theirs = in_both(*cells)
    return np.maximum(mine.force.mean(axis=0), 1e-6) / np.maximum(theirs.force.mean(axis=0), 1e-6)


def truly_at_end(patient: Kept, twin: Kept) -> np.ndarray:
    """True peaks of a patient over those of the healthy twin."""
    return np.maximum(patient["true_end"], 1e-6) / np.maximum(twin["true_end"], 1e-6)


def area(ill: list[np.ndarray], well: list[np.ndarray]) -> Area:
    """Under the ROC curve of scores that are higher in the ill.

    Args:
        ill: scores that should be high, a person each.
        well: scores that should be low, likewise.
    """
    dice = np.random.default_rng(1)
    drawn = []
    for _ in range(_RESAMPLES):
        one, other = (
            [people[k] for k in dice.integers(0, len(people), len(people))]
            for people in (ill, well)
        )
        drawn.append(_area(np.concatenate(one), np.concatenate(other)))
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return Area(_area(np.concatenate(ill), np.concatenate(well)), float(low), float(high))


def curve(ill: np.ndarray, well: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """ROC: share of the well, and of the ill, at or above each threshold."""
    cuts = np.concatenate([[np.inf], np.unique(np.concatenate([ill, well]))[::-1], [-np.inf]])
    found: Any = [[(people >= cut).mean() for cut in cuts] for people in (well, ill)]
    return np.array(found[0]), np.array(found[1])


def sensitivity_at(ill: np.ndarray, well: np.ndarray, specificity: float) -> float:
    """The most that can be had with a specificity."""
    wrong, right = curve(ill, well)
    return float(right[wrong <= 1.0 - specificity + 1e-12].max())


def names_of(which: np.ndarray) -> list[str]:
    """In words."""
    return [way for way, yes in zip(ALL_DIRECTIONS, which, strict=True) if yes]


def _limits() -> Limits:
    return healthy_limits("recommended", generic_system(), NAMING)


def _area(ill: np.ndarray, well: np.ndarray) -> float:
    """Mann and Whitney's."""
    if not len(ill) or not len(well):
        return float("nan")
    ranks = rankdata(np.concatenate([ill, well]))
    return float((ranks[: len(ill)].mean() - 0.5 * (len(ill) + 1)) / len(well))
