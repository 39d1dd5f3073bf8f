"""Units of length, angle and force that files state, and lengths that can't be a person's."""

from typing import Final

import numpy as np
from jaxtyping import Bool, Float

# Metres in one of each unit.
LENGTH_UNITS: Final = {"m": 1.0, "cm": 1e-2, "mm": 1e-3}

_LENGTHS: Final = {
    f"{prefix}{word}": unit
    for unit, prefix in (("m", ""), ("cm", "centi"), ("mm", "milli"))
    for word in ("meter", "meters", "metre", "metres")
} | {unit: unit for unit in LENGTH_UNITS}
# Letters of a word that tell it where a file has room for no more.
_CUT: Final = 4
DEGREES: Final = frozenset({"deg", "degs", "degree", "degrees", "°"})
RADIANS: Final = frozenset({"rad", "rads", "radian", "radians"})
# Seconds and volts in one of each unit, by its spelling in lower case.
TIME_UNITS: Final = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("ms", "msec", "millisecond", "milliseconds"), 1e-3),
    **dict.fromkeys(("us", "usec", "\N{MICRO SIGN}s", "microsecond", "microseconds"), 1e-6),
    **dict.fromkeys(("ns", "nsec", "nanosecond", "nanoseconds"), 1e-9),
}
VOLTAGES: Final = {
    **dict.fromkeys(("v", "volt", "volts"), 1.0),
    **dict.fromkeys(("mv", "millivolt", "millivolts"), 1e-3),
    **dict.fromkeys(("uv", "\N{MICRO SIGN}v", "\N{GREEK SMALL LETTER MU}v"), 1e-6),
    **dict.fromkeys(("microvolt", "microvolts"), 1e-6),
}
# Newtons and newton metres in one of each unit, likewise.
FORCES: Final = {
    **dict.fromkeys(("n", "newton", "newtons"), 1.0),
    **dict.fromkeys(("kn", "kilonewton", "kilonewtons"), 1e3),
    **dict.fromkeys(("kgf", "kp", "kilopond"), 9.80665),
    **dict.fromkeys(("lbf", "pound-force"), 4.4482216152605),
}
MOMENTS: Final = {
    f"n{mark}{unit}": metres
    for unit, metres in LENGTH_UNITS.items()
    for mark in ("", " ", "*", ".", "-", "\N{MIDDLE DOT}")
}

# The markers of one person lie closer together than this, in nearly every frame.
LARGEST_EXTENT_M: Final = 10.0
# No marker lies farther from the laboratory's origin.
LARGEST_PLACE_M: Final = 1000.0
# Head markers lie farther apart than this.
SMALLEST_EXTENT_M: Final = 0.03


def bare_unit(text: str) -> str:
    """A unit in lower case, without brackets."""
    return text.strip().strip("[]()").strip().lower()


def length_unit(text: str) -> str | None:
    """``mm``, ``cm`` or ``m`` for a unit as people and programs spell it, or cut off; or None."""
    bare = bare_unit(text)
    cut = {unit for word, unit in _LENGTHS.items() if len(bare) >= _CUT and word.startswith(bare)}
    return _LENGTHS.get(bare) or (cut.pop() if len(cut) == 1 else None)


def extent(positions: Float[np.ndarray, "t m 3"], visible: Bool[np.ndarray, "t m"]) -> float | None:
    """Median over frames of the diagonal of the box that holds the visible markers.

    Args:
        positions: In any unit.
        visible: Which of them count.

    Returns:
        In the unit of ``positions``; None where no frame shows two markers.
    """
    seen = visible.sum(axis=1) >= 2
    if not seen.any():
        return None
    mask = visible[seen, :, None]
    high = np.max(np.where(mask, positions[seen], -np.inf), axis=1)
    low = np.min(np.where(mask, positions[seen], np.inf), axis=1)
    return float(np.median(np.linalg.norm(high - low, axis=1)))


def likely_unit(extent_in_file: float) -> str | None:
    """The unit in which an extent, as the file's bare number, would suit a person."""
    for unit in ("mm", "m", "cm"):
        if SMALLEST_EXTENT_M <= extent_in_file * LENGTH_UNITS[unit] <= 3.0:
            return unit
    return None
