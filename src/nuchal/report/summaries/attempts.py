"""The parts of ``assessment.json`` on each time that the head goes as far as it does, and back."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from nuchal.assessment.attempts.attempts import Attempt
from nuchal.assessment.attempts.relocation import Relocation
from nuchal.model.clinical import DIRECTIONS
from nuchal.report.summaries.parts import Part

# The positive direction of each clinical angle.
_ANGLES = DIRECTIONS[::2]


class AttemptPart(Part):
    """Once as far as the head goes to one side; a row of a table.

    Attributes:
        time_s: Of its farthest point, from the recording's first frame.
        beside_deg: The two other angles there.
        peak_speed_deg_s: Highest speed on the way out.
        mean_speed_deg_s: On the way out, from a tenth to nine tenths of the reach.
        smoothness: Spectral arc length of the way out; ``null`` where it cannot be told.
    """

    direction: str
    recording: str
    time_s: float
    reach_deg: float
    beside_deg: dict[str, float]
    peak_speed_deg_s: float
    mean_speed_deg_s: float
    smoothness: float | None


class RelocationPart(Part):
    """Once to a side and back to where the head was; a row of a table.

    Attributes:
        time_s: When the head rests again, from the recording's first frame.
        error_deg: Joint position error; above zero the head stops short, below it goes beyond.
        distance_deg: Of all three angles together.
    """

    direction: str
    recording: str
    time_s: float
    error_deg: float
    distance_deg: float


class Spread(Part):
    """Several numbers; ``sd`` is ``null`` where there is only one."""

    count: int
    mean: float
    sd: float | None


class MovedPart(Part):
    """How the head moves into one direction, over its attempts.

    Attributes:
        beside_deg: The two other angles where it is farthest.
        smoothness: ``null`` where it cannot be told of any.
    """

    reach_deg: Spread
    peak_speed_deg_s: Spread
    mean_speed_deg_s: Spread
    smoothness: Spread | None
    beside_deg: dict[str, Spread]


class RelocatedPart(Part):
    """How near the head comes back after one direction.

    Attributes:
        constant_deg: Mean joint position error; above zero it stops short of where it was.
        absolute_deg: Mean size of the errors.
        variable_deg: Their standard deviation; ``null`` where there is only one.
    """

    count: int
    constant_deg: float
    absolute_deg: float
    variable_deg: float | None


def attempt_parts(found: Sequence[Attempt]) -> list[AttemptPart]:
    """Every attempt."""
    return [
        AttemptPart(
            direction=one.direction,
            recording=one.recording,
            time_s=one.time_s,
            reach_deg=one.reach_deg,
            beside_deg=dict(zip(_others(one.direction), one.beside_deg, strict=True)),
            peak_speed_deg_s=one.peak_speed_deg_s,
            mean_speed_deg_s=one.mean_speed_deg_s,
            smoothness=one.smoothness,
        )
        for one in found
    ]


def relocation_parts(found: Sequence[Relocation]) -> list[RelocationPart]:
    """Every return."""
    return [RelocationPart.model_validate(one) for one in found]


def moved_parts(found: Sequence[AttemptPart]) -> dict[str, MovedPart]:
    """How the head moves, by direction; directions without an attempt are left out."""
    return {
        way: _moved([one for one in found if one.direction == way])
        for way in DIRECTIONS
        if any(one.direction == way for one in found)
    }


def relocated_parts(found: Sequence[RelocationPart]) -> dict[str, RelocatedPart]:
    """How near the head comes back, by the direction it was in."""
    errors = {
        way: np.array([one.error_deg for one in found if one.direction == way])
        for way in DIRECTIONS
    }
    return {
        way: RelocatedPart(
            count=len(those),
            constant_deg=float(those.mean()),
            absolute_deg=float(np.abs(those).mean()),
            variable_deg=spread(those).sd,
        )
        for way, those in errors.items()
        if len(those)
    }


def spread(values: Float[np.ndarray, " n"] | Sequence[float]) -> Spread:
    """Mean and standard deviation of at least one number."""
    sd = float(np.std(values, ddof=1)) if len(values) > 1 else None
    return Spread(count=len(values), mean=float(np.mean(values)), sd=sd)


def _moved(those: list[AttemptPart]) -> MovedPart:
    smooth = [one.smoothness for one in those if one.smoothness is not None]
    return MovedPart(
        reach_deg=spread([one.reach_deg for one in those]),
        peak_speed_deg_s=spread([one.peak_speed_deg_s for one in those]),
        mean_speed_deg_s=spread([one.mean_speed_deg_s for one in those]),
        smoothness=spread(smooth) if smooth else None,
        beside_deg={
            name: spread([one.beside_deg[name] for one in those]) for name in those[0].beside_deg
        },
    )


def _others(direction: str) -> tuple[str, ...]:
    """The two angles beside that of a direction."""
    plane = DIRECTIONS.index(direction) // 2
    return tuple(name for k, name in enumerate(_ANGLES) if k != plane)
