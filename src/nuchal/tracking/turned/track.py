"""A neck's motion from how the head is turned: the markers' solver, on a head that may be anywhere.

Six points about the skull stand for the head, each wrong by as much as gives the angles their
stated doubt, and all together by so much that only their turn counts (``inverse_kinematics``).
"""

from typing import Final

import numpy as np
from jaxtyping import Float

from nuchal.model.anatomy import Anatomy
from nuchal.tracking.inverse_kinematics import Postures, Precision, track_postures

# Half the size of the figure of points on the skull.
_HALF_M: Final = 0.1
_POINTS: Final = _HALF_M * np.concatenate([np.eye(3), -np.eye(3)])
# Where the head is does not count.
_ANYWHERE_M: Final = 1e3


def turned_postures(anatomy: Anatomy, head: Float[np.ndarray, "t 3 3"], sd_rad: float) -> Postures:
    """Coordinates of every frame, each for itself, from rotations of the head on the torso.

    Args:
        anatomy: the person's neck.
        head: rotations in the axes of the neck.
        sd_rad: standard deviation of the head's turn about any axis [rad].
    """
    placed = np.einsum("tij,pj->tpi", head, _POINTS)
    own = 2.0 * _HALF_M * sd_rad
    precision = Precision(marker_error_m=own, placement_error_m=_ANYWHERE_M)
    return track_postures(anatomy, _POINTS, placed, precision=precision)
