"""``nuchal assess`` from recordings to a folder of results."""

import json
import re
from pathlib import Path

import numpy as np
import pandas
import pytest

import nuchal
from nuchal.assessment.muscles.ratios import KINDS, Kind
from nuchal.assessment.ranges.reached import ALL_DIRECTIONS
from nuchal.cli import main
from nuchal.model.generic import MUSCLES
from nuchal.report.summaries.assessment import AssessmentSummary

QUICK = ("--necks", "2000", "--method", "optimisation")


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    return int(ended.value.code or 0)


@pytest.fixture(scope="module")
def home(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A person, a recording in one folder, and the same later half in another of that name."""
    folder = tmp_path_factory.mktemp("assess")
    examples = root / "examples"
    (folder / "person.toml").write_text(
        (examples / "person.toml").read_text("utf-8") + "age_years = 45\n", "utf-8"
    )
    lines = (examples / "demo_recording.trc").read_text("utf-8").splitlines(keepends=True)
    for name in ("first", "second"):
        (folder / name).mkdir()
        (folder / name / "trial.trc").write_text("".join(lines), "utf-8")
    return folder


@pytest.fixture(scope="module")
def out(home: Path) -> Path:
    trials = [home / name / "trial.trc" for name in ("first", "second")]
    folder = home / "result"
    assert run("assess", *trials, "--subject", home / "person.toml", "--out", folder, *QUICK) == 0
    return folder


@pytest.fixture(scope="module")
def found(out: Path) -> AssessmentSummary:
    return AssessmentSummary.model_validate_json((out / "assessment.json").read_text("utf-8"))


def test_the_folder(out: Path, found: AssessmentSummary) -> None:
    folders = {"first_trial", "second_trial"}
    assert {file.name for file in out.iterdir()} == {"assessment.json", "report.html", *folders}
    assert {one.recording for one in found.trials} == folders
    assert set(found.muscles) == set(MUSCLES)
    assert tuple(found.directions) == ALL_DIRECTIONS


def test_it_says_of_each_recording_what_an_estimate_says(
    root: Path, out: Path, found: AssessmentSummary
) -> None:
    alone = out.parent / "alone"
    demo, person = root / "examples" / "demo_recording.trc", root / "examples" / "person.toml"
    words = ("--no-figures", "--method", "optimisation")
    assert run("estimate", demo, "--subject", person, "--out", alone, *words) == 0
    summary = json.loads((alone / "summary.json").read_text("utf-8"))
    trial = found.trials[0]
    assert trial.range_of_motion_deg.model_dump() == pytest.approx(
        summary["range_of_motion_deg"]["head_on_thorax"]
    )
    assert trial.usable_frames == summary["frames"]["usable"]
    peaks = {name: one["peak_N"] for name, one in summary["muscles"].items()}
    assert {name: one.end.actual_N for name, one in found.muscles.items()} == pytest.approx(peaks)
    for name in ("forces.sto", "coordinates.mot"):
        one, other = (
            pandas.read_csv(folder / name, sep="\t", skiprows=7).to_numpy()
            for folder in (alone, out / "second_trial")
        )
        assert other == pytest.approx(one)


@pytest.mark.parametrize("kind", KINDS)
def test_ratios_are_of_the_forces_beside_them(found: AssessmentSummary, kind: Kind) -> None:
    parts = [getattr(one, kind) for one in found.muscles.values()]
    defined = [one for one in parts if one.ratio is not None]
    assert len(defined) > 50
    for one in defined:
        assert one.ratio == pytest.approx(one.actual_N / one.healthy_N)
        assert one.low < 1.2
        assert one.high > 0.8


def test_the_match_is_a_person_of_the_population(found: AssessmentSummary) -> None:
    assert found.match is not None
    assert found.match.among == 2000
    person = nuchal.draw_person(nuchal.Population(seed=found.match.seed), found.match.person)
    assert person.neck_length_m == pytest.approx(found.match.neck_length_m, abs=1e-9)


@pytest.mark.slow
def test_a_program_reads_the_same(home: Path, capsys: pytest.CaptureFixture) -> None:
    again, trial = home / "again", home / "first" / "trial.trc"
    words = ("--subject", home / "person.toml", "--out", again, "--no-tables", "--json", *QUICK)
    assert run("assess", trial, *words) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((again / "assessment.json").read_text("utf-8"))
    assert {file.name for file in again.iterdir()} == {"assessment.json", "report.html"}
    assert np.isfinite(printed["mean_iou"])


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["first/trial.trc", "first/trial.trc"], r"first/trial\.trc: is given twice"),
        (["first/trial.trc", "absent.trc"], r"absent\.trc"),
        (["first/trial.trc", "--necks", "0"], r"--necks"),
        (["first/trial.trc", "--static", "absent.trc"], r"absent\.trc"),
        (["person.toml"], r"person\.toml"),
        (
            ["first/trial.trc", "--spontaneous", "second/trial.trc"],
            r"second/trial\.trc: is not among the recordings, though --spontaneous names it",
        ),
        (["first/trial.trc", "--spontaneous", "first/trial.trc"], r"spontaneous: this names every"),
        (["first/trial.trc", "--relocation", "first/trial.trc"], r"relocation: this names every"),
        ([], r"RECORDING"),
    ],
)
def test_bad_input_is_one_sentence(
    home: Path,
    words: list[str],
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
) -> None:
    monkeypatch.chdir(home)
    before = sorted(home.rglob("*"))
    assert run("assess", *words, "--subject", "person.toml", "--out", "new", *QUICK[2:]) == 2
    said = capsys.readouterr().err.strip()
    assert re.search(says, said), said
    assert len(said.splitlines()) == 1
    assert sorted(home.rglob("*")) == before
