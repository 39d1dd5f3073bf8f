"""Compiled programs of this process, and those that are loaded before they are asked for."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, NamedTuple

import jax

from nuchal.programs import store
from nuchal.programs.compiler import compiler_options
from nuchal.programs.store import Program


class Ready(NamedTuple):
    """A compiled function from arrays to a list of arrays."""

    work: Callable[..., Any]
    result: Any


class Process(NamedTuple):
    """What this process has: programs by key, in the order in which they were asked for."""

    loading: dict[str, Future[Ready | None]]
    needed: list[str]
    lock: threading.Lock

    @staticmethod
    def new() -> "Process":
        """Nothing is loaded, and nothing was asked for."""
        return Process({}, [], threading.Lock())


_PROCESS = Process.new()


def compiled(place: Path, key: str, make: Callable[[], Program]) -> Ready:
    """A program that can be run: loaded already, kept on disk, or made now and kept.

    Raises:
        NotArraysError: its result is not made of arrays.
    """
    with _PROCESS.lock:
        loading = _PROCESS.loading.get(key)
        if key not in _PROCESS.needed:
            _PROCESS.needed.append(key)
    ready = loading.result() if loading is not None else None
    if ready is not None:
        return ready
    program = store.read(place, key)
    if program is None:
        program = make()
        store.write(place, key, program)
    return _ready(program)


def load_programs(task: str, stop: threading.Event) -> None:
    """Load what a task needed when it was last done, until ``stop`` is set; for a thread beside."""
    place = store.folder()
    if place is None:
        return
    for key in store.read_needed(place, task):
        with _PROCESS.lock:
            if stop.is_set() or key in _PROCESS.needed:
                continue
            loading = _PROCESS.loading[key] = Future()
        ready = None
        try:
            program = store.read(place, key)
            ready = None if program is None else _ready(program)
        finally:
            loading.set_result(ready)


def note_needed(task: str) -> None:
    """Keep which programs were asked for, so that the next process can load them ahead."""
    place = store.folder()
    if place is not None and _PROCESS.needed != store.read_needed(place, task):
        store.write_needed(place, task, _PROCESS.needed)


def _ready(program: Program) -> Ready:
    lowered = jax.jit(program.traced.call).lower(*program.traced.in_avals)
    return Ready(lowered.compile(compiler_options()), program.result)
