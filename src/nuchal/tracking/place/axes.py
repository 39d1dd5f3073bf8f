"""Names of a laboratory's axes: ``+X``, ``-Y`` and so on."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from nuchal.errors import Phrase, RecordingError, Setting

AXES = ("+X", "-X", "+Y", "-Y", "+Z", "-Z")


class Direction(NamedTuple):
    """A direction, not necessarily of unit length, and how it was found."""

    vector: Float[np.ndarray, "3"]
    by: Phrase


def parse_axis(setting: Setting, source: Path) -> Float[np.ndarray, "3"]:
    """The unit vector of a setting's ``+X``, ``-y`` or ``Z``.

    Raises:
        RecordingError: anything else.
    """
    name = setting.value.strip().upper()
    name = name if name[:1] in "+-" else f"+{name}"
    if name not in AXES:
        raise RecordingError("laboratory.no_axis", source, remedy=setting)
    return axis_vector(name)


def axis_vector(name: str) -> Float[np.ndarray, "3"]:
    """The unit vector of ``+X``, ``-Y`` and so on."""
    return np.asarray(np.eye(3)["XYZ".index(name[1])] * (1.0 if name[0] == "+" else -1.0))


def nearest_axis(vector: Float[np.ndarray, "3"]) -> str:
    """The name of the axis that a vector is closest to."""
    k = int(np.abs(vector).argmax())
    return ("+" if vector[k] > 0.0 else "-") + "XYZ"[k]
