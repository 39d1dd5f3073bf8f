"""While a command begins, what it needed the last time is loaded beside it."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nuchal import programs
from nuchal.programs.memory import share_memory


@contextmanager
def programs_ahead(task: str) -> Iterator[None]:
    """Load compiled programs in the background, and note which of them the task needed."""
    base = os.environ.get(programs.FOLDER)
    if not base:
        yield
        return
    if any(Path(base).glob(f"programs-*/{task}.json")):
        share_memory()  # not before compiling, which takes a fourth longer then
    stop = threading.Event()
    # JAX is loaded here, for its modules are not to be loaded by two threads at once.
    ahead = programs.ahead
    beside = threading.Thread(target=ahead.load_programs, args=(task, stop))
    beside.start()
    try:
        yield
    finally:
        stop.set()
    ahead.note_needed(task)
