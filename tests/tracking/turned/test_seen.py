"""Head on torso from sensors that sit anyhow, against the rotations that they were made of."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from nuchal.conventions import GRAVITY_M_S2
from nuchal.errors import RecordingError
from nuchal.findings import Assumed, Found
from nuchal.orientations import SegmentAxes
from nuchal.tracking.observation import TrackingSettings
from nuchal.tracking.turned.seen import Turned, see_turned

from .conftest import FACING, RATE_HZ, worn

Moved = tuple[np.ndarray, np.ndarray]
XSENS = SegmentAxes(forward="+X", up="+Z")


def _off_deg(found: np.ndarray, true: np.ndarray) -> np.ndarray:
    turn = Rotation.from_matrix(np.swapaxes(true, 1, 2) @ found)
    return np.degrees(turn.magnitude())


def _codes(turned: Turned) -> set[object]:
    return {one.what for one in turned.findings}


def test_segments_tell_where_the_person_faces(moved: Moved) -> None:
    head, torso = moved
    found = see_turned(worn(head, torso, names=("T8", "Head"), segments=XSENS), TrackingSettings())
    assert _off_deg(found.head, np.swapaxes(torso, 1, 2) @ head).max() < 1e-5
    down = np.swapaxes(torso, 1, 2) @ [0.0, -GRAVITY_M_S2, 0.0]
    np.testing.assert_allclose(found.gravity, down, atol=1e-9)
    assert found.known.all()
    assert not found.filled.any()
    assert {Found.FACES, Found.HEAD_AND_TORSO, Found.NEUTRAL_UNTURNED} <= _codes(found)


def test_a_nod_tells_where_the_person_faces(moved: Moved) -> None:
    """Chin down first: about the right, the other way round; before all else."""
    head, torso = moved
    time = np.arange(len(head) + 200) / RATE_HZ
    nod = np.zeros((200, 3))
    nod[:, 2] = -0.5 * np.sin(np.pi * np.clip(time[:200] - 1.0, 0.0, 2.0)) * (time[:200] < 3.0)
    before = Rotation.from_rotvec(nod).as_matrix()
    still = np.tile(np.eye(3), (200, 1, 1))
    whole = worn(np.concatenate([before, head]), np.concatenate([still, torso]))
    settings = TrackingSettings(nod_window_s=(0.0, 3.5))
    found = see_turned(whole, settings)
    true = np.concatenate([before, np.swapaxes(torso, 1, 2) @ head])
    assert _off_deg(found.head, true).max() < 1e-5
    with pytest.raises(RecordingError, match="forward") as refused:
        see_turned(whole, TrackingSettings())
    assert refused.value.what == "turned.no_forward"


def test_a_stated_axis_is_taken_as_it_is(moved: Moved) -> None:
    """Facing +X where the person faces 53 degrees beside it: angles are about other axes then."""
    head, torso = moved
    found = see_turned(worn(head, torso), TrackingSettings(forward="+X"))
    axes = np.stack([[1.0, 0, 0], [0, 0, 1.0], [0, -1.0, 0]]) @ FACING.T
    assert _off_deg(found.head, axes @ np.swapaxes(torso, 1, 2) @ head @ axes.T).max() < 1e-5


def test_one_sensor_takes_the_trunk_for_still(moved: Moved) -> None:
    head, torso = moved
    both = worn(head, np.tile(np.eye(3), (len(head), 1, 1)), names=("elsewhere", "Head"))
    found = see_turned(both, TrackingSettings(forward="+X"))
    other = see_turned(
        worn(head, torso, names=("elsewhere", "Head")), TrackingSettings(forward="+X")
    )
    np.testing.assert_allclose(found.head, other.head)
    np.testing.assert_allclose(found.gravity, np.tile([0, -GRAVITY_M_S2, 0], (len(head), 1)))
    assert Assumed.TRUNK_STILL in _codes(found)


def test_a_head_alone_shows_where_it_faces(moved: Moved) -> None:
    head, torso = moved
    found = see_turned(worn(head, torso, names=("x", "Head"), segments=XSENS), TrackingSettings())
    assert _off_deg(found.head, head).max() < 1e-5


def test_a_static_trial_is_the_neutral_pose(moved: Moved) -> None:
    head, torso = moved
    later = slice(100, None)
    alone = worn(head[later], torso[later], names=("T8", "Head"), segments=XSENS)
    still = np.tile(np.eye(3), (40, 1, 1))
    static = worn(still, still, names=("T8", "Head"), segments=XSENS)
    found = see_turned(alone, TrackingSettings(), static)
    assert _off_deg(found.head, (np.swapaxes(torso, 1, 2) @ head)[later]).max() < 1e-5


def test_short_gaps_are_turned_through_and_long_ones_left(moved: Moved) -> None:
    head, torso = moved
    known = np.ones((len(head), 2), bool)
    known[150:156, 0] = known[250:290, 1] = known[-3:] = False
    recorded = worn(head, torso, names=("T8", "Head"), segments=XSENS, known=known)
    recorded.rotation[~known] = np.eye(3)
    found = see_turned(recorded, TrackingSettings())
    assert found.known[:250].all()
    assert not found.known[250:290].any()
    assert not found.known[-3:].any()
    np.testing.assert_array_equal(np.flatnonzero(found.filled), np.arange(150, 156))
    true = np.swapaxes(torso, 1, 2) @ head
    assert _off_deg(found.head, true)[found.known].max() < 0.3


def test_a_pose_before_the_movement_and_a_glitch_are_not_believed(moved: Moved) -> None:
    head, torso = (one[60:].copy() for one in moved)
    true = np.swapaxes(torso, 1, 2) @ head
    away = Rotation.from_rotvec([0.0, 1.2, 0.3]).as_matrix()
    head[0], head[200] = away @ head[0], head[200] @ away
    static = worn(*np.tile(np.eye(3), (2, 40, 1, 1)), names=("T8", "Head"), segments=XSENS)
    recording = worn(head, torso, names=("T8", "Head"), segments=XSENS)
    found = see_turned(recording, TrackingSettings(), static)
    assert np.flatnonzero(~found.known).tolist() == [0]
    assert np.flatnonzero(found.filled).tolist() == [200]
    assert _off_deg(found.head, true)[1:].max() < 0.3
    assert Assumed.LEAPT in _codes(found)


@pytest.mark.parametrize(
    ("change", "settings", "code"),
    [
        ({"names": ("one", "two")}, {}, "turned.no_head"),
        ({}, {"head_name": "helmet"}, "turned.no_body"),
        ({}, {"head_name": "head_imu", "torso_name": "head_imu"}, "turned.same_body"),
        ({"up": None}, {}, "turned.no_up"),
        ({}, {}, "turned.no_forward"),
        ({}, {"forward": "+Z"}, "turned.faces_up"),
        ({}, {"forward": "ahead"}, "laboratory.no_axis"),
        ({}, {"nod_window_s": (0.0, 0.5)}, "turned.no_nod"),
        ({}, {"forward": "+X", "neutral_window_s": (90.0, 91.0)}, "neutral.empty_window"),
        ({"known": np.zeros((400, 2), bool)}, {"forward": "+X"}, "turned.never_known"),
        ({"known": np.tile(np.arange(400) % 9 > 4, (2, 1)).T}, {"max_gap_s": 0.0},
         "turned.no_still_frames"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_asked_for(
    moved: Moved, change: dict[str, object], settings: dict[str, object], code: str
) -> None:
    with pytest.raises(RecordingError) as refused:
        see_turned(worn(*moved, **change), TrackingSettings(**settings))
    assert refused.value.what == code
    assert str(refused.value).startswith("worn.sto: ")


def test_a_head_that_turns_does_not_nod(moved: Moved) -> None:
    time = np.arange(400) / RATE_HZ
    about = np.zeros((400, 3))
    about[:, 1] = 0.8 * np.sin(np.clip(time - 1.0, 0.0, 9.0))
    turning = Rotation.from_rotvec(about).as_matrix()
    with pytest.raises(RecordingError) as refused:
        see_turned(worn(turning, moved[1]), TrackingSettings(nod_window_s=(0.0, 4.0)))
    assert refused.value.what == "turned.turns_only"
