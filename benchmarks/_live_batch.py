"""Many frames of many people at once: part of benchmarks/live.py."""

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Final, TypeVar

import jax
import numpy as np

from nuchal.conventions import Preset
from nuchal.dynamics.many import Case, simulate_many
from nuchal.dynamics.settings import PRESET_SETTINGS
from nuchal.io.neck_networks import shipped_network
from nuchal.model.personalise import personalise
from nuchal.model.population import Population, draw_people, subject_of
from nuchal.motion.free import free_movements
from nuchal.motion.free_settings import FreeSettings
from nuchal.surrogate.crowd import (
    ABREAST,
    Crowd,
    crowd_forces,
    crowd_of,
    distances,
    seen_states,
)
from nuchal.surrogate.dataset import Recipe
from nuchal.surrogate.gather import gather
from nuchal.surrogate.inference import NeckNetwork, intervals_of
from nuchal.surrogate.spread import Doubt

FRAMES: Final = 600
MILLION: Final = 1_000_000
SEED: Final = 9
_T = TypeVar("_T")


def recipe(people: int, preset: Preset) -> Recipe:
    return Recipe(
        subjects=people,
        motion="free",
        preset=preset,
        population=Population(seed=SEED),
        free=FreeSettings(frames=FRAMES),
    )


def predict_all(network: NeckNetwork, crowd: Crowd, took: dict[str, float]) -> np.ndarray:
    """From head angles to forces with intervals and distances, all windows of all people."""

    def clocked(name: str, work: Callable[[], _T]) -> _T:
        start = time.perf_counter()
        made = work()
        took[name] = time.perf_counter() - start
        return made

    count = len(crowd)
    filters = np.repeat(np.asarray(network.filters)[:1], count, axis=0)
    motion, states = clocked(
        "windows", lambda: seen_states(crowd, filters, crowd.angles, crowd.rhythm)
    )
    central = clocked("forces", lambda: crowd_forces(network.proposal, crowd, states))
    flat = jax.tree.map(lambda x: x.reshape(-1, *x.shape[2:]), central)
    doubt = Doubt(np.zeros(3, np.float32), np.zeros((), np.float32))
    within = clocked("intervals", lambda: intervals_of(network.spread, flat, doubt))
    clocked("distances", lambda: distances(network.domain, crowd, motion))
    return np.asarray(within.mean).reshape(central.answer.active.shape)


def cases(people: int, preset: Preset) -> Iterator[Case]:
    """The same necks, movements and loads for the exact solver."""
    inertias = PRESET_SETTINGS[preset].inertias
    drawn = draw_people(Population(seed=SEED), np.arange(people))
    movements = free_movements(FreeSettings(frames=FRAMES), SEED, drawn.index)
    for k in range(people):
        motion, load = jax.tree.map(
            lambda x, k=k: np.asarray(x)[k], (movements.motion, movements.load)
        )
        yield personalise(subject_of(drawn, k), inertias=inertias), motion, load


def seconds_of_optimisation(people: int, preset: Preset) -> float:
    """Forces alone, of coordinates that are known."""
    settings, ready = PRESET_SETTINGS[preset].recruitment, list(cases(people, preset))

    def once(some: list[Case]) -> float:
        start = time.perf_counter()
        for _ in simulate_many(some, settings):
            pass
        return time.perf_counter() - start

    once(ready[:ABREAST])
    return statistics.median(once(ready) for _ in range(3))


def batch_table(preset: Preset, people: int) -> list[str]:
    """Rows for one preset."""
    network = shipped_network(preset).network
    predict_all(network, crowd_of(gather(recipe(ABREAST, preset)), PRESET_SETTINGS[preset]), {})
    crowd = crowd_of(gather(recipe(people, preset)), PRESET_SETTINGS[preset])
    runs = []
    for _ in range(3):
        took: dict[str, float] = {}
        mean = predict_all(network, crowd, took)
        runs.append(took)
    frames = mean.shape[0] * mean.shape[1]
    stages = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    whole = statistics.median(sum(run.values()) for run in runs)
    peer = seconds_of_optimisation(people, preset) * frames / (people * FRAMES)
    parts = ", ".join(f"{name} {s:.1f}" for name, s in stages.items())
    said = "measured" if frames >= MILLION else "extrapolated"
    rows = {f"networks: {parts}": whole, "optimisation of known coordinates": peer}
    return [
        f"| {preset} | {what} | {frames} | {s:.2f} | {1e6 * s / frames:.1f} | "
        f"{s * MILLION / frames:.1f} ({said}) | {s / whole:.2f} |"
        for what, s in rows.items()
    ]
