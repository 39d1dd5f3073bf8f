"""The documentation's table of marker sets is what recognition goes by."""

import importlib.util
from pathlib import Path

from nuchal.tracking.names.marker_sets import HEAD, THORAX
from nuchal.tracking.names.name_table import known_names


def test_the_page_has_the_table(root: Path) -> None:
    path = root / "scripts" / "make_marker_names.py"
    spec = importlib.util.spec_from_file_location("make_names", path)
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    page = (root / "docs" / "recordings.md").read_text("utf-8")
    assert page == make.with_table(page)
    assert all(known.name in make.table() for known in known_names())


def test_the_table_names_places_that_we_know() -> None:
    assert {ours for known in known_names() for ours in known.ours} == {*HEAD, *THORAX}
