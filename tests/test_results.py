"""The tables of docs/networks.md and docs/emg.md are those that their benchmarks wrote."""

import re
from pathlib import Path

import numpy as np


def rows(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("|") and "---" not in line]


def test_accuracy_and_times_are_copied_whole(root: Path) -> None:
    page = (root / "docs" / "networks.md").read_text("utf-8")
    results = (root / "benchmarks" / "results" / "networks.md").read_text("utf-8")
    assert len(rows(results)) > 20
    assert [row for row in rows(results) if row not in rows(page)] == []


def test_the_ceilings_are_those_measured(root: Path) -> None:
    page = (root / "docs" / "networks.md").read_text("utf-8")
    results = (root / "benchmarks" / "results" / "loops.md").read_text("utf-8")
    quoted = re.findall(r"(\d\.\d{3}) \| (\d\.\d{3}) \| (\d+ of \d+) \|$", page, re.M)
    measured = re.findall(r"(\d\.\d{3}) \(\w+\) \| (\d\.\d{3}) \| (\d+ of \d+) \|$", results, re.M)
    assert len(quoted) == 6
    assert set(quoted) <= set(measured)


def test_every_muscle_that_varies_is_learnt_on_the_papers_split(root: Path) -> None:
    results = (root / "benchmarks" / "results" / "networks.md").read_text("utf-8")
    (row,) = re.findall(
        r"^\| the paper's random split \| 24000 \| ([\d.]+) \| ([\d.]+)", results, re.M
    )
    assert np.array(row, float).min() > 0.95
    (good, varied) = re.findall(r"above 0.95 for (\d+) of the (\d+) muscles", results)[0]
    assert good == varied


def test_what_the_emg_analysis_recovers_is_copied_whole(root: Path) -> None:
    page = (root / "docs" / "emg.md").read_text("utf-8")
    results = (root / "benchmarks" / "results" / "emg_recovery.md").read_text("utf-8")
    assert len(rows(results)) > 50
    assert [row for row in rows(results) if row not in rows(page)] == []
