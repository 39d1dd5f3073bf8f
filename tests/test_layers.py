"""The layers of the design hold: see ``[tool.importlinter]`` in pyproject.toml."""

import subprocess
import sys
from pathlib import Path

LINT = "import sys, importlinter.cli as c; sys.exit(c.lint_imports(no_cache=True))"


def test_every_import_contract_is_kept(root: Path) -> None:
    """In a process of its own: the linter keeps the terminal that an earlier test has closed."""
    found = subprocess.run(
        [sys.executable, "-c", LINT], cwd=root, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stdout + found.stderr
    assert "0 broken" in found.stdout
