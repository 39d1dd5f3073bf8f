"""Two visits drawn by the thousand: how many changes are found, and how many are made up."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
from scipy.stats import norm as normal

from nuchal.assessment.visits.changes import CHANCE, LIKELY_FROM, answers_of, sides_of
from nuchal.assessment.visits.repeatability import STANDARD_ERROR_DEG
from nuchal.model.clinical import DIRECTIONS
from nuchal.model.norms import norm_of

SEED: Final = 606
"""Of people whom nobody has looked at before."""
CHANGE_DEG: Final = 15.0
ERRORS_DEG: Final = (3.2, 3.4, 4.3, 7.9)
"""Standard errors of a direction, from visit to visit."""
SPECIFICITY: Final = 0.95
UNCHANGED: Final = 6000
EACH: Final = 1500
"""Changed people of every direction."""
SHIFT: Final = np.kron(np.eye(3), np.array([[1.0, -1.0], [-1.0, 1.0]]))
REACH: Final = norm_of(45.0).mean_deg
EFFORT: Final = np.outer(REACH, REACH) / np.mean(REACH**2)


class Errors(NamedTuple):
    """Of what the variance of a direction is made, as shares: shift, effort, the rest alone."""

    shift: float
    effort: float
    tails: float = np.inf
    """Degrees of freedom of Student's distribution, as heavy tails have few."""

    def covariance(self, standard_error: float) -> np.ndarray:
        """Of a change between two visits [degrees^2]."""
        alone = (1.0 - self.shift - self.effort) * np.eye(6)
        whole = alone + self.shift * SHIFT + self.effort * EFFORT
        return 2.0 * standard_error**2 * whole

    def drawn(self, dice: np.random.Generator, count: int, standard_error: float) -> np.ndarray:
        """Changes that unchanged people seem to have [degrees]."""
        factor = np.linalg.cholesky(self.covariance(standard_error))
        off = dice.normal(size=(count, 6)) @ factor.T
        if np.isfinite(self.tails):
            scale = dice.chisquare(self.tails, size=(count, 1)) / (self.tails - 2.0)
            off = off / np.sqrt(scale)
        return np.asarray(off)


ALONE: Final = Errors(0.0, 0.0)
TOGETHER: Final = Errors(1.0 / 3.0, 1.0 / 3.0)
OTHERS: Final = {
    "as believed": TOGETHER,
    "each direction alone": ALONE,
    "shift 0.6, no effort": Errors(0.6, 0.0),
    "no shift, effort 0.6": Errors(0.0, 0.6),
    "as believed, with heavy tails": Errors(1.0 / 3.0, 1.0 / 3.0, tails=4.0),
}
"""What errors may truly be, where the judgement believes in thirds."""


class Rates(NamedTuple):
    """What becomes of drawn people, by the verdict and by the best cut of its probability.

    Attributes:
        ceiling: What the direction alone allows at the specificity, errors independent.
        best: Found at the specificity.
        found: Found by the verdict.
        wrongly: Directions of unchanged people that the verdict calls changed in one sense.
        person: Changed people who are found by any direction, at the specificity for a person.
        first: Changed people of whom the right direction is the likeliest of all, and named.
        nobody: Unchanged people of whom no direction is named.
        unchanged: Directions of unchanged people that are called unchanged.
        missed: Changed directions that are called unchanged.
    """

    ceiling: float
    best: float
    found: float
    wrongly: float
    person: float
    first: float
    nobody: float
    unchanged: float
    missed: float


def rates(true: Errors, standard_error: float, believed: np.ndarray) -> Rates:
    """Of people with such errors, judged by a covariance that is believed."""
    dice = np.random.default_rng([SEED, round(10.0 * standard_error)])
    answers = answers_of(believed)
    theirs = np.stack(sides_of(true.drawn(dice, UNCHANGED, standard_error), answers))
    # A verdict asks how many unchanged people seem as much changed, if errors are as believed.
    own = dice.normal(size=(UNCHANGED, 6)) @ np.linalg.cholesky(believed).T
    cut = np.maximum(LIKELY_FROM, _cut(np.stack(sides_of(own, answers)), CHANCE))
    best = _cut(theirs, 1.0 - SPECIFICITY)
    named = theirs >= cut
    each = [_changed(true, standard_error, k, answers, dice) for k in range(6)]
    sides = np.stack([mine[:, k] for k, (mine, _) in enumerate(each)])
    most = np.quantile(theirs.max(axis=(0, 2)), SPECIFICITY)
    likeliest = [mine.argmax(axis=1) == k for k, (mine, _) in enumerate(each)]
    clear = [(mine.max(axis=1) >= better.max(axis=1)) for mine, better in each]
    return Rates(
        ceiling=float(
            normal.cdf(CHANGE_DEG / np.sqrt(2.0) / standard_error - normal.ppf(SPECIFICITY))
        ),
        best=float((sides >= best[:, None]).mean()),
        found=float((sides >= cut[:, None]).mean()),
        wrongly=float(named.mean()),
        person=float(np.mean([np.maximum(*x).max(axis=1) >= most for x in each])),
        first=float(np.mean([(sides[k] >= cut[k]) & likeliest[k] & clear[k] for k in range(6)])),
        nobody=float((~named.any(axis=(0, 2))).mean()),
        unchanged=float((theirs.sum(axis=0) <= 0.25).mean()),
        missed=float(
            np.mean([(mine + better)[:, k] <= 0.25 for k, (mine, better) in enumerate(each)])
        ),
    )


def _cut(sides: np.ndarray, share: float) -> np.ndarray:
    """Direction by direction, what so many of either sense lie above."""
    both = np.concatenate([sides[0], sides[1]])
    return np.asarray(np.quantile(both, 1.0 - share, axis=0))


def _changed(
    true: Errors, standard_error: float, k: int, answers: object, dice: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """How likely directions of people are worse and better, of whom one is worse."""
    change = true.drawn(dice, EACH, standard_error)
    change[:, k] -= CHANGE_DEG
    return sides_of(change, answers)


def at_each_error() -> Iterator[str]:
    """What is found at each standard error, errors each alone and hanging together."""
    yield (
        "| standard error | errors | ceiling of one direction alone | found at a specificity of "
        "0.95 | found by the verdict | unchanged directions named | changed people found at a "
        "specificity of 0.95 of people | right direction named first | unchanged people of whom "
        "none is named | unchanged called unchanged | changed called unchanged |"
    )
    yield "| --- | --- |" + " --- |" * 9
    for error in ERRORS_DEG:
        for name, true in (("each alone", ALONE), ("a third each", TOGETHER)):
            found = rates(true, error, true.covariance(error))
            cells = [f"{x:.3f}" for x in found]
            yield f"| {error}° | {name} | " + " | ".join(cells) + " |"


def where_wrong() -> Iterator[str]:
    """What becomes of the verdict where errors are not as it believes."""
    yield (
        "| true errors | true standard error | found by the verdict | unchanged directions named | "
        "unchanged people of whom none is named |"
    )
    yield "| --- |" + " --- |" * 4
    believed = TOGETHER.covariance(STANDARD_ERROR_DEG)
    for name, true in OTHERS.items():
        for error in (STANDARD_ERROR_DEG,) if name != "as believed" else (2.4, 3.4, 4.3, 5.1):
            found = rates(true, error, believed)
            cells = [f"{x:.3f}" for x in (found.found, found.wrongly, found.nobody)]
            yield f"| {name} | {error}° | " + " | ".join(cells) + " |"


def directions() -> str:
    """Of all six, for the page."""
    return ", ".join(DIRECTIONS)
