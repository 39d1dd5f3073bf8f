"""Tensors of an ONNX graph in the making."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import lazy_loader
import numpy as np

Shape = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Tensor:
    """A value of the graph, or a constant.

    Attributes:
        held: Shape as it is stored; sizes of one stand for repetition.
        depth: In how many loops it lies.
        data: Of a constant.
    """

    shape: Shape
    dtype: np.dtype[Any]
    held: Shape
    name: str = ""
    depth: int = 0
    data: np.ndarray | None = None


def constant(data: Any, shape: Shape | None = None) -> Tensor:
    """A constant, held as small as it repeats itself."""
    array = np.asarray(data)
    shape = array.shape if shape is None else shape
    for axis in range(array.ndim):
        first = array.take([0], axis=axis) if array.shape[axis] > 1 else array
        if array.shape[axis] > 1 and (array == first).all():
            array = first
    return Tensor(shape, array.dtype, array.shape, data=array)


if TYPE_CHECKING:
    import onnx
else:
    onnx = lazy_loader.load("onnx")

OPSET = 18
_IR_VERSION = 8


@dataclass(frozen=True)
class _Node:
    proto: Any
    needs: frozenset[str]
    gives: tuple[str, ...]


@dataclass
class Graph:
    """Nodes of the main graph, or of a loop's body."""

    outer: "Graph | None" = None
    nodes: list[_Node] = field(default_factory=list)
    inputs: list[Any] = field(default_factory=list)
    _known: dict[Any, list[Tensor]] = field(default_factory=dict)
    _constants: dict[Any, str] = field(default_factory=dict)
    _data: dict[str, np.ndarray] = field(default_factory=dict)
    _sources: dict[str, Tensor] = field(default_factory=dict)
    _count: list[int] = field(default_factory=lambda: [0])

    @property
    def depth(self) -> int:
        """In how many loops it lies."""
        return 0 if self.outer is None else self.outer.depth + 1

    def body(self) -> "Graph":
        """The body of a loop in this graph."""
        return Graph(outer=self, _count=self._count)

    def input(self, shape: Shape, dtype: Any, name: str | None = None) -> Tensor:
        """A new input of this graph."""
        made = self._tensor(shape, dtype, shape, name)
        self.inputs.append(_described(made))
        return made

    def op(
        self,
        kind: str,
        inputs: Sequence[Tensor],
        shape: Shape,
        dtype: Any,
        held: Shape | None = None,
        **attributes: Any,
    ) -> Tensor:
        """The one output of a node; ``held`` where it is broadcast later."""
        return self.ops(kind, inputs, [(shape, held or shape)], dtype, **attributes)[0]

    def ops(
        self,
        kind: str,
        inputs: Sequence[Tensor],
        outputs: Sequence[tuple[Shape, Shape]],
        dtype: Any,
        *,
        depth: int | None = None,
        **attributes: Any,
    ) -> list[Tensor]:
        """All outputs of a node, each a shape and how it is held; an old node if there is one.

        ``dtype`` is that of all, or a list. The node goes as far out of loops as it can, or to
        the depth that is given.
        """
        depth = max((x.depth for x in inputs), default=0) if depth is None else depth
        dtypes = dtype if isinstance(dtype, list) else [dtype] * len(outputs)
        home = self
        while home.depth > depth and home.outer is not None:
            home = home.outer
        names = tuple(self.name(x) for x in inputs)
        key = (kind, names, tuple(outputs), str(dtypes), str(sorted(attributes.items())))
        if key not in home._known:
            pairs = zip(outputs, dtypes, strict=True)
            made = [home._tensor(shape, kind_, held) for (shape, held), kind_ in pairs]
            home.add(kind, names, [x.name for x in made], **attributes)
            home._known[key] = made
        return home._known[key]

    def add(self, kind: str, needs: Sequence[str], gives: Sequence[str], **attributes: Any) -> None:
        """Add a node; a body among its attributes needs what it takes from outside, too."""
        captured = [a for a in attributes.values() if isinstance(a, _Body)]
        plain = {k: a.proto if isinstance(a, _Body) else a for k, a in attributes.items()}
        proto = onnx.helper.make_node(kind, list(needs), list(gives), **plain)
        everything = frozenset(needs).union(*(a.captured for a in captured))
        self.nodes.append(_Node(proto, everything, tuple(gives)))

    def name(self, tensor: Tensor) -> str:
        """The name of a tensor; a constant becomes part of the main graph."""
        if tensor.data is None:
            return tensor.name
        root = self
        while root.outer is not None:
            root = root.outer
        array = np.ascontiguousarray(tensor.data).reshape(tensor.held)
        key = (array.tobytes(), array.shape, array.dtype.str)
        if key not in root._constants:
            root._constants[key] = root.new_name("c")
            root._data[root._constants[key]] = array
        return root._constants[key]

    def indices(self, values: Sequence[int]) -> Tensor:
        """A constant list of whole numbers, such as a shape or axes."""
        array = np.asarray(values, np.int64)
        return Tensor(array.shape, array.dtype, array.shape, data=array)

    def cast(self, tensor: Tensor, dtype: Any) -> Tensor:
        """The same in another type of number."""
        if tensor.dtype == np.dtype(dtype):
            return tensor
        if tensor.data is not None:
            return constant(tensor.data.astype(dtype), tensor.shape)
        to = int(onnx.helper.np_dtype_to_tensor_dtype(np.dtype(dtype)))
        return self.op("Cast", [tensor], tensor.shape, dtype, tensor.held, to=to)

    def reshaped(self, tensor: Tensor, held: Shape, shape: Shape | None = None) -> Tensor:
        """The same numbers in another shape."""
        shape = held if shape is None else shape
        if tensor.data is not None:
            return Tensor(shape, tensor.dtype, held, data=tensor.data.reshape(held))
        source = self._reshaped_from(tensor)
        if source.held == held:
            return Tensor(shape, source.dtype, held, source.name, source.depth)
        made = self.op("Reshape", [source, self.indices(held)], shape, tensor.dtype, held)
        self._sources[made.name] = source
        return made

    def _reshaped_from(self, tensor: Tensor) -> Tensor:
        graph: Graph | None = self
        while graph is not None:
            if tensor.name in graph._sources:
                return graph._sources[tensor.name]
            graph = graph.outer
        return tensor

    def full(self, tensor: Tensor) -> Tensor:
        """The same, held as it is: nothing left to broadcast."""
        if tensor.held == tensor.shape:
            return tensor
        if tensor.data is not None:
            data = np.broadcast_to(tensor.data, tensor.shape)
            return Tensor(tensor.shape, tensor.dtype, tensor.shape, data=data)
        return self.op("Expand", [tensor, self.indices(tensor.shape)], tensor.shape, tensor.dtype)

    def finished(self, outputs: Sequence[Tensor], name: str) -> "_Body":
        """The graph as a message, with the names that it takes from outside."""
        protos, own = [], {node for n in self.nodes for node in n.gives}
        seen: set[str] = set()
        for given in outputs:
            tensor = self.full(given)
            called = self.name(tensor)
            if given.data is not None or called not in own or called in seen:
                copied = self._tensor(tensor.shape, tensor.dtype, tensor.shape)
                self.add("Identity", [called], [copied.name])
                tensor, called = copied, copied.name
            seen.add(called)
            own = {node for n in self.nodes for node in n.gives}
            protos.append(_described(tensor))
        kept = self._kept({p.name for p in protos})
        needed = frozenset().union(*(n.needs for n in kept)) if kept else frozenset()
        inside = {x for n in kept for x in n.gives} | {x.name for x in self.inputs}
        data = [
            onnx.numpy_helper.from_array(array, called)
            for called, array in self._data.items()
            if called in needed
        ]
        proto = onnx.helper.make_graph(
            [n.proto for n in kept], name, self.inputs, protos, initializer=data
        )
        return _Body(proto, needed - inside - set(self._data))

    def _kept(self, needed: set[str]) -> list[_Node]:
        kept = []
        for node in reversed(self.nodes):
            if needed.intersection(node.gives):
                kept.append(node)
                needed = needed | node.needs
        return kept[::-1]

    def _tensor(self, shape: Shape, dtype: Any, held: Shape, name: str | None = None) -> Tensor:
        return Tensor(
            tuple(shape), np.dtype(dtype), tuple(held), name or self.new_name("v"), self.depth
        )

    def new_name(self, kind: str) -> str:
        """A name that nothing else has."""
        self._count[0] += 1
        return f"{kind}{self._count[0]}"


@dataclass(frozen=True)
class _Body:
    """A finished graph."""

    proto: Any
    captured: frozenset[str]

    def __repr__(self) -> str:
        """Its name, which is its own: no loop is taken for another."""
        return str(self.proto.name)


def model_of(graph: Graph, outputs: Mapping[str, Tensor], name: str, facts: dict[str, str]) -> Any:
    """The finished model with named outputs, checked."""
    for called, tensor in outputs.items():
        graph.add("Identity", [graph.name(graph.full(tensor))], [called])
    named = [Tensor(x.shape, x.dtype, x.shape, called) for called, x in outputs.items()]
    made = onnx.helper.make_model(
        graph.finished(named, name).proto,
        opset_imports=[onnx.helper.make_opsetid("", OPSET)],
        ir_version=_IR_VERSION,
        producer_name="nuchal",
    )
    onnx.helper.set_model_props(made, facts)
    onnx.checker.check_model(made)
    return made


def _described(tensor: Tensor) -> Any:
    kind = int(onnx.helper.np_dtype_to_tensor_dtype(tensor.dtype))
    return onnx.helper.make_tensor_value_info(tensor.name, kind, list(tensor.shape))
