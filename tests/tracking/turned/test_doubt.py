"""Turns that are drawn: as far apart as is said of each kind of sensor."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from nuchal.conventions import Device
from nuchal.tracking.turned.doubt import ERRORS, TRUNK_RAD, TRUNK_SHARE_SD, TurnErrors, drawn_turns

TIME = np.arange(300) / 5.0
STRAIGHT = np.tile(np.eye(3), (len(TIME), 1, 1))


def _vectors(turns: np.ndarray) -> np.ndarray:
    return Rotation.from_matrix(turns.reshape(-1, 3, 3)).as_rotvec().reshape(*turns.shape[:2], 3)


@pytest.mark.parametrize("device", list(ERRORS))
def test_straight_heads_are_wrong_by_what_is_said(device: Device) -> None:
    """Far from the neutral pose, errors differ by sqrt(2) of each one's own; drift adds to that."""
    errors = ERRORS[device]
    drawn = drawn_turns(STRAIGHT, TIME, 0.0, errors, trunk_seen=True, count=2000)
    wrong = _vectors(drawn)
    np.testing.assert_allclose(wrong[:, 0], 0.0, atol=1e-9)
    spread = wrong[:, -1].std(axis=0)
    drift = errors.drift_rad_s * TIME[-1]
    tilt, heading = (
        np.sqrt(2.0) * errors.tilt_rad,
        np.hypot(np.sqrt(2.0) * errors.heading_rad, drift),
    )
    np.testing.assert_allclose(spread, [tilt, heading, tilt], rtol=0.08)


def test_who_faces_elsewhere_bends_where_the_head_nods() -> None:
    errors = TurnErrors(tilt_rad=0.0, heading_rad=0.0, facing_rad=0.1)
    nod = Rotation.from_rotvec([0.0, 0.0, -0.5]).as_matrix()
    drawn = drawn_turns(np.tile(nod, (9, 1, 1)), TIME[:9], 0.0, errors, trunk_seen=True, count=4000)
    wrong = _vectors(drawn)[:, 4]
    assert wrong[:, 0].std() == pytest.approx(0.05, rel=0.05)
    np.testing.assert_allclose(np.linalg.norm(wrong, axis=1), 0.5, rtol=1e-9)


def test_a_trunk_that_nobody_saw_takes_its_share() -> None:
    none = TurnErrors(tilt_rad=0.0, heading_rad=0.0)
    turn = Rotation.from_rotvec([0.0, 1.0, 0.0]).as_matrix()
    heads = np.where((TIME > 30.0)[:, None, None], turn, np.eye(3))
    seen = drawn_turns(heads, TIME, 0.0, none, trunk_seen=True, count=2)
    np.testing.assert_allclose(seen, np.tile(heads, (2, 1, 1, 1)), atol=1e-12)
    drawn = _vectors(drawn_turns(heads, TIME, 0.0, none, trunk_seen=False, count=4000))[:, -1, 1]
    said = np.hypot(np.sqrt(2.0) * TRUNK_RAD, TRUNK_SHARE_SD)
    assert drawn.std() == pytest.approx(said, rel=0.06)
    assert drawn.mean() == pytest.approx(1.0, abs=0.01)


def test_draws_are_the_same_again() -> None:
    one, other = (
        drawn_turns(STRAIGHT, TIME, 3.0, ERRORS["camera"], trunk_seen=False, count=3)
        for _ in range(2)
    )
    np.testing.assert_array_equal(one, other)
