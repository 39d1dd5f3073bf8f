"""The commit is git's own word for what is checked out."""

import shutil
import subprocess
from pathlib import Path

import pytest

from nuchal.io import commit


def test_the_checkout_is_named(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not (root / ".git").exists() or shutil.which("git") is None:
        pytest.skip("no checkout, or no git")
    told = subprocess.run(
        ["git", "-C", str(root), "rev-parse", "HEAD"], capture_output=True, text=True, check=True
    )
    found = commit.source_commit()
    assert found is not None
    assert found.removesuffix("-dirty") == told.stdout.strip()
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert commit.source_commit() is None


def test_an_installed_package_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commit, "_PACKAGE", tmp_path / "site-packages" / "nuchal")
    assert commit.source_commit() is None
