"""``nuchal emg`` from files that were made of known activations to a folder of results."""

import dataclasses
import json
import re
from pathlib import Path

import numpy as np
import pandas
import pytest

import nuchal
from nuchal.cli import main
from nuchal.commands.forces import estimate_recording
from nuchal.commands.plan import plan_of
from nuchal.emg.comparison import model_activations
from nuchal.emg.filters import ConditioningSettings, condition
from nuchal.emg.mapping import map_channels
from nuchal.emg.signals import EmgRecording
from nuchal.io.recordings.emg import read_emg
from nuchal.io.recordings.read import read_recording
from nuchal.report.summaries.emg import Agreement
from nuchal.synthetic.emg import SyntheticSettings, synthetic_emg

NAMES = ("RSCM", "LSCM", "RUT", "LUT")
LABELS = (
    "right_sternocleidomastoid",
    "left_sternocleidomastoid",
    "right_upper_trapezius",
    "left_upper_trapezius",
)
WORDS = ("--method", "optimisation", "--preset", "classical")
OPTIONS = nuchal.EstimateOptions(method="optimisation", preset="classical")
RATE_HZ = 2000.0


@pytest.fixture(scope="module")
def files(root, tmp_path_factory, analog_c3d, full_c3d) -> Path:
    """A folder with a person, a trial with EMG, one without, MVC trials, and EMG apart."""
    home = tmp_path_factory.mktemp("emg")
    (home / "person.toml").write_bytes((root / "examples" / "person.toml").read_bytes())
    demo = root / "examples" / "demo_recording.trc"
    plan = plan_of(nuchal.read_subject(home / "person.toml"), OPTIONS)
    estimate = estimate_recording(demo, plan).estimate
    mapped = map_channels(demo, NAMES, {})
    model = model_activations(estimate, plan.anatomy, mapped, plan.settings)
    np.savez(home / "truth.npz", model=model)
    time = np.asarray(estimate.motion.time)
    recording = read_recording(demo)
    positions = np.where(recording.visible[..., None], 1e3 * recording.positions, np.nan)
    markers = {name: positions[:, k] for k, name in enumerate(recording.names)}

    made = emg(time, model, seed=5)
    whole = np.zeros((20 * len(time), 4))
    whole[: len(made.values)] = made.values
    channels = {name: 1e-6 * whole[:, k] for k, name in enumerate(NAMES)}
    full_c3d(home / "trial.c3d", markers, channels, rate_hz=100.0, emg_rate_hz=RATE_HZ)
    (home / "markers.trc").write_bytes(demo.read_bytes())

    late = np.concatenate(
        [np.full(120, time[0]), time + 1.2, time[-1] + 1.2 + np.arange(1, 80) / 100]
    )
    late[:120] = np.arange(120) / 100
    longer = np.concatenate([np.full((120, 4), 0.01), model, np.full((79, 4), 0.01)])
    write_csv(home / "emg.csv", emg(late, longer, seed=6))

    steps = np.arange(0.0, 12.0, 0.01)
    hold = np.stack(
        [np.where((steps > 1 + 2.7 * k) & (steps < 3 + 2.7 * k), 1.0, 0.02) for k in range(4)], 1
    )
    mvc = emg(steps, hold, seed=7)
    analog_c3d(home / "mvc.c3d", NAMES, 1e-6 * mvc.values, rate_hz=RATE_HZ)
    analog_c3d(home / "weak.c3d", NAMES, 0.04e-6 * mvc.values, rate_hz=RATE_HZ)
    analog_c3d(home / "three.c3d", NAMES[:3], 1e-6 * mvc.values[:, :3], rate_hz=RATE_HZ)
    analog_c3d(home / "slow.c3d", NAMES, 1e-6 * mvc.values[::4], rate_hz=RATE_HZ / 4)
    return home


def emg(time: np.ndarray, activation: np.ndarray, *, seed: int, **more) -> EmgRecording:
    settings = SyntheticSettings(rate_hz=RATE_HZ, **more)
    return synthetic_emg(time, activation, names=NAMES, settings=settings, seed=seed).recording


def write_csv(path: Path, made: EmgRecording) -> None:
    table = pandas.DataFrame(made.values, columns=[f"{name} [uV]" for name in made.names])
    table.insert(0, "time [s]", np.round(made.time, 6))
    table.to_csv(path, index=False, float_format="%.6g")


def run(files: Path, recording: str, *words: str | Path, out: str = "result") -> int:
    given = [
        "emg", files / recording, "--subject", files / "person.toml", "--out", files / out,
        *WORDS, *words,
    ]  # fmt: skip
    with pytest.raises(SystemExit) as left:
        main([str(word) for word in given])
    return left.value.code


def refused(files: Path, capsys, recording: str, *words: str | Path) -> str:
    """One sentence, status 2, nothing written."""
    assert run(files, recording, *words, out="refused") == 2
    error = capsys.readouterr().err
    assert error.startswith("nuchal: ")
    assert error.count("\n") == 1
    assert "Traceback" not in error
    assert not (files / "refused").exists()
    return error


def read(path: Path) -> pandas.DataFrame:
    return pandas.read_csv(path, sep="\t", skiprows=7, index_col="time")


def found_in(files: Path, out: str) -> dict:
    found = json.loads((files / out / "agreement.json").read_text("utf-8"))
    Agreement.model_validate(found)
    return found


@pytest.fixture(scope="module")
def result(files) -> dict:
    assert run(files, "trial.c3d", "--mvc", files / "mvc.c3d") == 0
    return found_in(files, "result")


def test_the_folder(files, result) -> None:
    assert {p.name for p in (files / "result").iterdir()} == {
        "emg.sto", "emg_model.sto", "status.csv", "agreement.json", "summary.json", "emg.png",
        "emg.svg",
    }  # fmt: skip
    assert tuple(result["channels"]) == LABELS
    assert result["normalisation"] == {
        "origin": "mvc", "files": ["mvc.c3d"], "window_s": 0.5,
    }  # fmt: skip
    assert result["clock"]["kind"] == "same file"
    assert result["assumptions"][-1]["text"].startswith("EMG and motion are from one file")


def assess(files: Path, *words: str | Path, out: str) -> int:
    person = ("--subject", files / "person.toml", "--necks", "500", "--no-tables")
    with pytest.raises(SystemExit) as left:
        main([str(word) for word in ("assess", *words, *person, "--out", files / out, *WORDS)])
    return left.value.code


@pytest.mark.slow
def test_an_assessment_holds_the_same(files, result) -> None:
    """Of the recording with EMG; the other has none."""
    words = (files / "trial.c3d", files / "markers.trc", "--mvc", files / "mvc.c3d")
    assert assess(files, *words, out="assessed") == 0
    found = json.loads((files / "assessed" / "assessment.json").read_text("utf-8"))
    assert found["emg"] == {"trial": result}
    page = (files / "assessed" / "report.html").read_text("utf-8")
    for label, part in result["channels"].items():
        assert f'id="emg0-{label}"' in page
        assert f"r {part['r']:.2f}" in page


@pytest.mark.slow
def test_an_assessment_takes_the_emg_of_another_device(files) -> None:
    """The same as ``nuchal emg`` finds of the same two files; the other recording has none."""
    apart = ("--emg", files / "emg.csv", "--mvc", files / "mvc.c3d", "--delay", "1.2")
    assert run(files, "markers.trc", *apart, "--no-figures", out="apart") == 0
    (files / "emg_markers.csv").write_bytes((files / "emg.csv").read_bytes())
    words = (files / "trial.c3d", files / "markers.trc", "--emg", files / "emg_markers.csv")
    assert assess(files, *words, *apart[2:], out="assessed_apart") == 0
    found = json.loads((files / "assessed_apart" / "assessment.json").read_text("utf-8"))
    (agreement,) = found["emg"].values()
    assert agreement.pop("emg_file") == "emg_markers.csv"
    alone = found_in(files, "apart")
    del alone["emg_file"]
    assert agreement == alone


def test_too_many_files_of_emg_are_refused(files, capsys) -> None:
    words = (files / "markers.trc", "--emg", files / "emg.csv", "--emg", files / "mvc.c3d")
    assert assess(files, *words, out="refused") == 2
    assert "2 files of EMG for 1 recording; give one" in capsys.readouterr().err
    assert not (files / "refused").exists()


def test_an_mvc_trial_needs_emg_to_go_with(files, capsys) -> None:
    words = (files / "markers.trc", "--mvc", files / "mvc.c3d")
    assert assess(files, *words, out="refused") == 2
    said = capsys.readouterr().err
    assert "none of the recordings" in said
    assert said.count("\n") == 1
    assert not (files / "refused").exists()


def test_the_figure_has_a_panel_a_channel_with_its_units(files, result) -> None:
    drawing = (files / "result" / "emg.svg").read_text("utf-8")
    for label in LABELS:
        assert f'id="{label}"' in drawing
        r = result["channels"][label]["r"]
        assert f"r {r:.2f}" in drawing
    for words in ("EMG [% of MVC]", "Time [s]", "Head on", "flexion +, extension"):
        assert words in drawing


def test_what_was_put_in_comes_out(files, result) -> None:
    """Envelopes are the activations that made the EMG, as shares of the MVC's 1.0."""
    truth = np.load(files / "truth.npz")["model"]
    measured, model = read(files / "result/emg.sto"), read(files / "result/emg_model.sto")
    assert list(measured.columns) == list(LABELS)
    np.testing.assert_allclose(model.to_numpy(), truth, atol=2e-3)
    inside = slice(20, -20)
    for k, label in enumerate(LABELS):
        channel = result["channels"][label]
        assert channel["r"] > 0.9, label
        assert channel["r_low"] < channel["r"] < channel["r_high"]
        assert abs(channel["lag_s"]) < 0.03
        assert channel["rmse"] < 0.012
        error = measured[label].to_numpy()[inside] - truth[inside, k]
        assert np.sqrt(np.mean(error**2)) < 0.012
        assert channel["gain"] == pytest.approx(1.0, abs=0.12)
    assert result["mean_r"] == pytest.approx(
        np.mean([channel["r"] for channel in result["channels"].values()])
    )
    assert all(not quality["flags"] for quality in result["quality"])


@pytest.mark.slow
def test_the_terminals_table_and_json(files, capsys) -> None:
    assert run(files, "trial.c3d", "--mvc", files / "mvc.c3d", "--no-figures", "--json") == 0
    assert json.loads(capsys.readouterr().out) == found_in(files, "result")
    assert not (files / "result" / "emg.png").exists()
    assert run(files, "trial.c3d", "--no-figures", out="own") == 0
    text = capsys.readouterr().out
    assert re.search(r"right sternocleidomastoid +0\.9", text)
    assert "No MVC trial was given" in " ".join(text.split())
    own = found_in(files, "own")
    assert own["normalisation"]["origin"] == "own maximum"
    assert own["channels"][LABELS[0]]["r"] > 0.9
    assert own["channels"][LABELS[0]]["peak"] > 0.5


def test_an_mvc_below_the_signal_is_said(files) -> None:
    words = ("--mvc", files / "weak.c3d", "--no-figures", "--band", "30,400", "--notch", "50")
    assert run(files, "trial.c3d", *words, out="weak") == 0
    (other,) = [
        s
        for s in (one["text"] for one in found_in(files, "weak")["assumptions"])
        if "otherwise than in" in s
    ]
    assert other.endswith(": band 30 to 400 Hz, mains 50 Hz.")
    said = [
        s
        for s in (one["text"] for one in found_in(files, "weak")["assumptions"])
        if "was no maximum" in s
    ]
    assert said
    assert all(re.search(r"reaches \d{3}% of its MVC", s) for s in said)


@pytest.mark.slow
def test_emg_from_another_clock_and_swapped_sides(files) -> None:
    """Late by 1.2 s, longer than the motion; left and right exchanged by the person's own file."""
    sides = [
        "--channel", "right_sternocleidomastoid=LSCM [uV]",
        "--channel", "left_sternocleidomastoid=RSCM [uV]",
    ]  # fmt: skip
    plain = [word.replace(" [uV]", "") for word in sides]
    words = ("--emg", files / "emg.csv", "--mvc", files / "mvc.c3d", "--no-figures")
    assert run(files, "markers.trc", *words, "--delay", "auto", out="auto") == 0
    found = found_in(files, "auto")
    assert found["clock"]["kind"] == "estimated"
    assert found["clock"]["delay_s"] == pytest.approx(1.2, abs=0.02)
    assert not found["clock"]["ambiguous"]
    said = " ".join(one["text"] for one in found["assumptions"])
    assert "1.20 s before the motion" in said
    assert "0.79 s after the motion" in said
    assert found["channels"][LABELS[2]]["r"] > 0.9
    assert run(files, "markers.trc", *words, "--delay", "1.2", *plain, out="swapped") == 0
    swapped = found_in(files, "swapped")
    assert tuple(swapped["channels"]) == LABELS[:2]
    (swap,) = swapped["likely_swaps"]
    assert swap["r_swapped"] > 0.9
    assert "look swapped" in " ".join(one["text"] for one in swapped["assumptions"])


def test_bad_input_is_one_sentence(files, capsys) -> None:
    told = refused(files, capsys, "markers.trc")
    assert "holds no EMG; give the file that does with --emg" in told
    told = refused(files, capsys, "trial.c3d", "--mvc", files / "three.c3d")
    assert 'three.c3d: has no channel "LUT"' in told
    told = refused(files, capsys, "trial.c3d", "--mvc", files / "slow.c3d")
    assert "slow.c3d: its EMG is sampled at 500 Hz" in told
    told = refused(files, capsys, "trial.c3d", "--emg", files / "slow.c3d")
    assert "slow.c3d" in told
    told = refused(files, capsys, "trial.c3d", "--channel", "right_sternocleidomastoid=SCM")
    assert 'has no channel "SCM" for right_sternocleidomastoid' in told
    told = refused(files, capsys, "trial.c3d", "--channel", "right_neck=RSCM")
    assert '"right_neck" is no site' in told
    told = refused(files, capsys, "trial.c3d", "--delay", "soon")
    assert "--delay takes SECONDS or auto" in told
    told = refused(files, capsys, "trial.c3d", "--band", "450,20")
    assert "--band 450,20 has to go up" in told
    told = refused(files, capsys, "trial.c3d", "--mvc", files / "gone.c3d")
    assert "gone.c3d: does not exist" in told
    told = refused(files, capsys, "trial.c3d", "--mvc", files / "mvc.c3d", "--delay", "100")
    assert "too little time in common" in told


@pytest.mark.parametrize("command", ["emg", "deep-emg"])
@pytest.mark.parametrize("where", ["--emg", "--mvc"])
def test_emg_that_was_processed_already_is_refused(files, capsys, command: str, where: str) -> None:
    """As the recording's EMG and as its MVC, rectified alone or smoothed and divided as well."""
    raw = read_emg(files / "emg.csv")
    rectified = dataclasses.replace(raw, values=np.abs(raw.values))
    smooth = condition(raw, ConditioningSettings()).envelopes.values
    shares = dataclasses.replace(raw, values=100.0 * smooth / smooth.max(axis=0))
    for name, made in (("rectified", rectified), ("shares", shares)):
        path = files / f"{name}.csv"
        write_csv(path, made)
        given = {"--emg": files / "emg.csv", "--mvc": files / "mvc.c3d", where: path}
        words = [str(word) for pair in given.items() for word in pair]
        person = ["--subject", str(files / "person.toml"), "--out", str(files / "refused")]
        with pytest.raises(SystemExit) as left:
            main([command, str(files / "markers.trc"), *words, *person])
        assert left.value.code == 2
        told = capsys.readouterr().err
        assert f'{path.name}: its channel "RSCM" is never negative' in told
        assert told.count("\n") == 1
        assert not (files / "refused").exists()


def test_dead_channels_and_missing_samples(files, capsys) -> None:
    lines = (files / "emg.csv").read_text("utf-8").splitlines()
    rows = [line.split(",") for line in lines]
    for row in rows[1:]:
        row[1] = "0.5"
    for row in rows[9001:9201]:
        row[2] = "NaN"
    (files / "faulty.csv").write_text("\n".join(map(",".join, rows)) + "\n", "utf-8")
    words = ("--emg", files / "faulty.csv", "--delay", "1.2", "--no-figures")
    assert run(files, "markers.trc", *words, out="faulty") == 0
    found = found_in(files, "faulty")
    assert LABELS[0] not in found["channels"]
    assert any("RSCM" in one["text"] and "dead" in one["text"] for one in found["assumptions"])
    frames = {label: channel["frames"] for label, channel in found["channels"].items()}
    assert frames[LABELS[2]] - frames[LABELS[1]] in range(19, 22)
    table = read(files / "faulty/emg.sto").to_numpy()
    assert np.isfinite(table).all()
    for row in rows[1:]:
        row[1:] = ["0.5"] * 4
    (files / "dead.csv").write_text("\n".join(map(",".join, rows)) + "\n", "utf-8")
    told = refused(files, capsys, "markers.trc", "--emg", files / "dead.csv")
    assert "has no live channel" in told


def test_the_persons_file_names_channels(files) -> None:
    person = nuchal.read_subject(files / "person.toml")
    assert dict(person.emg) == {}
    other = files / "other.toml"
    other.write_text(
        (files / "person.toml").read_text("utf-8")
        + '\n[emg]\nright_sternocleidomastoid = "RSCM"\nlevator_scap_L = "LUT"\n',
        "utf-8",
    )
    assert dict(nuchal.read_subject(other).emg) == {
        "right_sternocleidomastoid": "RSCM",
        "levator_scap_L": "LUT",
    }
    assert dataclasses.replace(person, emg=nuchal.read_subject(other).emg).emg
