"""How long OpenSim 4.6 and we take for the same frames of the same neck, in the same run.

    python benchmarks/opensim/run.py                 # 600 frames; OpenSim needs some minutes
    python benchmarks/opensim/run.py --frames 30     # a quick look, prints only

OpenSim is asked for what its tools compute: lengths, moment arms of all muscles about all six
coordinates by its MomentArmSolver, inverse dynamics, static optimisation. Ours is one call for all
of that and the joint reactions besides, timed after a first call that compiles it. Derivatives are
the same; no files are read or written while the clock runs.
"""

import argparse
import importlib.util
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import jax
import numpy as np

from nuchal.conventions import Preset
from nuchal.dynamics.inverse import no_load
from nuchal.io.opensim.engine import OpensimNeck, engine_version
from nuchal.io.opensim.engine_frames import Clock, static_optimisation
from nuchal.io.opensim.model import write_osim
from nuchal.model.anatomy import Anatomy
from nuchal.model.generic import generic_anatomy
from nuchal.model.scaling import personalise
from nuchal.movements.standard import FRAMES, RATE_HZ, standard_movement
from nuchal.optimisation.many import simulate_many
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.optimisation.simulate import simulate
from nuchal.records import Motion, Subject

SETTINGS = PRESET_SETTINGS["classical"].recruitment
RESULTS = Path(__file__).parents[1] / "results" / "against_opensim.md"
NECKS = 200
SKIPPED = 77
"""Exit status where OpenSim is missing."""
NAMES = {
    "lengths": "muscle-tendon lengths",
    "arms": "moment arms, 6 x 72",
    "moments": "inverse dynamics",
    "recruitment": "static optimisation",
}


def movement(frames: int) -> Motion:
    """The standard movement in so many frames, whatever its rate."""
    return standard_movement(frames=frames, rate_hz=RATE_HZ * frames / FRAMES)


def time_opensim(anatomy: Anatomy, motion: Motion) -> dict[str, float]:
    """Seconds by quantity."""
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "neck.osim"
        write_osim(path, anatomy)
        neck = OpensimNeck(path, anatomy)
        ask: dict[str, Callable[[int], object]] = {
            "lengths": lambda _: neck.lengths(),
            "arms": lambda _: neck.solver_moment_arms(),
            "moments": lambda k: neck.net_moments(motion.qdd[k]),
        }
        for quantity, answer in ask.items():
            for k in clock.frames(quantity, len(motion.time)):
                neck.move(motion.q[k], motion.qd[k])
                answer(k)
        static_optimisation(neck, motion, clock)
    return clock.seconds


def time_ours(anatomies: list[Anatomy], motion: Motion, *, repeats: int) -> float:
    """Median seconds for everything, all necks together, once compiled."""

    def once() -> float:
        start = time.perf_counter()
        for anatomy in anatomies:
            jax.block_until_ready(simulate(anatomy, motion, SETTINGS, no_load()))
        return time.perf_counter() - start

    simulate(anatomies[0], motion, SETTINGS, no_load())
    return statistics.median(once() for _ in range(repeats))


def time_forces(anatomies: list[Anatomy], motion: Motion, preset: Preset) -> float:
    """Seconds for the forces of many necks, once compiled: median of three."""
    settings = PRESET_SETTINGS[preset].recruitment

    def forces(necks: list[Anatomy]) -> float:
        start = time.perf_counter()
        for _ in simulate_many(((neck, motion, no_load()) for neck in necks), settings):
            pass
        return time.perf_counter() - start

    forces(anatomies[:1])
    return statistics.median(forces(anatomies) for _ in range(3))


def people(count: int) -> list[Anatomy]:
    """Necks of people as ANSUR II has them."""
    rng = np.random.default_rng(1)
    drawn = rng.normal([0.1073, 0.3992, 6.38], [0.0124, 0.0302, 1.0], (count, 3))
    return [
        personalise(
            Subject(neck_length_m=neck, shoulder_width_m=shoulder, head_and_neck_mass_kg=mass)
        )
        for neck, shoulder, mass in drawn
    ]


def against_opensim(frames: int) -> list[str]:
    """The table of both engines."""
    motion = movement(frames)
    theirs = time_opensim(generic_anatomy(), motion)
    ours = time_ours([generic_anatomy()], motion, repeats=5)
    total = sum(theirs.values())
    return [
        f"| {frames} frames, one neck | seconds |",
        "| --- | ---: |",
        *(f"| OpenSim {engine_version()}: {NAMES[k]} | {v:.2f} |" for k, v in theirs.items()),
        f"| OpenSim, together | {total:.2f} |",
        f"| nuchal: all of these, and joint reactions | {ours:.4f} |",
        f"| **times faster** | **{total / ours:.0f}** |",
    ]


def growth(necks: int) -> list[str]:
    """How our time grows with frames and with necks."""
    lines = ["| one neck, everything | seconds | microseconds a frame |", "| --- | ---: | ---: |"]
    for frames in (200, 600, 2400, 9600):
        seconds = time_ours([generic_anatomy()], movement(frames), repeats=3)
        lines.append(f"| {frames} frames | {seconds:.3f} | {1e6 * seconds / frames:.1f} |")
    lines += ["", "| many necks, 600 frames, forces | seconds | microseconds a frame |"]
    lines += ["| --- | ---: | ---: |"]
    everyone = people(necks)
    cases: list[tuple[int, Preset]] = [
        (necks // 4, "classical"),
        (necks, "classical"),
        (necks, "recommended"),
        (necks, "paper"),
    ]
    for count, preset in cases:
        seconds = time_forces(everyone[:count], movement(FRAMES), preset)
        each = 1e6 * seconds / (count * FRAMES)
        lines.append(f"| {count} necks, {preset} | {seconds:.2f} | {each:.1f} |")
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=FRAMES, help="frames asked of both engines")
    parser.add_argument("--necks", type=int, default=NECKS, help="necks of the largest run of ours")
    given = parser.parse_args()
    if importlib.util.find_spec("opensim") is None:
        print("OpenSim is not installed, and there is nothing to measure beside.")
        return SKIPPED
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    lines = [
        "# Against OpenSim, in the same run",
        "",
        f"Measured on {machine}, JAX {jax.__version__}. The tables come from "
        "`python benchmarks/opensim/run.py`.",
        "",
        *against_opensim(given.frames),
        "",
        *growth(given.necks),
        "",
    ]
    text = "\n".join(lines)
    print(text)
    if (given.frames, given.necks) == (FRAMES, NECKS):
        RESULTS.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
