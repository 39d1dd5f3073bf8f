"""OpenSim's own tools on a neck that we wrote: the reference engine, one pose at a time.

The only module that imports OpenSim.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import lazy_loader
import numpy as np
from jaxtyping import Float

from nuchal.arrays import Coords, Muscles
from nuchal.conventions import COORDINATES, MARKERS
from nuchal.errors import EngineError, need_extra
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import MUSCLES
from nuchal.model.source import source_coordinates, source_joints

if TYPE_CHECKING:
    import opensim
else:
    opensim = lazy_loader.load("opensim")

_CHAIN: Final = tuple(joint.name for joint in source_joints() if joint.kind == "spherical")
# Optimal moment of a reserve: at 1 N m it costs as much as a muscle at full activation.
_RESERVE_NM: Final = 1.0
# What resists in the joints, as lines or as curves.
_BUSHINGS: Final = ("BushingForce", "ExpressionBasedBushingForce")


class OpensimNeck:
    """A neck opened by OpenSim, one pose at a time; arrays are those of one frame."""

    def __init__(
        self, path: Path, anatomy: Anatomy, *, reserves: bool = False, force: Any = None
    ) -> None:
        """Open a model.

        Args:
            path: An ``.osim`` file with the coordinates and muscles of the generic neck.
            anatomy: The neck that it shows; its couplers set the dependent coordinates.
            reserves: Add a CoordinateActuator to each of the six coordinates.
            force: An ExternalForce to add; what it reads from lives as long as the neck does.

        Raises:
            EngineError: OpenSim is not installed or cannot open the model.
        """
        osim = required_opensim()
        try:
            self.model: Any = osim.Model(str(path))
            self._unclamp()
            if reserves:
                self._add_reserves()
            if force is not None:
                self._force = force
                self.model.addForce(force)
            self.state: Any = self.model.initSystem()
        except RuntimeError as error:
            reason = str(error).strip().splitlines()[0]
            raise EngineError("opensim.no_model", path, reason=reason) from error
        found = self.model.getCoordinateSet()
        names = [found.get(i).getName() for i in range(found.getSize())]
        self._coordinates = [found.get(c.name) for c in source_coordinates()]
        self._projection = _projection(anatomy, names)
        self._coupling = _projection(anatomy, [c.name for c in source_coordinates()])
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

    def move(self, q: Coords, qd: Coords | None = None, *, time_s: float = 0.0) -> None:
        """Take a pose [rad] and speeds [rad/s], all 24 coordinates consistent, at a time."""
        self.state.setTime(time_s)
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
            if forces.get(i).getConcreteClassName() in _BUSHINGS:
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


def engine_version() -> str:
    """Version of the installed OpenSim.

    Raises:
        EngineError: OpenSim is not installed.
    """
    return str(required_opensim().GetVersion())


def required_opensim() -> Any:
    """OpenSim with its log silenced; it would write to the screen and the folder otherwise.

    Raises:
        EngineError: OpenSim is not installed.
    """
    need_extra("opensim")
    opensim.Logger.setLevelString("off")
    opensim.Logger.removeFileSink()
    return opensim


def _projection(anatomy: Anatomy, names: list[str]) -> Float[np.ndarray, "n 6"]:
    """How OpenSim's coordinates, by name, follow the six; zero for those of the thorax."""
    coupling = np.asarray(anatomy.coupling)
    matrix = np.zeros((len(names), len(COORDINATES)))
    for c in source_coordinates():
        slope = 1.0 if c.independent else coupling[c.level, c.axis_index, c.driver]
        matrix[names.index(c.name), c.driver] = slope
    return matrix
