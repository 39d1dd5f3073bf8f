"""Small helpers for writing OpenSim's XML with numbers in full precision."""

from collections.abc import Sequence
from typing import Final, TypeAlias
from xml.etree import ElementTree as ET

import numpy as np
from jaxtyping import Float

from nuchal.arrays import Array

Numbers: TypeAlias = float | Sequence[float] | Float[Array, "..."]

ZEROS: Final = "0.0 0.0 0.0"


def row(values: Numbers) -> str:
    """Numbers separated by spaces, such that reading them gives the same numbers again."""
    return " ".join(repr(float(v)) for v in np.ravel(np.asarray(values, dtype=np.float64)))


def leaf(parent: ET.Element, tag: str, text: str) -> None:
    """Add an element that holds text."""
    ET.SubElement(parent, tag).text = text


def named(parent: ET.Element, tag: str, name: str) -> ET.Element:
    """Add an element with a name."""
    return ET.SubElement(parent, tag, name=name)


def objects(model: ET.Element, tag: str) -> ET.Element:
    """Add a set to the model and return the element that takes its members."""
    return ET.SubElement(named(model, tag, tag.lower()), "objects")


def linear(parent: ET.Element, *, slope: float, name: str | None = None) -> None:
    """Add a straight line through zero."""
    element = ET.SubElement(parent, "LinearFunction", {"name": name} if name else {})
    leaf(element, "coefficients", row((slope, 0.0)))
