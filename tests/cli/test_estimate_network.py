"""``nuchal estimate --method network``: the same forces, with intervals; or why not."""

import json
from collections.abc import Callable
from pathlib import Path

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pandas
import pytest

import nuchal
from nuchal.cli import main
from nuchal.conventions import Preset
from nuchal.dynamics.inverse import no_load
from nuchal.io.networks import equilibrium as networks
from nuchal.io.networks.equilibrium import StoredNeckNetwork, write_neck_network
from nuchal.io.opensim.storage import write_storage
from nuchal.model.kinematics import head_on_thorax
from nuchal.model.passive import posture_of_head
from nuchal.model.traits import trait_names, trait_sd, with_traits
from nuchal.movements.standard import standard_movement
from nuchal.networks.equilibrium.intervals import SITUATIONS, SPREAD_HIDDEN, spread_inputs
from nuchal.networks.equilibrium.proposal import FEATURES, fresh_network
from nuchal.networks.equilibrium.records import Domain, NeckNetwork, Spread
from nuchal.networks.equilibrium.window import NOISE_LEVELS_RAD, WINDOW_FRAMES
from nuchal.optimisation.own_strength import neck_of
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.optimisation.simulate import simulate
from nuchal.records import Motion
from nuchal.report.summaries.estimate import Summary
from nuchal.tracking.smoothing import smooth

FRAMES = 120
ABOUT = {"version": "0.0.1"}
PERSON = "neck_length_m = 0.112\nshoulder_width_m = 0.395\nbody_mass_kg = 74.0\n"

BORDERS = (
    np.full(3, 1.2),
    np.full(3, 6.0),
    np.full(3, 80.0),
    np.full(3, 0.3),
    np.array([4.0, 0.4, 0.4, 0.4]),
)
"""Of posture [rad], speed [rad/s], acceleration [rad/s^2], scales, and load [kg, kg m]."""


def handmade_network(preset: Preset, *, width: float = 0.01) -> NeckNetwork:
    """A network that proposes next to nothing, so that mechanics has to do it all.

    True forces are said to lie within ``width`` of maximal isometric force.
    """
    inputs = np.zeros((2, len(FEATURES)), np.float32)
    proposal = fresh_network(jax.random.key(1), inputs, np.full(6, 1e-3))
    traits = len(trait_names(nuchal.generic_anatomy(PRESET_SETTINGS[preset].form)))
    spread_in = np.zeros((2, spread_inputs(72, traits)), np.float32)
    spread = fresh_network(jax.random.key(2), spread_in, np.ones(72), SPREAD_HIDDEN)
    still = np.zeros_like(spread.weights[-1])
    scale = np.full(72, np.log(width / 2e-4), np.float32)
    spread = type(spread)(
        (*spread.weights[:-1], still),
        (*spread.biases[:-1], scale),
        spread.input_mean,
        spread.input_sd,
        spread.output_scale,
    )
    centre, shape = np.zeros((5, 4), np.float32), np.zeros((5, 4, 4), np.float32)
    centre[3, :3] = 1.0
    for k, border in enumerate(BORDERS):
        shape[k, : len(border), : len(border)] = np.diag(1.0 / border)
    return NeckNetwork(
        proposal=proposal,
        spread=Spread(spread, np.ones((2, len(SITUATIONS), 72), np.float32)),
        filters=np.zeros((len(NOISE_LEVELS_RAD), 3, WINDOW_FRAMES), np.float32),
        filter_errors=np.geomspace(0.02, 3.0, len(NOISE_LEVELS_RAD)).astype(np.float32),
        domain=Domain(centre, shape),
    )


def run(*words: str | Path) -> int:
    with pytest.raises(SystemExit) as left:
        main(["estimate", *map(str, words), "--no-figures"])
    return left.value.code


def read(path: Path) -> pandas.DataFrame:
    return pandas.read_csv(path, sep="\t", skiprows=7, index_col="time")


def told(folder: Path) -> dict:
    text = (folder / "summary.json").read_text("utf-8")
    assert Summary.model_validate_json(text)
    found: dict = json.loads(text)
    return found


def mean_range(forces: pandas.DataFrame) -> float:
    return float((forces.max() - forces.min()).mean())


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """Weights of two presets, and people."""
    folder = tmp_path_factory.mktemp("home")
    presets: tuple[Preset, ...] = ("recommended", "paper")
    for preset in presets:
        about = ABOUT | {"preset": preset, "preset_version": PRESET_SETTINGS[preset].version}
        write_neck_network(folder / f"{preset}.npz", handmade_network(preset), about)
    (folder / "person.toml").write_text(PERSON, "utf-8")
    (folder / "giant.toml").write_text(PERSON.replace("0.112", "0.142"), "utf-8")
    move(folder / "moves.mot")
    return folder


def move(path: Path, *, faster: float = 1.0, farther: float = 1.0) -> Path:
    """Coordinates of the beginning of the standard movement, less far and as much quicker."""
    motion = standard_movement()
    frames, size = slice(None, 2 * FRAMES, 2), 0.4
    q = farther * size * np.degrees(np.asarray(motion.q))[frames]
    time = size * np.asarray(motion.time)[frames] / faster
    write_storage(path, name="moves", labels=nuchal.COORDINATES, time=time, data=q, in_degrees=True)
    return path


@pytest.fixture
def shipped(home: Path, monkeypatch) -> None:
    """The handmade networks come with the package."""

    def handmade(preset: str) -> StoredNeckNetwork:
        return networks.read_neck_network(home / f"{preset}.npz")

    monkeypatch.setattr(networks, "shipped_network", handmade)


@pytest.fixture(
    scope="module", params=["recommended", pytest.param("paper", marks=pytest.mark.slow)]
)
def three(request, home: Path) -> dict[str, Path]:
    """Folders of the same recording by each method."""
    preset = request.param
    given = (home / "moves.mot", "--subject", home / "person.toml", "--preset", preset)
    network = ("--method", "network", "--network", home / f"{preset}.npz")
    more = {"optimisation": ("--method", "optimisation"), "network": (*network, "--diagnostics")}
    more["corrected"] = (*network, "--correct")
    out = {name: home / preset / name for name in more}
    for name, words in more.items():
        assert run(*given, *words, "--out", out[name]) == 0
    return out


def test_network_and_optimisation_agree_unless_the_network_says_not(three) -> None:
    """Without training, a few frames end far from balance: those are flagged."""
    flagged = told(three["network"])["frames"]["by_status"]["infeasible"]["count"]
    off = read(three["network"] / "reserves.sto").abs().max(axis=1) > 1e-3
    assert off.sum() == flagged < 0.05 * FRAMES
    for name, within in (("forces", 2e-3), ("activations", 1e-4), ("reactions", 5e-3)):
        exact, found = (
            read(three[method] / f"{name}.sto")[~off] for method in ("optimisation", "network")
        )
        np.testing.assert_allclose(found, exact, atol=within, err_msg=name)


def test_corrected_forces_are_those_of_optimisation(three) -> None:
    exact, found = (read(three[name] / "forces.sto") for name in ("optimisation", "corrected"))
    assert np.abs(found - exact).to_numpy().max() < 1e-6
    moved = told(three["corrected"])["network"]["correction"]
    before = read(three["network"] / "forces.sto")
    assert moved["largest_moved_N"] == pytest.approx(
        np.abs(found - before).to_numpy().max(), rel=1e-2, abs=1e-5
    )
    assert moved["newton_steps"] < 0.7 * moved["newton_steps_unaided"]


def test_what_forces_leave_unbalanced_is_told(three) -> None:
    """Moment arms times forces, and the reserves, are the net moments: from the files alone."""
    folder = three["network"]
    forces, moments, reserves = (
        read(folder / f"{name}.sto") for name in ("forces", "moments", "reserves")
    )
    for name in nuchal.COORDINATES:
        arms = read(folder / f"moment_arms_{name}.sto")
        left = moments[f"{name}_net"] - (arms * forces).sum(axis=1)
        np.testing.assert_allclose(left, reserves[name], atol=1e-6)
    found = told(folder)["network"]["equilibrium"]
    assert found["worst_Nm"] == pytest.approx(reserves.abs().to_numpy().max(), abs=1e-8)
    assert found["rms_Nm"] == pytest.approx(np.sqrt((reserves**2).to_numpy().mean()), abs=1e-8)


def test_known_coordinates_leave_no_traits_in_doubt(three, home) -> None:
    folder = three["network"]
    neck = neck_of(nuchal.read_subject(home / "person.toml"), told(folder)["preset"])
    forces, low, high = (
        read(folder / f"forces{end}.sto").to_numpy() for end in ("", "_low", "_high")
    )
    width = 0.01001 * np.asarray(neck.max_isometric_force)
    np.testing.assert_allclose(high - forces, np.tile(width, (FRAMES, 1)), rtol=2e-3)
    np.testing.assert_allclose(low, np.maximum(forces - width, 0.0), atol=1e-3)
    found = told(folder)["network"]
    assert found["traits"] is None
    assert found["domain"]["share_outside"] == 0.0
    within = told(folder)["intervals"]
    assert within["coverage"] == 0.9
    assert within["mean_width_N"] == pytest.approx((high - low).mean(), rel=1e-3)


def test_optimisation_tells_nothing_of_networks(three) -> None:
    found = told(three["optimisation"])
    assert (found["method"], found["network"]) == ("optimisation", None)
    assert not list(three["optimisation"].glob("forces_*.sto"))


@pytest.mark.usefixtures("shipped")
def test_auto_takes_the_network_where_the_recording_is_like_its_training(
    home, tmp_path, capsys
) -> None:
    given = (home / "moves.mot", "--subject", home / "person.toml", "--out", tmp_path / "r")
    assert run(*given) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "Method: network, as the recording is like its training." in printed
    assert "from forces_low.sto to forces_high.sto, made to hold 90 %" in printed
    assert (tmp_path / "r/forces_low.sto").is_file()
    assert run(*given, "--method", "optimisation") == 0
    assert not (tmp_path / "r/forces_low.sto").exists()


@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize(
    ("change", "words", "respect"),
    [
        ({"faster": 6.0}, (), "speed"),
        ({"farther": 4.0, "faster": 0.3}, (), "posture"),
        ({}, ("--subject", "giant.toml"), "body"),
        ({}, ("--load-kg", "6"), "load"),
    ],
    ids=["too fast", "too far", "too large", "too heavy"],
)
def test_what_is_unlike_the_training_is_left_to_optimisation(
    home, tmp_path, change, words, respect
) -> None:
    recording = move(tmp_path / "moves.mot", **change)
    given = [recording, "--subject", home / "person.toml", "--out", tmp_path / "auto"]
    given += [home / word if word.endswith(".toml") else word for word in words]
    assert run(*given) == 0
    found = told(tmp_path / "auto")
    assert found["method"] == "optimisation"
    (sentence,) = [
        s for s in (one["text"] for one in found["assumptions"]) if "unlike what the network" in s
    ]
    assert respect in sentence
    assert run(*given, "--method", "network", "--out", tmp_path / "asked") == 0
    asked = told(tmp_path / "asked")
    domain = asked["network"]["domain"]
    assert domain["respects"][respect]["worst"] > 1.0
    assert f"{domain['respects'][respect]['worst']:.2g} times" in sentence
    flagged, beyond, good = (
        asked["frames"]["by_status"][status]["count"]
        for status in ("outside_training", "beyond_range", "ok")
    )
    marked = round(domain["share_outside"] * FRAMES)
    assert flagged <= marked <= FRAMES - good
    assert flagged > 0 or beyond >= marked
    assert asked["frames"]["usable"] == good + flagged
    assert [
        s
        for s in (one["text"] for one in asked["assumptions"])
        if "their intervals may be too narrow" in s
    ]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--method", "network", "--weight", "energy=1"), "--weight"),
        (
            ("--method", "network", "--preset", "classical", "--engine", "opensim"),
            "--engine opensim",
        ),
        (("--method", "network", "--preset", "classical"), "classical"),
        (("--network", "paper.npz"), "--preset paper"),
        (("--network", "none.npz"), "none.npz"),
        (("--network", "person.toml"), "person.toml"),
        (("--network", "recommended.npz", "--weight", "energy=1"), "--network"),
        (("--method", "optimisation", "--network", "recommended.npz"), "--network"),
        (("--method", "optimisation", "--correct"), "--correct"),
    ],
)
def test_a_network_that_cannot_be_is_one_sentence(home, tmp_path, capsys, words, complaint) -> None:
    given = (home / "moves.mot", "--subject", home / "person.toml", "--out", tmp_path / "out")
    words = tuple(home / w if w.endswith((".npz", ".toml")) else w for w in words)
    assert run(*given, *words) == 2
    error = capsys.readouterr().err
    assert error.startswith("nuchal: ")
    assert error.count("\n") == 1
    assert complaint in error
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.usefixtures("shipped")
def test_auto_says_why_there_is_no_network(home, tmp_path) -> None:
    given = (home / "moves.mot", "--subject", home / "person.toml", "--out", tmp_path / "r")
    assert run(*given, "--weight", "hyoid=3") == 0
    found = told(tmp_path / "r")
    assert (found["method"], found["method_reason"]) == (
        "optimisation",
        "as the weights of the objective were changed",
    )


@pytest.mark.slow
@pytest.mark.usefixtures("shipped")
def test_markers_leave_traits_in_doubt(root: Path, home, tmp_path) -> None:
    """The demonstration was made with the mean person's traits, and markers that err by 0.7 mm."""
    recording = root / "examples/demo_recording.trc"
    assert run(recording, "--subject", home / "person.toml", "--out", tmp_path / "r") == 0
    found = told(tmp_path / "r")
    traits = found["network"]["traits"]["traits"]
    assert list(traits) == list(trait_names(nuchal.generic_anatomy("living")))
    for mine in traits.values():
        assert abs(mine["mean"]) < 2.5 * mine["before_sd"]
        assert mine["sd"] <= 1.0001 * mine["before_sd"]
        assert 0.0 < mine["doubt"] <= 1.0
    assert traits["upper_yaw"]["sd"] > 0.9 * traits["upper_yaw"]["before_sd"]
    told_of = [one["text"] for one in found["assumptions"]]
    assert [text for text in told_of if "in the intervals of the forces" in text]


@pytest.fixture(scope="module")
def demo(root: Path, tmp_path_factory) -> dict[str, Path]:
    """The demonstration by both methods, with the networks that come with the package."""
    folder = tmp_path_factory.mktemp("demo")
    given = (root / "examples/demo_recording.trc", "--subject", root / "examples/person.toml")
    for name in ("auto", "optimisation"):
        assert run(*given, "--method", name, "--out", folder / name) == 0
    return {name: folder / name for name in ("auto", "optimisation")}


def test_the_shipped_network_is_the_default_and_finds_what_optimisation_finds(demo) -> None:
    assert told(demo["auto"])["method"] == "network"
    exact, found = (read(demo[name] / "forces.sto") for name in ("optimisation", "auto"))
    unexplained = ((found - exact) ** 2).mean() / exact.var(ddof=0)
    assert unexplained.max() < 1e-4
    assert np.abs(found - exact).to_numpy().max() < 0.05
    assert told(demo["auto"])["network"]["equilibrium"]["share_of_net"] < 1e-4


def of_every(frame: Callable) -> Callable:
    return eqx.filter_jit(jax.vmap(frame, (None, 0)))


@pytest.mark.slow
def test_forces_of_other_necks_lie_within_the_intervals(demo, root) -> None:
    """The demonstration, had this person's neck other traits: as many as it is in doubt."""
    low, high = (read(demo["auto"] / f"forces_{end}.sto").to_numpy() for end in ("low", "high"))
    traits = told(demo["auto"])["network"]["traits"]["traits"].values()
    sd = np.array([one["doubt"] for one in traits]) * trait_sd(nuchal.generic_anatomy("living"))
    neck = neck_of(nuchal.read_subject(root / "examples/person.toml"), "recommended")
    q = np.radians(read(demo["auto"] / "coordinates.mot").to_numpy())
    heads = np.asarray(of_every(head_on_thorax)(neck, q))
    usual = np.asarray(of_every(posture_of_head)(neck, heads))
    settings, dice = PRESET_SETTINGS["recommended"].recruitment, np.random.default_rng(4)
    time, held = np.arange(len(q)) / 100.0, []
    for _ in range(8):
        other = with_traits(neck, jnp.asarray(sd * dice.normal(size=len(sd))))
        moved = np.asarray(of_every(posture_of_head)(other, heads))
        curve = smooth(time, q + moved - usual, cutoff_hz=6.0)
        status = np.zeros(len(q), int)
        motion = Motion(time, curve.value, curve.rate, curve.acceleration, status)
        true = np.asarray(simulate(other, motion, settings, no_load()).forces.force)
        held.append(((true >= low) & (true <= high)).mean())
    assert 0.75 < np.mean(held) < 0.99
