"""Every mistake has a code, a place and a remedy, and is told in one sentence."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nuchal.errors import Phrase, RecordingError, Setting
from nuchal.findings import Found, Warned
from nuchal.io.recordings.read import read_recording

RATE = Setting("rate_hz")
MM = Setting("units", "mm")


def refusal(path: Path, **options) -> RecordingError:
    with pytest.raises(RecordingError) as caught:
        read_recording(path, **options)
    sentence = str(caught.value)
    assert sentence.startswith(f"{path}: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return caught.value


def told(error: RecordingError, names: set[str]) -> dict:
    """Of an error, the code, what was asked for of its place and values, and phrases as codes."""
    place = {} if error.place is None else vars(error.place)
    every = {"remedy": error.remedy, **place, **error.values}
    found = {name: every.get(name) for name in names}
    return {k: v.what if isinstance(v, Phrase) else v for k, v in found.items()}


def check(error: RecordingError, what: str, expected: dict) -> None:
    assert error.what in what.split("|")
    assert told(error, set(expected)) == expected


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


def one_frame(text: str) -> str:
    return replaced("\n".join(text.split("\n")[:7]), ("\t40\t3", "\t1\t3"))


@pytest.mark.parametrize(
    ("change", "options", "what", "expected"),
    [
        (lambda t: t[: len(t) // 2], {}, "table.width|trc.frames_missing", {}),
        (lambda t: t[:100], {}, "trc.header_cut", {}),
        (lambda t: line_changed(t, 30, lambda _: None), {}, "timing.uneven", {"line": 30}),
        (lambda t: t[:-1].rsplit("\n", 1)[0], {}, "trc.frames_missing",
         {"promised": 40, "found": 39}),
        (lambda t: line_changed(t, 20, lambda s: s[:40]), {}, "table.width",
         {"line": 20, "wanted": 11}),
        (lambda t: line_changed(t, 20, lambda s: s + "\t9"), {}, "table.width",
         {"line": 20, "found": 12, "how": "table.edited"}),
        (lambda t: line_changed(t, 20, lambda _: ""), {}, "table.blank_line",
         {"line": 20, "later": 21}),
        (lambda t: replaced(t, ("\t0.050\t", "\t0.040\t")), {}, "timing.disorder",
         {"frame": 6, "line": 12, "how": "timing.repeats_time", "before_s": 0.04}),
        (lambda t: replaced(t, ("\t0.050\t", "\t0.010\t")), {}, "timing.disorder",
         {"frame": 6, "line": 12, "how": "timing.goes_back_to", "before_s": 0.04}),
        (lambda t: replaced(t, ("\t0.050\t", "\t0.056\t")), {}, "timing.uneven",
         {"frame": 6, "line": 12, "step_s": pytest.approx(0.016), "remedy": RATE}),
        (lambda t: replaced(t, ("\t0.050\t", "\t\t")), {}, "timing.no_time",
         {"frame": 6, "line": 12}),
        (lambda t: t.replace("100.00\t100.00", "60.00\t60.00"), {}, "timing.header_differs",
         {"stated_hz": 60.0, "rate_hz": 100.0, "remedy": RATE}),
        (lambda t: replaced(t, ("100.00\t", "fast\t")), {}, "trc.header_number",
         {"line": 3, "text": "fast", "key": "datarate"}),
        (lambda t: replaced(t, ("\tmm\t", "\tfurlong\t")), {}, "recording.unknown_unit",
         {"unit": "furlong", "remedy": Setting("units")}),
        (lambda t: replaced(t, ("\tmm\t", "\tm\t")), {}, "recording.impossible_size",
         {"how": "recording.far_apart", "hint": "recording.looks_like"}),
        (lambda t: t, {"units": "m"}, "recording.impossible_size",
         {"how": "recording.far_apart", "hint": "recording.looks_like"}),
        (lambda t: t, {"units": "parsec"}, "recording.no_length_unit",
         {"given": Setting("units", "parsec")}),
        (lambda t: line_changed(t, 20, lambda s: s[: s.rindex("\t")] + "\t9e6"), {},
         "recording.astray",
         {"marker": "RH", "distance_m": pytest.approx(9e3), "frame": 14}),
        (lambda t: t, {"rate_hz": 0.0}, "timing.impossible_rate", {"rate_hz": 0.0}),
        (lambda t: t, {"person": "Anna"}, "recording.no_such_person",
         {"person": "Anna", "have": "recording.has_no_prefixes"}),
        (lambda t: replaced(t, ("\tTP\t\t\tLH\t\t\tRH\t\t\t", "")), {}, "trc.no_names",
         {"line": 4}),
        (lambda t: replaced(t, ("\tRH\t", "\tRH\tC7\t")), {}, "trc.components",
         {"line": 4, "markers": 4, "found": 9}),
        (lambda t: line_changed(t, 20, lambda s: re.sub(r"\.\d", ".x", s, count=3)), {},
         "table.not_a_number", {"line": 20}),
        (lambda t: "\n".join(t.split("\n")[:6]), {}, "trc.frames_missing",
         {"promised": 40, "found": 0}),
        (one_frame, {}, "timing.one_frame", {}),
    ],
)  # fmt: skip
def test_trc(save, texts, change, options, what, expected):
    check(refusal(save("a.trc", change(texts.trc)), **options), what, expected)


@pytest.mark.parametrize(
    ("change", "what", "expected"),
    [
        (lambda t: t[: t.index("15,0,") + 40], "table.width", {"how": "table.unfinished"}),
        (lambda t: t[:20], "vicon.header_cut", {"section": "Trajectories"}),
        (lambda t: replaced(t, ("\n15,0,", "\n14,0,")), "timing.miscounted",
         {"number": 14, "how": "timing.repeats", "before": 14}),
        (lambda t: replaced(t, ("\n15,0,", "\n13,0,")), "timing.miscounted",
         {"number": 13, "how": "timing.goes_back", "before": 14}),
        (lambda t: replaced(t, ("\n15,0,", "\n,0,")), "timing.unnumbered", {"line": 20}),
        (lambda t: re.sub(r"\n15,0,.*?\n", "\n", t), "timing.miscounted",
         {"line": 20, "number": 16, "how": "timing.jumps", "before": 14}),
        (lambda t: replaced(t, (",mm", ",m")), "recording.mixed_units", {"units": ["m", "mm"]}),
        (lambda t: t.replace(",mm", ",ells"), "recording.unknown_unit",
         {"unit": "ells", "remedy": Setting("units")}),
        (lambda t: t.replace(",mm", ","), "recording.likely_unit", {"unit": "mm", "remedy": MM}),
        (lambda t: replaced(t, ("\n100", "\nfast")), "timing.no_rate", {"remedy": RATE}),
        (lambda t: t + "\r\n" + t.lstrip("\ufeff"), "vicon.section",
         {"many": "vicon.more_than_one", "section": "Trajectories"}),
        (lambda t: replaced(t, ("Trajectories", "Devices")), "vicon.section",
         {"many": "vicon.none", "section": "Trajectories", "sections": ["Devices"]}),
        (lambda t: replaced(t, ("Frame,", "Picture,")), "vicon.no_frame_column", {"line": 4}),
        (lambda t: "\r\n".join(t.split("\r\n")[:5]), "timing.no_frames", {}),
        (lambda t: "\r\n".join(t.split("\r\n")[:6]), "timing.one_frame", {}),
        (lambda t: replaced(t, ("Anna:LH", "Bob:LH")), "recording.several_people",
         {"prefixes": ["Anna", "Bob"], "remedy": Setting("person")}),
    ],
)  # fmt: skip
def test_vicon_csv(save, texts, change, what, expected):
    check(refusal(save("a.csv", change(texts.vicon(others=False)))), what, expected)


@pytest.mark.parametrize(
    ("change", "options", "what", "expected"),
    [
        (lambda t: t.replace(" [mm]", ""), {}, "recording.likely_unit", {"remedy": MM}),
        (lambda t: t.replace(" [mm]", " [m]"), {}, "recording.impossible_size",
         {"how": "recording.far_apart", "hint": "recording.looks_like"}),
        (lambda t: replaced(t, (" [mm]", " [cm]")), {}, "recording.mixed_units",
         {"units": ["cm", "mm"]}),
        (lambda t: replaced(t, ("time", "hours")), {}, "timing.no_rate", {"remedy": RATE}),
        (lambda t: replaced(t, ("time", "time [h]")), {}, "timing.no_rate", {}),
        (lambda t: replaced(t, ("time", "time [deg]")), {}, "csv.time_unit", {"unit": "deg"}),
        (lambda t: replaced(t, ("TP_z", "TP_w")), {}, "csv.axis_lacking",
         {"marker": "TP", "column": "TP_z"}),
        (lambda t: replaced(t, ("LH_x", "TP_x")), {}, "csv.same_columns", {"both": [2, 5]}),
        (lambda t: re.sub("_[xyz]", "_q", t), {}, "csv.nothing_known", {}),
        (lambda t: t.split("\n", 1)[1], {}, "csv.numbers_for_names", {"line": 1}),
        (lambda t: t.split("\n", 1)[0], {}, "timing.no_frames", {}),
        (lambda t: "\n".join(t.split("\n")[:2]), {}, "timing.one_frame", {}),
        (lambda t: t[: t.index("0.20,") + 30], {}, "table.width",
         {"line": 22, "how": "table.unfinished"}),
        (lambda t: line_changed(t, 9, lambda s: s + ",1"), {}, "table.width",
         {"line": 9, "found": 11}),
        (lambda t: replaced(t, ("\n0.05,", "\n0.04,")), {}, "timing.disorder",
         {"line": 7, "how": "timing.repeats_time", "before_s": 0.04}),
        (lambda t: replaced(t, ("\n0.05,", "\n0.02,")), {}, "timing.disorder",
         {"line": 7, "how": "timing.goes_back_to"}),
        (lambda t: line_changed(t, 20, lambda _: None), {}, "timing.uneven",
         {"line": 20, "step_s": pytest.approx(0.02)}),
        (lambda t: t.split("\n")[0] + "\n" + "\n".join(
            f"{i / 100}" + "," * 9 for i in range(9)), {}, "recording.nothing_visible", {}),
        (lambda _: "Dear diary, today I measured\nnothing, at all\n", {},
         "csv.nothing_known", {}),
        (lambda _: "just words", {}, "csv.one_column", {"line": 1}),
        (lambda _: "\n\n\n", {}, "csv.no_names", {}),
        (lambda _: "", {}, "file.empty", {}),
    ],
)  # fmt: skip
def test_plain_csv(save, texts, change, options, what, expected):
    check(refusal(save("a.csv", change(texts.plain)), **options), what, expected)


@pytest.mark.parametrize(
    ("text_options", "options", "what", "expected"),
    [
        (("no", 1.0), {}, "coordinates.like_degrees",
         {"claim": "coordinates.stated_radians", "remedy": Setting("in_degrees", True)}),
        (("yes", 1.0), {"in_degrees": False}, "coordinates.like_degrees",
         {"claim": "coordinates.given_radians", "remedy": Setting("in_degrees", True)}),
        (("yes", 10.0), {}, "coordinates.no_neck", {}),
    ],
)  # fmt: skip
def test_degrees_taken_for_radians(save, texts, text_options, options, what, expected):
    path = save("a.mot", texts.mot(*text_options))
    check(refusal(path, **options), what, expected)


def test_a_lying_header_is_overruled(save, texts):
    path = save("a.mot", texts.mot("no"))
    expected = read_recording(save("b.mot", texts.mot("yes")))
    np.testing.assert_array_equal(read_recording(path, in_degrees=True).q, expected.q)


def test_radians_under_a_header_of_degrees_are_noted(save, texts):
    recording = read_recording(save("a.mot", texts.mot("yes", np.pi / 180.0)))
    (note,) = [note for note in recording.notes if note.what == Warned.MAYBE_RADIANS]
    assert note.values["mend"] == Setting("in_degrees", False)


@pytest.mark.parametrize(
    ("old", "new", "what", "expected"),
    [
        ("yaw2", "yaw3", "coordinates.lacking", {"name": "yaw2"}),
        ("yaw2", "pitch1", "coordinates.lacking", {"name": "yaw2"}),
        ("\n0.05\t", "\n0.04\t", "timing.disorder",
         {"row": 6, "line": 13, "how": "timing.repeats_time"}),
        ("\n0.05\t", "\n0.055\t", "timing.uneven",
         {"row": 6, "line": 13, "step_s": pytest.approx(0.015)}),
        ("\n0.05\t", "\n0.05\tnan\t", "table.width", {"line": 13, "found": 8}),
        ("nRows=40", "nRows=400", "storage.miscounted",
         {"promised": "400", "what": "storage.rows", "found": 40}),
    ],
)  # fmt: skip
def test_coordinates(save, texts, old, new, what, expected):
    check(refusal(save("a.mot", replaced(texts.mot("yes"), (old, new)))), what, expected)


def test_uneven_times_are_taken_as_even_on_request(save, texts):
    path = save("a.trc", replaced(texts.trc, ("\t0.050\t", "\t0.056\t")))
    recording = read_recording(path, rate_hz=100.0)
    np.testing.assert_allclose(np.diff(recording.time), 0.01)
    (note,) = recording.notes
    assert (note.what, note.values["rate_hz"]) == (Found.TIMES_REPLACED, 100.0)


def test_c3d_cut_off_damaged_and_empty(save, c3d):
    good = c3d.content
    cases = {
        good[:3]: "c3d.header_cut",
        good[:700]: "c3d.header_cut",
        good[:1100]: "c3d.frames_cut",
        good[: len(good) // 2]: "c3d.frames_cut",
        good[:515] + b"\x07" + good[516:]: "c3d.processor",
        good[:16] + b"\x02" + good[17:]: "c3d.frames_in_parameters",
        good[:523] + b"\xff\x7f" + good[525:]: "c3d.frames_in_parameters",
        good.replace(b"LABELS", b"LABOUR"): "c3d.no_labels",
        good.replace(b"LABELS", b"LABOUR").replace(b"USED", b"ABCD"): "c3d.no_markers",
    }
    for content, what in cases.items():
        check(refusal(save("a.c3d", content)), what, {})
    check(refusal(save("a.c3d", good[:1100])), "c3d.frames_cut", {"frames": 40, "held": 1})


def test_c3d_that_contradicts_itself_or_lacks_markers(save, c3d):
    def built(what: str, expected: dict | None = None, **point) -> None:
        parameters = c3d.standard_parameters(("TP", "LH", "RH"), frames=40)
        parameters["POINT"] |= point
        content = c3d.build(c3d.positions, c3d.residual, parameters)
        check(refusal(save("a.c3d", content)), what, expected or {})

    built("c3d.frames_differ", {"header": 40, "stated": 30}, FRAMES=c3d.integer(30))
    built("c3d.markers_differ", {"header": 3, "stated": 9}, USED=c3d.integer(9))
    built("recording.unknown_unit", {"unit": "inch"}, UNITS=c3d.text(["inch"]))
    built("recording.unlabelled", LABELS=c3d.text(["*0", "*1", "*2"]))
    built("recording.impossible_size", {"unit": "m"}, UNITS=c3d.text(["m"]))
    parameters = c3d.standard_parameters(("TP", "LH", "RH"), frames=40, rate_hz=0.0)
    content = c3d.build(c3d.positions, c3d.residual, parameters, rate_hz=0.0)
    check(refusal(save("e.c3d", content)), "timing.no_rate", {"remedy": RATE})
    nobody = c3d.standard_parameters((), frames=40)
    content = c3d.build(np.zeros((40, 0, 3)), np.zeros((40, 0)), nobody)
    check(refusal(save("b.c3d", content)), "c3d.no_markers", {})
    one = c3d.standard_parameters(("TP", "LH", "RH"), frames=1)
    content = c3d.build(c3d.positions[:1], c3d.residual[:1], one)
    check(refusal(save("c.c3d", content)), "timing.one_frame", {})
    unseen = c3d.build(c3d.positions, np.full((40, 3), -1.0), c3d.parameters)
    check(refusal(save("d.c3d", unseen)), "recording.nothing_visible", {})


@pytest.mark.parametrize("ends", ["crash", "time", "memory", "nothing"])
def test_whatever_befalls_the_process_is_one_sentence(save, c3d, tmp_path, monkeypatch, ends):
    script = {
        "crash": "import os; os.abort()",
        "time": "import time; time.sleep(60)",
        "memory": "raise MemoryError",
        "nothing": "raise SystemExit(3)",
    }[ends]
    reader = tmp_path / "reader.py"
    reader.write_text(script)
    monkeypatch.setattr("nuchal.io.recordings.c3d_file._READER", reader)
    monkeypatch.setattr("nuchal.io.recordings.c3d_file._LIMIT_S", 2.0)
    wanted = {"time": "c3d.too_long", "memory": "c3d.too_large"}.get(ends, "c3d.crashed")
    check(refusal(save("a.c3d", c3d.content)), "c3d.unreadable", {"reason": wanted})


def test_a_file_of_another_kind_under_that_name(save, texts, c3d):
    cases = {
        ("a.c3d", texts.trc): ("recording.misnamed", {"format": "TRC", "right": ".trc"}),
        ("a.c3d", "hello"): ("recording.no_mark", {"suffix": ".c3d", "formats": ["C3D"]}),
        ("a.c3d", b"\x00\x01\x02"): ("recording.no_mark", {"suffix": ".c3d"}),
        ("a.c3d", b"PK\x03\x04rest"): ("file.foreign", {"kind": "file.zip"}),
        ("a.trc", c3d.content): ("recording.misnamed", {"format": "C3D", "right": ".c3d"}),
        ("a.trc", texts.plain): ("recording.no_mark", {"suffix": ".trc", "formats": ["TRC"]}),
        ("a.csv", texts.trc): ("recording.misnamed", {"format": "TRC", "right": ".trc"}),
        ("a.csv", b"PK\x03\x04rest"): ("file.foreign", {"kind": "file.zip"}),
        ("a.csv", b"\x00\x01\x02\x03"): ("file.not_text", {"byte": 0, "value": 0}),
        ("a.csv", texts.plain.encode() + b"\0\0"): ("file.binary", {"line": 42}),
        ("a.mot", texts.plain): ("recording.no_mark", {"suffix": ".mot"}),
        ("a.mot", texts.vicon()): ("recording.misnamed", {"format": "Vicon CSV", "right": ".csv"}),
        ("a.txt", b"\xff\xfeabc"): ("file.utf16_damaged", {}),
        ("a.toml", "x = 1"): ("recording.is_a_person", {"remedy": Setting("subject")}),
    }
    for (name, content), (what, expected) in cases.items():
        check(refusal(save(name, content)), what, expected)


def test_missing_files_folders_and_devices(save, texts, tmp_path):
    save("trial.trc", texts.trc)
    check(refusal(tmp_path / "trail.trc"), "file.missing", {"hint": "file.similar"})
    check(refusal(tmp_path / "12345"), "file.missing", {"hint": "file.check_name"})
    check(refusal(tmp_path), "file.folder", {})
    check(refusal(tmp_path / "gone/a.trc"), "file.missing", {"hint": "file.missing_folder"})
    check(refusal(Path("/dev/zero")), "file.special", {})
    check(refusal(tmp_path / ("x" * 300)), "file.unopened", {})
