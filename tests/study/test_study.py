"""``nuchal study`` from folders to tables, and the tables beside the JSON that they come from."""

import csv
import json
import re
from pathlib import Path

import numpy as np
import pandas
import pytest

from nuchal.cli import main
from nuchal.commands.run import Result
from nuchal.commands.study.curves import PERCENT
from nuchal.commands.study.files import FILES
from nuchal.commands.study.tables import TABLES, columns_of, dictionary
from nuchal.io.opensim.storage import read_storage
from nuchal.report.summaries.assessment import AssessmentSummary
from nuchal.report.summaries.study import StudySummary

WHO = ["person", "session", "group"]


def read(result: Result, name: str) -> pandas.DataFrame:
    return pandas.read_parquet(result.out / "tables" / f"{name}.parquet")


@pytest.fixture(scope="module")
def found(result: Result) -> AssessmentSummary:
    path = result.out / "people" / "p0" / "before" / "assessment.json"
    return AssessmentSummary.model_validate_json(path.read_text("utf-8"))


def test_the_folder(result: Result) -> None:
    fixed = {name for name in FILES if not name.startswith("figures/")}
    assert {name for name in fixed if not (result.out / name).is_file()} == set()
    figures = {path.name for path in (result.out / "figures").iterdir()}
    assert figures == {"ranges.png", "curves_angle.png", "curves_force.png"}
    every = [path for path in result.out.rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in every} == {0o600}


def test_one_broken_recording_and_one_broken_person_stop_nobody(result: Result) -> None:
    summary = StudySummary.model_validate_json((result.out / "study.json").read_text("utf-8"))
    assert [(one.person, one.group, one.recordings) for one in summary.visits] == [
        ("p0", "stiff", 1),
        ("p1", "free", 1),
    ]
    lost = {(one.person, one.session, one.recording) for one in summary.left_out}
    assert lost == {("broken", "before", None), ("p1", "before", "spoilt.trc")}
    with (result.out / "left_out.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["reason"] for row in rows] == [one.reason for one in summary.left_out]
    assert all(str(result.out.parent) not in one.reason for one in summary.left_out)


def test_the_dictionary_names_every_column(result: Result) -> None:
    for name in TABLES:
        columns = [one.column for one in columns_of(name)]
        assert list(read(result, name).columns) == columns
        table = pandas.read_csv(result.out / "tables" / f"{name}.csv")
        assert list(table.columns) == columns
    for name in ("statistics", "left_out"):
        table = pandas.read_csv(result.out / f"{name}.csv")
        assert list(table.columns) == [one.column for one in columns_of(name)]
    written = pandas.read_csv(result.out / "dictionary.csv", keep_default_na=False)
    assert written.to_dict("records") == [one._asdict() for one in dictionary()]
    assert all(one.meaning for one in dictionary())
    assert {one.table for one in dictionary()} == {*TABLES, "statistics", "left_out"}


def test_units_stand_in_names() -> None:
    ends = {"_deg": "degrees", "_deg_s": "degrees/s", "_N": "N", "_m": "m", "_kg": "kg"}
    for one in dictionary():
        for end, unit in ends.items():
            if one.column.endswith(end):
                assert one.unit == unit, one


def test_csv_and_parquet_hold_the_same(result: Result) -> None:
    for name in TABLES:
        text = pandas.read_csv(result.out / "tables" / f"{name}.csv")
        other = read(result, name)
        for column in text:
            one, two = text[column], other[column]
            assert (one.isna().to_numpy() == two.isna().to_numpy()).all()
            if pandas.api.types.is_numeric_dtype(one):
                assert one.to_numpy(float) == pytest.approx(two.to_numpy(float), nan_ok=True)


def test_directions_and_people(result: Result, found: AssessmentSummary) -> None:
    table = read(result, "directions").set_index("person").loc["p0"].set_index("direction")
    assert list(table.index) == list(found.directions)
    for way, one in found.directions.items():
        assert table.reach_deg[way] == one.reach_deg
        assert table.verdict[way] == one.verdict
        assert table.expected_deg[way] == one.expected_deg
    for way, moved in found.movement.items():
        assert table.mean_reach_deg[way] == moved.reach_deg.mean
        assert table.attempts[way] == moved.reach_deg.count
        assert table.peak_speed_deg_s[way] == moved.peak_speed_deg_s.mean
    (person,) = read(result, "people").query("person == 'p0'").to_dict("records")
    assert person["neck_length_m"] == found.subject.neck_length_m
    assert person["usable_frames"] == found.trials[0].usable_frames
    (other,) = read(result, "people").query("person == 'p1'").to_dict("records")
    assert (other["recordings"], other["recordings_left_out"]) == (1, 1)


def test_muscles_and_loads(result: Result, found: AssessmentSummary) -> None:
    table = read(result, "muscles").query("person == 'p0'").set_index("muscle")
    assert set(table.index) == set(found.muscles)
    for name, one in found.muscles.items():
        for kind in ("common", "whole", "end"):
            part, ratio = getattr(one, kind), table[f"{kind}_ratio"][name]
            assert (part.ratio is None) == bool(pandas.isna(ratio))
            assert part.ratio is None or part.ratio == ratio
            assert part.actual_N is None or part.actual_N == table[f"{kind}_actual_N"][name]
    loads = read(result, "loads").query("person == 'p0'").set_index("level")
    summary = json.loads((result.out / "people/p0/before/rotation/summary.json").read_text("utf-8"))
    for level, load in summary["levels"].items():
        assert loads.peak_compression_N[level] == load["peak_compression_N"]
        assert loads.mean_shear_N[level] == load["mean_shear_N"]


def test_attempts_and_their_curves(result: Result, found: AssessmentSummary) -> None:
    attempts = read(result, "attempts").query("person == 'p0'")
    assert len(attempts) == len(found.attempts) > 2
    curves = read(result, "curves").query("person == 'p0'")
    key = ["direction", "attempt", "way"]
    by_number = attempts.set_index(["direction", "attempt"])
    for (direction, number, way), rows in curves.groupby(key):
        assert tuple(rows.percent) == PERCENT
        one = by_number.loc[(direction, number)]
        angle = rows.angle_deg.to_numpy()
        farthest, near = (angle[-1], angle[0]) if way == "out" else (angle[0], angle[-1])
        assert farthest == pytest.approx(one.reach_deg, abs=0.01)
        assert near < 0.5 * one.reach_deg
        assert angle.max() < one.reach_deg + 0.02
    assert {"out", "back"} == set(curves.way)


def test_forces_of_groups_add_up_to_those_of_all_muscles(result: Result) -> None:
    curves = read(result, "curves")
    groups = [c for c in curves if c.endswith("_N") and c != "total_N"]
    assert len(groups) == 22
    known = curves[curves.total_N.notna()]
    assert len(known) > 0.5 * len(curves)
    assert known[groups].sum(axis=1).to_numpy() == pytest.approx(known.total_N, abs=0.2)
    forces = read_storage(result.out / "people/p0/before/rotation/forces.sto").data.sum(axis=1)
    mine = known.query("person == 'p0'").total_N
    assert forces.min() - 0.01 <= mine.min()
    assert mine.max() <= forces.max() + 0.01
    assert np.ptp(mine) > 10.0


def test_the_page_and_the_methods(result: Result) -> None:
    page = (result.out / "study.html").read_text("utf-8")
    methods = (result.out / "methods.txt").read_text("utf-8").strip()
    assert methods in page.replace("&#39;", "'")
    assert page.count("data:image/png;base64,") == 3
    assert "necks = 2000" in methods
    assert re.search(r"nuchal \d+\.\d+", methods)
    assert 'href="people/p0/before/report.html"' in page


def test_figures_say_what_they_show(result: Result) -> None:
    said = re.findall(r'<img [^>]*alt="(.*?)"', (result.out / "study.html").read_text("utf-8"))
    reach = read(result, "directions").query("verdict != 'not tested'")
    assert len(said) == 3
    for (way, group), rows in reach.groupby(["direction", "group"]):
        told = f"{group} {rows.reach_deg.mean():.0f}° (n = {len(rows)})"
        assert told in re.search(rf"{way}: (.*?)[;.]", said[0])[1]
    for figure in said[1:]:
        assert re.search(r"(flexion|rotation): .* \d+", figure)


def test_the_page_can_be_read_aloud(result: Result, browser, violations) -> None:
    browser.get((result.out / "study.html").as_uri())
    assert violations(browser) == []
    browser.set_window_size(500, 900)
    assert violations(browser) == []


def test_the_command_goes_on_where_it_was(
    home: Path, result: Result, capsys: pytest.CaptureFixture
) -> None:
    reports = [one / "before" / "report.html" for one in (result.out / "people").iterdir()]
    times = {path: path.stat().st_mtime_ns for path in reports if path.exists()}
    before = (result.out / "study.json").read_text("utf-8")
    words = [
        "study",
        str(home / "study.toml"),
        "--out",
        str(result.out),
        "--workers",
        "1",
        "--json",
    ]
    with pytest.raises(SystemExit) as left:
        main(words)
    assert not left.value.code
    told = capsys.readouterr()
    assert json.loads(told.out) == json.loads(before)
    assert told.err.count("\n") == 1
    assert "left_out.csv" in told.err
    assert len(times) == 2
    assert {path: path.stat().st_mtime_ns for path in times} == times


def test_nobody_left_is_one_sentence_and_nothing_is_written(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    file = tmp_path / "study.toml"
    where = home / "recordings"
    text = f"folder = {str(where)!r}\nsessions = ['before']\n[groups]\nall = ['broken']\n"
    file.write_text(text, "utf-8")
    words = ["study", str(file), "--out", str(tmp_path / "out"), "--workers", "1"]
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 2
    told = capsys.readouterr()
    assert told.err.count("\n") == 1
    assert "broken" in told.err
    assert not told.out
    assert not (tmp_path / "out" / "study.json").exists()
