"""``nuchal personalise`` from words on the command line to a file."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from nuchal.cli import main

PERSON = "neck_length_m = 0.108\nshoulder_width_m = 0.399\nbody_mass_kg = 79.7\n"


@pytest.fixture
def person(tmp_path: Path) -> Path:
    path = tmp_path / "person.toml"
    path.write_text(PERSON, "utf-8")
    return path


def personalise(subject: Path, out: Path, *more: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(["personalise", "--subject", str(subject), "--out", str(out), *more])
    return left.value.code


def vertebral_inertia(model: Path, body: str) -> float:
    (found,) = ET.parse(model).iterfind(f".//Body[@name='{body}']/inertia")
    return float(found.text.split()[0])


def test_the_head_weighs_eight_percent_of_the_body(person, tmp_path) -> None:
    assert personalise(person, tmp_path / "neck.osim") == 0
    masses = {
        body.get("name"): float(body.findtext("mass"))
        for body in ET.parse(tmp_path / "neck.osim").iterfind(".//Body")
    }
    above_t1 = [m for name, m in masses.items() if name.startswith("cerv") or name == "skull"]
    assert len(above_t1) == 8
    assert sum(above_t1) == pytest.approx(0.08 * 79.7, abs=1e-9)


def test_the_preset_chooses_the_inertias(person, tmp_path) -> None:
    paper, recommended = tmp_path / "paper.osim", tmp_path / "recommended.osim"
    assert personalise(person, paper, "--preset", "paper") == 0
    assert personalise(person, recommended) == 0
    share = 0.08 * 79.7 / 7.718919568221101
    assert vertebral_inertia(paper, "cerv5") == pytest.approx(0.02 * share, rel=1e-9)
    assert vertebral_inertia(recommended, "cerv5") < 0.001


def strongest(model: Path, muscle: str) -> float:
    found = ET.parse(model).iterfind(f".//Millard2012EquilibriumMuscle[@name='{muscle}']")
    return float(next(found).findtext("max_isometric_force"))


def test_measured_areas_reach_opensim(person, tmp_path) -> None:
    plain, own = tmp_path / "plain.osim", tmp_path / "own.osim"
    assert personalise(person, plain) == 0
    person.write_text(f"{PERSON}[muscle_area_cm2]\nleft_levator_scap = 3\n", "utf-8")
    assert personalise(person, own) == 0
    assert strongest(own, "levator_scap_L") == pytest.approx(3.0 * 35.0 * 1.4)
    assert strongest(plain, "levator_scap_L") < 0.8 * strongest(own, "levator_scap_L")
    assert strongest(own, "levator_scap") == strongest(plain, "levator_scap")


def test_the_heads_own_mass_reaches_opensim(person, tmp_path) -> None:
    person.write_text(PERSON.replace("body_mass_kg = 79.7", "head_alone_mass_kg = 4.6"), "utf-8")
    assert personalise(person, tmp_path / "neck.osim") == 0
    skull = ET.parse(tmp_path / "neck.osim").find(".//Body[@name='skull']")
    assert float(skull.findtext("mass")) == pytest.approx(4.6)


def test_the_persons_file_is_not_overwritten(person, tmp_path, capsys) -> None:
    assert personalise(person, person) == 2
    assert "--out" in capsys.readouterr().err
    assert person.read_text("utf-8") == PERSON
    assert [p.name for p in tmp_path.iterdir()] == ["person.toml"]


@pytest.mark.parametrize("place", ["missing/neck.osim", "."])
def test_a_place_that_cannot_be_written_is_one_sentence(person, tmp_path, capsys, place) -> None:
    assert personalise(person, tmp_path / place) == 2
    error = capsys.readouterr().err
    assert error.startswith("nuchal: ")
    assert error.count("\n") == 1
    assert "--out" in error


def test_an_impossible_person_is_one_sentence(person, tmp_path, capsys) -> None:
    person.write_text(PERSON.replace("0.108", "10.8"), "utf-8")
    assert personalise(person, tmp_path / "neck.osim") == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "neck_length_m" in error
    assert not (tmp_path / "neck.osim").exists()
