"""A joint's folder as OpenSim's own tools write it is the joint that OpenSim's API tells."""

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import nuchal
from nuchal.emg.hidden.joint import cut_joint
from nuchal.emg.hidden.muscles import stack_trials
from nuchal.emg.hidden.nmm_fit import fit_nmm, read_trials
from nuchal.emg.hidden.records import MseSettings, NmmSettings
from nuchal.io.joint.read import read_joint
from nuchal.io.opensim.storage import read_storage

QUICK = NmmSettings(width=8, heads=2, layers=1, steps=60, reading_steps=60)
LOAD_KG = 2.0


def script(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.fixture(scope="module")
def arm26(shared: Path) -> Path:
    return shared / "reference" / "arm26"


@pytest.fixture(scope="module")
def movement() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Times, angles, speeds and accelerations of shoulder and elbow."""
    time = np.arange(400) / 100.0
    swing, still = 2.0 * time, np.full_like(time, 0.6)
    q = np.stack([still, 0.9 + 0.5 * np.sin(swing)], axis=1)
    qd = np.stack([0.0 * time, np.cos(swing)], axis=1)
    return time, q, qd, np.stack([0.0 * time, -2.0 * np.sin(swing)], axis=1)


@pytest.fixture(scope="module")
def elbow(root: Path, arm26: Path, movement, tmp_path_factory) -> Path:
    """One trial by OpenSim's tools, with the example's synthetic EMG."""
    make = script(root / "examples" / "make_joint.py")
    home = tmp_path_factory.mktemp("elbow")
    arm = make.plain_arm(arm26 / "arm26.osim", home / "arm26.osim")
    time, q, _, _ = movement
    make.by_opensim(arm, home / "bends", time, q, LOAD_KG)
    make.by_made_up_people(arm, home / "bends", np.random.default_rng(1))
    rows = "".join(f"{channel},{muscle}\n" for channel, muscle in make.CHANNELS.items())
    (home / "channels.csv").write_text(f"channel,muscle\n{rows}", "utf-8")
    return home


@pytest.mark.slow
def test_files_tell_what_the_api_tells(
    root: Path, arm26: Path, elbow: Path, movement, monkeypatch
) -> None:
    """Geometry, moments and muscles; and excitations of the same fit are the same."""
    monkeypatch.syspath_prepend(root / "benchmarks" / "hidden_emg")
    arm = __import__("arm")
    joint = read_joint(elbow)
    assert joint.system.names == arm.MUSCLES
    known = arm.elbow_system()
    for name in ("max_isometric_force", "tendon_slack_length", "pennation_at_optimal", "seen"):
        np.testing.assert_allclose(getattr(joint.system, name), getattr(known, name))
    (trial,) = cut_joint(joint).trials
    task = trial.tasks[0]
    every = [x[: 2 * len(task.time) : 2] for x in movement]
    assert np.abs(np.asarray(task.time) - every[0]).max() < 1e-9
    direct = arm.elbow_task(arm26, *every, arm.Lifted(LOAD_KG))
    inner = slice(3, -3)
    np.testing.assert_allclose(task.length, direct.length, atol=1e-6)
    np.testing.assert_allclose(task.velocity[inner], direct.velocity[inner], atol=1e-3)
    np.testing.assert_allclose(task.moment_arms, direct.moment_arms, atol=1e-4)
    np.testing.assert_allclose(task.moment[inner], direct.moment[inner], atol=1e-3)
    same = {**vars(direct), "motion": task.motion, "channels": task.channels}
    both = []
    for one in (task, type(task)(**same)):
        trials = stack_trials([one])
        fit = fit_nmm(joint.system, trials, QUICK)
        both.append(np.asarray(read_trials(fit.model, trials, QUICK).excitation))
    assert np.sqrt(np.mean((both[0] - both[1]) ** 2)) < 1e-3


@pytest.mark.slow
def test_the_command_on_the_arm(elbow: Path, tmp_path: Path) -> None:
    """Forces times OpenSim's moment arms and reserves are OpenSim's moments."""
    options = nuchal.JointEmgOptions(nmm=QUICK, mse=MseSettings(rounds=10), intervals=False)
    nuchal.run_joint_emg(elbow, out=tmp_path / "r", options=options)
    force, reserve = (
        read_storage(tmp_path / "r/bends" / f"{n}.sto") for n in ("forces", "reserves")
    )
    home = elbow / "bends"
    arms, moment = (
        read_storage(next(home.glob(one))) for one in ("*_MomentArm_*", "inverse_dynamics.sto")
    )
    at = [int(np.abs(arms.time - t).argmin()) for t in force.time]
    made = np.sum(force.data * arms.data[at], axis=1) + reserve.data[:, 0]
    asked = np.interp(
        force.time, moment.time, moment.data[:, moment.labels.index("r_elbow_flex_moment")]
    )
    np.testing.assert_allclose(made, asked, atol=2e-3)
