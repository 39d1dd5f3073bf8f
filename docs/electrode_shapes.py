"""Outlines for ``draw_electrodes.py``, by hand: skin and the sheet of the upper trapezius [m].

As each view shows them: (z, y) from behind, (-z, y) from before, (x, y) from the right, in the
ground of the generic neck.
"""

from typing import Final

import numpy as np
from jaxtyping import Float

from nuchal.report.figures.bones import View

Outline = Float[np.ndarray, "n 2"]


def _smooth(points: list[tuple[float, float]], *, closed: bool) -> Outline:
    """A Catmull-Rom curve through points."""
    p = np.array(points)
    ends = (p[-1:], p[:2]) if closed else (2 * p[:1] - p[1:2], 2 * p[-1:] - p[-2:-1])
    padded = np.concatenate([ends[0], p, ends[1]])
    a, b, c, d = padded[:-3, None], padded[1:-2, None], padded[2:-1, None], padded[3:, None]
    t = np.linspace(0.0, 1.0, 8, endpoint=False)[None, :, None]
    curve = (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    )
    flat = curve.reshape(-1, 2) / 2
    return flat if closed else np.concatenate([flat, p[-1:]])


def _symmetric(half: list[tuple[float, float]]) -> Outline:
    """An outline from its right half, from the vertex down."""
    side = _smooth(half, closed=False)
    return np.concatenate([side, side[::-1] * [-1.0, 1.0]])


_LOW = 0.27
_BACK = [
    (0.0, 0.648), (0.042, 0.643), (0.068, 0.62), (0.081, 0.583), (0.082, 0.545), (0.080, 0.522),
    (0.089, 0.52), (0.090, 0.497), (0.082, 0.474), (0.074, 0.468), (0.066, 0.452), (0.060, 0.435),
    (0.0585, 0.42), (0.062, 0.405), (0.078, 0.394), (0.11, 0.388), (0.155, 0.385), (0.195, 0.38),
    (0.221, 0.362), (0.232, 0.33), (0.235, _LOW),
]  # fmt: skip
_FRONT = [(x, y) if not 0.44 < y < 0.46 else (0.064, 0.448) for x, y in _BACK]
_SIDE = [
    (-0.03, 0.648), (0.025, 0.64), (0.06, 0.612), (0.073, 0.58), (0.074, 0.558), (0.072, 0.546),
    (0.094, 0.518), (0.083, 0.509), (0.081, 0.497), (0.083, 0.487), (0.077, 0.478), (0.08, 0.462),
    (0.07, 0.446), (0.046, 0.438), (0.022, 0.433), (0.01, 0.42), (0.006, 0.395), (0.008, 0.365),
    (0.013, 0.34), (0.028, 0.31), (0.036, _LOW), (-0.17, _LOW), (-0.152, 0.315), (-0.134, 0.352),
    (-0.118, 0.38), (-0.111, 0.4), (-0.107, 0.425), (-0.11, 0.452), (-0.124, 0.48),
    (-0.139, 0.51), (-0.146, 0.55), (-0.139, 0.592), (-0.115, 0.627), (-0.075, 0.645),
]  # fmt: skip
SKIN: Final[dict[View, Outline]] = {
    "front": _symmetric(_FRONT),
    "right side": _smooth(_SIDE, closed=True),
    "back": _symmetric(_BACK),
}
_SHEET_BEHIND = [
    (0.001, 0.508), (0.013, 0.511), (0.022, 0.48), (0.034, 0.45), (0.046, 0.424), (0.06, 0.404),
    (0.085, 0.391), (0.13, 0.385), (0.175, 0.38), (0.205, 0.372), (0.16, 0.368), (0.1, 0.372),
    (0.05, 0.378), (0.001, 0.384), (0.001, 0.45),
]  # fmt: skip
_SHEET_BEFORE = [
    (-0.058, 0.424), (-0.063, 0.406), (-0.08, 0.393), (-0.13, 0.386), (-0.175, 0.381),
    (-0.205, 0.373), (-0.15, 0.37), (-0.1, 0.372), (-0.075, 0.38), (-0.063, 0.395),
]  # fmt: skip
_SHEET_BESIDE = [
    (-0.118, 0.508), (-0.108, 0.512), (-0.101, 0.47), (-0.09, 0.43), (-0.07, 0.402),
    (-0.05, 0.385), (-0.036, 0.372), (-0.06, 0.368), (-0.09, 0.374), (-0.112, 0.384),
    (-0.106, 0.41), (-0.105, 0.44), (-0.114, 0.475),
]  # fmt: skip
TRAPEZIUS: Final[dict[View, Outline]] = {
    "front": _smooth(_SHEET_BEFORE, closed=True),
    "right side": _smooth(_SHEET_BESIDE, closed=True),
    "back": _smooth(_SHEET_BEHIND, closed=True),
}
