"""``nuchal compare`` from folders to a comparison, and folders that cannot be compared."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nuchal.cli import main
from nuchal.model.clinical import DIRECTIONS
from nuchal.model.generic import MUSCLES
from nuchal.report.summaries.comparison import ComparisonSummary

QUICK = ("--necks", "2000", "--method", "optimisation")


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    return int(ended.value.code or 0)


@pytest.fixture(scope="module")
def home(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A visit as recordings, and the same as an assessment."""
    folder = tmp_path_factory.mktemp("compare")
    visit = folder / "week 0"
    visit.mkdir()
    for name in ("person.toml", "demo_recording.trc"):
        shutil.copy(root / "examples" / name, visit / name)
    trial, person = visit / "demo_recording.trc", visit / "person.toml"
    assert run("assess", trial, "--subject", person, "--out", folder / "assessed", *QUICK) == 0
    return folder


@pytest.fixture(scope="module")
def out(home: Path) -> Path:
    folder = home / "same"
    assert run("compare", home / "week 0", home / "assessed", "--out", folder, *QUICK) == 0
    return folder


def figures(out: Path) -> ComparisonSummary:
    return ComparisonSummary.model_validate_json((out / "comparison.json").read_text("utf-8"))


def altered(home: Path, name: str, change: Callable[[dict[str, Any]], None]) -> Path:
    """The assessment, changed."""
    folder = home / name
    shutil.copytree(home / "assessed", folder)
    path = folder / "assessment.json"
    found = json.loads(path.read_text("utf-8"))
    change(found)
    path.write_text(json.dumps(found), "utf-8")
    return folder


def test_the_folder(out: Path) -> None:
    assert {one.name for one in out.iterdir()} == {"comparison.html", "comparison.json", "before"}
    assert (out / "before" / "assessment.json").exists()
    found = figures(out)
    assert (found.before.folder, found.after.folder) == ("week 0", "assessed")
    assert tuple(found.directions) == DIRECTIONS
    assert tuple(found.muscles) == MUSCLES


def test_what_was_read_is_what_was_assessed_just_now(out: Path) -> None:
    """The same recordings, once as they come and once through the tables of an assessment."""
    found = figures(out)
    tested = [one for one in found.directions.values() if one.change_deg is not None]
    assert tested
    for one in tested:
        assert one.change_deg == pytest.approx(0.0, abs=1e-9)
        assert one.verdict == "unchanged"
    for one in found.muscles.values():
        assert one.after_N == pytest.approx(one.before_N, rel=1e-9)
    for one in found.envelopes.values():
        assert one.after_cm3 == pytest.approx(one.before_cm3, rel=1e-6)
        assert one.iou is None or one.iou == pytest.approx(1.0, abs=1e-6)
    for one in found.loads.values():
        assert one.after_mean_N == pytest.approx(one.before_mean_N)
    assert found.changed == []


def test_the_page_says_no_more_than_the_figures(out: Path) -> None:
    page = (out / "comparison.html").read_text("utf-8")
    words = re.sub(r"<script.*?</script>|<style.*?</style>", "", page, flags=re.DOTALL)
    assert "Two visits compared" in words
    assert not re.search(r"\bnan\b|\binf\b|None", words)
    links = set(re.findall(r"https?://[^\s\"<]+", words))
    assert all(one.startswith("http://www.w3.org/") for one in links)


@pytest.mark.slow
def test_the_page_can_be_read_aloud(out: Path, browser, patiently, violations) -> None:
    browser.get((out / "comparison.html").as_uri())
    drawn = "return document.documentElement.dataset.drawn"
    patiently(lambda: browser.execute_script(drawn) == "yes")
    assert violations(browser) == []
    said = browser.find_element("css selector", "#space figure svg").get_attribute("aria-label")
    for name, one in figures(out).envelopes.items():
        assert f"{name}: {one.before_cm3:.0f} cm³, then {one.after_cm3:.0f} cm³" in said


def test_a_direction_that_got_worse_is_named(home: Path, capsys: pytest.CaptureFixture) -> None:
    found = figures(home / "same")
    way = max(DIRECTIONS, key=lambda one: found.directions[one].before_deg or 0.0)

    def less(found: dict[str, Any]) -> None:
        for one in found["attempts"]:
            if one["direction"] == way:
                one["reach_deg"] -= 20.0

    worse = altered(home, "worse", less)
    assert run("compare", home / "assessed", worse, "--out", home / "told", "--json") == 0
    told = ComparisonSummary.model_validate_json(capsys.readouterr().out)
    assert told == figures(home / "told")
    assert told.changed == [way]
    assert told.directions[way].verdict == "worse"
    assert told.directions[way].change_deg == pytest.approx(-20.0)
    assert run("compare", worse, home / "assessed", "--out", home / "back") == 0
    assert figures(home / "back").directions[way].verdict == "better"
    assert "farther" in capsys.readouterr().out


def test_the_laboratorys_own_standard_error_counts(home: Path) -> None:
    words = ("compare", home / "assessed", home / "same" / "before", "--out", home / "own")
    assert run(*words, "--standard-error", 7.9) == 0
    wide, usual = figures(home / "own"), figures(home / "same")
    assert wide.repeatability.standard_error_deg == 7.9
    for way, one in wide.directions.items():
        if one.change_deg is not None:
            assert one.smallest_detectable_deg > 1.8 * usual.directions[way].smallest_detectable_deg
            assert one.verdict == "cannot be told"


def test_two_people_are_side_by_side_and_neither_is_better(home: Path) -> None:
    def other(found: dict[str, Any]) -> None:
        found["subject"]["neck_length_m"] *= 1.15

    person = altered(home, "person", other)
    words = ("compare", home / "assessed", person, "--out")
    assert run(*words, home / "two", "--two-people") == 0
    found = figures(home / "two")
    assert found.people == 2
    assert {one.verdict for one in found.directions.values()} == {None}
    assert all(one.iou is None or one.iou < 0.99 for one in found.envelopes.values())
    assert run(*words, home / "one") == 0
    assert "measures_differ" in [one.what for one in figures(home / "one").assumptions]


def _cut(folder: Path, name: str) -> None:
    path = folder / "demo_recording" / name
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _replace(path: Path, pattern: str, by: str) -> None:
    path.write_text(re.sub(pattern, by, path.read_text("utf-8")), "utf-8")


BROKEN: dict[str, tuple[Callable[[Path], None], str]] = {
    "no_tables": (lambda one: shutil.rmtree(one / "demo_recording"), "no folder beside it"),
    "cut_forces": (lambda one: _cut(one, "forces.sto"), "forces.sto"),
    "no_summary": (lambda one: (one / "demo_recording/summary.json").unlink(), "summary.json"),
    "cut_status": (lambda one: _cut(one, "status.csv"), "status.csv"),
    "other_status": (
        lambda one: (one / "demo_recording/status.csv").write_text("a,b\n1,2\n"),
        "table of frames",
    ),
    "endless_status": (
        lambda one: (one / "demo_recording/status.csv").write_text('"' + 200_000 * "x"),
        "table of frames",
    ),
    "timeless_status": (
        lambda one: _replace(one / "demo_recording/status.csv", r"\n1,[\d.]+", "\n1,nan"),
        "table of frames",
    ),
    "other_table": (
        lambda one: shutil.copy(
            one / "demo_recording/forces.sto", one / "demo_recording/coordinates.mot"
        ),
        "coordinates.mot",
    ),
    "no_json": (lambda one: (one / "assessment.json").write_text("{"), "this version"),
    "not_finite": (
        lambda one: _replace(one / "assessment.json", r'"reach_deg": [\d.]+', '"reach_deg": NaN'),
        "this version",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", list(BROKEN))
def test_a_broken_assessment_is_one_sentence(
    home: Path, name: str, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    breaking, said = BROKEN[name]
    folder = tmp_path / "visit"
    shutil.copytree(home / "assessed", folder)
    breaking(folder)
    assert run("compare", home / "assessed", folder, "--out", tmp_path / "out") == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1
    assert said in lines[0]
    assert not (tmp_path / "out").exists()


EDITED: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "outside": (lambda one: one["trials"][0].update(recording="../assessed"), "no folder beside"),
    "preset": (lambda one: one.update(preset="paper"), "preset"),
    "direction": (lambda one: one["directions"].pop("flexion"), "at directions"),
    "muscle": (lambda one: one["muscles"].pop("stern_mast"), "at muscles"),
    "marker": (lambda one: one["envelopes"].pop("LH"), "at envelopes"),
    "no_trials": (lambda one: one.update(trials=[]), "at trials"),
    "attempt": (lambda one: one["attempts"][0].update(beside_deg={}), "at attempts"),
    "neck": (lambda one: one["subject"].update(neck_length_m=11.0), "impossible"),
    "version": (lambda one: one.update(schema_version=3), "schema_version"),
    "method": (lambda one: one["trials"][0].update(method="paper"), "same method"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(EDITED))
def test_an_assessment_of_another_kind_is_one_sentence(
    home: Path, name: str, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    change, said = EDITED[name]
    folder = altered(home, f"edited_{name}", change)
    assert run("compare", home / "assessed", folder, "--out", tmp_path / "out") == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1
    assert said in lines[0]
    assert not (tmp_path / "out").exists()


def test_folders_that_are_none(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    person = tmp_path / "person"
    person.mkdir()
    shutil.copy(home / "week 0" / "person.toml", person)
    good = home / "assessed"
    for second, said in (
        (tmp_path / "nowhere", "is no folder"),
        (home / "week 0" / "person.toml", "is no folder"),
        (empty, "holds neither"),
        (person, "holds no recordings"),
        (good, "is given twice"),
    ):
        assert run("compare", good, second, "--out", tmp_path / "out") == 2
        lines = capsys.readouterr().err.strip().splitlines()
        assert len(lines) == 1
        assert said in lines[0]
    assert not (tmp_path / "out").exists()


def test_patterns_in_vain_are_refused(home: Path, capsys: pytest.CaptureFixture) -> None:
    words = (home / "assessed", home / "same" / "before", "--out", home / "vain")
    assert run("compare", *words, "--pattern", "*.trc") == 2
    assert "--pattern" in capsys.readouterr().err


def test_results_do_not_go_among_recordings(home: Path, capsys: pytest.CaptureFixture) -> None:
    """They would be taken for recordings the next time."""
    inside = home / "week 0" / "result"
    assert run("compare", home / "assessed", home / "week 0", "--out", inside, *QUICK) == 2
    assert "inside" in capsys.readouterr().err
    assert sorted(one.name for one in (home / "week 0").iterdir()) == [
        "demo_recording.trc",
        "person.toml",
    ]
