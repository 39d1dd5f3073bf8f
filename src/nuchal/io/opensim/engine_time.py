"""An artificial time axis on which every frame of a motion has a window of its own.

StaticOptimization differentiates a spline through the speeds of its input by itself, and an
ExternalForce is read off a spline through its data. In the middle of a window the speeds are
straight lines with our acceleration as slope, and what acts from outside is constant; splines
reproduce both to about 1e-12.
"""

from typing import Any, Final

import numpy as np
from jaxtyping import Int

from nuchal.conventions import COORDINATES
from nuchal.io.opensim.engine import OpensimNeck, required_opensim
from nuchal.records import HeadWrench, Motion

_HALF_WINDOW: Final = 40
_WINDOW_STEP_S: Final = 0.01
_AROUND: Final = np.arange(-_HALF_WINDOW, _HALF_WINDOW + 1) * _WINDOW_STEP_S
# Labels of the columns of what acts from outside.
_FORCE, _POINT, _TORQUE = "head_v", "head_p", "head_torque_"


def middle_s(frame: int | Int[np.ndarray, " t"]) -> Any:
    """Where on the axis a frame, counted from 0, has its window's middle [s]."""
    return frame * len(_AROUND) * _WINDOW_STEP_S


def speeds_around(neck: OpensimNeck, motion: Motion, frames: Int[np.ndarray, " t"]) -> Any:
    """A storage of the speeds in the windows of some frames, whose motion is given."""
    osim = required_opensim()
    coordinates = neck.model.getCoordinateSet()
    names = [coordinates.get(name).getStateVariableNames().get(1) for name in COORDINATES]
    store = _storage(names)
    for k, middle in enumerate(middle_s(frames)):
        for dt in _AROUND:
            speeds = np.asarray(motion.qd[k]) + np.asarray(motion.qdd[k]) * dt
            store.append(float(middle + dt), osim.Vector.createFromMat(speeds))
    return store


def external_force(wrench: HeadWrench) -> Any:
    """An ExternalForce on the skull, in its axes and at its origin, constant in every window."""
    osim = required_opensim()
    table = np.concatenate([wrench.force, np.zeros_like(wrench.force), wrench.moment], axis=1)
    store = _storage([f"{of}{axis}" for of in (_FORCE, _POINT, _TORQUE) for axis in "xyz"])
    for k, row in enumerate(table):
        for dt in _AROUND:
            store.append(float(middle_s(k) + dt), osim.Vector.createFromMat(row))
    force = osim.ExternalForce(store, _FORCE, _POINT, _TORQUE, "skull", "skull", "skull")
    force.setName("head_force")
    force.read_from = store
    return force


def _storage(labels: list[str]) -> Any:
    osim = required_opensim()
    names = osim.ArrayStr()
    for label in ("time", *labels):
        names.append(label)
    store = osim.Storage()
    store.setColumnLabels(names)
    return store
