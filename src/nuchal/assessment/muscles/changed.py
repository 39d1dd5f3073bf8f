"""How likely the movement truly asks much less, or much more, of a muscle than a healthy one does.

A logistic law of four numbers, fitted on virtual patients whose true forces are known, and tried on
others (``benchmarks/virtual_patients/changes.py``, ``docs/virtual-patients.md``). It sees the
logarithm of a muscle's ratio in the common range, half of the mirrored muscle's taken off as flags
take it off, and how much that logarithm varies between healthy people. What is likely of a patient
hangs on how patients are: these are drawn by the rule of ``synthetic.patients``, none of them weak.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Bool, Float
from scipy.special import expit

from nuchal.assessment.muscles.flags import ASKED, NAMING, Asked
from nuchal.assessment.muscles.limits import Limits
from nuchal.assessment.muscles.ratios import Ratio, Ratios
from nuchal.conventions import Preset
from nuchal.model import tables

# Of the force in the common range of a healthy movement: below and above it much less or more is
# asked of a muscle.
LESS: Final = 0.75
MORE: Final = 1.33
# A muscle that is less likely than that to be asked so is no candidate.
LEAST_PROBABILITY: Final = 0.1
# Patients whose truth is known have been taken through these alone.
CALIBRATED: Final[tuple[Preset, ...]] = ("recommended",)
_SIGNS: Final[dict[Asked, float]] = {"less": -1.0, "more": 1.0}


class Law(NamedTuple):
    """Log odds: ``base + more (if more) + beside * x + spread * log(sd)``.

    ``x`` is the logarithm of the ratio beside its mirrored one, less the mean of healthy people,
    with its sign turned for *less*; ``sd`` is that of the ratio's logarithm in healthy people.
    """

    base: float
    more: float
    beside: float
    spread: float


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A muscle that may truly be asked much less or more of.

    Attributes:
        muscle: Its index.
        probability: That the true ratio is below :data:`LESS`, or above :data:`MORE`.
        ratio: As measured, of forces in the common range, actual over healthy.
        low: Between these are 95 % of healthy people whose mirrored muscle does what this person's
            does.
    """

    muscle: int
    asked: Asked
    probability: float
    ratio: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What is likely of every muscle.

    Attributes:
        judged: Whether a muscle has a ratio, and one that varies between healthy people.
        less: Probability that its true ratio is below :data:`LESS`; zero where not judged.
        more: The same of :data:`MORE`.
        candidates: The likeliest first.
    """

    judged: Bool[np.ndarray, " muscles"]
    less: Float[np.ndarray, " muscles"]
    more: Float[np.ndarray, " muscles"]
    candidates: tuple[Candidate, ...]

    def of(self, asked: Asked) -> Float[np.ndarray, " muscles"]:
        """The probabilities of one kind."""
        return self.less if asked == "less" else self.more


def law_of(preset: Preset) -> Law | None:
    """As fitted; None for presets that no patients have been taken through."""
    if preset not in CALIBRATED:
        return None
    return Law(*tables.numbers(f"muscle_changes_{preset}", Law._fields, "assessment")[0].tolist())


def changes_of(ratios: Ratios, limits: Limits, law: Law | None) -> Changes | None:
    """What is likely of every muscle; None where there is no law, or nothing to judge by.

    Args:
        ratios: of which those in the common range are judged.
        limits: of the same kind.
        law: of the preset that gave them.
    """
    ratio = ratios.of(NAMING)
    return None if ratio is None or law is None else changes_in(ratio, limits, law)


def changes_in(ratio: Ratio, limits: Limits, law: Law) -> Changes:
    """:func:`changes_of` where there are both."""
    judged = judged_in(ratio, limits)
    off, spread = features_of(ratio, limits)
    chances = {
        asked: np.where(judged, probability_of(law, asked, off, spread), 0.0) for asked in ASKED
    }
    low, high = limits.range_beside(_mirrored(ratio, limits))
    named = [
        Candidate(
            muscle=int(m),
            asked=asked,
            probability=float(chances[asked][m]),
            ratio=float(ratio.value[m]),
            low=float(low[m]),
            high=float(high[m]),
        )
        for asked in ASKED
        for m in np.flatnonzero(
            (chances[asked] >= LEAST_PROBABILITY) & (_SIGNS[asked] * np.log(_positive(ratio)) > 0.0)
        )
    ]
    ordered = sorted(named, key=lambda one: -one.probability)
    return Changes(judged=judged, **chances, candidates=tuple(ordered))


def probability_of(
    law: Law,
    asked: Asked,
    off: Float[np.ndarray, " muscles"],
    spread: Float[np.ndarray, " muscles"],
) -> Float[np.ndarray, " muscles"]:
    """By the law, of features as :func:`features_of` gives them."""
    odds = law.base + law.beside * _SIGNS[asked] * off + law.spread * spread
    return np.asarray(expit(odds + (law.more if asked == "more" else 0.0)))


def features_of(
    ratio: Ratio, limits: Limits
) -> tuple[Float[np.ndarray, " muscles"], Float[np.ndarray, " muscles"]]:
    """What the law sees: how far off a logarithm is beside its mirrored one, and log(sd).

    Zero where a muscle is not judged.
    """
    judged, mirrored = judged_in(ratio, limits), _mirrored(ratio, limits)
    off = limits.beside(np.log(_positive(ratio)), mirrored)
    spread = np.log(np.where(judged, limits.sd, 1.0))
    return np.where(judged, off, 0.0), spread


def judged_in(ratio: Ratio, limits: Limits) -> Bool[np.ndarray, " muscles"]:
    """Muscles of which anything can be said."""
    return np.asarray(ratio.defined & (ratio.value > 0.0) & (limits.sd > 0.0))


def _positive(ratio: Ratio) -> Float[np.ndarray, " muscles"]:
    return np.where(ratio.defined & (ratio.value > 0.0), ratio.value, 1.0)


def _mirrored(ratio: Ratio, limits: Limits) -> Float[np.ndarray, " muscles"]:
    """Logarithms of the other side's; of the mean person where a muscle has no ratio."""
    some = ratio.defined & (ratio.value > 0.0)
    own = np.where(some, np.log(_positive(ratio)), limits.mean)
    return np.asarray(own[np.array(limits.partners)])
