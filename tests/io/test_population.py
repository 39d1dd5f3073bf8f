"""A population's file: whole, ours, and checked on reading."""

import io
import zlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nuchal.errors import OutputError, PopulationError, Setting
from nuchal.io.population import read_person, read_population, write_population
from nuchal.model.population import Population, blocks_of_people, draw_people, draw_person
from nuchal.model.survey import MEASURES

COUNT = 1234
MIXES = {"half": 0.5, "pooled": None}


def write(path: Path, population: Population, count: int = COUNT, **options: bool) -> Path:
    blocks = blocks_of_people(population, count, size=250)
    write_population(path, population, blocks, count=count, **options)
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path / "people.csv", Population(seed=1, heads=True))


def sealed(text: bytes) -> bytes:
    """With the checksum that the text should have, as someone would who knew how."""
    start = text.index(b'"crc32": "') + 10
    blank = text[:start] + b"00000000" + text[start + 8 :]
    return text[:start] + f"{zlib.crc32(blank):08x}".encode() + text[start + 8 :]


@pytest.mark.slow
@pytest.mark.parametrize("women", MIXES.values(), ids=MIXES)
@pytest.mark.parametrize("heads", [False, True])
def test_everyone_comes_back_bit_for_bit(tmp_path, women, heads) -> None:
    population = Population(seed=2, women=women, heads=heads)
    read, people = read_population(write(tmp_path / "p.csv", population))
    drawn = draw_people(population, np.arange(COUNT))
    assert read == population
    for name in ("index", "sex", "attempts"):
        np.testing.assert_array_equal(getattr(people, name), getattr(drawn, name))
    np.testing.assert_array_equal(people.measures(), drawn.measures())


@pytest.mark.parametrize("index", [0, 9, 10, 999, 1000, COUNT - 1])
def test_one_person_comes_back(file, index) -> None:
    assert read_person(file, index) == draw_person(Population(seed=1, heads=True), index)


@pytest.mark.parametrize("women", MIXES.values(), ids=MIXES)
def test_pandas_reads_it(tmp_path, women) -> None:
    population = Population(seed=3, women=women, heads=True)
    table = pd.read_csv(write(tmp_path / "p.csv", population), comment="#")
    drawn = draw_people(population, np.arange(COUNT))
    assert list(table) == ["index", "sex", *MEASURES, "attempts"]
    np.testing.assert_array_equal(table[list(MEASURES)].to_numpy(), drawn.measures())
    np.testing.assert_array_equal(table["index"], np.arange(COUNT))
    assert set(table["sex"]) == ({"unstated"} if women is None else {"female", "male"})


def test_numbers_are_written_as_anyone_would(file) -> None:
    lines = file.read_text("ascii").splitlines()[2:]
    drawn = draw_people(Population(seed=1, heads=True), np.arange(COUNT))
    for k in (0, 10, 100, COUNT - 1):
        sex = "female" if drawn.sex[k] else "male"
        measures = ",".join(f"{value:.6f}" for value in drawn.measures()[k])
        assert lines[k] == f"{k},{sex},{measures},{drawn.attempts[k]}"


def test_a_population_is_replaced_and_nothing_is_left_over(file) -> None:
    write(file, Population(seed=9), 10)
    assert read_population(file)[0].seed == 9
    assert list(file.parent.iterdir()) == [file]


def test_something_else_is_replaced_only_by_force(tmp_path) -> None:
    mine = tmp_path / "thesis.csv"
    mine.write_text("years of work\n")
    with pytest.raises(OutputError) as caught:
        write(mine, Population(seed=1), 5)
    assert caught.value.what == "output.is_no_population"
    assert caught.value.remedy == Setting("force", True)
    assert mine.read_text() == "years of work\n"
    write(mine, Population(seed=1), 5, force=True)
    assert len(read_population(mine)[1]) == 5


def test_a_folder_is_refused(tmp_path) -> None:
    with pytest.raises(OutputError) as caught:
        write(tmp_path, Population(seed=1), 5, force=True)
    assert caught.value.what == "output.is_no_file"


def test_nothing_is_left_of_a_population_that_broke_off(tmp_path) -> None:
    def blocks():
        yield draw_people(Population(seed=1), np.arange(10))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_population(tmp_path / "p.csv", Population(seed=1), blocks(), count=20)
    assert list(tmp_path.iterdir()) == []


CHANGES = {
    "a digit": lambda text: text[:-20] + b"7" + text[-19:],
    "cut off": lambda text: text[: len(text) // 2],
    "a line less": lambda text: text[: text.rindex(b"\n", 0, -1) + 1],
    "a line more": lambda text: text + text.splitlines(keepends=True)[-1],
    "another seed": lambda text: text.replace(b'"seed": 1', b'"seed": 2'),
    "Windows ends": lambda text: text.replace(b"\n", b"\r\n"),
}
FORGED = {
    "a line less": CHANGES["a line less"],
    "no number": lambda text: text.replace(b"\n7,", b"\nseven,"),
    "another index": lambda text: text.replace(b"\n7,", b"\n8,"),
    "NaN": lambda text: text[: text.rindex(b",0.") + 1] + b"nan,1\n",
    "a giant": lambda text: text[: text.rindex(b",0.") + 1] + b"9.0,1\n",
    "no ASCII": lambda text: text[:-2] + b"\xff\n",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_damaged_file_is_noticed(file, change) -> None:
    text = file.read_bytes()
    file.write_bytes(change(text))
    assert file.read_bytes() != text
    for read in (read_population, lambda path: read_person(path, 7)):
        with pytest.raises(PopulationError) as caught:
            read(file)
        assert caught.value.what == "population.damaged"
        assert caught.value.file == file


@pytest.mark.parametrize("change", FORGED.values(), ids=FORGED)
def test_lines_are_checked_whatever_the_checksum_says(file, change) -> None:
    file.write_bytes(sealed(change(file.read_bytes())))
    with pytest.raises(PopulationError) as caught:
        read_population(file)
    assert caught.value.what == "population.damaged"


def test_the_seal_is_what_makes_a_forgery_pass(file) -> None:
    file.write_bytes(sealed(file.read_bytes()))
    assert len(read_population(file)[1]) == COUNT


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "no_mark"),
        (b"index,sex\n0,male\n", "no_mark"),
        (b"\x89PNG\r\n" + bytes(5000), "no_mark"),
        (b"# nuchal population {}\n", "first_line"),
        (b"# nuchal population " + b"[" * 20_000, "first_line"),
    ],
)
def test_foreign_files_are_named(tmp_path, content, what) -> None:
    path = tmp_path / "other.csv"
    path.write_bytes(content)
    with pytest.raises(PopulationError) as caught:
        read_person(path, 0)
    assert caught.value.what == f"population.{what}"
    assert str(caught.value).startswith(f"{path}: ")


def test_a_file_of_another_format_is_refused(file) -> None:
    file.write_bytes(sealed(file.read_bytes().replace(b'"format": 1', b'"format": 2')))
    with pytest.raises(PopulationError) as caught:
        read_population(file)
    assert caught.value.what == "population.first_line"


@pytest.mark.parametrize(
    ("name", "what"),
    [("absent.csv", "population.unreadable"), (".", "file.folder"),
     ("a\0b", "population.unreadable")],
)  # fmt: skip
def test_what_cannot_be_opened_is_one_sentence(tmp_path, name, what) -> None:
    with pytest.raises(PopulationError) as caught:
        read_person(tmp_path / name, 0)
    assert caught.value.what == what


@pytest.mark.parametrize("index", [-1, COUNT])
def test_there_is_nobody_beyond_the_last(file, index) -> None:
    with pytest.raises(PopulationError) as caught:
        read_person(file, index)
    assert caught.value.what == "population.no_such_person"
    assert caught.value.values["last"] == COUNT - 1


def test_a_single_person_is_a_population(tmp_path) -> None:
    path = write(tmp_path / "p.csv", Population(seed=1), 1)
    assert len(pd.read_csv(io.StringIO(path.read_text()), comment="#")) == 1
    assert len(read_population(path)[1]) == 1
