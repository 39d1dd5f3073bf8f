"""One standard movement out of several people's recordings, as stage 1 of He, Liu, Li 2026 has it.

Recordings are cut into movements. Those that go the same way are averaged, first over each person's
own and then over people, so that nobody counts more for having moved more often. The means follow
one another, from rest to rest in the neutral pose. doi 10.3390/s26020752; how the paper cuts and
joins is not told, so that both are ours.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nuchal.errors import NuchalError, Status
from nuchal.model.clinical import DIRECTIONS
from nuchal.movements.average import AVERAGE_CUTOFF_HZ, average_trials, most_typical
from nuchal.movements.minimum_jerk import RATE_HZ, made_motion
from nuchal.movements.pieces import Piece, pieces_of
from nuchal.records import Motion
from nuchal.tracking.smoothing import smooth

# Between two movements the head rests for that long [s].
REST_S: Final = 0.3


@dataclass(frozen=True, kw_only=True)
class PersonsTrial:
    """A recording of somebody.

    Attributes:
        person: Who, by any name.
        angles_deg: Flexion, right bending and right rotation of the head on the thorax.
    """

    person: str
    motion: Motion
    angles_deg: Float[np.ndarray, "t 3"]


@dataclass(frozen=True, kw_only=True)
class AveragedPart:
    """A part of the standard movement.

    Attributes:
        sides: Which sides it visits, in order.
        people: How many made it.
        movements: How many were averaged.
        duration_s: The mean of theirs.
        reach_deg: The mean of how far the head went.
        first_s: When it begins.
    """

    sides: tuple[str, ...]
    people: int
    movements: int
    duration_s: float
    reach_deg: float
    first_s: float


@dataclass(frozen=True, kw_only=True)
class AveragedMovement:
    """The standard movement of some people.

    Attributes:
        people: Whose recordings were looked at.
        left_out: Movements that went as nobody else's, by the sides that they visit.
    """

    motion: Motion
    parts: tuple[AveragedPart, ...]
    people: int
    left_out: Mapping[tuple[str, ...], int]

    def as_json(self) -> dict[str, object]:
        """What there is to say, for programs."""
        left_out = [
            {"sides": list(sides), "movements": count} for sides, count in self.left_out.items()
        ]
        return {
            "people": self.people,
            "duration_s": float(self.motion.time[-1]),
            "parts": [asdict(part) for part in self.parts],
            "left_out": left_out,
        }


@dataclass(frozen=True, kw_only=True)
class _Movement:
    """One movement of somebody: coordinates [rad] over even moments of its duration."""

    person: str
    piece: Piece
    motion: Motion

    @property
    def seconds(self) -> float:
        return float(self.motion.time[-1] - self.motion.time[0])


def average_people(
    trials: Sequence[PersonsTrial], usual_deg: Float[np.ndarray, "6"]
) -> AveragedMovement:
    """The standard movement of several people.

    Movements to one side come in the order of ``DIRECTIONS``, then those that visit several. Of
    combined movements that go as nobody else's does, the one most like all others stands for them.

    Args:
        trials: recordings, in any order.
        usual_deg: ranges that are usual, in the order of ``DIRECTIONS``.

    Raises:
        NuchalError: no recording, or no movement from the neutral pose and back in any.
    """
    made = [one for trial in trials for one in _movements(trial, usual_deg)]
    if not made:
        raise NuchalError("movements.no_movement", trials=len(trials))
    chosen, left_out = _chosen(made)
    q, parts, first = [_still(REST_S)], [], REST_S
    for sides, same in chosen.items():
        mean = _mean(same)
        parts.append(_part(sides, same, first))
        q += [_from_rest_to_rest(mean), _still(REST_S)]
        first += len(mean) / RATE_HZ + REST_S
    people = len({trial.person for trial in trials})
    motion = _smooth(np.concatenate(q))
    return AveragedMovement(motion=motion, parts=tuple(parts), people=people, left_out=left_out)


def _movements(trial: PersonsTrial, usual_deg: np.ndarray) -> list[_Movement]:
    motion = trial.motion
    known = np.isin(np.asarray(motion.status), (Status.OK, Status.BEYOND_RANGE))
    pieces = pieces_of(np.asarray(motion.time), trial.angles_deg, known, usual_deg)
    return [
        _Movement(person=trial.person, piece=one, motion=_between(motion, one.first, one.last))
        for one in pieces
    ]


def _between(motion: Motion, first: int, last: int) -> Motion:
    rows = slice(first, last + 1)
    columns = (motion.time, motion.q, motion.qd, motion.qdd, motion.status)
    return Motion(*(np.asarray(column)[rows] for column in columns))


_Groups = dict[tuple[str, ...], list[_Movement]]


def _chosen(made: Sequence[_Movement]) -> tuple[_Groups, Mapping[tuple[str, ...], int]]:
    """Movements that are averaged, by the sides that they visit, and how many are left out."""
    by_sides: _Groups = defaultdict(list)
    for one in made:
        by_sides[one.piece.sides].append(one)
    chosen: _Groups = {(side,): by_sides[side,] for side in DIRECTIONS if (side,) in by_sides}
    others = [sides for sides in by_sides if len(sides) > 1]
    shared = [sides for sides in others if len({one.person for one in by_sides[sides]}) > 1]
    chosen |= {sides: by_sides[sides] for sides in sorted(shared)}
    alone = [one for sides in others if sides not in shared for one in by_sides[sides]]
    combined = [one for one in alone if _visits_two_planes(one.piece.sides)]
    typical = None
    if combined and not any(_visits_two_planes(sides) for sides in shared):
        typical = combined[most_typical([one.motion for one in combined])]
        chosen[typical.piece.sides] = [typical]
    left = [one.piece.sides for one in alone if one is not typical]
    return chosen, {sides: left.count(sides) for sides in sorted(set(left))}


def _visits_two_planes(sides: tuple[str, ...]) -> bool:
    return len({DIRECTIONS.index(side) // 2 for side in sides}) > 1


def _mean(same: Sequence[_Movement]) -> Float[np.ndarray, "t 6"]:
    """Of one person's movements first, then of people; as long as they are in the mean."""
    own: dict[str, list[_Movement]] = defaultdict(list)
    for one in same:
        own[one.person].append(one)
    seconds = float(np.mean([np.mean([one.seconds for one in those]) for those in own.values()]))
    frames = round(seconds * RATE_HZ) + 1
    means = [average_trials([one.motion for one in those], frames=frames) for those in own.values()]
    return np.asarray(average_trials(means, frames=frames).q)


def _part(sides: tuple[str, ...], same: Sequence[_Movement], first: float) -> AveragedPart:
    return AveragedPart(
        sides=sides,
        people=len({one.person for one in same}),
        movements=len(same),
        duration_s=float(np.mean([one.seconds for one in same])),
        reach_deg=float(np.mean([one.piece.reach_deg for one in same])),
        first_s=first,
    )


def _from_rest_to_rest(q: Float[np.ndarray, "t 6"]) -> Float[np.ndarray, "t 6"]:
    """Without where it began and ended, evenly taken off in between."""
    share = np.linspace(0.0, 1.0, len(q))[:, None]
    return np.asarray(q - (1.0 - share) * q[0] - share * q[-1])


def _still(seconds: float) -> Float[np.ndarray, "t 6"]:
    return np.zeros((round(seconds * RATE_HZ), 6))


def _smooth(q: Float[np.ndarray, "t 6"]) -> Motion:
    time = np.arange(len(q)) / RATE_HZ
    curve = smooth(time, q, cutoff_hz=AVERAGE_CUTOFF_HZ)
    return made_motion(time, *map(jnp.asarray, (curve.value, curve.rate, curve.acceleration)))
