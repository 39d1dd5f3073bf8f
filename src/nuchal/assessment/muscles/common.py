"""Forces in the postures of the range that everybody reaches.

A posture belongs to the common range if its angles, each over 0.6 of the mean range of the person's
age in its direction, have a norm of at most one: an ellipsoid with six half axes. To any one side
nine healthy people of ten go as far at 65 years, and more when younger (``model.norms``).

Two movements through it differ in how long they stay where: in tempo, in rests and holds, in how
often which direction comes. None of that is to count. So the range is cut into cells, half a half
axis wide, and the forces in a cell are averaged over the way that the head turns there, whatever
time it takes. A movement's force is the mean over those cells through which both movements go, each
counting once. The cell around the neutral pose is left out, where everybody rests and passes.

Chosen among ways of averaging on healthy virtual people of seed 202 (``tables/SOURCE.md``).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Bool, Float, Int

from nuchal.assessment.muscles.exertion import Exertion

# Of the mean range of an age, to every side.
COMMON_SHARE: Final = 0.6
# Width of a cell, in half axes of the common range.
_CELL: Final = 0.5
# A movement goes through a cell if the head turns there by so much.
_LEAST_WAY_DEG: Final = 3.0
# Of the cells of the normal movement: with fewer in common, nothing is compared.
LEAST_CELLS: Final = 0.5


@dataclass(frozen=True, kw_only=True)
class Cells:
    """Mean forces in the cells of the common range through which a movement goes.

    Attributes:
        place: Of each cell: flexion, right bending and right rotation, in cells.
        force: [N].
    """

    place: Int[np.ndarray, "c 3"]
    force: Float[np.ndarray, "c muscles"]


def cells_of(exertion: Exertion, mean_deg: Float[np.ndarray, "6"]) -> Cells:
    """What a movement asks of muscles, cell by cell.

    Args:
        exertion: forces over it.
        mean_deg: mean range of the person's age, in the order of ``DIRECTIONS``.
    """
    place, inside = _places(exertion, mean_deg)
    place, cell = np.unique(place[inside], axis=0, return_inverse=True)
    way, force = exertion.way_deg[inside], np.asarray(exertion.force)[inside]
    whole = np.bincount(cell.ravel(), way, len(place))
    summed = np.zeros((len(place), force.shape[1]))
    np.add.at(summed, cell.ravel(), way[:, None] * force)
    through = whole >= _LEAST_WAY_DEG
    return Cells(place=place[through], force=summed[through] / whole[through, None])


def compared(exertion: Exertion, mean_deg: Float[np.ndarray, "6"]) -> Bool[np.ndarray, " t"]:
    """Frames on which :func:`cells_of` looks."""
    return _places(exertion, mean_deg)[1]


def _places(
    exertion: Exertion, mean_deg: Float[np.ndarray, "6"]
) -> tuple[Int[np.ndarray, "t 3"], Bool[np.ndarray, " t"]]:
    """The cell of every frame, and whether it is one of the common range, and usable."""
    ahead, behind = COMMON_SHARE * np.asarray(mean_deg).reshape(3, 2).T
    angles = np.asarray(exertion.angles_deg)
    share = angles / np.where(angles >= 0.0, ahead, behind)
    place = np.floor(share / _CELL + 0.5).astype(int)
    inside = (np.linalg.norm(share, axis=1) <= 1.0) & place.any(axis=1)
    return place, inside & np.asarray(exertion.usable)


def in_both(mine: Cells, theirs: Cells) -> tuple[Cells, Cells]:
    """The cells through which two movements go, in the same order."""
    return _among(mine, theirs), _among(theirs, mine)


def _among(cells: Cells, others: Cells) -> Cells:
    both = (cells.place[:, None] == others.place).all(axis=2).any(axis=1)
    return Cells(place=cells.place[both], force=cells.force[both])
