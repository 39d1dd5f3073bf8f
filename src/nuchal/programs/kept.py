"""A function of arrays, compiled, whose traced form outlives the process."""

import hashlib
import sys
import threading
from collections.abc import Callable
from functools import cached_property, update_wrapper
from pathlib import Path
from typing import Any, ClassVar, Generic, NamedTuple, ParamSpec, TypeAlias, TypeVar

import equinox as eqx
import jax
from jax import export

from nuchal.programs import store
from nuchal.programs.ahead import compiled
from nuchal.programs.compiler import compiler_options
from nuchal.programs.store import Program
from nuchal.programs.structure import NotArraysError, skeleton, template

_P = ParamSpec("_P")
_T = TypeVar("_T")
_Leaves: TypeAlias = list[Any]


class _Run(NamedTuple):
    work: Callable[..., Any]
    whole: Any


class Kept(Generic[_P, _T]):
    """A compiled function; see :func:`kept`.

    Attributes:
        strict: Whether a result that cannot be kept is an error, as it is in tests; or else the
            function is as with ``filter_jit``.
    """

    strict: ClassVar[bool] = False

    def __init__(self, function: Callable[_P, _T]) -> None:
        update_wrapper(self, function)
        self._function = function
        self._inside: Callable[_P, _T] = eqx.filter_jit(function)
        self._runs: dict[Any, _Run | None] = {}
        self._lock = threading.Lock()

    def __call__(self, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """As the function; compiled for the shapes of its arguments."""
        leaves, structure = jax.tree.flatten((args, kwargs))
        if any(isinstance(leaf, jax.core.Tracer) for leaf in leaves):
            return self._inside(*args, **kwargs)
        place = store.folder()
        run = None if place is None else self._run(place, leaves, structure)
        if run is None:
            return self._plain(*args, **kwargs)
        made: _T = run.whole.unflatten(run.work(*filter(eqx.is_array, leaves)))
        return made

    @cached_property
    def _plain(self) -> Callable[_P, _T]:
        """Kept nowhere."""
        words: dict[str, Any] = {"compiler_options": compiler_options()}
        made: Callable[_P, _T] = eqx.filter_jit(self._function, **words)
        return made

    def _check_name(self) -> None:
        name, module = self._function.__qualname__, sys.modules[self._function.__module__]
        if getattr(module, name, None) is not self:
            raise TypeError(f"{name} is no function of {module.__name__}, and cannot be kept")

    def _run(self, place: Path, leaves: _Leaves, structure: Any) -> _Run | None:
        of = (structure, jax.config.read("jax_enable_x64"), *map(_kind, leaves))
        with self._lock:
            if of not in self._runs:
                self._check_name()
                name = f"{self._function.__module__}.{self._function.__qualname__}"
                words = repr(of)
                key = f"{name}-{hashlib.sha256(words.encode()).hexdigest()[:32]}"
                # An address in memory would tell nothing to the next process.
                self._runs[of] = (
                    None if " at 0x" in words else self._made(place, key, leaves, structure)
                )
            return self._runs[of]

    def _made(self, place: Path, key: str, leaves: _Leaves, structure: Any) -> _Run | None:
        try:
            ready = compiled(place, key, lambda: self._program(leaves, structure))
        except NotArraysError:
            if self.strict:
                raise
            return None
        return _Run(ready.work, jax.tree.structure(template(ready.result)))

    def _program(self, leaves: _Leaves, structure: Any) -> Program:
        results = []

        def of_arrays(*arrays: Any) -> _Leaves:
            given = iter(arrays)
            whole = [next(given) if eqx.is_array(leaf) else leaf for leaf in leaves]
            args, kwargs = jax.tree.unflatten(structure, whole)
            made = self._function(*args, **kwargs)
            results.append(skeleton(made))
            return jax.tree.leaves(made)

        arrays = [leaf for leaf in leaves if eqx.is_array(leaf)]
        traced = export.export(jax.jit(of_arrays))(*arrays)
        return Program(traced, results[-1])


def kept(function: Callable[_P, _T]) -> Kept[_P, _T]:
    """Compile a function as ``equinox.filter_jit`` does, and keep what tracing it came to.

    It has to be a function of a module, for it is found again by its name; what it gives back is
    made of arrays, and of constants in static fields. Where no folder for programs is named
    (``store.FOLDER``), and inside of other compiled functions, it is as with ``filter_jit``.

    Raises:
        TypeError: when it is called: it is not what its module has under its name.
    """
    return Kept(function)


def _kind(leaf: Any) -> Any:
    """What a program depends on: an array's shape and type, or all else as it is."""
    if not eqx.is_array(leaf):
        return leaf
    return ("array", leaf.shape, str(leaf.dtype), bool(getattr(leaf, "weak_type", False)))
