"""The folder of all folders: what a dead server left goes at the next start, and nothing else."""

import subprocess
import sys
import tempfile

import pytest

from nuchal.app.visits import Visits

LEAVES = """
import os, sys
from nuchal.app.visits import Visits
visits = Visits()
root = visits.root
(root / "recording.trc").write_text("a person's")
print(root, flush=True)
sys.stdin.read()
os._exit(1)
"""


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def test_what_a_dead_server_left_is_removed_and_what_a_living_one_has_is_not(folder) -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", LEAVES], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    theirs = folder / other.stdout.readline().strip()
    Visits().close()
    assert (theirs / "recording.trc").exists()
    other.communicate("")
    assert theirs.exists()
    mine = Visits()
    assert sorted(folder.iterdir()) == sorted([mine.root])
    assert mine.root.stat().st_mode & 0o777 == 0o700
    mine.close()
    assert list(folder.iterdir()) == []
