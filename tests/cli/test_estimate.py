"""``nuchal estimate`` from words on the command line to a folder of results."""

import contextlib
import io
import json
from pathlib import Path

import numpy as np
import pandas
import pytest

import nuchal
from nuchal.cli import main

FRAMES = 120
TABLES = {
    "coordinates.mot": 6,
    "head_on_thorax.mot": 3,
    "forces.sto": 72,
    "activations.sto": 72,
    "moments.sto": 18,
    "reserves.sto": 6,
    "reactions.sto": 24,
    "lengths.sto": 72,
    **{f"moment_arms_{name}.sto": 72 for name in nuchal.COORDINATES},
}


def run(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as left:
        main(["estimate", *map(str, arguments)])
    return left.value.code


@pytest.fixture(scope="module")
def recording(first_frames) -> Path:
    """The first frames of the demonstration."""
    return first_frames(FRAMES, "short.trc")


@pytest.fixture(scope="module")
def person(root: Path) -> Path:
    return root / "examples/person.toml"


@pytest.fixture(scope="module")
def result(recording: Path, person: Path, tmp_path_factory) -> Path:
    """A folder of results, diagnostics included."""
    out = tmp_path_factory.mktemp("estimate") / "result"
    words = ("--subject", person, "--out", out, "--preset", "classical")
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        assert run(recording, *words, "--diagnostics", "--no-figures") == 0
    (out.parent / "printed.txt").write_text(printed.getvalue(), "utf-8")
    return out


def read(path: Path) -> pandas.DataFrame:
    return pandas.read_csv(path, sep="\t", skiprows=7, index_col="time")


def test_every_table_is_there_and_whole(result) -> None:
    assert {p.name for p in result.iterdir()} == {*TABLES, "summary.json", "status.csv"}
    for name, columns in TABLES.items():
        table = read(result / name)
        assert table.shape == (FRAMES, columns), name
        assert np.isfinite(table.to_numpy()).all(), name


def test_the_tables_balance(result) -> None:
    """Moment arms times forces, and the reserves, are the net moments: from the files alone."""
    forces, moments = read(result / "forces.sto"), read(result / "moments.sto")
    reserves = read(result / "reserves.sto")
    for name in nuchal.COORDINATES:
        arms = read(result / f"moment_arms_{name}.sto")
        supplied = (arms * forces).sum(axis=1) + reserves[name]
        np.testing.assert_allclose(supplied, moments[f"{name}_net"], atol=1e-6)


def test_the_moment_arms_are_how_lengths_change(result) -> None:
    lengths = read(result / "lengths.sto").to_numpy()
    angles = np.radians(read(result / "coordinates.mot").to_numpy())
    arms = np.stack([read(result / f"moment_arms_{n}.sto") for n in nuchal.COORDINATES], axis=1)
    steps = np.diff(angles, axis=0)
    midway = 0.5 * (arms[1:] + arms[:-1])
    predicted = -np.einsum("tkm,tk->tm", midway, steps)
    np.testing.assert_allclose(np.diff(lengths, axis=0), predicted, atol=2e-8)


def test_what_is_said_is_what_the_tables_hold(result) -> None:
    printed = (result.parent / "printed.txt").read_text("utf-8")
    found = json.loads((result / "summary.json").read_text("utf-8"))
    forces = read(result / "forces.sto")
    neck = found["groups"]["sternocleidomastoid"]
    peak = forces[neck["muscles"]["left"]].sum(axis=1).max()
    (row,) = [line for line in printed.splitlines() if "sternocleidomastoid" in line]
    assert float(row.split()[3]) == pytest.approx(peak, abs=0.5)
    assert f"{FRAMES} of {FRAMES} frames are usable" in printed
    assert "up +Z, forward -Y, right -X" in printed
    assert "forces.sto" in printed
    assert "not a medical device" in printed


def test_json_is_the_summary_and_nothing_else(recording, person, tmp_path, capsys) -> None:
    words = ("--subject", person, "--out", tmp_path / "r", "--preset", "classical")
    assert run(recording, *words, "--no-figures", "--json") == 0
    printed = capsys.readouterr()
    summary = (tmp_path / "r/summary.json").read_text("utf-8")
    assert json.loads(printed.out) == json.loads(summary)
    assert printed.err == ""


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda text: text.replace("\tmm\t", "\tm\t"), "--units mm"),
        (lambda text: text.replace("TP\t", "AB\t"), "--marker TP"),
        (lambda text: text[: len(text) // 2], "cut off"),
        (lambda _: "", "empty"),
    ],
    ids=["mm for m", "no top of head", "cut off", "empty"],
)
def test_bad_input_is_one_sentence_and_leaves_nothing(
    recording, person, tmp_path, capsys, change, complaint
) -> None:
    bad = tmp_path / "bad.trc"
    bad.write_text(change(recording.read_text("utf-8")), "utf-8")
    status = run(bad, "--subject", person, "--out", tmp_path / "out")
    error = capsys.readouterr().err
    assert status == 2
    assert error.startswith(f"nuchal: {bad}")
    assert error.count("\n") == 1
    assert complaint in error
    assert [p.name for p in tmp_path.iterdir()] == ["bad.trc"]


def test_a_term_that_there_is_not_is_one_sentence(recording, person, tmp_path, capsys) -> None:
    words = ("--subject", person, "--out", tmp_path / "out", "--weight", "laziness=1")
    assert run(recording, *words) == 2
    assert "laziness" in capsys.readouterr().err
