"""Muscles of any joint: against the neck's own, and the elbow of OpenSim."""

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from nuchal.dynamics.muscles.hill import capacity
from nuchal.emg.hidden.muscles import (
    JointTask,
    MuscleSystem,
    channels_of,
    fibre_forces,
    joint_moment,
    lengthening_speed,
    stack_trials,
)
from nuchal.emg.hidden.personal import (
    FIBRE_BOUND,
    FORCE_BOUND,
    GAIN_BOUND,
    SLACK_BOUND,
    generic_person,
    personalised,
)
from nuchal.errors import NuchalError
from nuchal.model.generic import MUSCLES, generic_anatomy
from nuchal.model.scaling import neutral_lengths


@pytest.mark.slow
def test_the_neck_is_one_of_the_joints() -> None:
    anatomy = generic_anatomy()
    curves = [anatomy.topology.curves[i] for i in anatomy.topology.muscle_curves]
    system = MuscleSystem(
        max_isometric_force=anatomy.max_isometric_force,
        optimal_fibre_length=anatomy.optimal_fibre_length,
        tendon_slack_length=anatomy.tendon_slack_length,
        pennation_at_optimal=anatomy.pennation_at_optimal,
        max_velocity=np.array([c.max_contraction_velocity for c in curves]),
        passive_scale=np.ones(72),
        names=MUSCLES,
        seen=channels_of(MUSCLES, (("stern_mast", "cleid_mast"),)),
    )
    length = np.asarray(neutral_lengths(anatomy))
    velocity = np.linspace(-0.05, 0.05, 72)
    mine = fibre_forces(system, length[None], velocity[None])
    theirs = capacity(anatomy, length, velocity, family="degroote")
    works = np.asarray(theirs.active) > 0.0
    assert works.sum() > 60
    np.testing.assert_allclose(mine.active[0][works], theirs.active[works], rtol=1e-9)
    np.testing.assert_allclose(mine.passive[0][works], theirs.passive[works], rtol=1e-9)
    assert len(system.hidden) == 70
    np.testing.assert_allclose(system.electrodes.sum(axis=1), 1.0)


def test_speed_of_a_sampled_length() -> None:
    time = np.arange(100) * 0.01
    length = 0.2 + 0.01 * np.sin(5.0 * time)[:, None]
    found = lengthening_speed(time, length)
    np.testing.assert_allclose(found[:, 0], 0.05 * np.cos(5.0 * time), atol=1e-6)


def test_virtual_work_of_moments(system: MuscleSystem, task: JointTask) -> None:
    """Muscles that pull do the work that the joints get: M . qd = -F . L'."""
    forces = fibre_forces(system, task.length, task.velocity)
    activation = np.full(task.length.shape, 0.3)
    moment = joint_moment(task.moment_arms, forces, activation)
    qd = lengthening_speed(task.time[0], task.motion[0])
    pull = 0.3 * forces.active[0] + forces.passive[0]
    lost = -np.sum(np.asarray(pull) * task.velocity[0], axis=1)
    np.testing.assert_allclose(np.sum(np.asarray(moment)[0] * qd, axis=1), lost, atol=1e-4)


def test_parameters_keep_their_bounds(system: MuscleSystem) -> None:
    extreme = jax.tree.map(lambda x: jnp.full_like(x, 40.0), generic_person(system))
    found = personalised(system, extreme)
    ratio = np.asarray(found.system.max_isometric_force) / system.max_isometric_force
    np.testing.assert_allclose(ratio, FORCE_BOUND, rtol=1e-6)
    fibre = np.asarray(found.system.optimal_fibre_length) / system.optimal_fibre_length
    np.testing.assert_allclose(fibre, FIBRE_BOUND, rtol=1e-6)
    slack = np.asarray(found.system.tendon_slack_length) / system.tendon_slack_length
    np.testing.assert_allclose(slack, SLACK_BOUND, rtol=1e-6)
    np.testing.assert_allclose(found.gain, GAIN_BOUND, rtol=1e-6)
    assert np.all((np.asarray(found.shape) >= -3.0) & (np.asarray(found.shape) <= 0.0))


def test_mistakes_are_told(task: JointTask) -> None:
    with pytest.raises(NuchalError) as none:
        channels_of(("front", "side"), (("sid",),))
    assert none.value.what == "hidden_emg.no_muscle"
    assert none.value.values == {"name": "sid", "muscles": ("front", "side")}
    with pytest.raises(NuchalError) as two:
        channels_of(("front", "side"), (("front",), ("front",)))
    assert two.value.what == "hidden_emg.two_channels"
    one = jax.tree.map(lambda x: x[0], task)
    short = jax.tree.map(lambda x: x[0, :40], task)
    with pytest.raises(NuchalError) as unlike:
        stack_trials([one, short])
    assert unlike.value.what == "hidden_emg.unlike_trials"


def test_elbow_geometry_hangs_together(shared: Path, monkeypatch) -> None:
    """OpenSim's elbow: its moment arms are what its lengths say, and speeds what it says."""
    pytest.importorskip("opensim", reason="needs the opensim extra")
    monkeypatch.syspath_prepend(Path(__file__).parents[3] / "benchmarks" / "hidden_emg")
    arm_module = __import__("arm")
    arm = arm_module.Arm(shared / "reference" / "arm26", arm_module.Lifted(2.0))
    time = np.arange(40) * 0.02
    q = np.stack([0.5 + 0.0 * time, 0.9 + 0.5 * np.sin(3.0 * time)], axis=1)
    qd = np.stack([0.0 * time, 1.5 * np.cos(3.0 * time)], axis=1)
    qdd = np.stack([0.0 * time, -4.5 * np.sin(3.0 * time)], axis=1)
    task = arm_module.elbow_task(
        shared / "reference" / "arm26", time, q, qd, qdd, arm_module.Lifted(2.0)
    )
    for k in (5, 20, 33):
        arm.move(q[k], qd[k])
        speed = [m.getLengtheningSpeed(arm.state) for m in arm.muscles]
        np.testing.assert_allclose(task.velocity[k], speed, atol=2e-4)
        higher, lower = (
            (arm.move(q[k] + [0.0, e], qd[k]), arm.lengths())[1] for e in (1e-4, -1e-4)
        )
        np.testing.assert_allclose(task.moment_arms[k, 0], (lower - higher) / 2e-4, atol=2e-4)
