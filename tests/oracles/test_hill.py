"""Muscle curves and capacities are OpenSim's."""

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import jax
import numpy as np
import opensim
import pytest

from nuchal.dynamics.muscles import curves
from nuchal.dynamics.muscles.fibres import Capacity, Projection
from nuchal.dynamics.muscles.hill import capacity
from nuchal.dynamics.paths import muscle_paths
from nuchal.io.opensim.engine import OpensimNeck
from nuchal.io.opensim.model import osim_tree
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import MUSCLES, generic_anatomy
from nuchal.model.kinematics import body_jacobians, body_poses
from nuchal.model.scaling import personalise
from nuchal.records import Motion, Subject

BOUND = 1e-9
KINDS = {
    "ActiveForceLengthCurve": (curves.active_force_length, (-0.5, 3.0)),
    "ForceVelocityCurve": (curves.force_velocity, (-2.0, 2.0)),
    "FiberForceLengthCurve": (curves.passive_force_length, (-0.5, 3.0)),
    "TendonForceLengthCurve": (curves.tendon_force_length, (0.5, 1.3)),
}
"""The four curves and a domain that goes beyond both of their ends."""


@pytest.mark.parametrize("kind", KINDS)
def test_curves_value_by_value(kind: str, exported_neck: OpensimNeck) -> None:
    ours, (low, high) = KINDS[kind]
    muscle = exported_neck.model.getMuscles().get("stern_mast")
    millard = opensim.Millard2012EquilibriumMuscle.safeDownCast(muscle)
    theirs = getattr(millard, f"get_{kind}")()
    x = np.linspace(low, high, 7001)
    values = np.array([theirs.calcValue(float(v)) for v in x])
    (parameters,) = generic_anatomy().topology.curves
    np.testing.assert_allclose(ours(parameters)(x), values, rtol=0, atol=BOUND)


def ours(anatomy: Anatomy, motion: Motion, projection: Projection) -> Capacity:
    """Capacities of all frames."""

    def one(q: np.ndarray, qd: np.ndarray) -> Capacity:
        poses = body_poses(anatomy, q)
        paths = muscle_paths(anatomy, poses, body_jacobians(anatomy, q, poses))
        return capacity(anatomy, paths.length, paths.velocity(qd), projection=projection)

    return jax.tree.map(np.asarray, jax.jit(jax.vmap(one))(motion.q, motion.qd))


@pytest.fixture(params=[None, 0, 1], ids=["generic", "person 0", "person 1"])
def anatomy(request: pytest.FixtureRequest, people: list[Subject]) -> Anatomy:
    if request.param is None:
        return generic_anatomy()
    return personalise(people[request.param])


def test_capacity_of_static_optimisation(
    anatomy: Anatomy,
    export: Callable[[Anatomy], OpensimNeck],
    movement: Callable[[int], Motion],
) -> None:
    """As ``calcInextensibleTendonActiveFiberForce`` has it, which StaticOptimization uses."""
    neck, motion = export(anatomy), movement(60)
    active = ours(anatomy, motion, "opensim").active
    for k in range(60):
        neck.move(motion.q[k], motion.qd[k])
        np.testing.assert_allclose(active[k], neck.capacities(), rtol=0, atol=1e-6)


@pytest.mark.slow
def test_forces_of_rigid_tendon_muscles(
    anatomy: Anatomy,
    tmp_path: Path,
    movement: Callable[[int], Motion],
) -> None:
    """As the muscle model itself has it, with tendon compliance ignored."""
    motion = movement(30)
    mine = ours(anatomy, motion, "pennation")
    tree = osim_tree(anatomy)
    for muscle in tree.iter("Millard2012EquilibriumMuscle"):
        ET.SubElement(muscle, "ignore_tendon_compliance").text = "true"
    path = tmp_path / "rigid.osim"
    ET.ElementTree(tree).write(path)
    neck = OpensimNeck(path, anatomy)
    muscles = [
        opensim.Millard2012EquilibriumMuscle.safeDownCast(neck.model.getMuscles().get(name))
        for name in MUSCLES
    ]
    for muscle in muscles:
        muscle.overrideActuation(neck.state, False)
    for k in range(30):
        neck.move(motion.q[k], motion.qd[k])
        for muscle in muscles:
            muscle.setActivation(neck.state, 1.0)
        neck.model.realizeDynamics(neck.state)
        active = [m.getActiveFiberForceAlongTendon(neck.state) for m in muscles]
        passive = [m.getPassiveFiberElasticForceAlongTendon(neck.state) for m in muscles]
        np.testing.assert_allclose(mine.active[k], active, rtol=0, atol=1e-6)
        np.testing.assert_allclose(mine.passive[k], passive, rtol=0, atol=1e-6)
