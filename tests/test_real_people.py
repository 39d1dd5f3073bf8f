"""The comparison on real people: networks find what optimisation finds, and it measures rightly."""

import importlib
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import nuchal
from nuchal.commands.forces import estimate_recording
from nuchal.commands.options import ForceOptions
from nuchal.commands.plan import plan_of
from nuchal.commands.run import silent
from nuchal.conventions import Preset
from nuchal.errors import Status
from nuchal.networks.accuracy import accuracy


@pytest.fixture
def load(root: Path, monkeypatch):
    def one(name: str) -> ModuleType:
        monkeypatch.syspath_prepend(str(root / "benchmarks" / "real_people"))
        return importlib.import_module(name)

    return one


@pytest.mark.slow
@pytest.mark.parametrize("preset", ["recommended", "paper"])
def test_networks_find_what_optimisation_finds_in_a_real_person(
    root: Path, shared: Path, preset: Preset
) -> None:
    """One extension of the neck, by the shipped networks and exactly."""
    person = nuchal.read_subject(root / "examples" / "person.toml")
    folder = shared / "recordings" / "vicon_neck" / "subject_02"
    exact, network = (
        estimate_recording(
            folder / "trial_4" / "data_marker.csv",
            plan_of(person, ForceOptions(method=m, preset=preset, static=folder / "Static.csv")),
            silent,
        ).estimate.forces
        for m in ("optimisation", "network")
    )
    good = (np.asarray(exact.status) == Status.OK) & (np.asarray(network.status) == Status.OK)
    assert good.sum() > 1000
    truth, found = (np.asarray(one.force)[good] for one in (exact, network))
    strongest = np.asarray(nuchal.generic_anatomy().max_isometric_force)
    near = accuracy(truth, found, maximal_force_n=strongest)
    assert near.spread("r2").worst > 0.99999
    assert near.share_of_maximum.max() < 1e-4


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
