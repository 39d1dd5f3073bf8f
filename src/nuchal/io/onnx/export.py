"""Networks of a preset as one ONNX graph: marker windows in, forces with intervals out.

All of ``networks.equilibrium.live`` goes in, mechanics included, for a fixed number of frames.
Numbers come and go in single precision. In between they are doubles: accelerations magnify what
single precision does to an angle, and two programs that round differently would part by up to a
ten-thousandth of a muscle's maximal force.
"""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import jax
import jax.numpy as jnp
import lazy_loader
import numpy as np

from nuchal.batches import single
from nuchal.errors import OutputError, Setting, need_extra
from nuchal.io.networks.equilibrium import StoredNeckNetwork
from nuchal.io.onnx.graph import Graph, model_of
from nuchal.io.onnx.lowering import lowered
from nuchal.io.onnx.ports import OUTPUTS, inputs_of, typical_inputs
from nuchal.io.output.files import check_replaceable, replace_file
from nuchal.model.clinical import RESEARCH_USE
from nuchal.model.generic import generic_system
from nuchal.networks.equilibrium.live import Before, Body, Sight, live_forces, live_person
from nuchal.networks.equilibrium.window import LATENCY_FRAMES, WINDOW_FRAMES, WINDOW_RATE_HZ
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.records import HeadLoad

if TYPE_CHECKING:
    import onnxruntime
else:
    # It reports to its makers over the network unless it is told not to before it is imported.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    onnxruntime = lazy_loader.load("onnxruntime")

# Near the beginning of every file that was written here: its producer.
_MARK: Final = b"\x12\x06nuchal"
_MARK_WITHIN: Final = 64


def frame_function(
    stored: StoredNeckNetwork, *, precision: type[np.floating[Any]] = np.float64
) -> Callable[..., tuple[jax.Array, ...]]:
    """The function that is exported, for one frame: ``inputs_of`` in, :data:`OUTPUTS` out.

    ``precision`` is that of the numbers in between; graphs take doubles.
    """
    preset = stored.about["preset"]
    settings, ports = PRESET_SETTINGS[preset], inputs_of(preset)
    generic = settings.neck
    if precision is np.float32:
        generic = single(generic)

    def frame(*given: jax.Array) -> tuple[jax.Array, ...]:
        exact = (jnp.asarray(x, precision) for x in given)
        x = dict(zip(ports, exact, strict=True))
        load = HeadLoad(x["load_mass"], x["load_place"])
        person = live_person(generic, Body(x["measures"], x["reach"], load))
        sight = Sight(
            markers=x["markers"],
            neutral=x["neutral"],
            noise_m=x["marker_noise"],
            gravity=x["gravity"],
            traits=x["traits"],
            doubt=x["doubt"],
        )
        before = Before(x["before"], x["has_before"])
        made = live_forces(stored.network, settings.recruitment, person, sight, before)
        told = (made.force, made.low, made.high, made.central, made.active, made.carried)
        return tuple(jnp.asarray(y, jnp.float32) for y in (*told, made.missing, made.distance))

    return frame


def onnx_model(stored: StoredNeckNetwork, *, batch: int) -> bytes:
    """The networks of a preset as an ONNX file for ``batch`` frames at once, of whomever.

    Raises:
        EngineError: onnx is not installed.
    """
    need_extra("onnx")
    ports = inputs_of(stored.about["preset"])
    arguments = [jax.ShapeDtypeStruct((batch, *p.shape), np.float32) for p in ports.values()]
    with jax.enable_x64(True):
        closed = jax.make_jaxpr(jax.vmap(frame_function(stored)))(*arguments)
        graph = Graph()
        given = [graph.input((batch, *p.shape), np.float32, name) for name, p in ports.items()]
        made = lowered(graph, closed, given)
    model = model_of(graph, dict(zip(OUTPUTS, made, strict=True)), "neck", _facts(stored))
    for told, described in ((ports, model.graph.input), (OUTPUTS, model.graph.output)):
        for value in described:
            value.doc_string = f"[{told[value.name].unit}] {told[value.name].meaning}"
    return bytes(model.SerializeToString())


def write_onnx(path: Path, model: bytes) -> None:
    """Write a model; the file appears whole or not at all.

    Raises:
        OutputError: the place cannot be written.
    """
    replace_file(path, model)


def refuse_foreign(path: Path, *, force: bool = False) -> None:
    """Refuse to write where something lies that was not exported by nuchal, or where one can't.

    Raises:
        OutputError: no folder, no right to write there, no file, or without ``force`` a
            file of something else.
    """
    out = Setting("out")
    if not path.absolute().parent.is_dir():
        raise OutputError("onnx.no_folder", path, remedy=out)
    check_replaceable(path)
    if not path.exists():
        return
    if not path.is_file():
        raise OutputError("onnx.no_file", path, remedy=out)
    with path.open("rb") as file:
        ours = _MARK in file.read(_MARK_WITHIN)
    if not (ours or force):
        raise OutputError("onnx.foreign", path, remedy=out, force=Setting("force"))


def run_onnx(model: bytes, given: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Results of :func:`onnx_model` in onnxruntime, on one thread, for any number of frames.

    Raises:
        EngineError: onnxruntime is not installed.
    """
    need_extra("onnx")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options)
    batch, frames = session.get_inputs()[0].shape[0], len(given["markers"])
    parts = []
    for first in range(0, frames, batch):
        index = np.minimum(np.arange(first, first + batch), frames - 1)
        parts.append(session.run(list(OUTPUTS), {name: x[index] for name, x in given.items()}))
    whole = (np.concatenate(x)[:frames] for x in zip(*parts, strict=True))
    return dict(zip(OUTPUTS, whole, strict=True))


def _facts(stored: StoredNeckNetwork) -> dict[str, str]:
    """What the file says of itself; everything but plain words is JSON."""
    preset = stored.about["preset"]
    typical = {name: value.tolist() for name, value in typical_inputs(preset).items()}
    ports = inputs_of(preset)
    inputs = {name: p._asdict() | {"typical": typical[name]} for name, p in ports.items()}
    return {
        "preset": str(stored.about["preset"]),
        "version": str(stored.about["version"]),
        "window": f"{WINDOW_FRAMES} frames, {WINDOW_RATE_HZ:g} Hz, {LATENCY_FRAMES} frames late",
        "muscles": json.dumps(generic_system().muscles),
        "inputs": json.dumps(inputs),
        "outputs": json.dumps({name: p._asdict() for name, p in OUTPUTS.items()}),
        "purpose": RESEARCH_USE,
    }
