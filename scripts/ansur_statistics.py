"""Means and covariances of the neck's body measures, from the files of the ANSUR II survey.

    python scripts/ansur_statistics.py FOLDER

where ``ANSUR_II_MALE_Public.csv`` and ``ANSUR_II_FEMALE_Public.csv`` lie in the folder. Anyone can
download them: Gordon et al. (2014), 2012 Anthropometric Survey of U.S.
Army Personnel, Natick/TR-15/007. Writes ``src/nuchal/model/tables/population.csv``, or where
``--out`` says. The files hold millimetres, and ``weightkg`` in tenths of a kilogram.
"""

import argparse
import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np

from nuchal.model.survey import MEASURES

COLUMNS: Final = ("group", "statistic", "measure", "with_measure", "value")
TABLE: Final = Path(__file__).parents[1] / "src/nuchal/model/tables/population.csv"
_FILES: Final = {"men": "ANSUR_II_MALE_Public.csv", "women": "ANSUR_II_FEMALE_Public.csv"}
_DIGITS: Final = 10


def read_measures(path: Path) -> np.ndarray:
    """Our six measures of everyone in one of the survey's files, shape (person, measure), SI.

    Neck length is the height of C7 to tragion, which the survey has not as such: stature less
    tragion to top of head less the height of C7 (cervicale).
    """
    with path.open(encoding="latin-1", newline="") as file:
        people = [{key.lower(): cell for key, cell in row.items()} for row in csv.DictReader(file)]

    def column(name: str) -> np.ndarray:
        return np.array([float(person[name]) for person in people])

    top = column("tragiontopofhead")
    in_mm = (
        column("stature") - top - column("cervicaleheight"),
        column("biacromialbreadth"),
        column("headbreadth"),
        column("headlength"),
        top,
    )
    neck, shoulder, *head = (millimetres / 1000.0 for millimetres in in_mm)
    return np.stack([neck, shoulder, column("weightkg") / 10.0, *head], axis=1)


def statistics(groups: Mapping[str, np.ndarray]) -> list[tuple[str, str, str, str, str]]:
    """One row a fact: counts, means, and the upper triangle of the covariances (n - 1)."""
    rows = []
    for group, people in groups.items():
        rows.append((group, "count", "", "", str(len(people))))
        mean, covariance = people.mean(axis=0), np.cov(people.T)
        rows += [
            (group, "mean", name, "", f"{mean[k]:.{_DIGITS}g}") for k, name in enumerate(MEASURES)
        ]
        rows += [
            (group, "covariance", MEASURES[j], MEASURES[k], f"{covariance[j, k]:.{_DIGITS}g}")
            for j, k in zip(*np.triu_indices(len(MEASURES)), strict=True)
        ]
    return rows


def survey(folder: Path) -> dict[str, np.ndarray]:
    """Measures of men, women, and both together, from the survey's two files."""
    groups = {group: read_measures(folder / file) for group, file in _FILES.items()}
    return groups | {"pooled": np.concatenate(list(groups.values()))}


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where the survey's two CSV files are")
    parser.add_argument("--out", type=Path, default=TABLE, help="the table to write")
    chosen = parser.parse_args()
    with chosen.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(statistics(survey(chosen.folder)))


if __name__ == "__main__":
    main()
