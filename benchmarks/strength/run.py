"""Isometric strength of the generic neck beside published figures.

python benchmarks/strength/run.py
"""

import argparse
import sys

import numpy as np

from nuchal.commands.strength import MEASURED_MEN
from nuchal.conventions import PRESETS
from nuchal.model.generic import generic_anatomy
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.optimisation.strength import DIRECTIONS, Strength, isometric_strength

PUBLISHED = {
    "men, Vasavada, Li, Delp 2001": ((30, 5), (52, 11), (36, 8), (15, 4)),
    "men, Fice et al. 2014": ((30, 6), (51, 11), (32, 9), (13, 5)),
    "others on this neck, MyoHub 2026": (29.4, 44.3, 37.9, 12.8),
}
"""Flexion, extension, bending, rotation [N m]; mean and standard deviation of people.

doi 10.1097/00007632-200109010-00018, doi 10.1007/s10439-014-1046-0.
"""
DE_BRUIJN_2016 = {"flexion": -46.0, "rotation": -81.0}
"""Every joint in balance against C7-T1 only [%]; marginal in extension.

doi 10.1007/s11044-015-9461-z.
"""
LABEL = 38


def row(label: str, cells: list[str]) -> None:
    print(label.ljust(LABEL) + "".join(cell.rjust(13) for cell in cells))


def numbers(values: np.ndarray) -> list[str]:
    return [f"{value:.2f}" for value in values]


def by_both_sides(published: tuple) -> list[str]:
    cells = [f"{v[0]} ± {v[1]}" if isinstance(v, tuple) else f"{v:.1f}" for v in published]
    return [cells[k] for k in (0, 1, 2, 2, 3, 3)]


def show_presets() -> dict[str, Strength]:
    found = {
        preset: isometric_strength(
            generic_anatomy(PRESET_SETTINGS[preset].form), PRESET_SETTINGS[preset].recruitment
        )
        for preset in PRESETS
    }
    print("isometric strength [N m]: force times 0.32 m, or axial moment")
    row("", [name.replace("right_", "r. ").replace("left_", "l. ") for name in DIRECTIONS])
    for preset, strength in found.items():
        row(f"preset {preset}", numbers(strength.moment))
    for name, published in PUBLISHED.items():
        row(name, by_both_sides(published))
    gap = max(float((s.bound - s.moment).max()) for s in found.values())
    print(f"largest gap between a strength and its proof by duality: {gap:.1e} N m\n")
    return found


def show_balances() -> None:
    anatomy = generic_anatomy("living")
    settings = PRESET_SETTINGS["recommended"].recruitment
    names = {
        "base": "about C7-T1 only",
        "coordinates": "six coordinates",
        "joints": "every joint",
    }
    print("what has to be in balance, preset recommended [N m]")
    moments = {}
    for balance, name in names.items():
        moments[balance] = isometric_strength(anatomy, settings, balance=balance).moment
        row(name, numbers(moments[balance]))
    change = 100.0 * (moments["joints"] / moments["base"] - 1.0)
    row("every joint against C7-T1 only [%]", [f"{c:.0f}" for c in change])
    theirs = [DE_BRUIJN_2016.get(d.split("_")[-1]) for d in DIRECTIONS]
    row("de Bruijn et al. 2016 [%]", ["" if t is None else f"{t:.0f}" for t in theirs])


def main() -> int:
    argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0]).parse_args()
    found = show_presets()
    show_balances()
    missed = [
        f"{preset} {direction}"
        for preset, strength in found.items()
        for direction, moment in zip(DIRECTIONS, strength.moment, strict=True)
        if abs(moment - MEASURED_MEN[direction].mean) > MEASURED_MEN[direction].sd
    ]
    verdict = f"missed by {', '.join(missed)}" if missed else "met"
    print(f"\nbound: one SD of Vasavada 2001 in every direction: {verdict}")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
