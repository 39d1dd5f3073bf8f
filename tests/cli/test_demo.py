"""``nuchal demo``: a made patient's report, and nothing of the user's touched."""

import json
import typing
from pathlib import Path

import pytest

import nuchal
from nuchal.cli import main
from nuchal.commands import demo as command
from nuchal.conventions import Patient
from nuchal.errors import OutputError
from nuchal.report.summaries.assessment import AssessmentSummary


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    return int(ended.value.code or 0)


def held(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_patients_of_the_command_are_those_who_come_along() -> None:
    home = nuchal.example_patient().parent
    assert set(typing.get_args(Patient)) == {one.name for one in home.iterdir()}
    assert all((home / name / command.TRUTH_FILE).is_file() for name in typing.get_args(Patient))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few necks, and no tables."""
    few = nuchal.AssessOptions(necks=500, method="optimisation", tables=False)
    monkeypatch.setattr(command, "AssessOptions", lambda: few)


@pytest.mark.slow
@pytest.mark.usefixtures("quick")
def test_it_writes_a_report_where_it_says_and_again_over_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("demo") == 0
    said = "".join(capsys.readouterr().out.split())
    assert "nuchal-demo/report.html" in said
    assert "".join(str(nuchal.example_patient()).split()) in said
    assert {path.name for path in (tmp_path / "nuchal-demo").iterdir()} == {
        "assessment.json",
        "report.html",
    }
    assert run("demo", "--json") == 0
    found = AssessmentSummary.model_validate_json(capsys.readouterr().out)
    assert [one.recording for one in found.trials] == [
        "1_rotation", "2_bending", "3_flexion", "4_extension", "5_combined"
    ]  # fmt: skip
    person = nuchal.read_subject(nuchal.example_patient() / "person.toml")
    assert found.subject.neck_length_m == person.neck_length_m

    own = json.loads((tmp_path / "nuchal-demo" / "assessment.json").read_text("utf-8"))
    own["subject"]["neck_length_m"] += 0.001
    (tmp_path / "nuchal-demo" / "assessment.json").write_text(json.dumps(own), "utf-8")
    before = held(tmp_path)
    assert run("demo") == 2
    assert held(tmp_path) == before


@pytest.mark.parametrize("name", ["report.html", "notes.txt", "assessment.json", ".hidden"])
def test_what_a_user_has_is_left_as_it_is(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / name).write_text("mine", "utf-8")
    before = held(tmp_path)
    assert run("demo", "--out", tmp_path / "out") == 2
    said = capsys.readouterr().err.strip()
    assert len(said.splitlines()) == 1
    assert "--out" in said
    assert held(tmp_path) == before
    with pytest.raises(OutputError) as refused:
        nuchal.run_demo(tmp_path / "out")
    assert refused.value.what == "output.holds_others"


def test_a_file_in_the_way_and_a_patient_nobody_knows(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    (tmp_path / "out").write_text("mine", "utf-8")
    assert run("demo", "--out", tmp_path / "out") == 2
    assert (tmp_path / "out").read_text("utf-8") == "mine"
    assert run("demo", "--patient", "3", "--out", tmp_path / "new") == 2
    assert "--patient" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()
