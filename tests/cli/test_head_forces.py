"""``nuchal estimate --force``: a file of forces on the head becomes moments and reactions."""

import contextlib
import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas
import pytest

import nuchal
from nuchal.cli import main
from nuchal.commands.forces import estimate_recording
from nuchal.commands.head_forces import head_forces_of
from nuchal.commands.options import HeadForceOptions
from nuchal.commands.plan import plan_of
from nuchal.commands.tracked import read_and_track
from nuchal.dynamics.external import skull_frames, wrench_of
from nuchal.io.opensim.storage import write_storage
from nuchal.io.subject import read_subject
from nuchal.records import Estimate
from nuchal.tracking.motion import TrackedMotion

FRAMES = 60
RATE_HZ = 50.0
PLACE = (0.05, 0.12, 0.02)
WEIGHT_N = 2.0 * 9.80665
NAMES = ("Fx", "Fy", "Fz", "px", "py", "pz")


@pytest.fixture(scope="module")
def person(root: Path) -> Path:
    return root / "examples/person.toml"


@pytest.fixture(scope="module")
def still(tmp_path_factory) -> Path:
    """Coordinates of a head that keeps still, turned and bent."""
    path = tmp_path_factory.mktemp("still") / "still.mot"
    q = np.tile([5.0, -4.0, 10.0, 8.0, 3.0, -6.0], (FRAMES, 1))
    time = np.arange(FRAMES) / RATE_HZ
    write_storage(path, name="still", labels=nuchal.COORDINATES, time=time, data=q, in_degrees=True)
    return path


@pytest.fixture(scope="module")
def moving(first_frames) -> Path:
    """The first frames of the demonstration, markers in a laboratory whose Z points up."""
    return first_frames(FRAMES, "moving.trc")


def table(
    path: Path,
    rows: np.ndarray,
    names: Sequence[str] = NAMES,
    units: Sequence[str] = ("N",) * 3 + ("m",) * 3,
    time: np.ndarray | None = None,
) -> Path:
    """A plain CSV of forces, a row a frame unless other times are given."""
    time = np.arange(FRAMES) / RATE_HZ if time is None else time
    head = ["time", *(f"{n} [{u}]" if u else n for n, u in zip(names, units, strict=True))]
    with path.open("w", newline="", encoding="utf-8") as file:
        written = csv.writer(file)
        written.writerow(head)
        for moment, row in zip(time, np.broadcast_to(rows, (len(time), len(names))), strict=True):
            written.writerow([repr(float(moment)), *map(repr, map(float, row))])
    return path


def classical(recording: Path, person: Path, **given) -> Estimate:
    options = nuchal.EstimateOptions(preset="classical", **given)
    plan = plan_of(read_subject(person), options)
    return estimate_recording(recording, plan, outside=options).estimate


def same(mine: Estimate, theirs: Estimate) -> None:
    """Moments, forces and reactions alike, to rounding."""
    np.testing.assert_allclose(mine.moments.external, theirs.moments.external, rtol=0, atol=1e-9)
    np.testing.assert_allclose(mine.moments.net, theirs.moments.net, rtol=0, atol=1e-9)
    np.testing.assert_allclose(mine.forces.force, theirs.forces.force, rtol=0, atol=1e-6)
    for kind in ("compression", "anterior_shear", "right_shear"):
        loads = (getattr(one.reactions, kind) for one in (mine, theirs))
        np.testing.assert_allclose(*loads, rtol=0, atol=1e-6)


@pytest.fixture(scope="module")
def loaded(still: Path, person: Path) -> Estimate:
    return classical(still, person, load_kg=2.0, load_place_m=PLACE)


@pytest.fixture(scope="module")
def tracked(still: Path, person: Path) -> TrackedMotion:
    options = nuchal.EstimateOptions(preset="classical")
    plan = plan_of(read_subject(person), options)
    return read_and_track(still, plan.person, plan.anatomy, options)


def test_a_weight_hung_as_a_force_is_a_load(
    still: Path, person: Path, loaded: Estimate, tmp_path: Path
) -> None:
    """Its place on the skull, its direction in the thorax frame; both presets' own gravity."""
    path = table(tmp_path / "w.csv", np.array([0.0, -WEIGHT_N, 0.0]), NAMES[:3], ("N",) * 3)
    given = {"force": path, "force_frame": "thorax", "force_place_m": PLACE}
    hung = classical(still, person, **given)
    assert np.abs(hung.moments.external).max() > 0.3
    assert hung.head_forces.names == ("force",)
    same(hung, loaded)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda rows: (rows, NAMES, ("N",) * 3 + ("m",) * 3), id="as it is"),
        pytest.param(
            lambda rows: (rows * ([1e-3] * 3 + [1e3] * 3), NAMES, ("kN",) * 3 + ("mm",) * 3),
            id="kN and mm",
        ),
        pytest.param(
            lambda rows: (
                rows, [f"strap_{kind}{axis}" for kind in "vp" for axis in "xyz"],
                ("N",) * 3 + ("m",) * 3,
            ),
            id="OpenSim's names",
        ),
    ],
)  # fmt: skip
def test_units_and_names_of_a_force(
    change: Callable, still: Path, person: Path, loaded: Estimate, tmp_path: Path
) -> None:
    """The point in the thorax frame, too, from where the skull is in it."""
    neck = plan_of(read_subject(person), nuchal.EstimateOptions(preset="classical")).anatomy
    skull = skull_frames(neck, np.asarray(loaded.motion.q))
    point = skull.rotation[0] @ np.array(PLACE) + skull.origin[0]
    rows, names, units = change(np.concatenate([[0.0, -WEIGHT_N, 0.0], point]))
    hung = classical(
        still, person, force=table(tmp_path / "w.csv", rows, names, units), force_frame="thorax"
    )
    same(hung, loaded)


def test_two_forces_and_a_torque_add_up(
    tracked: TrackedMotion, person: Path, tmp_path: Path
) -> None:
    neck = plan_of(read_subject(person), nuchal.EstimateOptions(preset="classical")).anatomy
    names = [f"{name}_{kind}{axis}" for name in ("strap", "hand") for kind in ("f", "p", "m")
             for axis in "xyz"]  # fmt: skip
    units = (("N",) * 3 + ("m",) * 3 + ("N m",) * 3) * 2
    row = np.random.default_rng(2).normal(0.0, 1.0, 18)
    path = table(tmp_path / "two.csv", row, names, units)
    options = HeadForceOptions(force=path, force_frame="skull")
    found = head_forces_of(tracked, neck, options, nuchal.EstimateOptions())
    assert found.forces.names == ("strap", "hand")
    (f1, p1, m1), (f2, p2, m2) = row.reshape(2, 3, 3)
    wrench = wrench_of(found.forces)
    np.testing.assert_allclose(wrench.force[7], f1 + f2, atol=1e-10)
    np.testing.assert_allclose(
        wrench.moment[7], np.cross(p1, f1) + m1 + np.cross(p2, f2) + m2, atol=1e-10
    )


def in_laboratory(moving: Path, person: Path, path: Path, **given) -> tuple:
    options = nuchal.EstimateOptions(
        preset="classical", force=path, force_frame="laboratory", **given
    )
    plan = plan_of(read_subject(person), options)
    tracked = read_and_track(moving, plan.person, plan.anatomy, options)
    return tracked, plan.anatomy, head_forces_of(tracked, plan.anatomy, options, options).forces


def top_of_head(moving: Path) -> np.ndarray:
    rows = [line.split("\t") for line in moving.read_text("utf-8").splitlines()]
    column = rows[3].index("TP")
    return np.array([[float(x) for x in row[column : column + 3]] for row in rows[6:]])


def hanging(moving: Path, path: Path) -> Path:
    """A weight at the marker on top of the head, in the laboratory's axes and millimetres."""
    down = np.tile([0.0, 0.0, -WEIGHT_N], (FRAMES, 1))
    units = ("N",) * 3 + ("mm",) * 3
    time = np.arange(FRAMES) / 100.0
    return table(path, np.hstack([down, top_of_head(moving)]), NAMES, units, time)


def test_the_laboratory_is_the_markers_own(moving: Path, person: Path, tmp_path: Path) -> None:
    """A weight points where gravity does; a point on a marker is where that is on the head."""
    tracked, neck, forces = in_laboratory(moving, person, hanging(moving, tmp_path / "w.csv"))
    skull = skull_frames(neck, np.asarray(tracked.motion.q))
    in_thorax = skull.turned(forces.force)[:, 0]
    expected = np.asarray(tracked.gravity) / 9.80665 * WEIGHT_N
    np.testing.assert_allclose(in_thorax, expected, rtol=0, atol=1e-8)
    off = np.linalg.norm(forces.point[:, 0] - np.asarray(neck.markers)[0], axis=1)
    assert np.median(off) < 0.02
    assert np.abs(forces.torque).max() < 0.05


def test_a_mirrored_laboratory_mirrors_its_forces(
    moving: Path, person: Path, tmp_path: Path
) -> None:
    """All that a file of a reversed axis holds is put right together: a torque keeps that axis."""
    rows = np.hstack([np.tile([3.0, 5.0, -WEIGHT_N], (FRAMES, 1)), top_of_head(moving),
                      np.tile([0.2, -0.3, 0.1], (FRAMES, 1))])  # fmt: skip
    names = (*NAMES, "mx", "my", "mz")
    units = ("N",) * 3 + ("mm",) * 3 + ("N m",) * 3
    time = np.arange(FRAMES) / 100.0
    flip = np.array([1.0, -1.0, 1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0])
    lines = moving.read_text("utf-8").splitlines()
    turned = []
    for line in lines[6:]:
        cells = line.split("\t")
        cells[3::3] = [repr(-float(cell)) if cell else cell for cell in cells[3::3]]
        turned.append("\t".join(cells))
    mirror = tmp_path / "mirror.trc"
    mirror.write_text("\n".join([*lines[:6], *turned]) + "\n", "utf-8")
    straight = table(tmp_path / "a.csv", rows, names, units, time)
    reversed_ = table(tmp_path / "b.csv", rows * flip, names, units, time)
    expected = in_laboratory(moving, person, straight)[2]
    found = in_laboratory(mirror, person, reversed_, mirror="Y")[2]
    for kind in ("force", "point", "torque"):
        np.testing.assert_allclose(getattr(found, kind), getattr(expected, kind), atol=1e-9)


def run(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as left:
        main(["estimate", *map(str, arguments)])
    return left.value.code


def test_a_folder_of_results_tells_of_the_force(
    still: Path, person: Path, tmp_path: Path, capsys
) -> None:
    """In the terminal, the summary, the figures, and in files for OpenSim."""
    rows = np.zeros((FRAMES, 6))
    rows[20:40, 0] = -30.0
    rows[:, 3:] = PLACE
    path = table(tmp_path / "strap.csv", rows)
    words = ("--subject", person, "--out", tmp_path / "r", "--force", path)
    assert run(still, *words, "--force-frame", "skull") == 0
    printed = capsys.readouterr().out
    assert "networks know nothing of forces on the head from outside" in " ".join(printed.split())
    found = json.loads((tmp_path / "r/summary.json").read_text("utf-8"))
    assert found["method"] == "optimisation"
    (force,) = found["head_forces"].values()
    assert 25.0 < force["peak_N"] < 40.0
    np.testing.assert_allclose(force["place_m"], PLACE, atol=1e-9)
    assert force["impulse_Ns"] == pytest.approx(30.0 * 0.4, rel=0.05)
    moments = pandas.read_csv(tmp_path / "r/moments.sto", sep="\t", skiprows=7, index_col="time")
    assert moments["pitch2_external"].abs().max() > 1.0
    written = {one.name for one in (tmp_path / "r").iterdir()}
    assert {"neck.osim", "head_forces.xml", "head_forces.mot"} <= written
    assert {"overview.svg", "head_forces.png", "head_forces.svg"} <= written
    again = tmp_path / "again"
    words = ("--subject", person, "--out", again, "--force", tmp_path / "r/head_forces.mot")
    assert run(still, *words, "--force-frame", "skull", "--no-figures") == 0
    assert "as OpenSim has them" in " ".join(capsys.readouterr().out.split())


BAD = {
    "no frame": ([], None, "--force-frame"),
    "no laboratory": (["--force-frame", "laboratory"], None, "which know no laboratory"),
    "no such file": (["--force-frame", "skull"], "missing", "does not exist"),
    "no point": (["--force-frame", "skull"], lambda p: table(p, np.ones(3), NAMES[:3], ("N",) * 3),
                 "--force-place"),
    "no unit": (["--force-frame", "skull"], lambda p: table(p, np.ones(6), NAMES, ("",) * 6),
                "--force-units N,m"),
    "another unit": (["--force-frame", "skull"],
                     lambda p: table(p, np.ones(6), NAMES, ("mm",) * 3 + ("N",) * 3), "N m, N mm"),
    "two points": (["--force-frame", "skull", "--force-place", "0,0,0"], None, "leave out"),
    "an axis lacks": (["--force-frame", "skull"],
                      lambda p: table(p, np.ones(5), NAMES[:5], ("N",) * 3 + ("m",) * 2),
                      "lacks the z of the point"),
    "no force": (["--force-frame", "skull"],
                 lambda p: table(p, np.ones(3), ("a", "b", "c"), ("N",) * 3), "has no columns"),
    "elsewhere": (["--force-frame", "skull"],
                  lambda p: table(p, np.ones(6), time=50.0 + np.arange(60) / 50.0),
                  "no time in common"),
    "too short": (["--force-frame", "skull"],
                  lambda p: table(p, np.ones(6), time=np.arange(40) / 50.0), "throughout"),
    "few rows": (["--force-frame", "skull"],
                 lambda p: table(p, np.ones(6), time=np.arange(4) / 2.0), "row by row"),
    "a long gap": (["--force-frame", "skull"],
                   lambda p: table(p, np.where((np.arange(60) // 15 == 2)[:, None], np.nan, 1.0)
                                   * np.ones(6)), "--max-gap"),
    "nothing": (["--force-frame", "skull"], lambda p: table(p, np.full(6, np.nan)), "no row"),
    "delay": (["--force-frame", "skull", "--force-delay", "nan"], None, "no number of seconds"),
    "a network": (["--force-frame", "skull", "--method", "network"], None, "leave out --force"),
    "units of nothing": (["--force-frame", "skull", "--force-units", "N"], None, "N,mm"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_forces_are_one_sentence(
    name: str, still: Path, person: Path, tmp_path: Path, capsys
) -> None:
    words, make, said = BAD[name]
    path = tmp_path / "force.csv"
    if make != "missing":
        (make or (lambda p: table(p, np.ones(6))))(path)
    out = tmp_path / "out"
    assert run(still, "--subject", person, "--out", out, "--force", path, *words) == 2
    told = capsys.readouterr().err
    assert said in " ".join(told.replace("│", " ").split()), told
    assert not out.exists()


def test_settings_of_forces_without_any_are_refused(
    still: Path, person: Path, tmp_path: Path, capsys
) -> None:
    for words in (("--force-frame", "skull"), ("--force-delay", "0"), ("--force-units", "N,m")):
        assert run(still, "--subject", person, "--out", tmp_path / "out", *words) == 2
        assert f"{words[0]} has no effect without forces" in " ".join(
            capsys.readouterr().err.split()
        )


def test_what_no_neck_bears_is_warned_of(
    tracked: TrackedMotion, person: Path, tmp_path: Path
) -> None:
    neck = plan_of(read_subject(person), nuchal.EstimateOptions(preset="classical")).anatomy
    path = table(tmp_path / "far.csv", np.array([0.0, 1500.0, 0.0, 0.9, 0.0, 0.0]))
    options = HeadForceOptions(force=path, force_frame="skull")
    found = head_forces_of(tracked, neck, options, nuchal.EstimateOptions())
    warned = [one.what for one in found.findings if one.level == "warned"]
    assert warned == ["force_large", "force_far"]


def test_a_file_without_times_starts_with_the_motion(
    tracked: TrackedMotion, person: Path, tmp_path: Path
) -> None:
    """Frames are counted and the rate is given; a later clock is shifted back."""
    neck = plan_of(read_subject(person), nuchal.EstimateOptions(preset="classical")).anatomy
    ramp = np.linspace(0.0, 59.0, FRAMES)
    rows = np.stack([ramp, *[np.zeros(FRAMES)] * 5], axis=1)
    counted = table(tmp_path / "counted.csv", rows, time=np.arange(FRAMES) + 1)
    counted.write_text(counted.read_text("utf-8").replace("time", "frame"), "utf-8")
    options = HeadForceOptions(force=counted, force_frame="skull", force_rate_hz=RATE_HZ)
    found = head_forces_of(tracked, neck, options, nuchal.EstimateOptions())
    np.testing.assert_allclose(found.forces.force[10:-10, 0, 0], ramp[10:-10], atol=0.05)
    longer = np.arange(-20, FRAMES) / RATE_HZ
    late = table(
        tmp_path / "late.csv",
        np.stack([longer * RATE_HZ, *[np.zeros(80)] * 5], axis=1),
        time=longer + 7.0,
    )
    options = HeadForceOptions(force=late, force_frame="skull", force_delay_s=7.0)
    found = head_forces_of(tracked, neck, options, nuchal.EstimateOptions())
    np.testing.assert_allclose(found.forces.force[:-10, 0, 0], ramp[:-10], atol=0.05)


def test_gaps_of_a_force_are_bridged(tracked: TrackedMotion, person: Path, tmp_path: Path) -> None:
    neck = plan_of(read_subject(person), nuchal.EstimateOptions(preset="classical")).anatomy
    rows = np.tile([4.0, 0.0, 0.0, 0.1, 0.0, 0.0], (FRAMES, 1))
    rows[30:36] = np.nan
    path = table(tmp_path / "gap.csv", rows)
    options = HeadForceOptions(force=path, force_frame="skull")
    found = head_forces_of(tracked, neck, options, nuchal.EstimateOptions())
    np.testing.assert_allclose(
        found.forces.force[:, 0], np.tile([4.0, 0.0, 0.0], (60, 1)), atol=1e-9
    )


@pytest.mark.slow
def test_without_forces_nothing_changes(still: Path, person: Path, tmp_path: Path) -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        assert run(still, "--subject", person, "--out", tmp_path / "r", "--no-figures") == 0
    found = json.loads((tmp_path / "r/summary.json").read_text("utf-8"))
    assert found["head_forces"] is None
    assert "neck.osim" not in {one.name for one in (tmp_path / "r").iterdir()}
