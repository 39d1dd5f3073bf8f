"""Fourteen people whose ranges were measured before and after, in sheets that lie beside us."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

import numpy as np

from nuchal.assessment.visits.changes import find_changes
from nuchal.assessment.visits.repeatability import Reached

_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_PLANES: Final = {"sagittal": 1, "frontal": 2, "horizontal": 3}
_WAYS: Final = {
    "sagittal": ("flex", "exte"),
    "frontal": ("righ", "left"),
    "horizontal": ("righ", "left"),
}


def rows(path: Path, sheet: int) -> Iterator[dict[str, str]]:
    """Cells of a sheet by column, row by row."""
    with zipfile.ZipFile(path) as book:
        shared = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        texts = ["".join(part.text or "" for part in one.iter(f"{_MAIN}t")) for one in shared]
        found = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))
    for row in found.iter(f"{_MAIN}row"):
        cells = {}
        for cell in row.iter(f"{_MAIN}c"):
            value = cell.find(f"{_MAIN}v")
            if value is not None and value.text:
                shown = texts[int(value.text)] if cell.get("t") == "s" else value.text
                cells[re.sub(r"\d", "", cell.get("r", ""))] = shown.strip()
        yield cells


def people(path: Path) -> dict[str, list[list[np.ndarray]]]:
    """Repetitions [degrees] before and after, by person and direction.

    Signs differ from person to person, so sizes are taken; a person or direction with fewer than
    three repetitions both times is left out.
    """
    found: dict[str, list[list[np.ndarray]]] = {}
    for plane, sheet in _PLANES.items():
        each: dict[tuple[str, str], list[tuple[float, float]]] = {}
        person = movement = ""
        for cells in list(rows(path, sheet))[1:]:
            person, movement = cells.get("A", person), cells.get("B", movement).lower()[:4]
            if "C" in cells and "D" in cells:
                each.setdefault((person, movement), []).append(
                    (float(cells["C"]), float(cells["D"]))
                )
        for person in dict.fromkeys(person for person, _ in each):
            for way in _WAYS[plane]:
                values = np.array(each.get((person, way), []))[:3].reshape(-1, 2)
                sign = np.sign(values.sum()) if len(values) else 1.0
                found.setdefault(person, []).append([sign * values[:, 0], sign * values[:, 1]])
    return {one: ways for one, ways in found.items() if all(len(x[0]) == 3 for x in ways)}


def told(path: Path) -> list[str]:
    """How they differ, and what is said of them, as tables."""
    both = people(path)
    change = np.array(
        [[np.mean(after) - np.mean(before) for before, after in x] for x in both.values()]
    )
    lines = [
        "| plane | standard error of a direction | by a shifted neutral pose | by both together |",
        "| --- | --- | --- | --- |",
    ]
    for k, plane in enumerate(_PLANES):
        pair = change[:, 2 * k : 2 * k + 2]
        against, along = (pair[:, 0] - pair[:, 1]) / 2.0, pair.mean(axis=1)
        cells = [f"{_error(x):.1f}°" for x in (pair.ravel(), against, along)]
        lines.append(f"| {plane} | " + " | ".join(cells) + " |")
    lines += ["", f"Over all of {len(both)} people and directions: {_error(change.ravel()):.1f}°."]
    said = [
        one.verdict
        for ways in both.values()
        for one in find_changes(_reached(ways, 0), _reached(ways, 1))
    ]
    count = {verdict: said.count(verdict) for verdict in dict.fromkeys(said)}
    words = ", ".join(f"{n} {verdict}" for verdict, n in count.items())
    return [*lines, "", f"Said of their {len(said)} directions: {words}."]


def _error(change: np.ndarray) -> float:
    """Standard error of one visit, by the median, so that a few who did change count little."""
    return float(np.median(np.abs(change)) / 0.6745 / np.sqrt(2.0))


def _reached(ways: list[list[np.ndarray]], n: int) -> Reached:
    return Reached(attempts_deg=[x[n] for x in ways], measuring_sd_deg=np.zeros(6))
