"""Many frames of many people at once: part of benchmarks/live/run.py."""

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Final, TypeVar

import jax
import numpy as np

from nuchal.conventions import Preset
from nuchal.io.networks.equilibrium import shipped_network
from nuchal.model.generic import generic_anatomy
from nuchal.model.population import Population, draw_people, subject_of
from nuchal.model.scaling import personalise
from nuchal.model.traits import trait_names
from nuchal.movements.random import free_movements
from nuchal.movements.random_settings import FreeSettings
from nuchal.networks.equilibrium.inference import intervals_of
from nuchal.networks.equilibrium.records import Doubt, NeckNetwork
from nuchal.networks.equilibrium.traits_in_doubt import only_possible
from nuchal.networks.equilibrium.window import WINDOW_FRAMES
from nuchal.networks.training.labelled import gather
from nuchal.networks.training.necks import (
    NECKS_AT_ONCE,
    Necks,
    distances,
    forces_of,
    necks_of,
    possible_forces_of,
)
from nuchal.networks.training.records import Recipe
from nuchal.networks.training.samples import window_states
from nuchal.optimisation.many import Case, simulate_many
from nuchal.optimisation.settings import PRESET_SETTINGS

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


def predict_all(
    network: NeckNetwork, necks: Necks, traits: np.ndarray, took: dict[str, float]
) -> np.ndarray:
    """From head angles to forces with intervals and distances, all windows of all people."""

    def clocked(name: str, work: Callable[[], _T]) -> _T:
        start = time.perf_counter()
        made = work()
        took[name] = time.perf_counter() - start
        return made

    count = len(necks)
    filters = np.repeat(np.asarray(network.filters)[:1], count, axis=0)
    motion, states = clocked("windows", lambda: window_states(necks, filters, necks.angles))
    central = clocked("forces", lambda: forces_of(network.proposal, necks, states))
    possible = only_possible(np.asarray(central.answer.active))
    if traits.any():
        each = np.broadcast_to(traits, (count, len(traits)))
        possible = clocked(
            "other necks", lambda: possible_forces_of(network.proposal, necks, states, each)
        )
    flat = jax.tree.map(lambda x: x.reshape(-1, *x.shape[2:]), (central, possible))
    doubt = Doubt(traits, np.zeros((), np.float32))
    within = clocked("intervals", lambda: intervals_of(network.spread, *flat, doubt))
    clocked("distances", lambda: distances(network.domain, necks, motion))
    return np.asarray(within.mean).reshape(central.answer.active.shape)


def cases(people: int, preset: Preset) -> Iterator[Case]:
    """The same necks, movements and loads for the exact solver."""
    form = PRESET_SETTINGS[preset].form
    drawn = draw_people(Population(seed=SEED), np.arange(people))
    movements = free_movements(
        FreeSettings(frames=FRAMES), SEED, drawn.index, anatomy=generic_anatomy(form)
    )
    for k in range(people):
        motion, load = jax.tree.map(
            lambda x, k=k: np.asarray(x)[k], (movements.motion, movements.load)
        )
        yield personalise(subject_of(drawn, k), form=form), motion, load


def seconds_of_optimisation(people: int, preset: Preset) -> float:
    """Forces alone, of coordinates that are known."""
    settings, ready = PRESET_SETTINGS[preset].recruitment, list(cases(people, preset))

    def once(some: list[Case]) -> float:
        start = time.perf_counter()
        for _ in simulate_many(some, settings):
            pass
        return time.perf_counter() - start

    once(ready[:NECKS_AT_ONCE])
    return statistics.median(once(ready) for _ in range(3))


def seconds_of_networks(network: NeckNetwork, necks: Necks, traits: np.ndarray) -> dict[str, float]:
    """Of every stage, the median of three runs."""
    runs = []
    for _ in range(3):
        took: dict[str, float] = {}
        predict_all(network, necks, traits, took)
        runs.append(took)
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def batch_table(preset: Preset, people: int) -> list[str]:
    """Rows for one preset."""
    network, settings = shipped_network(preset).network, PRESET_SETTINGS[preset]
    few = necks_of(gather(recipe(NECKS_AT_ONCE, preset)), settings)
    necks = necks_of(gather(recipe(people, preset)), settings)
    frames = people * (FRAMES - WINDOW_FRAMES + 1)
    rows = {}
    for name, share in (("known", 0.0), ("unknown", 1.0)):
        traits = np.full(len(trait_names(generic_anatomy(settings.form))), share, np.float32)
        predict_all(network, few, traits, {})
        stages = seconds_of_networks(network, necks, traits)
        parts = ", ".join(f"{stage} {s:.1f}" for stage, s in stages.items())
        rows[f"networks, traits {name}: {parts}"] = sum(stages.values())
    peer = seconds_of_optimisation(people, preset) * frames / (people * FRAMES)
    rows["optimisation of known coordinates"] = peer
    first = next(iter(rows.values()))
    said = "measured" if frames >= MILLION else "extrapolated"
    return [
        f"| {preset} | {what} | {frames} | {s:.2f} | {1e6 * s / frames:.1f} | "
        f"{s * MILLION / frames:.1f} ({said}) | {s / first:.2f} |"
        for what, s in rows.items()
    ]
