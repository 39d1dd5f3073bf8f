"""The axes of a laboratory by their names, and the one that points the wrong way."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from jaxtyping import Float

from nuchal.errors import RecordingError
from nuchal.records import Recording

_SIGNED = frozenset(sign + letter for sign in "+-" for letter in "XYZ")


def parse_axis(text: str, *, option: str, source: Path) -> Float[np.ndarray, "3"]:
    """The unit vector of ``+X``, ``-y`` or ``Z``.

    Raises:
        RecordingError: anything else.
    """
    name = text.strip().upper()
    name = name if name[:1] in "+-" else f"+{name}"
    if name not in _SIGNED:
        raise RecordingError(
            source, f"{option} {text} is not an axis; give one of +X, -X, +Y, -Y, +Z, -Z."
        )
    return axis_vector(name)


def axis_vector(name: str) -> Float[np.ndarray, "3"]:
    """The unit vector of ``+X``, ``-Y`` and so on."""
    return np.asarray(np.eye(3)["XYZ".index(name[1])] * (1.0 if name[0] == "+" else -1.0))


def nearest_axis(vector: Float[np.ndarray, "3"]) -> str:
    """The name of the axis that a vector is closest to."""
    k = int(np.abs(vector).argmax())
    return ("+" if vector[k] > 0.0 else "-") + "XYZ"[k]


def mirrored(recording: Recording, axis: str) -> Recording:
    """The recording with one axis of its laboratory turned about.

    Raises:
        RecordingError: ``axis`` is not one of X, Y, Z.
    """
    flip = 1.0 - 2.0 * np.abs(parse_axis(axis, option="--mirror", source=recording.source))
    letter = nearest_axis(1.0 - flip)[1]
    note = f"{letter} of the laboratory was turned about, as given with --mirror."
    return replace(
        recording,
        positions=np.asarray(recording.positions) * flip,
        notes=(*recording.notes, note),
    )
