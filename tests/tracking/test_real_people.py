"""Three people whose necks Vicon measured, and one who walks: our angles beside theirs.

Vicon's neck angles turn the head in the thorax about Z (rotation), then Y (lateral bending), then X
(flexion), each carried along by the one before. Both are compared as whole rotations against the
person's own static trial, so that no axis can hide an error of another.
"""

from functools import cache
from itertools import takewhile
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from nuchal.dynamics.inverse import no_load
from nuchal.errors import Status
from nuchal.findings import Assumed, Warned
from nuchal.io.recordings.read import read_recording
from nuchal.model.generic import generic_anatomy
from nuchal.model.kinematics import body_poses
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.optimisation.simulate import simulate
from nuchal.tracking.motion import TrackedMotion
from nuchal.tracking.pipeline import TrackingSettings, track

pytestmark = pytest.mark.slow


TRIALS = {1: "axial rotation", 2: "lateral bending", 3: "flexion", 4: "extension", 5: "combined"}
MOVES = {1: 2, 2: 1, 3: 0, 4: 0}
"""Which of pitch, roll, yaw the trial is about."""
ANATOMY = generic_anatomy()
SKULL_ROTATION = jax.jit(jax.vmap(lambda q: body_poses(ANATOMY, q).rotation[-1]))


@pytest.fixture(scope="module")
def people(shared: Path) -> Path:
    folder = shared / "recordings" / "vicon_neck"
    if not folder.is_dir():
        pytest.skip(f"the recordings are not here: {folder}")
    return folder


@cache
def tracked(folder: Path, trial: int) -> TrackedMotion:
    return track(
        read_recording(folder / f"trial_{trial}" / "data_marker.csv"),
        ANATOMY,
        settings=TrackingSettings(),
        static=read_recording(folder / "Static.csv"),
    )


def vicon_rotation(path: Path) -> Rotation:
    """Head on thorax as Vicon's own model has it, from the section ``Model Outputs``."""
    lines = path.read_text("utf-8-sig").splitlines()
    start = next(k for k, line in enumerate(lines) if line.startswith("Model Outputs"))
    neck = next(c for c, name in enumerate(lines[start + 2].split(",")) if "NeckAngles" in name)
    rows = takewhile(lambda line: line.strip(", "), lines[start + 5 :])
    x, y, z = np.radians(np.loadtxt(rows, delimiter=",", usecols=range(neck, neck + 3))).T
    flexion, left, rotation = (
        Rotation.from_euler(axis, values[:, None])
        for axis, values in (("z", -x), ("x", -y), ("y", z))
    )
    return rotation * left * flexion


def our_rotation(q: np.ndarray) -> Rotation:
    return Rotation.from_matrix(np.asarray(SKULL_ROTATION(jnp.asarray(q))))


@pytest.mark.parametrize("trial", TRIALS)
@pytest.mark.parametrize("person", [1, 2, 3])
def test_head_on_thorax_agrees_with_vicon(people: Path, person: int, trial: int) -> None:
    folder = people / f"subject_0{person}"
    found = tracked(folder, trial)
    neutral = vicon_rotation(folder / "Static.csv").mean()
    theirs = vicon_rotation(folder / f"trial_{trial}" / "data_frame.csv") * neutral.inv()
    ours = our_rotation(np.asarray(found.motion.q))
    apart = np.degrees((ours.inv() * theirs).magnitude())
    assert np.degrees(theirs.magnitude()).max() > 30.0
    assert np.sqrt((apart**2).mean()) < 5.0
    if trial in MOVES:
        mine, other = (r.as_euler("ZXY", degrees=True)[:, MOVES[trial]] for r in (ours, theirs))
        assert np.corrcoef(mine, other)[0, 1] > 0.995
        assert np.sqrt(((mine - other) ** 2).mean()) < 3.0


@pytest.mark.parametrize("person", [1, 2, 3])
def test_what_was_found_about_the_people(people: Path, person: int) -> None:
    found = tracked(people / f"subject_0{person}", 1)
    assert (found.location.laboratory.up, found.location.laboratory.forward) == ("+Z", "-Y")
    assert found.observation.markers.names.thorax == ("C7", "T10", "CLAV", "STRN")
    assert set(np.unique(np.asarray(found.motion.status))) <= {Status.OK, Status.BEYOND_RANGE}
    assert np.sqrt((np.asarray(found.tracking.residual) ** 2).mean()) < 0.03


@pytest.fixture(scope="module")
def walker(shared: Path) -> Path:
    folder = shared / "recordings" / "gait2354"
    if not folder.is_dir():
        pytest.skip(f"the recordings are not here: {folder}")
    return folder


def test_a_walker_who_looks_ahead_then_up(walker: Path) -> None:
    found = track(
        read_recording(walker / "subject01_walk1.trc"), ANATOMY, settings=TrackingSettings()
    )
    names = found.observation.markers.names
    assert names.files_names(names.head) == (
        "Top.Head",
        "L.Temple",
        "R.Temple",
    )
    assert found.observation.markers.names.thorax == ("STRN", "LSHO", "RSHO")
    assert (found.location.laboratory.up, found.location.laboratory.forward) == ("+Y", "+X")
    total = np.degrees(np.asarray(found.motion.q[:, :3] + found.motion.q[:, 3:]))
    assert np.abs(total[:, 1:]).max() < 6.0
    assert np.abs(total[:90]).max() < 6.0
    assert 10.0 < total[-1, 0] < 30.0


def test_a_static_trial_with_the_head_turned_aside_is_reported(walker: Path) -> None:
    found = track(
        read_recording(walker / "subject01_walk1.trc"),
        ANATOMY,
        settings=TrackingSettings(),
        static=read_recording(walker / "subject01_static.trc"),
    )
    said = {one.what: one.values for one in found.assumptions}
    assert said[Assumed.NEUTRAL_TURNED]["turned_deg"] == pytest.approx(26.0, abs=0.5)
    assert Warned.THORAX_MOVED in said


@pytest.mark.parametrize("subject", ["subject_01", "subject_02", "subject_03"])
def test_the_neck_of_living_people_balances_every_turned_head(shared: Path, subject: str) -> None:
    """Rotation as far as it goes: with linear bushings up to 30 % of the frames have no balance."""
    people = shared / "recordings" / "vicon_neck" / subject
    anatomy = generic_anatomy("living")
    tracked = track(
        read_recording(people / "trial_1" / "data_marker.csv"),
        anatomy,
        settings=TrackingSettings(),
        static=read_recording(people / "Static.csv"),
    )
    found = simulate(
        anatomy,
        tracked.motion,
        PRESET_SETTINGS["recommended"].recruitment,
        no_load(),
        tracked.gravity,
    )
    known = np.asarray(tracked.motion.status) == Status.OK
    assert known.mean() > 0.98
    lacking = np.abs(np.asarray(found.forces.reserve)[known]).max(axis=1)
    assert lacking.max() < 0.05
    together = np.asarray(found.forces.force)[known].sum(axis=1)
    assert np.percentile(together, 99.0) < 800.0
