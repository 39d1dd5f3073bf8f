"""A source, ``nuchal stream`` between, and a client: three parties over loopback, in real time."""

import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

import numpy as np
import pytest

import nuchal
from nuchal.io.opensim.storage import read_storage
from nuchal.model.generic import MUSCLES

pylsl = pytest.importorskip("pylsl")
pytestmark = pytest.mark.slow


class Follower:
    """``nuchal.run_stream`` in a thread."""

    def __init__(self, person: Path, out: Path, options: nuchal.StreamOptions) -> None:
        self.over, self.summary = threading.Event(), None
        self.board = nuchal.Board()
        self._given = person, out, options
        self._thread = threading.Thread(target=self._follow)
        self._thread.start()

    def _follow(self) -> None:
        person, out, options = self._given
        onlooker = nuchal.Onlooker(board=self.board, is_over=self.over.is_set)
        self.summary = nuchal.run_stream(
            "lsl", subject=person, out=out, options=options, onlooker=onlooker
        )

    def end(self):
        self.over.set()
        self._thread.join(30.0)
        assert not self._thread.is_alive()
        return self.summary


def player(root: Path, name: str) -> subprocess.Popen:
    examples = root / "examples"
    words = [examples / "replay_over_lsl.py", examples / "demo_recording.trc", "--name", name]
    return subprocess.Popen([sys.executable, *map(str, words)], stdout=subprocess.DEVNULL)


def until(holds, patience_s: float = 120.0) -> None:
    end = time.monotonic() + patience_s
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    assert holds()


def test_a_client_gets_what_the_file_gets_and_a_source_may_come_back(root, tmp_path) -> None:
    name, out = f"test {uuid.uuid4()}", tmp_path / "forces.sto"
    options = nuchal.StreamOptions(stream_name=name, wait_s=30.0, publish=True)
    playing = player(root, name)
    try:
        follower = Follower(root / "examples/person.toml", out, options)
        until(lambda: follower.board.latest.frames > 30)
        found = pylsl.resolve_byprop("source_id", f"nuchal of {name}", 1, 10.0)
        inlet = pylsl.StreamInlet(found[0])
        rows = [inlet.pull_sample(10.0) for _ in range(150)]
        playing.kill()
        playing.wait(10.0)
        until(lambda: follower.board.latest.phase == "silent")
        playing = player(root, name)
        until(lambda: follower.board.latest.phase == "running")
    finally:
        playing.kill()
        playing.wait(10.0)
    summary = follower.end()
    said = " ".join(one.text for one in summary.events)
    assert "Nothing has come in" in said
    assert "gives frames again" in said
    table = read_storage(out)
    assert len(table.time) >= 180
    for numbers, stamp in rows:
        near = int(np.argmin(np.abs(table.time - stamp)))
        kept = table.data[near]
        assert table.time[near] == pytest.approx(stamp, abs=1e-4)
        assert numbers[:3] == pytest.approx(kept[:3], abs=1e-3)
        assert numbers[3:219] == pytest.approx(kept[4:], rel=1e-4, abs=1e-4)
    assert len(MUSCLES) * 3 + 3 + 2 == len(rows[0][0])
    stamps = np.array([stamp for _, stamp in rows])
    assert np.diff(stamps) == pytest.approx(0.01, abs=1e-4)
    delays = np.array([numbers[-2] for numbers, _ in rows])
    assert delays.min() >= 20.0
    assert np.median(delays) < 250.0
