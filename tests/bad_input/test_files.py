"""Files of another kind, damaged, empty, too short, out of order, or with a header that lies."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nuchal.tracking.markers import MOST_FRAMES

from .conftest import FRAMES, MARKERS, Bench

MOVES = np.degrees(0.2) * np.sin(np.arange(FRAMES)[:, None] / 10.0 + np.arange(6))


@pytest.mark.parametrize("kind", MARKERS)
@pytest.mark.parametrize("suffix", [".c3d", ".trc", ".csv", ".mot"])
def test_a_file_of_another_kind_under_that_name(bench: Bench, kind: str, suffix: str) -> None:
    right = bench.recording(kind)
    if right.suffix == suffix:
        return
    wrong = right.rename(bench.home / f"wrong{suffix}")
    sentence = bench.estimate(wrong).refused(wrong, f"is named {suffix} but ")
    assert any(words in sentence for words in (f"rename it to {right.suffix}", "export", "holds"))


def test_other_files_altogether(bench: Bench) -> None:
    picture = bench.file("trial.trc", b"\x89PNG\r\n\x1a\n" + bytes(100))
    bench.estimate(picture).refused(picture)
    bench.estimate(bench.person).refused(bench.person, "--subject")
    bench.estimate(bench.home).refused(bench.home)
    gone = bench.home / "persn.toml"
    bench.estimate(gone).refused(gone, "person.toml")
    table = bench.file("forces.sto", "forces\nendheader\ntime\tstern_mast\n0\t1\n0.1\t1\n")
    bench.estimate(table).refused(table, "pitch1", "stern_mast")


@pytest.mark.parametrize("kind", MARKERS)
@pytest.mark.parametrize("part", [0.0, 0.02, 0.3, 0.75, 0.93])
def test_truncated(bench: Bench, kind: str, part: float) -> None:
    path = bench.recording(kind)
    content = path.read_bytes()
    path.write_bytes(content[: int(part * len(content))])
    bench.estimate(path).refused(path, "export")


@pytest.mark.parametrize("kind", ["trc", "vicon", "plain"])
def test_damaged_text(bench: Bench, kind: str) -> None:
    path = bench.recording(kind)
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 8] = b"\x00\xff" * 4
    path.write_bytes(content)
    line = content[: content.index(b"\x00")].count(b"\n") + 1
    bench.estimate(path).refused(path, f"line {line}: ")
    path.write_bytes(bench.recording(kind, name="again").read_bytes().replace(b".", b"x", 40))
    bench.estimate(path).refused(path, "line ", "column ")


def test_a_damaged_c3d(bench: Bench) -> None:
    path = bench.recording("c3d")
    content = path.read_bytes()
    path.write_bytes(content[:512] + bytes(512) + content[1024:])
    bench.estimate(path).refused(path, "export it again")


@pytest.mark.parametrize("kind", ["trc", "vicon", "plain"])
def test_a_header_without_frames(bench: Bench, kind: str) -> None:
    path = bench.recording(kind)
    header = {"trc": 6, "vicon": 5, "plain": 1}[kind]
    path.write_bytes(b"\n".join(path.read_bytes().split(b"\n")[:header]) + b"\n")
    bench.estimate(path).refused(path, "frames", "export")


@pytest.mark.parametrize("kind", ["c3d", "vicon", "plain"])
@pytest.mark.parametrize("frames", [1, 2, 7])
def test_too_few_frames(bench: Bench, kind: str, frames: int) -> None:
    demo = bench.demo
    path = bench.recording(kind, time=demo.time[:frames], positions=demo.positions[:frames])
    answer = bench.estimate(path)
    if frames == 1:
        answer.refused(path, "holds only one frame")
    else:
        assert answer.refusal(path, "frames.too_few").values["frames"] == frames


def test_far_too_many_frames(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_FRAMES >= 100_000
    monkeypatch.setattr("nuchal.tracking.markers.MOST_FRAMES", FRAMES - 1)
    for path in (bench.recording(), bench.coordinates(MOVES, in_degrees=True)):
        bench.estimate(path).refusal(path, "frames.too_many")


def line_of(path: Path, number: int, change: Callable[[str], list[str]]) -> None:
    lines = path.read_text("utf-8").split("\n")
    lines[number - 1 : number] = change(lines[number - 1])
    path.write_text("\n".join(lines), "utf-8")


@pytest.mark.parametrize(
    ("kind", "number", "place"),
    [("trc", 40, "line 41, frame 34"), ("vicon", 40, "line 41"), ("plain", 40, "line 41")],
)
def test_a_duplicate_frame(bench: Bench, kind: str, number: int, place: str) -> None:
    path = bench.recording(kind)
    line_of(path, number, lambda line: [line, line])
    bench.estimate(path).refused(path, place)


def retimed(bench: Bench, change: Callable[[np.ndarray], np.ndarray]) -> Path:
    path = bench.recording("plain")
    lines = path.read_text("utf-8").split("\n")
    for row, moment in enumerate(change(bench.demo.time.copy())):
        lines[row + 1] = f"{moment:.4f}," + lines[row + 1].partition(",")[2]
    path.write_text("\n".join(lines), "utf-8")
    return path


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: np.where(t < 1.99, t, t - 0.5), ("line 52", "1.5 s")),
        (lambda t: np.where(t < 1.99, t, t + 0.5), ("line 52", "0.54 s", "--rate-hz")),
        (lambda t: 1000.0 * t, ("40 s", "--rate-hz")),
        (lambda t: 0.0 * t, ("line 3", "0 s")),
    ],
)
def test_times_out_of_order(bench: Bench, change: Callable, words: tuple[str, ...]) -> None:
    path = retimed(bench, change)
    bench.estimate(path).refused(path, *words)


def test_lost_frames_are_named_before_the_rate_that_they_belie(bench: Bench) -> None:
    path = bench.recording()
    line_of(path, 3, lambda line: [line.replace(f"\t{FRAMES}\t", f"\t{FRAMES - 1}\t")])
    line_of(path, 40, lambda _: [])
    bench.estimate(path).refused(path, "line 40, frame 35", "0.08 s", "--rate-hz")


def test_rates_that_cannot_be(bench: Bench) -> None:
    path = bench.recording()
    for rate in ("0", "-5", "nan", "inf", "1e9"):
        bench.estimate(path, "--rate-hz", rate).refused(f"{float(rate):g} Hz", "--rate-hz")
    line_of(path, 3, lambda line: [line.replace("25.0", "60.0")])
    bench.estimate(path).refused(path, "60 Hz", "25 Hz", "--rate-hz")


@pytest.mark.parametrize("values", [MOVES, 3.0 * MOVES])
def test_degrees_under_a_header_of_radians(bench: Bench, values: np.ndarray) -> None:
    path = bench.coordinates(values, in_degrees=False)
    bench.estimate(path).refused(path, "--degrees")
    path = bench.coordinates(values, in_degrees=True)
    bench.estimate(path, "--radians").refused(path, "--degrees")


def test_coordinates_that_are_no_necks(bench: Bench) -> None:
    values = MOVES.copy()
    values[50, 1] = 300.0
    path = bench.coordinates(values, in_degrees=True)
    bench.estimate(path).refused(path, "row 51", "roll1", "300")
    values[50, 1] = np.nan
    path = bench.coordinates(values, in_degrees=True)
    bench.estimate(path).refused(path, "line 59", "roll1")
    path = bench.coordinates(MOVES, in_degrees=True)
    text = path.read_text("utf-8")
    path.write_text(text.replace("pitch2", "pitchX"), "utf-8")
    bench.estimate(path).refused(path, "pitch2", "pitchX")
    path.write_text(text.replace("inDegrees=yes", "inDegrees=huh"), "utf-8")
    bench.estimate(path).refused(path, "inDegrees=huh")


@pytest.mark.parametrize("keep", [0, 1, 2, 7])
def test_coordinates_of_too_few_frames(bench: Bench, keep: int) -> None:
    path = bench.coordinates(MOVES[:keep], in_degrees=True)
    bench.estimate(path).refused(path, "frame")


@pytest.mark.parametrize("order", [[*range(50), *range(49, 80)], [*range(50), *range(20, 80)]])
def test_coordinates_out_of_order(bench: Bench, order: list[int]) -> None:
    path = bench.coordinates(MOVES, in_degrees=True)
    lines = path.read_text("utf-8").rstrip("\n").split("\n")
    head = [line.replace(f"nRows={FRAMES}", f"nRows={len(order)}") for line in lines[:8]]
    path.write_text("\n".join([*head, *(lines[8 + row] for row in order)]) + "\n", "utf-8")
    bench.estimate(path).refused(path, "line 59, row 51")


def test_the_same_refusals_from_verify(bench: Bench) -> None:
    path = bench.coordinates(MOVES, in_degrees=False)
    bench.run("verify", "--motion", path).refused(path, "--degrees")
    bench.run("verify", "--motion", bench.person).refused(bench.person, "--subject")
    path = shutil.copy(bench.recording(), bench.home / "trial.c3d")
    bench.run("verify", "--motion", path).refused(path, ".trc")
    bench.run("verify", "--subject", path).refused(path, ".toml")
    bench.run("verify", "--frames", "-1").refused("--frames")


def test_a_file_without_times(bench: Bench) -> None:
    """It starts with ``TP``, whose second letter is the mark of C3D."""
    path = bench.recording("plain")
    lines = [line.partition(",")[2] for line in path.read_text("utf-8").split("\n")]
    path.write_text("\n".join(lines), "utf-8")
    bench.estimate(path).refused(path, "--rate-hz")
