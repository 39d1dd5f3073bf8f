"""``nuchal export``: a preset's networks as one ONNX graph, which is tried before it is kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import jax
import numpy as np

from nuchal.conventions import Preset
from nuchal.errors import EngineError, OutputError, Setting
from nuchal.io.networks.equilibrium import StoredNeckNetwork, stored_network
from nuchal.io.onnx.export import frame_function, onnx_model, refuse_foreign, run_onnx, write_onnx
from nuchal.io.onnx.ports import OUTPUTS, Port, inputs_of, typical_inputs
from nuchal.model.kinematics import marker_positions
from nuchal.movements.standard import standard_movement
from nuchal.networks.equilibrium.window import LATENCY_FRAMES, WINDOW_FRAMES, WINDOW_RATE_HZ
from nuchal.optimisation.settings import PRESET_SETTINGS

# How far forces in onnxruntime may be from JAX's, as a share of maximal isometric force.
AGREEMENT: Final = 1e-5
# Frames that both work out.
_COMPARED: Final = 8
_LOAD_KG: Final = 1.0
_PLACE_M: Final = (0.02, 0.08, 0.0)
_NOISE_M: Final = 1e-3
_REACH: Final = (1.1, 0.8, 1.0, 1.2, 1.05, 1.3)
# For code that runs once.
_QUICKLY: Final[dict[str, Any]] = {"xla_backend_optimization_level": 0}


@dataclass(frozen=True, kw_only=True)
class ExportOptions:
    """The options of ``nuchal export``.

    Attributes:
        network: A file of networks, in place of those that come with nuchal.
        batch: How many frames the graph takes at once.
        force: Replace a file that nuchal did not export.
    """

    preset: Preset = "recommended"
    network: Path | None = None
    batch: int = 1
    force: bool = False


@dataclass(frozen=True, kw_only=True)
class ExportedNetwork:
    """A graph that was written, and how near onnxruntime comes to JAX with it.

    Attributes:
        version: Of nuchal, when the weights were trained.
        latency_s: From the frame that forces belong to until the last of its window.
        largest_difference: Of any force in any of them, as a share of maximal isometric force.
    """

    out: Path
    preset: Preset
    version: str
    batch: int
    size_bytes: int
    latency_s: float
    frames_compared: int
    largest_difference: float
    inputs: Mapping[str, Port]
    outputs: Mapping[str, Port]

    def as_json(self) -> dict[str, object]:
        """What there is to say, for programs."""

        def each(ports: Mapping[str, Port]) -> dict[str, object]:
            return {
                name: port._asdict() | {"shape": [self.batch, *port.shape]}
                for name, port in ports.items()
            }

        told = {field.name: getattr(self, field.name) for field in fields(self)}
        ports = {"inputs": each(self.inputs), "outputs": each(self.outputs)}
        return told | {"out": str(self.out)} | ports


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
        EngineError: onnxruntime is missing, or gives other forces than JAX.
    """
    options = options or ExportOptions()
    stored = stored_network(options.preset, options.network)
    refuse_foreign(out, force=options.force)
    if options.network is not None and out.exists() and out.samefile(options.network):
        raise OutputError("onnx.onto_itself", out, remedy=Setting("out"))
    progress("building the graph", 0.05)
    model = onnx_model(stored, batch=options.batch)
    progress("comparing with JAX", 0.4)
    difference = _largest_difference(stored, model)
    if not difference <= AGREEMENT:
        raise EngineError("onnx.other_forces", out, difference=difference)
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
        inputs=inputs_of(options.preset),
        outputs=OUTPUTS,
    )


def _largest_difference(stored: StoredNeckNetwork, model: bytes) -> float:
    """Of forces in onnxruntime from JAX's, as a share of maximal isometric force."""
    preset = stored.about["preset"]
    given = frames_to_compare(preset)
    found = run_onnx(model, given)
    reference = jax.jit(jax.vmap(frame_function(stored)), compiler_options=_QUICKLY)
    wanted = dict(zip(OUTPUTS, reference(*given.values()), strict=True))
    strength = np.asarray(PRESET_SETTINGS[preset].neck.max_isometric_force)
    forces = [name for name, port in OUTPUTS.items() if port.unit == "N"]
    apart = [np.abs(found[name] - np.asarray(wanted[name])) / strength for name in forces]
    return float(np.max(apart))


def frames_to_compare(preset: Preset) -> Mapping[str, np.ndarray]:
    """Frames of the standard movement: different bodies, loads and doubts, with and without a past.

    Returns:
        What the preset's graph is given, frame by frame.
    """
    dice = np.random.default_rng(0)
    given = {name: np.stack([x] * _COMPARED) for name, x in typical_inputs(preset).items()}
    anatomy = PRESET_SETTINGS[preset].neck
    q = np.asarray(standard_movement(anatomy).q)
    markers = np.asarray(jax.jit(jax.vmap(lambda at: marker_positions(anatomy, at)))(q))
    starts = np.linspace(0, len(q) - WINDOW_FRAMES, _COMPARED).astype(int)
    given["markers"] = np.stack([markers[k : k + WINDOW_FRAMES] for k in starts])
    given["measures"] = given["measures"] * dice.uniform(0.9, 1.1, given["measures"].shape)
    given["load_mass"][::2] = _LOAD_KG
    given["load_place"][::2] = _PLACE_M
    given["doubt"][::3] = 0.0
    given["reach"][::2] = _REACH
    given["marker_noise"][1::4] = _NOISE_M
    given["has_before"][1::2] = 1.0
    given["before"] = dice.uniform(0.0, 0.2, given["before"].shape)
    return {name: np.asarray(x, np.float32) for name, x in given.items()}
