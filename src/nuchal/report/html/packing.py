"""Numbers for scripts in a browser: little-endian bytes, as text."""

import base64
import gzip
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
from jaxtyping import Shaped


def packed_numbers(values: Shaped[np.ndarray, "..."], kind: str) -> dict[str, Any]:
    """An array as JSON takes it.

    Args:
        values: of any shape.
        kind: ``f4``, ``u1`` or ``u2``, as NumPy names them.
    """
    array = np.ascontiguousarray(values, dtype=f"<{kind}")
    data = base64.b64encode(array.tobytes()).decode("ascii")
    return {"type": kind, "shape": list(array.shape), "data": data}


_LEVEL: Final = 6


def packed(data: bytes) -> str:
    """Compressed (gzip), and written in letters (base64)."""
    return base64.b64encode(gzip.compress(data, _LEVEL, mtime=0)).decode("ascii")


def packed_json(data: Mapping[str, object]) -> str:
    """The same of data that become JSON.

    Raises:
        ValueError: a number is not finite.
    """
    return packed(json.dumps(data, separators=(",", ":"), allow_nan=False).encode("utf-8"))


@cache
def packed_plotly() -> str:
    """The drawing library plotly.js (MIT): its bundle for three dimensions, packed as published."""
    data = files(__package__).joinpath("templates", "plotly-gl3d.min.js.gz").read_bytes()
    return base64.b64encode(data).decode("ascii")


def template(name: str) -> str:
    """Text of a file of this room."""
    return files(__package__).joinpath("templates", name).read_text("utf-8")
