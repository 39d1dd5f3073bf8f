"""Ranges drawn by the thousand, without recordings: what the spread of healthy people allows.

    python benchmarks/virtual_patients/drawn.py            # prints the tables: four minutes
    python benchmarks/virtual_patients/drawn.py --write    # writes them into results and docs too

Errors of the pipeline are added to ranges as they were measured on recordings. Writes
results/restriction.md, and the same tables into docs/virtual-patients.md.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from people import LESS_DEG, Kept
from scipy.stats import norm as normal
from scores import judged, likely, restricted, sensitivity_at, unused

from nuchal.assessment.ranges.reached import ALL_DIRECTIONS
from nuchal.assessment.ranges.restriction import ellipse_deg
from nuchal.model.clinical import DIRECTIONS
from nuchal.model.norms import correlation, drawn_correlation, norm_of, repetition_sd_deg
from nuchal.synthetic.people import AGES_YEARS, CORNERS_SHARE, LEAST_REACH_DEG

RESULTS: Final = Path(__file__).parents[1] / "results" / "restriction.md"
PAGE: Final = Path(__file__).parents[2] / "docs" / "virtual-patients.md"
SEED: Final = 404
"""Of people whom nobody has looked at before."""
HEALTHY: Final = 1500
EACH: Final = 40
"""Patients of every way and amount."""
OF_ASKED: Final = 200
"""The same of the amount that is asked about."""
ASKED_DEG: Final = 15.0
SPECIFICITY: Final = 0.95
ERROR_DEG: Final = (0.45, 0.9)
"""Mean and standard deviation of a measured reach less the true one."""
ALIKE: Final = {
    "measured": correlation(),
    "0.75, 0.35": drawn_correlation(0.75, 0.35),
    "0.6, 0.2": drawn_correlation(0.6, 0.2),
    "0.9, 0.5": drawn_correlation(0.9, 0.5),
}
"""Correlations of directions that people may really have."""
JUDGES: Final = (
    ("measured", "0.75, 0.35"),
    ("measured", "measured"),
    ("0.75, 0.35", "0.75, 0.35"),
    ("0.75, 0.35", "measured"),
    ("0.6, 0.2", "measured"),
    ("0.9, 0.5", "measured"),
)
"""What is true of people, and what the judgement believes."""


def drawn(dice: np.random.Generator, less: np.ndarray, alike: np.ndarray) -> Kept:
    """Ranges of someone with something missing."""
    norm = norm_of(float(dice.uniform(*AGES_YEARS)))
    factor = np.linalg.cholesky(alike)
    reach = np.maximum(
        norm.mean_deg + norm.sd_deg * (factor @ dice.normal(size=6)), LEAST_REACH_DEG
    )
    error, spread = ERROR_DEG
    reach = np.maximum(reach - less[:6] + error + spread * dice.normal(size=6), 0.0)
    mean, of_people, of_corners = CORNERS_SHARE
    share = mean + of_people * dice.normal() + of_corners * dice.normal(size=4)
    corner = np.maximum(ellipse_deg(reach) * share - less[6:], 0.0)
    return {"reach": reach, "corner": corner, "age": np.array(norm.age_years)}


def by_judge() -> Iterator[str]:
    """How often drawn people are judged rightly, by amount and by what is true of people."""
    yield (
        "| correlations of people (of mirrored, of other directions) | the judgement's | healthy "
        "with no restriction named | " + " | ".join(f"{less:.0f}°" for less in LESS_DEG) + " |"
    )
    yield "| --- | --- | --- |" + " --- |" * len(LESS_DEG)
    for true, believed in JUDGES:
        dice = np.random.default_rng([SEED, list(ALIKE).index(true)])
        nothing = np.zeros(len(ALL_DIRECTIONS))
        well = [judged(drawn(dice, nothing, ALIKE[true]), ALIKE[believed]) for _ in range(HEALTHY)]
        right = np.mean([not restricted(one).any() for one in well])
        scores = np.array([likely(one) for one in well])
        cells = [_of_amount(dice, less, (true, believed), scores) for less in LESS_DEG]
        yield f"| {true} | {believed} | {right:.3f} | " + " | ".join(cells) + " |"


def _of_amount(
    dice: np.random.Generator, less: float, alike: tuple[str, str], well: np.ndarray
) -> str:
    """Found by the verdict, and at a specificity of 0.95 for each way: sides, corners."""
    true, believed = (ALIKE[name] for name in alike)
    count = OF_ASKED if less == ASKED_DEG else EACH
    found, best = [], []
    for k in range(len(ALL_DIRECTIONS)):
        fault = less * np.eye(len(ALL_DIRECTIONS))[k]
        people = [judged(drawn(dice, fault, true), believed) for _ in range(count)]
        found.append(np.mean([restricted(one)[k] for one in people]))
        score = np.array([2.0 if unused(one)[k] else likely(one)[k] for one in people])
        best.append(sensitivity_at(score, well[:, k], SPECIFICITY))
    sides, corners = np.mean(best[:6]), np.mean(best[6:])
    return f"{np.mean(found):.2f}, {sides:.2f}, {corners:.2f}"


def bounds() -> Iterator[str]:
    """What correlations allow, by the best linear guess of a direction from the other five."""
    amount = f"{ASKED_DEG:.0f}°"
    yield (
        "| direction | standard deviation at an age | given the other five, as assumed before | "
        f"given the other five, as measured | found of {amount}, as assumed before | "
        f"found of {amount}, as measured | and with the spread of repetitions |"
    )
    yield "| --- |" + " --- |" * 6
    sd = norm_of(45.0).sd_deg
    again = np.diag(repetition_sd_deg() ** 2)
    spreads = [drawn_correlation() * np.outer(sd, sd), correlation() * np.outer(sd, sd)]
    spreads.append(spreads[1] + again)
    left = np.array([[_given_others(spread, k) for k in range(6)] for spread in spreads])
    found = normal.cdf(ASKED_DEG / left - normal.ppf(SPECIFICITY))
    for k, way in enumerate(DIRECTIONS):
        cells = [f"{sd[k]:.0f}°", *(f"{x:.1f}°" for x in left[:2, k])]
        yield f"| {way} | " + " | ".join([*cells, *(f"{x:.2f}" for x in found[:, k])]) + " |"
    yield "| mean | | | | " + " | ".join(f"{x:.2f}" for x in found.mean(axis=1)) + " |"


def _given_others(spread: np.ndarray, k: int) -> float:
    """Standard deviation of one of jointly normal numbers, the others given."""
    return float(1.0 / np.sqrt(np.linalg.inv(spread)[k, k]))


def sections() -> dict[str, list[str]]:
    """Tables by their titles."""
    return {
        "Restrictions in ranges drawn by the thousand": list(by_judge()),
        "What correlations allow": list(bounds()),
    }


def put_into_page(found: dict[str, list[str]], page: Path) -> None:
    """Replace what stands between a table's marks in the page."""
    text = page.read_text("utf-8")
    for title, lines in found.items():
        begin, end = f"<!-- {title} -->", "<!-- end -->"
        pattern = re.escape(begin) + r"\n.*?" + re.escape(end)
        table = "\n".join([begin, "", *lines, "", end])
        text = re.sub(pattern, lambda _, table=table: table, text, flags=re.S)
    page.write_text(text, "utf-8")


def main() -> None:
    """Print the tables, and write them where asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="write results and docs too")
    given = parser.parse_args()
    found = sections()
    parts = [f"## {title}\n\n" + "\n".join(lines) for title, lines in found.items()]
    head = "# Restrictions in drawn ranges\n\n`benchmarks/virtual_patients/drawn.py --write`.\n\n"
    page = head + "\n\n".join(parts) + "\n"
    sys.stdout.write(page)
    if given.write:
        RESULTS.write_text(page, "utf-8")
        put_into_page(found, PAGE)


if __name__ == "__main__":
    main()
