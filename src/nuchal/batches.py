"""How many frames are worked on at once, where and how exactly: chunks, threads, precision."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing import cpu_count
from typing import Any, TypeVar

import equinox as eqx
import jax
import numpy as np
from jaxtyping import PyTree

# Necks that advance side by side where every frame needs the one before.
NECKS_ABREAST = 40

# Frames that one call of compiled code works on; shorter ends are padded, so that recordings of
# every length share the same code.
FRAMES_AT_ONCE = 200
# Frames that a processor core works on side by side, so that what it needs stays near it.
_FRAMES_IN_CACHE = 40

_T = TypeVar("_T")
_Item = TypeVar("_Item")
_Frame = TypeVar("_Frame")


def of_frames(one: Callable[[_Frame], _T], frames: _Frame) -> _T:
    """One frame's work for all frames of a chunk: in blocks, or at once on an accelerator."""
    if jax.default_backend() != "cpu":
        return jax.vmap(one)(frames)
    whole: _T = jax.lax.map(one, frames, batch_size=_FRAMES_IN_CACHE)
    return whole


def in_chunks(work: Callable[[PyTree], _T], frames: PyTree, *, threads: int | None = None) -> _T:
    """Run compiled code over frames, a fixed number at a time, on threads: as many as cores."""
    count = len(jax.tree.leaves(frames)[0])
    parts = list(ordered(work, _chunks(frames, count), threads=threads))
    whole: _T = jax.tree.map(lambda *x: np.concatenate(x)[:count], *parts)
    return whole


def ordered(
    work: Callable[[_Item], _T], items: Iterable[_Item], *, threads: int | None = None
) -> Generator[_T, None, None]:
    """Work on items on threads, as many as cores; results come in the order of the items.

    Only a few items are taken ahead of the results that have been asked for, so that an endless
    stream of items needs no more memory than a short one.
    """
    threads = threads or cpu_count()
    if threads == 1:
        yield from map(work, items)
        return
    ahead: deque[Future[_T]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        for item in items:
            ahead.append(pool.submit(work, item))
            if len(ahead) > 2 * threads:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def _chunks(frames: PyTree, count: int) -> Iterator[PyTree]:
    for first in range(0, count, FRAMES_AT_ONCE):
        index = np.minimum(np.arange(first, first + FRAMES_AT_ONCE), count - 1)
        yield jax.tree.map(lambda x, index=index: np.asarray(x)[index], frames)


def single(tree: _T) -> _T:
    """The same with all numbers in single precision, ready for compiled code in that precision."""

    def one(leaf: Any) -> Any:
        if not eqx.is_array(leaf):
            return leaf
        array = np.asarray(leaf)
        return array.astype(np.float32) if array.dtype.kind == "f" else array

    made: _T = jax.tree.map(one, tree)
    return made


def in_single(work: Callable[..., _T]) -> Callable[..., _T]:
    """Run in single precision, whatever thread calls, and give back plain arrays."""

    def run(*arguments: Any) -> _T:
        with jax.enable_x64(False):
            made: _T = jax.tree.map(np.asarray, work(*single(arguments)))
            return made

    return run
