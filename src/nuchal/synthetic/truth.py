"""What is true of a patient: where the head goes less far, and what is asked of which muscle.

Both are against the healthy twin, who differs in nothing else, on their true movements. What is
asked of a muscle is told in three ways. The mean of its true force over the frames in which the
head is where everybody gets tells how someone moves; that over the whole movement, and the peak,
tell how far they go as well.
"""

from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from nuchal.assessment.ranges.reached import ranges_of
from nuchal.errors import Status
from nuchal.model.angles import head_angles_deg
from nuchal.model.norms import Norm, norm_of
from nuchal.synthetic.forces import true_forces
from nuchal.synthetic.people import VirtualPerson, twin_of
from nuchal.synthetic.recording import Truth, true_anatomy, true_trials

# From here on a direction counts as restricted.
LEAST_LOST_DEG: Final = 10.0
# Beyond these, less or more is asked of a muscle.
LESS: Final = 0.75
MORE: Final = 1.33
# Of the mean range at a person's age: what everybody reaches.
_COMMON: Final = 0.6
# Of maximal isometric force: a muscle that does less in the twin has no ratio.
_LEAST_SHARE: Final = 0.01


class Asked(NamedTuple):
    """What movement asks of every muscle over what the twin's does; 1 where that is too little.

    Attributes:
        common: Mean force where everybody gets.
        whole: Mean force of the whole movement.
        peak: Largest force.
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
    least = _LEAST_SHARE * np.asarray(true_anatomy(twins.person).max_isometric_force)
    pairs = zip(_exerted(mine), _exerted(twins), strict=True)
    return Asked(
        *(
            np.where(healthy >= least, own / np.maximum(healthy, least), 1.0)
            for own, healthy in pairs
        )
    )


def _exerted(moves: _Moves) -> Asked:
    """Forces themselves [N]."""
    forces = true_forces(moves.person, moves.trials)
    solved = np.asarray(forces.status) == Status.OK
    common = in_common_range(moves.angles_deg, norm_of(moves.person.true.age_years))
    force = np.asarray(forces.force)
    whole = force[solved]
    return Asked(force[solved & common].mean(axis=0), whole.mean(axis=0), whole.max(axis=0))


def in_common_range(angles_deg: Float[np.ndarray, "t 3"], norm: Norm) -> Bool[np.ndarray, " t"]:
    """Frames in which the head is where everybody of an age gets."""
    to_sides = np.stack([angles_deg, -angles_deg], axis=-1).reshape(len(angles_deg), -1)
    return np.asarray((to_sides <= _COMMON * norm.mean_deg).all(axis=1))
