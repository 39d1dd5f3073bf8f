"""The folder of all folders: what a dead server left goes at the next start, and nothing else."""

import subprocess
import sys
import tempfile

import pytest

from nuchal.app.root import Root

LEAVES = """
import os, sys
from nuchal.app.root import Root
root = Root()
(root.path / "recording.trc").write_text("a person's")
print(root.path, flush=True)
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
    Root().remove()
    assert (theirs / "recording.trc").exists()
    other.communicate("")
    assert theirs.exists()
    mine = Root()
    assert sorted(folder.iterdir()) == sorted([mine.path, mine.path.with_suffix(".lock")])
    assert mine.path.stat().st_mode & 0o777 == 0o700
    mine.remove()
    assert list(folder.iterdir()) == []


def test_folders_of_others_stay(folder) -> None:
    (folder / "nuchal-page-of-an-earlier-version").mkdir()
    (folder / "another").mkdir()
    (folder / "nuchal-page-link.lock").symlink_to(folder / "another")
    (folder / "nuchal-page-link").symlink_to(folder / "another")
    before = sorted(folder.iterdir())
    Root().remove()
    assert sorted(folder.iterdir()) == before
