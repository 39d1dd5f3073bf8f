"""Ranges drawn by the thousand, without recordings: what the spread of healthy people allows.

Errors of the pipeline are added to them as they were measured on recordings.
"""

from typing import Final

import numpy as np
from people import LESS_DEG, Kept
from scores import judged, likely, restricted, sensitivity_at, unused

from nuchal.assessment.ranges.reached import ALL_DIRECTIONS
from nuchal.assessment.ranges.restriction import ellipse_deg
from nuchal.model.norms import correlation, norm_of
from nuchal.synthetic.people import AGES_YEARS, CORNERS_SHARE, LEAST_REACH_DEG

HEALTHY: Final = 600
EACH: Final = 40
"""Patients of every way and amount."""
ERROR_DEG: Final = (0.45, 0.9)
"""Mean and standard deviation of a measured reach less the true one."""
ALIKE: Final = ((0.75, 0.35), (0.6, 0.2), (0.9, 0.5))
"""Correlations of mirrored and of other directions that people may really have."""


def drawn(dice: np.random.Generator, less: np.ndarray, alike: tuple[float, float]) -> Kept:
    """Ranges of someone with something missing."""
    norm = norm_of(float(dice.uniform(*AGES_YEARS)))
    factor = np.linalg.cholesky(correlation(*alike))
    reach = np.maximum(
        norm.mean_deg + norm.sd_deg * (factor @ dice.normal(size=6)), LEAST_REACH_DEG
    )
    error, spread = ERROR_DEG
    reach = np.maximum(reach - less[:6] + error + spread * dice.normal(size=6), 0.0)
    mean, of_people, of_corners = CORNERS_SHARE
    share = mean + of_people * dice.normal() + of_corners * dice.normal(size=4)
    corner = np.maximum(ellipse_deg(reach) * share - less[6:], 0.0)
    return {"reach": reach, "corner": corner, "age": np.array(norm.age_years)}


def drawn_tables() -> list[str]:
    """How often drawn people are judged rightly, by amount and by what is true of people."""
    lines = [
        "| correlation of mirrored and other directions | healthy with no restriction named | "
        + " | ".join(f"{less:.0f}°" for less in LESS_DEG)
        + " |",
        "| --- | --- |" + " --- |" * len(LESS_DEG),
    ]
    for alike in ALIKE:
        dice = np.random.default_rng([9, round(100 * alike[0])])
        well = [judged(drawn(dice, np.zeros(10), alike)) for _ in range(HEALTHY)]
        right = np.mean([not restricted(one).any() for one in well])
        cells = []
        for less in LESS_DEG:
            found, best = _of_amount(dice, less, alike, np.array([likely(one) for one in well]))
            cells.append(f"{found:.2f}, {best:.2f}")
        lines.append(f"| {alike[0]:g}, {alike[1]:g} | {right:.2f} | " + " | ".join(cells) + " |")
    return lines


def _of_amount(
    dice: np.random.Generator, less: float, alike: tuple[float, float], well: np.ndarray
) -> tuple[float, float]:
    """Share found by the verdict, and the mean by way at a specificity of 0.95 for that way."""
    found, best = [], []
    for k in range(len(ALL_DIRECTIONS)):
        fault = less * np.eye(len(ALL_DIRECTIONS))[k]
        people = [judged(drawn(dice, fault, alike)) for _ in range(EACH)]
        found += [restricted(one)[k] for one in people]
        score = np.array([2.0 if unused(one)[k] else likely(one)[k] for one in people])
        best.append(sensitivity_at(score, well[:, k], 0.95))
    return float(np.mean(found)), float(np.mean(best))
