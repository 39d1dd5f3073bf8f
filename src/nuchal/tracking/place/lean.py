"""How the trunk stands in the neutral pose, and whether head and trunk lean together."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy.spatial.transform import Rotation

from nuchal.errors import Setting, phrase
from nuchal.findings import Finding, Warned, finding
from nuchal.tracking.names.marker_sets import TRUNK
from nuchal.tracking.place.landmarks import Seen, landmarks
from nuchal.tracking.rigid import Points, fit_poses

# People who stand or sit upright differ by 7 degrees, by two standard deviations of which a trunk
# has to lean before it counts.
_LEAST_LEAN_DEG = 15.0
# A head that leans by more than half as much leans with the trunk and is not upright above it.
_LEANS_TOO = 0.5


class Lean(NamedTuple):
    """A trunk that is not upright in the neutral pose.

    Attributes:
        back_deg: Negative where it leans forward.
        with_head: The head leans with it.
    """

    back_deg: float
    with_head: bool

    @property
    def turn(self) -> Float[np.ndarray, "3 3"]:
        """From forward, up and right to the axes of the neck, if the head leans too."""
        about_right = np.radians(self.back_deg) if self.with_head else 0.0
        return np.asarray(Rotation.from_rotvec([0.0, 0.0, about_right]).as_matrix().T)

    @property
    def finding(self) -> Finding:
        """What was taken, and what tells better."""
        way = phrase("laboratory.leans_back" if self.back_deg > 0.0 else "laboratory.leans_forward")
        what = "laboratory.head_leans_too" if self.with_head else "laboratory.head_does_not_lean"
        mend = {"static": Setting("static"), "up": Setting("up")}
        by_deg = abs(self.back_deg)
        return finding(Warned.TRUNK_LEANS, way=way, lean_deg=by_deg, taken=phrase(what), **mend)


def find_lean(thorax: Points, axes: Float[np.ndarray, "3 3"], head_back_deg: float) -> Lean | None:
    """The lean of a trunk whose spine and sternum are shown by three markers or more.

    Args:
        thorax: torso markers in the neutral pose, in laboratory axes [m].
        axes: rows forward, up and right.
        head_back_deg: how far the head leans back [degrees].
    """
    names = tuple(name for name in TRUNK if name in thorax)
    if len(names) < 3:
        return None
    usual = landmarks("thorax", names).place
    places = np.stack([thorax[name] for name in names]) @ axes.T
    ahead, upward, _ = fit_poses(usual, places[None]).rotation[0][:, 0]
    back_deg = float(np.degrees(np.arctan2(upward, ahead)))
    if abs(back_deg) < _LEAST_LEAN_DEG:
        return None
    return Lean(back_deg, bool(head_back_deg / back_deg > _LEANS_TOO))


def with_c7(head: Seen, thorax: Points) -> Seen:
    """A head with the marker on C7, above which an upright head sits."""
    if "C7" not in thorax:
        return head
    points = np.concatenate([head.points, thorax["C7"][None]])
    return head._replace(names=(*head.names, "C7"), points=points)
