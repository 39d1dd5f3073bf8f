"""Tensors of an ONNX graph in the making."""

from dataclasses import dataclass
from typing import Any

import numpy as np

Shape = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Tensor:
    """A value of the graph, or a constant."""

    shape: Shape
    dtype: np.dtype[Any]
    held: Shape
    """Shape as it is stored; sizes of one stand for repetition."""
    name: str = ""
    depth: int = 0
    """In how many loops it lies."""
    data: np.ndarray | None = None
    """Of a constant."""


def constant(data: Any, shape: Shape | None = None) -> Tensor:
    """A constant, held as small as it repeats itself."""
    array = np.asarray(data)
    shape = array.shape if shape is None else shape
    for axis in range(array.ndim):
        first = array.take([0], axis=axis) if array.shape[axis] > 1 else array
        if array.shape[axis] > 1 and (array == first).all():
            array = first
    return Tensor(shape, array.dtype, array.shape, data=array)
