"""Compiled code is kept where the user's cache is, and nothing breaks where it can't be."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nuchal.cli import FOLDER, keep_compiled_code


@pytest.fixture
def environment(monkeypatch, tmp_path) -> Path:
    """An environment of its own with its cache in a temporary folder."""
    monkeypatch.delenv(FOLDER, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(os, "environ", os.environ.copy())
    return tmp_path


def test_it_lies_in_the_users_cache(environment) -> None:
    keep_compiled_code()
    assert Path(os.environ[FOLDER]).parent == environment / "nuchal"
    assert Path(os.environ[FOLDER]).is_dir()


@pytest.mark.usefixtures("environment")
def test_the_users_own_choice_stays() -> None:
    os.environ[FOLDER] = ""
    keep_compiled_code()
    assert os.environ[FOLDER] == ""


def test_a_cache_that_cannot_be_made_is_done_without(environment) -> None:
    (environment / "nuchal").write_text("in the way", "utf-8")
    keep_compiled_code()
    assert FOLDER not in os.environ


def test_importing_the_package_keeps_nothing(tmp_path) -> None:
    subprocess.run(
        [sys.executable, "-c", "import nuchal.cli, nuchal; nuchal.MUSCLES"],
        check=True,
        env=os.environ | {"XDG_CACHE_HOME": str(tmp_path)},
    )
    assert list(tmp_path.iterdir()) == []
