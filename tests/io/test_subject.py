"""A person's file: what it gives, and one sentence for everything that is wrong with it."""

from pathlib import Path

import numpy as np
import pytest

from nuchal.errors import SubjectError
from nuchal.io.subject import LIMITS, read_subject

GOOD = """\
neck_length_m = 0.108      # C7 to tragion
shoulder_width_m = 0.399
body_mass_kg = 79.7
"""


def test_the_papers_person(save):
    subject = read_subject(save("person.toml", GOOD))
    assert (subject.neck_length_m, subject.shoulder_width_m) == (0.108, 0.399)
    assert subject.head_mass_kg == pytest.approx(6.376)
    assert subject.head_mass_kg == pytest.approx(0.08 * 79.7)
    assert subject.sex is None


def test_everything_that_may_be_said(save):
    text = """
neck_length_m = 0.108
shoulder_width_m = 0.399
head_mass_kg = 5
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
    assert subject.head_mass_kg == 5.0
    assert (subject.sex, subject.age_years) == ("female", 34.0)
    assert dict(subject.markers) == {"TP": "Top.Head"}
    assert dict(subject.emg) == {"right_sternocleidomastoid": "EMG 3"}


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("0.108 ", "108 ", r"= 108 is impossible, for it lies between 0.05 and 0.18 m; it looks "
         r"like millimetres: write neck_length_m = 0.108\."),
        ("0.108 ", "10.8 ", r"looks like centimetres: write neck_length_m = 0.108\."),
        ("0.399", "15.7", r"looks like centimetres|looks like inches: write shoulder_width_m"),
        ("79.7", "6.4", r"looks like the head's mass: write head_mass_kg = 6.4\."),
        ("79.7", "375", r"looks like pounds: write body_mass_kg = 170.1\."),
        ("79.7", "79700", r"looks like grams: write body_mass_kg = 79.7\."),
        ("79.7", "-79.7", r"for it lies between 25 and 250 kg; measure it in kilograms"),
        ("79.7", "nan", r"= nan is impossible"),
        ("79.7", "inf", r"= inf is impossible"),
        ("body_mass_kg = 79.7", "head_mass_kg = 79.7", r"write body_mass_kg = 79.7\."),
        ("body_mass_kg = 79.7", "", r"neither body_mass_kg nor head_mass_kg"),
        ("body_mass_kg = 79.7", "body_mass_kg = 70\nhead_mass_kg = 5", r"gives both"),
        ("neck_length_m", "neck_lenght_m", r'"neck_lenght_m" is not known.*mean neck_length_m\.'),
        ("neck_length_m", "xyz", r'"xyz" is not known here; it may say neck_length_m, shoulder'),
        ("shoulder_width_m = 0.399", "", r"shoulder_width_m is missing; a person needs neck_"),
        ("0.399", '"0.399"', r"shoulder_width_m = '0.399' has to be a number without quotes"),
        ("0.399", "true", r"shoulder_width_m = True has to be a number"),
        ("0.399", "0,399", r"is not valid TOML.*line 2.*decimal point"),
        ("0.399", "", r"is not valid TOML.*line 2"),
        ("body_mass_kg = 79.7", 'body_mass_kg = 70\nsex = "m"', r'"m" is not known; write "fem'),
        ("body_mass_kg = 79.7", "body_mass_kg = 70\nage_years = 1990", r"age_years = 1990 is imp"),
        ("body_mass_kg = 79.7", "body_mass_kg = 70\nmarkers = 3", r"markers has to be a table"),
        ("79.7", "79.7\n[markers]\nTP = 3", r"markers.TP = 3 has to be a text in quotes"),
        ("79.7", '79.7\n[markers]\nTP = ""', r"TP is empty"),
        ("79.7", '79.7\n[markers]\nTP = "A"\nLH = "A"', r'gives "A" to both TP and LH'),
        ("body_mass_kg = 79.7", "a = " + "[" * 5000, r"is not (a person's file|valid TOML)"),
    ],
)  # fmt: skip
def test_one_sentence_says_what_is_wrong(save, old, new, sentence):
    assert old in GOOD
    path = save("person.toml", GOOD.replace(old, new))
    with pytest.raises(SubjectError, match=sentence) as caught:
        read_subject(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("person.txt", GOOD, "is not named .toml"),
        ("person.toml", b"\x00\x01\x02", "is not a text file"),
        ("person.toml", b"", "is empty"),
        ("person.toml", b"PK\x03\x04....", "Excel"),
    ],
)
def test_files_of_another_kind(save, name, content, sentence):
    with pytest.raises(SubjectError, match=sentence):
        read_subject(save(name, content))


def test_missing_files_and_folders(tmp_path: Path, save):
    save("person.toml", GOOD)
    with pytest.raises(SubjectError, match=r"does not exist; did you mean person.toml"):
        read_subject(tmp_path / "persn.toml")
    with pytest.raises(SubjectError, match="is a folder"):
        read_subject(tmp_path)
    with pytest.raises(SubjectError, match="nor does its folder"):
        read_subject(tmp_path / "nowhere/person.toml")


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
