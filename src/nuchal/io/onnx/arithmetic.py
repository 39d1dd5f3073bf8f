"""JAX's arithmetic in ONNX's words, number by number.

A rule is given the graph, JAX's equation and its tensors, and gives back the result's tensor.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from nuchal.io.onnx.graph import Graph, Tensor, constant

Rule = Callable[..., Tensor | Sequence[Tensor]]
ELEMENTWISE: Final = {
    "abs": "Abs",
    "add": "Add",
    "add_any": "Add",
    "and": "And",
    "cos": "Cos",
    "div": "Div",
    "eq": "Equal",
    "exp": "Exp",
    "ge": "GreaterOrEqual",
    "gt": "Greater",
    "le": "LessOrEqual",
    "log": "Log",
    "logistic": "Sigmoid",
    "lt": "Less",
    "max": "Max",
    "min": "Min",
    "mul": "Mul",
    "neg": "Neg",
    "not": "Not",
    "or": "Or",
    "sign": "Sign",
    "sin": "Sin",
    "sqrt": "Sqrt",
    "sub": "Sub",
    "tan": "Tan",
    "tanh": "Tanh",
}
# Which operands an operation can leave as they are, if the other is neutral.
_SIDES: Final = {"add": (0, 1), "add_any": (0, 1), "mul": (0, 1), "sub": (0,), "div": (0,)}
_NEUTRAL: Final = {"add": 0, "add_any": 0, "mul": 1, "sub": 0, "div": 1}
_TINY: Final = 1e-37
_LEAST_COSINE: Final = 1e-3


def elementwise(g: Graph, eqn: Any, *x: Tensor) -> Tensor:
    """Any of :data:`ELEMENTWISE`; what changes nothing is left out."""
    name = eqn.primitive.name
    for k in _SIDES.get(name, ()):
        given, other = x[k], x[1 - k]
        idle = other.data is not None and bool((other.data == _NEUTRAL[name]).all())
        if idle and np.broadcast_shapes(given.held, other.held) == given.held:
            return replace(given, shape=eqn.outvars[0].aval.shape)
    return _each(g, ELEMENTWISE[eqn.primitive.name], x, eqn.outvars[0].aval.dtype)


def _each(g: Graph, kind: str, x: Sequence[Tensor], dtype: Any = None) -> Tensor:
    held = np.broadcast_shapes(*(t.held for t in x))
    shape = np.broadcast_shapes(*(t.shape for t in x))
    return g.op(kind, x, shape, x[-1].dtype if dtype is None else dtype, held)


def _like(x: Tensor, value: float) -> Tensor:
    return constant(np.full((1,) * len(x.shape), value, x.dtype), x.shape)


def square(g: Graph, _eqn: Any, x: Tensor) -> Tensor:
    """A number times itself."""
    return _each(g, "Mul", [x, x])


def expm1(g: Graph, _eqn: Any, x: Tensor) -> Tensor:
    """The exponential less one."""
    return _each(g, "Sub", [_each(g, "Exp", [x]), _like(x, 1.0)])


def integer_pow(g: Graph, eqn: Any, x: Tensor) -> Tensor:
    """Repeated products."""
    power = abs(eqn.params["y"])
    found = x
    for _ in range(power - 1):
        found = _each(g, "Mul", [found, x])
    return found if eqn.params["y"] > 0 else _each(g, "Reciprocal", [found])


def rsqrt(g: Graph, _eqn: Any, x: Tensor) -> Tensor:
    """One over the square root."""
    return _each(g, "Reciprocal", [_each(g, "Sqrt", [x])])


def atan2(g: Graph, _eqn: Any, y: Tensor, x: Tensor) -> Tensor:
    """The angle of a vector: ONNX's arc tangent is of single precision, a Newton step mends it."""
    nought, single = _like(x, 0.0), np.float32
    safe = _each(g, "Where", [_each(g, "Equal", [x, nought], bool), _like(x, _TINY), x])
    half = g.cast(_each(g, "Atan", [g.cast(_each(g, "Div", [y, safe]), single)]), x.dtype)
    below = _each(g, "Less", [y, nought], bool)
    turn = _each(g, "Where", [below, _like(x, -np.pi), _like(x, np.pi)])
    behind = _each(g, "Less", [x, nought], bool)
    rough = _each(g, "Where", [behind, _each(g, "Add", [half, turn]), half])
    if x.dtype == single:
        return rough
    sine, cosine = _each(g, "Sin", [rough]), _each(g, "Cos", [rough])
    across = _each(g, "Sub", [_each(g, "Mul", [y, cosine]), _each(g, "Mul", [x, sine])])
    along = _each(g, "Add", [_each(g, "Mul", [x, cosine]), _each(g, "Mul", [y, sine])])
    more = _each(g, "Div", [across, _each(g, "Max", [along, _like(x, _TINY)])])
    return _each(g, "Add", [rough, more])


def asin(g: Graph, _eqn: Any, x: Tensor) -> Tensor:
    """The angle of a sine, likewise."""
    rough = g.cast(_each(g, "Asin", [g.cast(x, np.float32)]), x.dtype)
    if x.dtype == np.float32:
        return rough
    cosine = _each(g, "Max", [_each(g, "Cos", [rough]), _like(x, _LEAST_COSINE)])
    more = _each(g, "Div", [_each(g, "Sub", [x, _each(g, "Sin", [rough])]), cosine])
    return _each(g, "Add", [rough, more])


def asinh(g: Graph, _eqn: Any, x: Tensor) -> Tensor:
    """The inverse of the hyperbolic sine, by the logarithm."""
    size = _each(g, "Abs", [x])
    root = _each(g, "Sqrt", [_each(g, "Add", [_each(g, "Mul", [x, x]), _like(x, 1.0)])])
    grown = _each(g, "Log", [_each(g, "Add", [size, root])])
    return _each(g, "Mul", [_each(g, "Sign", [x]), grown])


def clamp(g: Graph, _eqn: Any, low: Tensor, x: Tensor, high: Tensor) -> Tensor:
    """Not below and not above."""
    return _each(g, "Min", [_each(g, "Max", [x, low]), high])


def not_equal(g: Graph, _eqn: Any, x: Tensor, y: Tensor) -> Tensor:
    """Where two differ."""
    return _each(g, "Not", [_each(g, "Equal", [x, y], bool)], bool)


def select_n(g: Graph, _eqn: Any, which: Tensor, off: Tensor, on: Tensor) -> Tensor:
    """The one or the other."""
    return _each(g, "Where", [which, on, off])


def convert(g: Graph, eqn: Any, x: Tensor) -> Tensor:
    """Another type of number."""
    return g.cast(x, eqn.outvars[0].aval.dtype)


ARITHMETIC: Final[Mapping[str, Rule]] = {
    **dict.fromkeys(ELEMENTWISE, elementwise),
    "asin": asin,
    "asinh": asinh,
    "atan2": atan2,
    "clamp": clamp,
    "convert_element_type": convert,
    "expm1": expm1,
    "integer_pow": integer_pow,
    "ne": not_equal,
    "rsqrt": rsqrt,
    "select_n": select_n,
    "square": square,
}
