"""Head and torso by what laboratories call them."""

from pathlib import Path

import numpy as np
import pytest

from nuchal.orientations import OrientationRecording
from nuchal.tracking.turned.bodies import choose_bodies


def _of(*names: str) -> OrientationRecording:
    return OrientationRecording(
        source=Path("a.csv"),
        time=np.arange(2.0),
        rate_hz=1.0,
        names=names,
        rotation=np.tile(np.eye(3), (2, len(names), 1, 1)),
        known=np.ones((2, len(names)), bool),
    )


@pytest.mark.parametrize(
    ("names", "head", "torso"),
    [
        (("Pelvis", "L5", "L3", "T12", "T8", "Neck", "Head"), "Head", "T8"),
        (("torso_imu", "pelvis_imu", "head_imu"), "head_imu", "torso_imu"),
        (("pelvis_4X4", "torso_4X4", "neck_4X4", "head_4X4"), "head_4X4", "torso_4X4"),
        (("Hips", "Chest", "Chest2", "Chest3", "Chest4", "Neck", "Head"), "Head", "Chest4"),
        (("HMD", "LeftHand", "RightHand"), "HMD", None),
        (("Sternum", "Forehead", "Lumbar"), "Forehead", "Sternum"),
        (("00B421ED",), "00B421ED", None),
        (("IMU Head", "IMU Upper Back"), "IMU Head", "IMU Upper Back"),
    ],
)
def test_usual_names(names: tuple[str, ...], head: str, torso: str | None) -> None:
    found = choose_bodies(_of(*names), None, None)
    assert names[found.head] == head
    assert (None if found.torso is None else names[found.torso]) == torso


def test_stated_names_go_before_usual_ones() -> None:
    found = choose_bodies(_of("Head", "Neck", "T8", "Pelvis"), "neck", "Pelvis")
    assert (found.head, found.torso) == (1, 3)
