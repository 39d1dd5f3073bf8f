"""Somebody who wears two sensors, strapped on anyhow."""

from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from nuchal.orientations import OrientationRecording, SegmentAxes

RATE_HZ = 50.0
# Rows forward, up and right of somebody who faces between the axes of a laboratory with Z up.
FACING = np.stack([[0.6, -0.8, 0.0], [0.0, 0.0, 1.0], [-0.8, -0.6, 0.0]])


def worn(
    head: np.ndarray,
    torso: np.ndarray,
    *,
    names: tuple[str, ...] = ("torso_imu", "head_imu"),
    known: np.ndarray | None = None,
    up: str | None = "+Z",
    segments: SegmentAxes | None = None,
) -> OrientationRecording:
    """A recording of rotations in the axes of the neck, by sensors that sit anyhow."""
    seats = Rotation.random(2, random_state=3).as_matrix()
    if segments is not None:
        # Forward, up, right to the axes of Xsens: X forward, Z up.
        seats = np.tile(np.stack([[1.0, 0, 0], [0, 0, 1.0], [0, -1.0, 0]]), (2, 1, 1))
    pair = np.stack([torso, head], axis=1)
    rotation = FACING.T @ pair @ (FACING @ FACING.T) @ seats
    count = len(head)
    return OrientationRecording(
        source=Path("worn.sto"),
        time=np.arange(count) / RATE_HZ,
        rate_hz=RATE_HZ,
        names=names,
        rotation=rotation,
        known=np.ones((count, 2), bool) if known is None else known,
        up=up,
        segments=segments,
    )


@pytest.fixture
def moved() -> tuple[np.ndarray, np.ndarray]:
    """Rotations of head and torso against the neutral pose, a second of stillness first."""
    time = np.arange(400) / RATE_HZ
    share = np.clip((time - 1.0) / 2.0, 0.0, 1.0)
    grow = share**3 * (10.0 - 15.0 * share + 6.0 * share**2)
    head = grow * np.stack(
        [0.3 * np.sin(time), 0.9 * np.sin(0.8 * time), -0.5 * np.sin(1.3 * time + 0.4)]
    )
    torso = grow * np.stack([0.1 * np.sin(0.5 * time), 0.3 * np.sin(0.3 * time), 0.1 + 0.0 * time])
    return (
        Rotation.from_rotvec(head.T).as_matrix(),
        Rotation.from_rotvec(torso.T).as_matrix(),
    )
