"""The inside of a process that works for one visitor: it takes orders until nobody gives any."""

import contextlib
import os
import shutil
import signal
import tempfile
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from importlib import import_module
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Final

from nuchal.app.answers import Fault, Refusal, refusal
from nuchal.app.limits import Allowance
from nuchal.errors import NuchalError
from nuchal.io.output.private import PRIVATE_FOLDER
from nuchal.programs.memory import share_memory

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None  # type: ignore[assignment]

READY: Final = "ready"
# What a first look needs is loaded before anyone waits for it.
_NEEDED: Final = "nuchal.app.look"
# The server answers first.
_NICE: Final = 5
# What a process sets aside without using it: stacks of threads, some for every core.
_ASIDE_BYTES: Final = 2**29
_ASIDE_BYTES_A_CORE: Final = 2**25


class Lost(Enum):
    """Why there is no answer."""

    CRASHED = "crashed"
    SLOW = "too_slow"
    HUNGRY = "too_hungry"
    STOPPED = "stopped"


@dataclass(frozen=True, kw_only=True)
class Order:
    """A function of a module, and what to give it.

    Attributes:
        home: The visitor's private folder.
        is_last: Whether the process ends with it.
    """

    task: Callable[..., Any]
    home: Path
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)
    allowance: Allowance
    is_last: bool = False


def serve(pipe: Connection, root: Path) -> None:
    """Carry out orders from a pipe until it is closed.

    Args:
        pipe: gives :class:`Order`, takes answers.
        root: the folder of all visitors' folders; it does not outlive the server.
    """
    _stand_apart()
    share_memory()
    _not_outliving_the_server(root)
    import_module(_NEEDED)
    pipe.send(READY)
    while True:
        try:
            order = pipe.recv()
        except (EOFError, OSError):
            return
        _send(pipe, _carried_out(order))


def temporary(home: Path, pid: int) -> Path:
    """Where a visitor's process keeps what nobody needs after it."""
    return home / f"temporary-{pid}"


def answered(order: Order) -> object:
    """What a task returns, or a refusal, or :class:`Lost`, or a :class:`Fault`."""
    try:
        return order.task(*order.args, **order.kwargs)
    except NuchalError as problem:
        return refusal(problem, order.home)
    except OSError as problem:
        where = f"{Path(str(problem.filename)).name}: " if problem.filename else ""
        return Refusal(f"{where}{problem.strerror or problem}.")
    except MemoryError:
        return Lost.HUNGRY
    except Exception as error:  # noqa: BLE001
        return Lost.HUNGRY if "RESOURCE_EXHAUSTED" in str(error) else _fault(error)


def _carried_out(order: Order) -> object:
    folder = temporary(order.home, os.getpid())
    try:
        folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        tempfile.tempdir = str(folder)
        _limit(order.allowance.memory_bytes)
        return answered(order)
    except OSError as problem:
        return Refusal(f"{problem.strerror or problem}.")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _send(pipe: Connection, answer: object) -> None:
    try:
        pipe.send(answer)
    except Exception as error:  # noqa: BLE001
        pipe.send(_fault(error))


def _fault(error: Exception) -> Fault:
    return Fault(type(error).__name__, "".join(traceback.format_exception(error)))


def _limit(memory_bytes: int) -> None:
    """Have large requests for memory fail here, where the system can, and not elsewhere."""
    if resource is None:
        return
    aside = _ASIDE_BYTES + _ASIDE_BYTES_A_CORE * (os.cpu_count() or 1)
    with contextlib.suppress(ValueError, OSError):  # macOS refuses some
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes + aside, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _stand_apart() -> None:
    """A group of its own, to be ended with all its children; and nothing said past the log."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "setsid"):
        os.setsid()
        os.nice(_NICE)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def _not_outliving_the_server(root: Path) -> None:
    """Have this process end with the server, however that ends, and leave no visitor's file."""
    server = parent_process()

    def watch() -> None:
        if server is not None:
            wait([server.sentinel])
            shutil.rmtree(root, ignore_errors=True)
            if hasattr(os, "killpg"):
                os.killpg(0, signal.SIGKILL)
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
