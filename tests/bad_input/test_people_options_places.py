"""Impossible people, options without sense, and places that cannot be written."""

import errno
from pathlib import Path

import numpy as np
import pytest

from .conftest import PERSON, Bench

NECK, BODY = "neck_length_m = 0.112", "body_mass_kg = 74.0"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (NECK, "neck_length_m = 112", ("looks like millimetres", "write neck_length_m = 0.112")),
        (NECK, "neck_length_m = 11.2", ("looks like centimetres", "write neck_length_m = 0.112")),
        (NECK, "neck_length_m = 4.4", ("looks like inches", "write neck_length_m = 0.1118")),
        (NECK, "neck_length_m = 0", ("between 0.05 and 0.18 m", "measure it in metres")),
        (NECK, "neck_length_m = -0.1", ("between 0.05 and 0.18 m", "measure it in metres")),
        (NECK, "neck_length_m = nan", ("nan is impossible", "neck_length_m = NUMBER")),
        (NECK, "neck_length_m = inf", ("inf is impossible", "neck_length_m = NUMBER")),
        (NECK, "neck_length_m = 0,112", ("line 1, column 18", "with a decimal point")),
        (NECK, 'neck_length_m = "0.112"', ("a number without quotes",)),
        (NECK, "", ("neck_length_m is missing", "neck_length_m = 0.108")),
        (NECK, "neck_lenght_m = 0.112", ('"neck_lenght_m"', "did you mean neck_length_m")),
        (BODY, "body_mass_kg = 375", ("looks like pounds", "write body_mass_kg = 170.1")),
        (BODY, "body_mass_kg = 74000", ("looks like grams", "write body_mass_kg = 74")),
        (BODY, "body_mass_kg = 5.9", ("the head's mass", "write head_alone_mass_kg = 5.9")),
        (BODY, "head_and_neck_mass_kg = 74.0", ("the body's mass", "write body_mass_kg = 74")),
        (BODY, "head_mass_kg = 5.9", ("head_and_neck_mass_kg for", "head_alone_mass_kg for")),
        (BODY, "head_alone_mass_kg = 4\nhead_and_neck_mass_kg = 6", ("gives both", "keep one")),
        (BODY, "", ("gives no mass", "add body_mass_kg = NUMBER")),
        (BODY, f"{BODY}\n[muscle_area_cm2]\nstern_mats = 3", ("no muscle", "stern_mast")),
        (BODY, f"{BODY}\n[muscle_area_cm2]\nstern_mast = 281", ("square millimetres", "= 2.81")),
        (BODY, f"{BODY}\n[muscle_area_cm2]\nstern_mast = 30", ("between 0.70", "and 11.25", "cm2")),
        (BODY, f"{BODY}\ncolour = 'red'", ('"colour" is not known', "it may say")),
        (PERSON, "", ("is empty", "write neck_length_m = 0.108")),
    ],
)  # fmt: skip
def test_impossible_people(bench: Bench, old: str, new: str, words: tuple[str, ...]) -> None:
    person = bench.file("other.toml", PERSON.replace(old, new))
    recording, neck = bench.recording(), bench.home / "neck.osim"
    bench.estimate(recording, subject=person).refused(person, *words)
    bench.run("personalise", "--subject", person, "--out", neck).refused(person, *words)
    bench.run("verify", "--subject", person).refused(person, *words)


def test_a_person_that_is_no_file_of_a_person(bench: Bench) -> None:
    recording = bench.recording()
    bench.estimate(recording, subject=bench.home).refused(bench.home)
    bench.estimate(recording, subject=recording).refused(recording, ".toml")
    gone = bench.home / "persn.toml"
    bench.estimate(recording, subject=gone).refused(gone, "person.toml")
    renamed = bench.file("trial.toml", recording.read_bytes())
    bench.estimate(recording, subject=renamed).refused(renamed, "line 1")


def test_marker_names_under_the_person(bench: Bench) -> None:
    recording = bench.recording()
    for entry, words in {'TP = "Nope"': ("no marker Nope", "--marker TP=NAME"),
                         'XX = "TP"': ("XX is not one of our markers", "[markers]"),
                         "TP = 3": ("markers.TP", "in quotes")}.items():  # fmt: skip
        person = bench.file("marked.toml", f"{PERSON}[markers]\n{entry}\n")
        bench.estimate(recording, subject=person).refused(*words)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("--up Q", ("--up Q is not an axis", "+Z")),
        ("--up -Z", ("--up -Z does not fit the person", "try --up +Z")),
        ("--up +X", ("--up +X does not fit the person", "try --up +Z")),
        ("--forward Q", ("--forward Q is not an axis", "+Z")),
        ("--forward Z", ("is the axis that points up", "--forward")),
        ("--forward +Y", ("CLAV should lie ahead of C7", "--forward")),
        ("--mirror W", ("--mirror W is not an axis",)),
        ("--mirror X", ("LH lies to the right of RH", "--mirror")),
        ("--swap-sides", ("LH lies to the right of RH", "--swap-sides")),
        ("--neutral 5,2", ("nuchal: --neutral 5,2 ends before it starts",)),
        ("--neutral 5,6", ("lies between 5 and 6 s", "lasts from 0.00 to 3.16 s", "--neutral")),
        ("--neutral now", ("--neutral takes START,END",)),
        ("--load-kg -3", ("'--load-kg': it has to be",)),
        ("--load-kg nan", ("--load-kg",)),
        ("--load-kg inf", ("--load-kg",)),
        ("--load-kg 1400", ("--load-kg",)),
        ("--load-kg 1 --load-place 20,80,0", ("more than 1 m from the head", "give metres")),
        ("--load-place 0,0.1,0", ("--load-place", "--load-kg")),
        ("--max-gap -1", ("--max-gap",)),
        ("--max-gap inf", ("--max-gap",)),
        ("--cutoff-hz nan", ("--cutoff-hz",)),
        ("--units furlong", ("'--units': 'furlong' is not one of 'mm'",)),
        ("--person Bob", ('no person "Bob"', "leave out --person")),
        ("--degrees", ("degrees",)),
        ("--weight foo=1", ("--weight foo", "its terms are deep")),
        ("--weight rate=nan", ("--weight rate=", "NUMBER")),
        ("--weight energy=1e300", ("--weight energy=1e300", "at most 1e+06")),
        ("--weight reserve=0", ("--weight reserve=0",)),
        ("--engine opensim --preset paper", ("--engine opensim", "--preset classical")),
        ("--preset best", ("--preset", "'recommended'")),
        ("--nonsense", ("--nonsense", "--help")),
    ],
)
def test_options_without_sense(bench: Bench, words: str, sentence: tuple[str, ...]) -> None:
    bench.estimate(bench.recording(), *words.split()).refused(*sentence)


@pytest.mark.parametrize(
    "words",
    ["--static trial.trc", "--units mm", "--person Bob", "--marker TP=TP", "--swap-sides",
     "--mirror X", "--up +Z", "--forward -Y", "--neutral 0,1"],
)  # fmt: skip
def test_options_that_coordinates_have_no_use_for(bench: Bench, words: str) -> None:
    bench.recording()
    path = bench.coordinates(np.zeros((40, 6)), in_degrees=True)
    problem = bench.estimate(path, *words.split()).refusal(path, "laboratory.no_effect")
    assert words[2:].replace("-", "_").startswith(problem.remedy.name.removesuffix("s")[:7])


def test_places_that_are_no_folder(bench: Bench) -> None:
    recording, file = bench.recording(), bench.file("taken", "mine")
    bench.estimate(recording, out=file).refused(file, "--out")
    below = file / "result"
    bench.estimate(recording, out=below).refused(below, file, "--out")
    for place in ("/proc/nuchal", "/dev/null", str(bench.home / ("x" * 300))):
        bench.estimate(recording, out=Path(place)).refused(place, "--out")
    neck = file / "neck.osim"
    bench.run("personalise", "--subject", bench.person, "--out", neck).refused(neck, "--out")


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.EROFS, "read-only"), (errno.EACCES, "no permission"), (errno.ENOSPC, "disk is full")],
)
def test_a_folder_that_cannot_be_written(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    recording, out = bench.recording(), bench.home / "result"
    real = Path.mkdir

    def refuse(path: Path, *more: object, **named: object) -> None:
        if path.name.startswith(".nuchal-"):
            raise OSError(number, "no", str(path))
        real(path, *more, **named)

    monkeypatch.setattr(Path, "mkdir", refuse)
    bench.estimate(recording).refused(out, words, "--out")


def test_results_never_replace_what_was_read(bench: Bench) -> None:
    path = bench.coordinates(np.zeros((40, 6)), in_degrees=True, name="coordinates.mot")
    bench.estimate(path, out=bench.home).refused(path, "--out")
    out = bench.person
    bench.run("personalise", "--subject", out, "--out", out).refused(out, "--out")


def test_arguments_that_are_missing_or_too_many(bench: Bench) -> None:
    recording = bench.recording()
    bench.run("estimate").refused("RECORDING")
    bench.run("estimate", recording, "--out", "result").refused("--subject")
    bench.run("estimate", recording, "--subject", bench.person).refused("--out")
    bench.estimate(recording, "more").refused("more")
    bench.run("estimat").refused("estimat")
