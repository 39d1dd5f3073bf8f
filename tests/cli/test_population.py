"""``nuchal population``, and ``nuchal personalise`` for one of them, from words to files."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pandas as pd
import pytest

import nuchal
from nuchal.cli import main


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as left:
        main([str(word) for word in words])
    return left.value.code


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    assert run("population", "--count", 300, "--seed", 7, "--out", path) == 0
    return path


def refused(capsys, *words: object) -> str:
    """The one sentence for words that cannot be followed."""
    capsys.readouterr()
    assert run(*words) == 2
    error = capsys.readouterr().err
    assert error.startswith("nuchal: ")
    assert error.count("\n") == 1
    return error


def test_a_population_is_written_and_described(tmp_path, capsys) -> None:
    out = tmp_path / "people.csv"
    assert run("population", "--count", 3000, "--out", out) == 0
    said = capsys.readouterr().out
    assert "3000 people, seed 1" in said
    assert "Rejected as implausible" in said
    assert len(pd.read_csv(out, comment="#")) == 3000


def test_the_summary_for_programs(tmp_path, capsys) -> None:
    words = ("--count", 20_000, "--women", 0.25, "--head", "--json")
    assert run("population", *words, "--out", tmp_path / "p.csv") == 0
    found = json.loads(capsys.readouterr().out)
    table = pd.read_csv(tmp_path / "p.csv", comment="#")
    assert found["women"] == 0.25
    assert found["rejected"] == pytest.approx(1 - len(table) / table["attempts"].sum())
    assert found["largest_covariance_error"] < 0.06
    assert len(found["measures"]) == 12
    for row in found["measures"]:
        column = table.loc[table["sex"] == {"men": "male", "women": "female"}[row["group"]]]
        assert row["people"] == len(column)
        assert row["mean"] == pytest.approx(column[row["measure"]].mean(), rel=1e-9)
        assert row["sd"] == pytest.approx(column[row["measure"]].std(), rel=1e-9)
        assert row["mean"] == pytest.approx(row["survey_mean"], abs=0.05 * row["survey_sd"])


def test_the_papers_population_is_pooled(tmp_path, capsys) -> None:
    out = tmp_path / "p.csv"
    assert run("population", "--count", 1, "--pooled", "--json", "--out", out) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["women"] is None
    assert {row["group"] for row in found["measures"]} == {"pooled"}
    assert {row["sd"] for row in found["measures"]} == {None}


def test_a_shorter_population_is_the_start_of_a_longer_one(people, tmp_path) -> None:
    assert run("population", "--count", 40, "--seed", 7, "--out", tmp_path / "few.csv") == 0
    few, many = (pd.read_csv(p, comment="#") for p in (tmp_path / "few.csv", people))
    pd.testing.assert_frame_equal(few, many[:40])


def test_anyone_of_them_becomes_a_neck(people, tmp_path) -> None:
    out = tmp_path / "neck.osim"
    assert run("personalise", "--population", people, "--index", 299, "--out", out) == 0
    person = pd.read_csv(people, comment="#").loc[299]
    masses = {b.get("name"): float(b.findtext("mass")) for b in ET.parse(out).iterfind(".//Body")}
    neck = sum(m for name, m in masses.items() if name.startswith("cerv") or name == "skull")
    assert neck == pytest.approx(0.08 * person["body_mass_kg"], abs=1e-9)


def test_a_person_of_the_file_is_the_person_of_a_toml(people, tmp_path) -> None:
    row = pd.read_csv(people, comment="#").loc[5]
    toml = tmp_path / "person.toml"
    names = ("neck_length_m", "shoulder_width_m", "body_mass_kg")
    toml.write_text("".join(f"{name} = {float(row[name])}\n" for name in names))
    drawn, typed = tmp_path / "a" / "neck.osim", tmp_path / "b" / "neck.osim"
    for out in (drawn, typed):
        out.parent.mkdir()
    assert run("personalise", "--population", people, "--index", 5, "--out", drawn) == 0
    assert run("personalise", "--subject", toml, "--out", typed) == 0
    assert drawn.read_bytes() == typed.read_bytes()


def test_heads_scale_the_skull() -> None:
    person = nuchal.draw_person(nuchal.Population(seed=3, heads=True), 0)
    neck, plain = nuchal.personalise(person), nuchal.generic_anatomy()
    assert person.head_height_m is not None
    scale = person.head_height_m / 0.131147
    assert float(neck.markers[0, 1]) == pytest.approx(float(plain.markers[0, 1]) * scale, rel=1e-12)


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (("--count", 0), "--count"),
        (("--count", -5), "--count"),
        (("--count", "many"), "--count"),
        (("--count", 5, "--seed", -1), "--seed"),
        (("--count", 5, "--women", 1.2), "--women"),
        (("--count", 5, "--women", "nan"), "--women"),
        (("--count", 5, "--women", 0.5, "--pooled"), "--pooled"),
    ],
)
def test_impossible_populations_are_one_sentence(tmp_path, capsys, words, place) -> None:
    assert place in refused(capsys, "population", *words, "--out", tmp_path / "p.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_something_else_is_kept(tmp_path, capsys) -> None:
    mine = tmp_path / "mine.csv"
    mine.write_text("mine")
    words = ("population", "--count", 5, "--out", mine)
    assert "--force" in refused(capsys, *words)
    assert mine.read_text() == "mine"
    assert run(*words, "--force") == 0
    assert mine.read_bytes().startswith(b"# nuchal population {")


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (("--population", "people.csv"), "--index"),
        (("--index", "1"), "--subject"),
        ((), "--subject"),
        (("--population", "people.csv", "--subject", "person.toml", "--index", "1"), "either"),
        (("--subject", "person.toml", "--index", "1"), "--index"),
        (("--population", "people.csv", "--index", "300"), "299"),
        (("--population", "people.csv", "--index", "-1"), "--index"),
        (("--population", "absent.csv", "--index", "1"), "absent.csv"),
        (("--population", "person.toml", "--index", "1"), "is no population"),
    ],
)
def test_nobody_is_one_sentence(people, capsys, monkeypatch, words, place) -> None:
    monkeypatch.chdir(people.parent)
    Path("person.toml").write_text("neck_length_m = 0.1\n")
    assert place in refused(capsys, "personalise", *words, "--out", "neck.osim")
    assert not Path("neck.osim").exists()


def test_the_population_is_not_overwritten_by_a_neck(people, capsys) -> None:
    before = people.read_bytes()
    words = ("personalise", "--population", people, "--index", 1, "--out", people)
    assert "--out" in refused(capsys, *words)
    assert people.read_bytes() == before
