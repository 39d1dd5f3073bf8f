"""Networks frame by frame and in bulk, beside optimisation of the same frames in the same run.

    python benchmarks/live/run.py                            # writes results/live.md
    python benchmarks/live/run.py --frames 200 --people 40   # a quick look, prints only

A live frame begins with sixteen frames of three markers, and ends with 72 forces in NumPy: in JAX
and in onnxruntime they come with intervals and what else the networks tell, from the exact solver
without. That begins from the frame before, as it would live. In bulk, the networks begin with head
angles, and the exact solver with coordinates.
"""

import argparse
import os
import platform
from pathlib import Path
from typing import Final

import jax
from batch import batch_table
from frames import live_table

from nuchal.conventions import Preset
from nuchal.io.onnx.export import onnxruntime

RESULTS: Final = Path(__file__).parents[1] / "results" / "live.md"
FRAMES: Final = 2000
PEOPLE: Final = 80
LEARNT: Final[tuple[Preset, ...]] = ("recommended", "paper")
"""Presets that have networks."""


def page(frames: int, people: int) -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    live = [line for preset in LEARNT for line in live_table(preset, frames)]
    bulk = [line for preset in LEARNT for line in batch_table(preset, people)]
    return f"""# Networks live and in bulk

`benchmarks/live/run.py` on {cores} cores ({platform.machine()}), JAX {jax.__version__}, onnxruntime
{onnxruntime.__version__} on one thread, load average {load:.1f} before the start. Compiled before.

One frame at a time, {frames} frames of a free movement; "apart" is the root mean square distance
from the exact solver's forces over maximal isometric force, where muscles can balance the frame:

| preset | by | median [ms] | 99th percentile [ms] | under 1 ms | ratio of medians | apart |
| --- | --- | ---: | ---: | ---: | ---: | ---: |
{chr(10).join(live)}

In bulk on all cores, {people} people; median of three runs. "Extrapolated" is in proportion:

| preset | seconds by | frames | seconds | microseconds a frame | a million frames [s] | ratio |
| --- | --- | ---: | ---: | ---: | ---: | ---: |
{chr(10).join(bulk)}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--frames", type=int, default=FRAMES)
    parser.add_argument("--people", type=int, default=PEOPLE)
    chosen = parser.parse_args()
    text = page(chosen.frames, chosen.people)
    print(text)
    if (chosen.frames, chosen.people) == (FRAMES, PEOPLE):
        RESULTS.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
