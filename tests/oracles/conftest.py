"""Poses, people and movements that OpenSim and we are both asked about."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nuchal.io.opensim.engine import OpensimNeck
from nuchal.io.opensim.model import write_osim
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_anatomy
from nuchal.records import HeadLoad, Motion, Subject

REFERENCE = "reference/neck_hyoid_1.2/HYOID_1.2_ScaledStrenght_UpdatedInertia.osim"

Opener = Callable[..., OpensimNeck]


@pytest.fixture(scope="session", autouse=True)
def _opensim() -> None:
    pytest.importorskip("opensim", reason="needs the opensim extra")


@pytest.fixture(scope="session")
def reference_file(shared: Path) -> Path:
    """The generic neck as its authors published it."""
    return shared / REFERENCE


@pytest.fixture(scope="session")
def reference_neck(reference_file: Path) -> OpensimNeck:
    return OpensimNeck(reference_file, generic_anatomy())


@pytest.fixture(scope="session")
def export(tmp_path_factory: pytest.TempPathFactory) -> Opener:
    """Writes a neck and opens it with OpenSim."""

    def write_and_open(anatomy: Anatomy, load: HeadLoad | None = None, **how: bool) -> OpensimNeck:
        path = tmp_path_factory.mktemp("neck") / "neck.osim"
        write_osim(path, anatomy, load=load)
        return OpensimNeck(path, anatomy, **how)

    return write_and_open


@pytest.fixture(scope="session")
def exported_neck(export: Opener) -> OpensimNeck:
    """The generic neck as we write it."""
    return export(generic_anatomy())


def random_poses(count: int, seed: int) -> np.ndarray:
    """Poses within the generic neck's range of motion, shape (count, 6) [rad]."""
    low, high = np.asarray(generic_anatomy().coordinate_range).T
    return np.random.default_rng(seed).uniform(low, high, (count, 6))


@pytest.fixture(scope="session")
def poses() -> Callable[[int, int], np.ndarray]:
    return random_poses


@pytest.fixture(scope="session")
def people() -> list[Subject]:
    """Twenty people, spread as in ANSUR II; every other one has a measured head."""
    rng = np.random.default_rng(20)
    drawn = []
    for k in range(20):
        neck, shoulder, body = rng.normal([0.1073, 0.3992, 79.7], [0.0124, 0.0302, 15.6])
        breadth, length, height = rng.normal([0.151, 0.194, 0.129], [0.006, 0.008, 0.006])
        measured = k % 2 == 1
        drawn.append(
            Subject(
                neck_length_m=neck,
                shoulder_width_m=shoulder,
                head_and_neck_mass_kg=0.08 * body,
                head_breadth_m=breadth if measured else None,
                head_length_m=length if measured else None,
                head_height_m=height if measured else None,
            )
        )
    return drawn


def smooth_movement(frames: int) -> Motion:
    """Six seconds through all six coordinates at once, with exact derivatives."""
    time = np.linspace(0.0, 6.0, frames)
    low, high = np.asarray(generic_anatomy().coordinate_range).T
    rate = 2.0 * np.pi * np.array([0.31, 0.43, 0.37, 0.53, 0.29, 0.61])
    phase = np.array([0.3, 1.1, 2.0, 0.0, 0.7, 2.9])
    swing = np.outer(time, rate) + phase
    size = 0.4 * (high - low)
    q = 0.5 * (high + low) + size * np.sin(swing)
    qd = size * rate * np.cos(swing)
    qdd = -size * rate**2 * np.sin(swing)
    return Motion(time, q, qd, qdd, np.zeros(frames, dtype=int))


@pytest.fixture(scope="session")
def movement() -> Callable[[int], Motion]:
    return smooth_movement
