"""The recording shipped as an example is what its script makes, and is tracked back to it."""

import importlib.util
from pathlib import Path
from types import ModuleType

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from nuchal.errors import Status
from nuchal.io.recordings.read import read_recording
from nuchal.io.subject import read_subject
from nuchal.model.scaling import personalise
from nuchal.movements.standard import LESS_FAR, PART_S, posture_at
from nuchal.tracking.pipeline import TrackingSettings, track


@pytest.fixture(scope="module")
def script(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_demo", root / "examples" / "make_demo.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_script_makes_the_shipped_files(
    script: ModuleType, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "FOLDER", tmp_path)
    script.main()
    for name in ("demo_recording.trc", "demo_static.trc"):
        shipped, made = root / "examples" / name, tmp_path / name
        assert "not measured" in shipped.read_text("utf-8").splitlines()[0]
        assert shipped.stat().st_size < 500_000
        one, other = read_recording(shipped), read_recording(made)
        assert one.names == other.names
        assert np.asarray(one.positions) == pytest.approx(np.asarray(other.positions), abs=2e-6)
        assert (np.asarray(one.visible) == np.asarray(other.visible)).all()


def test_the_person_is_the_scripts(script: ModuleType, root: Path) -> None:
    assert read_subject(root / "examples" / "person.toml") == script.SUBJECT


def test_its_coordinates_are_found_again(script: ModuleType, root: Path) -> None:
    found = track(
        read_recording(root / "examples" / "demo_recording.trc"),
        personalise(script.SUBJECT),
        settings=TrackingSettings(),
    )
    pace = 4 * PART_S / script.MOVE_S
    phase = np.clip((np.asarray(found.motion.time) - script.REST_S) * pace, 0.0, 4 * PART_S)
    truth = np.asarray(jax.vmap(lambda t: posture_at(t, course=LESS_FAR))(jnp.asarray(phase)))
    error = np.degrees(np.asarray(found.motion.q) - truth)
    assert np.sqrt((error**2).mean(axis=0)).max() < 0.15
    assert (np.asarray(found.motion.status) == Status.OK).all()
    assert found.filled.sum() == 12
    assert (found.location.laboratory.up, found.location.laboratory.forward) == ("+Z", "-Y")
    assert np.degrees(found.location.laboratory.heading_rad) == pytest.approx(20.0, abs=1.0)
