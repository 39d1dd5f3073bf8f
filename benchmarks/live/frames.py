"""One frame at a time, as it comes in: part of benchmarks/live/run.py."""

import time
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from nuchal.conventions import Preset
from nuchal.dynamics.inverse import no_load
from nuchal.dynamics.pipeline import State
from nuchal.io.networks.equilibrium import StoredNeckNetwork, shipped_network
from nuchal.io.onnx.export import frame_function, onnx_model, onnxruntime
from nuchal.io.onnx.ports import OUTPUTS, inputs_of, typical_inputs
from nuchal.model.generic import generic_anatomy
from nuchal.model.kinematics import marker_positions
from nuchal.movements.random import free_movements
from nuchal.movements.random_settings import FreeSettings
from nuchal.networks.equilibrium.head_motion import coordinates_of
from nuchal.networks.equilibrium.window import (
    WINDOW_FRAMES,
    WINDOW_RATE_HZ,
    head_motion,
    marker_angles,
)
from nuchal.optimisation.causal import Carried, with_rate
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.optimisation.simulate import mechanics_of_frame
from nuchal.optimisation.solvers.exact import Hint, hint_from, no_hint, recruit

WARM_UP: Final = 200

Step = Callable[[np.ndarray], np.ndarray]
"""From the latest window to forces in balance [N]; remembers what the next frame is to be told."""


class Timed(NamedTuple):
    """Frames one after another."""

    milliseconds: np.ndarray
    forces: np.ndarray

    @property
    def median(self) -> float:
        return float(np.median(self.milliseconds))

    @property
    def slow(self) -> float:
        """The 99th percentile."""
        return float(np.quantile(self.milliseconds, 0.99))


def windows(frames: int) -> np.ndarray:
    """Windows of one neck's markers in free movement, frame after frame."""
    anatomy = generic_anatomy()
    free = FreeSettings(frames=frames + WARM_UP + WINDOW_FRAMES - 1)
    q = free_movements(free, 5, np.arange(1)).motion.q[0]
    markers = jax.jit(jax.vmap(lambda at: marker_positions(anatomy, at)))(q)
    view = np.lib.stride_tricks.sliding_window_view(
        np.asarray(markers, np.float32), WINDOW_FRAMES, axis=0
    )
    return np.ascontiguousarray(np.moveaxis(view, -1, 1))


def timed(step: Step, seen: np.ndarray) -> Timed:
    """Time every frame, but for the first few."""
    took, forces = [], []
    for window in seen:
        start = time.perf_counter()
        forces.append(step(window))
        took.append(time.perf_counter() - start)
    return Timed(1e3 * np.array(took[WARM_UP:]), np.stack(forces[WARM_UP:]))


def by_jax(stored: StoredNeckNetwork) -> Step:
    """The networks as compiled by JAX, for one person, in single precision."""
    preset = stored.about["preset"]
    frame, fixed = frame_function(stored, precision=np.float32), typical_inputs(preset)
    names, ports = list(OUTPUTS), inputs_of(preset)

    @jax.jit
    def compiled(
        window: jax.Array, before: jax.Array, has_before: jax.Array
    ) -> tuple[jax.Array, ...]:
        latest = {"markers": window, "before": before, "has_before": has_before}
        given = fixed | latest
        return frame(*(given[name] for name in ports))

    carried = [fixed["before"], fixed["has_before"]]

    def step(window: np.ndarray) -> np.ndarray:
        with jax.enable_x64(False):
            found = dict(zip(names, compiled(window, *carried), strict=True))
        carried[:] = found["carried"], np.ones((), np.float32)
        return np.asarray(found["central"])

    return step


def by_onnxruntime(stored: StoredNeckNetwork) -> Step:
    """The exported graph, one frame at a time on one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    session = onnxruntime.InferenceSession(onnx_model(stored, batch=1), options)
    given = {name: value[None] for name, value in typical_inputs(stored.about["preset"]).items()}
    names = list(OUTPUTS)

    def step(window: np.ndarray) -> np.ndarray:
        given["markers"] = window[None]
        found = dict(zip(names, session.run(names, given), strict=True))
        given["before"], given["has_before"] = found["carried"], np.ones(1, np.float32)
        return np.asarray(found["central"][0])

    return step


def by_optimisation(stored: StoredNeckNetwork, preset: Preset) -> Step:
    """The exact solver on the same window, in doubles, begun from the frame before.

    Frames that muscles cannot balance have no forces.
    """
    settings = PRESET_SETTINGS[preset].recruitment
    anatomy = PRESET_SETTINGS[preset].neck
    filters = np.asarray(stored.network.filters[0], float)
    neutral = np.asarray(typical_inputs(preset)["neutral"], float)
    price = settings.price_of_change(1.0 / WINDOW_RATE_HZ)

    @jax.jit
    def compiled(
        window: jax.Array, before: jax.Array, has: jax.Array, hint: Hint
    ) -> tuple[jax.Array, jax.Array, Hint]:
        angles = jax.vmap(marker_angles, (None, 0))(neutral, jnp.asarray(window, float))
        moved = coordinates_of(anatomy, head_motion(filters, angles))
        state = State(moved.q, moved.qd, moved.qdd, anatomy.gravity, jnp.zeros((), int))
        frame = mechanics_of_frame(anatomy, state, settings, no_load())
        problem = frame.problem
        if settings.causal:
            problem = with_rate(problem, frame.share, Carried(before, price * has))
        solution = recruit(problem, hint)
        active = jnp.asarray(solution.activation * frame.share)
        passive = frame.capacity.passive if settings.passive else 0.0
        force = jnp.asarray(active * anatomy.max_isometric_force + passive)
        return force, active, hint_from(solution)

    carried: list[Any] = [np.zeros(72), np.zeros(()), no_hint()]

    def step(window: np.ndarray) -> np.ndarray:
        force, active, hint = compiled(window, *carried)
        carried[:] = active, np.ones(()), hint
        return np.asarray(force) if hint.trusted else np.full(72, np.nan)

    return step


WAYS: Final = ("networks, JAX", "networks, onnxruntime", "optimisation, JAX")


def live_table(preset: Preset, frames: int) -> list[str]:
    """Rows of all ways for one preset."""
    stored, seen = shipped_network(preset), windows(frames)
    strength = np.asarray(PRESET_SETTINGS[preset].neck.max_isometric_force)
    steps = (by_jax(stored), by_onnxruntime(stored), by_optimisation(stored, preset))
    found = dict(zip(WAYS, (timed(step, seen) for step in steps), strict=True))
    first, exact = found[WAYS[0]], found[WAYS[-1]].forces
    lines = []
    for way, one in found.items():
        apart = np.sqrt(np.nanmean(((one.forces - exact) / strength) ** 2))
        under = (one.milliseconds < 1.0).mean()
        lines.append(
            f"| {preset} | {way} | {one.median:.3f} | {one.slow:.3f} | {under:.1%} | "
            f"{one.median / first.median:.2f} | {apart:.1e} |"
        )
    return lines
