"""A head that hangs to one side: which muscles are on, by a real person's EMG and by every preset.

    python benchmarks/physiology/held.py            # prints the page
    python benchmarks/physiology/held.py --write    # writes benchmarks/results/held.md as well

Needs ../shared/recordings/barrett_neck_emg: one person, ten channels in per cent of maximum beside
the head's angles. Nothing is fitted to it.
"""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from jaxtyping import Float
from pages import show

from nuchal.conventions import PRESETS, Preset
from nuchal.dynamics.inverse import no_load
from nuchal.model.generic import generic_anatomy
from nuchal.model.passive import posture_of_head
from nuchal.movements.minimum_jerk import made_motion
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.optimisation.simulate import simulate

ROOT: Final = Path(__file__).parents[2]
PERSON: Final = ROOT.parent / "shared" / "recordings" / "barrett_neck_emg"
RESULTS: Final = ROOT / "benchmarks" / "results" / "held.md"
NAME: Final = "001-hOnly-20lat"
# Right and left channel of each pair, by ``activation_map.csv``, and the muscles below it.
PAIRS: Final = {
    "levator scapulae": ((0, 1), ("levator_scap",)),
    "extensors": ((2, 3), ("semi_cap", "longissi_cap", "longissi_cerv", "iliocost_cerv")),
    "splenius": ((4, 5), ("splen_cap", "splen_cerv")),
    "sternocleidomastoid": ((6, 7), ("stern_mast", "cleid_mast", "cleid_occ")),
    "upper trapezius": ((8, 9), ("trap_cl", "trap_acr")),
}
# Farthest share of the largest bending that counts as held.
_HELD: Final = 0.95


def measured() -> tuple[float, Float[np.ndarray, "10"], Float[np.ndarray, "10"]]:
    """Bending [degrees] where it is held, and the channels there and at the lowest [%]."""
    bending = _numbers(PERSON / f"{NAME}_neckangle.csv")[:, 0]
    channels = _numbers(PERSON / f"permve_{NAME}.csv")
    held = bending >= _HELD * bending.max()
    least = np.nanpercentile(channels, 5.0, axis=0)
    return float(bending[held].mean()), np.nanmean(channels[held], axis=0), least


def _numbers(path: Path) -> Float[np.ndarray, "t c"]:
    with path.open(encoding="utf-8") as file:
        rows = [
            [float(cell) if cell.strip() else np.nan for cell in row] for row in csv.reader(file)
        ]
    return np.array(rows)


def activation(preset: Preset, bending_deg: float) -> dict[str, tuple[float, float]]:
    """Mean activation of each pair's muscles, right and left [%], head bent right and at rest."""
    chosen = PRESET_SETTINGS[preset]
    neck = generic_anatomy(chosen.form)
    q = np.tile(posture_of_head(neck, np.radians([0.0, bending_deg, 0.0])), (2, 1))
    still = np.zeros_like(q)
    motion = made_motion(0.01 * np.arange(2), q, still, still)
    found = np.asarray(simulate(neck, motion, chosen.recruitment, no_load()).forces.activation)[0]
    sides = {}
    for name, (_, parts) in PAIRS.items():
        of_pair = [m for m in neck.system.muscles if m.startswith(parts)]
        right = [neck.system.index[m] for m in of_pair if not m.endswith("_L")]
        left = [neck.system.index[m] for m in of_pair if m.endswith("_L")]
        sides[name] = (100.0 * found[right].mean(), 100.0 * found[left].mean())
    return sides


def page() -> Iterator[str]:
    """One table."""
    bending, held, least = measured()
    yield "# A head that hangs to one side"
    yield ""
    yield "Made by `python benchmarks/physiology/held.py --write`. One person (cspinemodel of"
    yield f"Barrett), head bent by {bending:.1f} degrees and held; EMG in per cent of maximum,"
    yield "mean while held, in brackets the 5th percentile of the trial. Beside it the mean"
    yield "activation in per cent of the generic neck, upright and at rest, with its head bent to"
    yield "the right as much; right / left."
    yield "The file does not say to which side the head is bent."
    yield ""
    yield "| muscles | EMG | " + " | ".join(f"`{preset}`" for preset in PRESETS) + " |"
    yield "| --- | ---: | " + " | ".join("---:" for _ in PRESETS) + " |"
    every = {preset: activation(preset, bending) for preset in PRESETS}
    for name, ((right, left), _) in PAIRS.items():
        emg = " / ".join(f"{held[k]:.1f} ({least[k]:.1f})" for k in (right, left))
        cells = ["{:.1f} / {:.1f}".format(*every[preset][name]) for preset in PRESETS]
        yield f"| {name} | {emg} | " + " | ".join(cells) + " |"
    yield ""


if __name__ == "__main__":
    sys.exit(show(page(), RESULTS, __doc__, PERSON, whole=True))
