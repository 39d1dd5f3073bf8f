"""What makes the neck of living people, step by step: postures, tissue, muscles, real recordings.

    python benchmarks/physiology/run.py            # prints the page: about two minutes
    python benchmarks/physiology/run.py --write    # writes benchmarks/results/physiology.md as well

Nothing here is fitted to the recordings: every step's figures are from literature or by a rule
(``model/tables/SOURCE.md``). Tables of recordings need ../shared/recordings/vicon_neck.
"""

import sys
from collections.abc import Callable, Iterator
from typing import Final

import equinox as eqx
import jax
import numpy as np
from pages import show, table
from recorded import ABOUT, HEAD, PEOPLE, ROOT, SETTINGS, recorded

from nuchal.dynamics.inverse import no_load
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import Form, generic_anatomy
from nuchal.model.passive import posture_of_head, shares
from nuchal.movements.minimum_jerk import made_motion
from nuchal.optimisation.simulate import simulate
from nuchal.optimisation.strength import DIRECTIONS, isometric_strength

RESULTS: Final = ROOT / "benchmarks" / "results" / "physiology.md"
NECKS_DEG: Final = (5, 15, 30, 45, 56)
LIVING: Final = {
    "rotation": "nearly all at first; .67 to .71 at full turn (Ishii 2004, Zhou 2021)",
    "bending": "about .15 to .3 (Barrett 2016, others)",
    "flexion": ".19 to .40, by source",
    "extension": ".19 to .40, by source",
}
WAYS: Final = {
    "rotation": (2, 1.0),
    "bending": (1, 1.0),
    "flexion": (0, -1.0),
    "extension": (0, 1.0),
}


def without(anatomy: Anatomy, *fields: str) -> Anatomy:
    """The neck with fields as the neck before has them."""
    before, generic = generic_anatomy("source"), generic_anatomy("living")
    for name in fields:
        old, new = getattr(before, name), getattr(generic, name)
        ours = getattr(anatomy, name)
        value = old if old is None or new is None else ours * np.asarray(old) / np.asarray(new)
        anatomy = eqx.tree_at(
            lambda a, n=name: getattr(a, n), anatomy, value, is_leaf=lambda leaf: leaf is None
        )
    return anatomy


_LENGTHS: Final = ("optimal_fibre_length", "tendon_slack_length")
STEPS: Final[dict[str, Callable[[Anatomy], Anatomy]]] = {
    "linear bushings, upper share of rotation .58": lambda a: without(
        a, "passive_curves", "rhythm", "thorax_share", "max_isometric_force", *_LENGTHS
    ),
    "passive curves, posture of least energy": lambda a: without(
        a, "thorax_share", "max_isometric_force", *_LENGTHS
    ),
    "the upper thorax takes its share": lambda a: without(a, "max_isometric_force", *_LENGTHS),
    "short rotators of dissected size": lambda a: without(a, *_LENGTHS),
    "fibres within their range: `recommended`": lambda a: a,
}


def steps() -> Iterator[str]:
    """Frames without a balance in real recordings, cause by cause."""
    found = {name: recorded(step) for name, step in STEPS.items()}
    frames = sum(next(iter(found.values())).frames)
    yield f"{frames} frames of 15 recordings of three people, whom no step was chosen on; each"
    yield "step on top of those before."
    yield from ABOUT
    yield ""
    yield from table(HEAD, [[name, *one.cells()] for name, one in found.items()])


def shares_of_upper() -> Iterator[str]:
    """The upper neck's share of the neck, by curves alone."""
    neck = generic_anatomy("living")
    rows = []
    for way, (axis, sign) in WAYS.items():
        cells = []
        for degrees in NECKS_DEG:
            total = np.zeros(3)
            total[axis] = sign * np.radians(degrees)
            cells.append(f"{float(shares(neck, total).upper[axis] / total[axis]):.2f}")
        rows.append([way, *cells, LIVING[way]])
    yield from table(["", *(f"{d} degrees" for d in NECKS_DEG), "living people"], rows)
    q = posture_of_head(neck, np.array([0.0, 0.0, np.radians(73.6)]))
    atlas = np.degrees(neck.coupling[6, 2, 2] * q[2])
    yield f"A head turned by 73.6 degrees has C1-C2 at {atlas:.1f}; of living people 36.8 ± 6.7"
    yield "(Anderst 2017)."
    yield ""


def active_end() -> Iterator[str]:
    """Where muscles can turn the head no farther against passive tissue."""
    neck = generic_anatomy("living")
    heads = np.radians(np.arange(40.0, 110.0, 0.5))
    q = jax.vmap(lambda yaw: posture_of_head(neck, yaw * np.array([0.0, 0.0, 1.0])))(heads)
    still = np.zeros_like(q)
    found = simulate(
        neck, made_motion(0.01 * np.arange(len(heads)), q, still, still), SETTINGS, no_load()
    )
    lacking = np.abs(np.asarray(found.forces.reserve)).max(axis=1) > 1e-6
    last = int(np.argmax(lacking)) - 1
    neck_deg = np.degrees(np.asarray(q)[last, 2] + np.asarray(q)[last, 5])
    yield f"Held still and upright, its muscles turn the neck by {neck_deg:.0f} degrees and the"
    yield f"head by {np.degrees(heads[last]):.0f}, unfitted. Living people reach 55.5 ± 10.8 (Zhou"
    yield "2021) and 56.3 (Ishii 2004) of the neck, 74 of the head in their twenties and 54 in"
    yield "their sixties."
    yield ""


def strength_and_rest() -> Iterator[str]:
    """Isometric strength, and the load at rest."""
    rows = []
    forms: dict[str, Form] = {"muscles of the source": "source", "`recommended`": "living"}
    for name, form in forms.items():
        neck = generic_anatomy(form)
        strength = isometric_strength(neck, SETTINGS).moment
        zero = np.zeros((2, 6))
        rest = made_motion(0.01 * np.arange(2), zero, zero, zero)
        load = simulate(neck, rest, SETTINGS, no_load()).reactions.compression
        rows.append([name, *(f"{x:.1f}" for x in strength), f"{float(load[0, 2]):.1f}"])
    people = ["30 ± 5", "52 ± 11", "36 ± 8", "36 ± 8", "15 ± 4", "15 ± 4", "116.5 ± 5.7"]
    rows.append(["men (Vasavada 2001; Barrett 2022)", *people])
    names = [name.replace("_", " ") + " [N m]" for name in DIRECTIONS]
    yield from table(["", *names, "C5-C6 at rest [N]"], rows)


def page() -> Iterator[str]:
    """All tables."""
    yield "# The neck of living people"
    yield ""
    yield "Made by `python benchmarks/physiology/run.py --write`."
    yield ""
    for title, part in (
        ("Shares that come out of the curves", shares_of_upper),
        ("The end of active rotation", active_end),
        ("Strength and rest", strength_and_rest),
        ("Frames of real people", steps),
    ):
        yield f"## {title}"
        yield ""
        if part is steps and not PEOPLE.is_dir():
            yield "The recordings are not here."
            yield ""
        else:
            yield from part()


if __name__ == "__main__":
    sys.exit(show(page(), RESULTS, __doc__))
