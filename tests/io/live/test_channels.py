"""What channels of a source mean, by their names and units."""

from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from nuchal.errors import RecordingError
from nuchal.io.live.channels import Channels, understand
from nuchal.io.orientations.format import Options
from nuchal.streaming.feed import BodyFeed, MarkerFeed


def channels(*labels: str, unit: str = "") -> Channels:
    return Channels(
        source=Path("stream"), labels=labels, units=(unit,) * len(labels), rate_hz=120.0
    )


MARKERS = [f"{name}_{axis}" for name in ("TP", "LH", "RH") for axis in "xyz"]


@pytest.mark.parametrize(("unit", "metres"), [("mm", 1e-3), ("millimeters", 1e-3), ("m", 1.0)])
def test_markers_come_in_metres(unit, metres) -> None:
    feed, unpack = understand(channels(*MARKERS, unit=unit), Options(), None)
    assert isinstance(feed, MarkerFeed)
    assert (feed.names, feed.rate_hz) == (("TP", "LH", "RH"), 120.0)
    numbers = np.array([1.0, 2.0, 3.0, np.nan, 5.0, 6.0, 0.0, 0.0, 0.0])
    values, known = unpack(numbers)
    assert values[0] == pytest.approx(metres * numbers[:3])
    assert known.tolist() == [True, False, False]


def test_what_lies_beyond_any_laboratory_is_not_seen() -> None:
    _, unpack = understand(channels(*MARKERS, unit="m"), Options(), None)
    values, known = unpack(np.array([1e30, 1, 1, 1, 1, 1, 1, 1, 1]))
    assert known.tolist() == [False, True, True]
    assert np.isfinite(values).all()


@pytest.mark.parametrize("order", ["wxyz", "xyzw"])
def test_quaternions_come_as_rotations(order) -> None:
    turned = Rotation.from_rotvec([0.3, -0.2, 0.5])
    part = dict(zip("xyzw", turned.as_quat(), strict=True))
    labels = [f"{name}_q{letter}" for name in ("head", "torso") for letter in order]
    feed, unpack = understand(channels(*labels), Options(), None)
    assert isinstance(feed, BodyFeed)
    values, known = unpack(np.array([part[letter] for letter in order] * 2))
    assert known.all()
    assert values[1] == pytest.approx(turned.as_matrix())


def test_a_sensor_that_sends_zeros_is_not_seen() -> None:
    labels = [f"head_q{letter}" for letter in "wxyz"]
    _, unpack = understand(channels(*labels), Options(), None)
    values, known = unpack(np.zeros(4))
    assert (known.tolist(), values[0].tolist()) == ([False], np.eye(3).tolist())


def test_left_handed_axes_are_turned_round() -> None:
    labels = [f"HMD_Rotation_{letter}" for letter in "xyzw"]
    _, plain = understand(channels(*labels), Options(columns={"head": "HMD"}), None)
    options = Options(columns={"head": "HMD"}, left_handed=True)
    _, unpack = understand(channels(*labels), options, None)
    numbers = Rotation.from_rotvec([0.3, -0.2, 0.5]).as_quat()
    mirror = np.diag([1.0, 1.0, -1.0])
    assert unpack(numbers).values[0] == pytest.approx(mirror @ plain(numbers).values[0] @ mirror)


@pytest.mark.parametrize(
    ("given", "options", "units", "match"),
    [
        (channels("EEG 1", "EEG 2", "EEG 3"), Options(), None, "x, y and z of a marker"),
        (channels(*MARKERS), Options(), None, "which unit"),
        (channels(*MARKERS, unit="furlong"), Options(), None, "not one unit"),
        (channels(*MARKERS), Options(), "ells", "ells"),
        (channels("head_rx", "head_ry", "head_rz"), Options(euler="ZXY"), None, "degrees"),
        (
            channels(*(f"head_q{letter}" for letter in "wxyz")),
            Options(columns={"head": "HMD"}),
            None,
            "there are head",
        ),
    ],
)
def test_what_is_left_open_is_asked_for_before_the_first_sample(
    given, options, units, match
) -> None:
    with pytest.raises(RecordingError, match=match):
        understand(given, options, units)
