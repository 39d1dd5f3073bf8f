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
import numpy as np
from pages import show, table
from recorded import ABOUT, HEAD, PEOPLE, ROOT, SETTINGS, recorded

from nuchal.assessment.ranges.active import active_ends_deg
from nuchal.assessment.ranges.reached import STOPPED_BY
from nuchal.dynamics.inverse import no_load
from nuchal.model.anatomy import Anatomy
from nuchal.model.clinical import DIRECTIONS
from nuchal.model.generic import Form, generic_anatomy
from nuchal.model.kinematics import neck_angles
from nuchal.model.norms import norm_of
from nuchal.model.passive import posture_of_head, shares
from nuchal.movements.minimum_jerk import made_motion
from nuchal.optimisation.simulate import simulate
from nuchal.optimisation.strength import DIRECTIONS as STRENGTHS
from nuchal.optimisation.strength import isometric_strength
from nuchal.records import Motion

RESULTS: Final = ROOT / "benchmarks" / "results" / "physiology.md"
NECKS_DEG: Final = (5, 15, 30, 45, 56)
LIVING: Final = {
    "rotation": "nearly all at first; .67 to .71 at full turn (Ishii 2004, Zhou 2021)",
    "bending": "about .15 to .3 (Barrett 2016, others)",
    "flexion": ".19 to .40, by source",
    "extension": ".19 to .40, by source",
}
STOPS: Final = {
    "chin": "the chin on the chest",
    "facets": "facet joints, spinous processes",
    "muscles": "stretched muscles of the other side",
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
        a,
        *("passive_curves", "bushing_damping", "rhythm", "thorax_share", "max_isometric_force"),
        *_LENGTHS,
    ),
    "passive curves with their damping, posture of least energy": lambda a: without(
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

    def balance(still: Motion) -> np.ndarray:
        lacking = simulate(neck, still, SETTINGS, no_load()).forces.reserve
        return np.abs(np.asarray(lacking)).max(axis=1) <= 1e-6

    ends = active_ends_deg(neck, balance, DIRECTIONS)
    young, old = (norm_of(years).mean_deg for years in (25.0, 65.0))
    yield "Held still and upright, muscles of the generic neck turn the head so far, unfitted:"
    yield ""
    rows = [
        [
            way,
            f"{ends[way]:.0f}",
            f"{young[k]:.0f}",
            f"{old[k]:.0f}",
            STOPS.get(STOPPED_BY.get(way), "its muscles"),
        ]
        for k, way in enumerate(DIRECTIONS)
    ]
    head = ["", "muscles [degrees]", "people of 25", "people of 65", "what ends the movement"]
    yield from table(head, rows)
    turned = np.radians(ends["left rotation"]) * np.array([0.0, 0.0, 1.0])
    of_neck = np.degrees(float(neck_angles(neck, turned)[2]))
    yield f"A head turned by {ends['left rotation']:.0f} degrees is {of_neck:.0f} of the neck."
    yield "Living people reach 55.5 ± 10.8 (Zhou 2021) and 56.3 (Ishii 2004) of the neck. In the"
    yield "other directions something ends the movement that the model lacks, so that its figure"
    yield "there tells nothing of people."
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
    names = [name.replace("_", " ") + " [N m]" for name in STRENGTHS]
    yield from table(["", *names, "C5-C6 at rest [N]"], rows)


def page() -> Iterator[str]:
    """All tables."""
    yield "# The neck of living people"
    yield ""
    yield "Made by `python benchmarks/physiology/run.py --write`."
    yield ""
    for title, part in (
        ("Shares that come out of the curves", shares_of_upper),
        ("The end of active movement", active_end),
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
    sys.exit(show(page(), RESULTS, __doc__, PEOPLE))
