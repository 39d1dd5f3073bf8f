"""Markers that are missing, misnamed, exchanged, loose, in another unit or another laboratory."""

import numpy as np
import pytest

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
    sentence = bench.estimate(path).refused(path, "only TP, LH were recognised", "--marker RH=NAME")
    assert "--marker TP" not in sentence
    assert "perhaps" not in sentence


@pytest.mark.parametrize("kind", MARKERS)
@pytest.mark.parametrize("name", ["Scalp", "TopHead1"])
def test_a_misnamed_marker_is_guessed(bench: Bench, kind: str, name: str) -> None:
    path = bench.recording(kind, names=renamed(bench, TP=name))
    bench.estimate(path).refused(path, "--marker TP=NAME", f"perhaps --marker TP={name}")


def test_markers_mapped_wrongly(bench: Bench) -> None:
    path = bench.recording()
    for option, words in {
        "TP=Topp": ("no marker Topp", "the nearest are TP", "--marker TP=NAME"),
        "HEAD=TP": ("HEAD is not a marker", "TP, LH, RH"),
        "TP=": ("--marker takes OURS=THEIRS",),
        "TP": ("--marker takes OURS=THEIRS",),
    }.items():
        bench.estimate(path, "--marker", option).refused(*words)
    bench.estimate(path, "--marker", "TP=LH", "--marker", "LH=LH").refused("both TP and LH")
    bench.estimate(path, "--marker", "TP=a", "--marker", "TP=b").refused("names TP twice")


@pytest.mark.parametrize("kind", MARKERS)
@pytest.mark.parametrize("missing", [np.nan, 0.0])
def test_nothing_seen_at_all(bench: Bench, kind: str, missing: float) -> None:
    path = bench.recording(kind, positions=np.full_like(bench.demo.positions, missing))
    bench.estimate(path).refused(path, "no marker with a position in any frame", "label and fill")


@pytest.mark.parametrize("kind", MARKERS)
@pytest.mark.parametrize("missing", [np.nan, 0.0])
def test_a_head_marker_that_is_never_seen(bench: Bench, kind: str, missing: float) -> None:
    path = bench.recording(kind, positions=changed(bench, "TP", slice(None), missing))
    bench.estimate(path).refused(path, "TP is there, but not seen in any frame")


def test_gaps_that_leave_no_frame_or_no_neutral_pose(bench: Bench) -> None:
    positions = changed(bench, "TP", slice(0, 40), np.nan)
    positions[40:, bench.demo.column("LH")] = np.nan
    path = bench.recording(positions=positions)
    bench.estimate(path).refused(path, "no frame has all of", "TP is seen in 40 of 80", "--max-gap")
    path = bench.recording(positions=changed(bench, "TP", slice(10, None), np.nan))
    bench.estimate(path).refused(path, "no neutral pose", "TP is seen in 10 of 80", "--static")


@pytest.mark.parametrize("kind", MARKERS)
@pytest.mark.parametrize(("said", "meant", "factor"), [("m", "mm", 1e3), ("mm", "m", 1e-3)])
def test_units_that_lie(bench: Bench, kind: str, said: str, meant: str, factor: float) -> None:
    path = bench.recording(kind, positions=factor * bench.demo.positions, units=said)
    bench.estimate(path).refused(path, f"the numbers look like {meant}", f"--units {meant}")


@pytest.mark.parametrize("kind", MARKERS)
def test_left_and_right_exchanged(bench: Bench, kind: str) -> None:
    path = bench.recording(kind, names=renamed(bench, LH="RH", RH="LH"))
    bench.estimate(path).refused(path, "LH lies to the right of RH", "--swap-sides", "--mirror")


def test_left_and_right_exchanged_without_a_thorax(bench: Bench) -> None:
    """Three head markers show it only when the head has moved."""
    path = bench.recording(names=("TP", "RH", "LH"), positions=bench.demo.positions[:, :3])
    bench.estimate(path).refused(path, "where no neck can bring them", "--swap-sides")


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_mirrored_laboratory(bench: Bench, axis: int) -> None:
    path = bench.recording(positions=bench.demo.positions * (1.0 - 2.0 * np.eye(3)[axis]))
    bench.estimate(path).refused(path, "the axes mirrored", "--mirror")


def test_a_tilted_laboratory(bench: Bench) -> None:
    turn = np.radians(40.0)
    tilt = np.array([[1, 0, 0], [0, np.cos(turn), -np.sin(turn)], [0, np.sin(turn), np.cos(turn)]])
    path = bench.recording(positions=bench.demo.positions @ tilt.T)
    bench.estimate(path).refused(path, "which way is up is unclear", "--up +Z")


@pytest.mark.parametrize("pair", [("LH", "RH"), ("TP", "LH"), ("C7", "CLAV")])
@pytest.mark.parametrize("until", [50, None])
def test_names_exchanged_halfway(bench: Bench, pair: tuple[str, str], until: int | None) -> None:
    one, other = map(bench.demo.column, pair)
    positions = bench.demo.positions.copy()
    positions[45:until, [one, other]] = positions[45:until, [other, one]]
    path = bench.recording(positions=positions)
    end = "to the end" if until is None else "to frame 50"
    bench.estimate(path).refused(path, f"{pair[0]} and {pair[1]} take", "frame 46 (1.800 s)", end)


@pytest.mark.parametrize(
    ("frames", "words"),
    [
        (slice(None), "TP stands still in every frame"),
        (slice(20, None), "TP lies more than 30 mm from its place"),
    ],
)
def test_a_marker_that_stands_still(bench: Bench, frames: slice, words: str) -> None:
    where = bench.demo.positions[19, 0]
    path = bench.recording(positions=changed(bench, "TP", frames, where))
    bench.estimate(path).refused(path, words, "--marker")


def test_a_marker_that_flies_off_for_good(bench: Bench) -> None:
    far = bench.demo.positions[50:, 0] + np.array([0.3, 0.0, 0.0])
    path = bench.recording(positions=changed(bench, "TP", slice(50, None), far))
    bench.estimate(path).refused(path, "TP lies more than 30 mm", "first in frame 51 (2.000 s)")


def test_a_place_a_kilometre_away(bench: Bench) -> None:
    path = bench.recording(positions=changed(bench, "LH", slice(30, 31), 5000.0))
    bench.estimate(path).refused(path, "LH lies 5e+03 m", "frame 31", "correct or delete")


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        (("TP", "STRN"), "which no head allows"),
        (("TP", "LH"), "TP, the top of the head, lies below LH"),
        (("C7", "CLAV"), "CLAV should lie ahead of C7"),
        (("C7", "T10"), "C7 should lie above T10"),
    ],
)
def test_names_exchanged_all_along(bench: Bench, pair: tuple[str, str], words: str) -> None:
    path = bench.recording(names=renamed(bench, **dict([pair, pair[::-1]])))
    bench.estimate(path).refused(path, words, "--marker")


def test_one_marker_under_two_names_and_markers_on_a_line(bench: Bench) -> None:
    positions = bench.demo.positions
    path = bench.recording(positions=changed(bench, "TP", slice(None), positions[:, 1]))
    bench.estimate(path).refused(path, "TP and LH lie 0 mm apart", "--marker LH=NAME")
    middle = positions[:, [1, 2]].mean(axis=1)
    path = bench.recording(positions=changed(bench, "TP", slice(None), middle))
    bench.estimate(path).refused(path, "nearly on one line", "--marker")


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
        "larger": ({"positions": 1.2 * demo.positions}, "mm apart in the static trial"),
        "short": ({"time": demo.time[:5], "positions": demo.positions[:5]}, "5 frames; at least 8"),
        "headless": (without(bench, "RH"), "--marker RH=NAME"),
        "swapped": ({"names": renamed(bench, LH="RH", RH="LH")}, "--swap-sides"),
        "km": ({"positions": 1e3 * demo.positions, "units": "m"}, "--units mm"),
    }
    for name, (change, words) in others.items():
        static = bench.recording(name=name, **change)
        bench.estimate(path, "--static", static).refused(static, words)
    moves = bench.coordinates(np.zeros((40, 6)), in_degrees=True)
    bench.estimate(path, "--static", moves).refused(moves, "--static needs a recording of markers")
    gone = bench.home / "trail.trc"
    bench.estimate(path, "--static", gone).refused(gone, "does not exist", "trial.trc")
