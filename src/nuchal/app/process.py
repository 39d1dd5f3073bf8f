"""A process for one visitor, seen from the server: asked, watched, and ended with its children."""

import contextlib
import multiprocessing
import os
import shutil
import signal
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

import psutil

from nuchal.app.worker import READY, Lost, Order, serve, temporary

_POLL_S: Final = 0.1
# To start Python and load everything, on a busy machine.
_START_S: Final = 120.0
_END_S: Final = 2.0
# A process that crashes with this share of its memory taken ran out of memory.
_FULL: Final = 0.6


class Process:
    """Works for one visitor; it is never handed on to another."""

    def __init__(self, root: Path) -> None:
        """Start one.

        Args:
            root: the folder of all visitors' folders.
        """
        context = multiprocessing.get_context("spawn")
        self._pipe: Connection
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs, root), daemon=True)
        self._process.start()
        theirs.close()
        self._is_ready = self._ended = False
        self.last_used = time.monotonic()

    @property
    def is_alive(self) -> bool:
        """Whether it can still be asked."""
        return not self._ended and self._process.is_alive()

    def ask(self, order: Order) -> object:
        """Have an order carried out, in a thread of the server.

        Returns:
            The answer, or :class:`Lost`; after that the process is gone.
        """
        most, until = 0, time.monotonic() + order.allowance.seconds
        try:
            if not self._started():
                return self._lost(Lost.CRASHED, order)
            self._pipe.send(order)
            until = time.monotonic() + order.allowance.seconds
            while not self._pipe.poll(_POLL_S):
                most = max(most, self.memory_bytes())
                if most > order.allowance.memory_bytes:
                    return self._lost(Lost.HUNGRY, order)
                if time.monotonic() > until:
                    return self._lost(Lost.SLOW, order)
            answer: object = self._pipe.recv()
        except (EOFError, OSError):
            full = most > _FULL * order.allowance.memory_bytes
            return self._lost(Lost.HUNGRY if full else Lost.CRASHED, order)
        if isinstance(answer, Lost):
            return self._lost(answer, order)
        self.last_used = time.monotonic()
        if order.is_last:
            self.end()
        return answer

    def memory_bytes(self) -> int:
        """Resident memory of the process and its children [bytes]."""
        total = 0
        with contextlib.suppress(psutil.Error):
            own = psutil.Process(self._process.pid)
            for one in (own, *own.children(recursive=True)):
                with contextlib.suppress(psutil.Error):
                    total += one.memory_info().rss
        return total

    def end(self) -> None:
        """End it with all its children, whatever they are doing."""
        if self._ended or self._process.pid is None:
            return
        self._ended = True
        _end_children(self._process.pid)
        self._process.kill()
        self._process.join(_END_S)

    def _started(self) -> bool:
        if not self._is_ready and self._pipe.poll(_START_S):
            self._is_ready = self._pipe.recv() == READY
        return self._is_ready

    def _lost(self, why: Lost, order: Order) -> Lost:
        was_ended = self._ended
        self.end()
        if self._process.pid is not None:
            shutil.rmtree(temporary(order.home, self._process.pid), ignore_errors=True)
        return Lost.STOPPED if was_ended else why


def _end_children(pid: int) -> None:
    """End those that the end of a process would leave behind."""
    with contextlib.suppress(ProcessLookupError, PermissionError, psutil.Error):
        if hasattr(os, "killpg"):
            os.killpg(pid, signal.SIGKILL)
            return
        for child in psutil.Process(pid).children(recursive=True):
            child.kill()
