"""The networks against scikit-learn, closed forms, and what can go wrong with a file."""

import json
from pathlib import Path

import jax
import numpy as np
import pytest
from sklearn.metrics import r2_score, root_mean_squared_error
from sklearn.neural_network import MLPRegressor

from nuchal.errors import DatasetError, NetworkError
from nuchal.io.networks.paper import read_networks, write_networks
from nuchal.networks.accuracy import FLAT_SHARE, accuracy
from nuchal.networks.paper.network import (
    Layers,
    Networks,
    Scaling,
    fresh_layers,
    predict_forces,
    scaling_of,
)
from nuchal.networks.paper.samples import group_split, random_split
from nuchal.networks.paper.seen import seen_in
from nuchal.networks.paper.training import TrainingSettings, train

DICE = np.random.default_rng(5)


def some_networks(count: int = 3) -> Networks:
    layers = fresh_layers(jax.random.key(0), (12, 64, 32, 1), count)
    inputs = DICE.normal(3.0, 2.0, (50, 12)).astype(np.float32)
    forces = DICE.normal(20.0, 5.0, (50, count)).astype(np.float32)
    return Networks(jax.device_get(layers), scaling_of(inputs, forces), seen_in(inputs, inputs))


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_the_forward_pass_is_that_of_scikit_learn() -> None:
    x = DICE.normal(size=(300, 12)).astype(np.float32)
    y = 7.0 + 3.0 * (np.sin(x[:, :3]) + x[:, 3:6] * x[:, 6:9])
    peers = [
        MLPRegressor(hidden_layer_sizes=(64, 32), max_iter=40, random_state=k).fit(x, y[:, k])
        for k in range(3)
    ]
    layers = Layers(
        tuple(np.stack([p.coefs_[k] for p in peers]).astype(np.float32) for k in range(3)),
        tuple(np.stack([p.intercepts_[k] for p in peers]).astype(np.float32) for k in range(3)),
    )
    plain = Scaling(*(np.full(n, v, np.float32) for n, v in ((12, 0), (12, 1), (3, 0), (3, 1))))
    ours = predict_forces(Networks(layers, plain, seen_in(x, x)), x)
    theirs = np.stack([p.predict(x) for p in peers], axis=1)
    assert ours == pytest.approx(theirs, rel=1e-4, abs=1e-4)


def test_inputs_are_z_scored_and_forces_in_newtons() -> None:
    networks = some_networks()
    x = DICE.normal(3.0, 2.0, (7, 12))
    scaling, layers = networks.scaling, networks.layers
    flow = ((x - scaling.input_mean) / scaling.input_sd)[None]
    for k, (w, b) in enumerate(zip(layers.weights, layers.biases, strict=True)):
        flow = np.einsum("ksi,kio->kso", np.broadcast_to(flow, (3, *flow.shape[1:])), w)
        flow = flow + b[:, None]
        flow = np.maximum(flow, 0.0) if k < 2 else flow
    wanted = flow[..., 0].T * scaling.output_sd + scaling.output_mean
    assert predict_forces(networks, x) == pytest.approx(wanted, rel=1e-4, abs=1e-3)


def test_any_number_of_samples_is_predicted_alike() -> None:
    networks = some_networks()
    x = DICE.normal(3.0, 2.0, (5000, 12))
    many = predict_forces(networks, x)
    assert many.shape == (5000, 3)
    assert predict_forces(networks, x[4990:]) == pytest.approx(many[4990:], rel=1e-5, abs=1e-4)
    assert predict_forces(networks, x[:0]).shape == (0, 3)


def test_a_constant_input_or_force_does_no_harm() -> None:
    scaling = scaling_of(np.full((9, 12), 0.3, np.float32), np.zeros((9, 3), np.float32))
    assert (np.asarray(scaling.input_sd) == 1.0).all()
    assert (np.asarray(scaling.output_sd) == 1.0).all()


def test_accuracy_is_that_of_scikit_learn() -> None:
    truth = DICE.normal(50.0, 10.0, (200, 4))
    guess = truth + DICE.normal(0.0, [1.0, 2.0, 3.0, 12.0], (200, 4))
    found = accuracy(truth, guess, maximal_force_n=np.full(4, 100.0))
    rmse = root_mean_squared_error(truth, guess, multioutput="raw_values")
    assert found.r2 == pytest.approx(r2_score(truth, guess, multioutput="raw_values"), rel=1e-12)
    assert found.rmse_n == pytest.approx(rmse, rel=1e-12)
    assert found.nrmse == pytest.approx(rmse / (truth.max(axis=0) - truth.min(axis=0)), rel=1e-12)
    assert found.share_of_maximum == pytest.approx(rmse / 100.0, rel=1e-12)
    assert not found.flat.any()
    assert found.spread("r2")[0] == found.r2.min()
    assert found.spread("nrmse")[0] == found.nrmse.max()


def test_a_flat_muscle_is_judged_by_its_maximal_force() -> None:
    truth = np.stack([np.full(100, 5.0), DICE.normal(5.0, 1.0, 100)], axis=1)
    found = accuracy(truth, truth + 0.5, maximal_force_n=np.array([100.0, 100.0]))
    assert found.flat.tolist() == [True, False]
    assert found.share_of_maximum == pytest.approx([0.005, 0.005])
    assert all(np.isfinite(x).all() for x in (found.r2, found.nrmse, found.rmse_n))
    assert found.spread("r2") == (found.r2[1],) * 3
    still = accuracy(truth[:, :1], truth[:, :1], maximal_force_n=np.array([100.0]))
    assert still.spread("r2") == (0.0, 0.0, 0.0)
    edge = np.array([-1.0, 1.0])[:, None] * FLAT_SHARE * 100.0
    assert not accuracy(1.01 * edge, edge, maximal_force_n=np.array([100.0])).flat[0]
    assert accuracy(0.99 * edge, edge, maximal_force_n=np.array([100.0])).flat[0]
    with pytest.raises(ValueError, match="samples"):
        accuracy(truth[:0], truth[:0], maximal_force_n=np.array([1.0, 1.0]))


def test_the_random_split_is_64_16_20() -> None:
    split = random_split(1000, 3)
    assert [len(part) for part in split] == [640, 160, 200]
    assert sorted(np.concatenate(split).tolist()) == list(range(1000))
    same, other = random_split(1000, 3), random_split(1000, 4)
    assert all((a == b).all() for a, b in zip(split, same, strict=True))
    assert (split.test != other.test).any()
    assert [len(part) for part in random_split(10, 1)] == [6, 2, 2]
    with pytest.raises(DatasetError) as refused:
        random_split(9, 1)
    assert refused.value.what == "dataset.too_few_samples"


def test_groups_stay_together() -> None:
    group = np.repeat(np.arange(100, 120), 7)[DICE.permutation(140)]
    split = group_split(group, 1)
    owners = [set(group[part]) for part in split]
    assert [len(own) for own in owners] == [13, 3, 4]
    assert sorted(np.concatenate(split).tolist()) == list(range(140))
    assert [len(part) for part in group_split(np.arange(3), 1)] == [1, 1, 1]
    with pytest.raises(DatasetError) as refused:
        group_split(np.array([0, 0, 1]), 1)
    assert refused.value.what == "dataset.too_few_groups"


@pytest.fixture(scope="module")
def lesson() -> tuple[np.ndarray, np.ndarray]:
    """A smooth function of which networks of this size are able."""
    dice = np.random.default_rng(0)
    x = dice.uniform(-1.0, 1.0, (6000, 12)).astype(np.float32)
    y = np.stack([3 * x[:, 0] + x[:, 1] * x[:, 2], np.sin(3 * x[:, 3]), 40 + x[:, 4] ** 2], axis=1)
    return x, (100.0 * y).astype(np.float32)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_training_learns_a_function_as_well_as_scikit_learn(lesson) -> None:
    x, y = lesson
    split = random_split(len(x), 1)
    settings = TrainingSettings(most_epochs=30, batch=128)
    told: list[float] = []
    found = train(
        x,
        y,
        train_on=split.train,
        validate_on=split.validation,
        settings=settings,
        progress=lambda _doing, share: told.append(share),
    )
    test = accuracy(
        y[split.test], predict_forces(found.networks, x[split.test]), maximal_force_n=np.ones(3)
    )
    assert test.r2.min() > 0.97
    for k in range(3):
        peer = MLPRegressor(
            hidden_layer_sizes=(64, 32),
            batch_size=128,
            learning_rate_init=6e-3,
            max_iter=30,
            random_state=1,
        )
        peer.fit(x[split.train], y[split.train, k] / y[:, k].std())
        theirs = peer.predict(x[split.test]) * y[:, k].std()
        assert test.r2[k] > r2_score(y[split.test, k], theirs) - 0.01
    assert told == sorted(told)
    assert found.networks.sizes == (12, 64, 32, 1)
    guess = predict_forces(found.networks, x[split.validation])
    loss = (((guess - y[split.validation]) / found.networks.scaling.output_sd) ** 2).mean(axis=0)
    assert found.validation_loss.min(axis=0) == pytest.approx(loss, rel=1e-3)
    assert (found.validation_loss.argmin(axis=0) + 1 == found.best_epoch).all()


@pytest.mark.slow
def test_the_same_seed_gives_the_same_weights(lesson) -> None:
    x, y = lesson
    rows = np.arange(400)
    runs = [
        train(
            x,
            y,
            train_on=rows[:300],
            validate_on=rows[300:],
            settings=TrainingSettings(most_epochs=2, batch=100, seed=seed),
        ).networks.layers.weights[1]
        for seed in (1, 1, 2)
    ]
    assert (runs[0] == runs[1]).all()
    assert (runs[0] != runs[2]).any()


@pytest.mark.slow
def test_a_network_that_stops_getting_better_keeps_its_best(lesson) -> None:
    """Noise can't be learnt: its network stops at once, while its neighbour goes on."""
    x, y = lesson
    rows = np.arange(600)
    forces = np.stack([y[:600, 0], np.random.default_rng(1).normal(size=600)], axis=1)
    found = train(
        x[:600],
        forces.astype(np.float32),
        train_on=rows[:400],
        validate_on=rows[400:],
        settings=TrainingSettings(most_epochs=60, batch=20, patience=4, learning_rate=1e-3),
    )
    learnt, noise = found.best_epoch
    assert noise < 15 < learnt
    first_stop = found.validation_loss[: noise + 4, 1]
    assert first_stop.argmin() + 1 == noise


def test_training_without_samples_is_refused(lesson) -> None:
    x, y = lesson
    with pytest.raises(DatasetError) as refused:
        train(
            x,
            y,
            train_on=np.arange(5),
            validate_on=np.arange(0),
            settings=TrainingSettings(),
        )
    assert refused.value.what == "dataset.no_samples"


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    path = tmp_path / "networks.npz"
    write_networks(path, some_networks(), {"preset": "paper"})
    return path


def test_weights_go_round(tmp_path) -> None:
    networks = some_networks()
    paths = [tmp_path / name for name in ("a.npz", "b.npz")]
    for path in paths:
        write_networks(path, networks, {"preset": "paper", "seed": 1})
    again, about = read_networks(paths[0])
    assert about == {"preset": "paper", "seed": 1}
    assert paths[0].read_bytes() == paths[1].read_bytes()
    for one, other in zip(jax.tree.leaves(again), jax.tree.leaves(networks), strict=True):
        assert (one == other).all()
        assert one.dtype == np.float32


def change(path: Path, **changes: object) -> None:
    with np.load(path) as file:
        arrays = dict(file)
    arrays |= {name: np.asarray(value) for name, value in changes.items() if value is not None}
    gone = [name for name, value in changes.items() if value is None]
    np.savez(path, **{name: x for name, x in arrays.items() if name not in gone})


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"format": 1}, "format"),
        ({"format": None}, "foreign"),
        ({"format": "one"}, "foreign"),
        ({"weight_1": None}, "no_array"),
        ({"about": np.frombuffer(b"{", np.uint8)}, "unexplained"),
        ({"about": np.frombuffer(json.dumps([1]).encode(), np.uint8)}, "unexplained"),
        ({"kind": np.frombuffer(b"neck", np.uint8)}, "other_kind"),
        ({"bias_0": np.zeros((3, 63), np.float32)}, "layers"),
        ({"input_sd": np.zeros(12, np.float32)}, "not_positive"),
        ({"weight_0": np.full((3, 12, 64), np.nan, np.float32)}, "numbers"),
        ({"weight_0": np.zeros((3, 12, 64))}, "numbers"),
        ({"output_sd": np.zeros((3, 1), np.float32)}, "shape"),
        ({"seen_points": np.zeros((5, 11), np.float32)}, "shape"),
        ({"seen_points": np.zeros((0, 12), np.float32)}, "shape"),
        ({"seen_border": np.zeros((), np.float32)}, "not_positive"),
    ],
)
def test_networks_of_another_make_are_refused(stored, changes, what) -> None:
    change(stored, **changes)
    with pytest.raises(NetworkError) as refused:
        read_networks(stored)
    assert refused.value.what == f"network.{what}"
    assert refused.value.file == stored


def test_damage_is_noticed(stored) -> None:
    whole = stored.read_bytes()
    middle = len(whole) // 2
    for spoilt in (whole[:middle], b"", b"something else", whole[:-30]):
        stored.write_bytes(spoilt)
        with pytest.raises(NetworkError) as refused:
            read_networks(stored)
        assert refused.value.what == "network.damaged"
    flipped = bytearray(whole)
    flipped[middle] ^= 0xFF
    stored.write_bytes(bytes(flipped))
    with pytest.raises(NetworkError) as refused:
        read_networks(stored)
    assert refused.value.what == "network.damaged"
    with pytest.raises(NetworkError) as refused:
        read_networks(stored.parent / "absent.npz")
    assert refused.value.what == "network.missing"


def test_nothing_is_unpickled(stored) -> None:
    change(stored, weight_0=np.array([{"a": 1}], dtype=object))
    with pytest.raises(NetworkError) as refused:
        read_networks(stored)
    assert refused.value.what == "network.damaged"
