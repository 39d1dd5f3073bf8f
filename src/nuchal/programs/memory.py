"""Memory that threads have given back is there for all of them."""

import ctypes
import sys
from typing import Final

_ARENAS: Final = -8  # M_ARENA_MAX of glibc's malloc.h


def share_memory() -> bool:
    """Have the C library keep one store of free memory for all threads; whether it does.

    By default glibc has one for each thread, and what a thread that compiled or loaded code gives
    back is lost to all others: a sixth of what an assessment takes. Does nothing elsewhere. To be
    called before threads are started.
    """
    if sys.platform != "linux":
        return False
    try:
        return bool(ctypes.CDLL(None).mallopt(_ARENAS, 1))
    except (AttributeError, OSError):  # another C library than glibc
        return False
