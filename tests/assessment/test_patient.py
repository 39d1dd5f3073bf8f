"""The patients shipped as examples are what their script makes, and how they are judged."""

import importlib.util
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import nuchal
from nuchal.commands.assess import assess_recordings
from nuchal.io.made import made_person, write_made_recording
from nuchal.io.recordings.read import read_recording
from nuchal.model.clinical import DIRECTIONS
from nuchal.synthetic.patients import KINDS, draw_patient
from nuchal.synthetic.recording import Conditions, recordings_of, true_trials

RECORDINGS = ("1_rotation", "2_bending", "3_flexion", "4_extension", "5_combined")


@pytest.fixture(scope="module")
def load(root: Path) -> Callable[[str], ModuleType]:
    def read(name: str) -> ModuleType:
        spec = importlib.util.spec_from_file_location(name, root / "examples" / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return read


@pytest.fixture(scope="module")
def script(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("make_patients")


@pytest.fixture(scope="module")
def judge(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("judge_patients")


def truth_of_folder(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "truth.toml").read_text("utf-8"))


def test_the_first_of_every_kind_are_shipped(script: ModuleType) -> None:
    folders = {int(one.name): one for one in script.FOLDER.iterdir()}
    assert set(folders) == set(script.shipped())
    kinds = [truth_of_folder(one)["kind"] for one in folders.values()]
    assert sorted(kinds) == sorted(KINDS)
    for folder in folders.values():
        assert {x.name for x in folder.iterdir()} == {
            "person.toml",
            "truth.toml",
            *(f"{name}.trc" for name in RECORDINGS),
        }
        assert sum(x.stat().st_size for x in folder.iterdir()) < 1_000_000


@pytest.mark.slow
def test_the_script_makes_the_shipped_files(script: ModuleType, tmp_path: Path) -> None:
    """The first trial of the one who avoids sore muscles, to rounding."""
    shipped = script.FOLDER / "1"
    _, person = draw_patient(script.SEED, 1)
    conditions = Conditions(rate_hz=script.RATE_HZ)
    (recording,) = recordings_of(person, true_trials(person, script.RATE_HZ)[:1], conditions)
    write_made_recording(recording, tmp_path, script.LABEL)
    path = shipped / "1_rotation.trc"
    assert "not measured" in path.read_text("utf-8").splitlines()[0]
    one, other = read_recording(path), read_recording(tmp_path / path.name)
    assert one.names == other.names
    assert np.asarray(one.positions) == pytest.approx(np.asarray(other.positions), abs=2e-4)
    assert (np.asarray(one.visible) == np.asarray(other.visible)).all()
    assert made_person(person.subject, "make_patients.py") == (shipped / "person.toml").read_text(
        "utf-8"
    )


@pytest.mark.slow
def test_the_shipped_truth_is_what_the_script_writes(script: ModuleType, tmp_path: Path) -> None:
    script.write_patient(7, tmp_path)
    again, shipped = truth_of_folder(tmp_path), truth_of_folder(script.FOLDER / "7")
    assert again["fault"] == shipped["fault"]
    assert again["lost_deg"] == pytest.approx(shipped["lost_deg"], abs=0.2)
    for name, ratios in shipped.get("asked", {}).items():
        assert again["asked"][name] == pytest.approx(ratios, abs=0.02)


@pytest.mark.slow
def test_something_is_missed_where_it_is_missing_and_nowhere_else(script: ModuleType) -> None:
    folder = script.FOLDER / "7"
    lost = truth_of_folder(folder)["lost_deg"]
    person = nuchal.read_subject(folder / "person.toml")
    options = nuchal.AssessOptions(method="optimisation", necks=2000)
    found = assess_recordings(
        [folder / f"{name}.trc" for name in RECORDINGS], person, options
    ).assessment
    restricted = {x.direction for x in found.restrictions if x.restricted}
    assert restricted
    assert restricted <= set(lost)
    short = {x.direction: x.short_deg for x in found.restrictions}
    assert max(short, key=lambda way: short[way]) == max(lost, key=lambda way: lost[way])
    missing = {x.direction: x.share for x in found.geometry.missing}
    assert missing["left backward"] > missing["right backward"]
    assert found.geometry.mean_iou is not None
    assert found.geometry.mean_iou < 0.9275


@pytest.mark.slow
def test_a_short_range_is_worked_out_on_the_stiff_neck_too(script: ModuleType) -> None:
    folder = script.FOLDER / "0"
    lost = truth_of_folder(folder)["lost_deg"]
    found = assess_recordings(
        [folder / f"{name}.trc" for name in RECORDINGS],
        nuchal.read_subject(folder / "person.toml"),
        nuchal.AssessOptions(method="optimisation", necks=2000),
    ).assessment
    assert found.ratios is not None
    assert found.ratios.common is not None
    assert found.stiff is not None
    assert found.stiff.judged
    share = dict(zip(DIRECTIONS, found.stiff.share, strict=True))
    assert 0.3 < share["right bending"] < 0.7
    assert "right bending" in lost
    assert share["flexion"] == share["left rotation"] == 1.0
    early, stiff = found.ratios.common, found.stiff.ratio
    change = stiff.actual / np.maximum(early.actual, 0.5)
    assert change.min() < 0.8
    assert np.median(np.abs(np.log(stiff.value / early.value))) < 0.05
    assert set(found.active_end_deg) == {"right rotation", "left rotation"}
    assert all(60.0 < end < 98.0 for end in found.active_end_deg.values())


def test_what_is_found_is_laid_beside_what_is_true(judge: ModuleType) -> None:
    muscles = {
        "a": ("reduced", {"common": 0.5}),
        "b": (None, {"common": 0.5}),
        "c": ("more", {"common": 0.5}),
        "d": ("less", {"peak": 0.7}),
        "e": ("compensating", {}),
    }
    said = {
        "directions": {
            "flexion": {"verdict": "restricted"},
            "extension": {"verdict": "not restricted"},
            "right bending": {"verdict": "restricted"},
            "left bending": {"verdict": "not tested"},
        },
        "muscles": {
            k: {"name": k.upper(), "side": "left", "finding": finding}
            for k, (finding, _) in muscles.items()
        },
    }
    asked: dict[str, dict[str, float]] = {"common": {}, "whole": {}, "peak": {}}
    for k, (_, ratios) in muscles.items():
        for name, ratio in ratios.items():
            asked[name][k] = ratio
    truth = {"lost_deg": {"flexion": 12.0, "left bending": 20.0}, "asked": asked}
    found, missed, wrong = judge.judged(said, truth)
    assert found == ["flexion", "less: A left"]
    assert missed == ["left bending", "less: B left, C left"]
    assert wrong == ["right bending", "more: C left, E left"]


def test_the_table_of_the_page_is_that_of_the_results(judge: ModuleType) -> None:
    rows = [x for x in judge.RESULTS.read_text("utf-8").splitlines() if x.startswith("|")]
    folders = sorted(judge.PATIENTS.iterdir(), key=lambda one: int(one.name))
    for row, folder in zip(rows[2:], folders, strict=True):
        ailing = judge.ailing(truth_of_folder(folder)["fault"])
        assert row.startswith(f"| {folder.name} | {ailing} |")
    page = judge.PAGE.read_text("utf-8").splitlines()
    assert [row for row in rows if row not in page] == []
