"""Markers that are missing, misnamed, exchanged, loose, in another unit or another laboratory."""

import numpy as np
import pytest

from nuchal.errors import Setting

from .conftest import MARKERS, Bench

HEAD = ("TP", "LH", "RH")


def renamed(bench: Bench, **new: str) -> list[str]:
    return [new.get(name, name) for name in bench.demo.names]


def without(bench: Bench, name: str) -> dict:
    keep = [k for k, other in enumerate(bench.demo.names) if other != name]
    return {
        "names": [bench.demo.names[k] for k in keep],
        "positions": bench.demo.positions[:, keep],
    }


def changed(bench: Bench, name: str, frames: slice, value: float | np.ndarray) -> np.ndarray:
    positions = bench.demo.positions.copy()
    positions[frames, bench.demo.column(name)] = value
    return positions


@pytest.mark.parametrize("kind", MARKERS)
def test_a_missing_marker(bench: Bench, kind: str) -> None:
    path = bench.recording(kind, **without(bench, "RH"))
    problem = bench.estimate(path).refusal(path, "markers.too_few")
    assert problem.values["found"].values["names"] == ("TP", "LH")
    assert problem.remedy == Setting("markers", {"RH": "NAME"})
    assert problem.values["guess"] is None


@pytest.mark.parametrize("kind", MARKERS)
def test_a_misnamed_marker_is_guessed(bench: Bench, kind: str) -> None:
    path = bench.recording(kind, names=renamed(bench, TP="TopHead1"))
    problem = bench.estimate(path).refusal(path, "markers.too_few")
    assert problem.remedy == Setting("markers", {"TP": "NAME"})
    assert problem.values["guess"].values["guess"] == Setting("markers", {"TP": "TopHead1"})


@pytest.mark.parametrize("name", ["Scalp", "Chin", "Left Hand"])
def test_a_name_that_does_not_say_the_place_is_not_guessed(bench: Bench, name: str) -> None:
    path = bench.recording(names=renamed(bench, TP=name))
    assert bench.estimate(path).refusal(path, "markers.too_few").values["guess"] is None


def test_markers_mapped_wrongly(bench: Bench) -> None:
    path = bench.recording()
    problem = bench.estimate(path, "--marker", "TP=Topp").refusal(path, "markers.not_in_file")
    assert problem.values["others"].values["names"] == ("TP",)
    assert problem.remedy == Setting("markers", {"TP": "NAME"})
    bench.estimate(path, "--marker", "HEAD=TP").refusal(path, "markers.unknown")
    twice = bench.estimate(path, "--marker", "TP=LH", "--marker", "LH=LH")
    assert twice.refusal(path, "markers.given_twice").values["name"] == "LH"
    for options in (["TP="], ["TP"], ["TP=a", "TP=b"]):
        words = [word for option in options for word in ("--marker", option)]
        bench.estimate(path, *words).refused("--marker")


@pytest.mark.parametrize("kind", MARKERS)
@pytest.mark.parametrize("missing", [np.nan, 0.0])
def test_nothing_seen_at_all(bench: Bench, kind: str, missing: float) -> None:
    path = bench.recording(kind, positions=np.full_like(bench.demo.positions, missing))
    bench.estimate(path).refused(path, "no marker with a position in any frame", "label and fill")


@pytest.mark.parametrize("kind", MARKERS)
@pytest.mark.parametrize("missing", [np.nan, 0.0])
def test_a_head_marker_that_is_never_seen(bench: Bench, kind: str, missing: float) -> None:
    path = bench.recording(kind, positions=changed(bench, "TP", slice(None), missing))
    problem = bench.estimate(path).refusal(path, "markers.too_few")
    assert problem.values["unseen"].values["names"] == ("TP",)


def test_gaps_that_leave_no_frame_or_no_neutral_pose(bench: Bench) -> None:
    positions = changed(bench, "TP", slice(0, 40), np.nan)
    positions[40:, bench.demo.column("LH")] = np.nan
    path = bench.recording(positions=positions)
    problem = bench.estimate(path).refusal(path, "frames.none_whole")
    assert [problem.values[k] for k in ("rarest", "seen", "frames")] == ["TP", 40, 80]
    assert problem.remedy == Setting("max_gap_s")
    path = bench.recording(positions=changed(bench, "TP", slice(10, None), np.nan))
    problem = bench.estimate(path).refusal(path, "neutral.no_quiet_frames")
    assert [problem.values[k] for k in ("rarest", "seen", "frames")] == ["TP", 10, 80]


@pytest.mark.parametrize("kind", MARKERS)
@pytest.mark.parametrize(("said", "meant", "factor"), [("m", "mm", 1e3), ("mm", "m", 1e-3)])
def test_units_that_lie(bench: Bench, kind: str, said: str, meant: str, factor: float) -> None:
    path = bench.recording(kind, positions=factor * bench.demo.positions, units=said)
    bench.estimate(path).refused(path, f"the numbers look like {meant}", f"--units {meant}")


@pytest.mark.parametrize("kind", MARKERS)
def test_left_and_right_exchanged(bench: Bench, kind: str) -> None:
    path = bench.recording(kind, names=renamed(bench, LH="RH", RH="LH"))
    problem = bench.estimate(path).refusal(path, "markers.sides")
    assert (problem.values["left"], problem.values["right"]) == ("LH", "RH")


def test_left_and_right_exchanged_without_a_thorax(bench: Bench) -> None:
    """Three head markers show it by where the head turns."""
    path = bench.recording(names=("TP", "RH", "LH"), positions=bench.demo.positions[:, :3])
    problem = bench.estimate(path).refusal(path, "laboratory.reversed")
    assert problem.values["swap"] == Setting("swap_sides", True)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_mirrored_laboratory(bench: Bench, axis: int) -> None:
    path = bench.recording(positions=bench.demo.positions * (1.0 - 2.0 * np.eye(3)[axis]))
    problem = bench.estimate(path).refusal(path, "markers.sides")
    assert problem.values["mirror"].name == "mirror"


def test_a_tilted_laboratory(bench: Bench) -> None:
    turn = np.radians(40.0)
    tilt = np.array([[1, 0, 0], [0, np.cos(turn), -np.sin(turn)], [0, np.sin(turn), np.cos(turn)]])
    path = bench.recording(positions=bench.demo.positions @ tilt.T)
    problem = bench.estimate(path).refusal(path, "laboratory.oblique")
    assert problem.remedy == Setting("up")


@pytest.mark.parametrize("pair", [("TP", "LH", "RH"), ("TP", "LH"), ("C7", "CLAV"), ("TP", "C7")])
@pytest.mark.parametrize("wrong", [slice(45, None), slice(0, 45), slice(10, 70)])
def test_names_exchanged_before_or_after(bench: Bench, pair: tuple[str, ...], wrong: slice) -> None:
    """Nothing tells which part is right; or most of the recording is wrong."""
    columns = [bench.demo.column(name) for name in pair]
    positions = bench.demo.positions.copy()
    positions[wrong, columns] = positions[wrong, columns[1:] + columns[:1]]
    path = bench.recording(positions=positions)
    problem = bench.estimate(path).refusal(path, "markers.exchanged")
    assert problem.values["names"] == tuple(sorted(pair, key=bench.demo.column))
    first = wrong.start or wrong.stop
    assert (problem.values["frame"], problem.values["time_s"]) == (first + 1, first / 25.0)


def test_a_marker_that_stands_still(bench: Bench) -> None:
    path = bench.recording(positions=changed(bench, "TP", slice(None), bench.demo.positions[19, 0]))
    problem = bench.estimate(path).refusal(path, "markers.stands_still")
    assert (problem.values["name"], problem.remedy.name) == ("TP", "markers")


def test_a_marker_that_is_none_of_the_heads(bench: Bench) -> None:
    """It goes round beside the head, so that no part of the recording has it in place."""
    turn = np.arange(80) / 5.0
    astray = np.stack([np.cos(turn), np.sin(turn), np.cos(2.0 * turn)], axis=1)
    astray = bench.demo.positions[:, 0] + 0.1 * astray
    path = bench.recording(positions=changed(bench, "TP", slice(None), astray))
    problem = bench.estimate(path).refusal(path, "markers.astray")
    assert (problem.values["name"], problem.remedy.name) == ("TP", "markers")


def test_too_little_that_is_true(bench: Bench) -> None:
    """Unseen for 0.2 s, and still after 0.4 s: at no time are eight frames whole."""
    positions = changed(bench, "TP", slice(0, 5), np.nan)
    positions[10:, bench.demo.column("TP")] = positions[9, bench.demo.column("TP")]
    path = bench.recording(positions=positions)
    values = bench.estimate(path).refusal(path, "markers.little_left").values
    assert (values["name"], values["frame"], values["longest"]) == ("TP", 11, 5)


def test_a_place_a_kilometre_away(bench: Bench) -> None:
    path = bench.recording(positions=changed(bench, "LH", slice(30, 31), 5000.0))
    bench.estimate(path).refused(path, "LH lies 5e+03 m", "frame 31", "correct or delete")


@pytest.mark.parametrize(
    ("pair", "what"),
    [
        (("TP", "STRN"), "laboratory.no_head"),
        (("TP", "LH"), "markers.top_below"),
        (("C7", "CLAV"), "markers.not_ahead"),
        (("C7", "T10"), "markers.not_above"),
    ],
)
def test_names_exchanged_all_along(bench: Bench, pair: tuple[str, str], what: str) -> None:
    path = bench.recording(names=renamed(bench, **dict([pair, pair[::-1]])))
    assert bench.estimate(path).refusal(path, what).values["markers"].name == "markers"


def test_one_marker_under_two_names_and_markers_on_a_line(bench: Bench) -> None:
    positions = bench.demo.positions
    path = bench.recording(positions=changed(bench, "TP", slice(None), positions[:, 1]))
    problem = bench.estimate(path).refusal(path, "markers.one_place")
    assert problem.remedy == Setting("markers", {"LH": "NAME"})
    middle = positions[:, [1, 2]].mean(axis=1)
    path = bench.recording(positions=changed(bench, "TP", slice(None), middle))
    bench.estimate(path).refusal(path, "markers.on_a_line")


@pytest.mark.parametrize("kind", ["trc", "c3d", "plain"])
def test_two_people_in_one_file(bench: Bench, kind: str) -> None:
    names = [f"{who}:{name}" for who in ("Anna", "Ben") for name in bench.demo.names]
    both = np.concatenate([bench.demo.positions, bench.demo.positions + 0.9], axis=1)
    path = bench.recording(kind, names=names, positions=both)
    bench.estimate(path).refused(path, "2 people or things (Anna, Ben)", "--person Ben")
    bench.estimate(path, "--person", "Ana").refused(path, 'no person "Ana"', "did you mean Anna")


def test_static_trials_that_do_not_go_with_the_recording(bench: Bench) -> None:
    path, demo = bench.recording(), bench.demo
    others = {
        "larger": ({"positions": 1.2 * demo.positions}, "neutral.other_places"),
        "headless": (without(bench, "RH"), "markers.too_few"),
        "swapped": ({"names": renamed(bench, LH="RH", RH="LH")}, "markers.sides"),
    }
    for name, (change, what) in others.items():
        static = bench.recording(name=name, **change)
        bench.estimate(path, "--static", static).refusal(static, what)
    far = bench.recording(name="km", positions=1e3 * demo.positions, units="m")
    bench.estimate(path, "--static", far).refused(far, "units")
    moves = bench.coordinates(np.zeros((40, 6)), in_degrees=True)
    bench.estimate(path, "--static", moves).refusal(moves, "neutral.no_markers")
    gone = bench.home / "trail.trc"
    bench.estimate(path, "--static", gone).refused(gone, "does not exist", "trial.trc")
