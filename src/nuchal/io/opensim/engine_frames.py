"""Walks another engine through the frames of a motion and gathers what it says.

The engine is anything that takes a pose and answers for it; ``opensim_engine`` has one.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias, runtime_checkable

import numpy as np
from jaxtyping import Bool, Float

from nuchal.arrays import Coords, Muscles
from nuchal.conventions import COORDINATES
from nuchal.errors import Status
from nuchal.model.anatomy import Anatomy
from nuchal.model.source import source_coordinates
from nuchal.optimisation.simulate import Simulation
from nuchal.records import JointMoments, JointReactions, Motion, MuscleForces

# Called with the quantity, the frames done and the frames in all.
Progress: TypeAlias = Callable[[str, int, int], None]

# A frame whose missing moment is larger than this was not balanced.
BALANCED_NM: Final = 1e-6


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


@runtime_checkable
class Neck(Protocol):
    """A neck in one pose; arrays are those of one frame."""

    def move(self, q: Coords, qd: Coords) -> None:
        """Take a pose [rad] and speeds [rad/s]."""

    def pull(self, force: Muscles, reserve: Coords) -> None:
        """Let muscles pull [N] and reserves turn [N m]."""

    def lengths(self) -> Float[np.ndarray, " muscles"]:
        """Muscle-tendon lengths [m]."""

    def moment_arms(self) -> Float[np.ndarray, "6 muscles"]:
        """[m/rad]."""

    def markers(self) -> Float[np.ndarray, "3 3"]:
        """TP, LH, RH in the thorax frame [m]."""

    def capacities(self) -> Float[np.ndarray, " muscles"]:
        """Active force at full activation [N]."""

    def net_moments(self, qdd: Coords) -> Float[np.ndarray, "6"]:
        """Inverse dynamics [N m]."""

    def inertial_moments(self, qdd: Coords) -> Float[np.ndarray, "6"]:
        """Inverse dynamics without the bushings [N m]."""

    def level_forces(self) -> Float[np.ndarray, "8 3"]:
        """Of the upper on the lower body, in the lower body's axes [N]."""


class Clock:
    """Walks through frames, takes the time by quantity and tells how far it is."""

    def __init__(self, progress: Progress | None = None) -> None:
        """Start with nothing timed."""
        self.seconds: dict[str, float] = {}
        self._progress = progress

    def frames(self, quantity: str, count: int) -> Iterator[int]:
        """Indices of the frames; the time until they are used up counts for the quantity."""
        start = time.perf_counter()
        for k in range(count):
            if self._progress is not None:
                self._progress(quantity, k, count)
            yield k
        spent = time.perf_counter() - start
        self.seconds[quantity] = self.seconds.get(quantity, 0.0) + spent


@dataclass(frozen=True)
class Balance:
    """What the muscles can supply of the net moments."""

    net: Float[np.ndarray, "t 6"]
    arms: Float[np.ndarray, "t 6 muscles"]
    capacity: Float[np.ndarray, "t muscles"]

    def missing(self, activation: Float[np.ndarray, "t muscles"]) -> Float[np.ndarray, "t 6"]:
        """Moments that the muscles leave open [N m]."""
        supplied = np.einsum("tkm,tm->tk", self.arms, activation * self.capacity)
        return np.asarray(self.net - supplied)


def projection(anatomy: Anatomy, names: list[str]) -> Float[np.ndarray, "n 6"]:
    """How OpenSim's coordinates, by name, follow the six; zero for those of the thorax."""
    coupling = np.asarray(anatomy.coupling)
    matrix = np.zeros((len(names), len(COORDINATES)))
    for c in source_coordinates():
        slope = 1.0 if c.independent else coupling[c.level, c.axis_index, c.driver]
        matrix[names.index(c.name), c.driver] = slope
    return matrix


def geometry(neck: Neck, motion: Motion, clock: Clock) -> dict[str, np.ndarray]:
    """Lengths, moment arms, markers and capacities, by the names of ``EngineResult``."""
    wanted: dict[str, Callable[[], np.ndarray]] = {
        "length": neck.lengths,
        "moment_arms": neck.moment_arms,
        "markers": neck.markers,
        "capacity": neck.capacities,
    }
    found = {}
    for quantity, ask in wanted.items():
        rows = []
        for k in clock.frames(quantity, len(motion.time)):
            neck.move(motion.q[k], motion.qd[k])
            rows.append(ask())
        found[quantity] = np.array(rows)
    return found


def moments(neck: Neck, bare: Neck, motion: Motion, clock: Clock) -> JointMoments:
    """Net moments and their parts, from the neck with its load and the same one without."""
    net, loaded, inertial = [], [], []
    for k in clock.frames("moments", len(motion.time)):
        neck.move(motion.q[k], motion.qd[k])
        net.append(neck.net_moments(motion.qdd[k]))
    for k in clock.frames("parts of the moments", len(motion.time)):
        neck.move(motion.q[k], motion.qd[k])
        bare.move(motion.q[k], motion.qd[k])
        loaded.append(neck.inertial_moments(motion.qdd[k]))
        inertial.append(bare.inertial_moments(motion.qdd[k]))
    return JointMoments(
        net=np.array(net),
        inertial=np.array(inertial),
        passive=np.array(loaded) - np.array(net),
        external=np.array(inertial) - np.array(loaded),
    )


def reactions(
    neck: Neck,
    motion: Motion,
    force: Float[np.ndarray, "t muscles"],
    reserve: Float[np.ndarray, "t 6"],
    clock: Clock,
) -> JointReactions:
    """Loads by level under given muscle forces and reserves."""
    loads = []
    for k in clock.frames("reactions", len(motion.time)):
        neck.move(motion.q[k], motion.qd[k])
        neck.pull(force[k], reserve[k])
        loads.append(neck.level_forces())
    axes = np.array(loads)
    return JointReactions(
        compression=-axes[..., 1], anterior_shear=axes[..., 0], right_shear=axes[..., 2]
    )


def some_frames(motion: Motion, chosen: Bool[np.ndarray, " t"]) -> Motion:
    """The chosen frames of a motion."""
    fields = (motion.time, motion.q, motion.qd, motion.qdd, motion.status)
    return Motion(*(np.asarray(field)[chosen] for field in fields))


# Activations between these are taken to be off their bounds.
_CLEARLY_FREE: Final = (0.02, 0.98)
# Interior-point methods stop just short of full activation.
_SATURATED: Final = 0.999


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
