"""Another engine's answers in the form of our own, so that all that follows is the same code."""

from typing import Final

import numpy as np
from jaxtyping import Float

from nuchal.dynamics.simulate import Simulation
from nuchal.errors import Status
from nuchal.io.engine_frames import EngineResult
from nuchal.model.anatomy import Anatomy
from nuchal.records import Motion, MuscleForces

_CLEARLY_FREE: Final = (0.02, 0.98)
"""Activations between these are taken to be off their bounds."""
_SATURATED: Final = 0.999
"""Interior-point methods stop just short of full activation."""


def as_simulation(anatomy: Anatomy, motion: Motion, result: EngineResult) -> Simulation:
    """What :func:`nuchal.dynamics.simulate.simulate` would return, from another engine.

    Passive forces are zero, as in OpenSim's static optimisation. ``optimality`` is the KKT
    residual under the multipliers that fit the engine's solution best.
    """
    given = np.asarray(motion.status)
    infeasible = np.abs(result.reserve).max(axis=1) > 0.0
    forces = MuscleForces(
        force=result.force,
        activation=result.activation,
        passive=np.zeros_like(result.force),
        reserve=result.reserve,
        saturated=result.activation >= _SATURATED,
        optimality=_kkt_residuals(anatomy, result),
        status=np.where(infeasible & (given != Status.GAP), Status.INFEASIBLE, given),
    )
    return Simulation(result.moments, forces, result.reactions, result.length, result.moment_arms)


def _kkt_residuals(anatomy: Anatomy, result: EngineResult) -> Float[np.ndarray, " t"]:
    """Of activation squared under the engine's moments, frame by frame."""
    low = np.asarray(anatomy.minimum_activation)
    net = np.asarray(result.moments.net)
    residuals = np.zeros(len(net))
    for k, a in enumerate(result.activation):
        matrix = result.moment_arms[k] * result.capacity[k]
        free = (a > _CLEARLY_FREE[0]) & (a < _CLEARLY_FREE[1])
        multiplier = np.linalg.lstsq(matrix[:, free].T, 2.0 * a[free], rcond=None)[0]
        gradient = 2.0 * a - multiplier @ matrix
        step = np.abs(a - np.clip(a - gradient, low, 1.0)).max()
        error = np.abs(matrix @ a + result.reserve[k] - net[k]).max()
        residuals[k] = max(step, error)
    return residuals
