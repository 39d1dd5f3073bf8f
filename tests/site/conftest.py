"""The modules that put the site together, which are scripts and no package."""

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def script(root: Path) -> Iterator[Callable[[str], ModuleType]]:
    """Loads a module of scripts/site by its name."""
    folder = root / "scripts" / "site"
    sys.path.insert(0, str(folder))
    yield importlib.import_module
    sys.path.remove(str(folder))
    for path in folder.glob("*.py"):
        sys.modules.pop(path.stem, None)
