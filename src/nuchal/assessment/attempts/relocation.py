"""How near the head comes back to where it was, as therapists test the sense of position.

Revel, Andre-Deshays and Minguet 1991, Arch Phys Med Rehabil 72:288: with eyes closed the head goes
to a side and returns to where it seems to have been. The joint position error is by how much it
misses that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from jaxtyping import Float

from nuchal.assessment.attempts.attempts import Angles
from nuchal.assessment.ranges.reached import HARDLY_DEG
from nuchal.model.clinical import DIRECTIONS
from nuchal.tracking.smoothing import segments

# Slower than this for so long, the head rests.
RESTS_BELOW_DEG_S: Final = 4.0
RESTS_FOR_S: Final = 0.4


@dataclass(frozen=True, kw_only=True)
class Relocation:
    """Once to a side and back.

    Attributes:
        direction: Of ``DIRECTIONS``, where the head went.
        recording: Name of the recording it is of.
        time_s: When the head rests again, from the recording's first frame.
        error_deg: Of the plane it went in: above zero the head stops short of where it was, below
            it goes beyond.
        distance_deg: Of all three angles together.
    """

    direction: str
    recording: str
    time_s: float
    error_deg: float
    distance_deg: float


def relocations_of(recordings: Sequence[Angles]) -> tuple[Relocation, ...]:
    """All returns of recordings in which the head was to come back to where it was."""
    return tuple(found for one in recordings for found in _in_recording(one))


def _in_recording(one: Angles) -> list[Relocation]:
    rests = _rests(one)
    found: list[Relocation] = []
    target = None
    for (first, end), (then, until) in pairwise(rests):
        target = one.angles_deg[first:end].mean(axis=0) if target is None else target
        away = one.angles_deg[end:then] - target
        if not len(away):
            continue
        sides = np.stack([away.max(axis=0), -away.min(axis=0)], axis=1).ravel()
        way = int(sides.argmax())
        back = one.angles_deg[then:until].mean(axis=0) - target
        if sides[way] < HARDLY_DEG or np.abs(back).max() >= HARDLY_DEG:
            continue
        found.append(
            Relocation(
                direction=DIRECTIONS[way],
                recording=one.name,
                time_s=then / one.rate_hz,
                error_deg=float(back[way // 2] * (1.0 if way % 2 == 0 else -1.0)),
                distance_deg=float(np.linalg.norm(back)),
            )
        )
    return found


def _rests(one: Angles) -> list[tuple[int, int]]:
    """Stretches in which the head rests, as (first, one past the last)."""
    if len(one.angles_deg) < 2:
        return []
    speed = np.linalg.norm(np.gradient(one.angles_deg, axis=0), axis=1) * one.rate_hz
    least = RESTS_FOR_S * one.rate_hz
    still = one.known & (speed < RESTS_BELOW_DEG_S)
    return [(first, end) for first, end in segments(still) if end - first >= least]


def errors_deg(found: Sequence[Relocation], direction: str) -> Float[np.ndarray, " n"]:
    """Joint position errors after one direction."""
    return np.array([one.error_deg for one in found if one.direction == direction])
