"""``nuchal stream``: a recording in real time to a file of forces, and what is refused."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import nuchal
from nuchal.cli import main
from nuchal.cli.stream import standing
from nuchal.io.opensim.storage import read_storage, write_storage
from nuchal.streaming.records import Delay, LiveFrame, Phase, Shown


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as left:
        main(["stream", *map(str, words)])
    return left.value.code


@pytest.fixture(scope="module")
def recording(first_frames) -> Path:
    return first_frames(200, "short.trc")


@pytest.fixture
def person(root: Path) -> Path:
    return root / "examples/person.toml"


def test_a_recording_in_real_time_gives_forces_with_intervals(
    recording, person, tmp_path, capsys
) -> None:
    out = tmp_path / "forces.sto"
    words = ("--source", recording, "--subject", person, "--out", out, "--json")
    assert run(*words) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["source"], told["out"]) == ("short.trc", "forces.sto")
    assert told["lost"] == 0
    assert told["frames"] > 60
    assert told["delay"]["median_ms"] >= 20.0
    assert told["notice"] == "Research use; not a medical device."
    table = read_storage(out)
    force, low, high = (table.data[:, 4 + 72 * k : 4 + 72 * (k + 1)] for k in range(3))
    assert len(force) == told["frames"]
    assert (low <= force + 1e-4).all()
    assert (force <= high + 1e-4).all()
    assert force.sum(axis=1).min() > 10.0
    # no second recording takes its place
    assert run(*words) == 2
    assert "never replaced" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "match"),
    [
        (["--source", "none.trc"], "none.trc"),
        (["--source", "examples/person.toml"], "person.toml"),
        (["--source", "lsl", "--stream", "nobody's", "--wait", "0.2"], "no stream of that name"),
        (["--source", "RECORDING", "--network", "none.npz"], "none.npz"),
        (["--source", "RECORDING", "--static", "none.trc"], "none.trc"),
        (["--source", "RECORDING", "--quaternion", "wxyz"], "--columns"),
        (["--source", "RECORDING", "--marker", "TP=Nobody"], "Nobody"),
        (["--source", "RECORDING", "--out", "none/forces.sto"], "forces.sto"),
        (["--source", "RECORDING", "--load-place", "0,0,0"], "--load-kg"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    recording, person, root, words, match, capsys, monkeypatch, tmp_path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(root / "examples")
    given = [str(recording) if word == "RECORDING" else word for word in words]
    assert run(*given, "--subject", person) == 2
    told = capsys.readouterr().err
    assert match in told
    assert told.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["examples"]


def test_coordinates_are_no_source(person, capsys, tmp_path) -> None:
    made = tmp_path / "movement.mot"
    write_storage(
        made, name="coordinates", labels=nuchal.COORDINATES, time=np.arange(100) / 100,
        data=np.zeros((100, 6)),
    )  # fmt: skip
    assert run("--source", made, "--subject", person) == 2
    assert "a stream is of markers or orientations" in capsys.readouterr().err


@pytest.mark.skipif(os.name != "posix", reason="interrupts as POSIX does")
def test_ctrl_c_ends_it_with_the_file_whole(root, person, tmp_path) -> None:
    out = tmp_path / "forces.sto"
    source = root / "examples/demo_recording.trc"
    words = ["--source", source, "--subject", person, "--out", out]
    command = [sys.executable, "-m", "nuchal", "stream", *map(str, words)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        part, until = tmp_path / "forces.sto.part", time.monotonic() + 120.0
        while (not part.exists() or part.stat().st_size < 50_000) and time.monotonic() < until:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        told, wrong = process.communicate(timeout=60.0)
    assert process.returncode == 0, wrong
    assert b"frames with forces" in told
    assert [path.name for path in tmp_path.iterdir()] == ["forces.sto"]
    assert len(read_storage(out).time) > 10


def test_somebody_else_may_end_it(recording, person) -> None:
    over, begun = threading.Event(), threading.Event()
    board = nuchal.Board()
    onlooker = nuchal.Onlooker(board=board, ready=lambda _neck: begun.set(), is_over=over.is_set)
    found = []
    thread = threading.Thread(
        target=lambda: found.append(
            nuchal.run_stream(
                str(recording), subject=person, options=nuchal.StreamOptions(), onlooker=onlooker
            )
        )
    )
    thread.start()
    assert begun.wait(120.0)
    time.sleep(0.3)
    over.set()
    thread.join(10.0)
    assert not thread.is_alive()
    assert board.latest.phase is Phase.ENDED
    assert found[0].frames < 60


def test_the_line_says_how_it_stands() -> None:
    force = np.zeros(72)
    force[[3, 40]] = 30.0, 20.0
    frame = LiveFrame(
        time=1.0, q=np.zeros(6), angles_deg=np.array([10.4, -3.0, 0.0]), force=force, low=force,
        high=force, activation=force, missing=np.zeros(6), like_training=True,
    )  # fmt: skip
    delay = Delay(total=27.4, slow=31.0, work=0.8, slow_work=1.2)
    line = standing(Shown(phase=Phase.RUNNING, frame=frame, delay=delay))
    assert "27 ms behind; flexion +10, right bending -3, right rotation +0 degrees" in line
    assert "all muscles 50 N" in line
    assert "hold the head straight" in standing(Shown(phase=Phase.SETTLING))
