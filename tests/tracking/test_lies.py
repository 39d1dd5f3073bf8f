"""Markers that lie, in made recordings: found, named and mended; and true ones left alone."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from nuchal.errors import RecordingError
from nuchal.findings import Assumed, Warned, What
from nuchal.model.generic import generic_anatomy
from nuchal.records import Recording
from nuchal.tracking.gaps import fill_gaps
from nuchal.tracking.lies.exchanged import exchange_back
from nuchal.tracking.observation import Observation, TrackingSettings, observe
from nuchal.tracking.rigid import fit_poses

from .conftest import Make

SHARE = np.array(generic_anatomy().rhythm)
THREE, BAND, MANY = "TP LH RH", "LFHD RFHD LBHD RBHD", "TP LH RH LBHD RBHD"
LIES = {
    Assumed.STRAY,
    Assumed.STANDS_STILL,
    Assumed.EXCHANGED_BACK,
    Assumed.JUMPED,
    Assumed.SLIP_PLACED,
    Assumed.SLIP_PUT_BACK,
    Assumed.SLIP_LEFT_OUT,
    Warned.SLIP_UNCLEAR,
}
CASES = [(THREE, 40.0, 2e-4), (BAND, 100.0, 1e-3), (MANY, 30.0, 1e-3), (THREE, 250.0, 1e-3)]


def movement(rate_hz: float, seconds: float = 5.0) -> np.ndarray:
    """A second of rest, then all three directions at once, at the speeds of people."""
    time = np.arange(round(seconds * rate_hz)) / rate_hz
    ramp = np.clip((time - 1.0) / 0.6, 0.0, 1.0) ** 2
    waves = np.stack([np.sin(2.0 * np.pi * f * (time - 1.0)) for f in (0.4, 0.3, 0.5)], axis=1)
    total = (ramp[:, None] * waves) * np.radians([20.0, 15.0, 35.0])
    return np.concatenate([SHARE * total, (1.0 - SHARE) * total], axis=1)


def sway(rate_hz: float, frames: int) -> Rotation:
    lean = np.sin(np.arange(frames) / rate_hz)
    return Rotation.from_euler("ZX", np.stack([0.03 * lean, 0.02 * lean], axis=1))


def record(make: Make, head: str, rate_hz: float, noise_m: float) -> Recording:
    q = movement(rate_hz)
    trunk = sway(rate_hz, len(q))
    return make(q, head=head, trunk=trunk, rate_hz=rate_hz, noise_m=noise_m)


def changed(recording: Recording, name: str, frames: slice, by: np.ndarray) -> Recording:
    positions = np.array(recording.positions)
    positions[frames, recording.names.index(name)] += by
    return replace(recording, positions=positions)


def head_turn(recording: Recording, markers: int) -> np.ndarray:
    positions = np.asarray(recording.positions)[:, :markers]
    return fit_poses(positions[:20].mean(axis=0), positions).rotation


def lies(found: Observation) -> dict[What, Mapping[str, Any]]:
    return {one.what: one.values for one in found.findings if one.what in LIES}


def off_deg(found: Observation, true: Recording) -> float:
    """Rms angle between the head as it is mended and as it is, in known frames."""
    seen = found.markers
    shape = np.asarray(true.positions)[:20, : len(seen.names.head)].mean(axis=0)
    ours = fit_poses(shape, seen.head.positions).rotation[seen.known]
    right = head_turn(true, len(seen.names.head))[seen.known]
    apart = Rotation.from_matrix(ours @ right.transpose(0, 2, 1)).magnitude()
    return float(np.degrees(np.sqrt((apart**2).mean())))


@pytest.mark.parametrize(("head", "rate_hz", "noise_m"), CASES)
def test_true_markers_are_left_alone(make: Make, head: str, rate_hz: float, noise_m: float) -> None:
    assert not lies(observe(record(make, head, rate_hz, noise_m), TrackingSettings()))


def test_a_vertex_about_which_the_head_turns_is_left_alone(make: Make) -> None:
    q = np.zeros((200, 6))
    q[:, 5] = np.radians(60.0) * np.sin(np.arange(200) / 30.0) * (np.arange(200) > 60)
    made = make(q, noise_m=2e-4)
    positions = np.array(made.positions)
    positions[:, 0] = positions[0, 0] + np.random.default_rng(1).normal(0.0, 2e-4, (200, 3))
    positions[:, 0, :2] = positions[:, 1:3, :2].mean(axis=(0, 1))
    axis = positions[:, 1:3].mean(axis=(0, 1)) - positions[:, 0].mean(axis=0)
    turned = Rotation.from_rotvec(q[:, 5, None] * axis / np.linalg.norm(axis))
    for k in (1, 2):
        positions[:, k] = positions[:, 0] + turned.apply(positions[0, k] - positions[0, 0])
    assert not lies(observe(replace(made, positions=positions), TrackingSettings()))


@pytest.mark.parametrize("head", [THREE, BAND])
def test_a_band_that_is_pressed_and_springs_back_is_left_alone(make: Make, head: str) -> None:
    made = record(make, head, 100.0, 2e-4)
    press = np.sin(np.pi * np.clip((np.arange(500) - 200) / 150.0, 0.0, 1.0)) ** 2
    pressed = changed(made, made.names[1], slice(None), 0.015 * press[:, None] * [0.0, 0.7, 0.7])
    assert not lies(observe(pressed, TrackingSettings()))


@pytest.mark.parametrize(("head", "rate_hz", "noise_m"), CASES)
@pytest.mark.parametrize("part", [(0.0, 2.0), (2.0, 2.9), (2.0, 5.0)])
def test_numbers_that_repeat_are_left_out(
    make: Make, head: str, rate_hz: float, noise_m: float, part: tuple[float, float]
) -> None:
    made = record(make, head, rate_hz, noise_m)
    first, stop = (round(at * rate_hz) for at in part)
    column, positions = 1, np.array(made.positions)
    positions[first:stop, column] = positions[
        min(stop, len(positions) - 1) if first == 0 else first, column
    ]
    found = observe(replace(made, positions=positions), TrackingSettings())
    said = lies(found)[Assumed.STANDS_STILL]
    assert said["name"] == made.names[column]
    assert abs(said["first"] - (first + 2 if first else 1)) <= 1
    assert abs(said["last"] - stop) <= 1
    assert off_deg(found, made) < 2.0
    assert found.markers.known[first + 1 : stop].all() == (head != THREE)


def test_a_marker_that_lies_on_the_chair_is_left_out(make: Make) -> None:
    """It is measured anew in every frame, so that its numbers don't repeat."""
    made = record(make, THREE, 100.0, 2e-4)
    positions = np.array(made.positions)
    positions[250:, 0] = positions[250, 0] + np.random.default_rng(2).normal(0, 2e-4, (250, 3))
    found = observe(replace(made, positions=positions), TrackingSettings())
    assert lies(found)[Assumed.STANDS_STILL]["name"] == "TP"
    assert found.markers.known[:240].all()
    assert not found.markers.known[260:].any()


@pytest.mark.parametrize(("head", "rate_hz", "noise_m"), CASES)
@pytest.mark.parametrize("frames", [1, 3])
def test_a_jump_is_bridged_and_the_right_marker_named(
    make: Make, head: str, rate_hz: float, noise_m: float, frames: int
) -> None:
    """Also one around the line between two others, which keeps its distances to them."""
    made = record(make, head, rate_hz, noise_m)
    at, places = round(2.5 * rate_hz), np.asarray(made.positions)
    line = places[at, 2] - places[at, 0]
    turn = Rotation.from_rotvec(1.0 * line / np.linalg.norm(line))
    aside = turn.apply(places[at, 1] - places[at, 0]) - places[at, 1] + places[at, 0]
    for by in (aside, np.array([0.1, -0.1, 0.05])):
        jumped = changed(made, made.names[1], slice(at, at + frames), by)
        found = observe(jumped, TrackingSettings())
        said = lies(found)
        assert set(said) == {Assumed.JUMPED}
        values = said[Assumed.JUMPED]
        assert (values["name"], values["frames"], values["first"]) == (
            made.names[1],
            frames,
            at + 1,
        )
        assert values["by_mm"] == pytest.approx(1e3 * np.linalg.norm(by), abs=15.0)
        assert found.markers.known.all()
        assert off_deg(found, made) < 2.0


@pytest.mark.parametrize(("head", "rate_hz", "noise_m"), CASES)
@pytest.mark.parametrize("fixed", ["head", "laboratory"])
def test_a_slip_is_named_and_mended(
    make: Make, head: str, rate_hz: float, noise_m: float, fixed: str
) -> None:
    made = record(make, head, rate_hz, noise_m)
    at, by = round(2.6 * rate_hz), np.array([0.015, -0.02, 0.005])
    turned = head_turn(made, len(head.split())) @ by if fixed == "head" else by
    slipped = changed(
        made, made.names[1], slice(at, None), turned[at:] if fixed == "head" else turned
    )
    found = observe(slipped, TrackingSettings())
    said = lies(found)
    mended = Assumed.SLIP_PUT_BACK if fixed == "head" else Assumed.SLIP_LEFT_OUT
    (what,) = said
    assert what is (mended if head == THREE else Assumed.SLIP_PLACED)
    assert (said[what]["name"], said[what]["first"]) == (made.names[1], at + 1)
    assert said[what]["by_mm"] == pytest.approx(25.5, abs=5.0)
    assert off_deg(found, made) < 2.0


@pytest.mark.parametrize("head", [THREE, BAND, MANY])
@pytest.mark.parametrize("seconds", [0.1, 1.5])
def test_a_marker_that_creeps_is_named(make: Make, head: str, seconds: float) -> None:
    made = record(make, head, 100.0, 2e-4)
    share = np.clip((np.arange(500) - 220) / (100.0 * seconds), 0.0, 1.0)
    by = share[:, None] * (head_turn(made, len(head.split())) @ np.array([0.0, 0.02, -0.015]))
    found = observe(changed(made, made.names[1], slice(None), by), TrackingSettings())
    said = lies(found)
    (what,) = said
    assert made.names[1] in said[what].get("names", (said[what].get("name"),))
    if what is not Warned.SLIP_UNCLEAR:
        assert 0 <= said[what]["first"] - 221 < 70.0 * seconds + 5.0
        assert off_deg(found, made) < 2.0


def test_torso_markers_jump_and_slip_as_well(make: Make) -> None:
    made = record(make, BAND, 100.0, 2e-4)
    jumped = changed(made, "CLAV", slice(200, 203), np.array([0.03, 0.04, 0.0]))
    slipped = changed(jumped, "T10", slice(300, None), np.array([0.0, 0.02, 0.02]))
    found = observe(slipped, TrackingSettings())
    said = lies(found)
    assert said[Assumed.JUMPED]["name"] == "CLAV"
    assert (said[Assumed.SLIP_PLACED]["name"], said[Assumed.SLIP_PLACED]["first"]) == ("T10", 301)
    columns = [made.names.index(name) for name in found.markers.names.thorax]
    off = found.markers.thorax.positions - np.asarray(made.positions)[:, columns]
    assert np.linalg.norm(off, axis=2).max() < 0.005


@pytest.mark.parametrize(
    "names", [("TP", "RH"), ("LH", "C7"), ("TP", "LH", "RH"), ("LH", "TP", "RH")]
)
def test_names_that_go_round_for_a_while(make: Make, names: tuple[str, ...]) -> None:
    made = record(make, THREE, 40.0, 1e-3)
    columns = [made.names.index(name) for name in names]
    positions = np.array(made.positions)
    positions[100:130, columns] = positions[100:130, columns[1:] + columns[:1]]
    back, found = exchange_back(replace(made, positions=positions))
    np.testing.assert_array_equal(back.positions, made.positions)
    assert [(one.values["first"], one.values["last"]) for one in found] == [(101, 130)]
    assert set(found[0].values["names"]) == set(names)


@pytest.mark.parametrize("wrong", [slice(0, 60), slice(140, 200)])
def test_names_exchanged_from_the_start_or_to_the_end(make: Make, wrong: slice) -> None:
    made = record(make, BAND, 40.0, 2e-4)
    positions = np.array(made.positions)
    positions[wrong, :2] = positions[wrong, [1, 0]]
    with pytest.raises(RecordingError) as caught:
        exchange_back(replace(made, positions=positions))
    assert caught.value.values["names"] == ("LFHD", "RFHD")
    assert caught.value.values["frame"] == (wrong.start or wrong.stop) + 1


def test_exchanged_while_out_of_sight(make: Make) -> None:
    made = record(make, BAND, 100.0, 2e-4)
    positions, visible = np.array(made.positions), np.array(made.visible)
    positions[210:300, :2] = positions[210:300, [1, 0]]
    visible[202:210, 0] = visible[205:212, 1] = False
    back, found = exchange_back(replace(made, positions=positions, visible=visible))
    assert len(found) == 1
    seen = np.asarray(back.visible)
    assert seen[213:].all()
    np.testing.assert_array_equal(np.asarray(back.positions)[seen], made.positions[seen])


def test_two_of_five_are_placed_by_the_other_three(make: Make) -> None:
    made = record(make, MANY, 100.0, 0.0)
    head, visible = np.asarray(made.positions)[:, :5], np.ones((500, 5), dtype=bool)
    visible[100:400, 1] = visible[200:500, 4] = False
    filled = fill_gaps(made.time, head, visible, max_gap_s=0.1, cutoff_hz=6.0)
    assert filled.known.all()
    assert filled.positions == pytest.approx(head, abs=1e-6)
