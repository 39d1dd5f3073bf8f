"""The tables of docs/deep-emg.md are those that the benchmarks wrote."""

from pathlib import Path

import pytest


def rows(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("|") and "---" not in line]


@pytest.mark.parametrize("name", ["deep_emg", "deep_emg_neck", "shoulder_hidden"])
def test_tables_are_copied_whole(root: Path, name: str) -> None:
    page = (root / "docs" / "deep-emg.md").read_text("utf-8")
    results = (root / "benchmarks" / "results" / f"{name}.md").read_text("utf-8")
    assert len(rows(results)) > 10
    assert [row for row in rows(results) if row not in rows(page)] == []
