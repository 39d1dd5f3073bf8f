"""How a movement avoids sore muscles.

Whoever has sore muscles on one side does what an examiner asks, as far as always, but lets other
axes come along, so that less is asked of those muscles. With a move to each of the six directions,
each of the other two axes may come along by one of ``COEFFICIENTS`` of its angle: 25 ways a
direction. They make least

    force of the sore muscles / their force without avoidance
        + PRICE times the mean over directions of the sum of squared coefficients,

where forces are means over postures of all five trials, ``EVERY_S`` apart, that hold the true neck
at rest (static optimisation). One direction is chosen after the other, ``ROUNDS`` times round,
beginning with none that anything comes along with. A way is open if muscles balance it, if what
comes along stays within the person's own reach, and if no corner is missed by more than
``MISSED_DEG``.
"""

from dataclasses import replace
from itertools import product
from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from nuchal.assessment.ranges.reached import ranges_of
from nuchal.model.anatomy import Anatomy
from nuchal.model.angles import CLINICAL_SIGNS
from nuchal.model.clinical import DIRECTIONS
from nuchal.synthetic.forces import ailing_muscles, held_forces, missing_moment, neck_as_it_is
from nuchal.synthetic.movement import TRIALS, asked_path, coupled
from nuchal.synthetic.people import Avoidance, VirtualPerson, twin_of
from nuchal.synthetic.recording import postures
from nuchal.synthetic.weakness import MISSING_N_M

# Of the angle of a move.
COEFFICIENTS: Final = (-0.4, -0.2, 0.0, 0.2, 0.4)
# How far apart the postures are in which forces are looked at.
EVERY_S: Final = 1.0
# Of the muscles' force: an axis that comes along with everything by 0.4 has to save 2.5 %.
PRICE: Final = 0.025 / 0.4**2
ROUNDS: Final = 2
MISSED_DEG: Final = 5.0
# How many times as long a careful move takes.
SLOWER: Final = 1.2
_WAYS: Final = np.array(tuple(product(COEFFICIENTS, COEFFICIENTS)))
_PLAIN: Final = len(_WAYS) // 2
_OTHERS: Final = ((1, 2), (0, 2), (0, 1))
_RATE_HZ: Final = 20.0
# Beyond a person's reach, by which their habits may go.
_BEYOND_RAD: Final = float(np.radians(2.0))


class _Moves(NamedTuple):
    """What someone is asked for: flexion, right bending and right rotation [rad].

    Attributes:
        path: Of all trials, before anything comes along.
    """

    neck: Anatomy
    path: Float[np.ndarray, "t 3"]

    @property
    def held(self) -> Float[np.ndarray, "k 3"]:
        """Postures in which forces are looked at."""
        return self.path[:: round(EVERY_S * _RATE_HZ)]


def avoiding(person: VirtualPerson, avoidance: Avoidance) -> VirtualPerson:
    """Someone with sore muscles, who lets other axes come along so as to spare them."""
    moves = _moves_of(person)
    fault = replace(person.fault, avoidance=replace(avoidance, beside=np.zeros((6, 3))))
    patient = replace(person, fault=fault)
    plain = float(_asked(patient, moves.neck, coupled(patient, moves.held))[0].sum())
    for _ in range(ROUNDS):
        for side in range(len(DIRECTIONS)):
            patient = _sparing(patient, moves, side, plain)
    return patient


def _moves_of(person: VirtualPerson) -> _Moves:
    trials = []
    for k, trial in enumerate(TRIALS):
        dice = np.random.default_rng([person.seed, person.index, 1, k])
        trials.append(asked_path(person, trial, dice, rate_hz=_RATE_HZ))
    return _Moves(neck_as_it_is(person), np.concatenate(trials))


def _sparing(person: VirtualPerson, moves: _Moves, side: int, plain: float) -> VirtualPerson:
    """The person with what comes along with one of ``DIRECTIONS`` chosen anew.

    Args:
        person: as they avoid so far.
        moves: what they are asked for.
        side: which direction.
        plain: force of the sore muscles without avoidance, added up over all postures [N].
    """
    there = (-1.0 if side % 2 else 1.0) * moves.held[:, side // 2] > 0.0
    ways = [_with(person, side, way) for way in _WAYS]
    heads = np.array([coupled(one, moves.held[there]) for one in ways])
    force, missing = _asked(person, moves.neck, heads.reshape(-1, 3))
    price = PRICE * np.square(_WAYS).sum(axis=1) / len(DIRECTIONS)
    cost = force.reshape(len(ways), -1).sum(axis=1) / plain + price
    lacking = missing.reshape(len(ways), -1)
    possible = (lacking <= lacking[_PLAIN] + MISSING_N_M).all(axis=1)
    possible &= _as_far(person, np.array([coupled(one, moves.path) for one in ways]), moves.path)
    possible[_PLAIN] = True
    return ways[int(np.where(possible, cost, np.inf).argmin())]


def _with(person: VirtualPerson, side: int, way: Float[np.ndarray, "2"]) -> VirtualPerson:
    avoidance = person.fault.avoidance
    assert avoidance is not None
    beside = avoidance.beside.copy()
    beside[side, _OTHERS[side // 2]] = way
    fault = replace(person.fault, avoidance=replace(avoidance, beside=beside))
    return replace(person, fault=fault)


def _asked(
    person: VirtualPerson, neck: Anatomy, heads: Float[np.ndarray, "k 3"]
) -> tuple[Float[np.ndarray, " k"], Float[np.ndarray, " k"]]:
    """Force of the sore muscles together [N], and the moment that all muscles lack [N m]."""
    assert person.fault.avoidance is not None
    held = held_forces(neck, postures(neck, CLINICAL_SIGNS * heads))
    sore = ailing_muscles(neck.system, person.fault.avoidance)
    return np.asarray(held.force)[:, sore].sum(axis=1), missing_moment(held)


def _as_far(
    person: VirtualPerson, heads: Float[np.ndarray, "w t 3"], path: Float[np.ndarray, "t 3"]
) -> Bool[np.ndarray, " w"]:
    """Ways on which no axis goes beyond the person's own reach, and no corner is missed."""
    reach = np.radians(person.reached_deg).reshape(3, 2) + _BEYOND_RAD
    inside = (heads <= reach[:, 0]) & (heads >= -reach[:, 1])
    corners = np.array([ranges_of(np.degrees(one)).corner_deg for one in heads])
    least = ranges_of(np.degrees(coupled(twin_of(person), path))).corner_deg - MISSED_DEG
    return np.asarray(inside.all(axis=(1, 2)) & (corners >= least).all(axis=1))
