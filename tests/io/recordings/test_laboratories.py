"""The demonstration's movement, in the ways in which laboratories write it, is read as it was."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nuchal.errors import RecordingError, Setting
from nuchal.findings import Assumed, Found
from nuchal.io.recordings.read import read_recording
from nuchal.tracking.markers import name_markers

from . import laboratories as lab
from .laboratories import Movement, Style

FRAMES = 60
TABS, COMMAS = Style(), Style(mark=",")
GERMAN = Style(mark=";", comma=True)
WINDOWS = Style(end="\r\n", bom=True)
WORDS = (
    "NaN", "nan", "-nan(ind)", "nan(ind)", "1.#QNAN", "-1.#IND00", "1.#INF", "Inf", "-Infinity",
    "-3.697314E+28", "N/A", "#N/A", "null", "-", "--", "0.0", "0", "*",
)  # fmt: skip


@pytest.fixture(scope="module")
def moved(root: Path) -> Movement:
    """Sixty frames, in some of which the last marker, or one in the middle, was not seen."""
    demo = read_recording(root / "examples/demo_recording.trc")
    frames = slice(100, 100 + 4 * FRAMES, 4)
    positions = np.where(demo.visible[frames, :, None], demo.positions[frames], np.nan)
    positions[10:14, -1] = np.nan
    positions[30, 1] = np.nan
    return Movement(names=demo.names, positions=positions)


def same(moved: Movement, path: Path, tolerance_m: float = 1e-6, **options):
    """Read a file and hold it against the movement."""
    found = read_recording(path, **options)
    assert found.names == moved.names
    np.testing.assert_array_equal(found.visible, moved.seen())
    seen = moved.seen()
    np.testing.assert_allclose(
        np.asarray(found.positions)[seen], moved.positions[seen], rtol=0, atol=tolerance_m
    )
    np.testing.assert_allclose(found.time, moved.time, rtol=0, atol=1e-4)
    assert found.rate_hz == pytest.approx(moved.rate_hz, rel=1e-6)
    return found


STYLES = {
    "tabs": TABS,
    "windows": WINDOWS,
    "commas": COMMAS,
    "semicolons": Style(mark=";"),
    "german": GERMAN,
    "tabs and decimal commas": Style(comma=True),
    "quoted": Style(quoted=True),
    "quoted decimal commas": Style(mark=",", comma=True, quoted=True),
    "trimmed": Style(trimmed=True),
    "trimmed commas": Style(mark=",", trimmed=True),
    "double spaced": Style(blanks_after=1),
    "wide spaces": Style(mark="  ", missing="nan"),
    "single spaces": Style(mark=" ", missing="NaN"),
    "spaces and decimal commas": Style(mark="   ", comma=True, missing="nan"),
}


@pytest.mark.parametrize("name", STYLES)
def test_trc_in_every_dialect(save, moved, name):
    same(moved, save("a.trc", lab.written(lab.trc(moved, STYLES[name]), STYLES[name])))


@pytest.mark.parametrize("name", [name for name in STYLES if "spaces" not in name])
@pytest.mark.parametrize("layout", ["plain", "two_row", "vicon", "motive", "qtm"])
def test_every_layout_in_every_dialect(save, moved, layout, name):
    style = STYLES[name]
    if layout == "qtm" and style.trimmed and style.mark == ",":
        return
    suffix = ".tsv" if layout == "qtm" else ".csv"
    options = {"units": "mm"} if layout == "two_row" else {}
    content = lab.written(getattr(lab, layout)(moved, style), style)
    same(moved, save(f"a{suffix}", content), **options)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("style", [TABS, GERMAN], ids=["tabs", "german"])
def test_words_for_missing(save, moved, word, style):
    style = replace(style, missing=word)
    same(moved, save("a.trc", lab.written(lab.trc(moved, style), style)))
    same(moved, save("a.csv", lab.written(lab.vicon(moved, style), style)))


@pytest.mark.parametrize(
    "spelling",
    [
        "{name}_{axis}", "{name}.{AXIS}", "{name} {AXIS}", "{name}:{axis}", "{name}-{axis}",
        "{name}{AXIS}", "{name} [{axis}]", "{name}({AXIS})", "{axis}_{name}", "{AXIS} {name}",
        "{axis}({name})", "{name}_T{AXIS}", "{name}_t{axis}", "{name}_p{axis}", "{name}_pos_{axis}",
        "{name}_{n}", "{name}({n})", "{name}(:,{n})", "{name}[{k}]", "{name}_{k}",
    ],
)  # fmt: skip
def test_names_of_columns(save, moved, spelling):
    content = lab.written(lab.plain(moved, GERMAN, spelling), GERMAN)
    same(moved, save("a.csv", content), units="mm")


def test_columns_of_homogeneous_coordinates(save, moved):
    ones = np.ones((FRAMES, len(moved.names), 1))
    four = np.concatenate([moved.positions, ones], axis=-1).reshape(FRAMES, -1)
    labels = [f"{name}[{k}]" for name in moved.names for k in range(4)]
    cells = [["" if np.isnan(v) else f"{v:.6f}" for v in row] for row in four]
    body = [[f"{t:.3f}", *row] for t, row in zip(moved.time, cells, strict=True)]
    same(moved, save("a.csv", lab.written([["Time", *labels], *body], COMMAS)), units="m")


@pytest.mark.parametrize("axes", ["XYZ", "XZY", "YXZ", "YZX", "ZXY", "ZYX"])
def test_vicon_columns_in_any_order(save, moved, axes):
    same(moved, save("a.csv", lab.written(lab.vicon(moved, COMMAS, axes), COMMAS)))


@pytest.mark.parametrize("style", [TABS, WINDOWS, Style(comma=True)])
@pytest.mark.parametrize("columns", [True, False])
def test_qtm(save, moved, style, columns):
    rows = lab.qtm(moved, replace(style, missing="0.000"), columns=columns)
    found = same(moved, save("a.tsv", lab.written(rows, style)))
    assert {note.what for note in found.notes} == {Assumed.ZERO_IS_MISSING}


@pytest.mark.parametrize("name", ["a.txt", "a.csv"])
def test_visual3d(save, moved, name):
    path = save(name, lab.written(lab.visual3d(moved, WINDOWS), WINDOWS))
    same(moved, path, units="m", rate_hz=40.0)
    with pytest.raises(RecordingError) as caught:
        read_recording(path, units="m")
    assert (caught.value.what, caught.value.remedy) == ("timing.no_rate", Setting("rate_hz"))


def test_visual3d_of_two_trials(save, moved):
    rows = lab.visual3d(moved, TABS)
    rows[0][4:7] = ["other.c3d"] * 3
    check_refused(save("a.txt", lab.written(rows, TABS)), "visual3d.several_trials")


@pytest.mark.parametrize("layout", ["storage", "vectors"])
def test_markers_of_opensim(save, moved, layout):
    found = same(moved, save("a.sto", lab.written(getattr(lab, layout)(moved, TABS), TABS)))
    assert found.units == "m"


def check_refused(path: Path, what: str, line: int | None = None, **options) -> RecordingError:
    with pytest.raises(RecordingError) as caught:
        read_recording(path, **options)
    error = caught.value
    assert str(error).startswith(f"{path}: ")
    assert error.what == what
    assert line is None or error.place.line == line
    return error


class TestHeaders:
    """Headers that lack something, or say what is not so."""

    def test_facts_before_the_names(self, save, moved):
        facts = [["Subject", "S07"], ["Sampling rate [Hz]", "40"], ["Units", "mm"], []]
        rows = lab.plain(moved, COMMAS, "{name}_{axis}")
        timeless = [row[1:] for row in rows]
        for body in (rows, timeless):
            same(moved, save("a.csv", lab.written([*facts, *body], COMMAS)))

    def test_a_comment_of_names(self, save, moved):
        first, *rows = lab.plain(moved, COMMAS)
        same(moved, save("a.csv", lab.written([[f"# {first[0]}", *first[1:]], *rows], COMMAS)))

    def test_trc_without_its_header(self, save, moved):
        path = save("a.trc", lab.written(lab.trc(moved, TABS, header=False), TABS))
        assert check_refused(path, "trc.headless").remedy == Setting("units")
        same(moved, path, units="mm")

    def test_vicon_without_its_title(self, save, moved):
        path = save("a.csv", lab.written(lab.vicon(moved, COMMAS)[2:], COMMAS))
        assert check_refused(path, "timing.no_rate").remedy == Setting("rate_hz")
        same(moved, path, rate_hz=40.0)

    def test_a_row_of_names_for_an_index(self, save, moved):
        names, axes, *rows = lab.two_row(moved, COMMAS)
        head = [names, ["", *axes[1:]], ["time"]]
        same(moved, save("a.csv", lab.written([*head, *rows], COMMAS)), units="mm")

    def test_names_over_each_of_their_columns(self, save, moved):
        _, *rows = lab.two_row(moved, COMMAS)
        thrice = [name for name in moved.names for _ in range(3)]
        same(moved, save("a.csv", lab.written([["", *thrice], *rows], COMMAS)), units="mm")

    @pytest.mark.parametrize(("promised", "found"), [(99, FRAMES), (20, FRAMES)])
    def test_other_numbers_of_frames(self, save, moved, promised, found):
        rows = lab.trc(moved, TABS)
        rows[2][2] = str(promised)
        content = lab.written(rows, TABS)
        (note,) = same(moved, save("a.trc", content)).notes
        assert note.what == Found.OTHER_FRAME_COUNT
        assert (note.values["promised"], note.values["found"]) == (promised, found)
        if promised > found:
            check_refused(save("b.trc", content.rstrip()), "trc.frames_missing")

    def test_nobody_named_a_marker(self, save, moved):
        rows = lab.trc(moved, TABS)
        rows[3][2:] = [""] * (3 * len(moved.names))
        error = check_refused(save("a.trc", lab.written(rows, TABS)), "trc.no_names", 4)
        assert "label" in str(error)


class TestTrajectoriesWithoutNames:
    """Columns that belong to no name are left out, wherever they stand."""

    @pytest.mark.parametrize("sometimes", [False, True])
    @pytest.mark.parametrize("counted", [False, True])
    def test_behind_the_others(self, save, moved, sometimes, counted):
        rows = lab.trc(moved, TABS)
        rows[2][3] = str(len(moved.names) + 2 * counted)
        for k, row in enumerate(rows[6:]):
            if not sometimes or k % 5 == 2:
                row.extend(["1.0", "2.0", "3.0"] * (2 if counted else 1))
        path = save("a.trc", lab.written(rows, TABS))
        if sometimes and not counted:
            check_refused(path, "table.width", 9)
        else:
            same(moved, path)

    @pytest.mark.parametrize("layout", ["trc", "vicon"])
    def test_among_the_others(self, save, moved, layout):
        rows = getattr(lab, layout)(moved, COMMAS)
        (names,) = (row for row in rows if moved.names[1] in row)
        names[names.index(moved.names[1])] = ""
        found = read_recording(
            save(f"a{'.trc' if layout == 'trc' else '.csv'}", lab.written(rows, COMMAS))
        )
        assert found.names == (moved.names[0], *moved.names[2:])
        assert Found.UNLABELLED_LEFT_OUT in {note.what for note in found.notes}
        rest = np.delete(moved.positions, 1, axis=1)
        seen = np.asarray(found.visible)
        np.testing.assert_allclose(np.asarray(found.positions)[seen], rest[seen], atol=1e-6)


class TestOutOfStep:
    """Cells that were shifted are refused with their line."""

    @pytest.mark.parametrize("by", [-1, 1, 2])
    @pytest.mark.parametrize("at", [2, 5])
    def test_names(self, save, moved, by, at):
        rows = lab.vicon(moved, COMMAS)
        rows[2] = [*rows[2][:at], *[""] * by, *rows[2][at:]]
        if by < 0:
            del rows[2][at - 1]
        check_refused(save("a.csv", lab.written(rows, COMMAS)), "columns.out_of_step", 3)

    @pytest.mark.parametrize("layout", ["trc", "plain", "vicon", "two_row", "motive", "qtm"])
    @pytest.mark.parametrize("change", ["extra", "lost"])
    def test_a_row(self, save, moved, layout, change):
        rows = getattr(lab, layout)(moved, COMMAS)
        index = len(rows) - 30
        rows[index][6:6] = ["1.0"] if change == "extra" else []
        if change == "lost":
            del rows[index][6]
        names = {"trc": "a.trc", "qtm": "a.tsv"}
        line = check_refused(
            save(names.get(layout, "a.csv"), lab.written(rows, COMMAS)), "table.width", index + 1
        )
        assert "export it again" in str(line)

    @pytest.mark.parametrize("marker", [0, 2, 4])
    def test_all_cells_of_a_marker(self, save, moved, marker):
        rows = lab.trc(moved, TABS)
        del rows[40][2 + 3 * marker : 5 + 3 * marker]
        error = check_refused(save("a.trc", lab.written(rows, TABS)), "recording.moved")
        assert error.place.frame == 35

    def test_a_marker_lost_from_spaces(self, save, moved):
        style = Style(mark=" ")
        error = check_refused(
            save("a.trc", lab.written(lab.trc(moved, style), style)), "table.width", 17
        )
        assert error.values["how"].what == "table.spaces"

    def test_commas_between_cells_and_in_numbers(self, save, moved):
        style = Style(mark=",", comma=True)
        error = check_refused(
            save("a.trc", lab.written(lab.trc(moved, style), style)), "table.width", 7
        )
        assert error.values["how"].what == "table.commas_in_numbers"

    def test_thousands(self, save, moved):
        path = save("a.trc", lab.written(lab.trc(moved, TABS), TABS).replace(b"\t1", b"\t1,", 60))
        check_refused(path, "table.not_a_number", 7)


class TestTimes:
    """Rates of ten to a thousand, clocks, and times that tell nothing."""

    @pytest.mark.parametrize("rate_hz", [10.0, 29.97, 59.94, 120.0, 1000.0])
    @pytest.mark.parametrize("start_s", [0.0, 1.7e9])
    def test_rates_and_clocks(self, save, moved, rate_hz, start_s):
        timed = replace(moved, rate_hz=rate_hz, start_s=start_s)
        found = same(timed, save("a.trc", lab.written(lab.trc(timed, TABS), TABS)))
        assert found.time[0] == pytest.approx(start_s, abs=1e-4)

    @pytest.mark.parametrize(("unit", "many"), [("ms", 1e3), ("us", 1e6), ("ns", 1e9)])
    def test_a_clock_in_smaller_units(self, save, moved, unit, many):
        clock = replace(moved, start_s=1.7e9)
        (_, *labels), *rows = lab.plain(clock, COMMAS)
        for row, t in zip(rows, clock.time, strict=True):
            row[0] = f"{many * t:.0f}"
        path = save("a.csv", lab.written([[f"timestamp_{unit}", *labels], *rows], COMMAS))
        same(clock, path)

    @pytest.mark.parametrize("step", [0.05, 0.1, 0.04])
    @pytest.mark.parametrize("cut", [np.round, np.floor])
    def test_times_rounded_until_they_repeat(self, save, moved, step, cut):
        rows = lab.trc(moved, TABS)
        for k, row in enumerate(rows[6:]):
            row[1] = f"{step * cut(k / 40.0 / step):.2f}"
        found = same(moved, save("a.trc", lab.written(rows, TABS)))
        assert Found.TIMES_BY_HEADER in {note.what for note in found.notes}

    @pytest.mark.parametrize("column", [0, 1])
    def test_a_trc_of_frames_or_of_times_alone(self, save, moved, column):
        rows = lab.trc(moved, TABS)
        for row in [*rows[3:5], *rows[6:]]:
            del row[column]
        same(moved, save("a.trc", lab.written(rows, TABS)))

    @pytest.mark.parametrize("text", ["0.0000", "3.0000", "", "nan"])
    def test_times_that_stand_still(self, save, moved, text):
        rows = lab.trc(moved, TABS)
        for row in rows[6:]:
            row[1] = text
        found = read_recording(save("a.trc", lab.written(rows, TABS)))
        assert np.diff(found.time) == pytest.approx(1 / 40.0)
        rows[20][0] = rows[19][0]
        what, line = ("timing.disorder", 8) if text[:1].isdigit() else ("timing.no_time", 7)
        error = check_refused(save("b.trc", lab.written(rows, TABS)), what, line)
        assert error.remedy == Setting("rate_hz")

    def test_a_frame_that_is_there_twice_is_no_rounding(self, save, moved):
        rows = lab.trc(moved, TABS)
        rows[20][1] = rows[19][1]
        check_refused(save("a.trc", lab.written(rows, TABS)), "timing.disorder", 21)


class TestBlankLines:
    """They are passed over where the frames count on, and only there."""

    def test_where_frames_count_on(self, save, moved):
        for layout, name in (("trc", "a.trc"), ("plain", "a.csv"), ("vicon", "b.csv")):
            rows = getattr(lab, layout)(moved, TABS)
            rows[30:30] = [[], []]
            same(moved, save(name, lab.written(rows, TABS)))

    def test_where_a_frame_may_be_lost(self, save, moved):
        rows = lab.plain(moved, COMMAS)
        rows[30] = []
        check_refused(save("a.csv", lab.written(rows, COMMAS)), "table.blank_line", 31)
        timeless = [row[1:] for row in lab.plain(moved, COMMAS)]
        timeless[30:30] = [[]]
        path = save("b.csv", lab.written(timeless, COMMAS))
        check_refused(path, "table.blank_line", 31, rate_hz=40.0)


class TestNamesGivenTwice:
    """They matter where the name is used, and the markers are not one and the same."""

    def test_of_markers_that_nobody_uses(self, save, moved):
        twice = np.concatenate([moved.positions, moved.positions[:, :2] + 0.3], axis=1)
        more = replace(moved, names=(*moved.names, "M1", "M1"), positions=twice)
        found = read_recording(save("a.trc", lab.written(lab.trc(more, TABS), TABS)))
        assert (found.names, found.twice) == ((*moved.names, "M1"), ("M1",))
        assert name_markers(found, explicit={}, swap_sides=False).head == ("TP", "LH", "RH")
        with pytest.raises(RecordingError) as caught:
            name_markers(found, explicit={"TP": "M1"}, swap_sides=False)
        assert (caught.value.what, caught.value.values["names"]) == ("recording.same_names", ["M1"])

    def test_of_the_same_marker(self, save, moved):
        again = np.concatenate([moved.positions, moved.positions], axis=1)
        more = replace(moved, names=moved.names * 2, positions=again)
        assert same(moved, save("a.trc", lab.written(lab.trc(more, TABS), TABS))).twice == ()


def test_one_frame_where_somebody_keeps_still(save, moved):
    one = replace(moved, positions=moved.positions[:1])
    path = save("a.trc", lab.written(lab.trc(one, TABS), TABS))
    check_refused(path, "timing.one_frame")
    same(one, path, still=True)
