"""How a function's result is put together from arrays, written as JSON and read back."""

import dataclasses
import importlib
from collections.abc import Iterator
from typing import Any, TypeAlias

import equinox as eqx
import jax
import numpy as np

# What JSON holds: None, ARRAY, a CONSTANT, or the parts of a list, a tuple or a record.
Skeleton: TypeAlias = Any

ARRAY = "array"
CONSTANT = "constant"


class NotArraysError(TypeError):
    """A result holds something that is neither an array nor a constant, nor made of them."""


def skeleton(tree: Any) -> Skeleton:
    """What is left of a result without its arrays: None, lists, tuples, records, constants.

    Raises:
        NotArraysError: something else is in it.
    """
    if tree is None:
        return None
    if isinstance(tree, jax.Array | np.ndarray):
        return ARRAY
    if isinstance(tree, list):
        return [skeleton(part) for part in tree]
    if isinstance(tree, eqx.Module):
        return _of(tree, {one.name: _part(tree, one) for one in dataclasses.fields(tree)})
    if isinstance(tree, tuple):
        return _of(tree, {name: skeleton(part) for name, part in _named(tree)})
    raise NotArraysError(type(tree).__name__)


def template(bones: Skeleton) -> Any:
    """The result that ``bones`` are the skeleton of, with zeros for arrays."""
    if bones is None or bones == ARRAY:
        return None if bones is None else 0
    if isinstance(bones, list):
        return [template(part) for part in bones]
    if CONSTANT in bones:
        return bones[CONSTANT]
    kind = _kind(bones["module"], bones["name"])
    parts = {name: template(part) for name, part in bones["parts"].items()}
    if kind is tuple:
        return tuple(parts.values())
    if issubclass(kind, tuple):
        return kind(**parts)
    made = object.__new__(kind)
    for name, part in parts.items():
        object.__setattr__(made, name, part)
    return made


def _part(tree: eqx.Module, field: "dataclasses.Field[Any]") -> Skeleton:
    value = getattr(tree, field.name)
    return _constant(value) if field.metadata.get("static", False) else skeleton(value)


def _constant(value: Any) -> Skeleton:
    """What belongs to the kind of a result: numbers, names, records and tuples of them."""
    if isinstance(value, tuple):
        return _of(value, {name: _constant(part) for name, part in _named(value)})
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = [one.name for one in dataclasses.fields(value)]
        return _of(value, {name: _constant(getattr(value, name)) for name in fields})
    if type(value) in {bool, int, float, str}:
        return {CONSTANT: value}
    if value is None:
        return None
    raise NotArraysError(type(value).__name__)


def _named(parts: tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    names = getattr(parts, "_fields", map(str, range(len(parts))))
    return zip(names, parts, strict=True)


def _of(tree: Any, parts: dict[str, Skeleton]) -> Skeleton:
    kind = type(tree)
    return {"module": kind.__module__, "name": kind.__qualname__, "parts": parts}


def _kind(module: str, name: str) -> type:
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    if not isinstance(found, type):
        raise NotArraysError(name)
    return found
