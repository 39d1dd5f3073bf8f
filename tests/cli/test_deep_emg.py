"""``nuchal deep-emg`` from files to a folder of results, and what it refuses."""

import contextlib
import csv
import io
import json
import shutil
from pathlib import Path

import numpy as np
import pandas
import pytest

import nuchal
from nuchal.cli import main
from nuchal.cli.deep_emg import tell
from nuchal.cli.show import show
from nuchal.commands.deep_emg_files import PARAMETERS
from nuchal.commands.emg_signals import read_signals
from nuchal.commands.run import Result
from nuchal.emg.hidden.courses import DeepEmg
from nuchal.emg.hidden.records import MseSettings, NmmSettings
from nuchal.emg.signals import at_times
from nuchal.findings import Found
from nuchal.io.opensim.engine import OpensimNeck
from nuchal.model.generic import MUSCLES
from nuchal.report.summaries.hidden_emg import DeepEmgSummary

pytestmark = pytest.mark.slow

QUICK = NmmSettings(width=8, heads=2, layers=1, steps=30, reading_steps=30)
"""Too short for good muscles; long enough to see that all is joined up."""
LABELS = (
    "right_sternocleidomastoid",
    "left_sternocleidomastoid",
    "right_upper_trapezius",
    "left_upper_trapezius",
)


@pytest.fixture(scope="module")
def files(root, tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("deep")
    for name in ("person.toml", "demo_emg.csv", "demo_mvc.csv", "demo_recording.trc"):
        shutil.copy(root / "examples" / name, home / name)
    shutil.copy(home / "demo_recording.trc", home / "again.trc")
    rows = ["time,strap_Fx [N],strap_Fy [N],strap_Fz [N]"]
    rows += [f"{k / 100},{0.02 * k},0,0" for k in range(821)]
    (home / "strap.csv").write_text("\n".join(rows), "utf-8")
    return home


@pytest.fixture(scope="module")
def result(files) -> Result:
    options = nuchal.DeepEmgOptions(
        mvc=(files / "demo_mvc.csv",),
        emg=(files / "demo_emg.csv",) * 2,
        hold_out=(files / "again.trc",),
        load_kg=(0.0, 0.5),
        force=(None, files / "strap.csv"),
        force_frame="thorax",
        force_place_m=(0.02, 0.1, 0.0),
        nmm=QUICK,
        mse=MseSettings(rounds=10),
        fitted_s=4.0,
    )
    heard = []
    result = nuchal.run_deep_emg(
        [files / "demo_recording.trc"],
        subject=files / "person.toml",
        out=files / "result",
        options=options,
        progress=lambda doing, share: heard.append((doing, share)),
    )
    shares = [share for _, share in heard]
    assert shares == sorted(shares)
    assert heard[0] == ("reading", 0.0)
    assert heard[-1] == ("done", 1.0)
    return result


@pytest.fixture(scope="module")
def found(result) -> DeepEmg:
    return result.found


def read(path: Path) -> pandas.DataFrame:
    return pandas.read_csv(path, sep="\t", skiprows=7, index_col="time")


@pytest.mark.usefixtures("found")
def test_the_folder(files) -> None:
    home = files / "result"
    assert {str(p.relative_to(home)) for p in home.rglob("*") if p.is_file()} == {
        "deep_emg.json",
        "parameters.csv",
        *(f"again/{name}" for name in ("neck.osim", "head_forces.xml", "head_forces.mot")),
        *(
            f"{stem}/{name}"
            for stem in ("demo_recording", "again")
            for name in (
                "deep_emg.sto", "deep_emg_low.sto", "deep_emg_high.sto", "moments_compared.sto",
                "deep_emg_by_synergies.sto", "channels.sto", "deep_emg.png", "deep_emg.svg",
                "forces.sto", "forces_low.sto", "forces_high.sto", "activations.sto",
                "activations_low.sto", "activations_high.sto", "moments.sto", "reserves.sto",
                "reactions.sto", "reactions_low.sto", "reactions_high.sto", "coordinates.mot",
            )
        ),
    }  # fmt: skip
    header = (home / "again" / "deep_emg.sto").read_text("utf-8").splitlines()[5]
    assert header.startswith("excitation, 0 to 1; beneath electrodes: stern_mast,")


def test_excitations_of_all_muscles_lie_within_their_intervals(files, found) -> None:
    home = files / "result" / "demo_recording"
    told, low, high = (read(home / f"deep_emg{end}.sto") for end in ("", "_low", "_high"))
    assert tuple(told.columns) == MUSCLES
    assert 1 / np.diff(told.index).min() == pytest.approx(50.0, rel=1e-3)
    for inner, outer in ((low, told), (told, high)):
        assert (inner.to_numpy() <= outer.to_numpy() + 1e-12).all()
    assert low.to_numpy().min() >= 0.0
    assert high.to_numpy().max() <= 1.0
    assert len(found.system.hidden) == 62
    np.testing.assert_allclose(told.to_numpy(), found.trials[0].excitation, atol=1e-12)


@pytest.mark.usefixtures("found")
def test_tables_are_those_of_estimate(files, tmp_path) -> None:
    """Names, columns and units; moments that no muscle changes; forces balance with reserves."""
    with contextlib.redirect_stdout(io.StringIO()), pytest.raises(SystemExit):
        main(
            ["estimate", str(files / "again.trc"), "--subject", str(files / "person.toml"),
             "--out", str(tmp_path / "e"), "--load-kg", "0.5", "--force", str(files / "strap.csv"),
             "--force-frame", "thorax", "--force-place", "0.02,0.1,0", "--no-figures"]
        )  # fmt: skip
    home = files / "result" / "again"
    for name in ("forces", "activations", "moments", "reserves", "reactions"):
        mine, theirs = (folder / f"{name}.sto" for folder in (home, tmp_path / "e"))
        heads = [path.read_text("utf-8").splitlines()[:8] for path in (mine, theirs)]
        assert [heads[0][k] for k in (0, 1, 3, 4, 5, 7)] == [
            heads[1][k] for k in (0, 1, 3, 4, 5, 7)
        ]
    mine, theirs = (read(folder / "moments.sto") for folder in (home, tmp_path / "e"))
    both = np.intersect1d(np.round(mine.index, 6), np.round(theirs.index, 6))
    assert len(both) > 300
    ours, known = (t.set_axis(np.round(t.index, 6)).loc[both] for t in (mine, theirs))
    assert ours["pitch2_external"].abs().max() > 0.5
    wide = np.ptp(known.to_numpy(), axis=0)
    assert np.all(np.abs(ours.to_numpy() - known.to_numpy()).max(axis=0) < 0.02 * wide + 0.02)


def test_forces_and_reserves_make_the_net_moments_with_opensims_moment_arms(files, found) -> None:
    """The written files alone: OpenSim opens the neck, and multiplies its arms by the forces."""
    pytest.importorskip("opensim", reason="needs the opensim extra")
    home = files / "result" / "again"
    anatomy = found.trials[1].neck.frames.anatomy
    neck = OpensimNeck(home / "neck.osim", anatomy)
    tables = [read(home / f"{n}.sto") for n in ("forces", "reserves", "moments")]
    q = np.radians(read(home / "coordinates.mot").to_numpy())
    force, reserve, moments = (table.to_numpy() for table in tables)
    net = moments[:, 0::3]
    for k in range(0, len(q), 25):
        neck.move(q[k])
        np.testing.assert_allclose(neck.moment_arms() @ force[k] + reserve[k], net[k], atol=1e-6)
    muscle = neck.model.getMuscles().get(MUSCLES[0])
    own = float(found.fit.model.muscles.system.max_isometric_force[0])
    assert muscle.getMaxIsometricForce() == pytest.approx(own)


@pytest.mark.usefixtures("found")
def test_forces_and_reactions_lie_within_their_intervals(files) -> None:
    home = files / "result" / "demo_recording"
    for name in ("forces", "activations", "reactions"):
        told, low, high = (read(home / f"{name}{end}.sto") for end in ("", "_low", "_high"))
        assert (low.to_numpy() <= told.to_numpy() + 1e-9).all()
        assert (told.to_numpy() <= high.to_numpy() + 1e-9).all()
        assert (high.to_numpy() - low.to_numpy()).max() > 0.0
    assert read(home / "forces_low.sto").to_numpy().min() >= 0.0


@pytest.mark.usefixtures("found")
def test_measured_channels_are_those_of_nuchal_emg(files) -> None:
    table = read(files / "result" / "demo_recording" / "channels.sto")
    asked = nuchal.EmgOptions(emg=files / "demo_emg.csv", mvc=(files / "demo_mvc.csv",))
    person = nuchal.read_subject(files / "person.toml")
    signals = read_signals(files / "demo_recording.trc", asked.emg, person, asked)
    known, _ = at_times(signals.envelopes, table.index.to_numpy())
    measured = table[[f"{label}_measured" for label in LABELS]]
    np.testing.assert_allclose(measured, known, atol=1e-9)


@pytest.mark.usefixtures("found")
def test_moments_are_met(files) -> None:
    table = read(files / "result" / "demo_recording" / "moments_compared.sto")
    for name in nuchal.COORDINATES:
        known, told = table[f"{name}_inverse_dynamics"], table[f"{name}_model"]
        error = np.sqrt(np.mean((known - told).to_numpy()[5:-5] ** 2))
        assert error < 0.04 * np.ptp(known)


def test_the_summary(files, result, capsys) -> None:
    text = (files / "result" / "deep_emg.json").read_text("utf-8")
    said = DeepEmgSummary.model_validate(json.loads(text))
    assert tuple(said.channels) == LABELS
    assert len(said.hidden) == 62
    assert [r.held_out for r in said.recordings.values()] == [False, True]
    assert said.recordings["again.trc"].load_kg == 0.5
    assert said.fit.last_loss < said.fit.first_loss
    pushed, bare = (said.recordings[n] for n in ("again.trc", "demo_recording.trc"))
    assert bare.head_forces is None
    assert pushed.head_forces["strap"].peak_N == pytest.approx(16.4, rel=0.02)
    assert max(level.peak_compression_N for level in pushed.levels.values()) > 50.0
    heavy, light = (
        said.recordings[n].moments["pitch2"] for n in ("again.trc", "demo_recording.trc")
    )
    assert heavy.rmse_Nm < 0.1
    assert light.synergies_rmse_Nm > light.rmse_Nm
    (fitted,) = (a for a in result.found.assumptions if a.what is Found.WINDOWS_FITTED)
    assert fitted.values["windows"] == 1
    show(result, tell, as_json=False)
    shown = capsys.readouterr().out
    assert "again.trc, not fitted" in shown
    assert "right sternocleidomastoid" in shown
    show(result, tell, as_json=True)
    assert json.loads(capsys.readouterr().out) == json.loads(text)


@pytest.mark.usefixtures("found")
def test_parameters_stay_within_their_bounds(files) -> None:
    with (files / "result" / "parameters.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == PARAMETERS
    forces = [r for r in rows if r["parameter"] == "max_isometric_force"]
    assert [r["owner"] for r in forces] == list(MUSCLES)
    for row in forces:
        assert 0.5 <= float(row["personal"]) / float(row["generic"]) <= 2.0
        assert 0.0 <= float(row["determined"]) <= 1.0
    assert sum(r["measured"] == "yes" for r in forces) == 10
    gains = [r for r in rows if r["parameter"] == "channel_gain"]
    assert [r["owner"] for r in gains] == list(LABELS)
    powers = [float(r["personal"]) for r in rows if r["parameter"] == "effort_power"]
    assert 1.0 < powers[0] < 5.0


def refused(files: Path, capsys, *words: str | Path) -> str:
    """One sentence, status 2, nothing written."""
    given = ["deep-emg", *words, "--subject", files / "person.toml", "--out", files / "refused"]
    with pytest.raises(SystemExit) as left:
        main([str(word) for word in given])
    assert left.value.code == 2
    error = capsys.readouterr().err
    assert error.startswith("nuchal: ")
    assert error.count("\n") == 1
    assert "Traceback" not in error
    assert not (files / "refused").exists()
    return error


def test_bad_input_is_one_sentence(files, capsys) -> None:
    demo, emg = files / "demo_recording.trc", ("--emg", files / "demo_emg.csv")
    mvc = ("--mvc", files / "demo_mvc.csv")
    assert "--mvc" in refused(files, capsys, demo, *emg)
    assert "holds no EMG" in refused(files, capsys, demo, *mvc)
    told = refused(files, capsys, demo, *emg, *mvc, "--hold-out", files / "again.trc")
    assert "--emg was given 1 times for 2 recordings" in told
    told = refused(files, capsys, demo, *emg, *mvc, "--load-kg", "1", "--load-kg", "2")
    assert "--load-kg was given 2 times for 1 recordings" in told
    strap = ("--force", files / "strap.csv")
    told = refused(files, capsys, demo, *emg, *mvc, *strap, *strap)
    assert "--force was given 2 times for 1 recordings" in told
    told = refused(files, capsys, demo, *emg, *mvc, *strap)
    assert "--force-frame" in told
    told = refused(files, capsys, demo, *emg, *mvc, "--force", "none", "--force-frame", "skull")
    assert "--force-frame has no effect" in told
    told = refused(files, capsys, demo, *emg, *emg, *mvc, "--hold-out", demo)
    assert "Two recordings are named demo_recording" in told
    told = refused(files, capsys, demo, *emg, *mvc, "--delay", "100")
    assert "has no 2 s in which the motion and all 4 channels are known" in told
    one = ("--channel", "right_sternocleidomastoid=RSCM")
    told = refused(files, capsys, demo, *emg, *mvc, *one)
    assert "--channel" in told
    assert "right_sternocleidomastoid" in told
    both = (*one, "--channel", "stern_mast=LSCM")
    told = refused(files, capsys, demo, *emg, *mvc, *both)
    assert "stern_mast" in told
    told = refused(files, capsys, demo, "--emg", files / "gone.csv", *mvc)
    assert "gone.csv: does not exist" in told
    told = refused(files, capsys, demo, *emg, "--mvc", files / "person.toml")
    assert "person.toml" in told


def test_a_channel_that_one_recording_lacks_is_left_out(files, capsys) -> None:
    table = pandas.read_csv(files / "demo_emg.csv")
    wrong = [name for name in table.columns if name.startswith(("LSCM", "RUT", "LUT"))]
    table[wrong] = 0.5
    table.to_csv(files / "dead.csv", index=False)
    told = refused(
        files, capsys, files / "demo_recording.trc", "--hold-out", files / "again.trc",
        "--emg", files / "demo_emg.csv", "--emg", files / "dead.csv",
        "--mvc", files / "demo_mvc.csv",
    )  # fmt: skip
    assert "right_sternocleidomastoid" in told
    assert "--channel" in told
