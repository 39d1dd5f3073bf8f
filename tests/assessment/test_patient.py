"""The patient shipped as an example is what its script makes, and is found out."""

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import nuchal
from nuchal.commands.assess import assess_recordings
from nuchal.io.recordings.read import read_recording

RECORDINGS = ("1_rotation", "2_bending", "3_flexion", "4_extension", "5_combined")


@pytest.fixture(scope="module")
def script(root: Path) -> ModuleType:
    path = root / "examples" / "make_patient.py"
    spec = importlib.util.spec_from_file_location("make_patient", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_the_script_makes_the_shipped_files(
    script: ModuleType, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "FOLDER", tmp_path)
    script.main()
    shipped = root / "examples" / "patient"
    assert {x.name for x in tmp_path.iterdir()} == {x.name for x in shipped.iterdir()}
    assert (tmp_path / "person.toml").read_text() == (shipped / "person.toml").read_text()
    for name in RECORDINGS:
        path = shipped / f"{name}.trc"
        assert "not measured" in path.read_text("utf-8").splitlines()[0]
        one, other = read_recording(path), read_recording(tmp_path / path.name)
        assert one.names == other.names
        assert np.asarray(one.positions) == pytest.approx(np.asarray(other.positions), abs=2e-5)
        assert (np.asarray(one.visible) == np.asarray(other.visible)).all()


@pytest.mark.slow
def test_the_faults_are_found_and_no_others(script: ModuleType, root: Path) -> None:
    folder = root / "examples" / "patient"
    person = nuchal.read_subject(folder / "person.toml")
    options = nuchal.AssessOptions(method="optimisation", necks=2000)
    found = assess_recordings(
        [folder / f"{name}.trc" for name in RECORDINGS], person, options
    ).assessment
    assert {x.direction for x in found.restrictions if x.restricted} == {
        w for w, _ in script.LESS_DEG
    }
    missing = {x.direction: x.share for x in found.geometry.missing}
    assert missing["right backward"] > missing["left forward"]
    assert missing["right forward"] > missing["flexion"]
    assert found.geometry.mean_iou is not None
    assert found.geometry.mean_iou < 0.9275
