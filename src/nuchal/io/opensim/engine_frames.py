"""Walks OpenSim through the frames of a motion and gathers what it says.

Every frame is given to OpenSim with our own angles, speeds and accelerations, so that differences
between the engines are differences of mechanics.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from jaxtyping import Bool, Float, Int

from nuchal.io.opensim.engine import OpensimNeck, required_opensim
from nuchal.io.opensim.engine_result import EngineResult
from nuchal.io.opensim.engine_time import external_force, middle_s, speeds_around
from nuchal.io.opensim.model import write_osim
from nuchal.io.output.hidden import passing_folder
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import MUSCLES
from nuchal.records import HeadLoad, HeadWrench, JointMoments, JointReactions, Motion

# Called with the quantity, the frames done and the frames in all.
Progress: TypeAlias = Callable[[str, int, int], None]

# A frame whose missing moment is larger than this was not balanced.
BALANCED_NM: Final = 1e-6
_DEFAULT_CONVERGENCE: Final = 1e-4


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

    def poses(self, quantity: str, motion: Motion, *necks: OpensimNeck) -> Iterator[int]:
        """Indices of the frames of a motion, with the necks in each pose in turn."""
        for k in self.frames(quantity, len(motion.time)):
            for neck in necks:
                neck.move(motion.q[k], motion.qd[k], time_s=middle_s(k))
            yield k


@dataclass(frozen=True)
class _Balance:
    """What the muscles can supply of the net moments."""

    net: Float[np.ndarray, "t 6"]
    arms: Float[np.ndarray, "t 6 muscles"]
    capacity: Float[np.ndarray, "t muscles"]

    def missing(self, activation: Float[np.ndarray, "t muscles"]) -> Float[np.ndarray, "t 6"]:
        """Moments that the muscles leave open [N m]."""
        supplied = np.einsum("tkm,tm->tk", self.arms, activation * self.capacity)
        return np.asarray(self.net - supplied)


def opensim_estimate(
    anatomy: Anatomy,
    motion: Motion,
    *,
    load: HeadLoad | None = None,
    wrench: HeadWrench | None = None,
    progress: Progress | None = None,
) -> EngineResult:
    """Run OpenSim on a neck and a motion: geometry, inverse dynamics, recruitment, reactions.

    Recruitment is OpenSim's StaticOptimization: activation squared, the muscles' physiology, no
    passive fibre force. Reserves of 1 N m optimal moment are added only for those frames that the
    muscles alone cannot balance.

    Args:
        anatomy: The neck.
        motion: t frames; the derivatives are used as they are.
        load: A mass on the head.
        wrench: Of forces from outside on the head, frame by frame.
        progress: Told how far it is.

    Raises:
        EngineError: OpenSim is not installed or cannot open the model.
    """
    clock = Clock(progress)
    with passing_folder() as folder:
        path, bare = folder / "neck.osim", folder / "bare.osim"
        write_osim(path, anatomy, load=load)
        write_osim(bare, anatomy)
        neck = OpensimNeck(path, anatomy, reserves=True, force=_acting(wrench))
        found = _geometry(neck, motion, clock)
        moment = _moments(neck, OpensimNeck(bare, anatomy), motion, clock)
        balance = _Balance(np.asarray(moment.net), found["moment_arms"], found["capacity"])
        unhelped = OpensimNeck(path, anatomy, force=_acting(wrench))
        activation, reserve = _recruited(unhelped, neck, motion, balance, clock)
        force = activation * found["capacity"]
        reaction = _reactions(neck, motion, force, reserve, clock)
    return EngineResult(
        **found,
        moments=moment,
        activation=activation,
        force=force,
        reserve=reserve,
        reactions=reaction,
        seconds=clock.seconds,
    )


def _acting(wrench: HeadWrench | None) -> Any:
    """What acts from outside, for one model: a model owns its forces."""
    return None if wrench is None else external_force(wrench)


def _recruited(
    neck: OpensimNeck, helped: OpensimNeck, motion: Motion, balance: _Balance, clock: Clock
) -> tuple[Float[np.ndarray, "t muscles"], Float[np.ndarray, "t 6"]]:
    """Activations, with the help of reserves where muscles alone do not balance; reserves [N m]."""
    activation = static_optimisation(neck, motion, clock)
    lame = ~(np.abs(balance.missing(activation)).max(axis=1) <= BALANCED_NM)
    if lame.any():
        which = np.flatnonzero(lame)
        some = some_frames(motion, lame)
        activation[lame] = static_optimisation(helped, some, clock, frames=which)
    return activation, np.where(lame[:, None], balance.missing(activation), 0.0)


def static_optimisation(
    neck: OpensimNeck,
    motion: Motion,
    clock: Clock | None = None,
    *,
    convergence: float = _DEFAULT_CONVERGENCE,
    frames: Int[np.ndarray, " t"] | None = None,
) -> Float[np.ndarray, "t muscles"]:
    """Activations by OpenSim's StaticOptimization: exponent 2, muscle physiology.

    The neck's reserves take part, if it has any.

    Args:
        neck: A neck opened by OpenSim.
        motion: t frames; the derivatives are used as they are.
        clock: Takes the time.
        convergence: Where IPOPT may stop; OpenSim's own is a few thousandths off the bounds.
        frames: Their numbers in a longer motion, on whose frames something acts from outside.
    """
    osim = required_opensim()
    which = np.arange(len(motion.time)) if frames is None else frames
    store = speeds_around(neck, motion, which)
    analysis = osim.StaticOptimization()
    analysis.setUseModelForceSet(True)
    analysis.setActivationExponent(2)
    analysis.setUseMusclePhysiology(True)
    analysis.setConvergenceCriterion(convergence)
    analysis.setModel(neck.model)
    analysis.setStatesStore(store)
    for k in (clock or Clock()).frames("recruitment", len(which)):
        neck.move(motion.q[k], motion.qd[k], time_s=middle_s(which[k]))
        if k == 0:
            analysis.begin(neck.state)
        else:
            analysis.step(neck.state, k)
    found = analysis.getActivationStorage()
    rows = [found.getStateVector(k).getData().getAsVector().to_numpy() for k in range(len(which))]
    return np.array(rows)[:, : len(MUSCLES)]


def _geometry(neck: OpensimNeck, motion: Motion, clock: Clock) -> dict[str, np.ndarray]:
    """Lengths, moment arms, markers and capacities, by the names of ``EngineResult``."""
    wanted: dict[str, Callable[[], np.ndarray]] = {
        "length": neck.lengths,
        "moment_arms": neck.moment_arms,
        "markers": neck.markers,
        "capacity": neck.capacities,
    }
    return {
        quantity: np.array([ask() for _ in clock.poses(quantity, motion, neck)])
        for quantity, ask in wanted.items()
    }


def _moments(neck: OpensimNeck, bare: OpensimNeck, motion: Motion, clock: Clock) -> JointMoments:
    """Net moments and their parts, from the neck with its load and the same one without."""
    qdd = motion.qdd
    net = np.array([neck.net_moments(qdd[k]) for k in clock.poses("moments", motion, neck)])
    parts = [
        [one.inertial_moments(qdd[k]) for one in (neck, bare)]
        for k in clock.poses("parts of the moments", motion, neck, bare)
    ]
    loaded, inertial = np.array(parts).swapaxes(0, 1)
    return JointMoments(
        net=net, inertial=inertial, passive=loaded - net, external=inertial - loaded
    )


def _reactions(
    neck: OpensimNeck,
    motion: Motion,
    force: Float[np.ndarray, "t muscles"],
    reserve: Float[np.ndarray, "t 6"],
    clock: Clock,
) -> JointReactions:
    """Loads by level under given muscle forces and reserves."""
    loads = []
    for k in clock.poses("reactions", motion, neck):
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
