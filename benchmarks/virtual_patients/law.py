"""The law by which muscles are candidates: people whose truth is known, its fit, and its scores."""

from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from people import (
    HEALTHY,
    OTHERS,
    OTHERS_SEED,
    STRENGTHS,
    WEAK,
    WEAK_GROUPS,
    WITH_FORCES,
    Kept,
    avoiders,
    jobs,
    kept,
)
from scipy.optimize import minimize
from scores import truly

from nuchal.assessment.muscles.changed import (
    LESS,
    MORE,
    Law,
    features_of,
    judged_in,
    probability_of,
)
from nuchal.assessment.muscles.flags import ASKED, NAMING
from nuchal.assessment.muscles.limits import healthy_limits
from nuchal.assessment.muscles.ratios import Ratio
from nuchal.model.generic import generic_system
from nuchal.synthetic.patients import KINDS

SHARES: Final = {
    "avoids": KINDS["avoidance"],
    "restricted": KINDS["restriction"] + KINDS["corners"],
    "unchanged": KINDS["guarded"] + KINDS["weakness"] + KINDS["healthy"],
}
DIGITS: Final = 4
LIMITS: Final = healthy_limits("recommended", generic_system(), NAMING)
BINS: Final = (0.0, 0.01, 0.03, 0.1, 0.2, 0.4, 1.0)


class Person(NamedTuple):
    """Measured and true ratios of somebody.

    Attributes:
        fits: whether the law is fitted on them; others try it.
    """

    fits: bool
    group: str
    ratio: Ratio
    true: np.ndarray

    def truly(self, asked: str) -> np.ndarray:
        """Of every muscle, whether it is truly asked so."""
        return self.true < LESS if asked == "less" else self.true > MORE


class Table(NamedTuple):
    """Two rows a muscle and person: is it asked less of, is it asked more of.

    Attributes:
        weight: of which the mean is one.
        person: place of the person in their list.
    """

    off: np.ndarray
    spread: np.ndarray
    more: np.ndarray
    event: np.ndarray
    weight: np.ndarray
    person: np.ndarray


def people_in(keep: Path) -> list[Person]:
    """Everybody with a truth, made now where they are not there yet."""
    made = dict(jobs())

    def one(name: str) -> Kept:
        return kept(keep, (name, made[name]))

    known = avoiders()
    named = [(True, f"avoids_{k}") for k in known]
    named += [(False, f"other_{k}") for k in avoiders(OTHERS_SEED, OTHERS)]
    found = []
    for fits, name in named:
        patient = one(name)
        found.append(Person(fits, "avoids", _ratio(patient), patient["asked"][0]))
    named = [(True, f"twin_{k}") for k in known if k >= HEALTHY]
    named += [(_fits(k, known), f"healthy_{k}") for k in range(HEALTHY)]
    found += [_unchanged(fits, one(name)) for fits, name in named]
    for k in range(WITH_FORCES):
        patient = one(f"forces_{k}")
        true = truly(patient, one(f"healthy_{k}"))
        found.append(Person(_fits(k, known), "restricted", _ratio(patient), true))
    return found


def _fits(index: int, known: list[int]) -> bool:
    return index % 2 == 0 or index in known


def weak_in(keep: Path) -> list[Person]:
    """Weak people: what is seen is their healthy twins' movement."""
    made, found = dict(jobs()), []
    for k in range(WEAK * len(WEAK_GROUPS)):
        twin = kept(keep, (f"healthy_{k}", made[f"healthy_{k}"]))
        for strength in STRENGTHS:
            name = f"weak_{k}_{strength:g}"
            true = truly(kept(keep, (name, made[name])), twin)
            found.append(Person(True, "weak", _ratio(twin), true))
    return found


def _unchanged(fits: bool, seen: Kept) -> Person:
    return Person(fits, "unchanged", _ratio(seen), np.ones(len(seen["common"])))


def _ratio(seen: Kept) -> Ratio:
    """Muscles that do too little were kept as exactly one."""
    value = seen["common"]
    return Ratio(actual=value, healthy=np.ones(len(value)), defined=value != 1.0)


def table_of(people: list[Person]) -> Table:
    """All muscles that are judged of them."""
    counts = {group: sum(one.group == group for one in people) for group in SHARES}
    rows = []
    for k, one in enumerate(people):
        judged = judged_in(one.ratio, LIMITS)
        off, spread = (x[judged] for x in features_of(one.ratio, LIMITS))
        weight = SHARES[one.group] / counts[one.group]
        for asked in ASKED:
            same = np.ones(len(off))
            event = one.truly(asked)[judged]
            rows.append((off, spread, (asked == "more") * same, event, weight * same, k * same))
    off, spread, more, event, weight, person = (np.concatenate(x) for x in zip(*rows, strict=True))
    return Table(off, spread, more, event, weight / weight.mean(), person.astype(int))


def fitted(table: Table) -> Law:
    """By the greatest likelihood."""
    sign = np.where(table.more > 0.0, 1.0, -1.0)
    seen = np.stack([np.ones(len(sign)), table.more, sign * table.off, table.spread], axis=1)

    def cost(numbers: np.ndarray) -> tuple[float, np.ndarray]:
        odds = seen @ numbers
        chance = 1.0 / (1.0 + np.exp(-odds))
        loss = table.weight * (np.logaddexp(0.0, odds) - table.event * odds)
        return loss.mean(), (table.weight * (chance - table.event)) @ seen / len(sign)

    found = minimize(cost, np.array([-5.0, 0.0, 0.0, 0.0]), jac=True, method="BFGS")
    return Law(*(round(float(x), DIGITS) for x in found.x))


def chances(table: Table, law: Law) -> np.ndarray:
    """What the law says of every row."""
    less, more = (probability_of(law, asked, table.off, table.spread) for asked in ASKED)
    return np.where(table.more > 0.0, more, less)


class Score(NamedTuple):
    """How good probabilities are, and what the share of all alone would give."""

    brier: float
    brier_of_share: float
    log_loss: float
    log_loss_of_share: float
    error: float
    area: float


def score_of(table: Table, chance: np.ndarray, people: np.ndarray) -> Score:
    """Of people who count as often as ``people`` says."""
    weight = table.weight * people[table.person]
    weight, event = weight / weight.sum(), table.event.astype(float)
    share = float(np.clip(weight @ event, 1e-12, 1.0))
    sure = np.clip(chance, 1e-12, 1.0 - 1e-12)
    loss = -(weight @ (event * np.log(sure) + (1.0 - event) * np.log1p(-sure)))
    of_share = -(share * np.log(share) + (1.0 - share) * np.log1p(-share))
    place = np.digitize(chance, BINS[1:-1])
    error = sum(abs(float(weight[place == k] @ (chance - event)[place == k])) for k in range(6))
    return Score(
        brier=float(weight @ (chance - event) ** 2),
        brier_of_share=share * (1.0 - share),
        log_loss=float(loss),
        log_loss_of_share=float(of_share),
        error=error,
        area=_area(chance, event, weight),
    )


def _area(chance: np.ndarray, event: np.ndarray, weight: np.ndarray) -> float:
    """Under the ROC curve of rows that count unequally."""
    order = np.argsort(chance)
    ill, well = weight[order] * event[order], weight[order] * (1.0 - event[order])
    below = np.cumsum(well) - 0.5 * well
    return float(ill @ below / (ill.sum() * well.sum()))
