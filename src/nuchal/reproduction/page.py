"""One page with the paper's tables and figures beside ours, out of what the stages left behind."""

import base64
import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from scipy.stats import ttest_ind

from nuchal import __version__
from nuchal.io.output.files import replace_file
from nuchal.model.survey import MEASURES
from nuchal.networks.accuracy import OverMuscles
from nuchal.report.figures.networks import FOUR
from nuchal.report.html.packing import template
from nuchal.report.html.page import filled
from nuchal.reproduction.forces import TESTS
from nuchal.reproduction.glance import GOOD_R2, Accuracies, at_a_glance
from nuchal.reproduction.learning import networks
from nuchal.reproduction.outcome import PEOPLE, WAYS, write_rows
from nuchal.reproduction.parts import WAYS as PARTS
from nuchal.reproduction.settings import ReproduceOptions

_SVG: Final = "data:image/svg+xml;base64,"
Row = Mapping[str, str]


class _Overlaps(NamedTuple):
    """Mean overlaps of people and of patients by one way, and whether they differ."""

    way: str
    healthy: float
    healthy_sd: float
    patients: float
    patients_sd: float
    p: float | None


def write_page(out: Path, options: ReproduceOptions, path: Path) -> None:
    """Write the page of a run whose stages are all there.

    Raises:
        OutputError: the place cannot be written.
    """
    judged = json.loads((out / "judged" / "judged.json").read_text("utf-8"))
    muscles = _rows(out / "judged" / "table_2.csv")
    peaks = _rows(out / "judged" / "figure_7b.csv")
    mean_iou = {whose: _mean(judged["table_3"]["iou"][whose].values()) for whose in PEOPLE}
    mean_r = {key: _mean(found.values()) for key, found in judged["emg"].items()}
    ranges = {f"{p}_{way}": _range(peaks, f"{p}_{way}") for p in PEOPLE for way in WAYS}
    accuracy = {test: _accuracy(muscles, test) for test in TESTS}
    glance = at_a_glance(options, accuracy, mean_r, mean_iou, judged["table_3"], ranges)
    parts = [_overlaps(out / "parts", way) for way in PARTS]
    write_rows([one._asdict() for one in glance], out / "at_a_glance.csv")
    write_rows([one._asdict() for one in parts], out / "parts.csv")
    page = filled(
        "reproduction.html",
        style=template("style.css"),
        version=__version__,
        options=options,
        measures=MEASURES[:3],
        table_1=_table_1(_rows(out / "table_1.csv")),
        muscles=[_numbers(row) for row in muscles],
        four=[_numbers(row) for row in muscles if row["muscle"] in FOUR],
        glance=glance,
        table_3=judged["table_3"],
        mean_iou=mean_iou,
        mean_r=mean_r,
        emg=judged["emg"],
        figure_6=judged["figure_6"],
        ranges=ranges,
        parts=parts,
        judged=options.sizes.judged,
        figures={one.stem: _picture(one) for one in _figures(out)},
    )
    replace_file(path, page.encode("utf-8"))


def _figures(out: Path) -> list[Path]:
    return [networks(out, "averaged") / "forces.svg", *sorted((out / "judged").glob("*.svg"))]


def _picture(path: Path) -> str:
    """A picture as a page without other files holds it."""
    return _SVG + base64.b64encode(path.read_bytes()).decode("ascii")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _numbers(row: Row) -> dict[str, Any]:
    """A row of table 2 with its numbers as such."""
    words = {name: row[name] for name in ("muscle", "group")}
    flat = {f"{test}_flat": row[f"{test}_flat"] == "True" for test in TESTS}
    told = {name: value for name, value in row.items() if name not in words | flat}
    return words | flat | {name: float(value) if value else None for name, value in told.items()}


def _table_1(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Groups with their means, standard deviations and correlations, surveyed and drawn."""
    found = []
    for group in dict.fromkeys(row["group"] for row in rows):
        mine = [row for row in rows if row["group"] == group]
        told: dict[str, Any] = {"group": group}
        for source in ("survey", "drawn"):
            covariance = np.zeros((3, 3))
            for row in mine:
                j, k = (MEASURES.index(row[name]) for name in ("measure", "with_measure"))
                covariance[j, k] = covariance[k, j] = float(row[f"{source}_covariance"])
            means = [float(row[f"{source}_mean"]) for row in mine if row[f"{source}_mean"]]
            told[source] = {"mean": means, "sd": np.sqrt(np.diag(covariance)).tolist()}
            told[source]["covariance"] = covariance.tolist()
        told["people"] = {"survey": mine[0]["people_surveyed"], "drawn": mine[0]["people_drawn"]}
        found.append(told)
    return found


def _accuracy(rows: Sequence[Row], test: str) -> Accuracies:
    r2 = np.array([float(row[f"{test}_r2"]) for row in rows if row[f"{test}_r2"]])
    spread = OverMuscles(float(r2.min()), float(np.median(r2)), float(r2.max()))
    return Accuracies(spread, int((r2 > GOOD_R2).sum()), len(r2))


def _range(rows: Sequence[Row], column: str) -> tuple[float, float, float]:
    """Least, median and largest ratio of the muscles that work enough for one."""
    values = [float(row[column]) for row in rows if row[column]]
    return min(values), float(np.median(values)), max(values)


def _overlaps(folder: Path, way: str) -> _Overlaps:
    found = {
        kind: np.array(
            [json.loads(one.read_text("utf-8"))[way] for one in sorted(folder.glob(f"{kind}_*"))]
        )
        for kind in PEOPLE
    }
    healthy, patients = found["healthy"], found["patient"]
    several = len(healthy) > 1
    p = float(ttest_ind(healthy, patients, equal_var=False).pvalue) if several else None
    sds = (float(one.std(ddof=1)) if several else 0.0 for one in (healthy, patients))
    healthy_sd, patients_sd = sds
    return _Overlaps(way, float(healthy.mean()), healthy_sd, float(patients.mean()), patients_sd, p)


def _mean(values: Any) -> float | None:
    known = list(values)
    return float(np.mean(known)) if known else None
