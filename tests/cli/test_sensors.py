"""``nuchal estimate`` of orientations: forces with intervals, or one sentence and nothing else."""

import json
from pathlib import Path

import numpy as np
import pytest

from nuchal.cli import main
from nuchal.commands.options import RecordingOptions
from nuchal.commands.tracked import read_and_track, read_any
from nuchal.io.opensim.storage import read_storage
from nuchal.io.subject import read_subject
from nuchal.model.scaling import personalise
from nuchal.orientations import OrientationRecording

NOD = ("--up", "+Z", "--nod", "1,4")


def _run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    with pytest.raises(SystemExit) as left:
        main([str(word) for word in words])
    return int(left.value.code or 0), capsys.readouterr().err


@pytest.mark.slow
def test_two_sensors_become_forces_with_intervals(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "result"
    file, person = (root / "examples" / name for name in ("demo_sensors.sto", "person.toml"))
    status, _ = _run(capsys, "estimate", file, "--subject", person, "--out", out, *NOD)
    assert status == 0
    force, low, high = (
        read_storage(out / f"forces{end}.sto").data for end in ("", "_low", "_high")
    )
    assert np.all(low <= force)
    assert np.all(force <= high)
    assert np.median((high - low).max(axis=0)) > 1.0
    told = json.loads((out / "summary.json").read_text("utf-8"))
    assert told["intervals"]["mean_width_N"] == pytest.approx((high - low).mean(), rel=1e-3)
    assert told["tracking"] is None
    assert "inertial" in next(
        one["text"] for one in told["assumptions"] if one["what"] == "turns_in_doubt"
    )


def test_the_demonstrations_sensors_show_the_movement_that_made_them(root: Path) -> None:
    """Within the errors that ``examples/make_sensors.py`` gives them: a degree or two."""
    file = root / "examples" / "demo_sensors.sto"
    options = RecordingOptions(up="+Z", nod_window_s=(1.0, 4.0))
    assert isinstance(read_any(file, options), OrientationRecording)
    person = read_subject(root / "examples" / "person.toml")
    neck = personalise(person, form="living")
    found = read_and_track(file, person, neck, options)
    flexion, bending, turning = found.head_angles_deg(neck).T
    assert flexion[:200].max() == pytest.approx(30.0, abs=2.0)
    assert np.abs(bending[:200]).max() < 2.0
    assert np.abs(turning[:200]).max() < 2.0
    assert (flexion[200:].max(), -flexion[200:].min()) == pytest.approx((25.0, 27.0), abs=3.0)
    assert np.abs(turning).max() == pytest.approx(31.0, abs=3.0)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--up", "+Z"), "where the person faces; state the axis with --forward"),
        (("--nod", "1,4"), "which of its axes points up; state it with --up"),
        ((*NOD, "--head", "helmet"), "holds no body called --head helmet, but torso_imu"),
        ((*NOD, "--mirror", "X"), "holds orientations, on which --mirror"),
        ((*NOD, "--quaternion", "wxyz"), "OpenSense says this itself"),
        (("--up", "+Z", "--nod", "0,1"), "which is no nod"),
        ((*NOD, "--static", "examples/demo_static.trc"), "holds markers, but --static"),
    ],
)  # fmt: skip
def test_one_sentence_and_nothing_written(
    root: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    said: str,
) -> None:
    given = [str(root / word) if word.startswith("examples/") else word for word in words]
    file, person = (root / "examples" / name for name in ("demo_sensors.sto", "person.toml"))
    out = tmp_path / "result"
    status, told = _run(capsys, "estimate", file, "--subject", person, "--out", out, *given)
    assert status == 2
    assert said in " ".join(told.split())
    assert told.count("nuchal: ") == 1
    assert not list(tmp_path.iterdir())


def test_orientations_take_no_part_in_recordings_of_markers(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    markers, person = (root / "examples" / name for name in ("demo_recording.trc", "person.toml"))
    sensors, out = root / "examples" / "demo_sensors.sto", tmp_path / "result"
    given = ("estimate", markers, "--subject", person, "--out", out)
    for words, said in (
        (("--head", "TP"), "holds markers, on which --head"),
        (("--static", sensors), "holds"),
    ):
        status, told = _run(capsys, *given, *words)
        assert status == 2
        assert said in told
    assert not out.exists()
