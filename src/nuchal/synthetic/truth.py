"""What is true of a patient: where the head goes less far, and what is asked of which muscle.

Both are against the healthy twin, who differs in nothing else, on their true movements. What is
asked of a muscle is told by the ratios of an assessment, of true forces in place of estimated ones.
"""

from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from nuchal.assessment.muscles.changed import LESS, MORE
from nuchal.assessment.muscles.exertion import Exertion, exerted, one_after_another
from nuchal.assessment.muscles.ratios import KINDS, ratios_of
from nuchal.assessment.ranges.reached import ranges_of
from nuchal.errors import Status
from nuchal.model.angles import head_angles_deg
from nuchal.model.norms import norm_of
from nuchal.synthetic.forces import true_forces
from nuchal.synthetic.people import VirtualPerson, twin_of
from nuchal.synthetic.recording import Truth, true_anatomy, true_trials

# From here on a direction counts as restricted.
LEAST_LOST_DEG: Final = 10.0


class Asked(NamedTuple):
    """What movement asks of every muscle over what the twin's does (``muscles.ratios``).

    One where the twin's muscle does too little.

    Attributes:
        common: In the common range.
        whole: In the whole movement.
        peak: At the end of range.
    """

    common: Float[np.ndarray, " muscles"]
    whole: Float[np.ndarray, " muscles"]
    peak: Float[np.ndarray, " muscles"]


class Truly(NamedTuple):
    """What is true of a patient.

    Attributes:
        lost_deg: How much less far the head goes to each of ``ALL_DIRECTIONS``.
    """

    lost_deg: Float[np.ndarray, "10"]
    asked: Asked

    @property
    def lost(self) -> Bool[np.ndarray, "10"]:
        """Directions that are restricted."""
        return np.asarray(self.lost_deg >= LEAST_LOST_DEG)


def sign_of(ratio: Float[np.ndarray, " muscles"]) -> Int[np.ndarray, " muscles"]:
    """-1 for muscles of which less is asked, 1 for those of which more is, else 0."""
    return np.asarray((ratio > MORE).astype(int) - (ratio < LESS).astype(int))


def truth_of(patient: VirtualPerson, rate_hz: float) -> Truly:
    """What is true of a patient.

    Args:
        patient: who moves.
        rate_hz: frames a second of the movement that is looked at.
    """
    moves = [_Moves.of(person, rate_hz) for person in (patient, twin_of(patient))]
    return Truly(_lost_deg(*moves), _asked(*moves))


class _Moves(NamedTuple):
    """How someone moves, and where the head is."""

    person: VirtualPerson
    trials: tuple[Truth, ...]
    angles_deg: Float[np.ndarray, "t 3"]

    @staticmethod
    def of(person: VirtualPerson, rate_hz: float) -> "_Moves":
        trials = true_trials(person, rate_hz)
        q = np.concatenate([one.q for one in trials])
        return _Moves(person, trials, head_angles_deg(true_anatomy(person), q))

    @property
    def farthest(self) -> Float[np.ndarray, "10"]:
        found = ranges_of(self.angles_deg)
        return np.concatenate([found.reach_deg, found.corner_deg])


def _lost_deg(mine: _Moves, twins: _Moves) -> Float[np.ndarray, "10"]:
    """What the fault takes away where it says so, and elsewhere what movement shows."""
    less, far = mine.person.fault.less_deg, twins.farthest
    return np.asarray(np.where(less > 0.0, np.minimum(less, far), far - mine.farthest))


def _asked(mine: _Moves, twins: _Moves) -> Asked:
    strength = np.asarray(true_anatomy(twins.person).max_isometric_force)
    mean_deg = norm_of(mine.person.true.age_years).mean_deg
    found = ratios_of(_exertion(mine), _exertion(twins), strength, mean_deg)
    ratios = [found.of(kind) if found else None for kind in KINDS]
    return Asked(*(np.ones(len(strength)) if one is None else one.value for one in ratios))


def _exertion(moves: _Moves) -> Exertion:
    forces = true_forces(moves.person, moves.trials)
    solved = np.asarray(forces.status) == Status.OK
    ends = np.cumsum([len(one.q) for one in moves.trials])[:-1]
    parts = (np.split(x, ends) for x in (np.asarray(forces.force), solved, moves.angles_deg))
    return one_after_another([exerted(*one) for one in zip(*parts, strict=True)])
