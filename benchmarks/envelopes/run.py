"""How overlaps depend on the radius of envelopes, and what the best match tells of a neck.

    python benchmarks/envelopes/run.py               # writes results/envelopes.md
    python benchmarks/envelopes/run.py --people 3    # a quick look, prints only

People are made: their necks are drawn from the population, and they reach 10 % more or less than is
normal at 45 years, 2 degrees and 3 mm off in how they are laid on the model. Stiff ones lack 20
degrees of right bending.
"""

import argparse
import time
from pathlib import Path
from typing import Final

import numpy as np
from scipy.spatial.transform import Rotation
from scipy.stats import pearsonr

from nuchal.assessment.envelopes.envelope import along_path, common_radius, envelope_of
from nuchal.assessment.envelopes.ideal import IdealTraces, ideal_traces, own_neutral
from nuchal.assessment.envelopes.matching import best_match, moving_envelopes, overlaps_at
from nuchal.assessment.envelopes.overlap import overlap
from nuchal.model.generic import generic_anatomy
from nuchal.model.norms import norm_of
from nuchal.model.population import Population, draw_people
from nuchal.model.scaling import GENERIC_SUBJECT
from nuchal.movements.examination import ideal_movement

RESULTS: Final = Path(__file__).parents[1] / "results" / "envelopes.md"
RADII_M: Final = (0.05, 0.08, 0.12, 0.16, 0.2, 0.3, None)
"""None is the rule."""
PEOPLE: Final = 24
LOCAL: Final = np.asarray(generic_anatomy().markers)
NEUTRAL: Final = own_neutral(generic_anatomy(), LOCAL)
NORMAL_DEG: Final = norm_of(45.0).mean_deg
LESS_DEG: Final = 20.0
Paths = list[np.ndarray]


def traces(reach_deg: np.ndarray) -> IdealTraces:
    q = np.asarray(ideal_movement(np.radians(reach_deg)).q)
    return ideal_traces(q, LOCAL, NEUTRAL)


def person(dice: np.random.Generator, neck: float, less_deg: float) -> tuple[Paths, np.ndarray]:
    """Points of the three markers' paths, and how far they reach."""
    supple = 1.0 + 0.08 * dice.normal() + 0.06 * dice.normal(size=6)
    reach = NORMAL_DEG * supple - less_deg * np.eye(6)[2]
    turned = Rotation.from_rotvec(np.radians(2.0) * dice.normal(size=3))
    seen = turned.apply(traces(reach).of(neck).reshape(-1, 3)) + 0.003 * dice.normal(size=3)
    return [along_path(seen.reshape(-1, 3, 3)[:, k]) for k in range(3)], reach


def mean_iou(mine: Paths, theirs: Paths, radius_m: float | None) -> float:
    found = []
    for a, b in zip(mine, theirs, strict=True):
        radius = common_radius([a, b]) if radius_m is None else radius_m
        found.append(overlap(envelope_of(a, radius), envelope_of(b, radius)).iou or 0.0)
    return float(np.mean(found))


def by_radius(groups: dict[str, list[Paths]], normal: Paths) -> list[str]:
    lines = [
        "| radius | healthy, mean IoU | standard deviation | stiff, mean IoU | healthy less stiff, "
        "in standard deviations |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for radius in RADII_M:
        healthy, stiff = (
            np.array([mean_iou(one, normal, radius) for one in people])
            for people in groups.values()
        )
        apart = (healthy.mean() - stiff.mean()) / healthy.std(ddof=1)
        name = "the rule" if radius is None else f"{100 * radius:.0f} cm"
        lines.append(
            f"| {name} | {healthy.mean():.3f} | {healthy.std(ddof=1):.3f} | {stiff.mean():.3f} | "
            f"{apart:.2f} |"
        )
    return lines


def by_match(people: list[tuple[Paths, np.ndarray]], necks: np.ndarray) -> list[str]:
    ideal, own = traces(NORMAL_DEG), necks[: len(people)]
    found, took, looked = [], [], []
    for (paths, _), neck in zip(people, own, strict=True):
        start = time.process_time()
        envelopes = moving_envelopes(paths, ideal, float(neck))
        match = best_match(envelopes, necks)
        took.append(time.process_time() - start)
        looked.append(match.evaluations)
        found.append((match.neck, match.total / 3, overlaps_at(envelopes, float(neck)).mean()))
    matched, best, theirs = np.array(found).T
    supple = np.array([np.mean(reach / NORMAL_DEG) for _, reach in people])
    return [
        f"The best of {len(necks)} necks, missed by nothing: median {np.median(took):.1f} s of one "
        f"core, longest {max(took):.1f} s, with {np.median(looked):.0f} overlaps worked out (at "
        f"most {max(looked)}). Mean IoU {best.mean():.3f} with the match, {theirs.mean():.3f} with "
        "the own neck. The matched length is off the own by "
        f"{100 * np.std(matched / own - 1):.0f} % (standard deviation; the population's is "
        f"{100 * necks.std() / necks.mean():.0f} %). It goes with the own length with r "
        f"{pearsonr(matched, own).statistic:.2f}, and its error with how far people reach with r "
        f"{pearsonr(matched / own, supple).statistic:.2f}.",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--people", type=int, default=PEOPLE)
    count = parser.parse_args().people
    drawn = draw_people(Population(seed=1), np.arange(1_000_000))
    necks = np.asarray(drawn.neck_length_m) / GENERIC_SUBJECT.neck_length_m
    dice = np.random.default_rng(6)
    healthy = [person(dice, float(neck), 0.0) for neck in necks[:count]]
    stiff = [person(dice, float(neck), LESS_DEG) for neck in necks[:count]]
    normal = traces(NORMAL_DEG).of(1.0)
    points = [along_path(normal[:, k]) for k in range(3)]
    groups = {"healthy": [x for x, _ in healthy], "stiff": [x for x, _ in stiff]}
    text = "\n".join(
        [
            "# Motion envelopes",
            "",
            f"`benchmarks/envelopes/run.py`, {count} made people of each kind against the normal "
            "movement of the generic neck.",
            "",
            "## Radius in made people",
            "",
            *by_radius(groups, points),
            "",
            "## The best match of made people",
            "",
            *by_match(healthy, necks),
            "",
        ]
    )
    print(text)
    if count == PEOPLE:
        RESULTS.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
