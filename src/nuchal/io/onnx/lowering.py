"""From JAX's account of a function to an ONNX graph.

For functions of a fixed batch whose loops have a known length: arithmetic, products of matrices,
``scan``, and looking up whole slices. What depends on no input is worked out at once.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from jax.extend.core import ClosedJaxpr, Literal

from nuchal.io.onnx.arithmetic import ARITHMETIC, ELEMENTWISE, Rule
from nuchal.io.onnx.graph import Graph, Tensor, constant
from nuchal.io.onnx.shapes import SHAPES, joined, one_of, permuted, taken, widened

_UNCHANGED: Final = ("copy", "copy_p", "optimization_barrier", "stop_gradient")
# What calls other functions, and where it keeps them.
_CALLS: Final = {
    "jit": "jaxpr",
    "pjit": "jaxpr",
    "closed_call": "call_jaxpr",
    "custom_jvp_call": "call_jaxpr",
    "custom_vjp_call": "call_jaxpr",
    "remat": "jaxpr",
}
_ON_WHAT_IS_HELD: Final = {*ELEMENTWISE, "select_n", "square", "integer_pow", "rsqrt"}


def lowered(g: Graph, closed: Any, inputs: Sequence[Tensor]) -> list[Tensor]:
    """Add a function, as ``jax.make_jaxpr`` gives it, to a graph; its results.

    Raises:
        NotImplementedError: it does something that there is no rule for.
    """
    jaxpr = closed.jaxpr
    known: dict[Any, Tensor] = dict(zip(jaxpr.invars, inputs, strict=True))
    known |= {v: constant(c) for v, c in zip(jaxpr.constvars, closed.consts, strict=True)}

    def read(variable: Any) -> Tensor:
        if isinstance(variable, Literal):
            kind: Any = variable.aval
            return constant(np.asarray(variable.val, kind.dtype))
        return known[variable]

    for eqn in jaxpr.eqns:
        made = _of_equation(g, eqn, [read(v) for v in eqn.invars])
        for variable, tensor in zip(eqn.outvars, made, strict=True):
            if tensor.shape != variable.aval.shape:
                raise NotImplementedError(f"{eqn.primitive.name} of this form")
            known[variable] = tensor
    return [read(v) for v in jaxpr.outvars]


def _of_equation(g: Graph, eqn: Any, inputs: Sequence[Tensor]) -> Sequence[Tensor]:
    name = eqn.primitive.name
    if name in _CALLS:
        return lowered(g, _closed(eqn.params[_CALLS[name]]), inputs)
    if name in _UNCHANGED:
        return inputs
    if name != "broadcast_in_dim" and all(x.data is not None for x in inputs):
        return _worked_out(eqn, inputs)
    if name == "scan":
        return _scan(g, eqn, inputs)
    rule = _RULES.get(name)
    if rule is None:
        raise NotImplementedError(f"no rule for {name}")
    made = rule(g, eqn, *inputs)
    return [made] if isinstance(made, Tensor) else made


def _closed(function: Any) -> Any:
    return function if hasattr(function, "consts") else ClosedJaxpr(function, ())


def _worked_out(eqn: Any, inputs: Sequence[Tensor]) -> list[Tensor]:
    """What constants give is a constant."""
    data = [np.asarray(x.data) for x in inputs]
    if eqn.primitive.name in _ON_WHAT_IS_HELD:
        data = [np.asarray(x) for x in np.broadcast_arrays(*data)]
    else:
        data = [np.broadcast_to(d, x.shape) for d, x in zip(data, inputs, strict=True)]
    found = eqn.primitive.bind(*data, **eqn.params)
    several = found if eqn.primitive.multiple_results else [found]
    pairs = zip(several, eqn.outvars, strict=True)
    return [constant(np.asarray(x), v.aval.shape) for x, v in pairs]


def _scan(g: Graph, eqn: Any, inputs: Sequence[Tensor]) -> list[Tensor]:
    """A loop over slices along the first axis, which carries a state on."""
    p = eqn.params
    consts, carry = p["num_consts"], p["num_consts"] + p["num_carry"]
    states, slices = inputs[consts:carry], inputs[carry:]
    if p["reverse"] or not slices:
        raise NotImplementedError("scan of this form")
    body = g.body()
    inner = [
        *inputs[:consts],
        *(body.input(x.shape, x.dtype) for x in states),
        *(body.input(x.shape[1:], x.dtype) for x in slices),
    ]
    made = lowered(body, p["jaxpr"], inner)
    shapes = [v.aval.shape for v in eqn.outvars]
    dtypes = [v.aval.dtype for v in eqn.outvars]
    return g.ops(
        "Scan",
        [g.full(x) for x in (*states, *slices)],
        [(s, s) for s in shapes],
        dtypes,
        depth=g.depth,
        body=body.finished(made, g.new_name("loop")),
        num_scan_inputs=len(slices),
    )


def _product(g: Graph, eqn: Any, left: Tensor, right: Tensor) -> Tensor:
    """Products of matrices, one for each of the batch's."""
    (sum_l, sum_r), (batch_l, batch_r) = eqn.params["dimension_numbers"]
    free_l, free_r = _others(left, sum_l, batch_l), _others(right, sum_r, batch_r)
    dtype = eqn.outvars[0].aval.dtype
    left, right = g.cast(left, dtype), g.cast(right, dtype)
    a = permuted(g, g.full(left), [*batch_l, *free_l, *sum_l])
    b = permuted(g, g.full(right), [*batch_r, *sum_r, *free_r])
    batch = a.shape[: len(batch_l)]
    rows, inner, columns = _size(left, free_l), _size(left, sum_l), _size(right, free_r)
    matrices = [g.reshaped(a, (*batch, rows, inner)), g.reshaped(b, (*batch, inner, columns))]
    found = g.op("MatMul", matrices, (*batch, rows, columns), dtype)
    return g.reshaped(found, eqn.outvars[0].aval.shape)


def _others(x: Tensor, *used: Sequence[int]) -> list[int]:
    return [k for k in range(len(x.shape)) if not any(k in axes for axes in used)]


def _size(x: Tensor, axes: Sequence[int]) -> int:
    return int(np.prod([x.shape[k] for k in axes], dtype=int))


def _gather(g: Graph, eqn: Any, x: Tensor, index: Tensor) -> Tensor:
    """What lies at places along one axis, or along the first few; all of the other axes."""
    numbers, sizes = eqn.params["dimension_numbers"], eqn.params["slice_sizes"]
    cut = [k for k, n in enumerate(x.shape) if sizes[k] != n]
    plain = (
        not numbers.operand_batching_dims
        and set(numbers.collapsed_slice_dims) <= set(cut)
        and all(sizes[k] == 1 for k in cut)
        and (len(cut) == 1 or cut == list(range(max(1, len(cut)))))
    )
    if not plain:
        raise NotImplementedError("gather of this form")
    columns = list(numbers.start_index_map)
    last, batch = len(index.shape) - 1, index.shape[:-1]
    places = [_inside(g, one_of(g, index, last, columns.index(k)), x.shape[k]) for k in cut]
    axes = [("kept", k) for k in range(len(x.shape)) if k not in cut]
    batches = [("batch", k) for k in range(len(batch))]
    if len(cut) == 1:
        (axis,) = cut
        shape = (*x.shape[:axis], *batch, *x.shape[axis + 1 :])
        found = g.op("Gather", [g.full(x), g.full(places[0])], shape, x.dtype, axis=axis)
        order = [*axes[:axis], *batches, *axes[axis:]]
    else:
        exact = [g.cast(widened(g, t, last), np.int64) for t in places]
        shape = (*batch, *x.shape[len(cut) :])
        found = g.op("GatherND", [g.full(x), g.full(joined(g, exact, last))], shape, x.dtype)
        order = [*batches, *axes]
    return _arranged(g, eqn, found, order, cut)


def _inside(g: Graph, index: Tensor, size: int) -> Tensor:
    """Places beyond the ends are the ends."""
    if index.data is not None:
        return constant(np.clip(index.data, 0, size - 1), index.shape)
    ends = [constant(np.asarray(end, index.dtype)) for end in (0, size - 1)]
    above = g.op("Max", [index, ends[0]], index.shape, index.dtype, index.held)
    return g.op("Min", [above, ends[1]], index.shape, index.dtype, index.held)


def _arranged(
    g: Graph, eqn: Any, found: Tensor, order: Sequence[tuple[str, int]], cut: Sequence[int]
) -> Tensor:
    """What was gathered, its axes where JAX has them."""
    numbers, shape = eqn.params["dimension_numbers"], eqn.outvars[0].aval.shape
    rank = len(eqn.params["slice_sizes"])
    offsets = iter([k for k in range(rank) if k not in numbers.collapsed_slice_dims])
    batches = iter(range(len(shape)))
    wanted = [
        ("kept", next(offsets)) if k in numbers.offset_dims else ("batch", next(batches))
        for k in range(len(shape))
    ]
    wanted = [place for place in wanted if place not in [("kept", k) for k in cut]]
    return g.reshaped(permuted(g, found, [order.index(place) for place in wanted]), shape)


def _scatter(g: Graph, eqn: Any, x: Tensor, index: Tensor, update: Tensor) -> Tensor:
    """One slice replaced, at a place that is known."""
    axes = [int(k) for k in eqn.params["dimension_numbers"].inserted_window_dims]
    if len(axes) != 1 or index.data is None or index.data.size != 1 or eqn.params["update_jaxpr"]:
        raise NotImplementedError("scatter of this form")
    (axis,) = axes
    at, ends, ones = int(index.data.item()), list(x.shape), [1] * len(x.shape)
    before = [at if k == axis else n for k, n in enumerate(ends)]
    after = [at + 1 if k == axis else 0 for k in range(len(ends))]
    parts = [
        taken(g, x, [0] * len(ends), before, ones),
        widened(g, update, axis),
        taken(g, x, after, ends, ones),
    ]
    return joined(g, [part for part in parts if part.shape[axis]], axis)


_RULES: Final[Mapping[str, Rule]] = {
    **ARITHMETIC,
    **SHAPES,
    "dot_general": _product,
    "gather": _gather,
    "scatter": _scatter,
}
