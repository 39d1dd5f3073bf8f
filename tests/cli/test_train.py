"""``nuchal train``, from words to a folder."""

import json

import numpy as np
import pandas as pd
import pytest

import nuchal
from nuchal.cli import main
from nuchal.io.networks.paper import read_networks

WORDS = ("train", "--subjects", 2, "--epochs", 2)
FILES = {"networks.npz", "metrics.csv", "training.json", "model_card.md"}


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as left:
        main([str(word) for word in words])
    return left.value.code


@pytest.mark.slow
def test_the_papers_networks_from_nothing(tmp_path, capsys) -> None:
    out = tmp_path / "net"
    assert run(*WORDS, "--json", "--out", out) == 0
    told = json.loads(capsys.readouterr().out)
    assert {p.name for p in out.iterdir()} == FILES | {"forces.png", "forces.svg"}
    assert sum(told["samples"].values()) == 1200
    assert told["samples"] == {"train": 768, "validation": 192, "test": 240}
    networks, about = read_networks(out / "networks.npz")
    assert networks.sizes == (12, 64, 32, 1)
    assert networks.count == 72
    assert about["outputs"] == list(nuchal.MUSCLES)
    assert about["data"]["recipe"]["preset"] == "paper"
    metrics = pd.read_csv(out / "metrics.csv")
    for row, muscle in zip(metrics.itertuples(), told["muscles"], strict=True):
        assert row.muscle == muscle["muscle"]
        if muscle["flat"]:
            assert row.judged_by == "rmse_share_of_maximum"
            assert np.isnan(row.r2)
        else:
            assert row.r2 == pytest.approx(muscle["r2"], abs=1e-6)
    card = (out / "model_card.md").read_text("utf-8")
    assert all(f"| {name} | " in card for name in nuchal.MUSCLES)


@pytest.mark.slow
def test_a_movement_is_kept_apart_and_the_card_says_so(tmp_path, capsys) -> None:
    out = tmp_path / "net"
    assert run(*WORDS, "--split", "movement", "--no-figures", "--json", "--out", out) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["samples"] == {"train": 720, "validation": 180, "test": 300}
    card = (out / "model_card.md").read_text("utf-8")
    assert "| kept apart | learnt from: flexion and extension, lateral bending, axial rot" in card
    split = json.loads((out / "training.json").read_text("utf-8"))["split"]
    assert split["kind"] == "movement"
    assert "never seen in training" in split["kept_apart"]


@pytest.mark.slow
def test_a_dataset_on_disk_gives_the_same_networks(tmp_path, capsys) -> None:
    data, words = tmp_path / "d.zarr", ("--epochs", 1, "--no-figures")
    made = ("--subjects", 2, "--pooled", "--preset", "paper", "--out", data)
    assert run("generate", *made) == 0
    assert run("train", data, *words, "--out", tmp_path / "a") == 0
    assert run("train", "--subjects", 2, *words, "--out", tmp_path / "b") == 0
    assert {p.name for p in (tmp_path / "a").iterdir()} == FILES
    one, other = (read_networks(tmp_path / k / "networks.npz").networks for k in "ab")
    for mine, theirs in zip(one.layers.weights, other.layers.weights, strict=True):
        assert (mine == theirs).all()
    capsys.readouterr()
    assert run("train", data, "--preset", "classical", "--out", tmp_path / "c") == 2
    error = capsys.readouterr().err
    assert str(data) in error
    assert "paper" in error
    assert not (tmp_path / "c").exists()


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (("absent.zarr",), "absent.zarr"),
        (("--subjects", 0), "--subjects"),
        (("--epochs", 0), "--epochs"),
        (("--preset", "mine"), "--preset"),
        pytest.param(
            ("--split", "necks", "--subjects", 2, "--epochs", 1),
            "2 necks",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_bad_input_is_one_sentence(tmp_path, monkeypatch, capsys, words, place) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("train", *words, "--out", "net") == 2
    error = capsys.readouterr().err
    assert place in error
    assert error.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_found_before_the_work(tmp_path, capsys) -> None:
    out = tmp_path / "file"
    out.write_text("mine")
    assert run(*WORDS, "--out", out) == 2
    assert str(out) in capsys.readouterr().err
    assert out.read_text() == "mine"
