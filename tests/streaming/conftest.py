"""A head that moves as a closed form says, seen by markers; and forces that cost nothing."""

from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from nuchal.networks.equilibrium.live import Before
from nuchal.networks.equilibrium.window import OUTPUT_FRAME
from nuchal.streaming.feed import MarkerFeed, Sample
from nuchal.streaming.flow import Flow, Wearer
from nuchal.streaming.records import LiveFrame
from nuchal.streaming.step import Carry, Window
from nuchal.tracking.observation import TrackingSettings

# Places in the axes forward, up and right of somebody upright [m].
HEAD = {
    "TP": (0.0, 0.16, 0.0), "LH": (0.02, 0.04, -0.075), "RH": (0.02, 0.04, 0.075),
    "LFHD": (0.09, 0.07, -0.06), "RFHD": (0.09, 0.07, 0.06),
}  # fmt: skip
TRUNK = {
    "C7": (-0.07, -0.10, 0.0), "CLAV": (0.07, -0.16, 0.0), "STRN": (0.11, -0.30, 0.0),
    "T10": (-0.10, -0.33, 0.0),
}  # fmt: skip
NAMES = (*HEAD, *TRUNK)
FEED = MarkerFeed(source=Path("cameras"), names=NAMES, rate_hz=100.0)
# Of a laboratory with Z up in which the person faces +Y: columns are forward, up and right.
LABORATORY = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
PIVOT = np.array([0.0, -0.02, 0.0])
STILL_S = 1.5


def head_at(time: float) -> np.ndarray:
    """The head on the trunk: still at first, then turning about all axes."""
    share = np.clip((time - STILL_S) / 1.0, 0.0, 1.0)
    grow = share**3 * (10.0 - 15.0 * share + 6.0 * share**2)
    turn = grow * np.array([0.2 * np.sin(time), 0.6 * np.sin(2.0 * time), 0.4 * np.sin(1.3 * time)])
    return Rotation.from_rotvec(turn).as_matrix()


def trunk_at(time: float) -> np.ndarray:
    share = np.clip((time - STILL_S) / 1.0, 0.0, 1.0)
    return Rotation.from_rotvec([0.0, 0.3 * share * np.sin(0.7 * time), 0.1 * share]).as_matrix()


def sample(time: float, *, hidden: tuple[str, ...] = ()) -> Sample:
    """Markers in the laboratory [m]."""
    head, trunk = head_at(time), trunk_at(time)
    on_head = (np.array(list(HEAD.values())) - PIVOT) @ head.T + PIVOT
    places = np.concatenate([on_head, np.array(list(TRUNK.values()))]) @ trunk.T
    seen = np.array([name not in hidden for name in NAMES])
    lab = (places + np.array([0.3, 1.4, -0.2])) @ LABORATORY.T
    return Sample(time, np.where(seen[:, None], lab, 0.0), seen)


def cheap(window: Window, carry: Carry) -> tuple[LiveFrame, Carry]:
    """The head's angles alone; what went before is counted in the first muscle."""
    angles = Rotation.from_matrix(window.heads[0, OUTPUT_FRAME]).as_rotvec()
    count = float(carry.before.there)
    none = np.full(72, count)
    frame = LiveFrame(
        time=0.0, q=np.zeros(6), angles_deg=np.rad2deg(angles), force=none, low=none, high=none,
        activation=none, missing=np.zeros(6), like_training=True,
    )  # fmt: skip
    return frame, Carry(Before(carry.before.carried, np.asarray(count + 1.0)), carry.active)


class Clock:
    """The time now, set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def flow(clock) -> Flow:
    nothing = Carry(Before(np.zeros((9, 72)), np.zeros(())), np.zeros((0, 72)))
    return Flow(FEED, Wearer(step=cheap, first=nothing, settings=TrackingSettings()), clock)
