"""How long a million people take: drawn, scaled, and their markers traced through a movement.

    python benchmarks/population/run.py                   # a million; writes results/population.md
    python benchmarks/population/run.py --count 100000    # a quick look, prints only

Nothing is kept but each person's extremes: the traces of a million people would be 22 GB. Times are
after a first block that compiles; memory is the process's peak, JAX and NumPy themselves included,
measured by a fresh process for each line. Peers, in the same run: NumPy's own multivariate normal
generator for the drawing, and forward kinematics of every scaled neck for the traces.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import jax
import numpy as np

from nuchal.commands.population import run_population
from nuchal.model.generic import generic_anatomy
from nuchal.model.kinematics import marker_positions
from nuchal.model.population import BLOCK, Population, blocks_of_people, draw_people
from nuchal.model.scaling import Scales, marker_basis, scale, scales_of_people, traces_in_blocks
from nuchal.model.survey import survey
from nuchal.movements.standard import FRAMES, standard_movement

RESULTS = Path(__file__).parents[1] / "results" / "population.md"
MILLION = 1_000_000
PEER_PEOPLE = 1000
PEER_BLOCK = 50
POPULATION = Population(seed=1, heads=True)


@jax.jit
def extremes(traces: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Least and greatest of each coordinate of each marker: the box that a movement fills."""
    return traces.min(axis=1), traces.max(axis=1)


def draw(count: int) -> None:
    for people in blocks_of_people(POPULATION, count):
        len(people)


def draw_and_scale(count: int) -> None:
    for people in blocks_of_people(POPULATION, count):
        jax.block_until_ready(scales_of_people(people))


def trace(count: int, dtype: type = np.float64, *, reduce: bool = True) -> None:
    basis = marker_basis(standard_movement().q).astype(dtype)
    for block in traces_in_blocks(basis, blocks_of_people(POPULATION, count)):
        jax.block_until_ready(extremes(block) if reduce else block)


def write(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        run_population(Path(folder) / "people.csv", population=POPULATION, count=count)


def numpy_normal(count: int) -> None:
    known = survey("men")
    np.random.default_rng(1).multivariate_normal(known.mean, known.covariance, size=count)


def kinematics_of_each(count: int) -> None:
    """Every neck scaled and moved by itself, ``PEER_BLOCK`` at a time."""
    of_motion = jax.vmap(marker_positions, in_axes=(None, 0))
    q = standard_movement().q

    @jax.jit
    def move(scales: Scales) -> tuple[jax.Array, jax.Array]:
        anatomies = jax.vmap(scale, in_axes=(None, 0))(generic_anatomy(), scales)
        return extremes(jax.vmap(of_motion, in_axes=(0, None))(anatomies, q))

    scales = jax.device_get(scales_of_people(draw_people(POPULATION, np.arange(count))))
    for first in range(0, count, PEER_BLOCK):
        part = slice(first, first + PEER_BLOCK)
        jax.block_until_ready(move(jax.tree.map(lambda leaf, p=part: leaf[p], scales)))


TASKS: dict[str, tuple[str, Callable[[int], None], int]] = {
    "draw": ("drawn", draw, MILLION),
    "scale": ("drawn and scaled", draw_and_scale, MILLION),
    "traces32": (
        "drawn, scaled, traced (float32)",
        lambda n: trace(n, np.float32, reduce=False),
        MILLION,
    ),
    "box32": ("the same, and the extremes of each", lambda n: trace(n, np.float32), MILLION),
    "box64": ("the same in float64", trace, MILLION),
    "write": ("drawn and written as CSV", write, MILLION),
    "numpy": ("peer: NumPy's multivariate normal, nobody rejected", numpy_normal, MILLION),
    "each": (
        "peer: forward kinematics of each neck, and the extremes",
        kinematics_of_each,
        PEER_PEOPLE,
    ),
}


def measure(name: str, count: int) -> dict[str, float]:
    """Seconds and peak memory of one task, in this process."""
    task = TASKS[name][1]
    start = time.perf_counter()
    task(min(count, BLOCK if TASKS[name][2] == MILLION else PEER_BLOCK))
    first = time.perf_counter() - start
    start = time.perf_counter()
    task(count)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"first": first, "seconds": seconds, "peak": peak / 1024}


def measured(name: str, count: int) -> dict[str, float]:
    """The same in a fresh process."""
    words = [sys.executable, __file__, "--task", name, "--count", str(count)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def table(count: int) -> str:
    lines = [
        "| task | people | seconds | for a million | first block, with compiling [s] | "
        "peak memory [MB] |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, (words, _, most) in TASKS.items():
        people = min(count, most)
        found = measured(name, people)
        million = found["seconds"] * MILLION / people
        note = "" if people == MILLION else " (extrapolated)"
        lines.append(
            f"| {words} | {people} | {found['seconds']:.2f} | {million:.1f} s{note} | "
            f"{found['first']:.1f} | {found['peak']:.0f} |"
        )
    return "\n".join(lines)


def page(count: int) -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    kept = count * FRAMES * 9 * 4 / 1e9
    return f"""# A million people

`benchmarks/population/run.py` on {cores} cores ({platform.machine()}), JAX {jax.__version__} on
{jax.default_backend()}, load average {load:.1f} before the start. Traces are of the three head
markers through the {FRAMES} frames of the standard movement: {kept:.0f} GB in float32 if they were
kept; here they pass by in blocks. "Extrapolated" is what was measured on fewer people, times a
factor. Peak memory is that of the process, most of it JAX and its compiler.

{table(count)}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=MILLION)
    parser.add_argument("--task", choices=TASKS)
    chosen = parser.parse_args()
    if chosen.task:
        print(json.dumps(measure(chosen.task, chosen.count)))
        return
    text = page(chosen.count)
    print(text)
    if chosen.count == MILLION:
        RESULTS.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
