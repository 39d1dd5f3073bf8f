"""A file that grows: whole at the end, and whole lines whenever it is cut off."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from nuchal.errors import OutputError
from nuchal.io.live.log import PART, ForceLog, check_new
from nuchal.io.opensim.storage import read_storage
from nuchal.model.generic import MUSCLES
from nuchal.streaming.records import LiveFrame


def frame(k: int) -> LiveFrame:
    force = np.arange(72) + 0.01 * k
    return LiveFrame(
        time=k / 100, q=np.zeros(6), angles_deg=np.array([k, -k, 0.5]), force=force,
        low=0.9 * force, high=1.1 * force, activation=force, missing=np.zeros(6),
        like_training=k % 2 == 0,
    )  # fmt: skip


def test_the_file_reads_back(tmp_path: Path) -> None:
    out = tmp_path / "forces.sto"
    log = ForceLog(out, MUSCLES, "a note")
    for k in range(250):
        log.add(frame(k))
    assert not out.exists()
    log.close()
    table = read_storage(out)
    assert table.data.shape == (250, 4 + 3 * 72)
    assert table.labels[:4] == (
        "flexion_deg", "right_bending_deg", "right_rotation_deg", "like_training",
    )  # fmt: skip
    assert table.labels[4] == MUSCLES[0]
    assert table.labels[-1] == f"{MUSCLES[-1]}_high"
    assert table.data[40, 4:76] == pytest.approx(frame(40).force, rel=1e-5)
    assert [path.name for path in tmp_path.iterdir()] == ["forces.sto"]
    if os.name == "posix":
        assert out.stat().st_mode & 0o777 == 0o600


def test_opensim_opens_it(tmp_path: Path) -> None:
    opensim = pytest.importorskip("opensim")
    log = ForceLog(tmp_path / "forces.sto", MUSCLES, "a note")
    for k in range(20):
        log.add(frame(k))
    log.close()
    opensim.Logger.setLevelString("Off")
    theirs = opensim.TimeSeriesTable(str(tmp_path / "forces.sto"))
    assert (theirs.getNumRows(), theirs.getNumColumns()) == (20, 220)
    column = theirs.getDependentColumn(f"{MUSCLES[7]}_low").to_numpy()
    assert column == pytest.approx([frame(k).low[7] for k in range(20)], rel=1e-5)


def test_without_a_frame_there_is_no_file(tmp_path: Path) -> None:
    ForceLog(tmp_path / "forces.sto", MUSCLES, "").close()
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_replaced(tmp_path: Path) -> None:
    out = tmp_path / "forces.sto"
    out.write_text("mine")
    with pytest.raises(OutputError, match="never replaced"):
        check_new(out)
    out.unlink()
    (tmp_path / f"forces.sto{PART}").write_text("mine")
    with pytest.raises(OutputError, match="cut off"):
        ForceLog(out, MUSCLES, "")
    assert (tmp_path / f"forces.sto{PART}").read_text() == "mine"
    with pytest.raises(OutputError):
        check_new(tmp_path / "none" / "forces.sto") or ForceLog(
            tmp_path / "none" / "forces.sto", MUSCLES, ""
        )


_KILLED = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_log import MUSCLES, ForceLog, frame
log = ForceLog(Path(sys.argv[1]), MUSCLES, "")
for k in range(100_000):
    log.add(frame(k))
    time.sleep(0.002)
"""


@pytest.mark.skipif(os.name != "posix", reason="kills as POSIX does")
def test_a_kill_leaves_what_was_recorded(tmp_path: Path) -> None:
    out = tmp_path / "forces.sto"
    words = [sys.executable, "-c", _KILLED, str(out), str(Path(__file__).parent)]
    with subprocess.Popen(words) as process:
        part = tmp_path / f"forces.sto{PART}"
        until = time.monotonic() + 60.0
        while (not part.exists() or part.stat().st_size < 200_000) and time.monotonic() < until:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    lines = part.read_text().splitlines()
    head, rows = lines[:8], lines[8:-1]
    assert head[6] == "endheader"
    assert len(rows) > 50
    assert all(len(row.split("\t")) == 5 + 3 * 72 for row in rows)
    assert [float(row.split("\t")[0]) for row in rows] == pytest.approx(np.arange(len(rows)) / 100)
