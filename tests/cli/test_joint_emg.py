"""``nuchal deep-emg --joint``: a hinge in closed form as files, and what is refused of them."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas
import pytest

import nuchal
from nuchal.cli import main
from nuchal.cli.deep_emg import tell
from nuchal.cli.show import show
from nuchal.commands.run import Result
from nuchal.emg.hidden.joint import cut_joint
from nuchal.emg.hidden.muscles import MuscleSystem, fibre_forces
from nuchal.emg.hidden.records import MseSettings, NmmSettings
from nuchal.findings import Assumed, Found
from nuchal.io.joint.read import read_joint
from nuchal.io.opensim.storage import read_storage, write_storage

QUICK = NmmSettings(width=8, heads=2, layers=1, steps=60, reading_steps=60)
NAMES = ("front", "front_deep", "back", "back_deep", "neighbour")
"""The last one does not cross the hinge."""
ARMS_M = np.array([0.04, 0.02, -0.03, -0.02, 0.0])
FIBRE_M, SLACK_M = 0.1, 0.15
SYSTEM = MuscleSystem(
    max_isometric_force=np.array([500.0, 300.0, 600.0, 400.0]),
    optimal_fibre_length=np.full(4, FIBRE_M),
    tendon_slack_length=np.full(4, SLACK_M),
    pennation_at_optimal=np.array([0.0, 0.1, 0.0, 0.2]),
    max_velocity=np.full(4, 10.0),
    passive_scale=np.ones(4),
    names=NAMES[:4],
    seen=((0,), (2,)),
)
RATE_HZ, EMG_RATE_HZ = 100.0, 500.0
PACE = {"quick": 2.3, "slow": 1.5}
LASTS_S = {"quick": 5.0, "slow": 6.0}
TABLES = (
    "deep_emg.sto", "deep_emg_low.sto", "deep_emg_high.sto", "deep_emg_by_synergies.sto",
    "channels.sto", "moments_compared.sto", "forces.sto", "forces_low.sto", "forces_high.sto",
    "activations.sto", "activations_low.sto", "activations_high.sto", "reserves.sto",
    "deep_emg.png", "deep_emg.svg",
)  # fmt: skip


def angle(time: np.ndarray, trial: str) -> tuple[np.ndarray, np.ndarray]:
    """Of the hinge, and its speed."""
    pace = PACE[trial]
    return 0.4 * np.sin(pace * time), 0.4 * pace * np.cos(pace * time)


def excitation(time: np.ndarray, trial: str) -> np.ndarray:
    push = np.sin(0.6 * PACE[trial] * time)
    front, back = 0.05 + 0.3 * np.maximum(push, 0.0), 0.05 + 0.3 * np.maximum(-push, 0.0)
    return np.stack([front, 0.8 * front, back, 0.7 * back], axis=1)


def save(path: Path, labels: tuple[str, ...], time: np.ndarray, data: np.ndarray) -> None:
    write_storage(path, name=path.stem, labels=labels, time=time, data=data)


def write_trial(home: Path, trial: str, *, tool: str, own: str) -> None:
    """One trial's files; analyses are named after the tool, the others begin with ``own``."""
    home.mkdir(exist_ok=True)
    time = 1.0 + np.arange(round(LASTS_S[trial] * RATE_HZ)) / RATE_HZ
    q, qd = angle(time, trial)
    length = SLACK_M + FIBRE_M - np.outer(q, ARMS_M)
    save(home / f"{tool}_MuscleAnalysis_Length.sto", NAMES, time, length)
    arms = np.tile(ARMS_M, (len(time), 1))
    save(home / f"{tool}_MuscleAnalysis_MomentArm_hinge.sto", NAMES, time, arms)
    able = fibre_forces(SYSTEM, length[:, :4], -np.outer(qd, ARMS_M[:4]))
    force = excitation(time, trial) * np.asarray(able.active) + np.asarray(able.passive)
    moment = np.stack([force @ ARMS_M[:4], 0.0 * time], axis=1)
    labels = ("hinge_moment", "other_moment")
    save(home / f"{own}inverse_dynamics.sto", labels, time, moment)
    fine = 0.5 + np.arange(round((LASTS_S[trial] + 1.0) * EMG_RATE_HZ)) / EMG_RATE_HZ
    told = excitation(fine, trial)
    table = {"time": fine, "Front EMG": told[:, 0], "Back EMG": told[:, 2], "Plate": 0.0 * fine}
    pandas.DataFrame(table).to_csv(home / f"{own}emg_synthetic.csv", index=False)


def write_tables(home: Path) -> None:
    muscles = {
        "muscle": NAMES[:4],
        "max_isometric_force": SYSTEM.max_isometric_force,
        "optimal_fiber_length": SYSTEM.optimal_fibre_length,
        "tendon_slack_length": SYSTEM.tendon_slack_length,
        "pennation_angle": SYSTEM.pennation_at_optimal,
    }
    pandas.DataFrame(muscles).to_csv(home / "muscles.csv", index=False)
    (home / "channels.csv").write_text("channel,muscle\nFront EMG,front\nBack EMG,back\n", "utf-8")


@pytest.fixture(scope="module")
def hinge(tmp_path_factory) -> Path:
    """Two trials, a folder each."""
    home = tmp_path_factory.mktemp("hinge")
    for trial in PACE:
        write_trial(home / trial, trial, tool="analysis", own="")
    write_tables(home)
    return home


@pytest.fixture
def copied(hinge: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(hinge, tmp_path / "hinge"))


def test_what_is_read_is_the_hinge(hinge: Path) -> None:
    joint = read_joint(hinge, hold_out=("slow",))
    assert joint.system.names == NAMES[:4]
    assert joint.system.seen == SYSTEM.seen
    for name in ("max_isometric_force", "pennation_at_optimal", "max_velocity"):
        np.testing.assert_allclose(getattr(joint.system, name), getattr(SYSTEM, name))
    assert joint.labels == ("Front EMG", "Back EMG")
    assert joint.coordinates == ("hinge",)
    said = {one.what: one.values for one in joint.findings}
    assert said[Found.MUSCLES_LEFT_OUT]["muscles"] == ("neighbour",)
    assert said[Found.COLUMNS_LEFT_OUT]["columns"] == ("Plate",)
    assert said[Assumed.MUSCLES_SUPPLY_ALL]["coordinates"] == ("hinge",)
    quick, slow = cut_joint(joint).trials
    assert [quick.name, slow.name] == ["quick", "slow"]
    assert [quick.held_out, slow.held_out] == [False, True]
    for trial in (quick, slow):
        assert trial.time[0] == pytest.approx(1.0)
        assert 1.0 / np.diff(trial.time).mean() == pytest.approx(50.0)
        task = trial.tasks[0]
        time = np.asarray(task.time)
        q, qd = angle(time, trial.name)
        np.testing.assert_allclose(
            task.length, SLACK_M + FIBRE_M - np.outer(q, ARMS_M[:4]), atol=1e-9
        )
        np.testing.assert_allclose(task.velocity, -np.outer(qd, ARMS_M[:4]), atol=1e-6)
        np.testing.assert_allclose(task.moment_arms[:, 0], np.tile(ARMS_M[:4], (len(time), 1)))
        told = excitation(time, trial.name)[:, [0, 2]]
        np.testing.assert_allclose(task.channels, told, atol=1e-3)
        one = np.asarray(task.motion)
        assert one.shape == (len(time), 3)
        slope = np.polyfit(q, one[:, 0], 1)[0]
        np.testing.assert_allclose(one[:, 1], slope * qd, atol=1e-4)


def test_trials_side_by_side_are_read_alike(hinge: Path, tmp_path: Path) -> None:
    for trial in PACE:
        write_trial(tmp_path, trial, tool=trial, own=f"{trial}_")
    write_tables(tmp_path)
    apart, beside = read_joint(hinge), read_joint(tmp_path)
    for one, other in zip(apart.recordings, beside.recordings, strict=True):
        assert one.name == other.name
        for table in ("length", "moment_arms", "moment", "channels"):
            np.testing.assert_array_equal(getattr(one, table).values, getattr(other, table).values)


def test_muscles_come_from_a_model_as_well(copied: Path) -> None:
    (copied / "muscles.csv").unlink()
    rows = zip(NAMES, [*SYSTEM.max_isometric_force, 1.0], strict=True)
    parts = "".join(
        f'<Millard2012EquilibriumMuscle name="{name}"><max_isometric_force>{force}'
        "</max_isometric_force><tendon_slack_length>0.15</tendon_slack_length>"
        "</Millard2012EquilibriumMuscle>"
        for name, force in rows
    )
    usual = "<Millard2012EquilibriumMuscle name='default'><pennation_angle_at_optimal>0.25"
    model = (
        '<?xml version="1.0" encoding="UTF-8" ?>\n<OpenSimDocument Version="40000"><Model>'
        f"<defaults>{usual}</pennation_angle_at_optimal></Millard2012EquilibriumMuscle></defaults>"
        f"<ForceSet><objects>{parts}</objects></ForceSet></Model></OpenSimDocument>"
    )
    (copied / "hinge.osim").write_text(model, "utf-8")
    system = read_joint(copied).system
    np.testing.assert_allclose(system.max_isometric_force, SYSTEM.max_isometric_force)
    np.testing.assert_allclose(system.pennation_at_optimal, 0.25)
    np.testing.assert_allclose(system.optimal_fibre_length, 0.1)


@pytest.fixture(scope="module")
def result(hinge: Path) -> Result:
    options = nuchal.JointEmgOptions(
        hold_out=("slow",), nmm=QUICK, mse=MseSettings(rounds=10), fitted_s=4.0
    )
    return nuchal.run_joint_emg(hinge, out=hinge.parent / "result", options=options)


@pytest.mark.slow
def test_the_folder(hinge: Path, result: Result) -> None:
    home = hinge.parent / "result"
    assert {str(p.relative_to(home)) for p in home.rglob("*") if p.is_file()} == {
        "deep_emg.json", "parameters.csv", *(f"{trial}/{n}" for trial in PACE for n in TABLES),
    }  # fmt: skip
    read = json.loads((home / "deep_emg.json").read_text("utf-8"))
    assert list(read["recordings"]) == ["quick", "slow"]
    assert read["recordings"]["slow"]["held_out"]
    assert read["recordings"]["slow"]["levels"] is None
    assert read["hidden"] == ["front_deep", "back_deep"]
    assert list(read["recordings"]["quick"]["moments"]) == ["hinge"]
    show(result, tell, as_json=False)


@pytest.mark.slow
@pytest.mark.usefixtures("result")
def test_forces_times_arms_and_reserves_are_the_moments(hinge: Path) -> None:
    for trial in PACE:
        home = hinge.parent / "result" / trial
        force, reserve, moments = (
            read_storage(home / f"{name}.sto")
            for name in ("forces", "reserves", "moments_compared")
        )
        assert force.labels == NAMES[:4]
        assert moments.labels[0] == "hinge_inverse_dynamics"
        made = force.data @ ARMS_M[:4] + reserve.data[:, 0]
        np.testing.assert_allclose(made, moments.data[:, 0], atol=1e-9)
        asked = np.interp(force.time, *known_moment(hinge / trial))
        np.testing.assert_allclose(moments.data[:, 0], asked, atol=1e-3)
        assert np.abs(reserve.data[5:-5]).max() < 0.1 * np.ptp(asked)


@pytest.mark.slow
def test_a_joint_all_of_whose_muscles_are_measured(copied: Path, tmp_path: Path) -> None:
    """Nothing is hidden, and forces are there all the same."""
    for trial in PACE:
        path = copied / trial / "emg_synthetic.csv"
        table = pandas.read_csv(path, index_col="time")
        told = excitation(table.index.to_numpy(), trial)
        table["Front deep"], table["Back deep"] = told[:, 1], told[:, 3]
        table.to_csv(path)
    rows = "Front deep,front_deep\nBack deep,back_deep\n"
    with (copied / "channels.csv").open("a", encoding="utf-8") as file:
        file.write(rows)
    options = nuchal.JointEmgOptions(
        nmm=QUICK, mse=MseSettings(rounds=5), fitted_s=4.0, intervals=False
    )
    result = nuchal.run_joint_emg(copied, out=tmp_path / "r", options=options)
    assert result.summary.hidden == []
    show(result, tell, as_json=False)
    assert not (tmp_path / "r/quick/forces_low.sto").exists()
    force = read_storage(tmp_path / "r/quick/forces.sto")
    assert force.labels == NAMES[:4]


def known_moment(home: Path) -> tuple[np.ndarray, np.ndarray]:
    table = read_storage(home / "inverse_dynamics.sto")
    return table.time, table.data[:, 0]


def sto(home: Path, name: str) -> Path:
    return home / "slow" / name


def change(path: Path, make: Callable[[pandas.DataFrame], pandas.DataFrame]) -> None:
    """Another table in place of a ``.sto``."""
    table = read_storage(path)
    frame = make(pandas.DataFrame(table.data, table.time, list(table.labels)))
    save(path, tuple(frame.columns), frame.index.to_numpy(), frame.to_numpy())


def change_csv(path: Path, make: Callable[[pandas.DataFrame], pandas.DataFrame]) -> None:
    make(pandas.read_csv(path, index_col="time")).to_csv(path)


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


LENGTH, ARM = "analysis_MuscleAnalysis_Length.sto", "analysis_MuscleAnalysis_MomentArm_hinge.sto"
BROKEN = {
    "no lengths": (lambda h: sto(h, LENGTH).unlink(), "holds no *_MuscleAnalysis_Length.sto"),
    "no arms": (lambda h: sto(h, ARM).unlink(), "lacks analysis_MuscleAnalysis_MomentArm_"),
    "no moments": (lambda h: sto(h, "inverse_dynamics.sto").unlink(), "lacks inverse_dynamics.sto"),
    "no emg": (lambda h: sto(h, "emg_synthetic.csv").unlink(), "lacks emg.sto of trial slow"),
    "two emg": (lambda h: sto(h, "emg.csv").write_text("time,a\n0,1\n", "utf-8"), "leave one"),
    "no muscles": (lambda h: (h / "muscles.csv").unlink(), "lacks muscles.csv"),
    "no channels": (lambda h: (h / "channels.csv").unlink(), "channels.csv: does not exist"),
    "no moment column": (
        lambda h: change(sto(h, "inverse_dynamics.sto"), lambda t: t.drop(columns="hinge_moment")),
        'lacks the column "hinge_moment"',
    ),
    "no muscle column": (
        lambda h: change(sto(h, LENGTH), lambda t: t.drop(columns="back")),
        'lacks the column "back"',
    ),
    "no table column": (
        lambda h: rewrite(h / "muscles.csv", "tendon_slack_length", "slack"),
        'lacks the column "tendon_slack_length"',
    ),
    "no channel": (
        lambda h: rewrite(h / "channels.csv", "Back EMG", "Side EMG"),
        'lacks the column "Side EMG"',
    ),
    "unknown muscle": (
        lambda h: rewrite(h / "channels.csv", ",back", ",bakc"),
        '"bakc" is no muscle that moves the joint',
    ),
    "a muscle that does not move it": (
        lambda h: rewrite(h / "channels.csv", ",back", ",neighbour"),
        '"neighbour" is no muscle that moves the joint',
    ),
    "seen twice": (lambda h: rewrite(h / "channels.csv", ",back", ",front"), "two channels"),
    "one channel": (
        lambda h: rewrite(h / "channels.csv", "Back EMG,back\n", ""),
        "names fewer than two channels",
    ),
    "unlisted": (lambda h: rewrite(h / "muscles.csv", "back_deep", "rear"), "nothing of back_deep"),
    "apart": (
        lambda h: change(sto(h, "inverse_dynamics.sto"), lambda t: t.set_index(t.index + 60.0)),
        "put them on one clock",
    ),
    "other times": (
        lambda h: change(sto(h, ARM), lambda t: t.set_index(t.index + 0.1)),
        "take both from one analysis",
    ),
    "backwards": (
        lambda h: change(sto(h, LENGTH), lambda t: t.iloc[::-1]),
        "the time does not increase",
    ),
    "nan": (
        lambda h: rewrite(sto(h, LENGTH), "0.25", "nan"),
        "there is no number",
    ),
    "nan in emg": (
        lambda h: change_csv(
            sto(h, "emg_synthetic.csv"), lambda t: t[~np.isclose(t.index, 3.0)].reindex(t.index)
        ),
        "has no number at 3.000 s",
    ),
    "lengths in mm": (lambda h: change(sto(h, LENGTH), lambda t: 1e3 * t), "give metres"),
    "arms in mm": (lambda h: change(sto(h, ARM), lambda t: 1e3 * t), "give metres"),
    "moments in N mm": (
        lambda h: change(sto(h, "inverse_dynamics.sto"), lambda t: 1e3 * t),
        "give N m",
    ),
    "muscles in mm": (lambda h: rewrite(h / "muscles.csv", ",0.15,", ",150,"), "give it in m"),
    "pennation in degrees": (lambda h: rewrite(h / "muscles.csv", ",0.1\n", ",15\n"), "in rad"),
    "no number": (lambda h: rewrite(h / "muscles.csv", ",0.15,", ",long,"), "is no number"),
    "another model": (
        lambda h: rewrite(h / "muscles.csv", ",0.15,", ",0.45,"),
        "do not belong together",
    ),
    "percent": (
        lambda h: change_csv(sto(h, "emg_synthetic.csv"), lambda t: 100.0 * t),
        "divide by that",
    ),
    "raw emg": (
        lambda h: change_csv(sto(h, "emg_synthetic.csv"), lambda t: t - t.mean()),
        "rectify and smooth",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_folders_are_one_sentence(name: str, copied: Path, capsys) -> None:
    breaks, said = BROKEN[name]
    breaks(copied)
    error = refused(copied, capsys)
    assert said in error, error


def refused(home: Path, capsys, *words: str | Path) -> str:
    """One sentence, status 2, nothing written."""
    out = home.parent / "refused"
    with pytest.raises(SystemExit) as left:
        main([*map(str, ("deep-emg", "--joint", home, "--out", out, *words))])
    assert left.value.code == 2
    error = capsys.readouterr().err
    assert error.startswith("nuchal: ")
    assert error.count("\n") == 1
    assert not out.exists()
    return error


def test_what_has_no_meaning_without_a_neck_is_refused(hinge: Path, capsys) -> None:
    assert "--hold-out" in refused(hinge, capsys, "--hold-out", "fast")
    told = refused(hinge, capsys, "--hold-out", "quick", "--hold-out", "slow")
    assert "no trial is left to fit" in told
    assert "--mvc has no effect with --joint" in refused(hinge, capsys, "--mvc", "mvc.c3d")
    assert "--subject has no effect" in refused(hinge, capsys, "--subject", "person.toml")
    assert "leave out recordings" in refused(hinge, capsys, "walk.trc")
    assert "is no folder" in refused(hinge / "nowhere", capsys)


def test_without_a_joint_there_have_to_be_recordings_and_a_person(tmp_path, capsys) -> None:
    for words, said in (((), "--joint"), (("walk.trc",), "--subject")):
        with pytest.raises(SystemExit) as left:
            main(["deep-emg", *words, "--out", str(tmp_path / "out")])
        assert left.value.code == 2
        assert said in capsys.readouterr().err
