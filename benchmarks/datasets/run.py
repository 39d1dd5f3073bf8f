"""How long labelled data take, and how that grows with frames and with necks.

    python benchmarks/datasets/run.py             # writes benchmarks/results/datasets.md and .png
    python benchmarks/datasets/run.py --necks 40  # a quick look, prints only

The paper's labelled set is 200 necks x 600 frames x 72 muscles. Each row is timed after a first
shard that compiles. A million necks are extrapolated from the largest run, and said to be.
"""

import argparse
import os
import platform
import statistics
import time
from pathlib import Path
from typing import Final

import jax
import matplotlib.pyplot as plt
from matplotlib.ticker import FixedLocator, NullLocator, ScalarFormatter

from nuchal.conventions import PRESETS, Preset
from nuchal.model.population import Population
from nuchal.movements.random_settings import FreeSettings
from nuchal.networks.training.labelled import label_shards
from nuchal.networks.training.records import SUBJECTS_PER_SHARD, MotionKind, Recipe

RESULTS: Final = Path(__file__).parents[1] / "results"
NECKS: Final = 200
MILLION: Final = 1_000_000
FRAMES: Final = 600


def recipe(necks: int, preset: Preset, motion: MotionKind, frames: int = FRAMES) -> Recipe:
    return Recipe(
        subjects=necks,
        preset=preset,
        motion=motion,
        population=Population(seed=1),
        free=FreeSettings(frames=frames),
    )


def seconds(asked: Recipe) -> float:
    """All shards, on all cores, kept by nobody; median of three, compiled before."""
    list(label_shards(asked, range(2)))

    def once() -> float:
        start = time.perf_counter()
        for _ in label_shards(asked, range(asked.shards)):
            pass
        return time.perf_counter() - start

    return statistics.median(once() for _ in range(3))


def by_preset(necks: int) -> list[str]:
    lines = [
        "| necks x frames | preset | movement | seconds | microseconds a frame |",
        "| --- | --- | --- | ---: | ---: |",
    ]
    kinds: tuple[MotionKind, ...] = ("standard", "free")
    for preset in PRESETS:
        for motion in kinds:
            took = seconds(recipe(necks, preset, motion))
            each = 1e6 * took / (necks * FRAMES)
            lines.append(f"| {necks} x {FRAMES} | {preset} | {motion} | {took:.2f} | {each:.1f} |")
    return lines


def growth(necks: int, *, drawn: bool) -> list[str]:
    """Time over necks and over frames, as a table and, if wanted, a picture."""
    many = [n for n in (80, 160, 320, 640) if n <= 4 * necks]
    long = [150, 300, 600, 1200, 2400]
    over_necks = [seconds(recipe(n, "recommended", "standard")) for n in many]
    over_frames = [seconds(recipe(80, "recommended", "free", n)) for n in long]
    if drawn:
        draw(many, over_necks, long, over_frames)
    lines = ["| necks x 600 frames, standard | seconds | a thousand labels [ms] |"]
    lines += ["| ---: | ---: | ---: |"]
    lines += [
        f"| {n} | {s:.2f} | {1e6 * s / (n * FRAMES * 72):.3f} |"
        for n, s in zip(many, over_necks, strict=True)
    ]
    lines += ["", "| 80 necks x frames, free | seconds | a thousand labels [ms] |"]
    lines += ["| ---: | ---: | ---: |"]
    lines += [
        f"| {n} | {s:.2f} | {1e6 * s / (80 * n * 72):.3f} |"
        for n, s in zip(long, over_frames, strict=True)
    ]
    each = over_necks[-1] / (many[-1] * FRAMES)
    hours = each * MILLION * FRAMES / 3600
    cores = os.cpu_count() or 1
    lines += [
        "",
        "## A million necks",
        "",
        f"A million necks x {FRAMES} frames (43 billion labels, made and not stored), extrapolated "
        f"from {many[-1]} necks: {hours:.1f} hours on these {cores} cores, "
        f"{hours * cores / 100 * 60:.0f} minutes on a hundred such cores if none waits. "
        "On a GPU: not measured.",
    ]
    return lines


def draw(necks: list[int], over_necks: list[float], frames: list[int], over: list[float]) -> None:
    figure, axes = plt.subplots(1, 2, figsize=(8, 3.2), layout="constrained")
    for axis, x, y, what in (
        (axes[0], necks, over_necks, "necks, 600 frames each"),
        (axes[1], frames, over, "frames, 80 necks"),
    ):
        axis.loglog(x, y, "o-", color="#00508c", label="measured")
        axis.loglog(x, [y[-1] * n / x[-1] for n in x], ":", color="0.5", label="in proportion")
        axis.set(xlabel=what, ylabel="time [s]")
        for ruler, ticks in ((axis.xaxis, x), (axis.yaxis, (1, 2, 5, 10, 20, 50))):
            ruler.set_major_locator(FixedLocator(ticks))
            ruler.set_major_formatter(ScalarFormatter())
            ruler.set_minor_locator(NullLocator())
        axis.grid(visible=True, which="both", alpha=0.3)
        axis.legend(frameon=False)
    figure.savefig(RESULTS / "datasets.png", dpi=150)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--necks", type=int, default=NECKS, help="necks of the table of presets")
    necks = max(parser.parse_args().necks, 2 * SUBJECTS_PER_SHARD)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, JAX {jax.__version__}"
    lines = [
        "# Labelled data",
        "",
        f"Measured on {machine}, load average {os.getloadavg()[0]:.1f} before the start, compiled "
        "before. Nothing is stored.",
        "",
    ]
    lines += [
        *by_preset(necks),
        "",
        "![growth](datasets.png)",
        "",
        *growth(necks, drawn=necks == NECKS),
        "",
    ]
    print("\n".join(lines))
    if necks == NECKS:
        (RESULTS / "datasets.md").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
