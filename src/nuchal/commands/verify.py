"""Runs OpenSim beside us on one neck and one movement, and says how far the two are apart."""

import time
from dataclasses import dataclass
from typing import Final

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array, Coords, Muscles, MusclesT
from nuchal.dynamics.inverse import body_motion, no_load
from nuchal.dynamics.muscles.hill import capacity
from nuchal.dynamics.paths import muscle_paths
from nuchal.dynamics.reactions import joint_reactions
from nuchal.findings import Assumed, Finding, Found, finding
from nuchal.io.opensim.engine import engine_version
from nuchal.io.opensim.engine_frames import Progress, opensim_estimate, some_frames
from nuchal.io.opensim.engine_result import EngineResult
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import MUSCLES
from nuchal.model.kinematics import marker_positions
from nuchal.model.scaling import GENERIC_SUBJECT, personalise
from nuchal.movements.standard import standard_movement
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.optimisation.simulate import Simulation, simulate
from nuchal.records import HeadLoad, JointReactions, Motion, Subject

_CLASSICAL: Final = PRESET_SETTINGS["classical"]
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


@dataclass(frozen=True, kw_only=True)
class VerifyTable:
    """Both engines on the same frames, quantity by quantity.

    Attributes:
        seconds_ours: For all frames, geometry to reactions, once compiled.
        seconds_opensim: By quantity; moment arms by unit tensions, ten times quicker than its own
            solver.
    """

    rows: tuple[VerifyRow, ...]
    frames: int
    opensim_version: str
    seconds_ours: float
    seconds_opensim: dict[str, float]
    assumptions: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Whether every bound holds."""
        return all(row.holds for row in self.rows)

    @property
    def speed_ratio(self) -> float:
        """How many times faster we are."""
        return sum(self.seconds_opensim.values()) / self.seconds_ours


def verify(
    subject: Subject | None = None,
    motion: Motion | None = None,
    *,
    frames: int | None = 60,
    load: HeadLoad | None = None,
    progress: Progress | None = None,
) -> VerifyTable:
    """Compare classical static optimisation, and all it stands on, with OpenSim.

    Args:
        subject: The person; the generic neck without one.
        motion: The movement; the standard movement without one.
        frames: How many frames to compare, evenly spaced; None compares all.
        load: A mass on the head.
        progress: Told how far OpenSim is.

    Raises:
        EngineError: OpenSim is not installed.
    """
    version = engine_version()
    anatomy = personalise(subject or GENERIC_SUBJECT, inertias=_CLASSICAL.inertias)
    chosen = _evenly_spaced(motion or standard_movement(), frames)
    theirs = opensim_estimate(anatomy, chosen, load=load, progress=progress)
    carried = no_load() if load is None else load
    simulate(anatomy, chosen, _CLASSICAL.recruitment, carried)
    start = time.perf_counter()
    mine = simulate(anatomy, chosen, _CLASSICAL.recruitment, carried)
    spent = time.perf_counter() - start
    rest = _rest_of_frames(anatomy, chosen, theirs.force, carried)
    return VerifyTable(
        rows=(*_mechanics_rows(mine, rest, theirs), *_recruitment_rows(mine, theirs)),
        frames=len(chosen.time),
        opensim_version=version,
        seconds_ours=spent,
        seconds_opensim={k: v for k, v in theirs.seconds.items() if k in _TIMED},
        assumptions=_assumptions(subject, motion, len(chosen.time)),
    )


_TIMED: Final = ("length", "moment_arms", "capacity", "moments", "recruitment", "reactions")


class _Rest(eqx.Module):
    """What a simulation does not keep, and reactions under OpenSim's forces."""

    markers: Float[Array, "*t 3 3"]
    capacity: Float[Array, "*t muscles"]
    reactions: JointReactions


@eqx.filter_jit
def _rest_of_frames(anatomy: Anatomy, motion: Motion, force: MusclesT, load: HeadLoad) -> _Rest:
    def one(q: Coords, qd: Coords, qdd: Coords, tension: Muscles) -> _Rest:
        body = body_motion(anatomy, q, qd, qdd)
        paths = muscle_paths(anatomy, body.poses, body.jacobians)
        able = capacity(anatomy, paths.length, paths.velocity(qd), projection="opensim")
        loads = joint_reactions(anatomy, body, paths, tension, load)
        return _Rest(marker_positions(anatomy, q), able.active, loads)

    return jax.vmap(one)(motion.q, motion.qd, motion.qdd, force)


def _mechanics_rows(mine: Simulation, rest: _Rest, theirs: EngineResult) -> list[VerifyRow]:
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
            "bushing moments", "N m", mine.moments.passive, theirs.moments.passive, _MOMENT_BOUND_NM
        ),
        _row("capacities", "N", rest.capacity, theirs.capacity, newton),
        _row("joint reactions", "N", loads, their_loads, newton, note="under OpenSim's forces"),
    ]


def _recruitment_rows(mine: Simulation, theirs: EngineResult) -> list[VerifyRow]:
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


def _evenly_spaced(motion: Motion, frames: int | None) -> Motion:
    count = len(motion.time)
    if frames is None or frames >= count:
        return some_frames(motion, np.ones(count, dtype=bool))
    chosen = np.zeros(count, dtype=bool)
    chosen[np.linspace(0, count - 1, frames).round().astype(int)] = True
    return some_frames(motion, chosen)


def _assumptions(
    subject: Subject | None, motion: Motion | None, frames: int
) -> tuple[Finding, ...]:
    said = [finding(Found.FRAMES_COMPARED, frames=frames)]
    if subject is None:
        said.append(finding(Assumed.GENERIC_NECK))
    if motion is None:
        said.append(finding(Assumed.STANDARD_MOVEMENT))
    return tuple(said)
