"""A neck at its strongest keeps still in OpenSim, too, under the source's own actuators.

The load is a PointActuator and a TorqueActuator on the skull with the properties of the source's
``Skull_Impact`` and ``Skull_Moment``, added to the exported neck.
"""

import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from nuchal.io.opensim.engine import OpensimNeck
from nuchal.io.opensim.model import write_osim
from nuchal.model.anatomy import Anatomy
from nuchal.model.scaling import GENERIC_SUBJECT, personalise
from nuchal.optimisation.settings import RecruitmentSettings
from nuchal.optimisation.strength import DIRECTIONS, isometric_strength
from nuchal.records import Subject

BACKWARD, FORWARD, LEFT, RIGHT, UP, DOWN = (
    np.array(v, dtype=float)
    for v in ([-1, 0, 0], [1, 0, 0], [0, 0, -1], [0, 0, 1], [0, 1, 0], [0, -1, 0])
)
AGAINST = {
    "flexion": ("Skull_Impact", BACKWARD),
    "extension": ("Skull_Impact", FORWARD),
    "right_bending": ("Skull_Impact", LEFT),
    "left_bending": ("Skull_Impact", RIGHT),
    "right_rotation": ("Skull_Moment", UP),
    "left_rotation": ("Skull_Moment", DOWN),
}
"""Which way the head is pushed, or turned: up is to the left."""
POSTURE = np.array([0.1, 0.05, -0.2, -0.1, 0.1, 0.15])


ACTUATORS = {
    "Skull_Impact": """<PointActuator name="Skull_Impact">
        <body>skull</body><point>0 0.2 0</point><point_is_global>false</point_is_global>
        <direction>{}</direction><force_is_global>true</force_is_global>
        <optimal_force>1</optimal_force></PointActuator>""",
    "Skull_Moment": """<TorqueActuator name="Skull_Moment">
        <bodyA>skull</bodyA><bodyB>ground</bodyB><torque_is_global>true</torque_is_global>
        <axis>{}</axis><optimal_force>1</optimal_force></TorqueActuator>""",
}


def add_actuator(model: Path, name: str, direction: np.ndarray) -> None:
    """Put a load on the skull in the file itself; OpenSim's own printing rounds all numbers."""
    tree = ET.parse(model)
    (forces,) = tree.iterfind(".//ForceSet/objects")
    forces.append(ET.fromstring(ACTUATORS[name].format(" ".join(map(str, direction)))))
    tree.write(model, "utf-8", xml_declaration=True)


def switch_on(neck: OpensimNeck, actuator: str, load: float) -> None:
    opensim = pytest.importorskip("opensim")
    force = opensim.ScalarActuator.safeDownCast(neck.model.getForceSet().get(actuator))
    force.overrideActuation(neck.state, True)
    force.setOverrideActuation(neck.state, load)


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("case", ["generic", "turned person"])
def test_moments_and_accelerations_vanish(
    direction: str, case: str, people: list[Subject], tmp_path: Path
) -> None:
    anatomy: Anatomy = personalise(GENERIC_SUBJECT if case == "generic" else people[1])
    q = np.zeros(6) if case == "generic" else POSTURE
    found = isometric_strength(anatomy, RecruitmentSettings(passive=True), posture=q)
    k = DIRECTIONS.index(direction)
    load = float(found.load[k])
    assert load > 5.0
    write_osim(tmp_path / "neck.osim", anatomy)
    actuator, way = AGAINST[direction]
    add_actuator(tmp_path / "neck.osim", actuator, way)
    neck = OpensimNeck(tmp_path / "neck.osim", anatomy)
    switch_on(neck, actuator, load)
    neck.move(q)
    neck.pull(found.force[k])
    np.testing.assert_allclose(neck.net_moments(np.zeros(6)), 0.0, atol=1e-6)
    neck.model.realizeAcceleration(neck.state)
    np.testing.assert_allclose(neck.state.getUDot().to_numpy(), 0.0, atol=1e-4)
    switch_on(neck, actuator, 0.0)
    neck.move(q)
    assert np.abs(neck.net_moments(np.zeros(6))).max() > 1.0
