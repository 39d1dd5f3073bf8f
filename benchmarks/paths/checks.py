"""The checks of shared/reference/moment_arms on straight, shortest and fitted paths."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
from fitted import Jets, anywhere, reached
from jaxtyping import Float
from no_sink import MUSCLES

from nuchal.model.anatomy import Anatomy

Ways: TypeAlias = dict[str, Callable[[Float[np.ndarray, "t 6"]], Jets]]

# Muscles of the tables, and the strands that they average, weighted with maximal force.
GROUPS: Final = {
    "sternomastoid": ("stern_mast",),
    "cleidomastoid": ("cleid_mast",),
    "cleido-occipital": ("cleid_occ",),
    "sternocleidomastoid": ("stern_mast", "cleid_mast", "cleid_occ"),
    "trapezius, clavicular": ("trap_cl",),
    "splenius capitis": ("splen_cap_sklc6", "splen_cap_sklthx"),
    "splenius cervicis": ("splen_cerv_c3thx",),
    "semispinalis capitis": ("semi_cap_sklc5", "semi_cap_sklthx"),
    "semispinalis cervicis": ("semi_cerv_c3thx",),
    "longissimus capitis": ("longissi_cap_sklc6",),
    "longissimus cervicis": ("longissi_cerv_c4thx",),
}
# Coordinate of the upper neck, sign to the muscle's own side or to extension, upper share.
DIRECTIONS: Final = {
    "rotation": (2, -1.0, 0.58),
    "flexion_extension": (0, 1.0, 0.33),
    "bending": (1, 1.0, 0.15),
}
FOUR: Final = (
    "sternomastoid", "trapezius, clavicular", "splenius capitis", "semispinalis capitis",
)  # fmt: skip
# Which side each of them turns to, and its band at 60 degrees back [mm].
TURNS: Final = dict(zip(FOUR, (-1.0, -1.0, 1.0, -1.0), strict=True))
BANDS: Final = dict(zip(FOUR, ((20, 31), (50, 60), (35, 40), (26, 32)), strict=True))
_STEP: Final = 1e-5
_DEGREE: Final = float(np.radians(1.0))


def arms_along(
    anatomy: Anatomy, jets: Callable[[np.ndarray], Jets], direction: str, degrees: np.ndarray
) -> dict[str, Float[np.ndarray, " n"]]:
    """Arms of all groups about the shared movement of upper and lower neck [mm]."""
    axis, sign, share = DIRECTIONS[direction]
    way = np.zeros(6)
    way[[axis, axis + 3]] = sign * share, sign * (1.0 - share)
    every = -jets(np.radians(degrees)[:, None] * way)[:, :, 1:] @ way
    force = anatomy.max_isometric_force
    found = {}
    for name, strands in GROUPS.items():
        weight = np.array([force[anatomy.system.index[strand]] for strand in strands])
        rows = every[[MUSCLES.index(strand) for strand in strands]]
        found[name] = np.asarray(weight @ rows / weight.sum())
    return found


def against_table(anatomy: Anatomy, ways: Ways, path: Path) -> dict[str, float]:
    """Largest difference from the computed tables, of straight and of shortest paths [mm]."""
    rows = [
        row
        for row in csv.DictReader(path.open(encoding="utf-8"))
        if row["muscle"] in GROUPS
        and row["about"] == "head_on_thorax"
        and row["share"] in ("upper 0.58", "upper 0.33", "upper 0.15")
    ]
    worst = {}
    for way, column in (("straight", "straight"), ("shortest", "no_sink")):
        worst[way] = 0.0
        for direction in DIRECTIONS:
            mine = [r for r in rows if (r["direction"], r["path"]) == (direction, column)]
            degrees = np.unique([float(r["posture_deg"]) for r in mine])
            arms = arms_along(anatomy, ways[way], direction, degrees)
            for r in mine:
                ours = arms[r["muscle"]][np.searchsorted(degrees, float(r["posture_deg"]))]
                worst[way] = max(worst[way], abs(ours - float(r["moment_arm_mm"])))
    return worst


def checks(anatomy: Anatomy, ways: Ways) -> Iterator[list[str]]:
    """Rows of the table: the check, its bound, each way."""
    still = np.zeros((1, 6))
    off = [np.abs(jets(still) - ways["straight"](still)).max() for jets in ways.values()]
    yield ["1 lengths and arms at rest, from straight [mm]", "0", *(f"{x:.2f}" for x in off)]
    yield from _in_rotation(anatomy, ways)
    bent = _along(anatomy, ways, "flexion_extension", [-60.0, 0.0])
    for muscle in ("splenius capitis", "semispinalis capitis", "semispinalis cervicis"):
        cells = [f"{np.divide(*arms[muscle]):.2f}" for arms in bent]
        yield [f"5 {muscle}, 60 of flexion over rest", "0.90 to 1.10", *cells]
    side = _along(anatomy, ways, "bending", [-45.0, 0.0])
    cells = [f"{np.divide(*arms['sternocleidomastoid']):.2f}" for arms in side]
    yield ["5 sternocleidomastoid, bent 45 away over rest", "above 0.75", *cells]
    for where, q in (("reached", reached(anatomy, 200, 5)), ("box", anywhere(anatomy, 256, 5))):
        slopes, jumps = zip(*(_smoothness(jets, q) for jets in ways.values()), strict=True)
        yield [f"6 arm from -dL/dq, {where} [mm]", "0.01", *(f"{x:.4f}" for x in slopes)]
        for part, percent in (("99 %", 99.0), ("all", 100.0)):
            cells = [f"{np.percentile(x, percent):.1f}" for x in jumps]
            yield [f"6 change of an arm in one degree, {where}, {part} [mm]", "1", *cells]


def _along(
    anatomy: Anatomy, ways: Ways, direction: str, degrees: list[float]
) -> list[dict[str, Float[np.ndarray, " n"]]]:
    return [arms_along(anatomy, jets, direction, np.array(degrees)) for jets in ways.values()]


def _in_rotation(anatomy: Anatomy, ways: Ways) -> Iterator[list[str]]:
    further, back = ([sign * x for x in (70.0, 60.0)] for sign in (1.0, -1.0))
    for muscle, side in TURNS.items():
        short = [side * x[muscle] for x in _along(anatomy, ways, "rotation", _to(side, further))]
        long = [side * x[muscle] for x in _along(anatomy, ways, "rotation", _to(side, back))]
        if muscle in FOUR[:2]:
            yield [f"2 {muscle}, 70 further [mm]", "above 0", *(f"{x[0]:.1f}" for x in short)]
        cells = [f"{abs(x[1] - short[0][1]):.1f}" for x in short]
        yield [f"3 {muscle}, 60 further, from straight [mm]", "1", *cells]
        band = "{} to {}".format(*BANDS[muscle])
        yield [f"4 {muscle}, 60 back [mm]", band, *(f"{x[1]:.1f}" for x in long)]


def _to(side: float, degrees: list[float]) -> list[float]:
    return [side * x for x in degrees]


def _smoothness(
    jets: Callable[[np.ndarray], Jets], q: Float[np.ndarray, "t 6"]
) -> tuple[float, np.ndarray]:
    """Largest difference of arm and -dL/dq, and how arms change within a degree, any way [mm]."""
    way = np.random.default_rng(3).normal(size=q.shape)
    way /= np.linalg.norm(way, axis=1, keepdims=True)
    after, before, here = (jets(q + s * way) for s in (_STEP, -_STEP, 0.0))
    rate = (after - before)[:, :, 0] / (2.0 * _STEP)
    slope = np.sum(here[:, :, 1:] * way, axis=2)
    further = jets(q + _DEGREE * way)[:, :, 1:] - here[:, :, 1:]
    return float(np.abs(rate - slope).max()), np.abs(further).max(axis=2).ravel()
