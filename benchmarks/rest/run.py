"""The load of C5-C6 of somebody who sits upright and still, by each preset.

python benchmarks/rest/run.py            # prints the page: some seconds
python benchmarks/rest/run.py --write    # writes benchmarks/results/rest.md as well
"""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

import jax.numpy as jnp
import numpy as np

from nuchal.conventions import GRAVITY_M_S2, LEVELS, PRESETS
from nuchal.model.generic import generic_anatomy
from nuchal.optimisation.settings import PRESET_SETTINGS, PresetSettings
from nuchal.optimisation.simulate import simulate
from nuchal.records import HeadLoad, Motion

RESULTS: Final = Path(__file__).parents[1] / "results" / "rest.md"
# Eight men, Barrett et al. 2022 (doi 10.3357/amhp.5830.2022): mean and standard deviation, without
# and with a helmet [N].
MEASURED_N: Final = ((116.5, 5.7), (143.7, 11.4))
HELMET_N: Final = 12.7
C5_C6: Final = LEVELS.index("C5-C6")


class AtRest(NamedTuple):
    """Of the generic neck in its neutral pose [N].

    Attributes:
        compression: Of C5-C6.
        muscles: All muscles' forces together.
    """

    compression: float
    muscles: float


def at_rest(preset: PresetSettings, load_n: float = 0.0) -> AtRest:
    """With a weight at the head's centre of mass."""
    anatomy = generic_anatomy(preset.form)
    still = np.zeros((1, 6))
    motion = Motion(np.zeros(1), still, still, still, np.zeros(1, dtype=int))
    load = HeadLoad(jnp.asarray(load_n / GRAVITY_M_S2), anatomy.mass_centre[-1])
    found = simulate(anatomy, motion, preset.recruitment, load)
    compression = float(found.reactions.compression[0, C5_C6])
    return AtRest(compression, float(np.asarray(found.forces.force).sum()))


def stretched(preset: PresetSettings) -> PresetSettings:
    """With passive fibre force in place of the lowest activation."""
    other = replace(preset.recruitment, passive=True, lowest_activation="zero")
    return replace(preset, recruitment=other)


def weight_above() -> float:
    """Of head and C1 to C5 [N]."""
    return GRAVITY_M_S2 * float(np.asarray(generic_anatomy().mass)[C5_C6 + 1 :].sum())


def page() -> Iterator[str]:
    """Lines of the page."""
    (bare, spread), (loaded, _) = MEASURED_N
    cases = {f"`{name}`": PRESET_SETTINGS[name] for name in PRESETS}
    for name in ("recommended", "classical"):
        cases[f"`{name}`, stretched fibres in place of tone"] = stretched(PRESET_SETTINGS[name])
    yield from (
        "# Load of C5-C6, sitting upright",
        "",
        "Made by `python benchmarks/rest/run.py --write`: the generic neck at rest in its neutral",
        f"pose, and a helmet of {HELMET_N} N at the head's centre of mass. Head and C1 to C5 weigh",
        f"{weight_above():.0f} N.",
        "",
        "| preset | C5-C6 compression [N] | rise under the helmet [N] | all muscle forces [N] |",
        "| --- | ---: | ---: | ---: |",
    )
    for name, preset in cases.items():
        without, helmet = at_rest(preset), at_rest(preset, HELMET_N)
        rise = helmet.compression - without.compression
        yield f"| {name} | {without.compression:.1f} | {rise:.1f} | {without.muscles:.1f} |"
    yield f"| eight men, Barrett et al. 2022 | {bare} ± {spread} | {loaded - bare:.1f} | |"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="write results/rest.md too")
    wanted = parser.parse_args().write
    text = "\n".join(page()) + "\n"
    print(text)
    if wanted:
        RESULTS.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
