"""A person's file: what it gives, and one sentence for everything that is wrong with it."""

from pathlib import Path

import numpy as np
import pytest

from nuchal.conventions import BODIES
from nuchal.errors import Phrase, SubjectError
from nuchal.io.measures import LIMITS
from nuchal.io.subject import read_subject
from nuchal.model.scaling import personalise

SIDES = ("", "_L")

GOOD = """\
neck_length_m = 0.108      # C7 to tragion
shoulder_width_m = 0.399
body_mass_kg = 79.7
"""


def test_the_papers_person(save):
    subject = read_subject(save("person.toml", GOOD))
    assert (subject.neck_length_m, subject.shoulder_width_m) == (0.108, 0.399)
    assert subject.head_and_neck_mass_kg == pytest.approx(6.376)
    assert subject.head_and_neck_mass_kg == pytest.approx(0.08 * 79.7)
    assert subject.sex is None


def test_everything_that_may_be_said(save):
    text = """
neck_length_m = 0.108
shoulder_width_m = 0.399
head_and_neck_mass_kg = 5
head_breadth_m = 0.15
head_length_m = 0.19
head_height_m = 0.13
sex = "female"
age_years = 34
[markers]
TP = "Top.Head"
[emg]
right_sternocleidomastoid = "EMG 3"
"""
    subject = read_subject(save("person.toml", "\ufeff" + text))
    assert subject.head_and_neck_mass_kg == 5.0
    assert (subject.sex, subject.age_years) == ("female", 34.0)
    assert dict(subject.markers) == {"TP": "Top.Head"}
    assert dict(subject.emg) == {"right_sternocleidomastoid": "EMG 3"}


@pytest.mark.parametrize(
    ("old", "new", "what", "expected"),
    [
        ("0.108 ", "108 ", "subject.impossible",
         {"value": 108.0, "low": 0.05, "high": 0.18, "hint": "subject.like_unit",
          "meant": "subject.millimetres", "right": 0.108}),
        ("0.108 ", "10.8 ", "subject.impossible",
         {"meant": "subject.centimetres", "right": pytest.approx(0.108)}),
        ("0.399", "15.7", "subject.impossible", {"hint": "subject.like_unit"}),
        ("79.7", "6.4", "subject.impossible",
         {"hint": "subject.like_head_mass", "value_kg": 6.4}),
        ("79.7", "375", "subject.impossible",
         {"meant": "subject.pounds", "right": pytest.approx(170.1, abs=0.01)}),
        ("79.7", "79700", "subject.impossible", {"meant": "subject.grams", "right": 79.7}),
        ("79.7", "-79.7", "subject.impossible",
         {"low": 25.0, "high": 250.0, "hint": "subject.measure", "unit": "subject.kilograms"}),
        ("79.7", "nan", "subject.impossible", {}),
        ("79.7", "inf", "subject.impossible", {"value": np.inf}),
        ("body_mass_kg = 79.7", "head_and_neck_mass_kg = 79.7", "subject.impossible",
         {"hint": "subject.like_body_mass", "value_kg": 79.7}),
        ("body_mass_kg = 79.7", "", "subject.no_mass", {}),
        ("body_mass_kg = 79.7", "head_alone_mass_kg = 4\nhead_and_neck_mass_kg = 5",
         "subject.two_masses", {}),
        ("body_mass_kg = 79.7", "head_mass_kg = 5", "subject.old_head_mass", {}),
        ("body_mass_kg = 79.7", "head_alone_mass_kg = 79.7", "subject.impossible",
         {"hint": "subject.like_body_mass", "value_kg": 79.7}),
        ("neck_length_m", "neck_lenght_m", "subject.unknown", {"hint": "subject.similar"}),
        ("neck_length_m", "xyz", "subject.unknown", {"name": "xyz", "hint": "subject.known"}),
        ("neck_length_m = 0.108", "neck_length_cm = 10.8", "subject.unknown",
         {"hint": "subject.in_metres", "right": pytest.approx(0.108)}),
        ("neck_length_m = 0.108", "neck_length_mm = 108", "subject.unknown",
         {"hint": "subject.in_metres", "right": pytest.approx(0.108)}),
        ("0.108", "108", "subject.impossible",
         {"meant": "subject.millimetres", "right": pytest.approx(0.108)}),
        ("shoulder_width_m = 0.399", "", "subject.missing", {"name": "shoulder_width_m"}),
        ("0.399", '"0.399"', "subject.no_number", {"given": "'0.399'"}),
        ("0.399", "true", "subject.no_number", {"given": "True"}),
        ("0.399", "0,399", "subject.bad_toml", {}),
        ("0.399", "", "subject.bad_toml", {}),
        ("body_mass_kg = 79.7", 'body_mass_kg = 70\nsex = "m"', "subject.sex", {"given": "m"}),
        ("body_mass_kg = 79.7", "body_mass_kg = 70\nage_years = 1990", "subject.impossible",
         {"name": "age_years", "unit": "subject.years"}),
        ("body_mass_kg = 79.7", "body_mass_kg = 70\nmarkers = 3", "subject.no_table",
         {"name": "markers"}),
        ("79.7", "79.7\n[markers]\nTP = 3", "subject.no_text", {"name": "markers.TP"}),
        ("79.7", '79.7\n[markers]\nTP = ""', "subject.empty_marker", {"marker": "TP"}),
        ("79.7", '79.7\n[markers]\nTP = "A"\nLH = "A"', "subject.same_marker",
         {"theirs": "A", "both": ["TP", "LH"]}),
        ("body_mass_kg = 79.7", "a = " + "[" * 5000, "subject.no_person|subject.bad_toml", {}),
    ],
)  # fmt: skip
def test_what_is_wrong_has_a_code_and_values(save, old, new, what, expected):
    assert old in GOOD
    path = save("person.toml", GOOD.replace(old, new))
    error = refusal(path)
    assert error.what in what.split("|")
    hint = error.values.get("hint")
    every = {**error.values, **({} if hint is None else hint.values)}
    told = {name: every[name] for name in expected}
    assert {k: v.what if isinstance(v, Phrase) else v for k, v in told.items()} == expected


def refusal(path: Path) -> SubjectError:
    with pytest.raises(SubjectError) as caught:
        read_subject(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("person.txt", GOOD, "subject.not_toml"),
        ("person.toml", b"\x00\x01\x02", "file.not_text"),
        ("person.toml", b"", "subject.empty"),
        ("person.toml", b"PK\x03\x04....", "file.foreign"),
    ],
)
def test_files_of_another_kind(save, name, content, what):
    assert refusal(save(name, content)).what == what


def test_missing_files_and_folders(tmp_path: Path, save):
    save("person.toml", GOOD)
    similar = refusal(tmp_path / "persn.toml")
    assert (similar.what, similar.values["hint"].values["name"]) == ("file.missing", "person.toml")
    assert refusal(tmp_path).what == "file.folder"
    nowhere = refusal(tmp_path / "nowhere/person.toml")
    assert nowhere.values["hint"].what == "file.missing_folder"


@pytest.mark.parametrize("sex", ["FEMALE", "MALE"])
def test_no_adult_of_the_ansur_survey_is_impossible(shared: Path, sex: str):
    pandas = pytest.importorskip("pandas")
    files = [
        p
        for p in (shared / "reference/ansur2").rglob("*.csv")
        if f" {sex} " in f" {p.stem.upper().replace('_', ' ')} "
    ]
    assert len(files) == 1
    table = pandas.read_csv(files[0], encoding="latin-1")
    measures = {
        "neck_length_m": table["stature"] - table["tragiontopofhead"] - table["cervicaleheight"],
        "shoulder_width_m": table["biacromialbreadth"],
        "head_breadth_m": table["headbreadth"],
        "head_length_m": table["headlength"],
        "head_height_m": table["tragiontopofhead"],
    }
    outside = dict.fromkeys(measures, 0)
    for name, values in measures.items():
        low, high = LIMITS[name]
        outside[name] = int(np.sum((values / 1000 < low) | (values / 1000 > high)))
    mass_kg = table["weightkg"] / 10.0
    low, high = LIMITS["body_mass_kg"]
    outside["body_mass_kg"] = int(np.sum((mass_kg < low) | (mass_kg > high)))
    assert not any(outside.values()), outside


def test_ranges_and_strengths_by_direction(save):
    text = (
        GOOD
        + """
strength_lever_m = 0.3
[range_deg]
flexion = 60
rotation = 71.5
[strength_Nm]
right_rotation = 9.5
[strength_N]
extension = 110
"""
    )
    subject = read_subject(save("person.toml", text))
    assert dict(subject.range_deg) == {
        "flexion": 60.0, "right_rotation": 71.5, "left_rotation": 71.5,
    }  # fmt: skip
    assert dict(subject.strength_Nm) == {"right_rotation": 9.5, "extension": pytest.approx(33.0)}
    assert subject.body_mass_kg == 79.7


@pytest.mark.parametrize(
    ("more", "what", "facts"),
    [
        (
            "[range_deg]\nflexion = 190",
            "subject.impossible",
            {"name": "range_deg.flexion", "high": 100.0},
        ),
        ("[range_deg]\nflexion = 1.0", "subject.impossible", {"value": 1.0, "unit": "deg"}),
        ("[range_deg]\nextension = nan", "subject.impossible", {"name": "range_deg.extension"}),
        ("[range_deg]\nsideways = 30", "subject.direction", {"name": "sideways"}),
        ("[range_deg]\nflexion = '60'", "subject.no_number", {"name": "range_deg.flexion"}),
        ("[strength_Nm]\nextension = 400", "subject.impossible", {"unit": "Nm"}),
        ("[strength_N]\nextension = 110", "subject.no_lever", {}),
        (
            "strength_lever_m = 0.3\n[strength_N]\nflexion = 90\n[strength_Nm]\nflexion = 30",
            "subject.two_strengths",
            {"names": ["flexion"]},
        ),
        ("strength_lever_m = 30", "subject.impossible", {"right": pytest.approx(0.3)}),
    ],
)
def test_a_range_or_a_strength_that_no_person_has(save, more: str, what: str, facts: dict) -> None:
    with pytest.raises(SubjectError) as caught:
        read_subject(save("person.toml", GOOD + more + "\n"))
    assert caught.value.what == what
    values = dict(caught.value.values)
    hint = values.get("hint")
    values = {**hint.values, **values} if isinstance(hint, Phrase) else values
    for name, value in facts.items():
        assert values[name] == value
    assert "\n" not in str(caught.value)


def test_the_heads_own_mass_makes_that_of_head_and_neck(save) -> None:
    alone = GOOD.replace("body_mass_kg = 79.7", "head_alone_mass_kg = 4.5")
    subject = read_subject(save("person.toml", alone))
    assert subject.body_mass_kg is None
    neck = personalise(subject)
    assert float(neck.mass[BODIES.index("skull")]) == pytest.approx(4.5)
    assert float(neck.mass[1:].sum()) == pytest.approx(subject.head_and_neck_mass_kg)


def test_the_bodys_mass_beside_the_heads_tells_strength_alone(save) -> None:
    subject = read_subject(save("person.toml", f"{GOOD}head_and_neck_mass_kg = 5.5\n"))
    assert (subject.body_mass_kg, subject.head_and_neck_mass_kg) == (79.7, 5.5)


def test_areas_by_muscle_side_and_group(save) -> None:
    text = (
        GOOD
        + """
[muscle_area_cm2]
obl_cap_inf = 2.5
right_levator_scap = 2.0
levator_scap_L = 3.0
trapezius = 8.0
"""
    )
    areas = dict(read_subject(save("person.toml", text)).muscle_area_cm2)
    of_trapezius = {side: areas.pop(f"trap_cl{side}") + areas[f"trap_acr{side}"] for side in SIDES}
    assert of_trapezius == {"": pytest.approx(8.0), "_L": pytest.approx(8.0)}
    assert areas.pop("trap_acr") == areas.pop("trap_acr_L") > 6.0
    assert areas == {
        "obl_cap_inf": pytest.approx(2.5),
        "obl_cap_inf_L": pytest.approx(2.5),
        "levator_scap": pytest.approx(2.0),
        "levator_scap_L": pytest.approx(3.0),
    }


@pytest.mark.parametrize(
    ("entries", "what", "facts"),
    [
        ("obl_cap_inf = 0.4", "subject.impossible", {"low": pytest.approx(0.485, abs=1e-3)}),
        ("obl_cap_inf = 7.9", "subject.impossible", {"high": pytest.approx(7.764, abs=1e-3)}),
        ("obl_cap_inf = nan", "subject.impossible", {"name": "muscle_area_cm2.obl_cap_inf"}),
        ("obl_cap_inf = 250", "subject.impossible", {"meant": "subject.square_millimetres"}),
        ("trapezius = 60", "subject.impossible", {"high": pytest.approx(51.95, abs=0.01)}),
        ("obl_cap_ing = 2", "subject.no_muscle", {"hint": "subject.similar_muscles"}),
        ("xyz = 2", "subject.no_muscle", {"hint": "subject.muscles"}),
        ("trapezius = 9\nleft_trap_cl = 2", "subject.two_areas", {"muscle": "trap_cl_L"}),
        ("obl_cap_inf = '2'", "subject.no_number", {"name": "muscle_area_cm2.obl_cap_inf"}),
    ],
)
def test_an_area_that_no_person_has(save, entries: str, what: str, facts: dict) -> None:
    error = refusal(save("person.toml", f"{GOOD}[muscle_area_cm2]\n{entries}\n"))
    assert error.what == what
    hint = error.values.get("hint")
    values = {**({} if hint is None else hint.values), **error.values}
    told = {k: v.what if isinstance(v, Phrase) else v for k, v in values.items()}
    assert {name: told[name] for name in facts} == facts
