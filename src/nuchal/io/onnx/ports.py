"""What goes into the exported graph, and what comes out: names, shapes, units, typical values."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

import jax.numpy as jnp
import numpy as np

from nuchal.conventions import COORDINATES, MARKERS, Preset
from nuchal.io.onnx.graph import Shape
from nuchal.model.clinical import DIRECTIONS
from nuchal.model.generic import generic_system
from nuchal.model.kinematics import marker_positions
from nuchal.model.scaling import GENERIC_SUBJECT
from nuchal.model.traits import trait_names
from nuchal.networks.equilibrium.traits_in_doubt import MEMBERS
from nuchal.networks.equilibrium.window import WINDOW_FRAMES
from nuchal.optimisation.settings import PRESET_SETTINGS
from nuchal.records import RESPECTS

_SIZES: Final = {
    "window": WINDOW_FRAMES,
    "marker": len(MARKERS),
    "axis": 3,
    "direction": len(DIRECTIONS),
    "measure": 3,
    "coordinate": len(COORDINATES),
    "muscle": len(generic_system().muscles),
    # Of the frame before: itself, and itself in other necks.
    "carried": 1 + MEMBERS,
    "respect": len(RESPECTS),
}
_PORTS: Final = tomllib.loads(Path(__file__).with_name("ports.toml").read_text("utf-8"))


class Port(NamedTuple):
    """An input or output, of one frame."""

    shape: Shape
    unit: str
    meaning: str


def _ports(which: str, traits: int = 0) -> dict[str, Port]:
    sizes = _SIZES | {"trait": traits}
    return {
        name: Port(tuple(sizes[axis] for axis in port["axes"]), port["unit"], port["meaning"])
        for name, port in _PORTS[which].items()
    }


OUTPUTS: Final[Mapping[str, Port]] = _ports("outputs")


def inputs_of(preset: Preset) -> Mapping[str, Port]:
    """What the graph of a preset is given; the number of traits is the neck's."""
    return _ports("inputs", len(trait_names(PRESET_SETTINGS[preset].neck)))


def typical_inputs(preset: Preset) -> dict[str, np.ndarray]:
    """One frame of the generic person at rest, whose traits and range nobody knows."""
    person, anatomy, ports = GENERIC_SUBJECT, PRESET_SETTINGS[preset].neck, inputs_of(preset)
    neutral = np.asarray(marker_positions(anatomy, jnp.zeros(6)))
    values = {name: np.zeros(port.shape) for name, port in ports.items()} | {
        "markers": np.tile(neutral, (WINDOW_FRAMES, 1, 1)),
        "neutral": neutral,
        "gravity": np.asarray(anatomy.gravity),
        "doubt": np.ones(ports["doubt"].shape),
        "reach": np.ones(ports["reach"].shape),
        "measures": np.array(
            [person.neck_length_m, person.shoulder_width_m, person.head_and_neck_mass_kg]
        ),
    }
    return {name: np.asarray(value, np.float32) for name, value in values.items()}
