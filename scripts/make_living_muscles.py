"""Sizes and fibre lengths of the muscles of living people, from those of the source, by rule.

    python scripts/make_living_muscles.py          # writes model/tables/muscles_living.csv
    python scripts/make_living_muscles.py --show   # every muscle before and after

Sizes: the rotators of the atlas have the area that is dissected (``AREA_FACTOR``); all others keep
the source's. Fibre lengths: over the range of living people, single planes to the mean of all ages,
every fibre stays between ``SHORTEST`` and ``LONGEST`` of its optimal length. Where it does not, the
tendon slack length moves its range; where the range is wider than that, the fibre lengthens; where
the tendon would vanish, it keeps 2 mm. ``AT_REST`` names what a muscle's task decides instead.
"""

import argparse
import csv
import sys
from pathlib import Path
from typing import Final

import jax
import numpy as np
from jaxtyping import Float
from scipy.optimize import brentq

from nuchal.dynamics.paths import muscle_paths
from nuchal.model.generic import generic_anatomy, generic_system
from nuchal.model.kinematics import body_jacobians, body_poses
from nuchal.model.norms import norm_of
from nuchal.model.passive import posture_of_head

TABLE: Final = Path(__file__).parents[1] / "src/nuchal/model/tables/muscles_living.csv"
COLUMNS: Final = (
    "muscle",
    "max_isometric_force_N",
    "optimal_fibre_length_m",
    "tendon_slack_length_m",
)
# Dissected area over the source's: 1.95 of 1.29 cm2, 1.68 of 0.93 (men; sums in the model of
# Barrett 2016), where MRI of men has 2.55 +- 0.46 and 1.83 +- 0.42; the superior one likewise.
AREA_FACTOR: Final = {"obl_cap_inf": 1.5, "obl_cap_sup": 1.5, "rectcap_post_maj": 1.8}
# Over the optimal fibre length, in the neutral pose: it turns the atlas alone, and has to pull yet
# when that has turned by 35 degrees, which takes nearly half of its length.
AT_REST: Final = {"obl_cap_inf": 1.3}
SHORTEST: Final = 0.7
LONGEST: Final = 1.6
LEAST_TENDON_M: Final = 0.002
# Axis (z, x, y) and sign of flexion, extension, right and left bending, right and left rotation.
WAYS: Final = ((0, -1.0), (0, 1.0), (1, 1.0), (1, -1.0), (2, -1.0), (2, 1.0))


def lengths_of_living_people() -> Float[np.ndarray, "7 muscles"]:
    """Muscle-tendon lengths at rest and at the end of six movements [m]."""
    neck = generic_anatomy("living")
    heads = [np.zeros(3)]
    for reach, (axis, sign) in zip(norm_of(None).mean_deg, WAYS, strict=True):
        heads.append(sign * np.radians(reach) * np.eye(3)[axis])

    @jax.jit
    def length(head: Float[np.ndarray, "3"]) -> jax.Array:
        q = posture_of_head(neck, head)
        poses = body_poses(neck, q)
        return muscle_paths(neck, poses, body_jacobians(neck, q, poses)).length

    return np.array([length(head) for head in heads])


def fibre(
    length: Float[np.ndarray, " k"], optimal: float, slack: float, pennation: float
) -> Float[np.ndarray, " k"]:
    """Fibre lengths over the optimal one, on a rigid tendon."""
    height = optimal * np.sin(pennation)
    along = np.maximum(length - slack, 0.0)
    return np.asarray(np.sqrt(height**2 + along**2) / optimal)


def slack_for(length: float, at: float, optimal: float, pennation: float) -> float:
    """Tendon slack length with which a fibre has a given length over the optimal one [m]."""
    return float(length - optimal * np.sqrt(at**2 - np.sin(pennation) ** 2))


def fitted(
    length: Float[np.ndarray, "7"], optimal: float, slack: float, pennation: float
) -> tuple[float, float]:
    """Optimal fibre and tendon slack length [m] with which the fibre stays within its range."""
    now = fibre(length, optimal, slack, pennation)
    if now.min() >= SHORTEST and now.max() <= LONGEST:
        return optimal, slack
    short, long = length.min(), length.max()

    def span(l_opt: float) -> float:
        held = slack_for(short, SHORTEST, l_opt, pennation)
        return float(fibre(np.array([long]), l_opt, held, pennation)[0])

    if span(optimal) > LONGEST:
        optimal = brentq(lambda l_opt: span(l_opt) - LONGEST, optimal, 4.0 * optimal)
    if now.min() < SHORTEST or span(optimal) >= LONGEST:
        slack = slack_for(short, SHORTEST, optimal, pennation)
    else:
        slack = slack_for(long, LONGEST, optimal, pennation)
    if slack >= LEAST_TENDON_M:
        return float(optimal), slack
    held = (short - LEAST_TENDON_M) / np.sqrt(SHORTEST**2 - np.sin(pennation) ** 2)
    return float(held), LEAST_TENDON_M


def living_muscles() -> list[tuple[str, float, float, float]]:
    """Name, maximal force [N], optimal fibre and tendon slack length [m] of every muscle."""
    source, lengths = generic_anatomy("source"), lengths_of_living_people()
    rows = []
    for m, name in enumerate(generic_system().muscles):
        plain = name.removesuffix("_L")
        optimal, slack, pennation, force = (
            float(column[m])
            for column in (
                source.optimal_fibre_length,
                source.tendon_slack_length,
                source.pennation_at_optimal,
                source.max_isometric_force,
            )
        )
        if plain in AT_REST:
            slack = slack_for(lengths[0, m], AT_REST[plain], optimal, pennation)
        else:
            optimal, slack = fitted(lengths[:, m], optimal, slack, pennation)
        force *= AREA_FACTOR.get(plain, 1.0)
        rows.append((name, round(force, 3), round(optimal, 6), round(slack, 6)))
    return rows


def show(rows: list[tuple[str, float, float, float]]) -> None:
    """Print what the rule changes, over the optimal fibre length."""
    source, lengths = generic_anatomy("source"), lengths_of_living_people()
    print("muscle, rest, shortest and longest fibre before -> after, fibre, force")
    for m, (name, force, optimal, slack) in enumerate(rows):
        pennation = float(source.pennation_at_optimal[m])
        was = float(source.optimal_fibre_length[m]), float(source.tendon_slack_length[m])
        before = fibre(lengths[:, m], *was, pennation)
        after = fibre(lengths[:, m], optimal, slack, pennation)
        print(
            f"{name:20s} {before[0]:.2f} {before.min():.2f} {before.max():.2f}"
            f" -> {after[0]:.2f} {after.min():.2f} {after.max():.2f}"
            f"  x {optimal / was[0]:.2f}  x {force / float(source.max_isometric_force[m]):.2f}"
        )


def main() -> int:
    """Write the table, or show it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--show", action="store_true", help="print before and after instead")
    rows = living_muscles()
    if parser.parse_args().show:
        show(rows)
        return 0
    with TABLE.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
