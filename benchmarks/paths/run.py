"""Straight or curved paths: what does not sink into the neck, its cheap forms, and forces.

    python benchmarks/paths/run.py            # prints the page: a quarter of an hour at most
    python benchmarks/paths/run.py --write    # writes benchmarks/results/paths.md and .svg as well

Nothing here changes the product. Tables of recordings need ../shared/recordings/vicon_neck.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import matplotlib.pyplot as plt
import numpy as np
from checks import FOUR, Ways, against_table, arms_along, checks
from curved import Form, with_hinges, with_polynomial
from engine import agreement
from fitted import (
    Polynomial,
    anywhere,
    fit_hinges,
    fit_polynomial,
    hinge_jets,
    reached,
    shortest_jets,
    straight_jets,
    training,
)
from forces import PEOPLE, ends_of_rotation, on_movements, on_people, times

from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_anatomy

ROOT: Final = Path(__file__).parents[2]
RESULTS: Final = ROOT / "benchmarks" / "results"
TABLE: Final = ROOT.parent / "shared/reference/moment_arms/computed_generic_neck.csv"
SKIPPED: Final = 77
"""Exit status where what a page needs is missing."""
DEGREES: Final = (4, 5, 6)
# Forms whose forces are looked at: the one within the time bound, and the nearest to the shortest.
SHOWN: Final = ("hinges", "degree 6")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table in Markdown."""
    yield "| " + " | ".join(head) + " |"
    yield "| " + " | ".join(["---", *["---:"] * (len(head) - 1)]) + " |"
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""


def fits(anatomy: Anatomy) -> tuple[Ways, dict[str, Form], Polynomial]:
    """All ways to have a path, fitted ones as the product would have them, and the best."""
    samples = training(anatomy)
    hinges = fit_hinges(samples)
    ways: Ways = {
        "straight": lambda q: straight_jets(anatomy, q),
        "shortest": lambda q: shortest_jets(anatomy, q),
        "hinges": lambda q: hinge_jets(anatomy, hinges, q),
    }
    forms: dict[str, Form] = {"hinges": with_hinges(anatomy, hinges)}
    for degree in DEGREES:
        fitted = fit_polynomial(anatomy, samples, degree)
        ways[f"degree {degree}"] = fitted.jets
        forms[f"degree {degree}"] = with_polynomial(anatomy, fitted)
    return ways, forms, fitted


def errors(anatomy: Anatomy, ways: Ways) -> Iterator[str]:
    """Held-out postures: fitted against shortest."""
    rows = []
    for where, q in (("reached", reached(anatomy, 500, 2)), ("box", anywhere(anatomy, 512, 2))):
        truth = ways["shortest"](q)
        for name in [way for way in ways if way != "shortest"]:
            off = np.abs(ways[name](q) - truth)
            length, arm = off[:, :, 0], off[:, :, 1:].max(axis=2)
            cells = [f"{np.percentile(x, p):.2f}" for x in (length, arm) for p in (50, 95, 99, 100)]
            rows.append([f"{where}: {name}", *cells])
    parts = ("median", "95 %", "99 %", "worst")
    yield from table(["", *(f"{x}, {p} [mm]" for x in ("length", "arm") for p in parts)], rows)


def drawn(anatomy: Anatomy, ways: Ways, path: Path) -> None:
    """Arms against own-side rotation, four muscles."""
    figure, axes = plt.subplots(2, 2, figsize=(8, 6), sharex=True, layout="constrained")
    degrees = np.arange(-80.0, 81.0, 4.0)
    shown = {"straight": "-", "shortest": "-", **dict(zip(SHOWN, ("--", ":"), strict=True))}
    found = {way: arms_along(anatomy, ways[way], "rotation", degrees) for way in shown}
    for axis, muscle in zip(axes.flat, FOUR, strict=True):
        for way, style in shown.items():
            axis.plot(degrees, found[way][muscle], style, label=way)
        axis.set_title(muscle)
        axis.axhline(0.0, color="0.8", linewidth=0.8, zorder=0)
    for axis in axes[1]:
        axis.set_xlabel("neck turned to the muscle's own side [degrees]")
    for axis in axes[:, 0]:
        axis.set_ylabel("arm, own side positive [mm]")
    axes[0, 0].legend(frameon=False)
    figure.savefig(path)


def page(write: bool) -> Iterator[str]:
    """All tables."""
    anatomy = generic_anatomy("living")
    ways, forms, fitted = fits(anatomy)
    yield "# Straight or curved paths"
    yield ""
    yield "Made by `python benchmarks/paths/run.py --write`. Nothing here is in the product."
    yield ""
    yield from beside_tables(anatomy, ways)
    yield "## Fitted to the shortest"
    yield ""
    yield "Held-out postures. Reached: of least passive energy, of heads turned any way, with a"
    yield "scatter of 3 degrees a coordinate. Box: quasi-random over the ranges of all six"
    yield "coordinates, whether or not anybody gets there; in its corners shortest paths themselves"
    yield "flip to another side."
    yield ""
    yield from errors(anatomy, ways)
    yield "## Checks"
    yield ""
    rows = [*checks(anatomy, ways), *ends_of_rotation(anatomy, forms, list(ways))]
    yield from table(["", "bound", *ways], rows)
    if write:
        drawn(anatomy, ways, RESULTS / "paths.svg")
        yield "![Arms in rotation](paths.svg)"
        yield ""
    yield "## OpenSim"
    yield ""
    yield from engines(anatomy, fitted)
    yield "## Time"
    yield ""
    yield from table(
        ["", "processor time a frame [microseconds]", "over straight"], times(anatomy, forms)
    )
    yield from forces(anatomy, forms)


def beside_tables(anatomy: Anatomy, ways: Ways) -> Iterator[str]:
    """Straight and shortest paths beside those that were computed before."""
    if TABLE.is_file():
        off = against_table(anatomy, ways, TABLE)
        yield "Arms of the generic neck beside the computed tables, all postures: straight within"
        yield f"{off['straight']:.2f} mm, shortest within {off['shortest']:.2f} mm."
        yield ""


def forces(anatomy: Anatomy, forms: dict[str, Form]) -> Iterator[str]:
    """What curved paths do to forces."""
    yield "## Forces"
    yield ""
    yield "Mean force of a group, both sides together. C5-C6: what pieces of the shortest paths"
    yield "press on it, in every twentieth frame. A frame lacks a balance where more than 0.05 N m"
    yield "is missing."
    yield ""
    for head, *rows in (on_movements(anatomy, shown_of(forms)), on_people(own_forms)):
        yield from table(head, rows)


def shown_of(forms: dict[str, Form]) -> dict[str, Form]:
    """Those whose forces are looked at."""
    return {name: forms[name] for name in SHOWN}


def own_forms(anatomy: Anatomy) -> dict[str, Form]:
    """The same, fitted to somebody's neck."""
    return shown_of(fits(anatomy)[1])


def engines(anatomy: Anatomy, fitted: Polynomial) -> Iterator[str]:
    """What OpenSim makes of the polynomial."""
    found = agreement(anatomy, fitted, reached(anatomy, 10, 4))
    yield f"OpenSim {found.version} loads the sternomastoid's polynomial as a `FunctionBasedPath`;"
    yield f"its length is the same to {found.length:.0e} m and its arms to {found.arms:.0e} m. But"
    yield "such a path applies moments about coordinates and no forces to bodies: by a pull of"
    yield f"100 N, C5-C6 is pressed together by {found.compression[0]:.0f} N with the straight path"
    yield f"and by {found.compression[1]:.0f} N with the function."
    yield ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="write paths.md and paths.svg too")
    write = parser.parse_args().write
    missing = [place for place in (PEOPLE, TABLE) if not place.exists()]
    if write and missing:
        print(f"{missing[0]}: not there, and paths.md needs it.")
        return SKIPPED
    lines = []
    for line in page(write):
        print(line, flush=True)
        lines.append(line)
    if write:
        (RESULTS / "paths.md").write_text("\n".join(lines), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
