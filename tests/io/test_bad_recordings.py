"""One sentence for every mistake: the file, the place, the remedy."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nuchal.errors import RecordingError
from nuchal.io.recordings.read import read_recording
from nuchal.io.recordings.vicon_csv import read_vicon_angles


def sentence_for(path: Path, **options) -> str:
    with pytest.raises(RecordingError) as caught:
        read_recording(path, **options)
    sentence = str(caught.value)
    assert sentence.startswith(f"{path}: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def replaced(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def line_changed(text: str, number: int, change: Callable[[str], str | None]) -> str:
    lines = text.split("\n")
    changed = change(lines[number - 1])
    lines[number - 1 : number] = [] if changed is None else [changed]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("change", "options", "sentence"),
    [
        (lambda t: t[: len(t) // 2], {}, r"line \d+ has \d+ cells|promises 40 frames but 1\d are"),
        (lambda t: t[:100], {}, "cut off inside its TRC header"),
        (lambda t: line_changed(t, 30, lambda _: None), {}, "promises 40 frames but 39 are there"),
        (lambda t: line_changed(t, 20, lambda s: s[:40]), {}, r"line 20 has \d cells where the "),
        (lambda t: line_changed(t, 20, lambda s: s + "\t9"), {}, "line 20 has 12 cells where"),
        (lambda t: line_changed(t, 20, lambda _: ""), {}, "line 20 is blank but line 21 goes on"),
        (lambda t: replaced(t, ("\t0.050\t", "\t0.040\t")), {},
         r"frame 6 \(line 12\) repeats the time 0.04 s of the frame before"),
        (lambda t: replaced(t, ("\t0.050\t", "\t0.010\t")), {},
         r"frame 6 \(line 12\) goes back to 0.01 s from 0.04 s"),
        (lambda t: replaced(t, ("\t0.050\t", "\t0.056\t")), {},
         r"frame 6 \(line 12\) comes 0.016 s after.*every 0.01 s.*--rate-hz"),
        (lambda t: replaced(t, ("\t0.050\t", "\t\t")), {}, r"frame 6 \(line 12\) has no time"),
        (lambda t: t.replace("100.00\t100.00", "60.00\t60.00"), {},
         "header says 60 Hz but the times run at 100 Hz; give the right one with --rate-hz"),
        (lambda t: replaced(t, ("100.00\t", "fast\t")), {}, 'line 3 gives "fast" as datarate'),
        (lambda t: replaced(t, ("\tmm\t", "\tfurlong\t")), {}, '"furlong".*give --units'),
        (lambda t: replaced(t, ("\tmm\t", "\tm\t")), {}, "far apart.*look like mm.*--units mm"),
        (lambda t: t, {"units": "m"}, "far apart.*look like mm.*--units mm"),
        (lambda t: t, {"units": "parsec"}, '--units "parsec" is no unit of length; choose mm'),
        (lambda t: line_changed(t, 20, lambda s: s[: s.rindex("\t")] + "\t9e6"), {},
         r"RH lies 9e\+03 m from the origin in frame 14; correct or delete it there"),
        (lambda t: t, {"rate_hz": 0.0}, "rate of 0 Hz is impossible"),
        (lambda t: t, {"person": "Anna"}, 'no person "Anna".*without a prefix'),
        (lambda t: replaced(t, ("\tLH\t", "\tTP\t")), {}, "more than one marker called TP"),
        (lambda t: replaced(t, ("\tTP\t\t\tLH\t\t\tRH\t\t\t", "")), {}, "line 4 lacks the marker"),
        (lambda t: replaced(t, ("\tRH\t", "\t\t")), {}, "names 2 markers but line 5 has 9"),
        (lambda t: line_changed(t, 20, lambda s: re.sub(r"\.\d", ".x", s, count=3)), {},
         r'line 20, column "[A-Za-z]+( X)?": "[\d.x]+" is not a number that makes sense'),
        (lambda t: "\n".join(t.split("\n")[:6]), {}, "promises 40 frames but 0 are there"),
        (lambda t: replaced("\n".join(t.split("\n")[:7]), ("      40", "1"), ("40\t3", "1\t3"))
         if "      40" in t else replaced("\n".join(t.split("\n")[:7]), ("\t40\t3", "\t1\t3")), {},
         "holds only one frame"),
    ],
)  # fmt: skip
def test_trc(save, texts, change, options, sentence):
    assert re.search(sentence, sentence_for(save("a.trc", change(texts.trc)), **options))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda t: t[: t.index("15,0,") + 40], r"line \d+ has \d+ cells"),
        (lambda t: t[:20], 'is cut off in the header of its section "Trajectories"'),
        (lambda t: replaced(t, ("\n15,0,", "\n14,0,")), "is numbered 14 and repeats 14"),
        (lambda t: replaced(t, ("\n15,0,", "\n13,0,")), "is numbered 13 and goes back from 14"),
        (lambda t: replaced(t, ("\n15,0,", "\n,0,")), "the frame on line 20 has no frame number"),
        (lambda t: re.sub(r"\n15,0,.*?\n", "\n", t), "on line 20 is numbered 16 and jumps from 14"),
        (lambda t: replaced(t, (",mm", ",m")), r"mixes units \(m, mm\)"),
        (lambda t: t.replace(",mm", ",ells"), '"ells", which is not mm, cm or m; give --units'),
        (lambda t: t.replace(",mm", ","), "does not say in what unit.*look like mm.*--units mm"),
        (lambda t: replaced(t, ("LH", "TP")), "more than one marker called Anna:TP"),
        (lambda t: replaced(t, ("\n100", "\nfast")), "states neither times nor a frame rate"),
        (lambda t: t + "\r\n" + t.lstrip("\ufeff"), 'more than one section "Trajectories"'),
        (lambda t: replaced(t, ("Trajectories", "Devices")), 'no section "Trajectories" .*Devices'),
        (lambda t: replaced(t, ("Frame,", "Picture,")), 'line 4 should start with "Frame"'),
        (lambda t: "\r\n".join(t.split("\r\n")[:5]), "has a header but no frames"),
        (lambda t: "\r\n".join(t.split("\r\n")[:6]), "holds only one frame"),
        (lambda t: replaced(t, ("Anna:LH", "Bob:LH")), r"2 people or things \(Anna, Bob\)"),
    ],
)
def test_vicon_csv(save, texts, change, sentence):
    text = change(texts.vicon(others=False))
    assert re.search(sentence, sentence_for(save("a.csv", text)))


def test_vicon_angles_with_a_gap(save, texts):
    text = replaced(texts.vicon(), ("\n9,0,4.0,90,-8", "\n9,0,,,"))
    with pytest.raises(RecordingError, match="line 14: LNeckAngles is blank"):
        read_vicon_angles(save("a.csv", text))


@pytest.mark.parametrize(
    ("change", "options", "sentence"),
    [
        (lambda t: t.replace(" [mm]", ""), {}, "look like mm, so give --units mm"),
        (lambda t: t.replace(" [mm]", " [m]"), {}, "far apart for a person.*--units mm"),
        (lambda t: replaced(t, (" [mm]", " [cm]")), {}, r"mixes units \(cm, mm\)"),
        (lambda t: replaced(t, ("time", "hours")), {}, "neither times nor a frame rate.*--rate-hz"),
        (lambda t: replaced(t, ("time", "time [h]")), {}, "neither times nor a frame rate"),
        (lambda t: replaced(t, ("time", "time [deg]")), {}, 'states time in "deg"'),
        (lambda t: replaced(t, ("TP_z", "TP_w")), {}, "marker TP lacks its column TP_z"),
        (lambda t: replaced(t, ("LH_x", "TP_x")), {}, r"more than one column .TP_x. \(columns 2"),
        (lambda t: re.sub("_[xyz]", "_q", t), {}, "no columns that name a marker and an axis"),
        (lambda t: t.split("\n", 1)[1], {}, "line 1 should name the columns"),
        (lambda t: t.split("\n", 1)[0], {}, "has a header but no frames"),
        (lambda t: "\n".join(t.split("\n")[:2]), {}, "holds only one frame"),
        (lambda t: t[: t.index("0.20,") + 30], {}, r"line 22 has \d cells where.*cut off before"),
        (lambda t: line_changed(t, 9, lambda s: s + ",1"), {}, "line 9 has 11 cells"),
        (lambda t: replaced(t, ("\n0.05,", "\n0.04,")), {}, "line 7 repeats the time 0.04 s"),
        (lambda t: replaced(t, ("\n0.05,", "\n0.02,")), {}, "line 7 goes back to 0.02 s"),
        (lambda t: line_changed(t, 20, lambda _: None), {}, "line 20 comes 0.02 s after"),
        (lambda t: t.split("\n")[0] + "\n" + "\n".join(
            f"{i / 100}" + "," * 9 for i in range(9)), {}, "no marker with a position in any"),
        (lambda _: "Dear diary, today I measured\nnothing, at all\n", {}, "no columns that name"),
        (lambda _: "just words", {}, "not a row of several column names"),
        (lambda _: "\n\n\n", {}, "has no row of column names"),
        (lambda _: "", {}, "is empty"),
    ],
)  # fmt: skip
def test_plain_csv(save, texts, change, options, sentence):
    assert re.search(sentence, sentence_for(save("a.csv", change(texts.plain)), **options))


@pytest.mark.parametrize(
    ("text_options", "options", "sentence"),
    [
        (("no", 1.0), {}, "file says radians, which looks like degrees; say so with --degrees"),
        (("yes", 1.0), {"in_degrees": False}, "--radians says radians, which looks like degrees"),
        (("yes", 10.0), {}, "degrees, which no neck does"),
    ],
)
def test_degrees_taken_for_radians(save, texts, text_options, options, sentence):
    path = save("a.mot", texts.mot(*text_options))
    assert sentence in sentence_for(path, **options)


def test_a_lying_header_is_overruled(save, texts):
    path = save("a.mot", texts.mot("no"))
    expected = read_recording(save("b.mot", texts.mot("yes")))
    np.testing.assert_array_equal(read_recording(path, in_degrees=True).q, expected.q)


def test_radians_under_a_header_of_degrees_are_noted(save, texts):
    recording = read_recording(save("a.mot", texts.mot("yes", np.pi / 180.0)))
    assert any("--radians" in note for note in recording.notes)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("yaw2", "yaw3", "lacks the coordinate yaw2; it has the columns pitch1, roll1"),
        ("yaw2", "pitch1", "lacks the coordinate yaw2"),
        ("\n0.05\t", "\n0.04\t", r"row 6 \(line 13\) repeats the time 0.04 s"),
        ("\n0.05\t", "\n0.055\t", r"row 6 \(line 13\) comes 0.015 s after"),
        ("\n0.05\t", "\n0.05\tnan\t", "line 13 has 8 cells"),
        ("nRows=40", "nRows=400", "promises 400 rows but 40 are there"),
    ],
)
def test_coordinates(save, texts, old, new, sentence):
    path = save("a.mot", replaced(texts.mot("yes"), (old, new)))
    assert re.search(sentence, sentence_for(path))


def test_uneven_times_are_taken_as_even_on_request(save, texts):
    path = save("a.trc", replaced(texts.trc, ("\t0.050\t", "\t0.056\t")))
    recording = read_recording(path, rate_hz=100.0)
    np.testing.assert_allclose(np.diff(recording.time), 0.01)
    assert any("replaced by 100 Hz" in note for note in recording.notes)


def test_c3d_cut_off_damaged_and_empty(save, c3d):
    good = c3d.content
    cases = {
        good[:3]: "ends inside its C3D header",
        good[:700]: "ends inside its C3D header",
        good[:1100]: r"promises 40 frames but has room for 1 of them",
        good[: len(good) // 2]: r"promises 40 frames but has room for \d+ of them; .*cut off",
        good[:515] + b"\x07" + good[516:]: "unknown processor type 7",
        good[:515] + b"\x55" + good[516:]: "DEC floating-point numbers; save it again in Intel",
        good[:514] + b"\xff" + good[515:]: "ends inside its parameters",
        good[:520] + b"\x01\xff\x7f" + good[523:]: "damaged",
        good.replace(b"\x04\x01USED", b"\x04\x01ABCD"): "lacks the parameter POINT:USED",
        good.replace(b"LABELS", b"LABOUR"): r"lacks the marker names \(POINT:LABELS\)",
    }
    for content, sentence in cases.items():
        assert re.search(sentence, sentence_for(save("a.c3d", content))), sentence


def test_c3d_that_contradicts_itself_or_lacks_markers(save, c3d):
    def built(**point) -> str:
        parameters = c3d.standard_parameters(("TP", "LH", "RH"), frames=40)
        parameters["POINT"] |= point
        content = c3d.build(c3d.positions, c3d.residual, parameters)
        return sentence_for(save("a.c3d", content))

    assert "40 frames in its header but 30" in built(FRAMES=c3d.integer(30))
    assert "3 markers in its header but 9" in built(USED=c3d.integer(9))
    assert "has no number in POINT:RATE" in built(RATE=(4, (0,), b""))
    assert "'inch'" in built(UNITS=c3d.text(["inch"])).replace('"', "'")
    assert "more than one marker called TP" in built(LABELS=c3d.text(["TP", "LH", "TP"]))
    assert "no labelled markers" in built(LABELS=c3d.text(["*0", "*1", "*2"]))
    assert "far apart" in built(UNITS=c3d.text(["m"]))
    parameters = c3d.standard_parameters(("TP", "LH", "RH"), frames=40, rate_hz=0.0)
    content = c3d.build(c3d.positions, c3d.residual, parameters, rate_hz=0.0)
    assert "neither times nor a frame rate" in sentence_for(save("e.c3d", content))
    nobody = c3d.standard_parameters((), frames=40)
    content = c3d.build(np.zeros((40, 0, 3)), np.zeros((40, 0)), nobody)
    assert "no markers, only analog channels" in sentence_for(save("b.c3d", content))
    one = c3d.standard_parameters(("TP", "LH", "RH"), frames=1)
    content = c3d.build(c3d.positions[:1], c3d.residual[:1], one)
    assert "holds only one frame" in sentence_for(save("c.c3d", content))
    unseen = c3d.build(c3d.positions, np.full((40, 3), -1.0), c3d.parameters)
    assert "no marker with a position" in sentence_for(save("d.c3d", unseen))


def test_a_file_of_another_kind_under_that_name(save, texts, c3d):
    cases = {
        ("a.c3d", texts.trc): "does not start as a C3D file and holds TRC; rename it to .trc",
        ("a.c3d", "hello"): "does not start as a C3D file and holds text",
        ("a.c3d", b"PK\x03\x04rest"): "does not start as a C3D file; it is a ZIP archive",
        ("a.trc", c3d.content): "is named .trc but holds C3D; rename it to .c3d",
        ("a.trc", texts.plain): "is named .trc but does not start as TRC; export",
        ("a.csv", texts.trc): "is named .csv but holds TRC; rename it to .trc",
        ("a.csv", b"PK\x03\x04rest"): "is a ZIP archive or an Excel workbook; save the sheet",
        ("a.csv", b"\x00\x01\x02\x03"): "is not a text file (byte 0 is 0x00)",
        ("a.csv", texts.plain.encode() + b"\0\0"): "is damaged: line 42 holds binary data",
        ("a.mot", texts.plain): "is named .mot but does not start as OpenSim storage",
        ("a.mot", texts.vicon()): "is named .mot but holds Vicon CSV; rename it to .csv",
        ("a.txt", b"\xff\xfeabc"): "starts as UTF-16 text but is damaged",
    }
    for (name, content), sentence in cases.items():
        assert sentence in sentence_for(save(name, content)), sentence


def test_missing_files_folders_and_devices(save, texts, tmp_path):
    save("trial.trc", texts.trc)
    assert "did you mean trial.trc" in sentence_for(tmp_path / "trail.trc")
    assert "check its name and folder" in sentence_for(tmp_path / "12345")
    assert "is a folder" in sentence_for(tmp_path)
    assert "nor does its folder" in sentence_for(tmp_path / "gone/a.trc")
    assert "not a regular file" in sentence_for(Path("/dev/zero"))
    assert "cannot be opened" in sentence_for(tmp_path / ("x" * 300))
