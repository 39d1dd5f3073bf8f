"""What a command needed the last time is loaded beside it, and harms nothing where it is wrong."""

import threading
import time
from pathlib import Path

import numpy as np
import pytest
from tests.programs import examples
from tests.programs.examples import longer, neck
from tests.programs.test_kept import BY, folder

from nuchal.cli.ahead import programs_ahead
from nuchal.programs import ahead, store

__all__ = ["folder"]


@pytest.fixture
def noted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder after a command that needed a program; the process has forgotten it."""
    with programs_ahead("assess"):
        longer(neck(), BY, 2.0)
    assert len(store.read_needed(folder, "assess")) == 1
    monkeypatch.setattr(ahead, "_PROCESS", ahead.Process.new())
    monkeypatch.setattr(longer, "_runs", {})
    return folder


def test_it_is_loaded_and_used(noted: Path) -> None:
    ahead.load_programs("assess", threading.Event())
    (file,) = noted.glob("*.program")
    file.unlink()  # what is used now was loaded before
    (first, _), _ = longer(neck(), BY, 2.0)
    np.testing.assert_allclose(first, BY**2 / np.arange(1.0, 4.0) + 2.0)
    assert examples.TRACED == ["longer"]


def test_other_tasks_load_nothing(noted: Path) -> None:
    ahead.load_programs("estimate", threading.Event())
    (file,) = noted.glob("*.program")
    file.unlink()
    longer(neck(), BY, 2.0)
    assert examples.TRACED == ["longer"] * 2


@pytest.mark.parametrize("content", ["", "{}", "[1, 2]", '["nuchal.gone-1"]', "\x00"])
def test_a_strange_list_is_no_harm(noted: Path, content: str) -> None:
    (noted / "assess.json").write_text(content, "utf-8")
    with programs_ahead("assess"):
        longer(neck(), BY, 2.0)
    assert len(store.read_needed(noted, "assess")) == 1


@pytest.mark.usefixtures("noted")
def test_a_command_that_fails_stops_the_loading(monkeypatch) -> None:
    monkeypatch.setattr(store, "read_needed", lambda *_: [f"nuchal.gone-{k}" for k in range(1000)])
    monkeypatch.setattr(store, "read", lambda *_: time.sleep(0.01))
    with pytest.raises(ZeroDivisionError), programs_ahead("assess"):
        raise ZeroDivisionError
    start = time.monotonic()
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(5.0)
    assert time.monotonic() - start < 5.0


def test_an_old_version_is_forgotten(folder: Path, monkeypatch) -> None:
    old, young = (folder.parent / f"programs-{name}" for name in ("old", "young"))
    old.mkdir()
    monkeypatch.setattr(store.time, "time", lambda: old.stat().st_mtime + 40 * 24 * 3600)
    young.mkdir()
    folder.rmdir()
    store.folder.cache_clear()
    monkeypatch.setattr(store, "_FORGOTTEN_S", 39 * 24 * 3600)
    store.folder()
    assert not old.exists()
