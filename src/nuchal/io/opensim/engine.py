"""OpenSim's own tools on a neck that we wrote: the reference engine.

The only module that imports OpenSim. Every frame is given to OpenSim with our own angles, speeds
and accelerations, so that differences between the engines are differences of mechanics.

StaticOptimization differentiates a spline through the speeds of its input by itself. Each frame
therefore gets a window of its own on an artificial time axis, on which the speeds are straight
lines with our acceleration as slope; the quintic spline reproduces that slope in the middle of the
window to about 1e-12 of it.
"""

import tempfile
from pathlib import Path
from typing import Any, Final

import numpy as np
from jaxtyping import Float

from nuchal.arrays import Coords, Muscles
from nuchal.conventions import COORDINATES, MARKERS
from nuchal.errors import EngineError
from nuchal.io.opensim.engine_frames import (
    BALANCED_NM,
    Balance,
    Clock,
    EngineResult,
    Progress,
    geometry,
    moments,
    projection,
    reactions,
    some_frames,
)
from nuchal.io.opensim.model import write_osim
from nuchal.model.anatomy import MUSCLES, Anatomy
from nuchal.model.source import source_coordinates, source_joints
from nuchal.records import HeadLoad, Motion

try:
    import opensim
except ImportError:
    opensim = None

_HALF_WINDOW: Final = 40
_WINDOW_STEP_S: Final = 0.01
_CHAIN: Final = tuple(joint.name for joint in source_joints() if joint.kind == "spherical")
_DEFAULT_CONVERGENCE: Final = 1e-4
# Optimal moment of a reserve: at 1 N m it costs as much as a muscle at full activation.
_RESERVE_NM: Final = 1.0


class OpensimNeck:
    """A neck opened by OpenSim, one pose at a time; arrays are those of one frame."""

    def __init__(self, path: Path, anatomy: Anatomy, *, reserves: bool = False) -> None:
        """Open a model.

        Args:
            path: An ``.osim`` file with the coordinates and muscles of the generic neck.
            anatomy: The neck that it shows; its couplers set the dependent coordinates.
            reserves: Add a CoordinateActuator to each of the six coordinates.

        Raises:
            EngineError: OpenSim is not installed or cannot open the model.
        """
        osim = _required()
        try:
            self.model: Any = osim.Model(str(path))
            self._unclamp()
            if reserves:
                self._add_reserves()
            self.state: Any = self.model.initSystem()
        except RuntimeError as error:
            reason = str(error).strip().splitlines()[0]
            raise EngineError("opensim.no_model", path, reason=reason) from error
        found = self.model.getCoordinateSet()
        names = [found.get(i).getName() for i in range(found.getSize())]
        self._coordinates = [found.get(c.name) for c in source_coordinates()]
        self._projection = projection(anatomy, names)
        self._coupling = projection(anatomy, [c.name for c in source_coordinates()])
        self._muscles = [self.model.getMuscles().get(name) for name in MUSCLES]
        forces = self.model.getForceSet()
        self._reserves = [
            osim.ScalarActuator.safeDownCast(forces.get(f"{c}_reserve"))
            for c in (COORDINATES if reserves else ())
        ]
        self._inverse = osim.InverseDynamicsSolver(self.model)
        for actuator in (*self._muscles, *self._reserves):
            actuator.overrideActuation(self.state, True)
        self.pull(np.zeros(len(MUSCLES)))

    def _unclamp(self) -> None:
        coordinates = self.model.updCoordinateSet()
        for i in range(coordinates.getSize()):
            coordinates.get(i).setDefaultClamped(False)

    def _add_reserves(self) -> None:
        for name in COORDINATES:
            reserve = opensim.CoordinateActuator(name)
            reserve.setName(f"{name}_reserve")
            reserve.setOptimalForce(_RESERVE_NM)
            reserve.setMinControl(-np.inf)
            reserve.setMaxControl(np.inf)
            self.model.addForce(reserve)

    def move(self, q: Coords, qd: Coords | None = None) -> None:
        """Take a pose [rad] and speeds [rad/s], all 24 coordinates consistent."""
        speeds = np.zeros(6) if qd is None else np.asarray(qd)
        values = self._coupling @ np.asarray(q)
        rates = self._coupling @ speeds
        for coordinate, value, rate in zip(self._coordinates, values, rates, strict=True):
            coordinate.setValue(self.state, float(value), False)
            coordinate.setSpeedValue(self.state, float(rate))
        self.model.realizeVelocity(self.state)

    def pull(self, force: Muscles, reserve: Coords | None = None) -> None:
        """Let every muscle pull with a force [N] and every reserve turn with a moment [N m]."""
        for muscle, tension in zip(self._muscles, np.asarray(force), strict=True):
            muscle.setOverrideActuation(self.state, float(tension))
        moments = np.zeros(6) if reserve is None else np.asarray(reserve)
        for actuator, moment in zip(self._reserves, moments, strict=False):
            actuator.setOverrideActuation(self.state, float(moment))
        self.model.realizeVelocity(self.state)

    def lengths(self) -> Float[np.ndarray, " muscles"]:
        """Muscle-tendon lengths [m]."""
        return np.array([muscle.getLength(self.state) for muscle in self._muscles])

    def moment_arms(self) -> Float[np.ndarray, "6 muscles"]:
        """Moments about the six coordinates of one newton in each muscle [m/rad].

        OpenSim's MomentArmSolver is defined so, but works out the couplers again for every muscle
        and coordinate; see :meth:`solver_moment_arms`.
        """
        self.pull(np.zeros(len(MUSCLES)))
        still = np.zeros(6)
        idle = self.net_moments(still)
        columns = []
        for muscle in self._muscles:
            muscle.setOverrideActuation(self.state, 1.0)
            columns.append(idle - self.net_moments(still))
            muscle.setOverrideActuation(self.state, 0.0)
        self.model.realizeVelocity(self.state)
        return np.stack(columns, axis=1)

    def solver_moment_arms(self) -> Float[np.ndarray, "6 muscles"]:
        """Moment arms from OpenSim's MomentArmSolver, as its muscle analysis gives [m/rad]."""
        coordinates = [self.model.getCoordinateSet().get(name) for name in COORDINATES]
        return np.array(
            [[m.computeMomentArm(self.state, c) for m in self._muscles] for c in coordinates]
        )

    def markers(self, names: tuple[str, ...] = MARKERS) -> Float[np.ndarray, "m 3"]:
        """Markers in the thorax frame [m]."""
        joint = self.model.getJointSet().get(_CHAIN[0])
        origin = joint.getParentFrame().getPositionInGround(self.state).to_numpy()
        found = self.model.getMarkerSet()
        places = [found.get(n).getLocationInGround(self.state).to_numpy() for n in names]
        return np.asarray(np.array(places) - origin)

    def net_moments(self, qdd: Coords) -> Float[np.ndarray, "6"]:
        """Inverse dynamics at accelerations [rad/s^2]: what the muscles have to add [N m]."""
        rates = opensim.Vector.createFromMat(self._projection @ np.asarray(qdd))
        every = self._inverse.solve(self.state, rates).to_numpy()
        return np.asarray(self._projection.T @ every)

    def inertial_moments(self, qdd: Coords) -> Float[np.ndarray, "6"]:
        """Inverse dynamics without the bushings [N m]."""
        self._switch_bushings(on=False)
        moments = self.net_moments(qdd)
        self._switch_bushings(on=True)
        return moments

    def _switch_bushings(self, *, on: bool) -> None:
        forces = self.model.getForceSet()
        for i in range(forces.getSize()):
            if forces.get(i).getConcreteClassName() == "BushingForce":
                forces.get(i).setAppliesForce(self.state, on)
        self.model.realizeVelocity(self.state)

    def capacities(self) -> Float[np.ndarray, " muscles"]:
        """Active force at full activation on a rigid tendon, as StaticOptimization takes it [N]."""
        return np.array(
            [m.calcInextensibleTendonActiveFiberForce(self.state, 1.0) for m in self._muscles]
        )

    def level_forces(self) -> Float[np.ndarray, "8 3"]:
        """Joint reactions of the upper on the lower body, in the lower body's axes [N].

        At the accelerations that the forces of :meth:`pull` cause, as OpenSim's JointReaction.
        """
        self.model.realizeAcceleration(self.state)
        ground = self.model.getGround()
        loads = []
        for name in _CHAIN:
            joint = self.model.getJointSet().get(name)
            reaction = joint.calcReactionOnParentExpressedInGround(self.state)
            body = joint.getParentFrame().findBaseFrame()
            force = ground.expressVectorInAnotherFrame(self.state, reaction.get(1), body)
            loads.append(force.to_numpy())
        return np.array(loads)


def opensim_estimate(
    anatomy: Anatomy,
    motion: Motion,
    *,
    load: HeadLoad | None = None,
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
        progress: Told how far it is.

    Raises:
        EngineError: OpenSim is not installed or cannot open the model.
    """
    clock = Clock(progress)
    with tempfile.TemporaryDirectory() as folder:
        path, bare = Path(folder) / "neck.osim", Path(folder) / "bare.osim"
        write_osim(path, anatomy, load=load)
        write_osim(bare, anatomy)
        neck = OpensimNeck(path, anatomy, reserves=True)
        found = geometry(neck, motion, clock)
        moment = moments(neck, OpensimNeck(bare, anatomy), motion, clock)
        balance = Balance(np.asarray(moment.net), found["moment_arms"], found["capacity"])
        activation = static_optimisation(OpensimNeck(path, anatomy), motion, clock)
        lame = ~(np.abs(balance.missing(activation)).max(axis=1) <= BALANCED_NM)
        if lame.any():
            activation[lame] = static_optimisation(neck, some_frames(motion, lame), clock)
        reserve = np.where(lame[:, None], balance.missing(activation), 0.0)
        force = activation * found["capacity"]
        reaction = reactions(neck, motion, force, reserve, clock)
    return EngineResult(
        **found,
        moments=moment,
        activation=activation,
        force=force,
        reserve=reserve,
        reactions=reaction,
        seconds=clock.seconds,
    )


def static_optimisation(
    neck: OpensimNeck,
    motion: Motion,
    clock: Clock | None = None,
    *,
    convergence: float = _DEFAULT_CONVERGENCE,
) -> Float[np.ndarray, "t muscles"]:
    """Activations by OpenSim's StaticOptimization: exponent 2, muscle physiology.

    The neck's reserves take part, if it has any.

    Args:
        neck: A neck opened by OpenSim.
        motion: t frames; the derivatives are used as they are.
        clock: Takes the time.
        convergence: Where IPOPT may stop, dimensionless; OpenSim's default keeps activations a
            few thousandths off their bounds.
    """
    at, store = _windows(neck, motion)
    analysis = opensim.StaticOptimization()
    analysis.setUseModelForceSet(True)
    analysis.setActivationExponent(2)
    analysis.setUseMusclePhysiology(True)
    analysis.setConvergenceCriterion(convergence)
    analysis.setModel(neck.model)
    analysis.setStatesStore(store)
    for k in (clock or Clock()).frames("recruitment", len(at)):
        neck.state.setTime(float(at[k]))
        neck.move(motion.q[k], motion.qd[k])
        if k == 0:
            analysis.begin(neck.state)
        else:
            analysis.step(neck.state, k)
    found = analysis.getActivationStorage()
    rows = [found.getStateVector(k).getData().getAsVector().to_numpy() for k in range(len(at))]
    return np.array(rows)[:, : len(MUSCLES)]


def engine_version() -> str:
    """Version of the installed OpenSim.

    Raises:
        EngineError: OpenSim is not installed.
    """
    return str(_required().GetVersion())


def _required() -> Any:
    """OpenSim with its log silenced; it would write to the screen and the folder otherwise."""
    if opensim is None:
        raise EngineError("extra.missing", packages=["opensim"], extra="opensim")
    opensim.Logger.setLevelString("off")
    opensim.Logger.removeFileSink()
    return opensim


def _windows(neck: OpensimNeck, motion: Motion) -> tuple[Float[np.ndarray, " t"], Any]:
    """Where on an artificial time axis each frame sits, and the speeds around it."""
    coordinates = neck.model.getCoordinateSet()
    labels = opensim.ArrayStr()
    labels.append("time")
    for name in COORDINATES:
        labels.append(coordinates.get(name).getStateVariableNames().get(1))
    store = opensim.Storage()
    store.setColumnLabels(labels)
    around = np.arange(-_HALF_WINDOW, _HALF_WINDOW + 1) * _WINDOW_STEP_S
    at = np.arange(len(motion.time)) * len(around) * _WINDOW_STEP_S
    for k, middle in enumerate(at):
        for dt in around:
            speeds = np.asarray(motion.qd[k]) + np.asarray(motion.qdd[k]) * dt
            store.append(float(middle + dt), opensim.Vector.createFromMat(speeds))
    return at, store
