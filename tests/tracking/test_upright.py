"""Up, forward and sides of heads of any markers, trunks that lean, and rests that are no rest."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from nuchal.errors import RecordingError, Setting
from nuchal.findings import Warned
from nuchal.model.anatomy import Anatomy
from nuchal.records import Recording
from nuchal.tracking.motion import TrackedMotion
from nuchal.tracking.names.marker_sets import HEAD, THORAX
from nuchal.tracking.pipeline import TrackingSettings, track
from nuchal.tracking.place.laboratory import detect_laboratory
from nuchal.tracking.place.landmarks import Seen, landmarks, log_likelihood
from nuchal.tracking.place.pivot import Pivot, find_pivot
from nuchal.tracking.place.vertical import Claims

from .conftest import Make, laboratory_axes

SOURCE = Path("lab.trc")
PLAIN = TrackingSettings()
SHARE = np.array([0.45, 0.3, 0.6])
NECK = np.array([-0.03, -0.09, 0.0])
EARS = {"LH": [0.0, 0.0, -0.072], "RH": [0.0, 0.0, 0.072]}
HEADS = {
    "vertex well ahead of the ears": {"TP": [0.05, 0.125, 0.0], **EARS},
    "vertex straight above the ears": {"TP": [0.0, 0.13, 0.0], **EARS},
    "forehead named the vertex": {"TP": [0.09, 0.06, 0.0], **EARS},
    "nasion and tragi": {"NASION": [0.1, 0.02, 0.0], "LEAR": EARS["LH"], "REAR": EARS["RH"]},
    "in the middle plane": {
        "TP": [0.0, 0.13, 0.0],
        "FOREHEAD": [0.1, 0.05, 0.0],
        "INION": [-0.09, 0.02, 0.0],
    },
    "an oblique band": {
        "LFHD": [0.075, 0.13, -0.06],
        "RFHD": [0.075, 0.13, 0.06],
        "LBHD": [-0.075, 0.02, -0.06],
        "RBHD": [-0.075, 0.02, 0.06],
    },
}


def placed(points: dict, axes: np.ndarray) -> dict[str, np.ndarray]:
    return {name: np.array(place) @ axes + 1.4 * axes[1] for name, place in points.items()}


def neck(axes: np.ndarray) -> Pivot:
    return Pivot(NECK @ axes + 1.4 * axes[1], 0.015**2 * np.eye(3))


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize(("up", "ahead"), [("+Z", "+X"), ("+Y", "-Z"), ("+X", "+Y"), ("-Y", "+Z")])
@pytest.mark.parametrize("claimed", [False, True])
def test_any_three_head_markers_tell(head: str, up: str, ahead: str, claimed: bool) -> None:
    axes = laboratory_axes(up, ahead, 0.3)
    claims = Claims(up=up) if claimed else Claims()
    points = placed(HEADS[head], axes)
    found = detect_laboratory(points, {}, source=SOURCE, pivot=neck(axes), claims=claims)
    assert found.up == up
    assert np.trace(found.rotation @ axes.T) > 1.0 + 2.0 * np.cos(np.radians(6.0))


def test_a_band_whose_sides_are_exchanged_is_not_a_person_upside_down() -> None:
    axes = laboratory_axes("+Z", "+X", 0.3)
    band = placed(HEADS["an oblique band"], axes)
    exchanged = {"LR"["RL".index(name[0])] + name[1:]: place for name, place in band.items()}
    with pytest.raises(RecordingError) as caught:
        detect_laboratory(exchanged, {}, source=SOURCE, pivot=neck(axes))
    assert caught.value.what == "laboratory.reversed"
    assert caught.value.values["swap"] == Setting("swap_sides", True)


def test_evidence_that_is_thin_is_asked_about() -> None:
    """A vertex and ears in a heap near the origin, with the head thrown back."""
    axes = laboratory_axes("+Z", "+X") @ Rotation.from_euler("y", -44.0, degrees=True).as_matrix()
    points = {
        name: np.array(place) @ axes
        for name, place in HEADS["vertex well ahead of the ears"].items()
    }
    with pytest.raises(RecordingError) as caught:
        detect_laboratory(points, {}, source=SOURCE)
    assert caught.value.what in {"laboratory.up_unclear", "laboratory.oblique"}
    assert caught.value.remedy == Setting("up")


def test_every_marker_that_is_known_has_a_usual_place() -> None:
    assert landmarks("head", (*HEAD, "C7")).place.shape == (len(HEAD) + 1, 3)
    assert (landmarks("thorax", THORAX).sd > 0.0).all()


def test_usual_places_are_likeliest_as_they_are() -> None:
    names = ("TP", "LEAR", "REAR", "NASION")
    seen = Seen("head", names, landmarks("head", names).place + 1.0)
    turns = Rotation.from_rotvec(np.outer([0.0, 0.4, 1.5], [0.0, 0.0, 1.0])).as_matrix()
    likely = log_likelihood(seen, turns)
    assert likely[0] == pytest.approx(0.0, abs=1e-9)
    assert (np.diff(likely) < -1.0).all()


def test_the_pivot_of_a_ball_joint_is_found_and_open_along_a_single_axis() -> None:
    rng = np.random.default_rng(1)
    head, joint = rng.normal([1.0, 2.0, 3.0], 0.08, (4, 3)), np.array([1.0, 1.9, 3.0])
    every_way = Rotation.from_rotvec(rng.normal(0.0, 0.4, (200, 3))).as_matrix()
    found = find_pivot(head, np.einsum("tij,mj->tmi", every_way, head - joint) + joint)
    assert found.point == pytest.approx(joint, abs=1e-3)
    about_y = Rotation.from_rotvec(rng.normal(0.0, 0.4, (200, 1)) * [0.0, 1.0, 0.0]).as_matrix()
    found = find_pivot(head, np.einsum("tij,mj->tmi", about_y, head - joint) + joint)
    across, along, _ = np.sqrt(np.diag(found.covariance))
    assert across < 0.03
    assert along > 0.3


def turning(frames: int = 200, *, bent_rad: float = 0.0) -> np.ndarray:
    """Rest, bent if so stated, then a turn and a second rest upright."""
    share = np.clip((np.arange(frames) / 100.0 - 0.6) / 0.8, 0.0, 1.0)
    total = np.zeros((frames, 3))
    total[:, 0] = bent_rad * np.cos(0.5 * np.pi * share) ** 2
    total[:, 2] = 0.5 * np.sin(np.pi * share) ** 2
    return np.concatenate([SHARE * total, (1.0 - SHARE) * total], axis=1)


def moved(recording: Recording, turn: Rotation, step: np.ndarray) -> Recording:
    places = np.asarray(recording.positions)
    turned = turn.apply(places.reshape(-1, 3)).reshape(places.shape) + step
    return replace(recording, positions=turned)


def off_deg(found: TrackedMotion, q: np.ndarray) -> float:
    """Largest root mean square error of the head's three angles."""
    error = np.degrees(np.asarray(found.motion.q) - q)
    return float(np.sqrt(((error[:, :3] + error[:, 3:]) ** 2).mean(axis=0)).max())


def warned(found: TrackedMotion) -> dict:
    return {f.what: f.values for f in found.assumptions if f.level == "warned"}


@pytest.mark.parametrize(("lean_deg", "way"), [(28.0, "leans_back"), (-24.0, "leans_forward")])
def test_head_and_trunk_that_lean_together(
    anatomy: Anatomy, make: Make, lean_deg: float, way: str
) -> None:
    lean = Rotation.from_euler("z", lean_deg, degrees=True)
    q = turning()
    found = track(moved(make(q), lean, np.zeros(3)), anatomy, settings=PLAIN)
    said = warned(found)[Warned.TRUNK_LEANS]
    assert said["way"].what == f"laboratory.{way}"
    assert said["lean_deg"] == pytest.approx(abs(lean_deg), abs=4.0)
    assert off_deg(found, q) < 2.0
    down = lean.inv().apply([0.0, -9.80665, 0.0])
    assert np.asarray(found.gravity)[0] == pytest.approx(down, abs=0.7)


def test_a_head_that_rests_bent_first_is_said_with_the_window_that_is_better(
    anatomy: Anatomy, make: Make
) -> None:
    found = track(make(turning(bent_rad=-0.45)), anatomy, settings=PLAIN)
    said = warned(found)[Warned.NEUTRAL_BENT]
    assert said["apart_deg"] == pytest.approx(np.degrees(0.45), abs=1.0)
    start_s, end_s = said["neutral"].value
    assert 1.3 < start_s < end_s < 2.0
    assert Warned.NEUTRAL_BENT not in warned(track(make(turning()), anatomy, settings=PLAIN))


@pytest.mark.parametrize("turned_deg", [28.0, 90.0, 180.0])
def test_a_static_trial_in_another_place_gives_only_the_tilt(
    anatomy: Anatomy, make: Make, turned_deg: float
) -> None:
    q, head = turning(), "LFHD RFHD LBHD RBHD"
    turn = Rotation.from_euler("y", turned_deg, degrees=True)
    static = moved(make(np.zeros((80, 6)), head=head, torso=""), turn, np.array([0.4, 0.0, -0.2]))
    static = replace(static, source=Path("static.trc"))
    found = track(make(q, head=head, torso=""), anatomy, settings=PLAIN, static=static)
    said = warned(found)[Warned.STATIC_ELSEWHERE]
    assert said["turned_deg"] == pytest.approx(turned_deg, abs=0.5)
    assert off_deg(found, q) < 0.5


def test_front_and_side_are_no_pair(anatomy: Anatomy, make: Make) -> None:
    names = {"LH": "front1", "RH": "side1"}
    settings = TrackingSettings(markers=names)
    with pytest.raises(RecordingError) as caught:
        track(make(turning(), rename=names), anatomy, settings=settings)
    assert caught.value.what == "markers.no_pair"


def test_a_head_below_the_origin_is_said(anatomy: Anatomy, make: Make) -> None:
    recording = moved(make(turning()), Rotation.identity(), np.array([0.0, -3.0, 0.0]))
    said = warned(track(recording, anatomy, settings=PLAIN))[Warned.BELOW_ORIGIN]
    assert said["axis"] == "+Y"
    stated = track(recording, anatomy, settings=replace(PLAIN, up="+Y"))
    assert Warned.BELOW_ORIGIN not in warned(stated)
