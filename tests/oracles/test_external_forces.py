"""Forces on the head from outside are to OpenSim what they are to us, in its own external loads."""

from collections.abc import Callable
from pathlib import Path

import jax
import numpy as np
import pytest

from nuchal.conventions import COORDINATES
from nuchal.dynamics.external import wrench_of
from nuchal.dynamics.inverse import no_load
from nuchal.dynamics.pipeline import State, frame_mechanics, states_of
from nuchal.dynamics.reactions import joint_reactions
from nuchal.errors import Status
from nuchal.io.opensim.engine import OpensimNeck, required_opensim
from nuchal.io.opensim.engine_frames import opensim_estimate
from nuchal.io.opensim.engine_time import external_force, middle_s
from nuchal.io.opensim.external_loads import LOADS_FILE, write_external_loads
from nuchal.io.opensim.model import write_osim
from nuchal.io.opensim.storage import read_storage, write_storage
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_anatomy
from nuchal.model.source import source_coordinates
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.optimisation.simulate import simulate
from nuchal.records import HeadForces, HeadWrench, JointMoments, JointReactions, Motion

BOUND_NM = 1e-6
BOUND_N = 1e-6


def two_forces(count: int) -> HeadForces:
    """A strap that pulls ever harder and a hand that turns."""
    rng, grow = np.random.default_rng(5), np.linspace(0.2, 1.0, count)[:, None, None]
    force, point, torque = rng.normal(0.0, [[[20.0]], [[0.1]], [[1.0]]], (3, 2, 3))
    return HeadForces(
        source=Path("two.csv"),
        names=("strap", "left hand"),
        force=grow * force,
        point=np.tile(point, (count, 1, 1)),
        torque=grow**2 * torque,
        delay_s=0.0,
    )


@jax.jit
def _every(anatomy: Anatomy, states: State) -> tuple[JointMoments, JointReactions]:
    def one(state: State) -> tuple[JointMoments, JointReactions]:
        known = frame_mechanics(anatomy, state, no_load())
        idle = np.zeros(anatomy.system.size)
        return known.moments, joint_reactions(
            anatomy, known.body, known.paths, idle, no_load(), known.wrench
        )

    return jax.vmap(one)(states)


def ours(
    anatomy: Anatomy, motion: Motion, wrench: HeadWrench
) -> tuple[JointMoments, JointReactions]:
    """Moments, and reactions without muscles, of all frames."""
    found = _every(anatomy, states_of(anatomy, motion, wrench=wrench))
    return jax.tree.map(np.asarray, found)


def test_moments_and_reactions_are_opensims(
    tmp_path: Path, movement: Callable[[int], Motion]
) -> None:
    """Moments by its inverse dynamics; reactions at the accelerations that these moments make."""
    anatomy, motion = generic_anatomy("source"), movement(12)
    wrench = wrench_of(two_forces(12))
    write_osim(tmp_path / "neck.osim", anatomy)
    force = external_force(wrench)
    neck = OpensimNeck(tmp_path / "neck.osim", anatomy, reserves=True, force=force)
    moments, reactions = ours(anatomy, motion, wrench)
    assert np.abs(moments.external).max() > 1.0
    for k in range(12):
        neck.move(motion.q[k], motion.qd[k], time_s=middle_s(k))
        neck.pull(np.zeros(72))
        net = neck.net_moments(motion.qdd[k])
        np.testing.assert_allclose(moments.net[k], net, rtol=0, atol=BOUND_NM)
        neck.pull(np.zeros(72), net)
        loads = neck.level_forces()
        np.testing.assert_allclose(reactions.compression[k], -loads[:, 1], rtol=0, atol=BOUND_N)
        np.testing.assert_allclose(reactions.anterior_shear[k], loads[:, 0], rtol=0, atol=BOUND_N)
        np.testing.assert_allclose(reactions.right_shear[k], loads[:, 2], rtol=0, atol=BOUND_N)


def inverse_dynamics_tool(folder: Path, loads: str) -> np.ndarray:
    """Moments about all 24 coordinates by OpenSim's tool on the files of a folder."""
    osim = required_opensim()
    tool = osim.InverseDynamicsTool()
    model = osim.Model(str(folder / "neck.osim"))
    model.initSystem()
    tool.setModel(model)
    tool.setCoordinatesFileName(str(folder / "motion.mot"))
    tool.setLowpassCutoffFrequency(-1.0)
    tool.setStartTime(0.0)
    tool.setEndTime(1.0)
    tool.setResultsDir(str(folder))
    tool.setOutputGenForceFileName("moments.sto")
    if loads:
        tool.setExternalLoadsFileName(str(folder / loads))
    assert tool.run()
    found = read_storage(folder / "moments.sto")
    return found.data


def test_the_files_give_opensims_tool_the_same(tmp_path: Path) -> None:
    """What the external loads change about its inverse dynamics is J^T F, in a still pose."""
    anatomy, frames = generic_anatomy("source"), 11
    q = np.radians([8.0, -5.0, 12.0, 15.0, 6.0, -20.0])
    time = np.linspace(0.0, 1.0, frames)
    still = np.zeros((frames, 6))
    motion = Motion(time, np.tile(q, (frames, 1)), still, still, np.zeros(frames, dtype=int))
    forces = two_forces(frames)
    coupling = np.asarray(anatomy.coupling)
    slopes = np.array(
        [
            np.eye(6)[c.driver] if c.independent else coupling[c.level, c.axis_index]
            for c in source_coordinates()
        ]
    )
    write_osim(tmp_path / "neck.osim", anatomy)
    write_storage(
        tmp_path / "motion.mot",
        name="motion",
        labels=[c.name for c in source_coordinates()],
        time=time,
        data=motion.q @ slopes.T,
    )
    write_external_loads(tmp_path, forces, time)
    changed = inverse_dynamics_tool(tmp_path, "") - inverse_dynamics_tool(tmp_path, LOADS_FILE)
    labels = read_storage(tmp_path / "moments.sto").labels
    names = [label.rpartition("_")[0] for label in labels]
    order = [names.index(c.name) for c in source_coordinates()]
    external = np.asarray(ours(anatomy, motion, wrench_of(forces))[0].external)
    assert np.abs(external).max() > 1.0
    np.testing.assert_allclose(changed[:, order] @ slopes, external, rtol=0, atol=BOUND_NM)
    assert len(COORDINATES) == external.shape[1]


@pytest.mark.slow
def test_static_optimisation_and_reactions_under_forces(movement: Callable[[int], Motion]) -> None:
    """The whole engine, with frames that muscles cannot balance among them."""
    anatomy, motion = generic_anatomy("source"), movement(6)
    wrench = wrench_of(two_forces(6))
    theirs = opensim_estimate(anatomy, motion, wrench=wrench)
    settings = PRESET_SETTINGS["classical"].recruitment
    mine = simulate(anatomy, motion, settings, no_load(), wrench=wrench)
    np.testing.assert_allclose(theirs.moments.net, mine.moments.net, rtol=0, atol=BOUND_NM)
    np.testing.assert_allclose(
        theirs.moments.external, mine.moments.external, rtol=0, atol=BOUND_NM
    )
    balanced = np.abs(theirs.reserve).max(axis=1) == 0.0
    assert 3 <= balanced.sum() < 6
    np.testing.assert_array_equal(balanced, np.asarray(mine.forces.status) == Status.OK)
    assert np.median(np.abs(theirs.force - mine.forces.force)[balanced]) < 0.5
    theirs_N, mine_N = (np.asarray(x.reactions.compression)[balanced] for x in (theirs, mine))
    np.testing.assert_allclose(theirs_N, mine_N, rtol=0, atol=5.0)
