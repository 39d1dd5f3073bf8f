"""Whether a muscle works more or less than it should: measured EMG beside predicted force.

Figure 6 of He, Liu, Li 2026 (doi 10.3390/s26020752) reads a patient's EMG that is up where the
predicted force is down as compensation, and the other way round as inhibition. The rule here, over
the same postures of a person's movement and of a healthy one:

- *level* is the mean EMG over the model's mean activation in the healthy movement;
- *asked* is the same over the model's activation in the person's own movement, each posture
  weighted by that activation: a lack shows where the muscle is needed;
- *predicted* is the mean force over that in the healthy movement, both by the model.

Compensation: level up while predicted is down. Inhibition: asked down, which level down while
predicted is up is a case of. More than asked: without compensation, asked up, or level up while
predicted is not.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

import numpy as np
import scipy
from jaxtyping import Float

# Standard deviation of the logarithm of EMG amplitudes between healthy people in one task: eleven
# women's sternocleidomastoids have means of 0.58 (95 % interval 0.42 to 0.76) and 0.60 (0.42 to
# 0.79) in Wanderley et al. 2015 (doi 10.1590/bjpt-rbf.2014.0093), which by Student's t of ten
# degrees of freedom is 0.44 and 0.47.
PEOPLE_SD: Final = 0.45
# Levels below this share of the MVC count as this: 3 uV of amplifier noise beside an MVC of 300 uV
# (``benchmarks/results/emg_recovery.md``).
LEAST_LEVEL: Final = 0.01
# With fewer postures that both movements go through, nothing is said.
FEWEST_POSTURES: Final = 4
COVERAGE: Final = 0.95
# Of the greatest r that the interval allows: below, a muscle works at other times.
_OTHER_TIMES_R: Final = 0.5
_RESAMPLES: Final = 2000
_SEED: Final = 0


class Reading(StrEnum):
    """What EMG and prediction together say of a muscle."""

    COMPENSATION = "compensation"
    INHIBITION = "inhibition"
    MORE_THAN_ASKED = "more_than_asked"
    AS_EXPECTED = "as_expected"
    CANNOT_TELL = "cannot_tell"


FINDINGS: Final = (Reading.COMPENSATION, Reading.INHIBITION, Reading.MORE_THAN_ASKED)


class Doubt(StrEnum):
    """Why nothing can be told."""

    NO_MVC = "no_mvc"
    NO_LIMITS = "no_limits"
    FEW_POSTURES = "few_postures"
    LITTLE_ACTIVITY = "little_activity"
    BAD_CHANNEL = "bad_channel"


class Times(NamedTuple):
    """A ratio and the interval within which it may be that of a healthy person.

    Attributes:
        low: Of the interval by the postures that were seen and by how people differ.
    """

    value: float
    low: float
    high: float

    @property
    def up(self) -> bool:
        """Whether it is above 1 even so."""
        return self.low > 1.0

    @property
    def down(self) -> bool:
        """Whether it is below 1 even so."""
        return self.high < 1.0


class Predicted(NamedTuple):
    """Of the model's forces: the person's movement over the healthy one.

    Attributes:
        low: Between these are 95 % of healthy people.
    """

    value: float
    low: float
    high: float

    @property
    def up(self) -> bool:
        """Whether more is asked than of healthy people."""
        return self.value > self.high

    @property
    def down(self) -> bool:
        """Whether less is asked than of healthy people."""
        return self.value < self.low


class Levels(NamedTuple):
    """Of one muscle in the same postures, one value each, as shares of maximum.

    Attributes:
        emg: Measured.
        model: Activation in the person's own movement.
        healthy: Activation in the healthy movement.
        predicted: None where the healthy movement asks nothing of the muscle.
    """

    emg: Float[np.ndarray, " p"]
    model: Float[np.ndarray, " p"]
    healthy: Float[np.ndarray, " p"]
    predicted: Predicted | None


class Trust(NamedTuple):
    """How far a channel's amplitude can be believed.

    Attributes:
        mvc: Whether it is a share of a maximal voluntary contraction.
        upward: False where something else than the muscle may have raised it.
        downward: False where something may have lowered it.
        limits: Whether healthy limits of the predicted forces are known.
    """

    mvc: bool
    upward: bool
    downward: bool
    limits: bool = True


@dataclass(frozen=True, kw_only=True)
class MuscleReading:
    """What is said of one measured muscle.

    Attributes:
        label: Of its channel.
        doubt: Only where nothing can be told.
        postures: In how many it was compared.
        level: Measured over healthy; None where nothing was compared.
        asked: Measured over what the model asks in the person's own movement, most where it asks
            most.
        at_other_times: Whether the muscle works at other times than the model says.
    """

    label: str
    reading: Reading
    doubt: Doubt | None
    postures: int
    level: Times | None
    asked: Times | None
    predicted: Predicted | None
    at_other_times: bool

    @property
    def found(self) -> bool:
        """Whether there is something to say of the muscle."""
        return self.reading in FINDINGS


def read_muscle(label: str, levels: Levels | None, trust: Trust, best_r: float) -> MuscleReading:
    """What EMG and prediction say of one muscle.

    Args:
        label: of its channel.
        levels: in the postures that both movements go through; None where that was not looked at.
        trust: how far its amplitude can be believed.
        best_r: the greatest correlation with the model that its interval allows; 1 where the head
            hardly moved, or that is not known.
    """
    level = asked = predicted = None
    postures = 0 if levels is None else len(levels.emg)
    if not trust.mvc:
        said: tuple[Reading, Doubt | None] = Reading.CANNOT_TELL, Doubt.NO_MVC
    elif not trust.limits:
        said = Reading.CANNOT_TELL, Doubt.NO_LIMITS
    elif levels is None or postures < FEWEST_POSTURES:
        said = Reading.CANNOT_TELL, Doubt.FEW_POSTURES
    else:
        level = times(levels.emg, levels.healthy, np.ones(postures))
        asked = times(levels.emg, levels.model, levels.model)
        predicted = levels.predicted
        said = _read(level, asked, predicted, float(levels.emg.mean()), trust)
    return MuscleReading(
        label=label,
        reading=said[0],
        doubt=said[1],
        postures=postures,
        level=level,
        asked=asked,
        predicted=predicted,
        at_other_times=best_r < _OTHER_TIMES_R,
    )


def _read(
    level: Times, asked: Times, predicted: Predicted | None, emg: float, trust: Trust
) -> tuple[Reading, Doubt | None]:
    if predicted is not None and predicted.down and level.up:
        said = Reading.COMPENSATION
    elif asked.down:
        said = Reading.INHIBITION
    elif asked.up or (level.up and predicted is not None and not predicted.up):
        said = Reading.MORE_THAN_ASKED
    elif emg <= LEAST_LEVEL:
        return Reading.CANNOT_TELL, Doubt.LITTLE_ACTIVITY
    else:
        return Reading.AS_EXPECTED, None
    believed = trust.downward if said == Reading.INHIBITION else trust.upward
    return (said, None) if believed else (Reading.CANNOT_TELL, Doubt.BAD_CHANNEL)


def times(
    above: Float[np.ndarray, " p"], below: Float[np.ndarray, " p"], weight: Float[np.ndarray, " p"]
) -> Times:
    """One weighted mean of levels over another, with an interval.

    Its logarithm is normal, with the variance of a bootstrap over postures and that between people.
    """
    drawn = np.random.default_rng(_SEED).integers(0, len(above), (_RESAMPLES, len(above)))
    sampled = float(np.std(_log_ratio(above[drawn], below[drawn], weight[drawn])))
    middle = float(_log_ratio(above, below, weight))
    wide = float(scipy.stats.norm.ppf(0.5 * (1.0 + COVERAGE))) * float(np.hypot(sampled, PEOPLE_SD))
    value, low, high = np.exp([middle, middle - wide, middle + wide]).tolist()
    return Times(value, low, high)


def _log_ratio(
    above: Float[np.ndarray, "*n p"],
    below: Float[np.ndarray, "*n p"],
    weight: Float[np.ndarray, "*n p"],
) -> Float[np.ndarray, "*n"]:
    whole = np.maximum(weight.sum(axis=-1), LEAST_LEVEL)
    means = [(weight * one).sum(axis=-1) / whole for one in (above, below)]
    top, bottom = (np.log(np.maximum(one, LEAST_LEVEL)) for one in means)
    return np.asarray(top - bottom)
