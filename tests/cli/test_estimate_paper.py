"""``--method paper``: the networks of ``nuchal train`` on a person's recording."""

import json
from pathlib import Path

import jax
import numpy as np
import pandas
import pytest

import nuchal
from nuchal.cli import main
from nuchal.io.networks.paper import read_networks, write_networks
from nuchal.io.opensim.storage import write_storage
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import MUSCLES, generic_system
from nuchal.movements.standard import standard_movement
from nuchal.networks.paper.network import Networks, fresh_layers, predict_forces, scaling_of
from nuchal.networks.paper.samples import INPUTS, paper_inputs
from nuchal.networks.paper.seen import seen_in
from nuchal.optimisation.own_strength import neck_of
from nuchal.report.summaries.assessment import AssessmentSummary
from nuchal.report.summaries.estimate import Summary
from nuchal.tracking.place.calibration import marker_traces

PERSON = "neck_length_m = 0.112\nshoulder_width_m = 0.395\nbody_mass_kg = 74.0\n"
PAPER = ("--method", "paper", "--preset", "paper")
ABOUT = {
    "preset": "paper",
    "inputs": list(INPUTS),
    "outputs": list(MUSCLES),
    "system": generic_system().fingerprint,
    "test_r2": {"worst": 0.9, "median": 0.95, "best": 0.99},
    "split": {"kind": "random"},
    "data": {"recipe": {"motion": "standard"}},
}
BEGIN = slice(None, 240, 2)


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as left:
        main([str(word) for word in words])
    return int(left.value.code or 0)


def read(path: Path) -> np.ndarray:
    return pandas.read_csv(path, sep="\t", skiprows=7, index_col="time").to_numpy()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A person, a recording inside the generic range, and networks that saw it of that neck."""
    folder = tmp_path_factory.mktemp("paper")
    (folder / "person.toml").write_text(PERSON, "utf-8")
    (folder / "giant.toml").write_text(PERSON.replace("0.112", "0.142"), "utf-8")
    motion = standard_movement()
    q, time = 0.4 * np.asarray(motion.q)[BEGIN], 0.4 * np.asarray(motion.time)[BEGIN]
    write_storage(
        folder / "moves.mot",
        name="moves",
        labels=nuchal.COORDINATES,
        time=time,
        data=np.degrees(q),
        in_degrees=True,
    )
    inputs, neck = seen_by(folder, q)
    highest = np.asarray(neck.max_isometric_force)
    forces = highest * (0.1 + 0.1 * np.sin(np.arange(len(q)))[:, None])
    scaling = scaling_of(inputs, forces.astype(np.float32))
    layers = jax.device_get(fresh_layers(jax.random.key(0), (12, 8, 1), 72))
    scores = (inputs - scaling.input_mean) / scaling.input_sd
    networks = Networks(layers, scaling, seen_in(scores, scores + np.float32(0.02)))
    write_networks(folder / "networks.npz", networks, ABOUT)
    for name, wrong in {
        "old.npz": {"preset_version": 7},
        "unnamed.npz": {"outputs": ["a"]},
        "other.npz": {"system": "another"},
    }.items():
        write_networks(folder / name, networks, ABOUT | wrong)
    return folder


def seen_by(folder: Path, q: np.ndarray) -> tuple[np.ndarray, Anatomy]:
    person = nuchal.read_subject(folder / "person.toml")
    neck = neck_of(person, "paper")
    measures = [person.neck_length_m, person.shoulder_width_m, person.head_and_neck_mass_kg]
    return paper_inputs(np.asarray(marker_traces(neck, q))[None], np.array([measures]))[0], neck


@pytest.fixture(scope="module")
def out(home: Path) -> Path:
    given = (home / "moves.mot", "--subject", home / "person.toml", "--out", home / "out")
    words = ("--network", home / "networks.npz", "--diagnostics", "--no-figures")
    assert run("estimate", *given, *PAPER, *words) == 0
    return home / "out"


@pytest.fixture(scope="module")
def found(out: Path) -> Summary:
    return Summary.model_validate_json((out / "summary.json").read_text("utf-8"))


def test_forces_are_those_of_the_markers_in_the_file(home: Path, out: Path) -> None:
    q = np.radians(read(out / "coordinates.mot"))
    inputs, neck = seen_by(home, q)
    direct = predict_forces(read_networks(home / "networks.npz").networks, inputs)
    wanted = np.clip(direct, 0.0, np.asarray(neck.max_isometric_force))
    assert np.abs(read(out / "forces.sto") - wanted).max() < 1e-3


def test_what_forces_leave_open_is_in_the_reserves(out: Path, found: Summary) -> None:
    """Moment arms times forces, and the reserves, are the net moments: from the files alone."""
    forces, reserves = read(out / "forces.sto"), read(out / "reserves.sto")
    net = read(out / "moments.sto")[:, ::3]
    for k, name in enumerate(nuchal.COORDINATES):
        made = (read(out / f"moment_arms_{name}.sto") * forces).sum(axis=1)
        assert net[:, k] - made == pytest.approx(reserves[:, k], abs=1e-6)
    assert found.paper is not None
    assert found.paper.equilibrium.worst_Nm == pytest.approx(np.abs(reserves).max(), abs=1e-8)
    assert found.worst_optimality is None
    assert found.network is None
    assert not list(out.glob("forces_*.sto"))


def test_the_movement_of_the_training_is_inside_and_the_warning_is_there(
    found: Summary,
) -> None:
    assert found.method == "paper"
    assert found.paper is not None
    assert found.paper.weights == "networks.npz"
    assert found.paper.share_outside < 0.05
    assert found.frames.usable == found.frames.by_status["ok"].count
    (said,) = [one.text for one in found.assumptions if one.what == "paper_networks"]
    assert "0.950 in the median" in said


def test_frames_beyond_the_training_are_marked_and_not_used(home: Path, tmp_path: Path) -> None:
    given = (home / "moves.mot", "--subject", home / "giant.toml", "--out", tmp_path / "out")
    words = ("--network", home / "networks.npz", "--no-figures", "--json")
    assert run("estimate", *given, *PAPER, *words) == 0
    found = json.loads((tmp_path / "out/summary.json").read_text("utf-8"))
    count = found["frames"]["count"]
    assert found["frames"]["by_status"]["outside_training"]["count"] == count
    assert found["frames"]["usable"] == 0
    assert found["paper"]["share_outside"] == 1.0
    (said,) = [one["text"] for one in found["assumptions"] if one["what"] == "paper_outside"]
    assert said.startswith("100% of the frames")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ((*PAPER,), "give them with --network"),
        (("--method", "network", "--preset", "paper", "--network", "networks.npz"), "--method pa"),
        (("--preset", "paper", "--network", "networks.npz"), "--method paper"),
        (("--method", "paper", "--network", "networks.npz"), "--preset paper"),
        ((*PAPER, "--network", "neck.npz"), "--method network"),
        ((*PAPER, "--network", "person.toml"), "damaged"),
        ((*PAPER, "--network", "none.npz"), "no such file"),
        ((*PAPER, "--network", "old.npz"), "version 7"),
        ((*PAPER, "--network", "other.npz"), "another neck"),
        ((*PAPER, "--network", "unnamed.npz"), "72 muscles"),
        ((*PAPER, "--network", "networks.npz", "--load-kg", "2"), "--load-kg"),
        ((*PAPER, "--network", "networks.npz", "--correct"), "--correct"),
        ((*PAPER, "--network", "networks.npz", "--weight", "energy=1"), "--weight"),
        ((*PAPER, "--network", "networks.npz", "--engine", "opensim"), "--engine opensim"),
    ],
)
def test_what_cannot_be_is_one_sentence(home, tmp_path, capsys, root, words, complaint) -> None:
    weights = root / "src/nuchal/networks/equilibrium/weights/recommended.npz"
    given = (home / "moves.mot", "--subject", home / "person.toml", "--out", tmp_path / "out")
    places = {w: home / w for w in words if w.endswith((".npz", ".toml"))} | {"neck.npz": weights}
    assert run("estimate", *given, *(places.get(w, w) for w in words)) == 2
    error = capsys.readouterr().err
    assert error.startswith("nuchal: ")
    assert error.count("\n") == 1
    assert complaint in error
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_an_assessment_compares_with_the_same_networks(home: Path, tmp_path: Path, capsys) -> None:
    given = (home / "moves.mot", "--subject", home / "person.toml", "--out", tmp_path / "out")
    words = ("--network", home / "networks.npz", "--necks", "500", "--no-tables")
    assert run("assess", *given, *PAPER, *words) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "know the movement that they were trained on" in printed
    assert "About muscles nothing can be said: the paper's networks" in printed
    text = (tmp_path / "out/assessment.json").read_text("utf-8")
    found = AssessmentSummary.model_validate_json(text)
    assert [one.method for one in found.trials] == ["paper"]
    assert found.trials[0].usable_frames > 0
    assert {one.finding for one in found.muscles.values()} == {None}
    assert "the paper&#39;s networks" in (tmp_path / "out/report.html").read_text("utf-8").lower()
