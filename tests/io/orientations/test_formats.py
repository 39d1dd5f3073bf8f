"""Every format gives back the rotations that were written, and says what it knows of its axes."""

import re
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from tests.io.orientations import turned
from tests.io.orientations.turned import RATE_HZ, Take, take

from nuchal.findings import Found
from nuchal.io.orientations import mvnx
from nuchal.io.orientations.read import FORMATS, holds_orientations, read_orientations
from nuchal.io.recordings.format import Source
from nuchal.orientations import OrientationRecording, SegmentAxes

ROUNDING = 2e-6
SUFFIXES = {
    "opensense": ".sto", "mvnx": ".mvnx", "bvh": ".bvh", "motive": ".csv", "qtm": ".tsv",
    "apdm": ".csv", "plain": ".csv", "turned_c3d": ".c3d", "mt_manager": ".txt",
    "openface": ".csv", "bids": ".tsv",
}  # fmt: skip
# Those that keep two bodies and can say that one was lost.
BOTH = ("opensense", "motive", "qtm", "apdm", "plain", "turned_c3d", "bids")
ONE = ("mt_manager", "openface")


def written(folder: Path, kind: str, one: Take) -> Path:
    if kind == "bids":
        return turned.write_bids(folder, one)
    content = getattr(turned, kind)(one)
    path = folder / f"take{SUFFIXES[kind]}"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def same(found: OrientationRecording, one: Take, *, called: tuple[str, ...] | None = None) -> None:
    assert found.names == (called or one.names)
    assert np.array_equal(found.known, ~one.lost)
    wanted = np.where(one.lost[..., None, None], np.eye(3), one.rotation)
    assert np.abs(found.rotation - wanted).max() < ROUNDING
    assert found.rate_hz == RATE_HZ
    assert np.allclose(np.diff(found.time), 1.0 / RATE_HZ)


def test_each_format_is_written_here() -> None:
    assert len(SUFFIXES) == len(FORMATS) == 11


@pytest.mark.parametrize("kind", BOTH)
def test_bodies_and_their_gaps(tmp_path: Path, kind: str) -> None:
    one = take()
    called = ("torso", "head") if kind == "plain" else None
    same(read_orientations(written(tmp_path, kind, one)), one, called=called)


@pytest.mark.parametrize("kind", ONE)
def test_one_body_and_its_gaps(tmp_path: Path, kind: str) -> None:
    one = take().body("Head")
    called = ("head",) if kind == "openface" else ("take",)
    found = read_orientations(written(tmp_path, kind, one))
    same(found, one, called=called)
    what = Found.FACE_UNSURE if kind == "openface" else Found.ROWS_LEFT_OUT
    assert [note.values["frames"] for note in found.notes if note.what is what] == [2]


@pytest.mark.parametrize("kind", ["mvnx", "bvh"])
def test_bodies_that_are_never_lost(tmp_path: Path, kind: str) -> None:
    one = take(lose=False)
    same(read_orientations(written(tmp_path, kind, one)), one)


@pytest.mark.parametrize("kind", ["matrix", "quaternion", "angles"])
def test_rotations_of_mt_manager(tmp_path: Path, kind: str) -> None:
    one = take().body("Head")
    path = tmp_path / "MT_01.txt"
    path.write_text(turned.mt_manager(one, kind), "utf-8")
    same(read_orientations(path), one, called=("MT_01",))


@pytest.mark.parametrize(
    ("kind", "up", "segments"),
    [
        ("opensense", None, None),
        ("mvnx", "+Z", SegmentAxes("+X", "+Z")),
        ("bvh", "+Y", SegmentAxes("+Z", "+Y")),
        ("motive", "+Y", None),
        ("qtm", None, None),
        ("apdm", "+Z", None),
        ("plain", None, None),
        ("turned_c3d", None, SegmentAxes("+Y", "+Z")),
        ("mt_manager", "+Z", None),
        ("openface", "-Y", SegmentAxes("-Z", "-Y")),
        ("bids", None, None),
    ],
)
def test_what_a_format_says_of_its_axes(tmp_path: Path, kind: str, up, segments) -> None:
    path = written(tmp_path, kind, take(lose=False))
    found = read_orientations(path)
    assert found.up == up
    assert found.segments == segments
    assert holds_orientations(Source(path, path.read_bytes()))


def test_angles_of_motive_are_read_where_their_axes_are_stated(tmp_path: Path) -> None:
    one = take()
    path = tmp_path / "a.csv"
    path.write_text(turned.motive(one, order="ZYX"), "utf-8")
    same(read_orientations(path, euler="ZYX"), one)


def test_one_take_is_the_same_in_four_formats(tmp_path: Path) -> None:
    """Axes differ, the angle between head and torso doesn't."""
    one = take(lose=False)
    turned_up = Take(one.names, turned.Y_UP @ one.rotation @ turned.Y_UP.T, one.lost)
    takes = {"mvnx": one, "bids": one, "opensense": turned_up, "motive": turned_up}
    angles = []
    for kind, as_written in takes.items():
        found = read_orientations(written(tmp_path, kind, as_written))
        torso, head = (found.rotation[:, found.names.index(name)] for name in ("Torso", "Head"))
        between = Rotation.from_matrix(np.swapaxes(torso, -1, -2) @ head)
        angles.append(np.degrees(between.magnitude()))
    assert np.ptp(angles[0]) > 5.0
    assert np.abs(np.array(angles) - angles[0]).max() < 1e-4


def test_a_joint_without_rotations_is_carried(tmp_path: Path) -> None:
    one = take(lose=False)
    text = turned.bvh(one).replace("  CHANNELS 3 Yrotation Xrotation Zrotation\n", "", 1)
    path = tmp_path / "a.bvh"
    rows = [" ".join(line.split()[:6]) for line in text.splitlines()[-turned.FRAMES :]]
    path.write_text("\n".join([*text.splitlines()[: -turned.FRAMES], *rows]) + "\n", "utf-8")
    found = read_orientations(path)
    assert np.abs(found.rotation[:, 1] - one.rotation[:, 0]).max() < ROUNDING


def test_fingers_and_names_left_out_do_not_disturb_segments(tmp_path: Path) -> None:
    """Fingers are listed apart; files that list no segment have those of a whole body."""
    one = take(mvnx.SEGMENTS, lose=False)
    fingers = (
        '<fingerTrackingSegmentsLeft><segment label="LeftCarpus"/></fingerTrackingSegmentsLeft>'
    )
    text = turned.mvnx(one).replace("</segments>", f"</segments>{fingers}")
    path = tmp_path / "a.mvnx"
    path.write_text(text, "utf-8")
    same(read_orientations(path), one)
    path.write_text(re.sub(r"<segments>.*</segments>", "", turned.mvnx(one)), "utf-8")
    same(read_orientations(path), one)


def test_small_errors_are_mended_and_told(tmp_path: Path) -> None:
    one = take(lose=False)
    path = tmp_path / "a.sto"
    off = Take.quaternions(one) * 1.02
    lines = turned.opensense(one).splitlines()
    rows = [
        line.split("\t")[0] + "\t" + "\t".join(turned.row(q, ",") for q in quaternions)
        for line, quaternions in zip(lines[-turned.FRAMES :], off, strict=True)
    ]
    path.write_text("\n".join([*lines[: -turned.FRAMES], *rows]) + "\n", "utf-8")
    found = read_orientations(path)
    same(found, one)
    mended = next(note for note in found.notes if note.what is Found.ROTATIONS_MENDED)
    assert mended.values["count"] == 2 * turned.FRAMES
    assert mended.values["off"] == pytest.approx(0.02, abs=1e-6)


def test_bodies_that_were_never_seen_are_left_out(tmp_path: Path) -> None:
    one = take(("Torso", "Head", "Arm"), lose=False)
    one.lost[:, 1] = True
    found = read_orientations(written(tmp_path, "motive", one))
    assert found.names == ("Torso", "Arm")
    unseen = next(note for note in found.notes if note.what is Found.BODIES_NEVER_SEEN)
    assert unseen.values["bodies"] == ["Head"]


def test_rows_that_a_table_leaves_out_are_gaps(tmp_path: Path) -> None:
    one = take(lose=False)
    lines = turned.plain(one).splitlines()
    path = tmp_path / "a.csv"
    path.write_text("\n".join([*lines[:6], *lines[8:]]) + "\n", "utf-8")
    found = read_orientations(path)
    assert np.flatnonzero(~found.known.all(axis=1)).tolist() == [5, 6]
    assert len(found.time) == turned.FRAMES


@pytest.mark.parametrize("text", ["time,TP_x,TP_y,TP_z\n0,1,2,3\n0.1,1,2,3\n", "x", ""])
def test_markers_and_nonsense_are_no_orientations(text: str) -> None:
    assert not holds_orientations(Source(Path("a.csv"), text.encode()))
    assert not holds_orientations(Source(Path("a.c3d"), b"\x02\x50" + bytes(2000)))


def test_of_what_comes_with_nuchal_only_sensors_hold_orientations(root: Path) -> None:
    files = [path for path in (root / "examples").rglob("*") if path.is_file()]
    found = [path.name for path in files if holds_orientations(Source(path, path.read_bytes()))]
    assert found == ["demo_sensors.sto"]


def test_markers_of_the_same_programs_are_no_orientations(tmp_path: Path, c3d) -> None:
    assert not holds_orientations(Source(Path("a.c3d"), c3d.content))
    one = turned.motive(take()).replace("Rigid Body,", "Marker,").replace("Rotation", "Position")
    assert not holds_orientations(Source(tmp_path / "a.csv", one.encode()))
    qtm = turned.qtm(take()).replace("BODY_NAMES", "MARKER_NAMES")
    assert not holds_orientations(Source(tmp_path / "a.tsv", qtm.encode()))
