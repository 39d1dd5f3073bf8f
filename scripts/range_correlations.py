"""Make ``model/tables/range_correlations.csv`` from goniometer measurements of 14 people.

    python scripts/range_correlations.py /path/to/PartA.xlsx

Each person bent and turned three times each way (sheet "ROM devided by repetition", columns of the
goniometer). Correlations are of the means of three, between people; the standard deviation of
repetitions is pooled over people. Necks have no better side, so the table is the mean of what was
measured and of its mirror image. The sheet's text is read as it is: nothing but the standard
library is needed.
"""

import argparse
import csv
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

import numpy as np

TABLE: Final = Path(__file__).parents[1] / "src/nuchal/model/tables/range_correlations.csv"
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_SHEET: Final = "xl/worksheets/sheet2.xml"
_INFO: Final = "xl/worksheets/sheet1.xml"
_REPETITIONS: Final = ("E", "F", "G")
# Of the sheet, in the order of ``model.clinical.DIRECTIONS``.
_MOVEMENTS: Final = {
    "flexion": ("Sagital", "Flexion"),
    "extension": ("Sagital", "Extension"),
    "right_bending": ("Frontal", "Right"),
    "left_bending": ("Frontal", "Left"),
    "right_rotation": ("Horizontal", "Right"),
    "left_rotation": ("Horizontal", "Left"),
}
_MIRRORED: Final = [0, 1, 3, 2, 5, 4]


def rows(path: Path, part: str = _SHEET) -> Iterator[dict[str, str]]:
    """Cells of a sheet by column, row by row."""
    with zipfile.ZipFile(path) as book:
        shared = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        texts = ["".join(part.text or "" for part in one.iter(f"{_MAIN}t")) for one in shared]
        sheet = ElementTree.fromstring(book.read(part))
    for row in sheet.iter(f"{_MAIN}row"):
        cells = {}
        for cell in row.iter(f"{_MAIN}c"):
            value = cell.find(f"{_MAIN}v")
            if value is not None and value.text:
                column = re.sub(r"\d", "", cell.get("r", ""))
                shown = texts[int(value.text)] if cell.get("t") == "s" else value.text
                cells[column] = shown.strip()
        yield cells


def women(path: Path) -> dict[str, bool]:
    """Whether each person is a woman, by the number under which ranges stand."""
    people = list(rows(path, _INFO))[1:]
    return {one["A"]: one["B"] == "1" for one in people if "A" in one and "B" in one}


def measured_people(path: Path) -> tuple[np.ndarray, list[str]]:
    """Ranges [degrees], shape (people, six directions, three repetitions), and whose they are."""
    found: dict[tuple[str, str], dict[str, list[float]]] = {}
    plane = movement = ""
    for cells in list(rows(path))[2:]:
        plane, movement = cells.get("A", plane), cells.get("B", movement)
        if all(column in cells for column in ("C", *_REPETITIONS)):
            each = [float(cells[column]) for column in _REPETITIONS]
            found.setdefault((plane, movement), {})[cells["C"]] = each
    ways = [found[place] for place in _MOVEMENTS.values()]
    people = sorted(set.intersection(*(set(way) for way in ways)))
    return np.array([[way[person] for way in ways] for person in people]), people


def statistics(found: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Correlations between people, and standard deviations of repetitions [degrees]."""
    alike = np.corrcoef(found.mean(axis=2).T)
    again = np.sqrt(found.var(axis=2, ddof=1).mean(axis=0))
    alike = 0.5 * (alike + alike[np.ix_(_MIRRORED, _MIRRORED)])
    return alike, np.sqrt(0.5 * (again**2 + again[_MIRRORED] ** 2))


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("sheet", type=Path, help="PartA.xlsx")
    given = parser.parse_args()
    found, _ = measured_people(given.sheet)
    alike, again = statistics(found)
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["direction", *_MOVEMENTS, "repetition_sd_deg"])
        for way, line, sd in zip(_MOVEMENTS, alike, again, strict=True):
            table.writerow([way, *(f"{x:.3f}" for x in line), f"{sd:.2f}"])
    least = np.linalg.eigvalsh(alike)[0]
    sys.stdout.write(f"{len(found)} people; smallest eigenvalue {least:.3f}\n")


if __name__ == "__main__":
    main()
