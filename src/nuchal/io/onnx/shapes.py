"""JAX's ways to cut, join and turn tensors in ONNX's words; sums along axes, too.

A rule is given the graph, JAX's equation and its tensors, and gives back the results' tensors.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from nuchal.io.onnx.arithmetic import Rule
from nuchal.io.onnx.graph import Graph, Tensor, constant


def broadcast(g: Graph, eqn: Any, x: Tensor) -> Tensor:
    """Repetition, put off as long as it goes."""
    shape, axes = eqn.params["shape"], eqn.params["broadcast_dimensions"]
    held = [1] * len(shape)
    for size, axis in zip(x.held, axes, strict=True):
        held[axis] = size
    return g.reshaped(x, tuple(held), tuple(shape))


def reshape(g: Graph, eqn: Any, x: Tensor) -> Tensor:
    """Another shape; axes of size one come and go without a copy."""
    shape = eqn.outvars[0].aval.shape
    if [n for n in x.shape if n > 1] == [n for n in shape if n > 1]:
        sizes = iter([h for h, n in zip(x.held, x.shape, strict=True) if n > 1])
        return g.reshaped(x, tuple(1 if n == 1 else next(sizes) for n in shape), shape)
    return g.reshaped(g.full(x), shape)


def transpose(g: Graph, eqn: Any, x: Tensor) -> Tensor:
    """Axes in another order."""
    return permuted(g, x, eqn.params["permutation"])


def permuted(g: Graph, x: Tensor, order: Sequence[int]) -> Tensor:
    """Axes in another order; nothing is moved where only axes of size one change place."""
    order = [int(k) for k in order]
    shape, held = (tuple(s[k] for k in order) for s in (x.shape, x.held))
    wide = [k for k in order if x.held[k] > 1]
    if wide == sorted(wide):
        return g.reshaped(x, held, shape)
    return g.op("Transpose", [x], shape, x.dtype, held, perm=order)


def taken(g: Graph, x: Tensor, starts: Sequence[int], ends: Sequence[int], steps: Any) -> Tensor:
    """A part of a tensor."""
    cut = [k for k, n in enumerate(x.shape) if (starts[k], ends[k]) != (0, n) or steps[k] != 1]
    shape = tuple(len(range(*part)) for part in zip(starts, ends, steps, strict=True))
    held = tuple(1 if h == 1 else n for h, n in zip(x.held, shape, strict=True))
    cut = [k for k in cut if x.held[k] > 1]
    if all(held[k] == 1 for k in cut):
        for k in reversed(cut):
            x = one_of(g, x, k, starts[k])
        return g.reshaped(x, held, shape)
    parts = [g.indices([v[k] for k in cut]) for v in (starts, ends)]
    inputs = [x, *parts, g.indices(cut), g.indices([steps[k] for k in cut])]
    return g.op("Slice", inputs, shape, x.dtype, held)


def slice_(g: Graph, eqn: Any, x: Tensor) -> Tensor:
    """A part of a tensor."""
    p = eqn.params
    steps = p["strides"] or [1] * len(x.shape)
    return taken(g, x, p["start_indices"], p["limit_indices"], steps)


def split(g: Graph, eqn: Any, x: Tensor) -> list[Tensor]:
    """Parts along an axis."""
    axis, sizes = eqn.params["axis"], [int(n) for n in eqn.params["sizes"]]
    if x.held[axis] == 1 or len(sizes) == 1:
        shapes = [(*x.shape[:axis], n, *x.shape[axis + 1 :]) for n in sizes]
        held = [x.held if x.held[axis] == 1 else shape for shape in shapes]
        return [g.reshaped(x, h, s) for h, s in zip(held, shapes, strict=True)]
    outputs = [
        ((*x.shape[:axis], n, *x.shape[axis + 1 :]), (*x.held[:axis], n, *x.held[axis + 1 :]))
        for n in sizes
    ]
    return g.ops("Split", [x, g.indices(sizes)], outputs, x.dtype, axis=axis)


def joined(g: Graph, x: Sequence[Tensor], axis: int) -> Tensor:
    """Tensors one after another."""
    held = np.broadcast_shapes(*((*t.held[:axis], 1, *t.held[axis + 1 :]) for t in x))
    whole = [
        g.full(
            Tensor(
                (*held[:axis], t.shape[axis], *held[axis + 1 :]),
                t.dtype,
                t.held,
                t.name,
                t.depth,
                t.data,
            )
        )
        for t in x
    ]
    long = sum(t.shape[axis] for t in x)
    shape = (*x[0].shape[:axis], long, *x[0].shape[axis + 1 :])
    stored = (*held[:axis], long, *held[axis + 1 :])
    return g.op("Concat", whole, shape, x[0].dtype, stored, axis=axis)


def concatenate(g: Graph, eqn: Any, *x: Tensor) -> Tensor:
    """Tensors one after another."""
    return joined(g, x, eqn.params["dimension"])


def stack(g: Graph, eqn: Any, *x: Tensor) -> Tensor:
    """Tensors along a new axis."""
    axis = eqn.params["axis"]
    return joined(g, [widened(g, t, axis) for t in x], axis)


def widened(g: Graph, x: Tensor, axis: int) -> Tensor:
    """The same with a new axis of size one."""
    held, shape = ((*s[:axis], 1, *s[axis:]) for s in (x.held, x.shape))
    return g.reshaped(x, held, shape)


def unstack(g: Graph, eqn: Any, x: Tensor) -> list[Tensor]:
    """What lies along an axis, each by itself."""
    axis = eqn.params["axis"]
    return [one_of(g, x, axis, k) for k in range(x.shape[axis])]


def one_of(g: Graph, x: Tensor, axis: int, index: int) -> Tensor:
    """What lies at one place along an axis, without the axis."""
    shape, held = ((*s[:axis], *s[axis + 1 :]) for s in (x.shape, x.held))
    if x.held[axis] == 1:
        return g.reshaped(x, held, shape)
    return g.op("Gather", [x, constant(np.int64(index))], shape, x.dtype, held, axis=axis)


def tile(g: Graph, eqn: Any, x: Tensor) -> Tensor:
    """Repetition of a whole tensor."""
    shape = eqn.outvars[0].aval.shape
    if all(h == 1 or r == 1 for h, r in zip(x.held, eqn.params["reps"], strict=True)):
        return g.reshaped(x, x.held, shape)
    whole = g.full(x)
    return g.op("Tile", [whole, g.indices(eqn.params["reps"])], shape, x.dtype)


def cumsum(g: Graph, eqn: Any, x: Tensor) -> Tensor:
    """Sums along an axis up to each place."""
    axis, back = eqn.params["axis"], int(eqn.params["reverse"])
    return g.op("CumSum", [g.full(x), constant(np.int64(axis))], x.shape, x.dtype, reverse=back)


def reduced(kind: str) -> Callable[[Graph, Any, Tensor], Tensor]:
    """Sum, largest or smallest along axes."""

    def rule(g: Graph, eqn: Any, x: Tensor) -> Tensor:
        axes = [int(k) for k in eqn.params["axes"]]
        whole = x
        if any(x.held[k] != x.shape[k] for k in axes):
            shape = tuple(n if k in axes else x.held[k] for k, n in enumerate(x.shape))
            whole = g.full(Tensor(shape, x.dtype, x.held, x.name, x.depth, x.data))
        held = tuple(n for k, n in enumerate(x.held) if k not in axes)
        shape = eqn.outvars[0].aval.shape
        return g.op(kind, [whole, g.indices(axes)], shape, x.dtype, held, keepdims=0)

    return rule


def any_of(g: Graph, eqn: Any, x: Tensor) -> Tensor:
    """Whether anything is true along axes."""
    return g.cast(reduced("ReduceMax")(g, eqn, g.cast(x, np.float32)), bool)


SHAPES: Final[Mapping[str, Rule]] = {
    "broadcast_in_dim": broadcast,
    "concatenate": concatenate,
    "cumsum": cumsum,
    "reduce_max": reduced("ReduceMax"),
    "reduce_min": reduced("ReduceMin"),
    "reduce_or": any_of,
    "reduce_sum": reduced("ReduceSum"),
    "reshape": reshape,
    "slice": slice_,
    "split": split,
    "squeeze": reshape,
    "stack": stack,
    "tile": tile,
    "transpose": transpose,
    "unstack": unstack,
}
