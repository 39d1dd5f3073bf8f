"""With the option that the sentence names, a mistaken file gives the forces of the right one."""

import csv
import errno
from pathlib import Path

import numpy as np
import pytest

from nuchal.io.opensim.storage import read_storage
from nuchal.io.output import publish
from nuchal.model.generic import MUSCLES

from .conftest import FRAMES, Bench, Markers

CLOSE_N = 0.02
"""The formats round positions, C3D most."""


@pytest.fixture(scope="module")
def forces() -> dict[str, np.ndarray]:
    """Of the right file, once it has been solved."""
    return {}


def right(bench: Bench, forces: dict[str, np.ndarray]) -> np.ndarray:
    if "right" not in forces:
        answer = bench.estimate(bench.recording(name="right"), out=bench.home / "right")
        forces["right"] = answer.forces()
        forces["moves"] = read_storage(answer.folder / "coordinates.mot").data
        assert forces["right"].max() > 20.0
        one, other = (forces["right"][:, MUSCLES.index(f"stern_mast{side}")] for side in ("", "_L"))
        assert np.abs(one - other).max() > 2.0
    return forces["right"]


def exchanged(demo: Markers) -> dict:
    return {"names": [{"LH": "RH", "RH": "LH"}.get(name, name) for name in demo.names]}


def cycled(demo: Markers) -> dict:
    return {"positions": demo.positions[..., [1, 2, 0]]}


def in_company(demo: Markers) -> dict:
    names = [f"{who}:{name}" for who in ("Anna", "Ben") for name in demo.names]
    other = 1.1 * demo.positions[::-1] + 0.9
    return {"names": names, "positions": np.concatenate([demo.positions, other], axis=1)}


MENDED = {
    "right": (lambda _: {}, ""),
    "mm for m": (lambda d: {"positions": 1e3 * d.positions, "units": "m"}, "--units mm"),
    "m for mm": (lambda d: {"positions": 1e-3 * d.positions, "units": "mm"}, "--units m"),
    "sides": (exchanged, "--swap-sides"),
    "misnamed": (
        lambda d: {"names": ["Scalp" if n == "TP" else n for n in d.names]},
        "--marker TP=Scalp",
    ),
    "mirrored": (lambda d: {"positions": d.positions * [1.0, -1.0, 1.0]}, "--mirror Y"),
    "turned": (cycled, ""),
}


@pytest.mark.parametrize(
    "kind", ["trc", "c3d", *(pytest.param(k, marks=pytest.mark.slow) for k in ("vicon", "plain"))]
)
@pytest.mark.parametrize("case", MENDED)
def test_the_forces_are_those_of_the_right_file(
    bench: Bench, forces: dict[str, np.ndarray], kind: str, case: str
) -> None:
    change, options = MENDED[case]
    recording = bench.recording(kind, **change(bench.demo))
    found = bench.estimate(recording, *options.split()).forces()
    assert found == pytest.approx(right(bench, forces), abs=CLOSE_N)


@pytest.mark.parametrize("kind", ["trc", "c3d", "plain"])
def test_the_person_who_is_meant(bench: Bench, forces: dict[str, np.ndarray], kind: str) -> None:
    recording = bench.recording(kind, **in_company(bench.demo))
    found = bench.estimate(recording, "--person", "anna").forces()
    assert found == pytest.approx(right(bench, forces), abs=CLOSE_N)
    other = bench.estimate(recording, "--person", "Ben").forces()
    assert np.abs(other - found).max() > 1.0


def test_a_rate_that_lies(bench: Bench, forces: dict[str, np.ndarray]) -> None:
    path = bench.recording()
    path.write_text(path.read_text("utf-8").replace("25.0", "60.0", 2), "utf-8")
    bench.estimate(path).refused("--rate-hz")
    found = bench.estimate(path, "--rate-hz", "25").forces()
    assert found == pytest.approx(right(bench, forces), abs=CLOSE_N)


@pytest.mark.parametrize(("lies", "option"), [(False, "--degrees"), (True, "--radians")])
def test_degrees_and_radians(
    bench: Bench, forces: dict[str, np.ndarray], lies: bool, option: str
) -> None:
    right(bench, forces)
    values = forces["moves"] if option == "--degrees" else np.radians(forces["moves"])
    honest = bench.coordinates(values, in_degrees=not lies, name="honest.mot")
    lying = bench.coordinates(values, in_degrees=lies, name="lying.mot")
    found = bench.estimate(lying, option).forces()
    assert found == pytest.approx(bench.estimate(honest).forces(), abs=1e-6)


def test_radians_under_a_header_of_degrees_are_asked_about(
    bench: Bench, forces: dict[str, np.ndarray]
) -> None:
    """Someone may really sit that still, so this is a question and no refusal."""
    right(bench, forces)
    path = bench.coordinates(np.radians(forces["moves"]), in_degrees=True)
    answer = bench.estimate(path)
    assert answer.status == 0
    assert "if these are radians, say so with --radians" in " ".join(answer.out.split())


def test_a_single_frame_astray_is_dropped_and_said(
    bench: Bench, forces: dict[str, np.ndarray]
) -> None:
    positions = bench.demo.positions.copy()
    positions[60, 0] += 0.3
    answer = bench.estimate(bench.recording(positions=positions))
    assert answer.forces() == pytest.approx(right(bench, forces), abs=2.0)
    assert "TP jumps away by up to 521 mm in 1 frame, the first of them 61 (2.400 s)" in " ".join(
        answer.out.split()
    )


@pytest.mark.parametrize("names", [("LH", "RH"), ("TP", "LH"), ("C7", "CLAV"), ("TP", "LH", "RH")])
def test_names_exchanged_for_a_while_are_put_right(
    bench: Bench, forces: dict[str, np.ndarray], names: tuple[str, ...]
) -> None:
    columns = [bench.demo.column(name) for name in names]
    positions = bench.demo.positions.copy()
    positions[45:60, columns] = positions[45:60, columns[1:] + columns[:1]]
    answer = bench.estimate(bench.recording(positions=positions))
    assert answer.forces() == pytest.approx(right(bench, forces), abs=CLOSE_N)
    said = f"The names {', '.join(names)} are exchanged from frame 46 (1.800 s) to 60 (2.360 s)"
    assert said in " ".join(answer.out.split())


@pytest.mark.parametrize(("far_m", "said"), [(0.0, "stands still"), (0.3, "left its place by 52")])
def test_a_marker_that_lies_is_left_out_and_named(bench: Bench, far_m: float, said: str) -> None:
    positions = bench.demo.positions.copy()
    positions[50:, 0] = positions[49, 0] + far_m
    answer = bench.estimate(bench.recording(positions=positions))
    assert answer.status == 0
    assert f"TP {said}" in " ".join(answer.out.split())
    times = read_storage(answer.folder / "forces.sto").time
    assert times == pytest.approx(bench.demo.time[:50], abs=1e-9)


def test_a_motion_with_gaps_is_read_again(bench: Bench) -> None:
    positions = bench.demo.positions.copy()
    positions[50:65] = np.nan
    first = bench.estimate(bench.recording(positions=positions), out=bench.home / "first")
    again = bench.estimate(first.folder / "coordinates.mot", out=bench.home / "again")
    assert "The file leaves out 15 frames" in " ".join(again.out.split())
    gaps, angles = [], []
    for one in (first, again):
        rows = csv.DictReader((one.folder / "status.csv").read_text("utf-8").splitlines())
        gaps.append([row["status"] == "GAP" for row in rows])
        angles.append(read_storage(one.folder / "coordinates.mot").data)
    assert gaps[0] == gaps[1] == [50 <= k < 65 for k in range(FRAMES)]
    assert angles[1] == pytest.approx(angles[0], abs=0.5)


def test_zeros_and_blanks_are_gaps(bench: Bench) -> None:
    answers = []
    for missing in (0.0, np.nan):
        positions = bench.demo.positions.copy()
        positions[55:60, 0] = missing
        answers.append(bench.estimate(bench.recording("plain", positions=positions)))
    assert answers[0].forces() == pytest.approx(answers[1].forces(), abs=1e-9)
    assert "5 frames a marker was not seen" in " ".join(answers[1].out.split())


def test_frames_inside_a_gap_have_no_rows(bench: Bench) -> None:
    positions = bench.demo.positions.copy()
    positions[50:65] = np.nan
    answer = bench.estimate(bench.recording(positions=positions))
    assert answer.status == 0
    seen = np.delete(bench.demo.time, np.s_[50:65])
    for path in answer.folder.glob("*.[sm]?[ot]"):
        assert read_storage(path).time == pytest.approx(seen, abs=1e-9)
    with (answer.folder / "status.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["time"]) for row in rows] == pytest.approx(bench.demo.time, abs=1e-9)
    assert [row["status"] == "GAP" for row in rows] == [50 <= k < 65 for k in range(FRAMES)]
    assert all(row["usable"] == "0" for row in rows[50:65])
    assert sum(row["usable"] == "1" for row in rows) > 50


def test_a_recording_shorter_than_the_filter_says_so(bench: Bench) -> None:
    demo = bench.demo
    path = bench.recording(time=np.arange(8) / 100.0, positions=demo.positions[:8])
    answer = bench.estimate(path)
    assert answer.status == 0
    assert "less than one period" in " ".join(answer.out.split())


@pytest.mark.parametrize("existing", [False, True])
def test_a_disk_that_is_full_halfway(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, existing: bool
) -> None:
    recording = bench.recording()
    if existing:
        (bench.home / "result").mkdir()
        bench.file("result/forces.sto", "of an earlier run")
        bench.file("result/notes.txt", "mine")
    real = Path.write_text

    def full(path: Path, *more: object, **named: object) -> int:
        if path.name == "reserves.sto":
            real(path, "half a ta", "utf-8")
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(path, *more, **named)

    monkeypatch.setattr(Path, "write_text", full)
    bench.estimate(recording).refused(bench.home / "result", "--out")


def test_a_result_that_is_kept_from_its_place(bench: Bench, monkeypatch) -> None:
    recording, out = bench.recording(), bench.home / "result"
    out.mkdir()
    for name in ("coordinates.mot", "forces.sto", "summary.json"):
        bench.file(f"result/{name}", "of an earlier run")
    real = Path.replace

    def stuck(path: Path, target: Path) -> Path:
        if path.name == "reserves.sto":
            raise OSError(errno.EIO, "Input/output error", str(path))
        return real(path, target)

    monkeypatch.setattr(publish, "exchange_names", lambda _one, _other: False)
    monkeypatch.setattr(Path, "replace", stuck)
    bench.estimate(recording).refused(out, "--out")


def test_a_folder_in_the_way_of_a_file(bench: Bench) -> None:
    (bench.home / "result" / "forces.sto").mkdir(parents=True)
    bench.estimate(bench.recording()).refused("forces.sto", "--out")
