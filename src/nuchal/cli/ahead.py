"""While a command begins, what it needed the last time is loaded beside it."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from nuchal import programs


@contextmanager
def programs_ahead(task: str) -> Iterator[None]:
    """Load compiled programs in the background, and note which of them the task needed."""
    if not os.environ.get(programs.FOLDER):
        yield
        return
    stop = threading.Event()
    # Found here, for modules of JAX are not to be loaded by two threads at once.
    work = programs.ahead.load_programs
    beside = threading.Thread(target=work, args=(task, stop))
    beside.start()
    try:
        yield
    finally:
        stop.set()
    programs.ahead.note_needed(task)
