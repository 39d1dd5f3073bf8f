"""The reference of the Python API is what the docstrings say, and holds every public name."""

import importlib.util
from pathlib import Path

import nuchal


def test_the_reference_is_up_to_date(root: Path) -> None:
    spec = importlib.util.spec_from_file_location("make", root / "scripts" / "make_reference.py")
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    page = (root / "docs" / "reference.md").read_text("utf-8")
    assert page == make.page()
    assert all(f"## `{name}`" in page for name in nuchal.__all__ if name[0] != "_")
