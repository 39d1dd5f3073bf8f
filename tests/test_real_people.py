"""The comparison on real people: its page is what it measured, and it measures rightly."""

import importlib
import re
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import nuchal


@pytest.fixture
def load(root: Path, monkeypatch):
    def one(name: str) -> ModuleType:
        monkeypatch.syspath_prepend(str(root / "benchmarks" / "real_people"))
        return importlib.import_module(name)

    return one


def cells(text: str, first: str) -> list[list[str]]:
    """Rows of tables whose first cell is as given."""
    return [
        [cell.strip() for cell in row.strip("|").split("|")]
        for row in re.findall(rf"^\| {first} \|.*$", text, re.M)
    ]


def test_the_page_and_the_table_of_muscles_are_of_one_run(root: Path) -> None:
    page = (root / "docs" / "real-people.md").read_text("utf-8")
    results = (root / "benchmarks" / "results" / "real_people.md").read_text("utf-8")
    for preset, part in zip(("recommended", "paper"), results.split("## Preset ")[1:], strict=True):
        (four,) = cells(page, f"`{preset}`, central")
        (mean,) = cells(page, f"`{preset}`, mean")
        for k, name in enumerate(("stern_mast", "trap_cl", "long_cap_sklc4", "semi_cap_sklc5"), 1):
            (row,) = cells(part, name)
            assert (row[2], row[4]) == (four[k], mean[k])
        worst, *_ = sorted(
            float(row[4].partition(",")[0])
            for muscle in nuchal.MUSCLES
            for row in cells(part, muscle)
            if not row[4].startswith("flat")
        )
        (stated,) = [row for row in cells(page, f"`{preset}`") if row[1] == "mean"]
        assert float(stated[3]) == worst


def test_networks_find_what_optimisation_finds_in_real_people(root: Path) -> None:
    page = (root / "docs" / "real-people.md").read_text("utf-8")
    for preset in ("recommended", "paper"):
        (row,) = [row for row in cells(page, f"`{preset}`") if row[1] == "central"]
        assert float(row[3]) > 0.999
        assert int(row[2]) > 20_000


def test_frames_near_a_flagged_one(load) -> None:
    time = np.arange(10) / 100.0
    flags = np.isin(np.arange(10), [0, 6])
    found = load("partings").near(flags, time, 0.02)
    np.testing.assert_array_equal(np.flatnonzero(found), [1, 2, 4, 5, 7, 8])
    assert not load("partings").near(np.zeros(10, dtype=bool), time).any()


def test_recordings_are_named_without_naming_anybody(load, tmp_path) -> None:
    for person in ("smith", "jones"):
        for trial in ("trial_1", "other"):
            folder = tmp_path / person / trial
            folder.mkdir(parents=True)
            (folder / "data_marker.csv").touch()
    (tmp_path / "smith" / "Static.csv").touch()
    found = load("people").trials_in(tmp_path, "*/data_marker.csv")
    assert [one.name for one in found] == [
        "A, recording 1",
        "A, rotation",
        "B, recording 1",
        "B, rotation",
    ]
    assert [one.static is None for one in found] == [True, True, False, False]
