"""Which state of the source is running."""

import shutil
import subprocess
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]


def source_commit() -> str | None:
    """The commit of the checkout that is running, ``-dirty`` where files differ from it.

    None for an installed package, which its version says enough of.
    """
    git = shutil.which("git")
    if git is None or not (_PACKAGE.parents[1] / ".git").exists():
        return None
    here = [git, "-C", str(_PACKAGE)]
    commit = _said([*here, "rev-parse", "HEAD"])
    changed = _said([*here, "status", "-s", "-uno"])
    return f"{commit}-dirty" if commit and changed else commit or None


def _said(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
