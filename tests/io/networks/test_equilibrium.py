"""What is learnt for a preset as a file: it comes back as it went, and damage is named."""

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from nuchal.conventions import PRESETS
from nuchal.errors import NetworkError
from nuchal.io.networks import equilibrium as neck_networks
from nuchal.io.networks.arrays import FIRST_SYSTEM
from nuchal.io.networks.equilibrium import read_neck_network, shipped_network, write_neck_network
from nuchal.io.networks.paper import read_networks, write_networks
from nuchal.model.generic import generic_system
from nuchal.networks.equilibrium.intervals import SITUATIONS, spread_inputs
from nuchal.networks.equilibrium.records import NeckNetwork
from nuchal.networks.paper.network import Networks, fresh_layers, scaling_of
from nuchal.networks.paper.seen import seen_in

ABOUT = {"preset": "paper", "version": "0.1.0", "worst R2": 0.991, "seeds": [1, 2]}
WEIGHTS = Path(neck_networks.__file__).parents[2] / "networks" / "equilibrium" / "weights"


@pytest.fixture
def stored(tmp_path: Path, neck_network: NeckNetwork) -> Path:
    path = tmp_path / "neck.npz"
    write_neck_network(path, neck_network, ABOUT)
    return path


def test_networks_go_round_bit_for_bit(tmp_path, neck_network, stored) -> None:
    again, about = read_neck_network(stored)
    assert about == ABOUT
    assert jax.tree.structure(again) == jax.tree.structure(neck_network)
    for one, other in zip(jax.tree.leaves(again), jax.tree.leaves(neck_network), strict=True):
        assert isinstance(one, np.ndarray)
        assert one.dtype == np.float32
        assert one.tobytes() == np.asarray(other).tobytes()
    second = tmp_path / "second.npz"
    write_neck_network(second, jax.tree.map(jnp.asarray, again), about)
    assert second.read_bytes() == stored.read_bytes()


def test_what_was_read_predicts_the_same(neck_network, stored) -> None:
    inputs = np.random.default_rng(2).normal(size=spread_inputs(72, 3)).astype(np.float32)
    again = read_neck_network(stored).network
    mine, theirs = (
        (n.proposal(inputs[:27]), n.spread.network(inputs)) for n in (neck_network, again)
    )
    for one, other in zip(mine, theirs, strict=True):
        assert np.asarray(one).tobytes() == np.asarray(other).tobytes()


def test_any_language_can_read_it(stored, neck_network) -> None:
    with np.load(stored, allow_pickle=False) as file:
        assert file["format"] == 3
        assert json.loads(file["about"].tobytes()) == ABOUT
        assert file["proposal_weight_0"].shape == (27, 8)
        assert file["spread_bias_1"].shape == (72,)
        assert (file["spread_margins"] == neck_network.spread.margins).all()
        assert {file[name].dtype for name in file.files if name.split("_")[0] != "format"} == {
            np.dtype("f4"),
            np.dtype("u1"),
        }


def change(path: Path, **changes: object) -> None:
    with np.load(path) as file:
        arrays = dict(file)
    arrays |= {name: np.asarray(value) for name, value in changes.items() if value is not None}
    gone = [name for name, value in changes.items() if value is None]
    np.savez(path, **{name: x for name, x in arrays.items() if name not in gone})


def told(**about: object) -> np.ndarray:
    return np.frombuffer(json.dumps(about).encode(), np.uint8)


def f4(*shape: int, fill: float = 1.0) -> np.ndarray:
    return np.full(shape, fill, np.float32)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"format": 1}, "format"),
        ({"format": None}, "foreign"),
        ({"kind": None}, "other_kind"),
        ({"kind": told(kind="leg")}, "other_kind"),
        ({"about": None}, "unexplained"),
        ({"about": told(preset="mine", version="1")}, "unnamed"),
        ({"about": told(preset="paper")}, "unnamed"),
        ({"about": told(preset=["paper"], version="1")}, "unnamed"),
        ({"about": told(preset="paper", version="1", system="another")}, "other_system"),
        ({"filters": None}, "no_array"),
        ({"filters": f4(7, 3, 15)}, "shape"),
        ({"spread_margins": f4(2, len(SITUATIONS), 71)}, "shape"),
        ({"domain_shape": f4(5, 4, 4, fill=np.nan)}, "numbers"),
        ({"domain_centre": np.zeros((5, 4))}, "numbers"),
        ({"proposal_weight_0": f4(26, 8)}, "layers"),
        ({"proposal_weight_1": f4(9, 7)}, "layers"),
        ({"proposal_weight_1": None}, "no_array"),
        ({"proposal_bias_1": f4(8)}, "layers"),
        ({"proposal_input_sd": f4(27, fill=0.0)}, "not_positive"),
        ({"spread_output_scale": f4(71)}, "shape"),
        ({"spread_bias_0": None}, "no_array"),
        ({"spread_input_mean": None}, "no_array"),
    ],
)
def test_what_does_not_fit_is_named_with_a_remedy(stored, changes, what) -> None:
    change(stored, **changes)
    assert refused(stored).what == f"network.{what}"


def refused(path: Path) -> NetworkError:
    with pytest.raises(NetworkError) as raised:
        read_neck_network(path)
    assert raised.value.file == path
    assert "\n" not in str(raised.value)
    return raised.value


def test_every_array_is_needed(stored) -> None:
    whole = stored.read_bytes()
    with np.load(stored) as file:
        names = file.files
    for name in names:
        stored.write_bytes(whole)
        change(stored, **{name: None})
        refused(stored)


def test_damage_anywhere_is_refused(stored) -> None:
    whole = stored.read_bytes()
    dice = np.random.default_rng(1)
    for place in dice.integers(len(whole), size=600):
        spoilt = bytearray(whole)
        spoilt[place] ^= int(dice.integers(1, 256))
        stored.write_bytes(spoilt)
        try:
            again = read_neck_network(stored).network
        except NetworkError:
            continue
        assert all(np.isfinite(x).all() for x in jax.tree.leaves(again))
    for length in (0, 1, 30, len(whole) // 2, len(whole) - 1):
        stored.write_bytes(whole[:length])
        assert refused(stored).what == "network.damaged"


def test_what_would_have_to_be_unpickled_is_refused(stored) -> None:
    change(stored, filters=np.array([{}], object))
    assert refused(stored).what == "network.damaged"


def test_an_archive_that_unpacks_to_too_much_is_refused(stored) -> None:
    with zipfile.ZipFile(stored, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("more.npy", bytes(21_000_000))
    assert refused(stored).what == "network.too_large"


def test_foreign_files_are_refused(tmp_path) -> None:
    text = tmp_path / "text.npz"
    text.write_text("weights\n")
    assert refused(text).what == "network.damaged"
    other = tmp_path / "other.npz"
    np.savez(other, weight_0=np.zeros(3))
    assert refused(other).what == "network.foreign"
    with pytest.raises(NetworkError) as raised:
        read_neck_network(tmp_path / "absent.npz")
    assert raised.value.what == "network.missing"
    with pytest.raises(NetworkError) as raised:
        read_neck_network(tmp_path)
    assert raised.value.what == "network.unreadable"


def test_the_two_kinds_of_networks_are_told_apart(tmp_path, stored) -> None:
    x = np.random.default_rng(0).normal(size=(9, 12)).astype(np.float32)
    layers = jax.device_get(fresh_layers(jax.random.key(0), (12, 4, 1), 2))
    paper = tmp_path / "paper.npz"
    scaling = scaling_of(x, x[:, :2])
    write_networks(paper, Networks(layers, scaling, seen_in(x, x)), {"preset": "paper"})
    assert refused(paper).what == "network.other_kind"
    with pytest.raises(NetworkError) as raised:
        read_networks(stored)
    assert raised.value.what == "network.other_kind"


def test_networks_that_do_not_say_what_they_are_are_not_written(tmp_path, neck_network) -> None:
    for about in ({}, {"preset": "paper"}, {"preset": "mine", "version": "1"}):
        with pytest.raises(ValueError, match="preset"):
            write_neck_network(tmp_path / "a.npz", neck_network, about)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("preset", PRESETS)
def test_networks_come_with_the_package(preset) -> None:
    if (WEIGHTS / f"{preset}.npz").exists():
        assert shipped_network(preset).about["preset"] == preset
    else:
        with pytest.raises(NetworkError) as raised:
            shipped_network(preset)
        assert raised.value.what == "network.not_shipped"


def test_files_without_a_fingerprint_are_of_the_generic_neck() -> None:
    """A change of its names or of their order asks for new networks."""
    assert generic_system().fingerprint == FIRST_SYSTEM


def test_networks_are_refused_for_another_neck(stored) -> None:
    other = replace(generic_system(), neutral=(0.1, 0.0, 0.0, 0.0, 0.0, 0.0))
    with pytest.raises(NetworkError) as raised:
        read_neck_network(stored, other)
    assert raised.value.what == "network.other_system"


def test_networks_of_another_version_of_their_preset_are_refused(tmp_path, neck_network) -> None:
    """Those that say none are of the first, before necks had passive curves."""
    path = tmp_path / "old.npz"
    write_neck_network(path, neck_network, ABOUT | {"preset": "recommended"})
    with pytest.raises(NetworkError) as raised:
        read_neck_network(path)
    assert raised.value.what == "network.other_version"
    assert "version 1 of the preset recommended" in str(raised.value)


def test_shipped_networks_are_those_in_the_package(tmp_path, monkeypatch, neck_network) -> None:
    folder = tmp_path / "weights"
    folder.mkdir()
    write_neck_network(folder / "paper.npz", neck_network, ABOUT | {"preset": "paper"})
    monkeypatch.setattr(neck_networks, "files", lambda _package: tmp_path)
    assert shipped_network("paper").about["preset"] == "paper"
    with pytest.raises(NetworkError) as raised:
        shipped_network("classical")
    assert raised.value.what == "network.not_shipped"
