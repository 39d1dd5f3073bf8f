"""Heavy work, and the reading of strangers' files, in processes of their own.

A file that crashes its reader takes a worker with it and not the server; and whoever looks at the
page never waits for someone else's analysis.
"""

import asyncio
import json
import logging
import multiprocessing
import os
import shutil
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar

from nuchal.app.labels import on_the_page
from nuchal.errors import NuchalError

_LOG: Final = logging.getLogger("nuchal.app")
REPORT: Final = "report.html"
NECK: Final = "neck-{number}.json"

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, kw_only=True)
class Analysed:
    """What an analysis left: names of what the page can show and hand over.

    Attributes:
        trials: The recordings, in the order of their necks in motion.
        files: What can be downloaded, by paths in the folder of results.
    """

    trials: tuple[str, ...]
    files: tuple[str, ...]


@dataclass(frozen=True)
class Refusal:
    """Why something was not done: one sentence, the same that the command prints."""

    sentence: str


class Workers:
    """A few processes: some for what takes a moment, others for what takes minutes."""

    def __init__(self, root: Path, long_at_once: int = 2) -> None:
        """Start none yet; they start when they are needed.

        Args:
            root: the folder of all visitors' folders; it does not outlive the server.
            long_at_once: how many long tasks may be under way.
        """
        self._root, self._counts = root, {"short": 1, "long": long_at_once}
        self._pools = {kind: self._fresh(kind) for kind in self._counts}

    def warm_up(self, task: Callable[[], object]) -> None:
        """Have workers load what they will need, before anyone waits for it."""
        for pool in self._pools.values():
            pool.submit(task)

    async def do(
        self, task: Callable[P, R], home: Path, *args: P.args, **kwargs: P.kwargs
    ) -> R | Refusal:
        """Run a function of a module in a worker.

        Args:
            task: may raise ``NuchalError``, whose sentence comes back.
            home: the visitor's private folder, which no sentence names.
            args: picklable.
            kwargs: picklable.
        """
        return await self._do("short", task, home, args, kwargs)

    async def do_long(
        self, task: Callable[P, R], home: Path, *args: P.args, **kwargs: P.kwargs
    ) -> R | Refusal:
        """The same for what takes minutes, so that nobody's glance at a file waits for it."""
        return await self._do("long", task, home, args, kwargs)

    async def _do(
        self,
        kind: str,
        task: Callable[..., R],
        home: Path,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> R | Refusal:
        pool = self._pools[kind]
        future = asyncio.wrap_future(pool.submit(_answered, task, home, args, kwargs))
        await asyncio.wait([future])
        if future.cancelled():
            return Refusal("The server is stopping.")
        fault = future.exception()
        if isinstance(fault, BrokenProcessPool):
            if self._pools[kind] is pool:
                self._pools[kind] = self._fresh(kind)
            return Refusal(
                "The file made its reader crash; export the recording again, in another format "
                "if there is one."
            )
        if fault is not None:
            return Refusal(our_fault(fault))
        return future.result()

    def close(self) -> None:
        """Stop all workers, whatever they are doing."""
        for pool in self._pools.values():
            pool.shutdown(wait=False, cancel_futures=True)
        for process in multiprocessing.active_children():
            process.terminate()

    def _fresh(self, kind: str) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(
            self._counts[kind],
            mp_context=context,
            initializer=_not_outliving_the_server,
            initargs=(self._root,),
        )


def _not_outliving_the_server(root: Path) -> None:
    """Have this worker end with the server, however that ends, and leave no visitor's file."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server = multiprocessing.parent_process()

    def watch() -> None:
        if server is not None:
            wait([server.sentinel])
            shutil.rmtree(root, ignore_errors=True)
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _answered(
    task: Callable[..., R], home: Path, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> R | Refusal:
    try:
        return task(*args, **kwargs)
    except NuchalError as problem:
        return Refusal(without_folders(problem.text(on_the_page), home))
    except OSError as problem:
        where = f"{Path(str(problem.filename)).name}: " if problem.filename else ""
        return Refusal(f"{where}{problem.strerror or problem}.")
    except MemoryError:
        return Refusal("The recording is too long for this machine's memory; cut it into parts.")


def without_folders(sentence: str, home: Path) -> str:
    """A sentence without the folders of the server, which are nothing to a visitor."""
    for folder in sorted({str(home), str(home.resolve())}, key=len, reverse=True):
        for inner in ("files", "work", "result"):
            sentence = sentence.replace(f"{folder}/{inner}/", "")
        sentence = sentence.replace(f"{folder}/", "").replace(folder, "the results")
    return " ".join(sentence.split())


def our_fault(fault: BaseException) -> str:
    """What a visitor is told of an error in the program; the details go to the server's log."""
    _LOG.error("fault on the page", exc_info=fault)
    return (
        f"This is a fault of the program, not of your input: {type(fault).__name__}; please "
        "report it with what you did. Details are where nuchal app was started."
    )


def tell(path: Path, doing: str, share: float) -> None:
    """Say how far the work is, for :func:`told` in another process."""
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps([doing, min(1.0, max(0.0, share))]), "utf-8")
    draft.replace(path)


def told(path: Path) -> tuple[str, float]:
    """What is being done and which share of it is."""
    try:
        doing, share = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return "starting", 0.0
    return str(doing), float(share)
