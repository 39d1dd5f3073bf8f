"""The layers of the design hold: see ``[tool.importlinter]`` in pyproject.toml."""

from pathlib import Path

from importlinter.cli import lint_imports


def test_every_import_contract_is_kept(root: Path, capsys) -> None:
    status = lint_imports(config_filename=str(root / "pyproject.toml"), no_cache=True)
    assert status == 0, capsys.readouterr().out
