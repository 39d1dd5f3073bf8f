"""A preset's networks become one ONNX graph, which is tried before it is kept."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import jax
import numpy as np

from nuchal.commands.exported import ExportedNetwork, ExportOptions
from nuchal.commands.network import stored_network
from nuchal.errors import EngineError, OutputError
from nuchal.io.networks.equilibrium import StoredNeckNetwork
from nuchal.io.onnx.export import (
    INPUTS,
    OUTPUTS,
    frame_function,
    onnx_model,
    refuse_foreign,
    run_onnx,
    typical_inputs,
    write_onnx,
)
from nuchal.model.anatomy import generic_anatomy
from nuchal.model.kinematics import marker_positions
from nuchal.movements.standard import standard_movement
from nuchal.networks.equilibrium.window import LATENCY_FRAMES, WINDOW_FRAMES, WINDOW_RATE_HZ

# How far forces in onnxruntime may be from JAX's, as a share of maximal isometric force.
AGREEMENT: Final = 1e-5
# Frames that both work out.
_COMPARED: Final = 8
_LOAD_KG: Final = 1.0
_PLACE_M: Final = (0.02, 0.08, 0.0)
_NOISE_M: Final = 1e-3
# For code that runs once.
_QUICKLY: Final[dict[str, Any]] = {"xla_backend_optimization_level": 0}


def run_export(
    out: Path,
    *,
    options: ExportOptions | None = None,
    progress: Callable[[str, float], None] = lambda _doing, _share: None,
) -> ExportedNetwork:
    """Write the networks of a preset as an ONNX graph that gives JAX's forces in onnxruntime.

    Args:
        out: the file; it appears whole, and only if both agree.
        options: preset, weights, frames at once.
        progress: told what is being done and which share of the whole is done.

    Raises:
        NetworkError: there are no such weights, they are damaged, or of another preset.
        OutputError: the place cannot be written, or holds something else.
        EngineError: onnx or onnxruntime is missing, or gives other forces than JAX.
    """
    options = options or ExportOptions()
    stored = stored_network(options.preset, options.network)
    refuse_foreign(out, force=options.force)
    if options.network is not None and out.exists() and out.samefile(options.network):
        raise OutputError(f"{out}: these are the weights themselves; give --out another name.")
    progress("building the graph", 0.05)
    model = onnx_model(stored, batch=options.batch)
    progress("comparing with JAX", 0.4)
    difference = _largest_difference(stored, model)
    if not difference <= AGREEMENT:
        raise EngineError(
            f"{out}: not written, as onnxruntime gives forces that differ from JAX's by "
            f"{difference:.1g} of maximal force; please report it, with the versions of both."
        )
    progress("writing", 0.95)
    write_onnx(out, model)
    return ExportedNetwork(
        out=out,
        preset=options.preset,
        version=str(stored.about["version"]),
        batch=options.batch,
        size_bytes=len(model),
        latency_s=LATENCY_FRAMES / WINDOW_RATE_HZ,
        frames_compared=_COMPARED,
        largest_difference=difference,
        inputs=INPUTS,
        outputs=OUTPUTS,
    )


def _largest_difference(stored: StoredNeckNetwork, model: bytes) -> float:
    """Of forces in onnxruntime from JAX's, as a share of maximal isometric force."""
    given = frames_to_compare()
    found = run_onnx(model, given)
    reference = jax.jit(jax.vmap(frame_function(stored)), compiler_options=_QUICKLY)
    wanted = dict(zip(OUTPUTS, reference(*given.values()), strict=True))
    strength = np.asarray(generic_anatomy().max_isometric_force)
    forces = [name for name, port in OUTPUTS.items() if port.unit == "N"]
    apart = [np.abs(found[name] - np.asarray(wanted[name])) / strength for name in forces]
    return float(np.max(apart))


def frames_to_compare() -> Mapping[str, np.ndarray]:
    """Frames of the standard movement: different bodies, loads and doubts, with and without a past.

    Returns:
        :data:`~nuchal.io.onnx.export.INPUTS`, frame by frame.
    """
    dice = np.random.default_rng(0)
    given = {name: np.stack([x] * _COMPARED) for name, x in typical_inputs().items()}
    q = np.asarray(standard_movement().q)
    anatomy = generic_anatomy()
    markers = np.asarray(jax.jit(jax.vmap(lambda at: marker_positions(anatomy, at)))(q))
    starts = np.linspace(0, len(q) - WINDOW_FRAMES, _COMPARED).astype(int)
    given["markers"] = np.stack([markers[k : k + WINDOW_FRAMES] for k in starts])
    given["measures"] = given["measures"] * dice.uniform(0.9, 1.1, given["measures"].shape)
    given["load_mass"][::2] = _LOAD_KG
    given["load_place"][::2] = _PLACE_M
    given["rhythm_sd"][::3] = 0.0
    given["marker_noise"][1::4] = _NOISE_M
    given["has_before"][1::2] = 1.0
    given["before"] = dice.uniform(0.0, 0.2, given["before"].shape)
    return {name: np.asarray(x, np.float32) for name, x in given.items()}
