"""Movement that weakness limits.

Where a weak neck cannot balance what the same neck at full strength can, the head does not go.
"""

from dataclasses import replace
from typing import Final

import numpy as np
from jaxtyping import Float

from nuchal.model.angles import CLINICAL_SIGNS
from nuchal.synthetic.forces import held_forces, missing_moment, neck_as_it_is
from nuchal.synthetic.people import VirtualPerson
from nuchal.synthetic.recording import postures, true_anatomy

# So much more moment may be missing than at full strength before the head stops.
MISSING_N_M: Final = 0.5
_STEP_DEG: Final = 5.0


def limited_by_weakness(person: VirtualPerson) -> VirtualPerson:
    """The person with as much less movement to every side as the weak muscles force on them."""
    able, weak = true_anatomy(person), neck_as_it_is(person)
    less = np.asarray(person.fault.less_deg, float).copy()
    for k in range(6):
        way = np.linspace(0.0, 1.0, 1 + int(person.reached_deg[k] // _STEP_DEG))
        q = postures(able, way[:, None] * _head(person, k))
        missing = [missing_moment(held_forces(neck, q)) for neck in (weak, able)]
        beyond = np.flatnonzero(missing[0] > missing[1] + MISSING_N_M)
        if len(beyond):
            reached = way[max(int(beyond[0]) - 1, 0)] * person.reached_deg[k]
            less[k] = float(person.reach_deg[k] - reached)
    return replace(person, fault=replace(person.fault, less_deg=less))


def _head(person: VirtualPerson, side: int) -> Float[np.ndarray, "3"]:
    """About z, x and y, at the end of what the person reaches on a side [rad]."""
    total = np.zeros(3)
    total[side // 2] = np.radians(person.reached_deg[side]) * (1.0 if side % 2 == 0 else -1.0)
    return np.asarray(total * CLINICAL_SIGNS)
