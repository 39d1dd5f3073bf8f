"""Heavy work, and the reading of strangers' files, in processes of their own.

No process works for two visitors: a file that crashes, hangs or swells its reader ends that reader
and nothing else; and whoever looks at the page never waits for someone else's analysis.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, ParamSpec, TypeVar, cast

from nuchal.app.answers import Fault, Refusal, our_fault, refusal
from nuchal.app.limits import GIGABYTE, PageLimits
from nuchal.app.process import Process
from nuchal.app.turns import Turns
from nuchal.app.worker import Lost, Order
from nuchal.errors import NuchalError

# The next spare process is started when the work that took the last one has got going.
_REFILL_S: Final = 3.0

# What a visitor is told of work that gave no answer.
_SAID: Final = {
    "look": {
        Lost.CRASHED: "page.look_crashed",
        Lost.SLOW: "page.look_too_slow",
        Lost.HUNGRY: "page.look_too_hungry",
        Lost.STOPPED: "page.look_stopped",
    },
    "analysis": {
        Lost.CRASHED: "page.analysis_crashed",
        Lost.SLOW: "page.analysis_too_slow",
        Lost.HUNGRY: "page.analysis_too_hungry",
        Lost.STOPPED: "page.analysis_stopped",
    },
    "study": {
        Lost.CRASHED: "page.study_crashed",
        Lost.SLOW: "page.study_too_slow",
        Lost.HUNGRY: "page.study_too_hungry",
        Lost.STOPPED: "page.study_stopped",
    },
}

P = ParamSpec("P")
R = TypeVar("R")


@dataclass
class _Kind:
    """Processes of one kind, and whose they are: least recently used first."""

    name: str
    turns: Turns
    processes: dict[Path, Process] = field(default_factory=dict)

    def end(self, home: Path) -> None:
        process = self.processes.pop(home, None)
        if process is not None:
            process.end()


class Workers:
    """Three processes at most for each visitor: to look at files, for an analysis, for a study."""

    def __init__(self, root: Path, limits: PageLimits | None = None) -> None:
        """Start none yet.

        Args:
            root: the folder of all visitors' folders; it does not outlive the server.
            limits: how many processes there may be, and what each may take.
        """
        self._root, self._limits = root, limits or PageLimits()
        self._short = _Kind("look", Turns(self._limits.looks_at_once))
        self._long = _Kind("analysis", Turns(self._limits.analyses_at_once))
        self._longest = _Kind("study", Turns(self._limits.studies_at_once))
        self._kinds = self._short, self._long, self._longest
        places = sum(kind.turns.places for kind in self._kinds)
        self._threads = ThreadPoolExecutor(places, thread_name_prefix="asks")
        self._spare: Process | None = None
        self._is_closed = False

    def warm_up(self) -> None:
        """Have a spare process load what it will need, before anyone waits for it."""
        if not self._is_closed and (self._spare is None or not self._spare.is_alive):
            self._spare = Process(self._root)

    async def do(
        self, task: Callable[P, R], home: Path, *args: P.args, **kwargs: P.kwargs
    ) -> R | Refusal:
        """Run a function of a module in the visitor's own process for short work.

        Args:
            task: may raise ``NuchalError``, whose sentence comes back.
            home: the visitor's private folder, which no sentence names.
            args: picklable.
            kwargs: picklable.
        """
        look = self._limits.look
        order = Order(task=task, home=home, args=args, kwargs=kwargs, allowance=look)
        return cast(R | Refusal, await self._done(self._short, order))

    async def do_long(
        self, task: Callable[P, R], home: Path, *args: P.args, **kwargs: P.kwargs
    ) -> R | Refusal:
        """The same for what takes minutes, in a process that ends with it."""
        most = self._limits.analysis
        order = Order(task=task, home=home, args=args, kwargs=kwargs, allowance=most, is_last=True)
        return cast(R | Refusal, await self._done(self._long, order))

    async def do_study(
        self, task: Callable[P, R], home: Path, *args: P.args, **kwargs: P.kwargs
    ) -> R | Refusal:
        """The same for what takes hours; :meth:`stop_study` ends it."""
        most = self._limits.study
        order = Order(task=task, home=home, args=args, kwargs=kwargs, allowance=most, is_last=True)
        return cast(R | Refusal, await self._done(self._longest, order))

    def stop_study(self, home: Path) -> None:
        """End a visitor's study and all its processes, whatever they are doing."""
        self._longest.end(home)

    def rest(self) -> None:
        """End processes that have had nothing to do for long enough."""
        longest_ago = time.monotonic() - self._limits.rest_s
        for home, process in list(self._short.processes.items()):
            if not self._short.turns.has(home) and process.last_used < longest_ago:
                self._short.end(home)

    def forget(self, home: Path) -> None:
        """End whatever works for a visitor who has left."""
        for kind in self._kinds:
            kind.end(home)
            kind.turns.forget(home)

    def close(self) -> None:
        """End all processes, whatever they are doing."""
        self._is_closed = True
        for kind in self._kinds:
            for home in list(kind.processes):
                kind.end(home)
        if self._spare is not None:
            self._spare.end()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _done(self, kind: _Kind, order: Order) -> object:
        await kind.turns.come(order.home)
        try:
            process = self._process(kind, order.home)
            asked = asyncio.get_running_loop().run_in_executor(self._threads, process.ask, order)
        except (OSError, RuntimeError):
            kind.turns.leave(order.home)
            return self._refused(kind, Lost.STOPPED, order)
        asked.add_done_callback(lambda _: self._after(kind, order.home, process))
        answer = await asyncio.shield(asked)
        if isinstance(answer, Lost):
            return self._refused(kind, answer, order)
        return our_fault(answer) if isinstance(answer, Fault) else answer

    def _process(self, kind: _Kind, home: Path) -> Process:
        """The visitor's own, or a new one in the place of one that has nothing to do."""
        known = kind.processes.pop(home, None)
        if known is not None and not known.is_alive:
            known.end()
            known = None
        if known is None:
            resting = [other for other in kind.processes if not kind.turns.has(other)]
            if len(kind.processes) >= kind.turns.places and resting:
                kind.end(resting[0])
            known = self._fresh()
        kind.processes[home] = known
        return known

    def _fresh(self) -> Process:
        if self._is_closed:
            raise RuntimeError
        spare, self._spare = self._spare, None
        asyncio.get_running_loop().call_later(_REFILL_S, self.warm_up)
        return spare if spare is not None and spare.is_alive else Process(self._root)

    def _after(self, kind: _Kind, home: Path, process: Process) -> None:
        if not process.is_alive and kind.processes.get(home) is process:
            del kind.processes[home]
        kind.turns.leave(home)

    def _refused(self, kind: _Kind, why: Lost, order: Order) -> Refusal:
        allowance = order.allowance
        problem = NuchalError(
            _SAID[kind.name][why],
            minutes=allowance.seconds / 60.0,
            most_gb=allowance.memory_bytes / GIGABYTE,
        )
        return refusal(problem, order.home)
