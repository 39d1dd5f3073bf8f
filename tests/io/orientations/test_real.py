"""Real files of several laboratories, where they are present: what they are known to hold."""

from pathlib import Path

import ezc3d
import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from tests.io.orientations.turned import Y_UP

from nuchal.io.orientations.read import holds_orientations, read_orientations
from nuchal.io.recordings.format import Source
from nuchal.orientations import OrientationRecording


@pytest.fixture(scope="module")
def poses(shared: Path) -> Path:
    folder = shared / "recordings" / "poses"
    if not folder.is_dir():
        pytest.skip(f"the companion data are not here: {folder}")
    return folder


def angle_deg(one: OrientationRecording, head: str, torso: str) -> np.ndarray:
    """Of the head relative to the torso [deg]."""
    turned = [one.rotation[:, one.names.index(name)] for name in (torso, head)]
    return np.degrees(Rotation.from_matrix(np.swapaxes(turned[0], -1, -2) @ turned[1]).magnitude())


@pytest.mark.parametrize(
    ("name", "rate_hz", "frames", "bodies"),
    [
        ("apdm_opal.csv", 128.0, 146, 4),
        ("derived_motive_rigid_bodies.csv", 60.0, 112, 2),
        ("derived_opensense_head_torso.sto", 60.0, 112, 2),
        ("openface_head_test.csv", 30.0, 715, 1),
        ("opensense_quaternions.sto", 100.0, 401, 8),
        ("theia_rotations.c3d", 85.0, 340, 20),
        ("xsens_mtw_export.txt", 40.0, 1527, 1),
        ("xsens_mvn_upperbody.bvh", 60.0, 112, 23),
        ("xsens_mvn_upperbody.mvnx", 60.0, 112, 23),
    ],
)
def test_files_are_read(poses: Path, name: str, rate_hz: float, frames: int, bodies: int) -> None:
    path = poses / name
    found = read_orientations(path)
    assert holds_orientations(Source(path, path.read_bytes()))
    assert (found.rate_hz, len(found.time), len(found.names)) == (rate_hz, frames, bodies)
    assert np.abs(np.swapaxes(found.rotation, -1, -2) @ found.rotation - np.eye(3)).max() < 1e-9


def test_one_take_in_five_formats(poses: Path) -> None:
    mvnx = read_orientations(poses / "xsens_mvn_upperbody.mvnx")
    wanted = angle_deg(mvnx, "Head", "T8")
    assert np.ptp(wanted) > 15.0
    for name, head, torso, first in (
        ("derived_opensense_head_torso.sto", "head_imu", "torso_imu", 0),
        ("derived_motive_rigid_bodies.csv", "Head", "Torso", 0),
        ("derived_bids_motion.tsv", "Head", "T8", 0),
        # The first frame of MVN's BVH is the pose of its calibration.
        ("xsens_mvn_upperbody.bvh", "Head", "Chest4", 1),
    ):
        rate_hz = 60.0 if "bids" in name else None
        found = angle_deg(read_orientations(poses / name, rate_hz=rate_hz), head, torso)
        assert np.abs(found - wanted)[first:].max() < 2e-4


def test_bvh_and_mvnx_agree_on_their_axes(poses: Path) -> None:
    """What is Z up and X forward in MVNX is Y up and Z forward in BVH."""
    bvh = read_orientations(poses / "xsens_mvn_upperbody.bvh")
    mvnx = read_orientations(poses / "xsens_mvn_upperbody.mvnx")
    for one, other in (("Head", "Head"), ("Chest4", "T8")):
        as_bvh = Y_UP @ mvnx.rotation[:, mvnx.names.index(other)] @ Y_UP.T
        off = np.abs(as_bvh - bvh.rotation[:, bvh.names.index(one)])
        assert off[1:].max() < 1e-5


def test_rotations_of_theia_are_those_of_ezc3d(poses: Path) -> None:
    path = poses / "theia_rotations.c3d"
    found, theirs = read_orientations(path), ezc3d.c3d(str(path))
    labels = theirs["parameters"]["ROTATION"]["LABELS"]["value"]
    for k, name in enumerate(found.names):
        matrix = theirs["data"]["rotations"][:3, :3, labels.index(f"{name}_4X4")]
        known = found.known[:, k]
        assert np.array_equal(known, np.isfinite(matrix).all(axis=(0, 1)))
        assert np.abs(found.rotation[known, k] - matrix.transpose(2, 0, 1)[known]).max() < 1e-6
    assert not found.known[0].any()


def test_sensors_of_apdm_find_gravity(poses: Path) -> None:
    """The specific force of a pendulum at rest points up, which is +Z of the file."""
    path = poses / "apdm_opal.csv"
    found = read_orientations(path)
    rows = [line.split(",") for line in path.read_text("utf-8").splitlines()]
    for k, name in enumerate(found.names):
        column = rows[2].index(f"{name}/Acceleration/X")
        force = np.array([row[column : column + 3] for row in rows[4:]], dtype=float)
        turned = np.einsum("tij,tj->ti", found.rotation[:, k], force).mean(axis=0)
        assert turned == pytest.approx([0.0, 0.0, 9.8], abs=0.1)
