"""OpenSim's own six-muscle arm: our recruitment against its published static optimisation.

The published files come from OpenSim's test suite, whose ``testStaticOptimization.cpp`` compares
columns by their root mean square difference: 0.025 in activation and 4 N for Thelen2003Muscle,
0.04 and 5 N for Millard2012EquilibriumMuscle. The second is nearly used up, for OpenSim 4.6
has capacities that differ by up to a quarter from those that the published Millard forces imply.
"""

import re
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import opensim
import pytest

from nuchal.conventions import N_MUSCLES
from nuchal.errors import Status
from nuchal.optimisation.problem import RecruitmentProblem
from nuchal.optimisation.solvers.exact import Recruitment, recruit

COORDINATES = ("r_shoulder_elev", "r_elbow_flex")
CUTOFF_HZ = 6.0
MODELS = {"Thelen2003Muscle": (0.025, 4.0), "Millard2012EquilibriumMuscle": (0.04, 5.0)}


class Arm:
    """The arm in OpenSim, on the filtered motion of its own test."""

    def __init__(self, folder: Path, muscle_model: str, scratch: Path) -> None:
        text = (folder / "arm26.osim").read_text().replace("Thelen2003Muscle", muscle_model)
        text = re.sub(r"<(minimum_activation|min_control)>.*?</\1>", "", text)
        path = scratch / "arm26.osim"
        path.write_text(text)
        opensim.Logger.setLevelString("off")
        self.model = opensim.Model(str(path))
        self.state = self.model.initSystem()
        motion = opensim.Storage(str(folder / "arm26_InverseKinematics.mot"))
        motion.pad(motion.getSize() // 2)
        motion.lowpassIIR(CUTOFF_HZ)
        self.model.getSimbodyEngine().convertDegreesToRadians(motion)
        self.splines = opensim.GCVSplineSet(5, motion)
        self.columns = [self.splines.getIndex(name) for name in COORDINATES]
        self.coordinates = [self.model.getCoordinateSet().get(name) for name in COORDINATES]
        found = self.model.getMuscles()
        self.muscles = [found.get(i) for i in range(found.getSize())]

    def at(self, time: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Net moments (2,) [N m], moment arms (2, 6) [m], capacities (6,) [N]."""
        accelerations = opensim.Vector(2, 0.0)
        for i, (coordinate, column) in enumerate(zip(self.coordinates, self.columns, strict=True)):
            angle, speed, acceleration = (
                self.splines.evaluate(column, order, time) for order in range(3)
            )
            coordinate.setValue(self.state, angle, False)
            coordinate.setSpeedValue(self.state, speed)
            accelerations.set(i, acceleration)
        for muscle in self.muscles:
            muscle.overrideActuation(self.state, True)
            muscle.setOverrideActuation(self.state, 0.0)
        self.model.realizeVelocity(self.state)
        solver = opensim.InverseDynamicsSolver(self.model)
        net = solver.solve(self.state, accelerations).to_numpy()
        self.model.realizeVelocity(self.state)
        capacity = [m.calcInextensibleTendonActiveFiberForce(self.state, 1.0) for m in self.muscles]
        arms = [[m.computeMomentArm(self.state, c) for m in self.muscles] for c in self.coordinates]
        return net, np.array(arms), np.array(capacity)


def read(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Time and columns of a published file."""
    text = path.read_text()
    lines = text[text.index("endheader") :].splitlines()[2:]
    table = np.array([[float(v) for v in line.split()] for line in lines])
    return table[:, 0], table[:, 1:]


def in_our_form(net: jax.Array, arms: jax.Array, capacity: jax.Array) -> RecruitmentProblem:
    """Two coordinates and six muscles, filled up with ones that cannot do anything."""
    muscles = len(capacity)
    return RecruitmentProblem(
        curvature=jnp.full(N_MUSCLES, 2.0),
        slope=jnp.zeros(N_MUSCLES),
        symmetry=None,
        moment_per_activation=jnp.zeros((6, N_MUSCLES)).at[:2, :muscles].set(arms * capacity),
        moment=jnp.zeros(6).at[:2].set(net),
        low=jnp.zeros(N_MUSCLES),
        high=jnp.zeros(N_MUSCLES).at[:muscles].set(1.0),
        reserve_price=jnp.asarray(jnp.inf),
    )


@jax.jit
@jax.vmap
def solve(net: jax.Array, arms: jax.Array, capacity: jax.Array) -> Recruitment:
    return recruit(in_our_form(net, arms, capacity))


def rms(difference: np.ndarray) -> np.ndarray:
    return np.sqrt(np.mean(difference**2, axis=0))


@pytest.mark.slow
@pytest.mark.parametrize("muscle_model", MODELS)
def test_published_activations_and_forces(muscle_model: str, shared: Path, tmp_path: Path) -> None:
    folder = shared / "reference/arm26"
    stem = f"std_{muscle_model}_arm26_StaticOptimization"
    time, activation = read(folder / f"{stem}_activation.sto")
    _, force = read(folder / f"{stem}_force.sto")
    arm = Arm(folder, muscle_model, tmp_path)
    net, arms, capacity = (np.array(x) for x in zip(*map(arm.at, time), strict=True))
    solution = solve(net, arms, capacity)
    mine = np.asarray(solution.activation)[:, :6]
    activation_bound, force_bound = MODELS[muscle_model]
    assert np.all(np.asarray(solution.status) == Status.OK)
    assert rms(mine - activation).max() <= activation_bound
    assert rms(mine * capacity - force).max() <= force_bound


def test_frame_by_frame_where_the_muscle_model_is_still_the_same(
    shared: Path, tmp_path: Path
) -> None:
    """Away from the ends, where their filter pads; IPOPT stops within 0.0045 of the bounds."""
    folder = shared / "reference/arm26"
    stem = "std_Thelen2003Muscle_arm26_StaticOptimization"
    time, activation = read(folder / f"{stem}_activation.sto")
    _, force = read(folder / f"{stem}_force.sto")
    arm = Arm(folder, "Thelen2003Muscle", tmp_path)
    net, arms, capacity = (np.array(x) for x in zip(*map(arm.at, time), strict=True))
    np.testing.assert_allclose(activation * capacity, force, atol=0.01)
    mine = np.asarray(solve(net, arms, capacity).activation)[:, :6]
    np.testing.assert_allclose(mine, activation, atol=0.0045)
    assert np.all(np.sum(mine**2, axis=1) <= np.sum(activation**2, axis=1))


def test_published_net_moments(shared: Path, tmp_path: Path) -> None:
    """The frames that we solve are the ones that were published."""
    folder = shared / "reference/arm26"
    time, moments = read(folder / "std_arm26_InverseDynamics.sto")
    arm = Arm(folder, "Thelen2003Muscle", tmp_path)
    net = np.array([arm.at(t)[0] for t in time])
    assert np.abs(moments).max() > 1.0
    np.testing.assert_allclose(net, moments, atol=2e-3)
