"""The elbow of OpenSim's six-muscle arm as a joint of ``emg.hidden.muscles``: geometry and moments.

The model is not part of the project; ``open_arm`` wants the folder that holds ``arm26.osim``.
"""

import re
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import opensim

from nuchal.emg.hidden.muscles import JointTask, MuscleSystem, channels_of, lengthening_speed

MUSCLES = ("TRIlong", "TRIlat", "TRImed", "BIClong", "BICshort", "BRA")
SEEN = (("TRIlong",), ("TRIlat",), ("BIClong",), ("BICshort",))
BESIDE = ((1, 2), (0, 2), (4, 5), (3, 5))
"""What each channel may hear: the muscles of its own side of the arm."""
HAND_M = (0.0, -0.30, 0.0)
STRAP_M = (0.0, -0.15, 0.0)


class Lifted(NamedTuple):
    """What the forearm carries and weighs."""

    load_kg: float
    strap_kg: float = 0.0
    forearm_scale: float = 1.0


class Arm:
    """The arm in OpenSim."""

    def __init__(self, folder: Path, lifted: Lifted) -> None:
        text = (folder / "arm26.osim").read_text("utf-8")
        text = re.sub(r"<(minimum_activation|min_control)>.*?</\1>", "", text)
        opensim.Logger.setLevelString("off")
        with tempfile.TemporaryDirectory() as scratch:
            path = Path(scratch) / "arm26.osim"
            path.write_text(text, "utf-8")
            self.model = opensim.Model(str(path))
        self._burden(lifted)
        self.state = self.model.initSystem()
        found = self.model.getMuscles()
        self.muscles = [found.get(name) for name in MUSCLES]
        self.coordinates = [
            self.model.getCoordinateSet().get(n) for n in ("r_shoulder_elev", "r_elbow_flex")
        ]
        for muscle in self.muscles:
            muscle.overrideActuation(self.state, True)
            muscle.setOverrideActuation(self.state, 0.0)
        self.solver = opensim.InverseDynamicsSolver(self.model)

    def _burden(self, lifted: Lifted) -> None:
        body = self.model.getBodySet().get("r_ulna_radius_hand")
        own = lifted.forearm_scale * body.getMass()
        parts = [
            (own, body.getMassCenter().to_numpy()),
            (lifted.load_kg, np.array(HAND_M)),
            (lifted.strap_kg, np.array(STRAP_M)),
        ]
        mass = sum(m for m, _ in parts)
        centre = sum(m * at for m, at in parts) / mass
        inertia = lifted.forearm_scale * body.getInertia().getMoments().to_numpy()
        for m, at in parts:
            off = at - centre
            inertia = inertia + m * (off @ off - off**2)
        body.setMass(mass)
        body.setMassCenter(opensim.Vec3(*map(float, centre)))
        body.setInertia(opensim.Inertia(*map(float, inertia)))

    def move(self, q: np.ndarray, qd: np.ndarray) -> None:
        for coordinate, value, speed in zip(self.coordinates, q, qd, strict=True):
            coordinate.setValue(self.state, float(value), False)
            coordinate.setSpeedValue(self.state, float(speed))
        self.model.realizeVelocity(self.state)

    def lengths(self) -> np.ndarray:
        return np.array([m.getLength(self.state) for m in self.muscles])

    def elbow_arms(self) -> np.ndarray:
        return np.array([m.computeMomentArm(self.state, self.coordinates[1]) for m in self.muscles])

    def elbow_moment(self, qdd: np.ndarray) -> float:
        found = self.solver.solve(self.state, opensim.Vector.createFromMat(np.asarray(qdd)))
        return float(found.to_numpy()[1])


def elbow_system() -> MuscleSystem:
    """The arm's generic muscles, brachialis and the medial head of triceps hidden."""
    return MuscleSystem(
        max_isometric_force=np.array([798.52, 624.3, 624.3, 624.3, 435.56, 987.26]),
        optimal_fibre_length=np.array([0.134, 0.1138, 0.1138, 0.1157, 0.1321, 0.0858]),
        tendon_slack_length=np.array([0.143, 0.098, 0.0908, 0.2723, 0.1923, 0.0535]),
        pennation_at_optimal=np.array([0.20943951, 0.15707963, 0.15707963, 0.0, 0.0, 0.0]),
        max_velocity=np.full(6, 10.0),
        passive_scale=np.ones(6),
        names=MUSCLES,
        seen=channels_of(MUSCLES, SEEN),
        beside=BESIDE,
    )


def elbow_task(
    folder: Path, time: np.ndarray, q: np.ndarray, qd: np.ndarray, qdd: np.ndarray, lifted: Lifted
) -> JointTask:
    """One trial: shoulder and elbow over time, shapes (t, 2); channels are left at zero."""
    arm = Arm(folder, lifted)
    length, arms, moment = [], [], []
    for pose, speed, acceleration in zip(q, qd, qdd, strict=True):
        arm.move(pose, speed)
        length.append(arm.lengths())
        arms.append(arm.elbow_arms())
        moment.append(arm.elbow_moment(acceleration))
    lengths = np.array(length)
    load = np.full((len(time), 1), lifted.load_kg)
    return JointTask(
        time=time,
        motion=np.concatenate([q, qd[:, 1:], qdd[:, 1:], load], axis=1),
        length=lengths,
        velocity=lengthening_speed(time, lengths),
        moment_arms=np.array(arms)[:, None, :],
        moment=np.array(moment)[:, None],
        channels=np.zeros((len(time), len(SEEN))),
    )
