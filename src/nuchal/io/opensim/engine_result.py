"""What OpenSim says about one motion of one neck, and the same as a ``Simulation``."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float

from nuchal.errors import Status
from nuchal.model.anatomy import Anatomy
from nuchal.optimisation.simulate import Simulation
from nuchal.records import JointMoments, JointReactions, Motion, MuscleForces

# Activations between these are taken to be off their bounds.
_CLEARLY_FREE: Final = (0.02, 0.98)
# Interior-point methods stop just short of full activation.
_SATURATED: Final = 0.999


@dataclass(frozen=True, kw_only=True)
class EngineResult:
    """What OpenSim says about one motion of one neck.

    Attributes:
        length: Muscle-tendon lengths [m].
        moment_arms: [m/rad].
        markers: TP, LH, RH in the thorax frame [m].
        capacity: Active force at full activation, along the tendon [N].
        force: Active force along the tendon [N].
        reserve: Moment that the muscles could not supply [N m]; zero where they balance the frame.
        seconds: Time that OpenSim took, by quantity.
    """

    length: Float[np.ndarray, "t muscles"]
    moment_arms: Float[np.ndarray, "t 6 muscles"]
    markers: Float[np.ndarray, "t 3 3"]
    moments: JointMoments
    capacity: Float[np.ndarray, "t muscles"]
    activation: Float[np.ndarray, "t muscles"]
    force: Float[np.ndarray, "t muscles"]
    reserve: Float[np.ndarray, "t 6"]
    reactions: JointReactions
    seconds: dict[str, float]


def as_simulation(anatomy: Anatomy, motion: Motion, result: EngineResult) -> Simulation:
    """What :func:`nuchal.optimisation.simulate.simulate` would return, from another engine.

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
