"""A study's file that was written is read as what it says."""

from pathlib import Path

import pytest

from nuchal.commands.study.given import StudyFile, read_study
from nuchal.commands.study.given_text import study_text

EVERYTHING = r"""
layout = "bids"
folder = "some where"
sessions = ["vor \"der\" Kur", "nachher"]
recordings = "*.trc"
static = "ruhe.trc"
[groups]
"x.y" = ["1", "ö"]
healthy = ["p 1"]
[assess]
markers = { TP = "a b", "L H" = "c" }
neutral_window_s = [0.0, 1]
swap_sides = true
weights = { effort = 1e-7 }
delay_s = "auto"
necks = 2000
[statistics]
correction = "benjamini-hochberg"
"""


@pytest.mark.parametrize("text", ["layout = 'folders'\n", EVERYTHING])
def test_what_is_written_is_read_as_the_same(text: str, tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_text(text, "utf-8")
    said = read_study(path)
    path.write_text(study_text(said), "utf-8")
    assert read_study(path) == said
    assert read_study(path).options == said.options


def test_an_example_is_written_as_one_would(root: Path) -> None:
    text = study_text(read_study(root / "examples" / "study.toml"))
    assert 'stiff = ["0", "7", "38"]' in text.splitlines()
    assert "necks = 2000" in text.splitlines()


def test_what_says_nothing_is_a_file_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_text(study_text(StudyFile()), "utf-8")
    assert read_study(path) == StudyFile()
