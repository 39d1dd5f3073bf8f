"""The table of extras is that of the package, and a command that lacks one says so at once."""

import tomllib
from pathlib import Path

import pytest

from nuchal import errors
from nuchal.cli import main
from nuchal.errors import EXTRAS

# Packages that are imported by another name than they are installed by.
_IMPORTED = {"scikit-learn": "sklearn"}


def test_the_table_is_that_of_the_package(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    stated = project["optional-dependencies"]
    assert set(stated) == {*EXTRAS, "all", "dev", "docs", "fuzz"}
    assert stated["all"] == [f"nuchal[{','.join(sorted(EXTRAS))}]"]
    for extra, packages in EXTRAS.items():
        names = [one.split(">")[0] for one in stated[extra] if not one.startswith("nuchal[")]
        assert tuple(_IMPORTED.get(name, name) for name in names) == packages


@pytest.mark.parametrize(
    ("words", "lacking", "extra"),
    [
        ("app", "nicegui", "app"),
        ("average a.trc b.trc --out new.mot", "dtaidistance", "average"),
        ("stream --source a.trc --subject p.toml --page", "psutil", "app"),
        ("study s.toml --out new", "statsmodels", "study"),
        ("learn --out new", "optax", "train"),
        ("train --out new", "optax", "train"),
        ("reproduce --quick --out new", "optax", "train"),
        ("deep-emg a.trc --subject p.toml --mvc m.csv --out new", "optax", "hidden-emg"),
    ],
)
def test_a_command_says_what_to_install(
    words: str,
    lacking: str,
    extra: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(errors, "find_spec", lambda name: None if name == lacking else name)
    with pytest.raises(SystemExit) as left:
        main(words.split())
    assert left.value.code == 2
    said = capsys.readouterr().err.strip()
    assert f"pip install 'nuchal[{extra}]'" in said
    assert len(said.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
