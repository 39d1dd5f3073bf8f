"""Numbers for scripts in a browser: little-endian bytes, as text."""

import base64
from typing import Any

import numpy as np
from jaxtyping import Shaped


def packed(values: Shaped[np.ndarray, "..."], kind: str) -> dict[str, Any]:
    """An array as JSON takes it.

    Args:
        values: of any shape.
        kind: ``f4``, ``u1`` or ``u2``, as NumPy names them.
    """
    array = np.ascontiguousarray(values, dtype=f"<{kind}")
    data = base64.b64encode(array.tobytes()).decode("ascii")
    return {"type": kind, "shape": list(array.shape), "data": data}
