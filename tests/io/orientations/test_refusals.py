"""Whatever is wrong with a file of orientations is told in one sentence with its code and place."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.io.orientations import turned
from tests.io.orientations.turned import take
from tests.io.recordings.test_refusals import check, replaced

from nuchal.errors import RecordingError, Setting
from nuchal.io.orientations.read import FORMATS, read_orientations

QUATERNION = Setting("quaternion")
ANGLES = "time,head_rx,head_ry,head_rz\n" + "".join(f"{k / 50},10,20,30\n" for k in range(5))
COUNTED = "".join(f"{k / 50},1,0,0,0\n" for k in range(5))
# From a line of a body onwards.
MT = turned.mt_manager(take())


def refusal(path: Path, **options) -> RecordingError:
    with pytest.raises(RecordingError) as caught:
        read_orientations(path, **options)
    sentence = str(caught.value)
    assert sentence.startswith(f"{path}: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return caught.value


def cut(text: str) -> str:
    return text[: text.rindex("\n", 0, -40) + 20]


def same(text: str) -> str:
    return text


def without(pattern: str) -> Callable[[str], str]:
    return lambda text: re.sub(pattern, "", text)


def swapped(*pairs: tuple[str, str]) -> Callable[[str], str]:
    return lambda text: replaced(text, *pairs)


def at_row(text: str, old: str, new: str) -> str:
    """A text with the first number of its last row but one changed."""
    lines = text.splitlines()
    lines[-2] = re.sub(old, new, lines[-2], count=1)
    return "\n".join(lines) + "\n"


CASES = [
    # OpenSense
    ("opensense", cut, {}, "opensense.width", {}),
    ("opensense", lambda t: at_row(t, r"\t.*?\t", "\t"), {}, "opensense.width",
     {"wanted": 3, "found": 2}),
    ("opensense", lambda t: at_row(t, r"\t[^,]*,", "\t"), {}, "opensense.cell",
     {"count": 4, "column": "Torso"}),
    ("opensense", lambda t: at_row(t, r"\t[^,]*,", "\tx,"), {}, "opensense.cell", {}),
    ("opensense", lambda t: at_row(t, r"\t[^\t]*\t", "\t0,0,0,0\t"), {},
     "orientation.zero_quaternion", {"column": "Torso"}),
    ("opensense", lambda t: at_row(t, r"\t[^\t]*\t", "\t1,1,0,0\t"), {},
     "orientation.no_quaternion", {"length": pytest.approx(2**0.5)}),
    ("opensense", swapped(("DataType=Quaternion", "DataType=Vec3")), {},
     "opensense.other_elements", {"kind": "vec3"}),
    ("opensense", swapped(("\tTorso\tHead", "")), {}, "opensense.no_sensors", {}),
    ("opensense", swapped(("\tHead", "\tTorso")), {}, "orientation.same_names", {"name": "Torso"}),
    ("opensense", swapped(("DataRate=50", "DataRate=99")), {}, "timing.header_differs", {}),
    ("opensense", swapped(("endheader", "endhead")), {}, "recording.no_mark", {}),
    ("opensense", lambda t: t[: t.index("\n0.00000") + 1], {}, "timing.no_frames", {}),
    ("opensense", same, {"quaternion": "xyzw"}, "orientation.said_by_format",
     {"given": Setting("quaternion", "xyzw"), "format": "OpenSense"}),
    # MVNX
    ("mvnx", lambda t: t[: len(t) // 2], {}, "mvnx.cut", {}),
    ("mvnx", swapped(("</segments>", "</segment>")), {}, "mvnx.damaged", {"line": 4}),
    ("mvnx", swapped(("UTF-8", "UT.-8")), {}, "mvnx.encoding", {"line": 1}),
    ("mvnx", swapped(("UTF-8", "gb2312")), {}, "mvnx.encoding", {"line": 1}),
    ("mvnx", swapped(("<mvnx", '<!DOCTYPE mvnx [<!ENTITY a "b">]>\n<mvnx')), {},
     "mvnx.entities", {}),
    ("mvnx", lambda t: t.replace('type="normal"', 'type="npose"'), {}, "mvnx.no_frames", {}),
    ("mvnx", without(r"<segment label=\"Head\".*?</segment>"), {}, "mvnx.count",
     {"wanted": 4, "found": 8}),
    ("mvnx", lambda t: re.sub(r"(normal\"><orientation>)\S+", r"\1x", t, count=1), {},
     "mvnx.no_numbers", {"line": 7}),
    ("mvnx", lambda t: re.sub(r"(normal\">)<orientation>.*?</orientation>", r"\1", t, count=1), {},
     "mvnx.no_orientation", {"line": 7}),
    ("mvnx", lambda t: re.sub(r"(<subject.*</subject>)", r"\1\1", t, flags=re.S), {},
     "mvnx.several_people", {"count": 2}),
    ("mvnx", lambda t: t.replace('label="Head"', 'label="Torso"'), {}, "orientation.same_names",
     {}),
    ("mvnx", lambda t: re.sub(r"(normal\"><orientation>)\S+ \S+ \S+ \S+", r"\g<1>0 0 0 0", t,
                              count=1), {}, "orientation.zero_quaternion", {"line": 7}),
    ("mvnx", lambda t: re.sub(r' time="\d+"', "", t.replace(' frameRate="50"', "")), {},
     "timing.no_rate", {"remedy": Setting("rate_hz")}),
    ("mvnx", same, {"euler": "XYZ"}, "orientation.said_by_format", {}),
    # BVH
    ("bvh", lambda t: t[: t.index("MOTION")], {}, "bvh.cut", {}),
    ("bvh", cut, {}, "table.width", {"wanted": 9, "how": "table.unfinished"}),
    ("bvh", lambda t: "\n".join(t.splitlines()[:-2]) + "\n", {}, "bvh.frames_differ",
     {"promised": 20, "found": 18}),
    ("bvh", swapped((" }\n}", " }\n")), {}, "bvh.braces", {}),
    ("bvh", swapped(("CHANNELS 3", "CHANNELS 2")), {}, "bvh.channels", {}),
    ("bvh", swapped(("CHANNELS 3 Yrotation", "CHANNELS 3 Xrotation")), {}, "bvh.rotations", {}),
    ("bvh", without(r"Frame Time:.*"), {}, "timing.no_rate", {}),
    ("bvh", lambda t: at_row(t, r"^\S+", "x"), {}, "table.not_a_number",
     {"column": "Torso Xposition"}),
    # C3D with rotations: changed as bytes
    ("turned_c3d", lambda b: b[:3000], {}, "c3d.frames_cut", {}),
    ("turned_c3d", lambda b: b[:700], {}, "c3d.header_cut", {}),
    ("turned_c3d", lambda b: b.replace(b"ROTATION", b"ROTATIQN"), {}, "c3d.no_rotations", {}),
    ("turned_c3d", lambda _: turned.turned_c3d(take(), start=1), {}, "c3d.rotations_nowhere", {}),
    # Motive
    ("motive", cut, {}, "table.width", {}),
    ("motive", lambda t: t[: t.index("Frame,Time")], {}, "motive.header_cut", {}),
    ("motive", lambda t: t.replace("Rigid Body", "Marker"), {}, "motive.no_bodies", {}),
    ("motive", swapped(("Space,Global", "Space,Local")), {}, "motive.local", {"space": "Local"}),
    ("motive", lambda t: at_row(t, r",[^,]*,[^,]*,", ",x,1,"), {},
     "table.not_a_number", {}),
    ("motive", same, {"quaternion": "wxyz"}, "orientation.said_by_format", {}),
    ("motive", same, {"euler": "XYZ"}, "orientation.said_by_format", {}),
    ("motive_angles", same, {}, "motive.euler", {"order": "XYZ", "remedy": Setting("euler")}),
    ("motive_angles", same, {"euler": "ZYX"}, "motive.euler_differs", {"order": "XYZ"}),
    # QTM
    ("qtm", cut, {}, "table.width", {}),
    ("qtm", swapped(("BODY_NAMES", "MARKER_NAMES")), {}, "qtm.no_bodies", {}),
    ("qtm", lambda t: t.replace("Rot[", "R["), {}, "qtm.no_rotations", {}),
    ("qtm", swapped(("\tTorso\tHead", "\tTorso")), {}, "qtm.bodies_differ", {"bodies": 1}),
    ("qtm", without(r"\nFREQUENCY.*"), {}, "timing.no_rate", {}),
    ("qtm", lambda t: t.replace("10.0\t900.0\t30.0\t1.0\t2.0\t3.0\t0.2\t",
                                "10.0\t900.0\t30.0\t1.0\t2.0\t3.0\t0.2\t2"), {},
     "orientation.no_rotation", {}),
    # MT Manager
    ("mt_manager", cut, {}, "table.width", {}),
    ("mt_manager", without(r"// Update Rate.*"), {}, "timing.no_rate",
     {"remedy": Setting("rate_hz")}),
    ("mt_manager", swapped(("\n65532\t", "\n65531\t")), {}, "timing.miscounted",
     {"how": "timing.repeats"}),
    ("mt_manager", swapped(("\n65532\t", "\n65529\t")), {}, "timing.miscounted", {}),
    ("mt_manager", lambda t: t.replace("Mat[1][1]", "Acc_X"), {}, "xsens.no_rotation", {}),
    # APDM
    ("apdm", cut, {}, "table.width", {}),
    ("apdm", swapped(("Head/Orientation/Z", "Head/Orientation/Q")), {},
     "orientation.column_lacking", {"body": "Head"}),
    ("apdm", swapped(("Sample Rate:,50", "Sample Rate:,90")), {}, "timing.header_differs", {}),
    # OpenFace
    ("openface", cut, {}, "table.width", {}),
    ("openface", swapped(("\n3, 0,", "\n3, 1,")), {}, "orientation.several_faces", {}),
    ("openface", lambda t: re.sub(r", [01], 1.5", ", 0, 1.5", t), {},
     "orientation.nothing_known", {}),
    # a row of other names above the numbers is the one that counts
    ("openface", lambda t: t[: t.index("\n1,")] + "\n1, frame, \nface, 8330, -0.5, -0, 0.0, 1", {},
     "orientation.column_lacking", {"column": "pose_rx"}),
    ("openface", same, {"in_degrees": True}, "orientation.said_by_format", {}),
    # plain
    ("plain", cut, {}, "table.width", {}),
    ("plain", lambda t: t.replace("_q", "_p"), {}, "orientation.no_bodies",
     {"remedy": Setting("columns")}),
    ("plain", without(r",head_qz"), {}, "orientation.column_lacking",
     {"body": "head", "column": "z"}),
    ("plain", swapped(("head_qz", "head_qy")), {}, "orientation.column_lacking",
     {}),
    ("plain", same, {"quaternion": "xyzw"}, "orientation.quaternion_differs", {"found": "wxyz"}),
    ("plain", same, {"quaternion": "wzyx"}, "orientation.no_quaternion_order", {}),
    ("plain", same, {"euler": "XXY"}, "orientation.no_euler_order", {}),
    ("plain", same, {"columns": {"head": "neck"}}, "orientation.no_such_prefix",
     {"prefix": "neck", "found": ["torso", "head"]}),
    ("plain", same, {"columns": {"head": ["a", "b", "c"]}}, "orientation.no_such_column",
     {"column": "a"}),
    ("plain", same, {"columns": {"head": ["head_qw", "head_qx"]}}, "orientation.column_count",
     {"found": 2}),
    ("plain", lambda t: t.replace("time,", "turns,"), {}, "timing.no_rate", {}),
    ("plain", lambda t: at_row(t, r",[^,]*,", ",x,"), {}, "table.not_a_number", {}),
    ("plain", lambda _: "time,head_q0,head_q1,head_q2,head_q3\n" + COUNTED, {},
     "orientation.quaternion_unknown", {"remedy": QUATERNION}),
    ("plain", lambda _: ANGLES, {}, "orientation.euler_unknown", {"remedy": Setting("euler")}),
    ("plain", lambda _: ANGLES, {"euler": "ZXY"}, "orientation.degrees_unknown",
     {"remedy": Setting("in_degrees")}),
    ("plain", lambda _: ANGLES, {"euler": "ZXZ", "in_degrees": True}, "orientation.euler_differs",
     {}),
    ("plain", lambda _: ANGLES.replace("_rx", "_rx_deg").replace("_ry", "_ry_deg")
     .replace("_rz", "_rz_deg"), {"euler": "ZXY", "in_degrees": False},
     "orientation.degrees_differ", {}),
    ("plain", lambda _: ANGLES, {"euler": "ZXY", "in_degrees": False}, "orientation.like_degrees",
     {"remedy": Setting("in_degrees", True)}),
    ("plain", lambda _: ANGLES.replace(",30", ",3000"), {"euler": "ZXY", "in_degrees": True},
     "orientation.large_angle", {"value": 3000.0}),
    ("plain", lambda _: "time," + ",".join(f"head_r{i}{j}" for i in "123" for j in "123") + "\n"
     + "".join(f"{k / 50},1,0,0,0,1,0,0,0,-1\n" for k in range(5)), {}, "orientation.mirrors", {}),
]  # fmt: skip
SUFFIXES = {
    "opensense": ".sto", "mvnx": ".mvnx", "bvh": ".bvh", "turned_c3d": ".c3d", "qtm": ".tsv",
    "mt_manager": ".txt",
}  # fmt: skip


@pytest.mark.parametrize(("kind", "change", "options", "what", "expected"), CASES)
def test_a_broken_file_is_refused_in_one_sentence(save, kind, change, options, what, expected):
    one = take()
    if kind == "motive_angles":
        content = turned.motive(one, order="XYZ")
    elif kind in ("mvnx", "bvh"):
        content = getattr(turned, kind)(take(lose=False))
    else:
        content = getattr(turned, kind)(one)
    path = save(f"take{SUFFIXES.get(kind, '.csv')}", change(content))
    check(refusal(path, **options), what, expected)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda p: p.with_name("sub-1_channels.tsv").unlink(), "bids.no_channels"),
        (lambda p: p.with_name("sub-1_motion.json").unlink(), "timing.no_rate"),
        (lambda p: p.with_name("sub-1_motion.json").write_text("{"), "bids.json"),
        (lambda p: _edit(p, "\tcomponent\t", "\tpart\t"), "bids.column_lacking"),
        (lambda p: _edit(p, "ORNT", "POS"), "bids.no_orientation"),
        (lambda p: _edit(p, "\tquat_w\t", "\tquat_v\t"), "orientation.column_lacking"),
        (lambda p: p.with_name("sub-1_channels.tsv").write_text("name\tcomponent\ttype\n"),
         "bids.no_rows"),
        (lambda p: _edit(p, "Torso_quat_w\tquat_w\tORNT\tTorso\tn/a\n", ""),
         "orientation.column_lacking"),
        (lambda p: p.write_text(p.read_text()[:-30]), "table.width"),
    ],
)  # fmt: skip
def test_bids_without_what_belongs_to_it(tmp_path: Path, change, what: str) -> None:
    path = turned.write_bids(tmp_path, take())
    change(path)
    with pytest.raises(RecordingError) as caught:
        read_orientations(path)
    assert caught.value.what == what
    assert str(caught.value).endswith(".")


def _edit(path: Path, old: str, new: str) -> None:
    beside = path.with_name("sub-1_channels.tsv")
    text = beside.read_text("utf-8")
    assert old in text
    beside.write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.mvnx", turned.bvh(take(lose=False)), "recording.misnamed"),
        ("a.mvnx", "time,a,b\n1,2,3\n", "recording.no_mark"),
        ("a.c3d", MT, "recording.misnamed"),
        ("a.csv", b"\0\1\2\3" * 99, "file.not_text"),
        ("a.csv", "", "file.empty"),
    ],
)
def test_a_file_of_another_kind(save, name, content, what) -> None:
    assert refusal(save(name, content)).what == what


def test_every_format_has_broken_files() -> None:
    assert len({kind for kind, *_ in CASES}) + 1 >= len(FORMATS)
