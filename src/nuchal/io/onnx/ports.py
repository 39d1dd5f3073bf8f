"""What goes into the exported graph, and what comes out: names, shapes, units, typical values."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

import jax.numpy as jnp
import numpy as np

from nuchal.conventions import COORDINATES, MARKERS, RHYTHM
from nuchal.io.onnx.graph import Shape
from nuchal.model.generic import generic_anatomy, generic_system
from nuchal.model.kinematics import marker_positions
from nuchal.model.scaling import GENERIC_SUBJECT
from nuchal.movements.random_settings import PERSONAL_RHYTHM_SD
from nuchal.networks.equilibrium.rhythms_in_doubt import MEMBERS
from nuchal.networks.equilibrium.window import WINDOW_FRAMES
from nuchal.records import RESPECTS

_SIZES: Final = {
    "window": WINDOW_FRAMES,
    "marker": len(MARKERS),
    "axis": 3,
    "angle": 3,
    "measure": 3,
    "coordinate": len(COORDINATES),
    "muscle": len(generic_system().muscles),
    # Of the frame before: itself, and itself under other rhythms.
    "carried": 1 + MEMBERS,
    "respect": len(RESPECTS),
}
_PORTS: Final = tomllib.loads(Path(__file__).with_name("ports.toml").read_text("utf-8"))


class Port(NamedTuple):
    """An input or output, of one frame."""

    shape: Shape
    unit: str
    meaning: str


def _ports(which: str) -> dict[str, Port]:
    return {
        name: Port(tuple(_SIZES[axis] for axis in port["axes"]), port["unit"], port["meaning"])
        for name, port in _PORTS[which].items()
    }


INPUTS: Final[Mapping[str, Port]] = _ports("inputs")
OUTPUTS: Final[Mapping[str, Port]] = _ports("outputs")


def typical_inputs() -> dict[str, np.ndarray]:
    """One frame of the generic person at rest, whose rhythm nobody knows."""
    person = GENERIC_SUBJECT
    anatomy = generic_anatomy()
    neutral = np.asarray(marker_positions(anatomy, jnp.zeros(6)))
    values = {name: np.zeros(port.shape) for name, port in INPUTS.items()} | {
        "markers": np.tile(neutral, (WINDOW_FRAMES, 1, 1)),
        "neutral": neutral,
        "gravity": np.asarray(anatomy.gravity),
        "rhythm": np.array(RHYTHM),
        "rhythm_sd": np.array(PERSONAL_RHYTHM_SD),
        "measures": np.array([person.neck_length_m, person.shoulder_width_m, person.head_mass_kg]),
    }
    return {name: np.asarray(value, np.float32) for name, value in values.items()}
