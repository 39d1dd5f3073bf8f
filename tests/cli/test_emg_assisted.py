"""``nuchal estimate --emg-weight``: EMG takes part in finding forces, and it is said how much."""

import contextlib
import io
import json
from pathlib import Path

import numpy as np
import pandas
import pytest

import nuchal
from nuchal.cli import main
from nuchal.commands.assisted import estimate_with_emg
from nuchal.commands.forces import estimate_recording
from nuchal.commands.options import NOTHING_OUTSIDE
from nuchal.commands.plan import plan_of
from nuchal.io.subject import read_subject
from nuchal.records import Estimate

FRAMES = 150


@pytest.fixture(scope="module")
def person(root: Path) -> Path:
    return root / "examples/person.toml"


@pytest.fixture(scope="module")
def recording(first_frames) -> Path:
    """The first frames of the demonstration."""
    return first_frames(FRAMES, "short.trc")


@pytest.fixture(scope="module")
def emg(root: Path) -> tuple[str, ...]:
    return (
        "--emg", str(root / "examples/demo_emg.csv"), "--mvc", str(root / "examples/demo_mvc.csv")
    )  # fmt: skip


@pytest.fixture(scope="module")
def found(root: Path, recording: Path, person: Path) -> dict[float, Estimate]:
    """Estimates by weight."""
    made = {}
    for weight in (0.0, 1.0, 1000.0):
        options = nuchal.EstimateOptions(
            preset="classical",
            emg=root / "examples/demo_emg.csv",
            mvc=(root / "examples/demo_mvc.csv",),
            emg_weight=weight,
        )
        plan = plan_of(read_subject(person), options)
        made[weight] = estimate_with_emg(recording, plan, options, NOTHING_OUTSIDE).estimate
    return made


def rmse(estimate: Estimate) -> np.ndarray:
    """Without and with EMG, a row a channel."""
    return np.array([one.rmse for one in estimate.assistance.channels])


def test_no_weight_changes_no_bit(
    recording: Path, person: Path, found: dict[float, Estimate]
) -> None:
    options = nuchal.EstimateOptions(preset="classical")
    plan = plan_of(read_subject(person), options)
    plain = estimate_recording(recording, plan).estimate
    np.testing.assert_array_equal(found[0.0].forces.force, plain.forces.force)
    np.testing.assert_array_equal(found[0.0].reactions.compression, plain.reactions.compression)
    assert np.array_equal(*rmse(found[0.0]).T)


def test_weight_brings_measured_muscles_to_their_emg(found: dict[float, Estimate]) -> None:
    """Every channel, the more the heavier; what is not measured makes the balance up."""
    few, many = rmse(found[1.0]), rmse(found[1000.0])
    np.testing.assert_array_equal(few[:, 0], rmse(found[0.0])[:, 0])
    assert few[:, 1].mean() < few[:, 0].mean()
    assert many[:, 1].mean() < 0.5 * many[:, 0].mean()
    for one in found.values():
        assert np.asarray(one.quality).all()
        made = np.einsum("tkm,tm->tk", one.moment_arms, one.forces.force)
        np.testing.assert_allclose(made, one.moments.net, rtol=0, atol=1e-6)
        assert one.method == "optimisation"


def test_an_electrode_draws_all_muscles_beneath_it(found: dict[float, Estimate]) -> None:
    """With all weight, those of one site have one activation, wherever the balance lets them."""
    channels = {one.label: one for one in found[1000.0].assistance.channels}
    muscles = channels["right_sternocleidomastoid"].muscles
    assert len(muscles) == 3
    columns = [nuchal.MUSCLES.index(name) for name in muscles]
    plain, drawn = (
        np.asarray(found[weight].forces.activation)[:, columns] for weight in (0.0, 1000.0)
    )
    assert np.median(np.ptp(drawn, axis=1)) < 1e-3
    assert np.abs(drawn - plain).max() > 0.005


def run(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as left:
        main(["estimate", *map(str, arguments)])
    return left.value.code


def test_a_folder_of_results_tells_of_the_emg(
    recording: Path, person: Path, emg: tuple[str, ...], tmp_path: Path, capsys
) -> None:
    words = ("--subject", person, "--out", tmp_path / "r", *emg, "--preset", "classical")
    assert run(recording, *words, "--emg-weight", "10") == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "Method: optimisation, as EMG takes part." in printed
    assert "EMG, weight 10" in printed
    assert "adds 10 times the squared difference" in printed
    assert "right sternocleidomastoid: stern_mast, cleid_mast, cleid_occ" in printed
    summary = json.loads((tmp_path / "r/summary.json").read_text("utf-8"))["emg"]
    assert summary["weight"] == 10.0
    assert summary["emg_file"] == "demo_emg.csv"
    for one in summary["channels"].values():
        assert one["rmse"] < one["rmse_without"]
    drawn = (tmp_path / "r/overview.svg").read_text("utf-8")
    assert "EMG-assisted (weight 10)" in drawn
    table = pandas.read_csv(tmp_path / "r/forces.sto", sep="\t", skiprows=7, index_col="time")
    assert table.shape == (FRAMES, 72)


@pytest.mark.slow
def test_forces_from_outside_go_with_it(
    recording: Path, person: Path, emg: tuple[str, ...], tmp_path: Path
) -> None:
    rows = [f"{k / 100.0},10,0,0" for k in range(FRAMES)]
    path = tmp_path / "strap.csv"
    path.write_text("\n".join(["time,Fx [N],Fy [N],Fz [N]", *rows]) + "\n", "utf-8")
    words = ("--subject", person, "--out", tmp_path / "r", *emg, "--preset", "classical")
    force = ("--force", path, "--force-frame", "thorax", "--force-place", "0.08,0.1,0")
    with contextlib.redirect_stdout(io.StringIO()):
        assert run(recording, *words, *force, "--emg-weight", "1", "--no-figures") == 0
    summary = json.loads((tmp_path / "r/summary.json").read_text("utf-8"))
    assert summary["emg"]["weight"] == 1.0
    assert summary["head_forces"]["force"]["peak_N"] == pytest.approx(10.0)


BAD = {
    "no weight": (("--emg", "EMG", "--mvc", "MVC"), "has no effect here unless EMG takes part"),
    "weight of nothing": (("--mvc", "MVC"), "--mvc has no effect here"),
    "filter": (("--lowpass-hz", "5"), "--lowpass-hz has no effect here"),
    "no MVC": (("--emg", "EMG", "--emg-weight", "1"), "give a trial of maximal voluntary"),
    "no EMG": (("--mvc", "MVC", "--emg-weight", "1"), "is of a kind that holds no EMG"),
    "OpenSim": (("--emg", "EMG", "--mvc", "MVC", "--emg-weight", "1", "--engine", "opensim",
                 "--preset", "classical"), "OpenSim's tool knows no EMG"),
    "network": (("--emg", "EMG", "--mvc", "MVC", "--emg-weight", "1", "--method", "network"),
                "networks know nothing of EMG"),
    "negative": (("--emg", "EMG", "--mvc", "MVC", "--emg-weight", "-1"), "--emg-weight"),
    "no number": (("--emg", "EMG", "--mvc", "MVC", "--emg-weight", "nan"), "--emg-weight"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_emg_that_can_take_no_part_is_one_sentence(
    name: str, root: Path, recording: Path, person: Path, tmp_path: Path, capsys
) -> None:
    words, said = BAD[name]
    files = {"EMG": root / "examples/demo_emg.csv", "MVC": root / "examples/demo_mvc.csv"}
    given = [files.get(word, word) for word in words]
    out = tmp_path / "out"
    assert run(recording, "--subject", person, "--out", out, *given) == 2
    assert said in " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert not out.exists()
