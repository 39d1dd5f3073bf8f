"""Names that would command a terminal or turn text around reach nothing that people read."""

import csv
import os
import unicodedata
import xml.etree.ElementTree as ET
from io import BytesIO
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from nuchal.io.opensim.storage import read_storage
from nuchal.io.recordings.read import read_recording
from nuchal.io.recordings.trc import write_trc
from nuchal.report.figures.style import heading

# What text files may hold: no byte below 32, for which they are refused.
IN_TEXT = "\u202e\u2066\u200b\x9b\x7f\x85\u2028\ufeff\U000e0041"
IN_C3D = "\x1b[2J\x07\n"
TEXT_SUFFIXES = {".sto", ".mot", ".csv", ".json", ".toml", ".trc", ".osim", ".html", ".txt", ".md"}


def refuse_hidden(text: str) -> None:
    hidden = {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs")} - {"\n", "\t"}
    assert hidden == set()


def check_folder(folder: Path) -> None:
    """Every file of results is plain, its name too, and reads back."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    for path in files:
        refuse_hidden(str(path.relative_to(folder)))
        if path.suffix in TEXT_SUFFIXES:
            refuse_hidden(path.read_text("utf-8"))
        if path.suffix in (".sto", ".mot"):
            table = read_storage(path)
            assert table.data.shape == (len(table.time), len(table.labels))
        if path.suffix == ".csv":
            with path.open(newline="", encoding="utf-8") as file:
                assert len({len(row) for row in csv.reader(file)}) == 1


def given(bench, kind: str) -> tuple[Path, list[str]]:
    mark = IN_C3D if kind == "c3d" else IN_TEXT
    names = [f"{name}{mark}" for name in bench.demo.names]
    return bench.recording(kind, names=names), names


@pytest.mark.parametrize("kind", ["trc", "c3d", "vicon", "plain"])
def test_names_in_files_are_plain_and_still_found(bench, kind) -> None:
    path, names = given(bench, kind)
    recording = read_recording(path)
    assert len(recording.names) == len(names)
    for name in recording.names:
        refuse_hidden(name)
    mapping = [
        word
        for ours, theirs in zip(bench.demo.names, names, strict=True)
        for word in ("--marker", f"{ours}={theirs.strip()}")
    ]
    answer = bench.estimate(path, "--preset", "classical", *mapping)
    assert answer.status == 0, answer.error
    refuse_hidden(answer.out + answer.error)
    check_folder(answer.folder)
    refused = bench.estimate(path, "--marker", f"TP={names[0]}x", out=bench.home / "other")
    assert refused.status == 2
    refuse_hidden(refused.refused())


@pytest.mark.parametrize(
    "name", ["a\x1b[31m\u202eb\nc", "\u2067$_{$[red]", os.fsdecode(b"caf\xe9")]
)
def test_names_of_files_are_plain_everywhere(bench, name) -> None:
    path = bench.recording(name=name)
    answer = bench.estimate(path, "--preset", "classical", out=bench.home / f"out{name}")
    assert answer.status == 0, answer.error
    refuse_hidden(answer.out + answer.error)
    check_folder(answer.folder)
    as_json = bench.estimate(path, "--preset", "classical", "--json", out=bench.home / "again")
    assert as_json.status == 0, as_json.error
    refuse_hidden(as_json.out)
    missing = bench.estimate(bench.home / f"{name}{name}.trc")
    refuse_hidden(missing.refused())


@pytest.mark.parametrize("name", ["a\x1b[31m\u202eb", os.fsdecode(b"caf\xe9"), "my + neck"])
def test_what_is_written_under_a_hostile_name_is_plain(bench, name) -> None:
    model = bench.home / f"{name}.osim"
    answer = bench.run("personalise", "--subject", bench.person, "--out", model)
    assert answer.status == 0, answer.error
    refuse_hidden(answer.out + answer.error)
    refuse_hidden(model.read_text("utf-8"))
    model_name = ET.parse(model).getroot()[0].get("name")
    assert model_name
    assert not set(model_name) & set("\\/*+ \t\n")
    path = bench.home / f"{name}.trc"
    demo = bench.demo
    write_trc(path, names=demo.names, time=demo.time, positions_m=demo.positions)
    refuse_hidden(path.read_text("utf-8"))
    assert read_recording(path).names == demo.names


@pytest.mark.parametrize("mark", [IN_TEXT, "x" * 5000])
def test_a_person_repeats_nothing_hidden_or_long(bench, mark) -> None:
    path = bench.recording()
    kept = mark.replace("\x7f", "")
    for text in (
        f"sex = '{kept}'",
        f"'{kept}' = 1",
        f"[markers]\nTP = '{kept}'",
        f"[markers]\n'{kept}' = 'TP'",
        f"[range_deg]\n'{kept}' = 3.0",
        f"[muscle_area_cm2]\n'{kept}' = 3.0",
        f"sex = '{kept}",
        'sex = "\\u001b[31m\\u202e"',
        '[markers]\nTP = "\\u001b[31m\\u202e"',
    ):
        person = bench.file("other.toml", f"{bench.person.read_text('utf-8')}{text}\n")
        refuse_hidden(bench.estimate(path, subject=person).refused())


def test_a_marker_is_reached_by_what_a_person_says_of_it(bench) -> None:
    names = [f"{name}\u202e" for name in bench.demo.names]
    path = bench.recording(names=names)
    mapping = "".join(f'{name} = "{name}\\u202e"\n' for name in bench.demo.names)
    text = f"{bench.person.read_text('utf-8')}[markers]\n{mapping}"
    answer = bench.estimate(path, "--preset", "classical", subject=bench.file("other.toml", text))
    assert answer.status == 0, answer.error


@pytest.mark.parametrize("mark", ["\x1b[31m\u202e\x9b", "\udce9", "y" * 5000])
@pytest.mark.parametrize(
    "words",
    [
        ("estimate", "a.trc", "--subject", "{mark}", "--out", "o"),
        ("estimate", "{mark}", "--subject", "p.toml", "--out", "o"),
        ("estimate", "a.trc", "--subject", "person.toml", "--out", "o", "--preset", "{mark}"),
        ("estimate", "a.trc", "--subject", "person.toml", "--out", "o", "--max-gap", "{mark}"),
        ("estimate", "a.trc", "--subject", "person.toml", "--out", "o", "--marker", "{mark}"),
        ("estimate", "a.trc", "--subject", "person.toml", "--out", "o", "--marker", "a={mark}"),
        ("estimate", "a.trc", "--subject", "person.toml", "--out", "o", "--neutral", "{mark}"),
        ("estimate", "a.trc", "--subject", "person.toml", "--out", "o", "--units", "{mark}"),
        ("estimate", "a.trc", "--subject", "person.toml", "--out", "{mark}/{mark}/{mark}"),
        ("estimate", "a.trc", "{mark}"),
        ("estimate", "--{mark}"),
        ("{mark}",),
        ("population", "--count", "{mark}", "--out", "p.csv"),
        ("train", "{mark}", "--out", "o"),
    ],
)
def test_arguments_are_repeated_plainly_and_in_part(bench, words, mark) -> None:
    bench.recording(name="a", names=["X", "Y", "Z", *bench.demo.names[3:]])
    said = bench.run(*(word.replace("{mark}", mark) for word in words)).error
    assert said.startswith("nuchal: ")
    assert said.count("\n") == 1
    assert len(said) < 600
    refuse_hidden(said.removesuffix("\n"))


def test_a_name_is_no_formula() -> None:
    figure = Figure(figsize=(4.0, 3.0))
    heading(figure, "$_{$", "a$\\frac{$.trc")
    figure.savefig(BytesIO(), format="svg")


def test_other_places_of_a_run_are_no_tower_of_brackets(bench) -> None:
    (bench.home / "run").mkdir()
    bench.file("run/reproduction.json", "[" * 100_000)
    said = bench.run("reproduce", "--out", bench.home / "run").refused()
    assert "--out" in said
