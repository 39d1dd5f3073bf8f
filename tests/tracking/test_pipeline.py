"""From a recording to a motion: made recordings whose coordinates are known, and bad ones."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import equinox as eqx
import jax
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from nuchal.errors import RecordingError, Setting, Status
from nuchal.findings import Assumed, Found, What
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_anatomy
from nuchal.model.kinematics import marker_positions
from nuchal.movements.standard import standard_movement
from nuchal.records import CoordinateRecording, Recording
from nuchal.tracking.motion import TrackedMotion
from nuchal.tracking.pipeline import TrackingSettings, track

from .conftest import CUBE_SAMPLE, Make, laboratory_axes

SHARE = np.array(generic_anatomy().rhythm)
PLAIN = TrackingSettings()
traces = eqx.filter_jit(jax.vmap(marker_positions, (None, 0)))


def said(found: TrackedMotion) -> dict[What, Mapping[str, object]]:
    return {one.what: one.values for one in found.assumptions}


def refusal(
    recording: Recording | CoordinateRecording,
    anatomy: Anatomy,
    *,
    settings: TrackingSettings = PLAIN,
    static: Recording | None = None,
) -> RecordingError:
    with pytest.raises(RecordingError) as caught:
        track(recording, anatomy, settings=settings, static=static)
    assert caught.value.file is not None
    return caught.value


def slow_movement(frames: int = 400) -> np.ndarray:
    """Rest, then a slow movement about all axes that a 6 Hz filter leaves alone."""
    share = np.clip((np.arange(frames) / 100.0 - 0.7) / (frames / 100.0 - 1.4), 0.0, 1.0)
    wave = np.sin(np.pi * share) ** 4
    total = wave[:, None] * np.array([-0.5, 0.35, 0.7]) * np.cos(share * 3.0)[:, None]
    return np.concatenate([SHARE * total, (1.0 - SHARE) * total], axis=1)


def sway(frames: int) -> Rotation:
    t = np.arange(frames) / 100.0
    lean = np.clip(t - 0.7, 0.0, None)
    return Rotation.from_euler(
        "ZXY",
        np.stack([-0.10 * np.sin(lean), 0.06 * np.sin(2 * lean), 0.15 * np.sin(lean)], axis=1),
    )


@pytest.mark.parametrize(("up", "forward", "heading"), CUBE_SAMPLE)
def test_a_swaying_person_in_any_laboratory(
    anatomy: Anatomy, make: Make, up: str, forward: str, heading: float
) -> None:
    q = slow_movement()
    recording = make(q, axes=laboratory_axes(up, forward, heading), trunk=sway(400))
    found = track(recording, anatomy, settings=PLAIN)
    assert np.asarray(found.motion.q) == pytest.approx(q, abs=2e-4)
    assert (np.asarray(found.motion.status) == Status.OK).all()
    assert np.asarray(found.markers) == pytest.approx(np.asarray(traces(anatomy, q)), abs=1e-9)
    expected = sway(400).inv().apply([0.0, -9.80665, 0.0])
    assert np.asarray(found.gravity) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("head", "torso"),
    [
        ("TP LH RH", "C7 CLAV STRN T10"),
        ("LFHD RFHD LBHD RBHD", "C7 CLAV STRN T10 LSHO RSHO"),
        ("TP LH RH", "STRN LSHO RSHO"),
        ("TP LH RH", ""),
        ("LFHD RFHD LBHD RBHD", ""),
    ],
)
def test_coordinates_are_exact_before_the_filter(
    anatomy: Anatomy, make: Make, head: str, torso: str
) -> None:
    """A filter of 40 Hz leaves nothing but the inverse kinematics: 1e-6 rad."""
    q = slow_movement()
    found = track(
        make(q, head=head, torso=torso), anatomy, settings=TrackingSettings(cutoff_hz=40.0)
    )
    inner = slice(20, -20)
    assert np.asarray(found.motion.q)[inner] == pytest.approx(q[inner], abs=1e-6)
    assert np.asarray(found.tracking.residual).max() < 1e-6


def test_the_carried_markers_of_a_head_band_are_the_models(anatomy: Anatomy, make: Make) -> None:
    q = slow_movement()
    found = track(make(q, head="LFHD RFHD LBHD RBHD"), anatomy, settings=PLAIN)
    expected = np.asarray(traces(anatomy, q))
    assert np.asarray(found.markers) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("frames", [80, 5, 1])
def test_a_static_trial_sets_the_neutral_pose(anatomy: Anatomy, make: Make, frames: int) -> None:
    """The recording itself never passes the neutral pose."""
    q = slow_movement() + np.array([0.05, 0.0, 0.0, 0.1, 0.0, 0.1])
    still = make(np.zeros((frames, 6)))
    found = track(make(q, trunk=sway(400)), anatomy, settings=PLAIN, static=still)
    total, truth = (x[:, :3] + x[:, 3:] for x in (np.asarray(found.motion.q), q))
    assert total == pytest.approx(truth, abs=0.01)
    neutral = found.observation.neutral
    assert (neutral.found.what == Found.NEUTRAL_STILL) == (frames < 8)
    assert neutral.last_frame < frames


def test_a_stated_window_sets_the_neutral_pose(anatomy: Anatomy, make: Make) -> None:
    q = np.concatenate([np.tile([0.0, 0, 0, 0, 0, 0.4], (100, 1)), slow_movement()])
    settings = TrackingSettings(neutral_window_s=(1.05, 1.5), cutoff_hz=40.0)
    found = track(make(q), anatomy, settings=settings)
    total = np.asarray(found.motion.q)[150:350, [2, 5]].sum(axis=1)
    assert total == pytest.approx(q[150:350, [2, 5]].sum(axis=1), abs=1e-3)
    assert found.observation.neutral.first_frame == 105


def test_a_head_that_is_turned_aside_is_not_neutral(anatomy: Anatomy, make: Make) -> None:
    """It looks aside for a second, then ahead: the second half is neutral, unasked."""
    turned = np.zeros((260, 6))
    turned[:120, [2, 5]] = 0.25
    turned[120:160, [2, 5]] = 0.25 * (1 - np.arange(40) / 40)[:, None]
    found = track(make(turned), anatomy, settings=PLAIN)
    assert found.observation.neutral.first_frame >= 150
    assert np.degrees(np.asarray(found.motion.q)[60, [2, 5]].sum()) == pytest.approx(28.6, abs=0.5)


def test_a_head_that_is_always_turned_is_reported(anatomy: Anatomy, make: Make) -> None:
    turned = np.zeros((100, 6))
    turned[:, [2, 5]] = 0.25
    found = track(make(turned), anatomy, settings=PLAIN)
    assert said(found)[Assumed.NEUTRAL_TURNED]["turned_deg"] == pytest.approx(28.6, abs=0.5)


def test_without_torso_markers_the_thorax_is_an_assumption(anatomy: Anatomy, make: Make) -> None:
    found = track(make(slow_movement(), torso=""), anatomy, settings=PLAIN)
    assert Assumed.THORAX_HELD in said(found)


def test_two_torso_markers_carry_the_thorax(anatomy: Anatomy, make: Make) -> None:
    found = track(make(slow_movement(), torso="C7 CLAV"), anatomy, settings=PLAIN)
    assert said(found)[Assumed.THORAX_UNTURNED]["names"] == ("C7", "CLAV")
    assert np.asarray(found.motion.q) == pytest.approx(slow_movement(), abs=2e-4)


def test_a_long_gap_stays_a_gap_and_touches_nothing_else(anatomy: Anatomy, make: Make) -> None:
    q = slow_movement()
    found = track(make(q, hidden={"RH": slice(150, 200)}), anatomy, settings=PLAIN)
    status = np.asarray(found.motion.status)
    assert (np.flatnonzero(status == Status.GAP) == np.arange(150, 200)).all()
    seen = status == Status.OK
    assert np.asarray(found.motion.q)[seen] == pytest.approx(q[seen], abs=0.01)
    for rate in (found.motion.q, found.motion.qd, found.motion.qdd, found.markers):
        assert np.isfinite(np.asarray(rate)).all()
    assert np.abs(np.asarray(found.motion.q)).max() < 1.0
    assert said(found)[Found.OPEN_GAPS] == {"frames": 50, "gaps": 1}


def test_a_short_gap_is_filled_and_said(anatomy: Anatomy, make: Make) -> None:
    q = slow_movement()
    found = track(make(q, hidden={"RH": slice(150, 170)}), anatomy, settings=PLAIN)
    assert (np.asarray(found.motion.status) == Status.OK).all()
    assert (np.flatnonzero(found.filled) == np.arange(150, 170)).all()
    assert said(found)[Assumed.FILLED]["frames"] == 20
    assert np.asarray(found.motion.q) == pytest.approx(q, abs=0.01)


def test_four_head_markers_lose_one_without_harm(anatomy: Anatomy, make: Make) -> None:
    q = slow_movement()
    recording = make(q, head="LFHD RFHD LBHD RBHD", hidden={"LBHD": slice(100, 400)})
    found = track(recording, anatomy, settings=TrackingSettings(cutoff_hz=40.0))
    assert np.asarray(found.motion.q)[20:-20] == pytest.approx(q[20:-20], abs=1e-6)


def test_beyond_the_generic_range_is_said_and_not_clipped(anatomy: Anatomy, make: Make) -> None:
    turn = 1.3 * np.sin(np.pi * np.clip((np.arange(400) / 100.0 - 0.7) / 2.6, 0.0, 1.0)) ** 4
    q = np.outer(turn, [0.0, 0.0, SHARE[2], 0.0, 0.0, 1.0 - SHARE[2]])
    found = track(make(q), anatomy, settings=PLAIN)
    beyond = (np.abs(q) > np.abs(np.asarray(anatomy.coordinate_range)).max(axis=1)).any(axis=1)
    assert beyond.any()
    flagged = np.asarray(found.motion.status) == Status.BEYOND_RANGE
    assert flagged[beyond].all()
    assert not flagged[:50].any()
    assert np.asarray(found.motion.q) == pytest.approx(q, abs=1e-3)


def test_noise_leaves_angles_to_a_tenth_of_a_degree(anatomy: Anatomy, make: Make) -> None:
    q = slow_movement()
    error = np.asarray(track(make(q, noise_m=0.0002), anatomy, settings=PLAIN).motion.q) - q
    assert np.degrees(np.sqrt((error**2).mean(axis=0))).max() < 0.1


def test_swapped_sides_are_mended_by_the_option(anatomy: Anatomy, make: Make) -> None:
    q, swap = slow_movement(), {"LH": "RH", "RH": "LH"}
    error = refusal(make(q, rename=swap, torso="C7 CLAV STRN"), anatomy)
    assert error.values["swap"] == Setting("swap_sides", True)
    settings = TrackingSettings(swap_sides=True)
    found = track(make(q, rename=swap, torso="C7 CLAV STRN"), anatomy, settings=settings)
    assert np.asarray(found.motion.q) == pytest.approx(q, abs=2e-4)


def test_coordinates_are_differentiated(anatomy: Anatomy) -> None:
    truth = standard_movement()
    recording = CoordinateRecording(
        source=Path("c.mot"), time=np.asarray(truth.time), q=np.asarray(truth.q), rate_hz=100.0
    )
    found = track(recording, anatomy, settings=TrackingSettings(cutoff_hz=20.0))
    inner = slice(20, -20)
    assert np.asarray(found.motion.qd)[inner] == pytest.approx(
        np.asarray(truth.qd)[inner], abs=0.03
    )
    assert found.tracking is None
    assert np.asarray(found.markers)[0] == pytest.approx(
        np.asarray(marker_positions(anatomy, truth.q[0]))
    )


BAD = {
    "laboratory.unit_mistaken": {"scale": 1000.0},
    "laboratory.unit_mistaken ": {"scale": 0.001},
    "markers.too_few": {"rename": {"TP": "Scalp"}},
    "markers.too_few ": {"hidden": {"RH": slice(None)}},
    "frames.too_few": {"frames": 1},
    "frames.too_few ": {"frames": 0},
    "frames.none_whole": {"hidden": {"RH": slice(0, 200), "LH": slice(200, 400)}},
}


@pytest.mark.parametrize("what", BAD)
def test_bad_recordings_are_refused_in_one_sentence(
    anatomy: Anatomy, make: Make, what: str
) -> None:
    given = dict(BAD[what])
    q = slow_movement()[: given.pop("frames", 400)]
    error = refusal(make(q, **given), anatomy)
    assert error.what == what.strip()
    message = str(error)
    assert message.startswith("made.trc: ")
    assert "\n" not in message


def with_time(recording: Recording, time: np.ndarray) -> Recording:
    return replace(recording, time=time)


@pytest.mark.parametrize("change", [0.0, -0.05])
def test_time_that_stands_or_goes_back_is_refused(
    anatomy: Anatomy, make: Make, change: float
) -> None:
    recording = make(slow_movement())
    time = np.asarray(recording.time).copy()
    time[200] = time[199] + change
    error = refusal(with_time(recording, time), anatomy)
    assert (error.what, error.values["frame"]) == ("frames.time_stands", 200)


def test_degrees_under_a_header_of_radians_are_refused(anatomy: Anatomy) -> None:
    truth = standard_movement()
    recording = CoordinateRecording(
        source=Path("c.mot"),
        time=np.asarray(truth.time),
        q=np.degrees(np.asarray(truth.q)),
        rate_hz=100.0,
    )
    error = refusal(recording, anatomy)
    assert (error.what, error.remedy) == ("frames.degrees", Setting("in_degrees", True))


def test_a_window_outside_the_recording_is_refused(anatomy: Anatomy, make: Make) -> None:
    settings = TrackingSettings(neutral_window_s=(9.0, 10.0))
    error = refusal(make(slow_movement()), anatomy, settings=settings)
    assert (error.what, error.remedy) == ("neutral.empty_window", Setting("neutral_window_s"))


def test_a_static_trial_of_other_markers_is_refused(anatomy: Anatomy, make: Make) -> None:
    trial, q = make(slow_movement()), np.zeros((80, 6))
    error = refusal(trial, anatomy, static=make(q, head="LFHD RFHD LBHD RBHD"))
    assert (error.what, error.values["common"]) == ("neutral.other_markers", 0)
    assert refusal(trial, anatomy, static=make(q, scale=1.2)).what == "neutral.other_places"


def test_a_slow_camera_lowers_the_cut_off_and_says_so(anatomy: Anatomy, make: Make) -> None:
    found = track(make(slow_movement()[::10], rate_hz=10.0), anatomy, settings=PLAIN)
    assert found.cutoff_hz == pytest.approx(4.0)
    lowered = said(found)[Assumed.CUTOFF_LOWERED]
    assert (lowered["cutoff_hz"], lowered["asked_hz"]) == (pytest.approx(4.0), 6.0)
