"""``nuchal export``, from words to a file that another program runs."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

import nuchal
from nuchal import errors
from nuchal.cli import main
from nuchal.commands import export as workflow
from nuchal.io.networks.equilibrium import shipped_network, write_neck_network
from nuchal.io.onnx.ports import OUTPUTS, inputs_of, typical_inputs
from nuchal.networks.equilibrium.records import NeckNetwork

pytestmark = pytest.mark.slow

onnxruntime = pytest.importorskip("onnxruntime")
pytest.importorskip("onnx")
BATCH = 3
FOREIGN = b"\x08\x07\x12\x07pytorch"


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as left:
        main(["export", *(str(word) for word in words)])
    return left.value.code


def complaint(capsys) -> str:
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("nuchal: ")
    assert said.err.count("\n") == 1
    assert "fault of the program" not in said.err
    return said.err


@pytest.fixture(scope="module")
def home(tmp_path_factory, neck_network: NeckNetwork) -> Path:
    """Weights that are what they should be, and some that are not."""
    folder = tmp_path_factory.mktemp("home")
    write_neck_network(folder / "own.npz", neck_network, {"preset": "paper", "version": "0.0.9"})
    whole = (folder / "own.npz").read_bytes()
    (folder / "damaged.npz").write_bytes(whole[:2000] + bytes(64) + whole[2064:])
    with np.load(folder / "own.npz") as stored:
        arrays = {name: stored[name] for name in stored.files}
    np.savez(folder / "later.npz", **(arrays | {"format": np.asarray(99)}))
    (folder / "person.toml").write_text("neck_length_m = 0.112\n", "utf-8")
    return folder


def test_the_shipped_networks_run_elsewhere_with_the_file_alone(tmp_path, capsys) -> None:
    out = tmp_path / "neck.onnx"
    assert run("--batch", BATCH, "--json", "--out", out) == 0
    told = json.loads(capsys.readouterr().out)
    assert [p.name for p in tmp_path.iterdir()] == ["neck.onnx"]
    assert told["preset"] == "recommended"
    assert told["latency_s"] == 0.02
    assert told["size_bytes"] == out.stat().st_size
    assert told["largest_difference"] < 1e-5
    assert list(told["inputs"]) == list(inputs_of("recommended"))
    assert list(told["outputs"]) == list(OUTPUTS)

    session = onnxruntime.InferenceSession(out)
    facts = session.get_modelmeta().custom_metadata_map
    typical = {name: port["typical"] for name, port in json.loads(facts["inputs"]).items()}
    given = {name: np.stack([np.float32(value)] * BATCH) for name, value in typical.items()}
    for port in session.get_inputs():
        assert port.shape == told["inputs"][port.name]["shape"] == list(given[port.name].shape)
    given["markers"][1:] += np.float32([0.3, 0.1, 0.0])
    found = dict(zip(told["outputs"], session.run(list(told["outputs"]), given), strict=True))
    for name, port in told["outputs"].items():
        assert list(found[name].shape) == port["shape"]
    assert (found["force"] > 0.0).all()
    assert found["force"][1] == pytest.approx(found["force"][0], abs=0.1)


@pytest.mark.parametrize(
    ("title", "ports"), [("goes in", inputs_of("recommended")), ("comes out", OUTPUTS)]
)
def test_the_page_has_the_inputs_and_outputs(root, title, ports) -> None:
    page = (root / "docs" / "export.md").read_text("utf-8")
    part = page.partition(f"## What {title}")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| ([^|]*) \| ([^|]*) \|", part, re.M)
    shapes = {name: " x ".join(map(str, ("N", *port.shape))) for name, port in ports.items()}
    assert rows == [(name, shapes[name], port.unit) for name, port in ports.items()]


@pytest.fixture
def quick(monkeypatch) -> None:
    """Graphs that nobody builds, which do what they should."""
    monkeypatch.setattr(workflow, "onnx_model", lambda *_, **__: b"\x08\x08\x12\x06nuchal")
    monkeypatch.setattr(workflow, "_largest_difference", lambda *_: 2e-7)


@pytest.mark.usefixtures("quick")
def test_ones_own_networks_and_what_is_said_of_them(home, tmp_path, capsys) -> None:
    out = tmp_path / "neck.onnx"
    words = ("--preset", "paper", "--network", home / "own.npz", "--out", out)
    assert run(*words) == 0
    said = capsys.readouterr().out
    assert "networks of preset paper, version 0.0.9" in said
    assert "20 ms before the latest frame" in said
    assert "differ by at most 2e-07 of maximal force" in said
    for name, port in (inputs_of("paper") | OUTPUTS).items():
        (line,) = (line for line in said.splitlines() if line.split()[:1] == [name])
        assert port.unit in line
    assert out.read_bytes().endswith(b"nuchal")
    assert run(*words) == 0  # its own files it replaces
    assert [p.name for p in tmp_path.iterdir()] == ["neck.onnx"]


@pytest.mark.parametrize(
    ("words", "complaints"),
    [
        (("--preset", "mine"), ("--preset", "recommended")),
        (("--preset", "classical"), ("classical", "paper, recommended")),
        (("--batch", 0), ("--batch",)),
        (("--batch", "many"), ("--batch",)),
        (("--network", "absent.npz"), ("absent.npz",)),
        (("--network", "damaged.npz"), ("damaged.npz", "nuchal learn")),
        (("--network", "person.toml"), ("person.toml", "nuchal learn")),
        (("--network", "."), (".: ",)),
        (("--network", "later.npz"), ("later.npz", "99")),
        (("--network", "own.npz"), ("own.npz", "preset", "paper")),
    ],
)
def test_networks_that_cannot_be_are_one_sentence(
    home, tmp_path, monkeypatch, capsys, words, complaints
) -> None:
    monkeypatch.chdir(home)
    before = sorted(home.iterdir())
    assert run(*words, "--out", tmp_path / "neck.onnx") == 2
    error = complaint(capsys)
    assert [part for part in complaints if part not in error] == []
    assert list(tmp_path.iterdir()) == []
    assert sorted(home.iterdir()) == before


@pytest.mark.parametrize(
    "place",
    [
        "absent/neck.onnx",
        ".",
        "file/neck.onnx",
        "foreign.onnx",
        f"{'n' * 300}.onnx",
        "/proc/neck.onnx",
    ],
)
def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path, capsys, place) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    (tmp_path / "foreign.onnx").write_bytes(FOREIGN)
    assert run("--out", tmp_path / place) == 2
    error = complaint(capsys)
    assert str(tmp_path / place) in error
    assert "out" in error
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "foreign.onnx"]
    assert (tmp_path / "foreign.onnx").read_bytes() == FOREIGN


@pytest.mark.usefixtures("quick")
def test_what_is_foreign_goes_when_told_to_but_never_the_weights(home, tmp_path, capsys) -> None:
    foreign, weights = tmp_path / "foreign.onnx", tmp_path / "own.npz"
    foreign.write_bytes(FOREIGN)
    assert run("--force", "--out", foreign) == 0
    assert foreign.read_bytes().endswith(b"nuchal")
    capsys.readouterr()
    weights.write_bytes((home / "own.npz").read_bytes())
    words = ("--preset", "paper", "--network", weights, "--out", weights)
    assert run(*words, "--force") == 2
    assert "own.npz: " in complaint(capsys)
    assert weights.read_bytes() == (home / "own.npz").read_bytes()


@pytest.mark.parametrize("missing", ["onnx", "onnxruntime"])
def test_without_the_extra_it_says_what_to_install(monkeypatch, tmp_path, capsys, missing) -> None:
    monkeypatch.setattr(errors, "find_spec", lambda name: None if name == missing else name)
    assert run("--out", tmp_path / "neck.onnx") == 2
    assert "pip install 'nuchal[onnx]'" in complaint(capsys)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("apart", [2e-5, float("nan")])
def test_a_graph_that_gives_other_forces_is_not_written(
    monkeypatch, tmp_path, capsys, apart
) -> None:
    monkeypatch.setattr(workflow, "_largest_difference", lambda *_: apart)
    assert run("--out", tmp_path / "neck.onnx") == 2
    assert "neck.onnx: " in complaint(capsys)
    assert list(tmp_path.iterdir()) == []


def test_a_difference_is_noticed(monkeypatch) -> None:
    """Of one force in one frame, by a thousandth of what the muscle can do."""
    stored = shipped_network("recommended")
    strength = np.asarray(nuchal.generic_anatomy().max_isometric_force)
    exact = {name: np.zeros((8, *port.shape)) for name, port in OUTPUTS.items()}
    other = {name: x.copy() for name, x in exact.items()}
    other["low"][5, 40] = 1e-3 * strength[40]
    monkeypatch.setattr(workflow.jax, "jit", lambda *_, **__: lambda *_: list(exact.values()))
    monkeypatch.setattr(workflow, "frames_to_compare", typical_inputs)
    monkeypatch.setattr(workflow, "run_onnx", lambda *_: other)
    assert workflow._largest_difference(stored, b"") == pytest.approx(1e-3)
