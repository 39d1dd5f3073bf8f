"""Microseconds a frame of many, and milliseconds of one that comes in live: part of fresh.py.

    PYTHONPATH=src python benchmarks/startup/frames.py       # prints JSON

Only names that other commits have, too.
"""

import json
import statistics
import time
from typing import Final

import jax
import numpy as np

from nuchal.dynamics.inverse import no_load
from nuchal.io.networks.equilibrium import shipped_network
from nuchal.model.norms import norm_of
from nuchal.model.scaling import GENERIC_SUBJECT
from nuchal.movements.examination import ideal_movement
from nuchal.networks.equilibrium.records import Person
from nuchal.networks.equilibrium.window import WINDOW_FRAMES
from nuchal.optimisation.own_strength import neck_of
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.optimisation.simulate import simulate
from nuchal.spatial import rotation_zxy
from nuchal.streaming.step import Whose, Window, stepper

MANY: Final = 50_000
LIVE: Final = 2000
WARM_UP: Final = 200
SETTINGS: Final = PRESET_SETTINGS["recommended"].recruitment


def frame_us() -> float:
    """Static optimisation with all that goes with it, over an examination again and again."""
    neck = neck_of(GENERIC_SUBJECT, "recommended")
    once = ideal_movement(np.radians(norm_of(40.0).mean_deg), anatomy=neck)
    frames = np.resize(np.arange(len(once.time)), MANY)
    motion = jax.tree.map(lambda x: np.asarray(x)[frames], once)
    took = []
    for _ in range(4):
        start = time.perf_counter()
        simulate(neck, motion, SETTINGS, no_load())
        took.append(time.perf_counter() - start)
    return 1e6 * statistics.median(took[1:]) / MANY


def live_ms() -> float:
    """Forces with intervals, from the window of a turning head."""
    neck = neck_of(GENERIC_SUBJECT, "recommended")
    person = Person(neck, np.ones(3), no_load())
    whose = Whose(shipped_network("recommended").network, SETTINGS, person)
    step, carry = stepper(whose, doubt=np.full(7, 0.5), count=0)
    time_s = np.arange(LIVE + WINDOW_FRAMES) / 100.0
    angles = np.stack([a * np.sin(f * time_s) for a, f in ((0.4, 2.0), (0.2, 3.0), (0.3, 1.3))], 1)
    heads = np.asarray(jax.vmap(rotation_zxy)(angles))
    took = []
    for k in range(LIVE):
        window = Window(heads[None, k : k + WINDOW_FRAMES], 1, np.array([0.0, -9.81, 0.0]))
        start = time.perf_counter()
        _, carry = step(window, carry)
        took.append(time.perf_counter() - start)
    return 1e3 * statistics.median(took[WARM_UP:])


def bound_us() -> float:
    """What the largest product of a frame takes at the speed of the machine's own products.

    Segments of all muscles, and how they change with the coordinates, are one product a frame: 3
    and 6 x 3 rows with 36 numbers of the bodies' poses, by so many segments (``dynamics.paths``).
    """
    segments = len(neck_of(GENERIC_SUBJECT, "recommended").topology.segment_start)
    square = np.random.default_rng(1).random((1500, 1500))
    took = []
    for _ in range(5):
        start = time.perf_counter()
        square @ square
        took.append(time.perf_counter() - start)
    return 1e6 * (2 * (3 + 18) * 36 * segments) * min(took) / (2 * 1500**3)


if __name__ == "__main__":
    jax.config.update("jax_enable_x64", True)
    found = {"frame_us": frame_us(), "live_ms": live_ms(), "bound_us": bound_us()}
    print(json.dumps(found))
