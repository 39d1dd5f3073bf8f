"""Which muscle works in which phase of nodding, upright and lying on the back, by preset.

    python benchmarks/physiology/phases.py            # prints the page: half a minute
    python benchmarks/physiology/phases.py --write    # writes benchmarks/results/phases.md as well

The movement is an examiner's flexion and extension to the mean range of all ages, in four seconds.
A phase is where the head is (flexed or extended by more than 5 degrees) and where it goes.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from jaxtyping import Bool, Float
from pages import show

from nuchal.conventions import GRAVITY_M_S2, PRESETS, Preset
from nuchal.dynamics.inverse import no_load
from nuchal.model.angles import head_angles_deg
from nuchal.model.generic import generic_anatomy
from nuchal.model.norms import norm_of
from nuchal.movements.examination import PART_S, ideal_movement
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.optimisation.simulate import simulate
from nuchal.records import Motion

RESULTS: Final = Path(__file__).parents[2] / "benchmarks" / "results" / "phases.md"
MUSCLES: Final = {
    "sternocleidomastoid": ("stern_mast", "cleid_mast", "cleid_occ"),
    "trapezius, clavicular": ("trap_cl",),
    "trapezius, acromial": ("trap_acr",),
    "splenius and semispinalis": (
        "splen_cap_sklc6", "splen_cap_sklthx", "semi_cap_sklc5", "semi_cap_sklthx",
    ),
}  # fmt: skip
PHASES: Final = ("into flexion", "back from flexion", "into extension", "back from extension")
# Gravity in the thorax frame: x forward, y up.
POSTURES: Final = {"upright": (0.0, -GRAVITY_M_S2, 0.0), "on the back": (-GRAVITY_M_S2, 0.0, 0.0)}
_NEAR_NEUTRAL_DEG: Final = 5.0


def nodding(preset: Preset) -> Motion:
    """Flexion and extension of the generic neck of a preset."""
    neck = generic_anatomy(PRESET_SETTINGS[preset].form)
    whole = ideal_movement(np.radians(norm_of(None).mean_deg), anatomy=neck)
    first = np.asarray(whole.time) < PART_S
    return Motion(*(np.asarray(x)[first] for x in vars(whole).values()))


def phases_of(flexion_deg: Float[np.ndarray, " t"]) -> list[Bool[np.ndarray, " t"]]:
    """Frames of each of ``PHASES``."""
    going = np.gradient(flexion_deg) > 0.0
    flexed, extended = flexion_deg > _NEAR_NEUTRAL_DEG, flexion_deg < -_NEAR_NEUTRAL_DEG
    return [flexed & going, flexed & ~going, extended & ~going, extended & going]


def rows(preset: Preset, gravity: tuple[float, float, float]) -> Iterator[list[str]]:
    """Mean force of both sides together in each phase [N], and the largest activation."""
    chosen, motion = PRESET_SETTINGS[preset], nodding(preset)
    neck = generic_anatomy(chosen.form)
    every = np.tile(gravity, (len(motion.time), 1))
    found = simulate(neck, motion, chosen.recruitment, no_load(), every)
    force, activation = np.asarray(found.forces.force), np.asarray(found.forces.activation)
    phases = phases_of(head_angles_deg(neck, motion.q)[:, 0])
    for name, parts in MUSCLES.items():
        places = [neck.system.index[part + side] for part in parts for side in ("", "_L")]
        together = force[:, places].sum(axis=1)
        cells = [
            f"{together[phase].mean():.0f} ({activation[phase][:, places].max():.2f})"
            for phase in phases
        ]
        yield [f"`{preset}`", name, *cells]


def page() -> Iterator[str]:
    """Both postures."""
    yield "# Which muscle works in which phase of nodding"
    yield ""
    yield "Made by `python benchmarks/physiology/phases.py --write`. Mean force of both sides"
    yield "together [N], and in brackets the largest activation of a part."
    yield ""
    for posture, gravity in POSTURES.items():
        yield f"## {posture.capitalize()}"
        yield ""
        yield "| | | " + " | ".join(PHASES) + " |"
        yield "| --- | --- |" + " ---: |" * len(PHASES)
        for preset in PRESETS:
            for row in rows(preset, gravity):
                yield "| " + " | ".join(row) + " |"
        yield ""


if __name__ == "__main__":
    sys.exit(show(page(), RESULTS, __doc__))
