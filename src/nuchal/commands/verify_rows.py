"""How far OpenSim and we are apart on the same frames, quantity by quantity."""

from dataclasses import dataclass
from typing import Final

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array, Coords, Muscles, MusclesT
from nuchal.dynamics.inverse import body_motion
from nuchal.dynamics.muscles.hill import capacity
from nuchal.dynamics.paths import muscle_paths
from nuchal.dynamics.reactions import joint_reactions
from nuchal.io.opensim.engine_result import EngineResult
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import MUSCLES
from nuchal.model.kinematics import marker_positions
from nuchal.optimisation.simulate import Simulation
from nuchal.programs.kept import kept
from nuchal.records import HeadLoad, JointReactions, Motion

_GEOMETRY_BOUND_M: Final = 1e-6
_MOMENT_BOUND_NM: Final = 1e-6
_BALANCE_BOUND_NM: Final = 1e-8
_FORCE_MEDIAN_BOUND_N: Final = 0.5
_FORCE_BOUND_N: Final = 1e-6


@dataclass(frozen=True, kw_only=True)
class VerifyRow:
    """One quantity in both engines.

    Attributes:
        largest: Largest absolute difference; of the objective, by how much ours is higher.
        median: Median absolute difference.
        judged: Which of the two the bound is for: ``largest`` or ``median``.
    """

    quantity: str
    unit: str
    largest: float
    median: float
    bound: float
    judged: str
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether the bound holds."""
        return (self.largest if self.judged == "largest" else self.median) <= self.bound


class Rest(eqx.Module):
    """What a simulation does not keep, and reactions under OpenSim's forces."""

    markers: Float[Array, "*t 3 3"]
    capacity: Float[Array, "*t muscles"]
    reactions: JointReactions


@kept
def rest_of_frames(anatomy: Anatomy, motion: Motion, force: MusclesT, load: HeadLoad) -> Rest:
    """Our markers and capacities, and our reactions under ``force`` [N]."""

    def one(q: Coords, qd: Coords, qdd: Coords, tension: Muscles) -> Rest:
        body = body_motion(anatomy, q, qd, qdd)
        paths = muscle_paths(anatomy, body.poses, body.jacobians)
        able = capacity(anatomy, paths.length, paths.velocity(qd), projection="opensim")
        loads = joint_reactions(anatomy, body, paths, tension, load)
        return Rest(marker_positions(anatomy, q), able.active, loads)

    return jax.vmap(one)(motion.q, motion.qd, motion.qdd, force)


def mechanics_rows(mine: Simulation, rest: Rest, theirs: EngineResult) -> list[VerifyRow]:
    """Geometry, moments and capacities; reactions under the same muscle forces."""
    kinds = ("compression", "anterior_shear", "right_shear")
    loads, their_loads = (
        np.stack([np.asarray(getattr(x.reactions, kind)) for kind in kinds]) for x in (rest, theirs)
    )
    metre, newton = _GEOMETRY_BOUND_M, _FORCE_BOUND_N
    return [
        _row("muscle lengths", "m", mine.length, theirs.length, metre),
        _row("moment arms", "m", mine.moment_arms, theirs.moment_arms, metre),
        _row("head markers", "m", rest.markers, theirs.markers, metre),
        _row("net moments", "N m", mine.moments.net, theirs.moments.net, _MOMENT_BOUND_NM),
        _row(
            "passive moments", "N m", mine.moments.passive, theirs.moments.passive, _MOMENT_BOUND_NM
        ),
        _row("capacities", "N", rest.capacity, theirs.capacity, newton),
        _row("joint reactions", "N", loads, their_loads, newton, note="under OpenSim's forces"),
    ]


def recruitment_rows(mine: Simulation, theirs: EngineResult) -> list[VerifyRow]:
    """What static optimisation made of it."""
    activation, force = np.asarray(mine.forces.activation), np.asarray(mine.forces.force)
    solved = np.abs(theirs.reserve).max(axis=1) == 0.0
    above = np.sum(activation**2, axis=1) - np.sum(theirs.activation**2, axis=1)
    supplied = np.einsum("tkm,tm->tk", theirs.moment_arms, force) + np.asarray(mine.forces.reserve)
    difference = np.abs(force - theirs.force)
    frame, muscle = np.unravel_index(np.argmax(difference), difference.shape)
    worst = (
        f"worst {MUSCLES[muscle]} in frame {frame}: activation {activation[frame, muscle]:.4f}, "
        f"OpenSim {theirs.activation[frame, muscle]:.4f}"
    )
    return [
        _row("balance of moments", "N m", supplied, theirs.moments.net, _BALANCE_BOUND_NM),
        VerifyRow(
            quantity="objective above OpenSim's",
            unit="1",
            largest=float(np.max(above[solved], initial=-np.inf)),
            median=float(np.median(above[solved])) if solved.any() else 0.0,
            bound=0.0,
            judged="largest",
            note="negative: ours is lower" if solved.all() else "where no reserves are needed",
        ),
        VerifyRow(
            quantity="muscle forces",
            unit="N",
            largest=float(difference.max()),
            median=float(np.median(difference)),
            bound=_FORCE_MEDIAN_BOUND_N,
            judged="median",
            note=worst,
        ),
    ]


def _row(
    quantity: str, unit: str, ours: Array, theirs: Array, bound: float, *, note: str = ""
) -> VerifyRow:
    difference = np.abs(np.asarray(ours) - np.asarray(theirs))
    return VerifyRow(
        quantity=quantity,
        unit=unit,
        largest=float(difference.max()),
        median=float(np.median(difference)),
        bound=bound,
        judged="largest",
        note=note,
    )
