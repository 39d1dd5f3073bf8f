"""The exported graph against JAX on free movements, and what the file says of itself."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping

import jax
import numpy as np
import pytest

from nuchal import errors
from nuchal.conventions import MARKERS
from nuchal.errors import EngineError, OutputError
from nuchal.io.networks.equilibrium import StoredNeckNetwork, shipped_network
from nuchal.io.onnx.export import frame_function, onnx_model, refuse_foreign, run_onnx, write_onnx
from nuchal.io.onnx.ports import OUTPUTS, inputs_of, typical_inputs
from nuchal.model.generic import MUSCLES, generic_anatomy
from nuchal.model.population import Population
from nuchal.movements.random_settings import FreeSettings
from nuchal.networks.equilibrium.domain import COVERAGE
from nuchal.networks.equilibrium.window import OUTPUT_FRAME, WINDOW_FRAMES
from nuchal.networks.training.labelled import gather
from nuchal.networks.training.records import Recipe
from nuchal.records import RESPECTS

pytestmark = pytest.mark.slow
onnxruntime = pytest.importorskip("onnxruntime")
onnx = pytest.importorskip("onnx")
STRENGTH = np.asarray(generic_anatomy().max_isometric_force)
FRAMES = 24


def nod(angle: float) -> np.ndarray:
    """A turn of the head about z."""
    sine, cosine = np.sin(angle), np.cos(angle)
    return np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]])


def many(preset: str) -> dict[str, np.ndarray]:
    """Typical frames, all alike."""
    typical = typical_inputs(preset).items()
    return {name: np.tile(x, (FRAMES,) + (1,) * x.ndim) for name, x in typical}


def free_windows(preset: str) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Windows of three necks in free movement, and the optimised forces of their frames."""
    free = FreeSettings(frames=60, loaded_share=0.5, own_range=True, traits=(1.0,))
    people = Population(seed=4)
    data = gather(Recipe(subjects=3, motion="free", preset=preset, population=people, free=free))
    dice = np.random.default_rng(3)
    rows = [(person, start) for person in range(3) for start in range(0, 45, 6)]
    given = many(preset)
    for k, (person, start) in enumerate(rows):
        given["markers"][k] = data.markers[person, start : start + WINDOW_FRAMES]
        given["measures"][k] = data.measures[person]
        given["load_mass"][k] = data.load_mass_kg[person]
        given["load_place"][k] = data.load_place_m[person]
        given["traits"][k] = data.traits[person]
        given["reach"][k] = data.reach[person]
        given["before"][k, :] = data.force[person, start + OUTPUT_FRAME - 1] / STRENGTH
    given["doubt"][::2] = 0.0
    given["marker_noise"][::3] = 1e-3
    given["markers"] += (
        dice.normal(size=given["markers"].shape) * (given["marker_noise"][:, None, None, None])
    )
    given["has_before"][3:] = 1.0
    given["gravity"][18:] += dice.normal(0.0, 0.5, (FRAMES - 18, 3))
    truth = np.stack([data.force[person, start + OUTPUT_FRAME] for person, start in rows])
    return {name: np.asarray(x, np.float32) for name, x in given.items()}, truth


@pytest.fixture(scope="module", params=["recommended", "paper"])
def stored(request) -> StoredNeckNetwork:
    return shipped_network(request.param)


@pytest.fixture(scope="module")
def windows(stored) -> tuple[dict[str, np.ndarray], np.ndarray]:
    return free_windows(stored.about["preset"])


@pytest.fixture(scope="module")
def model(stored) -> bytes:
    return onnx_model(stored, batch=FRAMES)


@pytest.fixture(scope="module")
def results(model, windows) -> Mapping[str, np.ndarray]:
    return run_onnx(model, windows[0])


def test_onnxruntime_gives_the_numbers_of_jax(stored, windows, results) -> None:
    hasty = {"xla_backend_optimization_level": 0}
    reference = jax.jit(jax.vmap(frame_function(stored)), compiler_options=hasty)
    wanted = reference(*windows[0].values())
    for (name, found), other in zip(results.items(), wanted, strict=True):
        assert found.dtype == np.float32
        assert found.shape == (FRAMES, *OUTPUTS[name].shape)
        scale = STRENGTH if OUTPUTS[name].unit == "N" else 1.0
        assert (np.abs(found - np.asarray(other)) / scale).max() < 1e-5, name


def test_forces_are_those_of_optimisation_where_nothing_is_in_doubt(windows, results) -> None:
    given, truth = windows
    sure = (given["marker_noise"] == 0.0) & (given["doubt"] == 0.0).all(axis=1)
    sure &= (given["has_before"] > 0.0) & (np.arange(FRAMES) < 18)
    assert sure.sum() == 5
    balanced = np.abs(results["missing_moment"]).max(axis=1) < 0.01
    assert balanced[sure].all()
    error = np.abs(results["central"] - truth)[sure] / STRENGTH
    assert error.max() < 0.01
    assert (results["force"] == results["central"])[sure].all()


def test_intervals_hold_the_force_and_doubt_widens_them(windows, results) -> None:
    given, _ = windows
    low, force, high = (results[name] for name in ("low", "force", "high"))
    assert (low <= force).all()
    assert (force <= high).all()
    width = ((high - low) / STRENGTH).mean(axis=1)
    doubtful = (given["marker_noise"] > 0.0) | (given["doubt"] > 0.0).any(axis=1)
    assert width[doubtful].min() > 3.0 * width[~doubtful].max()


def test_what_is_unlike_the_training_is_told(stored, model) -> None:
    given = many(stored.about["preset"])
    given["measures"][1] *= [1.6, 1.0, 1.0]
    given["load_mass"][2] = 20.0
    given["load_place"][2] = [0.1, 0.1, 0.0]
    bent = np.deg2rad(np.linspace(0.0, 60.0, WINDOW_FRAMES))
    given["markers"][3] = given["markers"][3] @ np.swapaxes([nod(a) for a in bent], 1, 2)
    distance = run_onnx(model, given)["distance"][:4]
    posture, speed, acceleration, body, load = distance.T
    assert distance[0].max() < 1.0
    assert body[1] > 1.0
    assert load[2] > 1.0
    assert speed[3] > 1.0
    assert np.delete(body, 1).max() < 1.0
    assert np.delete(load, 2).max() < 1.0
    assert np.delete(speed, 3).max() < 1.0
    assert max(posture[:3].max(), acceleration[:3].max()) < 1.0


def test_where_markers_sit_on_the_head_does_not_matter(stored, model) -> None:
    """Other places, known from the neutral posture, turn with the head as the model's do."""
    given = many(stored.about["preset"])
    given["doubt"][:] = 0.0
    elsewhere = given["neutral"][0] + np.random.default_rng(4).normal(0.0, 0.02, (3, 3))
    given["neutral"][1:3] = elsewhere
    angle = np.deg2rad(20.0 * np.sin(np.linspace(0.0, 1.0, WINDOW_FRAMES)))
    turn = np.swapaxes([nod(a) for a in angle], 1, 2)
    given["markers"] = given["neutral"][:, None] @ turn + [0.02, 0.01, 0.03]
    given["markers"][2] = given["markers"][0]
    given = {name: np.asarray(x, np.float32) for name, x in given.items()}
    local, moved, mistaken = (run_onnx(model, given)["central"] / STRENGTH)[:3]
    assert np.abs(moved - local).max() < 1e-4
    assert np.abs(mistaken - local).max() > 0.01


def test_the_file_says_what_goes_in_and_comes_out(stored, model) -> None:
    read = onnx.load_from_string(model)
    onnx.checker.check_model(read, full_check=True)
    facts = {fact.key: fact.value for fact in read.metadata_props}
    assert facts["preset"] == stored.about["preset"]
    assert facts["version"] == stored.about["version"]
    assert tuple(json.loads(facts["muscles"])) == MUSCLES
    inputs = inputs_of(stored.about["preset"])
    for ports, key, values in (
        (inputs, "inputs", read.graph.input),
        (OUTPUTS, "outputs", read.graph.output),
    ):
        told = json.loads(facts[key])
        assert [value.name for value in values] == list(ports) == list(told)
        for value in values:
            port = ports[value.name]
            assert value.doc_string == f"[{port.unit}] {port.meaning}"
            assert told[value.name]["unit"] == port.unit
            sizes = [size.dim_value for size in value.type.tensor_type.shape.dim]
            assert tuple(sizes) == (FRAMES, *port.shape)
            assert value.type.tensor_type.elem_type == onnx.TensorProto.FLOAT
    assert f"{COVERAGE:.0%}" in OUTPUTS["low"].meaning
    assert ", ".join(RESPECTS) in OUTPUTS["distance"].meaning
    assert ", ".join(MARKERS) in inputs["markers"].meaning
    for name, value in typical_inputs(stored.about["preset"]).items():
        assert np.asarray(json.loads(facts["inputs"])[name]["typical"]) == pytest.approx(value)
    assert {node.domain for node in read.graph.node} == {""}
    assert len(model) < 2_000_000


def test_files_of_others_are_kept(tmp_path) -> None:
    path = tmp_path / "neck.onnx"
    refuse_foreign(path)
    write_onnx(path, b"\x08\x08\x12\x06nuchal...")
    refuse_foreign(path)
    path.write_bytes(b"\x08\x07\x12\x07pytorch")
    with pytest.raises(OutputError) as refused:
        refuse_foreign(path)
    assert refused.value.what == "onnx.foreign"
    refuse_foreign(path, force=True)
    with pytest.raises(OutputError) as refused:
        refuse_foreign(tmp_path, force=True)
    assert refused.value.what == "onnx.no_file"
    with pytest.raises(OutputError) as refused:
        refuse_foreign(tmp_path / "absent" / "neck.onnx")
    assert refused.value.what == "onnx.no_folder"
    with pytest.raises(OutputError, match="cannot be written"):
        write_onnx(tmp_path / "absent" / "neck.onnx", b"")
    assert [p.name for p in tmp_path.iterdir()] == ["neck.onnx"]


RUN_ALONE = """
import onnx
import numpy as np
from onnx import TensorProto, helper
from nuchal.io.onnx import export

given = [helper.make_tensor_value_info("markers", TensorProto.FLOAT, [1])]
told = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in export.OUTPUTS]
nodes = [helper.make_node("Identity", ["markers"], [name]) for name in export.OUTPUTS]
graph = helper.make_graph(nodes, "same", given, told)
made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
export.run_onnx(made.SerializeToString(), {"markers": np.ones(1, np.float32)})
"""


def test_onnxruntime_reports_to_nobody(tmp_path) -> None:
    homes = {name: str(tmp_path) for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME")}
    quiet = {k: v for k, v in os.environ.items() if k != "ORT_DISABLE_TELEMETRY"} | homes
    subprocess.run([sys.executable, "-c", RUN_ALONE], env=quiet, check=True)
    # What it would send lies in a cache first, beside the name that it gave the machine.
    left = {p.name for p in tmp_path.rglob("*")}
    assert not left & {".ses", ".onnxruntime", "onnxruntime.db"}


@pytest.mark.parametrize("missing", ["onnx", "onnxruntime"])
def test_without_the_extra_it_says_what_to_install(monkeypatch, stored, missing) -> None:
    monkeypatch.setattr(errors, "find_spec", lambda name: None if name == missing else name)
    for work in (lambda: onnx_model(stored, batch=1), lambda: run_onnx(b"", {})):
        with pytest.raises(EngineError) as refused:
            work()
        assert refused.value.what == "extra.missing"
        assert refused.value.values["extra"] == "onnx"
        assert refused.value.values["packages"] == [missing]
